import { defineRule, fail, pass } from "../../src/engine/rule.ts";
import { evidenceOf, nameOf, textOf } from "../../src/project/stated-versions.ts";

export default defineRule({
  id: "python-version-declared",
  category: "environment",
  severity: "high",
  kinds: "all",
  alwaysApplies: true,
  title: "The Python version is declared",
  why: "Without it, development, CI and production drift apart and fail where it hurts most.",
  fix: 'State it in pyproject.toml:\n\n```toml\n[project]\nrequires-python = ">=3.12"\n```\n\nor in a `.python-version` file.',
  checklist: ["000-04"],
  unseenIn: ["wheel"],
  examples: {
    pass: [
      {
        files: {
          "pyproject.toml": '[tool.poetry]\nname = "a"\n\n[tool.poetry.dependencies]\npython = "^3.12"\n',
          "a.py": "x = 1\n",
        },
        says: "Poetry's python says ^3.12",
        at: "pyproject.toml:5",
      },
      {
        files: { "environment.yml": "name: a\ndependencies:\n  - python=3.12\n", "a.py": "x = 1\n" },
        says: "The conda environment says",
        at: "environment.yml:3",
      },
      {
        files: { "pyproject.toml": '[project]\nname = "a"\nrequires-python = ">=3.12"\n', "a.py": "x = 1\n" },
        says: "requires-python says >=3.12",
        at: "pyproject.toml:3",
      },
      {
        files: { ".python-version": "3.12.4\n", "a.py": "x = 1\n" },
        says: ".python-version says 3.12.4",
        at: ".python-version:1",
      },
      {
        files: {
          Dockerfile: 'FROM python:3.12-slim\nCOPY a.py .\nCMD ["python", "a.py"]\n',
          "a.py": "x = 1\n",
        },
        says: "The base image says",
        at: "Dockerfile:1",
      },
    ],
    fail: [
      { files: { "app.py": "x = 1\n" }, says: "No file states a Python version" },
      {
        files: { "pyproject.toml": '[project]\nname = "a"\n', "a.py": "x = 1\n" },
        says: "No file states a Python version",
        note: "A pyproject.toml alone states none.",
      },
      {
        files: {
          ".github/workflows/ci.yml":
            'on: push\njobs:\n  test:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/setup-python@v5\n        with:\n          python-version: "3.13"\n',
          "app.py": "x = 1\n",
        },
        says: "only CI does",
        note: "What CI happens to use binds nobody else.",
      },
    ],
    notApplicable: [],
  },
  check(project) {
    const stated = project.pythonVersions.filter(({ source }) => DECLARING.has(source));
    const [first] = stated;
    if (first) return pass(`${capitalise(nameOf(first))} says ${textOf(first)}.`, evidenceOf(stated));
    const others = [...new Set(project.pythonVersions.map(nameOf))];
    const only =
      others.length > 0
        ? `; only ${others.slice(0, 3).join(", ")} ${others.length === 1 ? "does" : "do"}`
        : "";
    return fail(`No file states a Python version for whoever installs the project${only}.`);
  },
});

/** Places that decide which Python runs; CI and tool settings only follow them. */
const DECLARING: ReadonlySet<string> = new Set([
  "requires-python",
  "python-version-file",
  "runtime.txt",
  "tool-versions",
  "pipfile",
  "conda",
  "base-image",
  "poetry",
  "platform",
]);

const capitalise = (name: string): string => name.replace(/^the /, "The ");
