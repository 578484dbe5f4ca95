import { defineRule, fail, partial, pass } from "../../src/engine/rule.ts";
import { describeSigns, evidenceOfSigns, isInUse, toolSigns } from "../../src/project/quality-tools.ts";

export default defineRule({
  id: "formatter-configured",
  category: "quality",
  severity: "low",
  kinds: "all",
  alwaysApplies: true,
  title: "A formatter is in use",
  why: "Where a tool lays the code out, changes show what was changed, and nobody argues about spaces.",
  fix: 'Let Ruff format the code, and say how:\n\n```toml\n[dependency-groups]\ndev = ["ruff>=0.14"]\n\n[tool.ruff]\nline-length = 100\n\n[tool.ruff.format]\ndocstring-code-format = true\n```\n\n```sh\nuv run ruff format\n```',
  checklist: ["001-16", "004-24"],
  unseenIn: ["wheel"],
  examples: {
    pass: [
      {
        files: { "pyproject.toml": "[tool.black]\nline-length = 100\n", "a.py": "x = 1\n" },
        says: "Black is configured",
        at: "pyproject.toml:1",
      },
      {
        files: { "ruff.toml": "line-length = 100\n\n[format]\nquote-style = 'single'\n", "a.py": "x = 1\n" },
        says: "Ruff is configured",
        at: "ruff.toml:3",
      },
      {
        files: {
          ".pre-commit-config.yaml":
            "repos:\n  - repo: https://github.com/google/yapf\n    rev: v0.43.0\n    hooks:\n      - id: yapf\n",
          "a.py": "x = 1\n",
        },
        says: "YAPF runs before commits",
        at: ".pre-commit-config.yaml:5",
      },
      {
        files: { Makefile: "format:\n\truff format src\n", "a.py": "x = 1\n" },
        says: "Ruff has a task",
        at: "Makefile:2",
      },
    ],
    fail: [
      { files: { "a.py": "x = 1\n" }, says: "No formatter is configured" },
      {
        files: { "pyproject.toml": '[tool.ruff.lint]\nselect = ["E", "F"]\n', "a.py": "x = 1\n" },
        says: "No formatter is configured",
        note: "Ruff that only lints.",
      },
      {
        files: { "pyproject.toml": '[tool.isort]\nprofile = "black"\n', "a.py": "x = 1\n" },
        says: "No formatter is configured",
        note: "Sorting imports lays out no code.",
      },
    ],
    partial: [
      {
        files: {
          "CONTRIBUTING.md":
            "# Contributing\n\n* Format your Python code with [ruff](https://docs.astral.sh/ruff/).\n",
          "app.py": "x = 1\n",
        },
        says: "Ruff",
        at: "CONTRIBUTING.md:3",
      },
      {
        files: {
          "CONTRIBUTING.md":
            "# Contributing\n\nFormat your code with [Black](https://github.com/psf/black).\n",
          "a.py": "x = 1\n",
        },
        says: "Black is only named",
        at: "CONTRIBUTING.md:3",
      },
      {
        files: {
          "pyproject.toml": '[dependency-groups]\ndev = ["ruff"]\n\n[tool.ruff]\nline-length = 100\n',
          "a.py": "x = 1\n",
        },
        says: "Ruff is there, and nothing shows that it formats",
        at: "pyproject.toml:4",
      },
    ],
    notApplicable: [],
  },
  check(project) {
    const all = toolSigns(project);
    const signs = all.filter(({ kind }) => kind === "formatter");
    const used = signs.filter(isInUse);
    if (used.length > 0) return pass(describeSigns(used), evidenceOfSigns(signs));
    if (signs.length > 0) return partial(describeSigns(signs), evidenceOfSigns(signs));
    const ruff = all.filter(({ tool, kind }) => tool === "Ruff" && kind === "linter");
    const lints = ruff.some(({ how, plain }) => !["dependency", "listed", "frozen"].includes(how) && !plain);
    if (ruff.length > 0 && !lints)
      return partial("Ruff is there, and nothing shows that it formats.", evidenceOfSigns(ruff));
    return fail("No formatter is configured, required for development or run.");
  },
});
