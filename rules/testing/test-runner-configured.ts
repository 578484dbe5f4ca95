import { defineRule, type Evidence, fail, partial, pass } from "../../src/engine/rule.ts";
import { findTests } from "../../src/project/test-functions.ts";
import {
  findDeclaredRunners,
  findDocumentedRunners,
  findTestRunners,
  type RunnerSign,
} from "../../src/project/test-runners.ts";

const TEST = "def test_a():\n    assert 1 + 1 == 2\n";

export default defineRule({
  id: "test-runner-configured",
  category: "testing",
  severity: "low",
  kinds: "all",
  alwaysApplies: true,
  title: "A test runner is configured",
  why: "Everyone, and CI, should run the tests by the same short command with the same options.",
  fix: 'Configure pytest in pyproject.toml:\n\n```toml\n[tool.pytest.ini_options]\ntestpaths = ["tests"]\naddopts = "-ra --strict-markers"\n```',
  checklist: ["000-12", "002-11", "003-03"],
  question: "By which command are the tests run?",
  unseenIn: ["sdist", "wheel"],
  examples: {
    pass: [
      {
        files: {
          "tox.toml": "[env_run_base]\ncommands = [['pytest']]\n",
          "tests/test_a.py": "def test_a():\n    assert 1 + 1 == 2\n",
        },
        says: "pytest",
        at: "tox.toml:2",
        note: "tox's own TOML, with nothing but the base environment.",
      },
      {
        files: {
          "pyproject.toml": '[tool.pytest.ini_options]\ntestpaths = ["tests"]\n',
          "tests/test_a.py": TEST,
        },
        says: "pytest",
        at: "pyproject.toml:1",
      },
      {
        files: { "bin/test": "#!/bin/sh\nexec pytest -q\n", "tests/test_a.py": TEST },
        says: "pytest",
        at: "bin/test:2",
      },
      {
        files: { "requirements-dev.txt": "pytest==8.3.0\n", "tests/test_a.py": TEST },
        says: "pytest",
        at: "requirements-dev.txt:1",
      },
      {
        files: { Makefile: "test:\n\tpython -m unittest discover\n", "tests/test_a.py": TEST },
        says: "unittest",
        at: "Makefile:2",
      },
      {
        files: {
          "manage.py": "#!/usr/bin/env python\n",
          "shop/tests.py":
            "from django.test import TestCase\n\n\nclass ShopTests(TestCase):\n    def test_a(self):\n        self.assertEqual(self.client.get('/').status_code, 200)\n",
        },
        says: "Django's test runner",
        at: "shop/tests.py:1",
        note: "Django brings its runner: `manage.py test`.",
      },
    ],
    partial: [
      {
        files: { "app.py": "x = 1\n", "requirements.txt": "pytest==8.3.0\n" },
        says: "pytest is declared, but there are no tests that it could run",
        at: "requirements.txt:1",
        note: "A name in a list of packages runs nothing.",
      },
      {
        files: {
          "a.py": "x = 1\n",
          "tests/test_a.py":
            "import unittest\n\n\nclass ATests(unittest.TestCase):\n    def test_a(self):\n        self.assertEqual(1 + 1, 2)\n",
        },
        says: "nothing configures a runner; only the tests import one",
        at: "tests/test_a.py:5",
      },
      {
        files: { "README.md": "# A\n\n```sh\npytest\n```\n", "tests/test_a.py": TEST },
        says: "only the documentation",
        at: "README.md:4",
      },
    ],
    fail: [
      { files: { "a.py": "x = 1\n" }, says: "No test runner" },
      {
        files: { "a.py": "x = 1\n", "tests/test_a.py": TEST },
        says: "nothing configures or names a runner",
        at: "tests/test_a.py:1",
        note: "Whoever is new here must guess.",
      },
      {
        files: { "pyproject.toml": '[project]\nname = "a"\n# pytest is nice\n', "a.py": "x = 1\n" },
        says: "No test runner",
      },
    ],
    notApplicable: [],
  },
  check(project) {
    const found = findTestRunners(project);
    // `pytest (conftest.py)` and `pytest-cov` say no more than `pytest`.
    const tools = [...new Set(found.map(({ tool }) => tool))];
    const names = tools.filter(
      (tool) => !tools.some((one) => /^[ -]/.test(tool.slice(one.length)) && tool.startsWith(one)),
    );
    if (found.length > 0)
      return pass(`Tests are run by ${names.slice(0, 3).join(", ")}.`, found.map(toEvidence));
    const documented = findDocumentedRunners(project);
    if (documented.length > 0)
      return partial(
        `A test runner is named in only the documentation: ${documented[0]?.tool}.`,
        documented.map(toEvidence),
      );
    const declared = findDeclaredRunners(project);
    if (declared.length > 0)
      return partial(
        `${declared[0]?.tool} is declared, but there are no tests that it could run.`,
        declared.map(toEvidence),
      );
    const { functions } = findTests(project);
    const [first] = functions;
    if (!first) return fail("No test runner is configured.");
    const said = `There ${functions.length === 1 ? "is 1 test function" : `are ${functions.length} test functions`}, but nothing configures`;
    const named = functions.find(({ module }) => FRAMEWORKS.some((name) => module.importsPackage(name)));
    return named
      ? partial(`${said} a runner; only the tests import one.`, [
          named.module.at(named.outline.line, named.outline.name),
        ])
      : fail(`${said} or names a runner.`, [first.module.at(first.outline.line, first.outline.name)]);
  },
});

const FRAMEWORKS = ["pytest", "unittest", "nose", "ward", "testtools", "twisted.trial"];

const toEvidence = ({ path, line, tool }: RunnerSign): Evidence => ({ path, startLine: line, note: tool });
