import { defineRule, judgeShare, notApplicable } from "../../src/engine/rule.ts";
import { findFailurePath } from "../../src/project/failure-tests.ts";
import { findTests } from "../../src/project/test-functions.ts";

export default defineRule({
  id: "failure-paths-tested",
  category: "testing",
  severity: "medium",
  kinds: "all",
  title: "Tests try what goes wrong, too",
  why: "Most failures in production come from input nobody tried: empty, huge, malformed, or a service that does not answer.",
  fix: "Beside each test of what should work, write one of what should not:\n\n```python\n@pytest.mark.parametrize('amount', ['', 'three', '-1', '9' * 400])\ndef test_parse_refuses(amount):\n    with pytest.raises(ValueError):\n        parse(amount)\n```",
  checklist: ["000-11"],
  examples: {
    pass: [
      {
        files: {
          "tests/test_a.py":
            "import pytest\n\nCASES = [('', 0), ('x', 1)]\n\n@pytest.mark.parametrize(('text', 'n'), CASES)\ndef test_sizes(text, n):\n    assert len(text) == n\n",
        },
        says: "1 of 1 test files",
        at: "tests/test_a.py:5",
        note: "The edge values stand in a constant.",
      },
      {
        files: {
          "tests/test_a.py": "def test_gone(client):\n    assert 404 == client.get('/nothing').status_code\n",
        },
        says: "1 of 1 test files",
        at: "tests/test_a.py:2",
        note: "The status stands first.",
      },
      {
        files: {
          "tests/test_login.py":
            "def test_login_of_nobody(client):\n    client.post('/login', json={}, exp_code=401)\n",
          "app.py": "x = 1\n",
        },
        says: "1 of 1",
        at: "tests/test_login.py:2",
        note: "A client of the project's own that is told which answer it must get.",
      },
      {
        files: {
          "tests/test_api.py":
            "def test_twice(client):\n    client.post('/code')\n    body = client.post('/code').json()\n    assert body['error_type'] == 'code_already_sent'\n",
          "app.py": "x = 1\n",
        },
        says: "1 of 1",
        at: "tests/test_api.py:4",
      },
      {
        files: {
          "tests/test_pages.py":
            "from tornado.testing import AsyncHTTPTestCase\n\n\nclass PageTests(AsyncHTTPTestCase):\n    def test_page(self):\n        self.assertEqual(404, self.fetch('/none').code)\n",
        },
        says: "1 of 1 test files",
        at: "tests/test_pages.py:6",
      },
      {
        files: {
          "tests/test_a.py":
            "import pytest\n\n\ndef test_refuses():\n    with pytest.raises(ValueError):\n        int('x')\n",
        },
        says: "1 of 1 test files",
        at: "tests/test_a.py:5",
      },
      {
        files: {
          "tests/test_a.py":
            "from django.test import TestCase\n\n\nclass HomeTests(TestCase):\n    def test_home(self):\n        self.assertEqual(self.client.get('/none').status_code, 404)\n",
        },
        says: "1 of 1 test files",
        at: "tests/test_a.py:6",
      },
      {
        files: {
          "tests/test_a.py":
            "from hypothesis import given, strategies as st\n\n\n@given(st.text())\ndef test_round(text):\n    assert decode(encode(text)) == text\n",
        },
        says: "1 of 1 test files",
        at: "tests/test_a.py:4",
      },
      {
        files: { "tests/test_cli.py": "def test_stops(run):\n    assert run('--nope').exit_code == 2\n" },
        says: "1 of 1 test files",
        at: "tests/test_cli.py:2",
      },
    ],
    partial: [
      {
        files: {
          "tests/test_a.py":
            "import pytest\n\n\ndef test_refuses():\n    with pytest.raises(ValueError):\n        int('x')\n",
          "tests/test_b.py": "def test_b():\n    assert b() == 1\n",
          "tests/test_c.py": "def test_c():\n    assert c() == 1\n",
        },
        says: "1 of 3 test files",
        at: "tests/test_a.py:5",
      },
    ],
    fail: [
      {
        files: {
          "tests/test_block.py":
            "import pytest\n\n\n@pytest.mark.parametrize('number', [10014847, 17173049])\ndef test_block(number):\n    assert block(number) == number\n",
        },
        says: "0 of 1 test file",
        at: "tests/test_block.py:5",
        note: "The number of a thing is no large value.",
      },
      {
        files: {
          "tests/test_settings.py": "def test_timeout_default():\n    assert settings().timeout == 5\n",
        },
        says: "0 of 1 test files",
        at: "tests/test_settings.py:1",
        note: "The time-out is a setting here; nothing times out.",
      },
      {
        files: { "tests/test_b.py": "def test_b():\n    assert b() == 1\n" },
        says: "0 of 1 test files",
        at: "tests/test_b.py:1",
      },
      {
        files: {
          "tests/test_b.py":
            "def test_b():\n    assert b().status_code == 200\n    # pytest.raises(ValueError)\n",
        },
        says: "0 of 1 test files",
        at: "tests/test_b.py:1",
        note: "What stands in a comment is not tried.",
      },
    ],
    notApplicable: [{ files: { "app.py": "x = 1\n" }, says: "no test functions" }],
  },
  check(project) {
    const { modules, functions } = findTests(project);
    if (modules.length === 0) return notApplicable("There are no test functions.");
    const byModule = Map.groupBy(functions, ({ module }) => module);
    const judged = modules.map((module) => ({
      module,
      path: findFailurePath(module, byModule.get(module) ?? [], project),
    }));
    const trying = judged.filter(({ path }) => path !== undefined);
    const evidence = [
      ...trying.map(({ module, path }) => module.at(path?.line ?? 1, path?.note)),
      ...judged
        .filter(({ path }) => path === undefined)
        .map(({ module }) => {
          const first = byModule.get(module)?.[0]?.outline.line ?? 1;
          return module.at(first, "nothing that goes wrong is tried in this file");
        }),
    ];
    const message = `${trying.length} of ${modules.length} test files ${trying.length === 1 ? "tries" : "try"} what goes wrong.`;
    return judgeShare(trying.length, modules.length, message, evidence, { passFrom: 0.5 });
  },
});
