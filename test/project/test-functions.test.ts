/** Which functions are tests, and whether they check anything. */
import { describe, expect, it } from "vitest";
import { assertionOf } from "../../src/project/test-assertions.ts";
import { findTests } from "../../src/project/test-functions.ts";
import { projectOf } from "./project-of.ts";

const namesIn = (files: Record<string, string>): string[] =>
  findTests(projectOf(files)).functions.map(({ outline }) => outline.name);

describe("test functions", () => {
  it("are functions and methods that pytest and unittest collect", () => {
    expect(
      namesIn({
        "tests/test_a.py":
          "import unittest\n\ndef test_one(): pass\n\nasync def test_two(): pass\n\nclass A(unittest.TestCase):\n    def test_three(self): pass\n    def helper(self): pass\n",
      }),
    ).toEqual(["test_one", "test_two", "test_three"]);
  });

  it("are not fixtures, nested functions, routes or helpers in conftest", () => {
    expect(
      namesIn({
        "tests/test_a.py":
          '@pytest.fixture\ndef test_user(): pass\n\ndef test_one():\n    def test_inner(): pass\n\n@app.get("/")\ndef test_view(): pass\n',
        "tests/conftest.py": "def test_something(): pass\n",
        "tests/helpers.py": "def test_connection(): pass\n",
      }),
    ).toEqual(["test_one"]);
  });

  it("keep decorated ones: property tests and parametrised tests", () => {
    expect(
      namesIn({
        "tests/test_a.py":
          "from hypothesis import given\n\n@given(st.text())\ndef test_a(text): assert text\n\n@pytest.mark.parametrize('a', [1])\ndef test_b(a): assert a\n",
      }),
    ).toEqual(["test_a", "test_b"]);
  });

  it("are found where pytest is told to look", () => {
    const test = "def check_a():\n    assert a\n\ndef should_b():\n    assert b\n";
    expect(namesIn({ "tests/spec_a.py": test })).toEqual([]);
    expect(
      namesIn({
        "tests/spec_a.py": test,
        "pytest.ini": "[pytest]\npython_files = spec_*.py\npython_functions = check_* should_*\n",
      }),
    ).toEqual(["check_a", "should_b"]);
    expect(
      namesIn({
        "tests/Issue.py": "class Issue(Framework.TestCase):\n    def testEdit(self): pass\n",
        "pyproject.toml": '[tool.pytest.ini_options]\npython_files = "tests/*.py"\n',
      }),
    ).toEqual(["testEdit"]);
  });

  it("are none in input for tests and in experiments", () => {
    expect(namesIn({ "tests/data/cases.py": "class TestA:\n    def test_a(self): pass\n" })).toEqual([]);
    expect(namesIn({ "test.py": "import torch\n\ndef test(model, loader):\n    return 1\n" })).toEqual([]);
  });

  it("tell empty and skipped ones apart", () => {
    const { functions } = findTests(
      projectOf({
        "tests/test_a.py":
          'def test_a():\n    """Later."""\n    pass\n\ndef test_b():\n    assert True\n\n@pytest.mark.skip(reason="x")\ndef test_c():\n    assert c\n\n@pytest.mark.skipif(WINDOWS)\ndef test_d():\n    assert d\n',
      }),
    );
    expect(functions.map(({ empty, skipped }) => [empty, skipped])).toEqual([
      [true, false],
      [true, false],
      [false, true],
      [false, false],
    ]);
  });
});

describe("doctests", () => {
  const code = { "a.py": '"""\n>>> 1 + 1\n2\n"""\n' };

  it("count where something runs them", () => {
    expect(findTests(projectOf(code)).doctests).toEqual([]);
    for (const runner of [
      { "setup.cfg": "[tool:pytest]\naddopts = --doctest-modules\n" },
      { Makefile: "test:\n\tpython -m doctest a.py\n" },
      { "run.py": "import doctest\n\ndoctest.testmod()\n" },
    ] as Record<string, string>[]) {
      expect(findTests(projectOf({ ...code, ...runner })).doctests).toEqual([{ path: "a.py", line: 2 }]);
    }
  });
});

const checkOf = (body: string, more: Record<string, string> = {}) => {
  const lines = body
    .split("\n")
    .map((line) => `    ${line}`)
    .join("\n");
  const project = projectOf({ "tests/test_a.py": `def test_a(self, client):\n${lines}\n`, ...more });
  const [test] = findTests(project).functions;
  return test && assertionOf(test, project);
};

describe("assertions", () => {
  it.each([
    ["assert a == 1", "assert"],
    ["x = 1\nself.assertEqual(a, 1)", "self.assertEqual"],
    ["with pytest.raises(ValueError):\n    work()", "pytest.raises"],
    ["send.assert_called_once_with(1)", "send.assert_called_once_with"],
    ["np.testing.assert_allclose(a, b)", "np.testing.assert_allclose"],
    ["result.stdout.fnmatch_lines(['x'])", ".fnmatch_lines"],
    ["subprocess.check_call(['x'])", "check_call"],
    ["if a:\n    raise RuntimeError(a)", "raise R"],
    ["expect(page).to_have_title('x')", "expect"],
    ["form.submit(status=404)", "status=404"],
  ])("%s", (body, how) => {
    expect(checkOf(body)).toMatchObject({ how: expect.stringContaining(how) });
  });

  it.each(["work()", "assert True", "print('assert a')", "# assert a\nwork()", "self.assertTrue(True)"])(
    "%s checks nothing",
    (body) => expect(checkOf(body)).toBeUndefined(),
  );

  it("name the line", () => {
    expect(checkOf("a = work(\n    1,\n)\nassert a")).toEqual({ line: 5, how: "assert" });
  });

  it("are followed into the project's own functions", () => {
    const helper = "def check_page(page):\n    _check(page)\n\ndef _check(page):\n    assert page\n";
    expect(checkOf("check_page(client)", { "tests/helpers.py": helper })).toEqual({
      line: 2,
      how: "check_page",
    });
    expect(checkOf("self.check_page(client)", { "tests/base.py": helper })).toBeDefined();
    expect(checkOf("open_page(client)", { "tests/helpers.py": helper })).toBeUndefined();
  });

  it("are not followed into other packages, nor through names that many objects have", () => {
    const helper =
      "class Client:\n    def get(self, url):\n        assert url\n\ndef load(x):\n    assert x\n";
    expect(checkOf("client.get('/')", { "tests/helpers.py": helper })).toBeUndefined();
    const project = projectOf({
      "tests/test_a.py": "from json import load\n\ndef test_a():\n    load(f)\n",
      "tests/helpers.py": helper,
    });
    expect(assertionOf(findTests(project).functions[0]!, project)).toBeUndefined();
  });

  it("end where functions call each other", () => {
    const helper = "def ping(x):\n    pong(x)\n\ndef pong(x):\n    ping(x)\n";
    expect(checkOf("ping(1)", { "tests/helpers.py": helper })).toBeUndefined();
  });
});
