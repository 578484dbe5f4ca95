import { describe, expect, it } from "vitest";
import { readMarkup } from "../../../src/project/delivery/markup.ts";
import { deliveryOf } from "./delivery-of.ts";

const headings = (path: string, text: string) =>
  readMarkup(path, text).sections.map(({ title, level, line }) => `${level} ${title}:${line}`);
const blocks = (path: string, text: string) =>
  readMarkup(path, text).codeBlocks.map(({ language, text: body, line }) => `${language}:${line} ${body}`);

describe("Markdown", () => {
  const text = `---
title: x
---
# One \`code\` [link](x) ##

Setext
======

Also
---

| a | b |
| --- | --- |

\`\`\`sh
# no heading
pip install x
\`\`\`

- item

  ~~~python
  # no heading
  x = 1
  ~~~

<!--
# hidden
-->
<h2 align="center">HTML</h2>

    # indented
    code

#hashtag
### Three
`;

  it("finds headings, and none in code, comments, tables or front matter", () => {
    expect(headings("a.md", text)).toEqual([
      "1 One code link:4",
      "1 Setext:6",
      "2 Also:9",
      "2 HTML:30",
      "3 Three:36",
    ]);
  });

  it("finds code blocks with language and line", () => {
    expect(blocks("a.md", text)).toEqual([
      "sh:16 # no heading\npip install x",
      "python:23 # no heading\nx = 1",
      ":32 # indented\ncode",
    ]);
  });

  it("gives each section what belongs to it, subsections included", () => {
    const { sections } = readMarkup("a.md", "# A\na\n## B\nb\n### C\nc\n## D\nd\n");
    expect(sections.map(({ title, body }) => [title, body])).toEqual([
      ["A", "a\n## B\nb\n### C\nc\n## D\nd"],
      ["B", "b\n### C\nc"],
      ["C", "c"],
      ["D", "d"],
    ]);
  });

  it("survives a fence, a comment and front matter that never end", () => {
    expect(headings("a.md", "# A\n```\n# B\n")).toEqual(["1 A:1"]);
    expect(headings("a.md", "<!-- x\n# A\n")).toEqual(["1 A:2"]);
    expect(headings("a.md", "---\n# A\n")).toEqual(["1 A:2"]);
  });
});

describe("reStructuredText", () => {
  const text = `=====
Title
=====

Text::

    $ pip install x
    # code

Section
-------

.. code-block:: python
   :linenos:

   x = 1

   ---------

Sub
~~~~

Other
-----
.. note::
   text
`;

  it("finds titles by their adornments, levels by first use", () => {
    expect(headings("a.rst", text)).toEqual(["1 Title:2", "2 Section:10", "3 Sub:20", "2 Other:23"]);
  });

  it("finds literal blocks and directives", () => {
    expect(blocks("a.rst", text)).toEqual([":7 $ pip install x\n# code", "python:16 x = 1\n\n---------"]);
  });
});

describe("AsciiDoc", () => {
  it("finds titles and listings", () => {
    expect(headings("a.adoc", "= T\n== S\n[source,sh]\n----\n= no\n----\n")).toEqual(["1 T:1", "2 S:2"]);
    expect(blocks("a.adoc", "= T\n[source,sh]\n----\npip\n----\n")).toEqual(["sh:4 pip"]);
  });
});

describe("pages", () => {
  it("finds the README of the judged folder first, then of the top, .github and docs", () => {
    const files = { "README.md": "# top", "a/README.rst": "A\n=", "docs/README.md": "d" };
    expect(deliveryOf(files).readme?.path).toBe("README.md");
    expect(deliveryOf(files, "a").readme?.path).toBe("a/README.rst");
    expect(deliveryOf({ ".github/README.md": "x", "docs/readme.md": "y" }).readme?.path).toBe(
      ".github/README.md",
    );
    expect(deliveryOf({ README: "x", "README.md": "y" }).readme?.path).toBe("README.md");
    expect(deliveryOf({ "sub/README.md": "x" }).readme).toBeUndefined();
  });

  it("tells what pages are for, and what is no page", () => {
    const paths = [
      "CHANGELOG.md",
      "CONTRIBUTING.rst",
      "INSTALL",
      "LICENSE.md",
      "README.md",
      "SECURITY.md",
      ".github/ISSUE_TEMPLATE/bug.md",
      "docs/a.rst",
      "docs/b.txt",
      "docs/requirements.txt",
      "node_modules/x/README.md",
      "pkg/notes.md",
      "requirements.txt",
      "scripts/install",
      "tests/data/x.md",
    ];
    const { docs } = deliveryOf(Object.fromEntries(paths.map((path) => [path, "x"])));
    expect(docs.map(({ path, role }) => `${path} ${role}`)).toEqual([
      "README.md readme",
      "CHANGELOG.md changelog",
      "CONTRIBUTING.rst contributing",
      "INSTALL page",
      "SECURITY.md security",
      "docs/a.rst page",
      "docs/b.txt page",
      "pkg/notes.md page",
    ]);
  });

  it("is bounded in pages and in what it reads of one", () => {
    const many = Object.fromEntries(Array.from({ length: 500 }, (_, i) => [`docs/${i}.md`, "x"]));
    expect(deliveryOf(many).docs).toHaveLength(400);
    expect(deliveryOf({ "README.md": "x".repeat(600_000) }).readme?.text).toHaveLength(512 * 1024);
  });

  it.each([
    ["fences", "```\n".repeat(50_001)],
    ["headings", "# a\n".repeat(50_000)],
    ["setext", "a\n===\n".repeat(50_000)],
    ["comments", "<!--\n".repeat(20_000)],
    ["brackets in a heading", `# ${"[".repeat(100_000)}`],
    ["hashes", `# ${" #".repeat(50_000)}`],
    ["marks in a line", "=".repeat(100_000)],
    ["colons", "a::\n".repeat(50_000)],
    ["tags", `<h1 ${"<h1 ".repeat(30_000)}`],
  ])("stays fast for many %s", (_, text) => {
    for (const path of ["a.md", "a.rst", "a.adoc"])
      expect(readMarkup(path, text).sections.length).toBeLessThanOrEqual(2000);
  });
});
