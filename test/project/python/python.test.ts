/** Facts of Python modules: blanked code, statements, imports, functions, handlers, calls, notebooks, roles. */
import { describe, expect, it } from "vitest";
import { lex } from "../../../src/project/python/lex.ts";
import { PythonModule } from "../../../src/project/python/module.ts";
import { readNotebook } from "../../../src/project/python/notebook.ts";
import { ModuleReader, moduleName, readNoqa } from "../../../src/project/python/read-modules.ts";
import { chooseSource, roleOf } from "../../../src/project/python/roles.ts";
import { filesOf } from "../../../src/project/read-files.ts";

const moduleOf = (text: string, path = "app.py"): PythonModule =>
  new PythonModule({
    path,
    role: "source",
    name: moduleName(path),
    text,
    lint: { diagnostics: [], noqa: new Map() },
  });

describe("blanked code", () => {
  it("keeps every offset and line", () => {
    const text = "x = \"a#b\"  # note \"quoted\"\ny = '''one\ntwo'''\n";
    const code = lex(text).code;
    expect(code).toBe(`x = "   "${" ".repeat(17)}\ny = '''   \n   '''\n`);
    expect(code.length).toBe(text.length);
  });

  it("follows escapes, raw strings and quotes inside f-strings", () => {
    expect(lex(String.raw`a = "\"" + b`).code).toBe(`a = "  " + b`);
    expect(lex(String.raw`a = r"\" + b" + c`).code).toBe(`a = r"      " + c`);
    expect(lex('a = f"{x["k"]} # no" + b').code).toBe('a = f"             " + b');
  });

  it("keeps offsets where characters take several bytes", () => {
    const text = "név = 'é🎉#'  # 漢字\n変数 = 'a'\n";
    expect(lex(text).code).toBe(`név = '${" ".repeat(4)}'${" ".repeat(6)}\n変数 = ' '\n`);
  });

  it("counts the lines on which something stands", () => {
    expect(lex('# a\n\n"""\n\n b\n"""  \n   \nx = 1  # c\n\t# d').lineCount).toBe(6);
    expect(lex("").lineCount).toBe(0);
    expect(lex(" \n\t\n").lineCount).toBe(0);
  });

  it("takes an empty string behind another for no long string", () => {
    const { code } = lex('def f():\n    "Dummy"""\n    return 1\n\ndef g(): ...\n');
    expect(code).toBe('def f():\n    "     "  \n    return 1\n\ndef g(): ...\n');
    expect(moduleOf(code).functions.map(({ name }) => name)).toEqual(["f", "g"]);
  });

  it("ends an unterminated string with its line", () => {
    expect(lex('a = "open\nb = 1').code).toBe('a = "    \nb = 1');
  });
});

describe("statements", () => {
  it("joins continuation lines and knows blocks", () => {
    const { statements } = moduleOf(
      "def f(\n    a,\n):\n    if a:\n        return [\n            1,\n        ]\n\nx = 1\n",
    );
    expect(
      statements.map(({ keyword, line, endLine, blockEnd }) => [keyword, line, endLine, blockEnd]),
    ).toEqual([
      ["def", 1, 3, 7],
      ["if", 4, 4, 7],
      ["return", 5, 7, 7],
      ["", 9, 9, 9],
    ]);
  });

  it("recovers from a bracket that never closes", () => {
    const { statements } = moduleOf("x = (1,\n\ndef f():\n    pass\n");
    expect(statements.map(({ keyword }) => keyword)).toEqual(["", "def", "pass"]);
  });

  it("is linear in a docstring of a hundred thousand lines", () => {
    const { statements } = moduleOf(`"""\n${"word (\n".repeat(100_000)}"""\nx = 1\n`);
    expect(statements.length).toBe(2);
  });
});

describe("imports", () => {
  it("reads every form with its guard", () => {
    const { imports } = moduleOf(
      [
        "import os, sys as system",
        "import a.b.c as abc",
        "from x import (y,",
        "    z as w)",
        "from . import sibling",
        "from ..pkg.mod import *",
        "try:",
        "    import ujson",
        "except ImportError:",
        "    ujson = None",
        "if TYPE_CHECKING:",
        "    from t import T",
        "def f():",
        "    import late",
      ].join("\n"),
    );
    expect(imports.map(({ module, level, alias, guard }) => [module, level, alias, guard])).toEqual([
      ["os", 0, "os", undefined],
      ["sys", 0, "system", undefined],
      ["a.b.c", 0, "abc", undefined],
      ["x", 0, undefined, undefined],
      ["", 1, undefined, undefined],
      ["pkg.mod", 2, undefined, undefined],
      ["ujson", 0, "ujson", "optional"],
      ["t", 0, undefined, "type-checking"],
      ["late", 0, "late", "function"],
    ]);
  });

  it("ignores imports in strings", () => {
    expect(moduleOf('"""\nimport os\n"""\n').imports).toEqual([]);
  });
});

describe("functions and handlers", () => {
  const module = moduleOf(
    [
      "class A:",
      '    @route("/x")',
      "    async def get(self, a: int) -> str:",
      "        try:",
      "            work()",
      "        except (KeyError, a.B) as error:",
      "            raise",
      "        except:",
      "            pass",
      "        def inner(): return 1",
    ].join("\n"),
  );

  it("outlines functions", () => {
    expect(
      module.functions.map(({ name, line, endLine, className, nested, async }) => [
        name,
        line,
        endLine,
        className,
        nested,
        async,
      ]),
    ).toEqual([
      ["get", 3, 10, "A", false, true],
      ["inner", 10, 10, undefined, true, false],
    ]);
    expect(module.functions[0]?.decorators).toEqual([{ text: 'route("/x")', line: 2 }]);
    expect(module.functionAt(10)?.name).toBe("inner");
  });

  it("outlines handlers with what they guard", () => {
    expect(
      module.handlers.map(({ line, types, name, body, tried }) => [
        line,
        types,
        name,
        body.length,
        tried[0]?.line,
      ]),
    ).toEqual([
      [6, ["KeyError", "a.B"], "error", 1, 5],
      [8, [], undefined, 1, 5],
    ]);
  });
});

describe("calls", () => {
  it("resolves aliases and the calls that made an object", () => {
    const { calls } = moduleOf(
      [
        "import requests as r",
        "from httpx import AsyncClient",
        "client = AsyncClient(timeout=5)",
        "r.get('x', timeout=3, *args, **more)",
        "client.post('y')",
        "class A:",
        "    def __init__(self): self.s = r.Session()",
        "    async def f(self):",
        "        await self.s.get('z')",
        "        with open('f') as handle: handle.read()",
      ].join("\n"),
    );
    expect(calls.map(({ callee, line }) => [callee, line])).toEqual([
      ["httpx.AsyncClient", 3],
      ["requests.get", 4],
      ["httpx.AsyncClient().post", 5],
      ["requests.Session", 7],
      ["requests.Session().get", 9],
      ["open", 10],
      ["open().read", 10],
    ]);
    expect(calls[1]?.args.map(({ name, star, text }) => [name, star, text])).toEqual([
      [undefined, undefined, "'x'"],
      ["timeout", undefined, "3"],
      [undefined, "*", "args"],
      [undefined, "**", "more"],
    ]);
  });
});

describe("notebooks", () => {
  it("keeps code at the lines of the file itself", () => {
    const raw = JSON.stringify(
      {
        cells: [
          { cell_type: "markdown", source: ["# Title"] },
          { cell_type: "code", source: ["%matplotlib inline\n", "import os\n", 'x = "a\\n"'] },
        ],
        nbformat: 4,
      },
      null,
      1,
    );
    const { text, cells } = readNotebook(raw);
    const lines = raw.split("\n");
    const at = text.split("\n").indexOf("import os");
    expect(lines[at]).toContain('"import os\\n"');
    expect(cells[at]).toBe(1);
    expect(text.split("\n").filter((line) => line !== "")).toEqual(["pass", "import os", 'x = "a\\n"']);
  });

  it("reads one that stands in a single line, and says when it is broken", () => {
    const flat = readNotebook('{"cells":[{"cell_type":"code","source":["a = 1\\n","b = 2"]}]}');
    expect(flat).toMatchObject({ text: "a = 1\nb = 2", flat: true });
    expect(readNotebook("no json").broken).toBeDefined();
    expect(readNotebook('{"cells": [').broken).toBeDefined();
  });
});

describe("roles", () => {
  it.each([
    ["src/flask/testing.py", "", "source"],
    ["tests/test_app.py", "", "test"],
    ["t/unit/test_x.py", "", "test"],
    ["features/steps/shop.py", "", "test"],
    ["features/environment.py", "", "test"],
    ["shop/features/prices.py", "", "source"],
    ["lab/parse.py", "", "example"],
    ["src/lab/parse.py", "", "source"],
    ["devel/list_sites.py", "", "script"],
    ["app/test.py", "def test_x(): pass", "test"],
    ["test.py", "model.eval()", "source"],
    ["app/test.py", "from shop.test import stories", "test"],
    ["app/migrations/0001_initial.py", "# Generated by Django 4.2", "migration"],
    ["alembic/versions/3f2a_add.py", "", "migration"],
    ["api/user_pb2.py", "", "generated"],
    ["client/rest.py", '"""\n    Shop API\n\n    Do not edit the class manually.\n"""\n', "generated"],
    ["src/app/_vendor/six.py", "", "vendored"],
    ["external/googletest/setup.py", "", "vendored"],
    ["src/external/web/app.py", "", "source"],
    ["env/lib/python3.12/os.py", "", "vendored"],
    ["env/cartpole.py", "", "source"],
    ["shop/vendor/models.py", "", "source"],
    ["shop/vendor/migrations/0001_initial.py", "", "migration"],
    ["docs/conf.py", "", "docs"],
    ["Sphinx-docs/conf.py", "", "docs"],
    ["manual/conf.py", 'extensions = ["sphinx.ext.autodoc"]', "docs"],
    ["shop/conf.py", "extensions = []", "source"],
    ["examples/hello.py", "", "example"],
    ["example_pytest.py", "", "example"],
    ["app/example.py", "", "source"],
    ["bench/data.py", "", "example"],
    ["setup.py", "", "build"],
    ["tools/release.py", "", "script"],
    ["src/app/tools/x.py", "", "source"],
  ])("%s is %s", (path, text, role) => {
    expect(roleOf(path, text)).toBe(role);
  });
});

it("what was put aside in an archive is no source, unless it is a package or all there is", () => {
  const at = (path: string) => ({ path, role: roleOf(path, ""), lineCount: 1 });
  const paths = (...all: string[]) => chooseSource(all.map(at)).map(({ path }) => path);
  expect(paths("shop/a.py", "archive/mlb/b.py")).toEqual(["shop/a.py"]);
  expect(paths("shop/a.py", "archive/__init__.py", "archive/b.py")).toHaveLength(3);
  expect(paths("archive/b.py")).toEqual(["archive/b.py"]);
});

it("a file longer than one file may be is no module, and the report tells", () => {
  const never = () => {
    throw new Error("asked Ruff");
  };
  const options = { codes: [], everywhere: [], apis: [], targetVersion: "py313" };
  const reader = new ModuleReader(never, options, { file: 100, total: 0 }, "");
  const files = filesOf({ "a.py": "x = 1\n".repeat(20), "b.py": "y = 2\n" });
  for (const path of files.paths) reader.read(files, path);
  expect(reader.modules.map(({ path }) => path)).toEqual(["b.py"]);
  expect(reader.skipped[0]).toEqual({ path: "a.py", reason: "larger than 100 bytes of Python" });
});

it("functions and lines are found by their places", () => {
  const text = "def a():\n    def b():\n        return 1\n    return b\n\n\nx = 1\n";
  const module = moduleOf(text);
  expect([1, 2, 3, 4, 7, 99].map((line) => module.functionAt(line)?.name)).toEqual([
    "a",
    "b",
    "b",
    "a",
    undefined,
    undefined,
  ]);
  for (const at of [0, 8, 9, text.indexOf("x = 1"), text.length - 1])
    expect(module.lineAt(at)).toBe(text.slice(0, at).split("\n").length);
});

describe("noqa", () => {
  it("reads codes, bare comments and file-wide ones", () => {
    const noqa = readNoqa("import os  # noqa: F401, E402\nx = 1  # NOQA\n# ruff: noqa: S101\n");
    expect([...noqa]).toEqual([
      [1, ["F401", "E402"]],
      [2, "all"],
      [0, ["S101"]],
    ]);
  });
});

describe("nesting", () => {
  it("is bounded as CPython bounds it", () => {
    expect(lex("(".repeat(150) + ")".repeat(150)).tooDeep).toBeUndefined();
    expect(lex("(".repeat(20_000)).tooDeep).toContain("nested too deeply");
  });

  it("is told from length: what Ruff takes squared time for is not linted", () => {
    const names = Array.from({ length: 5_000 }, (_, i) => `n${i}`);
    const expected = "too many names";
    expect(lex(`from a import ${names.join(", ")}\n`).tooLong).toContain(expected);
    expect(lex(`x = 1\nfrom a import (\n    ${names.join(",\n    ")},\n)\n`).tooLong).toContain(expected);
    expect(lex(`import ${names.join(", \\\n")}\n`).tooLong).toContain(expected);
    expect(lex(`x = ${"' ' ".repeat(6_000)}\n`).tooLong).toContain("too many strings");
    expect(lex(`x = (${"rb' '\n".repeat(6_000)})\n`).tooLong).toContain("too many strings");
    expect(lex(`é = 1\n${"a.b;".repeat(5_000)}`).tooLong).toContain("lines are too long");
    for (const fine of [
      `e = 1\n${"a.b;".repeat(5_000)}`,
      `é = "${"é".repeat(10_000)}"\n${"é = 1  # é\n".repeat(90_000)}`,
      names.map((name) => `from a import ${name}`).join("\n"),
      names.map((name) => `import ${name}\nX = "a"`).join("\n"),
      `X = [${'"a", '.repeat(20_000)}]`,
      '"""a"""\nx = 1\n'.repeat(20_000),
    ])
      expect(lex(fine).tooLong).toBeUndefined();
  });
});
