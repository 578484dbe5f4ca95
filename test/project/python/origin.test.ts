/** Where values come from, and how strings are put together. */
import { describe, expect, it } from "vitest";
import { PythonModule } from "../../../src/project/python/module.ts";
import { originOf } from "../../../src/project/python/origin.ts";
import { piecesOf } from "../../../src/project/python/pieces.ts";

const moduleOf = (text: string): PythonModule =>
  new PythonModule({
    path: "a.py",
    role: "source",
    name: "a",
    text,
    lint: { diagnostics: [], noqa: new Map() },
  });

/** Origins of the first arguments of `show(…)` calls. */
function origins(text: string): string[] {
  const module = moduleOf(text);
  return module.calls
    .filter(({ callee }) => callee === "show")
    .map(({ args: [first] }) => (first ? originOf(module, first.node) : ""));
}

/** The pieces of `show(…)`: text as written, values as `<origin>`. */
function shown(text: string): string[] {
  const module = moduleOf(text);
  return module.calls
    .filter(({ callee }) => callee === "show")
    .map(({ args: [first] }) =>
      first
        ? piecesOf(module, first.node)
            .map((one) => ("text" in one ? one.text : `<${one.origin}>`))
            .join("")
        : "",
    );
}

describe("origins", () => {
  it("knows numbers out of lists of numbers", () => {
    expect(origins("def f(years: list[int]):\n    for year in years:\n        show(year)\n")).toEqual([
      "number",
    ]);
    expect(origins("def f(years: list[str]):\n    for year in years:\n        show(year)\n")).toEqual([
      "parameter",
    ]);
  });

  it("knows literals, numbers, constants and quoted values", () => {
    expect(origins('show("a" if x else "b")')).toEqual(["literal"]);
    expect(origins("show(int(x))\ndef f(n: int): show(n)")).toEqual(["number", "number"]);
    expect(origins("show(settings.TABLE)\nshow(LIMIT)")).toEqual(["constant", "constant"]);
    expect(origins("import shlex\nshow(shlex.quote(input()))")).toEqual(["quoted"]);
    expect(origins('show(", ".join("?" for _ in ids))')).toEqual(["literal"]);
  });

  it("knows what comes from outside, from the command line, from files and from callers", () => {
    expect(origins('from flask import request\nshow(request.args["q"])')).toEqual(["outside"]);
    expect(origins("show(input().strip())")).toEqual(["outside"]);
    expect(origins("import sys\nshow(sys.argv[1])")).toEqual(["argument"]);
    expect(origins('show(open("x").read())\nwith open("y") as f: show(f)')).toEqual(["file", "file"]);
    expect(origins("def f(a): show(a)\ndef g(request, b): show(b)")).toEqual(["parameter", "outside"]);
    expect(origins('@app.get("/<name>")\ndef f(name): show(name)')).toEqual(["outside"]);
    expect(origins("@click.command()\ndef f(name): show(name)")).toEqual(["argument"]);
  });

  it("follows names, loops, attributes and globals", () => {
    expect(origins("def f():\n    a = input()\n    b = a\n    show(b)")).toEqual(["outside"]);
    expect(origins('for x in ["a", "b"]: show(x)')).toEqual(["literal"]);
    expect(origins('class A:\n    k = "a"\n    def f(self): show(self.k)')).toEqual(["literal"]);
    expect(origins('v = "a"\ndef f():\n    global v\n    v = input()\ndef g(): show(v)')).toEqual([
      "outside",
    ]);
    expect(origins("a = a + 1\nshow(a)\nshow(unknown(a))")).toEqual(["literal", "unknown"]);
  });
});

describe("pieces", () => {
  it("are told apart in f-strings, %, +, format and join", () => {
    expect(shown('def f(a): show(f"x {a} y")')).toEqual(["x <parameter> y"]);
    expect(shown('def f(a): show("x %s y %(k)s" % a)')).toEqual(["x <parameter> y <parameter>"]);
    expect(shown('def f(a): show("x " + a + " y")')).toEqual(["x <parameter> y"]);
    expect(shown('show("{b} {a}".format(a=1, b=input()))')).toEqual(["<outside> <literal>"]);
    expect(shown('def f(a):\n    s = "x"\n    s += f" {a}"\n    show(s)')).toEqual(["x <parameter>"]);
    expect(shown('show("a" "b" f"{1}")')).toEqual(["ab<literal>"]);
  });

  it("stay bounded in code that refers to itself", () => {
    const names = Array.from({ length: 60 }, (_, i) => `a${i} = a${(i + 1) % 60} + a${(i + 2) % 60}`).join(
      "\n",
    );
    expect(shown(`${names}\nshow(a0)`)).toHaveLength(1);
    expect(origins(`${names}\nshow(a0)`)).toHaveLength(1);
    const long = `${"a + ".repeat(20_000)}b`;
    expect(origins(`show(${long})\nx = ${long}\nshow(x)`)).toEqual(["unknown", "unknown"]);
    expect(shown(`show(${long})`)).toHaveLength(1);
  });
});
