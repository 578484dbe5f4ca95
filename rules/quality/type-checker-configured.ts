import { defineRule, fail, partial, pass } from "../../src/engine/rule.ts";
import { describeSigns, evidenceOfSigns, isInUse, toolSigns } from "../../src/project/quality-tools.ts";

export default defineRule({
  id: "type-checker-configured",
  category: "quality",
  severity: "medium",
  kinds: "all",
  alwaysApplies: true,
  title: "A type checker is in use",
  why: "Type hints that nothing checks are comments: they go wrong silently, and mislead more than none.",
  fix: 'Add a checker and say how strict it is:\n\n```toml\n[dependency-groups]\ndev = ["mypy>=1.18"]\n\n[tool.mypy]\nstrict = true\nfiles = ["src"]\n```\n\nPyright, ty and Pyrefly do as well.',
  checklist: ["002-10", "004-16"],
  unseenIn: ["wheel"],
  examples: {
    pass: [
      {
        files: { "pyproject.toml": "[tool.mypy]\nstrict = true\n", "a.py": "x = 1\n" },
        says: "mypy is configured",
        at: "pyproject.toml:1",
      },
      {
        files: { "pyrightconfig.json": '{ "include": ["src"] }\n', "a.py": "x = 1\n" },
        says: "Pyright is configured",
        at: "pyrightconfig.json:1",
      },
      {
        files: {
          "pyproject.toml": '[project]\nname = "a"\n\n[dependency-groups]\ndev = ["ty>=0.0.1"]\n',
          "a.py": "x = 1\n",
        },
        says: "ty is a development dependency",
        at: "pyproject.toml:5",
      },
      {
        files: {
          ".github/workflows/ci.yml":
            "on: push\njobs:\n  types:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v5\n      - run: uvx pyrefly check\n",
          "a.py": "x = 1\n",
        },
        says: "Pyrefly runs in CI",
        at: ".github/workflows/ci.yml:7",
      },
    ],
    fail: [
      { files: { "a.py": "def f(x: int) -> int:\n    return x\n" }, says: "No type checker is configured" },
      {
        files: {
          "requirements-dev.txt": "mypy-boto3-s3\ntypes-requests\n",
          "py.typed": "",
          "a.py": "x = 1\n",
        },
        says: "No type checker is configured",
        note: "Stubs and a marker check nothing.",
      },
    ],
    partial: [
      {
        files: {
          ".vscode/settings.json": '{\n  "python.analysis.typeCheckingMode": "basic"\n}\n',
          "a.py": "x = 1\n",
        },
        says: "Pylance is only set up in an editor",
        at: ".vscode/settings.json:2",
      },
      {
        files: { "README.md": "# A\n\nRun `mypy .` now and then.\n", "a.py": "x = 1\n" },
        says: "mypy is only named",
        at: "README.md:3",
      },
    ],
    notApplicable: [],
  },
  check(project) {
    const signs = toolSigns(project).filter(({ kind }) => kind === "type-checker");
    const used = signs.filter(isInUse);
    if (used.length > 0) return pass(describeSigns(used), evidenceOfSigns(signs));
    if (signs.length > 0) return partial(describeSigns(signs), evidenceOfSigns(signs));
    return fail("No type checker is configured, required for development or run.");
  },
});
