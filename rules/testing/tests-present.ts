import { defineRule, fail, notApplicable, partial, pass } from "../../src/engine/rule.ts";
import type { Project } from "../../src/project/project.ts";
import { findTests, type TestFunction } from "../../src/project/test-functions.ts";

export default defineRule({
  id: "tests-present",
  category: "testing",
  severity: "high",
  kinds: "all",
  blocker: true,
  title: "The project has tests",
  why: "Without a single test, every change is tried out on the users.",
  fix: "Start with one test of the code that would hurt most if it broke, in `tests/test_orders.py`:\n\n```python\nfrom shop.orders import total\n\n\ndef test_total_adds_shipping():\n    assert total([10, 5], shipping=3) == 18\n```\n\nand run it with `pytest`.",
  checklist: ["000-09", "001-05", "002-11", "004-12"],
  question: "Does the repository that this was built from have tests?",
  unseenIn: ["sdist", "wheel"],
  examples: {
    pass: [
      {
        files: {
          "a.py": "x = 1\n",
          "test_a.py": "from ward import test\n\n@test('one')\ndef _():\n    assert 1 + 1 == 2\n",
        },
        says: "1 test function",
        at: "test_a.py:4",
        note: "ward names its tests in words.",
      },
      {
        files: {
          "app.py": "def double(x):\n    return 2 * x\n",
          "tests/test_app.py": "from app import double\n\n\ndef test_double():\n    assert double(2) == 4\n",
        },
        says: "1 test function in 1 file",
        at: "tests/test_app.py:4",
      },
      {
        files: {
          "shop/models.py": "x = 1\n",
          "shop/tests.py":
            "from django.test import TestCase\n\n\nclass OrderTests(TestCase):\n    def test_total(self):\n        self.assertEqual(1, 1 * 1)\n",
        },
        says: "1 test function in 1 file",
        at: "shop/tests.py:5",
        note: "Django's app layout: tests stand beside the code.",
      },
      {
        files: {
          "app.py": 'def double(x):\n    """\n    >>> double(2)\n    4\n    """\n    return 2 * x\n',
          "pytest.ini": "[pytest]\naddopts = --doctest-modules\n",
        },
        says: "doctests in 1 file",
        at: "app.py:3",
      },
      {
        files: {
          "app.py": "def double(x):\n    return 2 * x\n",
          "features/steps/double.py":
            "from behave import then\n\n\n@then('it is doubled')\ndef step(context):\n    assert True\n",
          "features/double.feature": "Feature: double\n  Scenario: two\n    Then it is doubled\n",
        },
        says: "scenarios in 1 file",
        at: "features/double.feature:2",
      },
    ],
    fail: [
      { files: { "app.py": "x = 1\n" }, says: "No test function was found." },
      {
        files: {
          "app.py": "x = 1\n",
          "app/tests.py": "from django.test import TestCase\n\n# Create your tests here.\n",
        },
        says: "No test function was found.",
        note: "The file that `startapp` makes holds no test.",
      },
      {
        files: { "app.py": "x = 1\n", "tests/test_app.py": "def test_app():\n    assert True\n" },
        says: "The only test function is empty",
        at: "tests/test_app.py:1",
        note: "A placeholder is no test.",
      },
      {
        files: { "app.py": 'def double(x):\n    """\n    >>> double(2)\n    4\n    """\n    return 2 * x\n' },
        says: "No test function was found.",
        note: "Nothing runs this doctest: it is an example.",
      },
      {
        files: {
          "train.py": "x = 1\n",
          "test.py":
            "import torch\n\n\ndef test(model, loader):\n    model.eval()\n    return loss(model, loader)\n",
        },
        says: "1 file for tests holds no test function",
        note: "A function that evaluates a model on the test set is named test too.",
      },
    ],
    partial: [
      {
        files: {
          "app.py": "x = 1\n",
          "tests/test_app.py": "import pytest\n\n\n@pytest.mark.skip\ndef test_app():\n    assert x == 1\n",
        },
        says: "The only test function is skipped",
        at: "tests/test_app.py:5",
      },
    ],
    notApplicable: [{ files: { "app/__init__.py": "" }, says: "no code to test" }],
    inconclusive: [{ files: { "app.py": "x = 1\n" }, artifact: "wheel", says: "A wheel cannot show it" }],
  },
  check(project) {
    const { functions, doctests, doctestRunner, scenarios } = findTests(project);
    const real = functions.filter(({ empty }) => !empty);
    const run = real.filter(({ skipped }) => !skipped);
    if (run.length > 0) {
      const modules = new Set(run.map(({ module }) => module)).size;
      const more = scenarios.length > 0 ? `, and scenarios in ${files(scenarios.length)}` : "";
      const message = `${run.length} test function${plural(run.length)} in ${files(modules)}${more}.`;
      return pass(message, firstOfEach(run));
    }
    if (scenarios.length > 0) {
      const evidence = scenarios.map(({ path, line }) => ({ path, startLine: line, note: "scenario" }));
      return pass(`Test scenarios in ${files(scenarios.length)}.`, evidence);
    }
    if (doctests.length > 0 && doctestRunner) {
      const evidence = [doctestRunner, ...doctests.map((place) => ({ ...place, note: "doctest" }))];
      return pass(
        `There are doctests in ${files(doctests.length)}, and ${doctestRunner.path} runs them.`,
        evidence.map(({ path, line, note }) => ({ path, startLine: line, note })),
      );
    }
    if (real.length > 0) return partial(`${all(real)} skipped.`, firstOfEach(real));
    if (functions.length > 0) return fail(`${all(functions)} empty.`, firstOfEach(functions));
    return absence(project);
  },
});

const plural = (count: number): string => (count === 1 ? "" : "s");
const files = (count: number): string => `${count} file${plural(count)}`;
const all = ({ length }: readonly TestFunction[]): string =>
  length === 1 ? "The only test function is" : `All ${length} test functions are`;

function firstOfEach(functions: readonly TestFunction[]) {
  const first = new Map(functions.toReversed().map((one) => [one.module, one]));
  return [...first.values()].reverse().map(({ module, outline }) => module.at(outline.line, outline.name));
}

function absence({ source, tests }: Project) {
  const code = source.reduce((sum, { lineCount }) => sum + lineCount, 0);
  const named = tests.filter(({ lineCount }) => lineCount > 0).length;
  if (code === 0 && named === 0) return notApplicable("There is no code to test.");
  if (named === 0) return fail("No test function was found.");
  const hold = named === 1 ? "holds" : "hold";
  return fail(`No test function was found: ${files(named)} for tests ${hold} no test function.`);
}
