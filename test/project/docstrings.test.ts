/** Docstrings, what is public, and which functions say their types. */
import { describe, expect, it } from "vitest";
import { readAnnotations } from "../../src/project/annotations.ts";
import { buildProject } from "../../src/project/build-project.ts";
import { repeatsName } from "../../src/project/docstring-words.ts";
import { type Documentable, readDocumentables } from "../../src/project/docstrings.ts";
import type { Project } from "../../src/project/project.ts";
import { PythonModule } from "../../src/project/python/module.ts";
import { moduleName } from "../../src/project/python/read-modules.ts";
import { roleOf } from "../../src/project/python/roles.ts";
import { filesOf } from "../../src/project/read-files.ts";

function projectOf(texts: Record<string, string>): Project {
  const modules = Object.entries(texts).map(
    ([path, text]) =>
      new PythonModule({
        ...{ path, text, name: moduleName(path), role: roleOf(path, text) },
        lint: { diagnostics: [], noqa: new Map() },
      }),
  );
  return buildProject({ files: filesOf(texts), root: "", modules, artifact: "repository", skipped: [] });
}

const publicNames = (texts: Record<string, string>): string[] =>
  readDocumentables(projectOf(texts))
    .filter((one) => one.public && one.kind !== "module")
    .map(({ className, name }) => (className === undefined ? name : `${className}.${name}`));

describe("public definitions", () => {
  it("leave out private, nested and special ones, overloads, setters and stubs of protocols", () => {
    const text = [
      "class Store:",
      "    class Meta:",
      "        pass",
      "    def __init__(self): pass",
      "    def get(self):",
      "        def inner(): pass",
      "    def _drop(self): pass",
      "    @property",
      "    def size(self): pass",
      "    @size.setter",
      "    def size(self, value): pass",
      "class _Hidden:",
      "    def f(self): pass",
      "class Reads(Protocol):",
      "    def read(self): ...",
      "@typing.overload",
      "def load(x: int): ...",
      "def load(x): pass",
    ].join("\n");
    expect(publicNames({ "a.py": text })).toEqual(["Store", "Store.get", "Store.size", "Reads", "load"]);
  });

  it("are those of __all__ where there is one", () => {
    expect(publicNames({ "a.py": "__all__ = ['f']\ndef f(): pass\ndef g(): pass\n" })).toEqual(["f"]);
  });

  it("of private modules are those that a package offers", () => {
    const files = {
      "pkg/__init__.py":
        "from ._client import Client\nfrom ._api import *\nfrom pkg._errors import Missing\n",
      "pkg/_client.py": "class Client:\n    def get(self): pass\nclass Other: pass\n",
      "pkg/_api.py": "__all__ = ['get']\ndef get(): pass\ndef helper(): pass\n",
      "pkg/_errors.py": "class Missing(Exception): pass\n",
    };
    expect(publicNames(files)).toEqual(["Client", "Client.get", "get", "Missing"]);
  });

  it("stand in no module that calls itself private", () => {
    expect(
      publicNames({ "a.py": '"""Internal helpers, not part of the public API."""\ndef f(): pass\n' }),
    ).toEqual([]);
  });
});

describe("docstrings", () => {
  const docstringsIn = (text: string): (string | undefined)[] =>
    readDocumentables(projectOf({ "a.py": text })).map(({ docstring }) => docstring?.text.trim());

  it("are the first statement, in any quotes, on the line of the definition too", () => {
    const text = `'''Module.'''\nclass A(Exception): "Inline."\ndef f():\n    r"""Raw."""\ndef g(x: str = "a"):\n    "Plain."\n`;
    expect(docstringsIn(text)).toEqual(["Module.", "Inline.", "Raw.", "Plain."]);
  });

  it("are no other strings", () => {
    const text = 'x = 1\n"""late"""\ndef f():\n    x = "a"\ndef g():\n    "a".join([])\ndef h(x="a"): pass\n';
    expect(docstringsIn(text)).toEqual([undefined, undefined, undefined, undefined]);
  });
});

describe("docstrings that repeat the name", () => {
  const repeats = (definition: string, docstring: string): boolean => {
    const [, found] = readDocumentables(projectOf({ "a.py": `${definition}\n    """${docstring}"""\n` }));
    return repeatsName(found as Documentable);
  };

  it.each([
    ["def get_user(id):", "Get the user by id."],
    ["def get_user(id):", "Returns a user."],
    ["class HTTPClient:", "HTTP client class."],
    [
      "def parse_urls(urls: list[str]) -> dict:",
      "_summary_\n\n    Args:\n        urls (list[str]): _description_\n",
    ],
    ["def run():", ""],
  ])("%s %s", (definition, docstring) => {
    expect(repeats(definition, docstring)).toBe(true);
  });

  it.each([
    ["def get_user(id):", "None once the token has expired."],
    ["def get_user(id):", "Get the user, from the cache where it is fresh."],
    ["def split(text):", "Split at `;`."],
    ["def get_user(id):", "获取用户"],
  ])("%s %s does not", (definition, docstring) => {
    expect(repeats(definition, docstring)).toBe(false);
  });
});

describe("annotations", () => {
  const untyped = (text: string): string[] =>
    readAnnotations(projectOf({ "a.py": text })).map(
      ({ outline, untyped: names, returnMissing }) =>
        `${outline.name}(${names.join(", ")})${returnMissing ? " ->" : ""}`,
    );

  it("are read through defaults, nested brackets, markers and type parameters", () => {
    const text = [
      "def a(x: dict[str, int] = {'a': 1}, /, *, y, key=lambda v: v, **rest) -> int: pass",
      "def b[T: (int, str)](x: T): pass",
      "async def c(",
      "    x,  # type: int",
      "    y: 'int, str' = ')',",
      ") -> None: pass",
    ].join("\n");
    expect(untyped(text)).toEqual(["a(y, key)", "b() ->", "c(x)"]);
  });

  it("are asked of no self, and of no result of __init__", () => {
    const text =
      "class A:\n    def __init__(self): pass\n    def f(this, x): pass\n    @staticmethod\n    def g(x) -> int: pass\n";
    expect(untyped(text)).toEqual(["f(x) ->", "g(x)"]);
  });
});
