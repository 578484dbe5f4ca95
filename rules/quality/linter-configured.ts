import { defineRule, fail, partial, pass } from "../../src/engine/rule.ts";
import { describeSigns, evidenceOfSigns, isInUse, toolSigns } from "../../src/project/quality-tools.ts";

export default defineRule({
  id: "linter-configured",
  category: "quality",
  severity: "medium",
  kinds: "all",
  alwaysApplies: true,
  title: "A linter is in use",
  why: "A linter reads every line of every change and never tires; without one, reviewers spend their time on what a tool finds in a second.",
  fix: 'Add Ruff to the development dependencies and tell it what to look for:\n\n```toml\n[dependency-groups]\ndev = ["ruff>=0.14"]\n\n[tool.ruff.lint]\nselect = ["E4", "E7", "E9", "F", "B", "I", "UP"]\n```',
  checklist: ["001-15", "004-24"],
  unseenIn: ["wheel"],
  examples: {
    pass: [
      {
        files: { "requirements.txt": "flask==3.0.0\npylava==0.3.0\n", "app.py": "x = 1\n" },
        says: "Pylava",
        at: "requirements.txt:2",
      },
      {
        files: {
          "pyproject.toml": '[project]\nname = "a"\n\n[tool.ruff]\nline-length = 100\n',
          "a.py": "x = 1\n",
        },
        says: "Ruff is configured",
        at: "pyproject.toml:4",
      },
      {
        files: {
          "setup.cfg": "[metadata]\nname = a\n\n[flake8]\nmax-line-length = 100\n",
          "a.py": "x = 1\n",
        },
        says: "Flake8 is configured",
        at: "setup.cfg:4",
      },
      {
        files: { "requirements-dev.txt": "pytest==8.4.1\npylint==3.3.7\n", "a.py": "x = 1\n" },
        says: "Pylint is a development dependency",
        at: "requirements-dev.txt:2",
      },
      {
        files: {
          ".pre-commit-config.yaml":
            "repos:\n  - repo: https://github.com/astral-sh/ruff-pre-commit\n    rev: v0.14.0\n    hooks:\n      - id: ruff-check\n",
          "a.py": "x = 1\n",
        },
        says: "Ruff runs before commits",
        at: ".pre-commit-config.yaml:5",
      },
    ],
    fail: [
      { files: { "a.py": "x = 1\n" }, says: "No linter is configured" },
      {
        files: {
          "pyproject.toml":
            '[project]\nname = "a"\n\n[tool.black]\nline-length = 100\n\n[tool.mypy]\nstrict = true\n',
          "a.py": "x = 1\n",
        },
        says: "No linter is configured",
        note: "A formatter and a type checker are none.",
      },
      {
        files: { "docs/.flake8": "[flake8]\n", "a.py": "import flake8\n" },
        says: "No linter is configured",
        note: "Settings of an example, and code that works on a linter.",
      },
    ],
    partial: [
      {
        files: {
          "CONTRIBUTING.md": "# Contributing\n\nRun `flake8` before you commit.\n",
          "a.py": "x = 1\n",
        },
        says: "Flake8 is only named",
        at: "CONTRIBUTING.md:3",
      },
      {
        files: {
          "requirements.txt": "astroid==3.3.10\nflask==3.1.1\npylint==3.3.7\n",
          "a.py": "import flask\n",
        },
        says: "Pylint stands in a frozen list of packages",
        at: "requirements.txt:3",
      },
      {
        files: {
          "requirements.txt": "flake8==7.1.0\nflask==3.1.1\npycodestyle==2.12.0\npyflakes==3.2.0\n",
          "a.py": "import flask\n",
        },
        says: "Flake8 stands in a frozen list of packages",
        at: "requirements.txt:1",
        note: "The other two come with it.",
      },
    ],
    notApplicable: [],
  },
  check(project) {
    const signs = toolSigns(project).filter(({ kind }) => kind === "linter");
    const used = signs.filter(isInUse);
    if (used.length > 0) return pass(describeSigns(used), evidenceOfSigns(signs));
    if (signs.length > 0) return partial(describeSigns(signs), evidenceOfSigns(signs));
    return fail("No linter is configured, required for development or run.");
  },
});
