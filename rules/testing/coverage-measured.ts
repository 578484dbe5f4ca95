import { defineRule, fail, partial, pass } from "../../src/engine/rule.ts";
import { findCoverage, findCoverageThreshold } from "../../src/project/coverage.ts";

export default defineRule({
  id: "coverage-measured",
  category: "testing",
  severity: "low",
  kinds: "all",
  alwaysApplies: true,
  title: "Test coverage is measured",
  why: "Only a measurement shows which branch no test has ever run; a threshold keeps it from slipping.",
  fix: 'Measure branches, and fail below what you have today:\n\n```toml\n[tool.coverage.run]\nbranch = true\nsource = ["shop"]\n\n[tool.coverage.report]\nfail_under = 80\n```\n\nand run `pytest --cov` in CI.',
  checklist: ["000-39"],
  question: "Is the coverage of tests measured, and where can it be seen?",
  unseenIn: ["sdist", "wheel"],
  examples: {
    pass: [
      {
        files: {
          "app.py": "x = 1\n",
          ".pre-commit-config.yaml":
            'repos:\n  - repo: local\n    hooks:\n      - id: tests\n        name: tests\n        entry: bash -ec "uv run pytest --cov=app tests"\n        language: system\n',
        },
        says: "pytest",
        at: ".pre-commit-config.yaml:4",
      },
      {
        files: { "app.py": "x = 1\n", "pyproject.toml": "[tool.coverage.run]\nbranch = true\n" },
        says: "coverage.py is configured",
        at: "pyproject.toml:1",
      },
      {
        files: {
          "app.py": "x = 1\n",
          Dockerfile: 'FROM python:3.13 AS test\nCOPY . .\nCMD ["./run-tests.sh"]\n',
          "run-tests.sh": "#!/bin/sh\ncd dags || exit\npython3 -m coverage run -m pytest .\n",
        },
        says: "coverage",
        at: "run-tests.sh:3",
        note: "A script that people or an image run.",
      },
      {
        files: { "app.py": "x = 1\n", ".coveragerc": "[run]\nsource = app\n\n[report]\nfail_under = 90\n" },
        says: "at least 90 %",
        at: ".coveragerc:5",
      },
      {
        files: { "app.py": "x = 1\n", "pytest.ini": "[pytest]\naddopts = -q --cov=app\n" },
        says: "pytest-cov",
        at: "pytest.ini:2",
      },
      {
        files: {
          "app.py": "x = 1\n",
          ".github/workflows/ci.yml":
            "on: push\njobs:\n  test:\n    runs-on: ubuntu-latest\n    steps:\n      - run: coverage run -m pytest\n      - uses: codecov/codecov-action@v5\n",
        },
        says: "codecov",
        at: ".github/workflows/ci.yml:7",
      },
    ],
    partial: [
      {
        files: { "app.py": "x = 1\n", "requirements-dev.txt": "pytest==8.3.0\npytest-cov==6.0.0\n" },
        says: "nothing runs it",
        at: "requirements-dev.txt:2",
      },
    ],
    fail: [
      { files: { "app.py": "x = 1\n" }, says: "Nothing measures" },
      {
        files: {
          "app.py": "x = 1\n",
          "tox.ini": "[testenv]\ncommands = pytest\n# coverage run would be nice\n",
        },
        says: "Nothing measures",
        note: "A comment measures nothing.",
      },
    ],
    notApplicable: [],
  },
  check(project) {
    const found = findCoverage(project);
    if (found.length > 0) {
      const threshold = findCoverageThreshold(project);
      const names = [...new Set(found.map(({ tool }) => tool))].slice(0, 3).join(", ");
      const least = threshold ? ` It must be at least ${threshold.value} %.` : "";
      const signs = [...(threshold ? [{ ...threshold, tool: "threshold" }] : []), ...found];
      const evidence = signs.map(({ path, line, tool }) => ({ path, startLine: line, note: tool }));
      return pass(`Coverage is measured: ${names}.${least}`, evidence);
    }
    const declared = project.manifests.dependencies.filter(({ name }) => PACKAGES.test(name));
    const evidence = declared.map(({ path, line, name }) => ({ path, startLine: line, note: name }));
    if (declared.length > 0)
      return partial(`${declared[0]?.name} is declared, but nothing runs it.`, evidence);
    return fail("Nothing measures the coverage of tests.");
  },
});

const PACKAGES =
  /^(?:coverage|pytest-cov|nose-cov|covdefaults|django-coverage-plugin|slipcover|coveralls|codecov|diff-cover)$/;
