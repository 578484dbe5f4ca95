import { defineRule, judgeShare, notApplicable } from "../../src/engine/rule.ts";
import { assertionOf } from "../../src/project/test-assertions.ts";
import { findTests } from "../../src/project/test-functions.ts";

export default defineRule({
  id: "tests-assert",
  category: "testing",
  severity: "medium",
  kinds: "all",
  title: "Tests assert what they expect",
  why: "A test that only runs code proves that it does not crash; it goes on passing when the result is wrong.",
  fix: "End each test with what must hold:\n\n```python\ndef test_parse_reads_the_amount():\n    assert parse('3 EUR').amount == 3\n\n\ndef test_parse_refuses_words():\n    with pytest.raises(ValueError):\n        parse('three')\n```",
  checklist: ["000-39"],
  examples: {
    pass: [
      {
        files: {
          "tests/test_login.py":
            "def test_login_of_nobody(client):\n    client.post('/login', json={}, exp_code=401)\n",
          "app.py": "x = 1\n",
        },
        says: "The only test function checks something",
        at: "tests/test_login.py:2",
        note: "A client of the project's own that is told which answer it must get.",
      },
      {
        files: {
          "tests/test_data.py":
            "from jsonschema import validate\n\n\ndef test_data():\n    validate(instance=load('data.json'), schema=SCHEMA)\n",
        },
        says: "The only test function checks something",
        at: "tests/test_data.py:5",
        note: "A schema refuses what does not fit.",
      },
      {
        files: { "tests/test_a.py": "def test_sum():\n    assert sum([1, 2]) == 3\n" },
        says: "The only test function checks something",
        at: "tests/test_a.py:2",
      },
      {
        files: {
          "tests/test_a.py":
            "import unittest\n\n\nclass SumTests(unittest.TestCase):\n    def test_sum(self):\n        self.assertEqual(sum([1, 2]), 3)\n",
        },
        says: "The only test function checks something",
        at: "tests/test_a.py:6",
      },
      {
        files: {
          "tests/test_a.py":
            "import pytest\nfrom unittest.mock import Mock\n\n\ndef test_refuses():\n    with pytest.raises(ValueError):\n        int('x')\n\n\ndef test_tells():\n    tell = Mock()\n    work(tell)\n    tell.assert_called_once_with(3)\n",
        },
        says: "All 2 test functions check something",
        at: "tests/test_a.py:13",
        note: "Expected exceptions and verified mocks check, too.",
      },
      {
        files: {
          "tests/conftest.py": "def check_page(page):\n    assert page.status == 200\n",
          "tests/test_a.py":
            "from .conftest import check_page\n\n\ndef test_home(client):\n    check_page(client.get('/'))\n",
        },
        says: "The only test function checks something",
        at: "tests/test_a.py:5",
        note: "The project's own assertion function is followed by name.",
      },
    ],
    partial: [
      {
        files: {
          "tests/test_a.py":
            "def test_sum():\n    assert sum([1, 2]) == 3\n\n\ndef test_runs():\n    work()\n",
        },
        says: "1 of 2 test functions checks nothing",
        at: "tests/test_a.py:5",
      },
    ],
    fail: [
      {
        files: { "tests/test_a.py": "def test_runs():\n    work()\n    print('works, assert nothing')\n" },
        says: "The only test function checks nothing",
        at: "tests/test_a.py:1",
        note: "The word in a string asserts nothing.",
      },
      {
        files: { "tests/test_a.py": "import pytest\n\n\ndef test_runs():\n    work()\n    assert True\n" },
        says: "The only test function checks nothing",
        at: "tests/test_a.py:4",
      },
    ],
    notApplicable: [{ files: { "app.py": "def test_mode():\n    return 1\n" }, says: "no test functions" }],
  },
  check(project) {
    const functions = findTests(project).functions.filter(({ skipped }) => !skipped);
    const total = functions.length;
    if (total === 0) return notApplicable("There are no test functions.");
    const judged = functions.map((test) => ({ test, assertion: assertionOf(test, project) }));
    const silent = judged.filter(({ assertion }) => assertion === undefined);
    if (silent.length === 0) {
      const evidence = judged.map(({ test, assertion }) =>
        test.module.at(assertion?.line ?? test.outline.line, `${test.outline.name}: ${assertion?.how ?? ""}`),
      );
      return judgeShare(
        total,
        total,
        `${total === 1 ? "The only test function checks" : `All ${total} test functions check`} something.`,
        evidence,
      );
    }
    const evidence = silent.map(({ test }) =>
      test.module.at(test.outline.line, `${test.outline.name} ${test.empty ? "is empty" : "checks nothing"}`),
    );
    const verb = silent.length === 1 ? "checks" : "check";
    const message =
      total === 1
        ? "The only test function checks nothing."
        : `${silent.length} of ${total} test functions ${verb} nothing.`;
    return judgeShare(total - silent.length, total, message, evidence);
  },
});
