import { describe, expect, it } from "vitest";
import {
  MANIFEST_LENGTH,
  readIni,
  readJson,
  readToml,
  readYaml,
  readYamlDocuments,
  YAML_LENGTH,
} from "../../../src/project/manifests/manifest.ts";

const DEEP = 20_000;

describe("TOML", () => {
  const text = [
    "# a comment",
    "[project]",
    'name = "a"',
    'description = """',
    "name = not a key",
    '"""',
    "dependencies = [",
    '  "one",  # with a comment',
    "",
    '  "two[x]>=1",',
    "]",
    'urls.Source = "https://example.org"',
    "[tool.'quoted.name'.\"x\\u0041\"]",
    "inline = { a = 1, b = { c = [1, 2] } }",
    "[[tool.list]]",
    "x = 1",
    "[[tool.list]]",
    "x = 2",
    "[tool.list.below]",
    "y = 3",
  ].join("\n");
  const manifest = readToml("pyproject.toml", text);

  it.each([
    [["project"], 2],
    [["project", "name"], 3],
    [["project", "dependencies"], 7],
    [["project", "dependencies", "0"], 8],
    [["project", "dependencies", "1"], 10],
    [["project", "urls", "Source"], 12],
    [["tool", "quoted.name", "xA"], 13],
    [["tool", "quoted.name", "xA", "inline", "b", "c", "1"], 14],
    [["tool", "list", "0", "x"], 16],
    [["tool", "list", "1"], 17],
    [["tool", "list", "1", "below", "y"], 20],
  ] as const)("finds the line of %j", (keys, line) => {
    expect(manifest.get(...keys)).toBeDefined();
    expect(manifest.line(...keys)).toBe(line);
  });

  it("gives the line of the nearest parent of a missing key, and 1 at worst", () => {
    expect(manifest.line("project", "dependencies", "7")).toBe(7);
    expect(manifest.line("nothing", "here")).toBe(1);
  });

  it("says where and why a document is broken without quoting it", () => {
    const broken = readToml("a.toml", 'a = 1\npassword = "hunter2\n');
    expect(broken).toMatchObject({ data: {}, brokenLine: 2 });
    expect(broken.broken).not.toContain("hunter2");
    expect(broken.get("a")).toBeUndefined();
    expect(broken.line("a")).toBe(2);
  });

  it.each([
    ["lists", `a = ${"[".repeat(DEEP)}${"]".repeat(DEEP)}`],
    ["dotted keys", `${"a.".repeat(DEEP)}a = 1`],
    ["headers", `[${"a.".repeat(DEEP)}a]`],
    ["inline tables", `a = ${"{b=".repeat(DEEP)}1${"}".repeat(DEEP)}`],
  ])("refuses %s nested 20,000 deep", (_name, deep) => {
    expect(readToml("a.toml", deep).broken).toBe("it is nested too deeply");
  });

  it("takes prototype keys as ordinary ones", () => {
    const odd = readToml("a.toml", "[__proto__]\npolluted = 1\n[constructor]\nx = 2\n");
    expect(odd.get("__proto__", "polluted")).toBe(1);
    expect(odd.get("constructor", "x")).toBe(2);
    expect(odd.get("toString")).toBeUndefined();
    expect({}).not.toHaveProperty("polluted");
  });

  it("takes integers that numbers cannot hold", () => {
    expect(readToml("a.toml", "a = 9223372036854775807").broken).toBeUndefined();
  });

  it("refuses what is too large", () => {
    expect(readToml("a.toml", "#".repeat(MANIFEST_LENGTH + 1)).broken).toBe("it is too large to be read");
  });
});

describe("YAML", () => {
  const text = [
    "name: env",
    "base: &base",
    "  image: a",
    "services:",
    "  web:",
    "    <<: *base",
    "    ports:",
    "      - 80",
    "      - { a: 1 }",
    "on: push",
    "alias: *base",
  ].join("\n");
  const manifest = readYaml("a.yml", text);

  it.each([
    [["name"], 1],
    [["services", "web", "ports"], 7],
    [["services", "web", "ports", "0"], 8],
    [["services", "web", "ports", "1", "a"], 9],
    [["alias", "image"], 3],
    [["on"], 10],
  ] as const)("finds the line of %j", (keys, line) => {
    expect(manifest.get(...keys)).toBeDefined();
    expect(manifest.line(...keys)).toBe(line);
  });

  it("puts merged keys in, and gives them the line of their table", () => {
    expect(manifest.get("services", "web", "image")).toBe("a");
    expect(manifest.line("services", "web", "image")).toBe(5);
  });

  it("takes an empty file as an empty table", () => {
    expect(readYaml("a.yml", "# nothing\n")).toMatchObject({ data: {} });
    expect(readYaml("a.yml", "").broken).toBeUndefined();
  });

  it("reads every document of a stream that is a table, with lines of the whole file", () => {
    const documents = readYamlDocuments("a.yml", "a: 1\n---\n- no table\n---\nb: 2\n");
    expect(documents.map(({ data }) => data)).toEqual([{ a: 1 }, { b: 2 }]);
    expect(documents[1]?.line("b")).toBe(5);
  });

  it("says where and why a document is broken without quoting it", () => {
    const broken = readYaml("a.yml", "a: 1\nb: c: hunter2\n");
    expect(broken).toMatchObject({ data: {}, brokenLine: 2 });
    expect(broken.broken).not.toContain("hunter2");
  });

  it.each([
    ["a list at the top", "- a\n"],
    ["a scalar at the top", "just text\n"],
  ])("takes %s for no table", (_name, odd) => {
    expect(readYaml("a.yml", odd)).toMatchObject({ data: {} });
  });

  it.each([
    ["flow lists", "[".repeat(DEEP) + "]".repeat(DEEP)],
    ["compact lists", `${"- ".repeat(DEEP)}a`],
    ["explicit keys", `${"? ".repeat(DEEP)}a`],
    ["indentation", Array.from({ length: 600 }, (_, depth) => `${" ".repeat(depth)}a:`).join("\n")],
  ])("refuses deeply nested %s", (_name, deep) => {
    expect(readYaml("a.yml", deep).broken).toBe("it is nested too deeply");
  });

  it.each([
    [
      "an alias bomb",
      "a: &a [x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: [*b,*b,*b,*b,*b,*b,*b,*b,*b,*b]\n",
    ],
    ["aliases without end", Array.from({ length: 20_000 }, (_, i) => `- &a${i} x\n- *a${i}\n`).join("")],
    ["merges of a large table", `a: &a\n${" k: 1\n".repeat(50_000)}${"b:\n  <<: *a\n".repeat(500)}`],
  ])("refuses %s", (_name, costly) => {
    expect(readYaml("a.yml", costly).broken).toMatch(/alias|merge/i);
  });

  it("refuses what is too large", () => {
    expect(readYaml("a.yml", "#".repeat(YAML_LENGTH + 1)).broken).toBe("it is too large to be read");
  });

  it("takes prototype keys as ordinary ones", () => {
    expect(readYaml("a.yml", "__proto__:\n  polluted: 1\n").get("__proto__", "polluted")).toBe(1);
    expect({}).not.toHaveProperty("polluted");
  });

  it("keeps the value of an unknown tag", () => {
    expect(readYaml("a.yml", "a: !Ref b\n").get("a")).toBe("b");
  });
});

describe("JSON", () => {
  it("finds lines, and takes comments and trailing commas", () => {
    const manifest = readJson(
      "pyrightconfig.json",
      '{\n  // "no": 1,\n  "a": "// text, }",\n  /* \n */ "b": [1,\n    {"c": 2,},\n  ],\n}\n',
    );
    expect(manifest.data).toEqual({ a: "// text, }", b: [1, { c: 2 }] });
    expect(manifest.line("a")).toBe(3);
    expect(manifest.line("b", "0")).toBe(5);
    expect(manifest.line("b", "1", "c")).toBe(6);
  });

  it("says that a document is broken without quoting it", () => {
    const broken = readJson("a.json", '{\n"a": hunter2\n}');
    expect(broken.data).toEqual({});
    expect(broken.broken).toBe("it is not valid JSON");
    expect(readJson("a.json", "[1]").broken).toBe("it holds no table");
  });

  it.each([
    ["closed", `${'{"a":'.repeat(DEEP)}1${"}".repeat(DEEP)}`],
    ["open", "[".repeat(DEEP)],
  ])("survives 20,000 levels, %s", (_name, deep) => {
    expect(readJson("a.json", deep).broken).toBeDefined();
  });

  it("keeps lines where keys are prototype names", () => {
    const manifest = readJson("a.json", '{\n"__proto__": {\n"x": 1}}');
    expect(manifest.get("__proto__", "x")).toBe(1);
    expect(manifest.line("__proto__", "x")).toBe(3);
  });
});

describe("INI", () => {
  const manifest = readIni(
    "setup.cfg",
    [
      "[metadata]",
      "name = a",
      "; comment",
      "[options]",
      "install_requires =",
      "    one",
      "    # a comment",
      "",
      "    two>=1",
      "python_requires: >=3.9",
      "[tool:pytest]",
      "flag",
    ].join("\n"),
  );

  it("reads values over several lines, of which line i stands i lines below the key", () => {
    expect(manifest.get("options", "install_requires")).toBe("\none\n\n\ntwo>=1");
    expect(manifest.line("options", "install_requires")).toBe(5);
    expect(manifest.get("options", "python_requires")).toBe(">=3.9");
    expect(manifest.line("options", "python_requires")).toBe(10);
  });

  it("takes keys without a value or a section", () => {
    expect(manifest.get("tool:pytest", "flag")).toBe("");
    const top = readIni(".editorconfig", "root = true\n[*.py]\nindent = 4\n");
    expect(top.get("root")).toBe("true");
    expect(top.line("root")).toBe(1);
  });

  it("refuses in strict reading what configparser refuses", () => {
    expect(readIni("setup.cfg", "[a]\nb = 1\nnonsense\n", { strict: true })).toMatchObject({
      data: {},
      brokenLine: 3,
    });
    expect(readIni("setup.cfg", "a = 1\n", { strict: true }).brokenLine).toBe(1);
  });

  it("takes prototype names as sections and keys", () => {
    const odd = readIni("a.ini", "[__proto__]\npolluted = 1\n[constructor]\n__proto__ = 2\n");
    expect(odd.get("__proto__", "polluted")).toBe("1");
    expect(odd.get("constructor", "__proto__")).toBe("2");
    expect({}).not.toHaveProperty("polluted");
  });
});
