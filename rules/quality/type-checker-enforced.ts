import { defineRule, fail, partial, pass } from "../../src/engine/rule.ts";
import {
  describeSigns,
  enforcingSigns,
  evidenceOfSigns,
  isInUse,
  toolSigns,
} from "../../src/project/quality-tools.ts";

const workflow = (run: string): string =>
  `on: [push]\njobs:\n  types:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v5\n      - run: ${run}\n`;

export default defineRule({
  id: "type-checker-enforced",
  category: "quality",
  severity: "low",
  kinds: "all",
  alwaysApplies: true,
  title: "The type checker runs by itself",
  why: "A type checker that only some people run finds the mistakes of only some people, and soon too many to look at.",
  fix: "Run it in CI on every change:\n\n```yaml\n# .github/workflows/ci.yml\njobs:\n  types:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v5\n      - uses: astral-sh/setup-uv@v7\n      - run: uv run mypy src\n```",
  checklist: ["003-03", "004-16"],
  unseenIn: ["sdist", "wheel"],
  examples: {
    pass: [
      {
        files: {
          ".github/workflows/ci.yml":
            "on: [push]\njobs:\n  check:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: acme/python-quality@v2\n        with:\n          typecheck-command: mypy src\n",
          "a.py": "x = 1\n",
        },
        says: "mypy runs in CI",
        at: ".github/workflows/ci.yml:6",
        note: "The action is told what to run.",
      },
      {
        files: {
          "a.py": "x = 1\n",
          Makefile: "ROOT := $(shell git rev-parse --show-toplevel)\n\nlint:\n\t@$(ROOT)/bin/run-types\n",
          "bin/run-types": "#!/bin/bash\nmypy .\n",
          ".github/workflows/ci.yml":
            "on: [push]\njobs:\n  lint:\n    runs-on: ubuntu-latest\n    steps:\n      - run: make lint\n",
        },
        says: "mypy",
        at: "bin/run-types:2",
        note: "A script by its whole path.",
      },
      {
        files: { ".github/workflows/ci.yml": workflow("uv run mypy src"), "a.py": "x = 1\n" },
        says: "mypy runs in CI",
        at: ".github/workflows/ci.yml:7",
      },
      {
        files: {
          ".github/workflows/ci.yml":
            "on: push\njobs:\n  check:\n    runs-on: ubuntu-latest\n    steps:\n      - id: types\n        continue-on-error: true\n        run: mypy src\n      - run: pytest\n      - if: steps.types.outcome == 'failure'\n        run: |\n          echo bad types\n          exit 1\n",
          "a.py": "x = 1\n",
        },
        says: "mypy runs in CI (",
        at: ".github/workflows/ci.yml:8",
        note: "Its failure fails the job, if only in the end.",
      },
      {
        files: {
          ".pre-commit-config.yaml":
            "repos:\n  - repo: https://github.com/RobertCraigie/pyright-python\n    rev: v1.1.406\n    hooks:\n      - id: pyright\n",
          "a.py": "x = 1\n",
        },
        says: "Pyright runs before commits",
        at: ".pre-commit-config.yaml:5",
      },
      {
        files: {
          ".github/workflows/ci.yml": workflow("make check"),
          Makefile: "check: types\n\ntypes:\n\tty check src\n",
          "a.py": "x = 1\n",
        },
        says: "ty runs in CI",
        note: "What CI runs stands in the Makefile.",
      },
    ],
    fail: [
      { files: { "a.py": "x: int = 1\n" }, says: "No type checker runs" },
      {
        files: {
          "pyproject.toml": "[tool.mypy]\nstrict = true\n",
          ".github/workflows/ci.yml": workflow("pytest"),
          "a.py": "x = 1\n",
        },
        says: "mypy is there (pyproject.toml), but nothing runs it",
        at: "pyproject.toml:1",
      },
      {
        files: {
          ".github/workflows/ci.yml": workflow("pip install mypy && mypy --version"),
          "a.py": "x = 1\n",
        },
        says: "No type checker runs",
        note: "Installed, and never run on the code.",
      },
    ],
    partial: [
      {
        files: { ".github/workflows/ci.yml": workflow("mypy src || true"), "a.py": "x = 1\n" },
        says: "not blocking",
        at: ".github/workflows/ci.yml:7",
      },
      {
        files: {
          ".github/workflows/ci.yml": workflow("make types"),
          Makefile: "types:\n\t-mypy src\n",
          "a.py": "x = 1\n",
        },
        says: "mypy runs in CI (not blocking, Makefile)",
        at: "Makefile:2",
        note: "Make goes on after a command with a dash before it.",
      },
    ],
    notApplicable: [],
  },
  check(project) {
    const signs = toolSigns(project).filter(({ kind }) => kind === "type-checker");
    const { blocking, advisory } = enforcingSigns(signs);
    if (blocking.length > 0)
      return pass(describeSigns(blocking), evidenceOfSigns([...blocking, ...advisory]));
    if (advisory.length > 0) return partial(describeSigns(advisory), evidenceOfSigns(advisory));
    const used = signs.filter(isInUse);
    const [first] = used;
    if (first === undefined) return fail("No type checker runs in CI or before commits.");
    return fail(
      `${first.tool} is there (${first.path}), but nothing runs it in CI or before commits.`,
      evidenceOfSigns(used),
    );
  },
});
