import { defineRule, fail, inconclusive, partial, pass } from "../../src/engine/rule.ts";
import { evidenceOfCalls, foreignChecks } from "../../src/project/ci-runs.ts";
import {
  describeSigns,
  enforcingSigns,
  evidenceOfSigns,
  isInUse,
  toolSigns,
} from "../../src/project/quality-tools.ts";

const workflow = (run: string): string =>
  `on: [push]\njobs:\n  lint:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v5\n      - run: ${run}\n`;

export default defineRule({
  id: "style-enforced",
  category: "quality",
  severity: "medium",
  kinds: "all",
  alwaysApplies: true,
  title: "Style is enforced by a machine",
  why: "A style that everyone has to remember drifts; what runs on every change keeps itself, and reviews turn to what matters.",
  fix: "Run the linter and the formatter in CI, so that a change that breaks the style cannot be merged:\n\n```yaml\n# .github/workflows/ci.yml\njobs:\n  lint:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v5\n      - uses: astral-sh/setup-uv@v7\n      - run: uvx ruff check\n      - run: uvx ruff format --check\n```",
  checklist: ["001-14", "002-09", "004-22"],
  question: "Does a linter or a formatter run on every change, in the workflows that are called?",
  unseenIn: ["sdist", "wheel"],
  examples: {
    pass: [
      {
        files: {
          ".husky/pre-commit":
            '#!/bin/sh\nrun_step() {\n\tname="$1"\n\tshift\n\techo "$name"\n\t"$@" || {\n\t\texit 1\n\t}\n}\n\nrun_step "Ruff (lint)" uv run ruff check --fix\n',
          "a.py": "x = 1\n",
        },
        says: "Ruff runs before commits",
        at: ".husky/pre-commit:11",
        note: "Through a function that runs what it is given.",
      },
      {
        files: { ".github/workflows/ci.yml": workflow("uvx ruff check"), "a.py": "x = 1\n" },
        says: "Ruff runs in CI",
        at: ".github/workflows/ci.yml:7",
      },
      {
        files: {
          ".github/workflows/ci.yml": workflow("tox -e lint"),
          "tox.ini": "[tox]\nenvlist = py313,lint\n\n[testenv:lint]\ndeps = flake8\ncommands = flake8 src\n",
          "a.py": "x = 1\n",
        },
        says: "Flake8 runs in CI",
        note: "What CI runs stands in tox.ini.",
      },
      {
        files: {
          ".pre-commit-config.yaml":
            "repos:\n  - repo: https://github.com/psf/black-pre-commit-mirror\n    rev: 25.9.0\n    hooks:\n      - id: black\n",
          "a.py": "x = 1\n",
        },
        says: "Black runs before commits",
        at: ".pre-commit-config.yaml:5",
      },
      {
        files: {
          ".gitlab-ci.yml": "lint:\n  script:\n    - pip install pylint\n    - pylint src\n",
          "a.py": "x = 1\n",
        },
        says: "Pylint runs in CI",
        at: ".gitlab-ci.yml:4",
      },
    ],
    fail: [
      { files: { "a.py": "x = 1\n" }, says: "No linter and no formatter runs" },
      {
        files: {
          "pyproject.toml": "[tool.ruff]\nline-length = 100\n",
          Makefile: "lint:\n\truff check\n",
          "a.py": "x = 1\n",
        },
        says: "but nothing runs it in CI or before commits",
        at: "pyproject.toml:1",
        note: "A target that only people run.",
      },
      {
        files: {
          ".pre-commit-config.yaml":
            "repos:\n  - repo: https://github.com/pre-commit/pre-commit-hooks\n    rev: v6.0.0\n    hooks:\n      - id: trailing-whitespace\n",
          ".github/workflows/ci.yml": workflow("pytest"),
          "a.py": "x = 1\n",
        },
        says: "No linter and no formatter runs",
        note: "Hooks that look at no Python.",
      },
    ],
    partial: [
      {
        files: { ".github/workflows/ci.yml": workflow("flake8 . --exit-zero"), "a.py": "x = 1\n" },
        says: "not blocking",
        at: ".github/workflows/ci.yml:7",
      },
      {
        files: {
          ".github/workflows/ci.yml": workflow("tox -e lint"),
          "tox.ini": "[testenv:lint]\ncommands =\n    - pylint shop\n",
          "a.py": "x = 1\n",
        },
        says: "Pylint runs in CI (not blocking, tox.ini)",
        at: "tox.ini:3",
        note: "A dash tells tox to go on after a failure.",
      },
      {
        files: {
          ".github/workflows/ci.yml": workflow("flake8 . --count --select=E9,F63,F7,F82 --show-source"),
          "a.py": "x = 1\n",
        },
        says: "syntax errors only",
        at: ".github/workflows/ci.yml:7",
      },
      {
        files: { ".codeclimate.yml": "plugins:\n  pep8:\n    enabled: true\n", "a.py": "x = 1\n" },
        says: "Code Climate looks at every change",
        at: ".codeclimate.yml:1",
      },
    ],
    inconclusive: [
      {
        files: {
          ".github/workflows/ci.yml":
            "on: push\njobs:\n  ci:\n    uses: shop/operations/.github/workflows/ci.yml@v1\n",
          "a.py": "x = 1\n",
        },
        says: "workflows of another repository",
        at: ".github/workflows/ci.yml:3",
      },
    ],
    notApplicable: [],
  },
  check(project) {
    const signs = toolSigns(project).filter(({ kind }) => kind !== "type-checker");
    const { blocking, advisory } = enforcingSigns(signs);
    if (blocking.length > 0)
      return pass(describeSigns(blocking), evidenceOfSigns([...blocking, ...advisory]));
    if (advisory.length > 0) return partial(describeSigns(advisory), evidenceOfSigns(advisory));
    const foreign = foreignChecks(project);
    if (foreign.length > 0)
      return inconclusive(
        "No linter or formatter runs in a job here, but jobs call workflows of another repository, which the archive does not hold.",
        evidenceOfCalls(foreign),
      );
    const used = signs.filter(isInUse);
    const [first] = used;
    if (first === undefined) return fail("No linter and no formatter runs in CI or before commits.");
    return fail(
      `${first.tool} is there (${first.path}), but nothing runs it in CI or before commits.`,
      evidenceOfSigns(used),
    );
  },
});
