import { expect, it } from "vitest";
import { Contents } from "../../src/archive/contents.ts";

const MiB = 1024 * 1024;

it("holds no more of an archive than an isolate can bear, and says what it leaves out", () => {
  const contents = new Contents<string>(() => true, 8 * MiB);
  expect(contents.wants("a.py", 1)).toBe(true);
  contents.put("a.py", 1, "a", 48 * MiB);
  expect(contents.wants("b.py", 1)).toBe(false);
  contents.put("b.py", 1, undefined, 0);
  const { entries, bodies, skipped } = contents.finish();
  expect(entries.map(({ path, kept }) => [path, kept])).toEqual([
    ["a.py", true],
    ["b.py", false],
  ]);
  expect([...bodies.keys()]).toEqual(["a.py"]);
  expect(skipped).toEqual([
    { path: "b.py", reason: "lies behind the first 48 MiB that are held of an archive" },
  ]);
});

it("leaves room for code beside bulk text", () => {
  const contents = new Contents<string>((path) => (path.endsWith(".json") ? "bulk" : true), 8 * MiB);
  for (let i = 0; i < 20; i++) {
    const path = `${i}.json`;
    const wanted = contents.wants(path, MiB);
    expect(wanted).toBe(i < 16);
    contents.put(path, MiB, wanted ? "bulk" : undefined, wanted ? MiB : 0);
  }
  expect(contents.wants("z.py", 1)).toBe(true);
  contents.put("0.json", 1, "again", 0);
  expect(contents.wants("20.json", 1)).toBe(true);
  expect(contents.finish().skipped[0]?.reason).toContain("first 16 MiB of bulk text");
});

it("lets go of what a later entry of the same name replaces", () => {
  const contents = new Contents<string>(() => true, 8 * MiB);
  contents.put("a.py", 1, "first", 48 * MiB);
  contents.put("a.py", 2, "second", 1 * MiB);
  expect(contents.held).toBe(MiB);
  expect(contents.wants("b.py", 1)).toBe(true);
});
