import { expect, it } from "vitest";
import type { Archive } from "../../src/archive/archive.ts";
import { isRead, readFiles } from "../../src/project/read-files.ts";

const MIB = 1024 * 1024;

/** An archive of texts, each a character many times. */
function archiveOf(files: Record<string, { size: number; character?: string }>): Archive {
  const bytes = (path: string): Uint8Array => {
    const { size = 0, character = "a" } = files[path] ?? {};
    return new TextEncoder().encode(character.repeat(size / new TextEncoder().encode(character).length));
  };
  const entries = Object.entries(files).map(([path, { size }]) => ({ path, size, kept: true }));
  return { format: "zip", entries, skipped: [], read: bytes };
}

it("holds as much text as it may, the smallest files first", () => {
  const big = Object.fromEntries(Array.from({ length: 7 }, (_, i) => [`${i}.py`, { size: 8 * MIB }]));
  const files = readFiles(archiveOf({ ...big, "z.py": { size: 100 } }), 8 * MIB, 48 * MIB);
  expect(files.text("z.py")).toHaveLength(100);
  // Python is held twice, the second time with its strings and comments blanked.
  expect(files.skipped.map(({ path }) => path)).toEqual(["2.py", "3.py", "4.py", "5.py", "6.py"]);
  expect(files.skipped[0]?.reason).toBe("past the first 48 MiB of text, code and the smallest files first");
  expect(files.bytes).toBeLessThanOrEqual(48 * MIB);
});

it("reads code before bulk text, however long", () => {
  const bulk = Object.fromEntries(
    Array.from({ length: 250 }, (_, i) => [`data/${i}.json`, { size: 200 * 1024, character: "é" }]),
  );
  const code = Object.fromEntries(Array.from({ length: 5 }, (_, i) => [`src/${i}.py`, { size: 8 * MIB }]));
  const files = readFiles(archiveOf({ ...bulk, ...code }), 8 * MIB, 84 * MIB);
  expect(Object.keys(code).every((path) => files.text(path) !== undefined)).toBe(true);
  expect(files.skipped.length).toBeGreaterThan(200);
  expect(files.bytes).toBeLessThanOrEqual(84 * MIB);
});

it("leaves out the largest files, not those that come last, where texts are wide", () => {
  const wide = Object.fromEntries(
    Array.from({ length: 3 }, (_, i) => [`${i}.py`, { size: 3 * MIB, character: "…" }]),
  );
  const files = readFiles(archiveOf({ ...wide, "z/README.md": { size: 100 } }), 8 * MIB, 10 * MIB);
  expect(files.text("z/README.md")).toHaveLength(100);
  expect(files.skipped.map(({ path }) => path)).toEqual(["2.py"]);
});

it("counts two bytes a character where a text is not ASCII", () => {
  const big = Object.fromEntries(
    Array.from({ length: 4 }, (_, i) => [`${i}.md`, { size: 8 * MIB, character: "é" }]),
  );
  const files = readFiles(archiveOf({ "a.md": { size: 40 * MIB }, ...big }), 64 * MIB, 48 * MIB);
  expect(files.bytes).toBeLessThanOrEqual(48 * MIB);
  expect(files.skipped.length).toBeGreaterThan(0);
});

it.each(["data/words.txt", "data.json", "feed.xml", "web/app.js"])("reads no long %s", (path) => {
  const size = 256 * 1024;
  expect(isRead(path, size, 8 * MIB)).toBe(true);
  expect(isRead(path, size + 1, 8 * MIB)).toBe(false);
  const files = readFiles(archiveOf({ [path]: { size: size + 1 } }), 8 * MIB);
  expect(files.skipped).toEqual([{ path, reason: `larger than ${size} bytes` }]);
});

it.each([
  "app.py",
  "requirements-dev.txt",
  "requirements/base.txt",
  "constraints.txt",
  "package-lock.json",
  "uv.lock",
  "LICENSE.txt",
  ".github/workflows/ci.yml",
])("reads %s of any length below the limit", (path) => {
  expect(isRead(path, MIB, 8 * MIB)).toBe(true);
});
