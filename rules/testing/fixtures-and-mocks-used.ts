import { defineRule, type Evidence, fail, notApplicable, pass } from "../../src/engine/rule.ts";
import { findLine } from "../../src/project/files.ts";
import type { PythonModule } from "../../src/project/python/module.ts";
import { findTests } from "../../src/project/test-functions.ts";

export default defineRule({
  id: "fixtures-and-mocks-used",
  category: "testing",
  severity: "low",
  kinds: "all",
  title: "Fixtures and mocks isolate what is tested",
  why: "Tests that share state or talk to the world outside fail for reasons that have nothing to do with the code.",
  fix: "Put what several tests need into fixtures, and stand-ins where the world outside begins:\n\n```python\n@pytest.fixture\ndef order():\n    return Order(items=[Item(price=10)])\n\n\ndef test_order_is_sent(order, mocker):\n    send = mocker.patch('shop.mail.send')\n    order.place()\n    send.assert_called_once()\n```",
  checklist: ["001-07"],
  examples: {
    pass: [
      {
        files: {
          "tests/test_a.py":
            "import pytest\n\n\n@pytest.fixture\ndef order():\n    return {'price': 10}\n\n\ndef test_price(order):\n    assert order['price'] == 10\n",
        },
        says: "fixtures",
        at: "tests/test_a.py:4",
      },
      {
        files: {
          "tests/test_a.py":
            "import unittest\nfrom unittest.mock import patch\n\n\nclass ATests(unittest.TestCase):\n    @patch('a.send')\n    def test_a(self, send):\n        send.assert_not_called()\n",
        },
        says: "mocks",
        at: "tests/test_a.py:6",
      },
      {
        files: {
          "tests/test_a.py":
            "def test_home(monkeypatch):\n    monkeypatch.setenv('A', 'b')\n    assert home() == 'b'\n",
        },
        says: "monkeypatch",
        at: "tests/test_a.py:1",
      },
    ],
    fail: [
      {
        files: { "tests/test_a.py": "def test_a():\n    assert 1 + 1 == 2\n" },
        says: "The only test function uses neither",
      },
      {
        files: {
          "tests/test_a.py": "def test_a():\n    # mock = Mock()\n    assert 'monkeypatch' in words()\n",
        },
        says: "The only test function uses neither",
        note: "Words in comments and strings are none.",
      },
    ],
    notApplicable: [{ files: { "app.py": "x = 1\n" }, says: "no test functions" }],
  },
  check(project) {
    const { functions } = findTests(project);
    if (functions.length === 0) return notApplicable("There are no test functions.");
    const found = KINDS.flatMap(({ tool, words, pattern }) => {
      const places = project.tests.flatMap((module) =>
        module.mentionsAny(words) ? place(module, pattern, tool) : [],
      );
      return places.length > 0 ? [{ tool, places }] : [];
    });
    if (found.length === 0)
      return fail(
        `${functions.length === 1 ? "The only test function uses" : `The ${functions.length} test functions use`} neither fixtures nor mocks.`,
      );
    const names = found.map(
      ({ tool, places }) => `${tool} (${places.length} file${places.length === 1 ? "" : "s"})`,
    );
    const evidence: Evidence[] = [];
    // The first place of each kind first.
    for (let i = 0; i < Math.max(...found.map(({ places }) => places.length)); i++)
      for (const { places } of found) if (places[i]) evidence.push(places[i]!);
    return pass(`Tests are isolated by ${names.join(", ")}.`, evidence);
  },
});

interface Kind {
  tool: string;
  /** One of these stands wherever the pattern matches. */
  words: readonly string[];
  pattern: RegExp;
}

/** By code without strings: decorators, parameters, calls; never an import alone. */
const KINDS: readonly Kind[] = [
  {
    tool: "fixtures",
    words: ["fixture", "fixtures", "setup", "asyncsetup", "setupclass", "setupmodule", "setuptestdata"],
    pattern:
      /^[ \t]{0,12}@(?:pytest\.|pytest_asyncio\.)?(?:yield_)?(?:asyncio_)?fixture\b|\bdef (?:setUp|setUpClass|setUpTestData|asyncSetUp|setup_method|setup_class|setup_function|setup_module|setUpModule)\(|^[ \t]{0,12}fixtures\s{0,4}=\s{0,4}[[(]/m,
  },
  {
    tool: "mocks",
    words: ["mock", "patch", "mocker", "create_autospec", "pretend", "flexmock", "mockito"],
    pattern:
      /\b(?:Magic|Async|NonCallable)?Mock\(|(?<![\w.]|\bdef )(?:mock\.)?patch(?:\.(?:object|dict|multiple))?\(|\bmock\.\w{1,40}\(|[(,]\s{0,80}mocker\b|\bcreate_autospec\(|\bpretend\.(?:stub|call_recorder|raiser)\(|\bflexmock\(|\bmockito\b/,
  },
  { tool: "monkeypatch", words: ["monkeypatch"], pattern: /[(,]\s{0,80}monkeypatch\b/ },
  {
    tool: "stand-ins for services",
    words: [
      "respx",
      "responses",
      "requests_mock",
      "httpretty",
      "vcr",
      "betamax",
      "aioresponses",
      "moto",
      "mock_aws",
      "mock_s3",
      "mock_dynamodb",
      "mock_sqs",
      "fakeredis",
      "mongomock",
      "pytest_httpserver",
      "wiremock",
      "fake",
      "httpx_mock",
      "respx_mock",
      "httpserver",
      "requests_mocker",
      "fake_redis",
      "redisdb",
    ],
    pattern:
      /(?<![\w.])(?:respx|responses|requests_mock|httpretty|vcr|betamax|aioresponses|moto|mock_aws|mock_s3|fakeredis|mongomock|pytest_httpserver|wiremock|FakeRedis|FakeStrictRedis)[.(]|^[ \t]{0,12}@(?:mock_aws|mock_s3|mock_dynamodb|mock_sqs|respx|responses|httpretty|vcr)\b|[(,]\s{0,80}(?:httpx_mock|requests_mock|respx_mock|aioresponses|httpserver|requests_mocker|fake_redis|redisdb)\b/m,
  },
  {
    tool: "frozen time",
    words: ["freeze_time", "time_machine", "freezer"],
    pattern: /\bfreeze_time\(|\btime_machine\.travel\(|[(,]\s{0,80}(?:freezer|time_machine)\b/,
  },
  {
    tool: "factories",
    words: ["factory", "baker", "mixer", "faker"],
    pattern:
      /\bclass \w{1,60}\(\s{0,4}[\w.]{0,60}(?:DjangoModelFactory|SQLAlchemyModelFactory|ModelFactory|Factory)\b|\bbaker\.(?:make|prepare)\(|\bmixer\.blend\(|(?<=\w)Factory(?:\.(?:create|build|create_batch|build_batch))?\(|\bFaker\(/,
  },
  {
    tool: "ready-made fixtures",
    words: [
      "tmp_path",
      "tmpdir",
      "capsys",
      "capfd",
      "caplog",
      "recwarn",
      "testdir",
      "pytester",
      "tmp_path_factory",
      "db",
      "client",
      "live_server",
      "settings",
      "benchmark",
    ],
    pattern:
      /\bdef test\w{0,120}\([^)]{0,400}\b(?:tmp_path|tmpdir|capsys|capfd|caplog|recwarn|testdir|pytester|tmp_path_factory|db|client|live_server|settings|benchmark)\b/,
  },
];

function place(module: PythonModule, pattern: RegExp, tool: string): Evidence[] {
  const line = findLine(module.code, pattern);
  return line === undefined ? [] : [module.at(line, tool)];
}
