import { describe, expect, it } from "vitest";
import { firstDocument, readYaml } from "../../../src/project/delivery/yaml-lines.ts";

const read = (text: string) => firstDocument(readYaml("x.yml", text));

describe("reading YAML", () => {
  it("tells the line of keys, of values and of the text of block scalars", () => {
    const node = read("on: push\njobs:\n  a:\n    run: |\n\n      one\n      two\n");
    expect(node.get("jobs").entry("a")?.line).toBe(3);
    expect(node.get("jobs", "a", "run").line).toBe(5);
    expect(node.get("jobs", "a", "run").literal).toBe(true);
    expect(node.get("jobs", "a", "run").text).toBe("\none\ntwo\n");
  });

  it("keeps scalars as they are written", () => {
    const node = read("v: 3.10\nb: yes\nn: ~\nq: '3.9'\n");
    expect(node.get("v").text).toBe("3.10");
    expect(node.get("v").scalar).toBe(3.1);
    expect(node.textAt("b")).toBe("yes");
    expect(node.textAt("n")).toBeUndefined();
    expect(node.textAt("q")).toBe("3.9");
  });

  it("reads `on` as a key, as YAML 1.2 has it", () => {
    expect(read("on: push").textAt("on")).toBe("push");
  });

  it("follows aliases and merge keys, own keys first", () => {
    const node = read("a: &a {x: 1, y: 2}\nb:\n  <<: *a\n  y: 3\nc: *a\n");
    expect(node.get("b").strings).toEqual({ x: "1", y: "3" });
    expect(node.get("c", "x").text).toBe("1");
  });

  it("ends a cycle of aliases", () => {
    expect(read("a: &a [1, *a]").get("a").plain).toEqual([1, null]);
  });

  it("reads quoted texts that stand no further in than their keys, as other readers do", () => {
    const node = read("a:\n  b: '\n  [\n  ]\n  '\n  c: 1\n");
    expect(node.textAt("a", "b")).toBe(" [ ] ");
    expect(node.get("a").entry("c")?.line).toBe(6);
    expect(read('a:\n  - b: "x\\" z\n  y"\n    c: 1\n').get("a").plain).toEqual([{ b: 'x" z y', c: 1 }]);
    expect(readYaml("x.yml", "a: '\n'\n", () => false).broken).toContain("Missing closing");
    expect(readYaml("x.yml", "a: 'x\nb: 1\n").broken).toContain("Missing closing");
  });

  it("reads several documents and leaves empty ones out", () => {
    const file = readYaml("x.yml", "---\na: 1\n---\n---\nb: 2\n");
    expect(file.documents.map(({ plain }) => plain)).toEqual([{ a: 1 }, { b: 2 }]);
  });

  it("reads JSON indented by tabs", () => {
    expect(read('{\n\t"a": {\n\t\t"b": "c"\n\t}\n}').get("a").entry("b")?.line).toBe(3);
  });

  it("says what is broken and where", () => {
    const file = readYaml("x.yml", "a: 1\nb: [1, 2\nc: 3\n");
    expect(file.documents).toEqual([]);
    expect(file.broken).toMatch(/^line \d: /);
  });

  it("answers lookups into what is not there", () => {
    const node = read("a: [1]");
    expect(node.get("a", "b", "c").text).toBeUndefined();
    expect(node.get("x").asList).toEqual([]);
    expect(read("").kind).toBe("none");
  });

  it("takes prototype keys as ordinary ones", () => {
    const node = read("__proto__: {polluted: 1}\nconstructor: x\n");
    expect(node.textAt("constructor")).toBe("x");
    expect(node.get("__proto__", "polluted").text).toBe("1");
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
    expect(Object.keys(node.plain as object)).toEqual(["__proto__", "constructor"]);
  });
});

describe("hostile YAML", () => {
  const laughs = [
    "a: &a [x, x, x, x, x, x, x, x, x]",
    ..."bcdefghij"
      .split("")
      .map((key, i) => `${key}: &${key} [${Array(9).fill(`*${"abcdefghi"[i]}`).join(", ")}]`),
  ].join("\n");

  it.each([
    ["20,000 open brackets", "a: ".concat("[".repeat(20_000))],
    ["20,000 closed brackets", `a: ${"[".repeat(20_000)}${"]".repeat(20_000)}`],
    ["20,000 dashes", `${"- ".repeat(20_000)}x`],
    ["20,000 maps", "{a: ".repeat(20_000)],
    ["aliases that expand to a billion nodes", laughs],
    ["more than a million characters", `a: ${"x".repeat(1_100_000)}`],
  ])("is broken: %s", (_, text) => {
    const file = readYaml("x.yml", text);
    expect(file.broken).toBeDefined();
    expect(file.documents).toEqual([]);
  });

  it("ends the reading where brackets or dashes open without end", () => {
    const before = performance.now();
    for (const opening of ["[", "- ", "{a: ", "? "])
      expect(readYaml("x.yml", opening.repeat(400_000 / opening.length)).broken).toMatch(/levels deep/);
    expect(performance.now() - before).toBeLessThan(2_000);
  });

  it("bounds the depth that aliases add up to", () => {
    const chain = [
      "a0: &a0 x",
      ...Array.from({ length: 300 }, (_, i) => `a${i + 1}: &a${i + 1} [*a${i}]`),
    ].join("\n");
    expect(readYaml("x.yml", chain).broken).toMatch(/levels deep/);
  });

  it("bounds what merge keys add up to", () => {
    const base = `a0: &a0 {${Array.from({ length: 100 }, (_, i) => `k${i}: 1`).join(", ")}}`;
    const chain = Array.from(
      { length: 20 },
      (_, i) => `a${i + 1}: &a${i + 1} {<<: [${Array(50).fill(`*a${i}`).join(", ")}]}`,
    );
    expect(readYaml("x.yml", [base, ...chain].join("\n")).broken).toMatch(/nodes/);
  });

  it("reads lines of 100,000 characters", () => {
    expect(read(`a: ${"x ".repeat(50_000)}`).textAt("a")).toHaveLength(99_999);
    expect(readYaml("x.yml", "a: ".concat("b: ".repeat(30_000))).broken).toBeDefined();
  });
});
