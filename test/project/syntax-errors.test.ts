/** Modules that do not parse, and what they are instead. */
import { describe, expect, it } from "vitest";
import { PythonModule } from "../../src/project/python/module.ts";
import type { Diagnostic } from "../../src/project/python/ruff.ts";
import { findUnparsed, isMisread, type UnparsedKind } from "../../src/project/syntax-errors.ts";

const error = (line: number, message = "Expected an expression", code = "syntax"): Diagnostic => ({
  ...{ code, message, line, column: 1, endLine: line },
});

const moduleOf = (path: string, text: string, ...diagnostics: Diagnostic[]): PythonModule =>
  new PythonModule({ path, role: "source", name: "a", text, lint: { diagnostics, noqa: new Map() } });

const kindOf = (path: string, text: string, ...errors: Diagnostic[]): UnparsedKind | undefined =>
  findUnparsed([moduleOf(path, text, ...(errors.length > 0 ? errors : [error(1)]))])[0]?.kind;

describe("a module that does not parse", () => {
  it.each<[string, string, UnparsedKind]>([
    ["app.py", "def f(:\n", "broken"],
    ["app.py", "<<<<<<< HEAD\n", "broken"],
    ["app.py", "print 'hello'\n", "python-2"],
    ["app.py", "print >>sys.stderr, x\n", "python-2"],
    ["app.py", "raise ValueError, 'x'\n", "python-2"],
    ["app.py", "x = 0777\n", "python-2"],
    ["app.py", "exec 'x = 1' in scope\n", "python-2"],
    ["app.py", "def f(a, (b, c)): pass\n", "python-2"],
    ["app.py", "async = read('async')\n", "python-2"],
    ["app.py", "from .async import Pool\n", "python-2"],
    ["app.py", "async def f(): return (\n", "broken"],
    ["app.py", "from {{ cookiecutter.slug }} import x\n", "template"],
    ["{{cookiecutter.slug}}/app.py", "x = {{ y }}\n", "template"],
    ["app.py", "{%- if a %}\nx = 1\n{% endif %}\n", "template"],
    ["app.py", "import $package\n", "template"],
    ["data/bad.py", "x = (\n", "fixture"],
    ["app/link.py", "../shared/link.py", "fixture"],
    ["app/lesson.py", "x = = 1  # SyntaxError\n", "fixture"],
    ["app.py", "%matplotlib inline\n", "ipython"],
  ])("%s %j is %s", (path, text, kind) => {
    expect(kindOf(path, text)).toBe(kind);
  });

  it("may be of a newer Python, and is misread only if something else is wrong", () => {
    const added =
      "Multiple exception types must be parenthesized on Python 3.13 (syntax was added in Python 3.14)";
    const newer = moduleOf(
      "a.py",
      "try:\n    f()\nexcept KeyError, ValueError:\n    pass\n",
      error(3, added),
    );
    expect(findUnparsed([newer])).toMatchObject([{ kind: "newer", needs: "3.14", line: 3 }]);
    expect(isMisread(newer)).toBe(false);
    expect(kindOf("a.py", "try:\n    f()\nexcept KeyError, e:\n    pass\n", error(3, added))).toBe(
      "python-2",
    );
    expect(isMisread(moduleOf("a.py", "def f(:\n", error(1)))).toBe(true);
  });

  it("may be refused by the compiler only", () => {
    const text = "x = 1\nreturn x\n";
    expect(kindOf("a.py", text, error(2, "`return` statement outside of a function/method", "F706"))).toBe(
      "broken",
    );
    expect(kindOf("a.py", "await f()\n", error(1, "`await` statement outside of a function", "F704"))).toBe(
      "ipython",
    );
  });
});
