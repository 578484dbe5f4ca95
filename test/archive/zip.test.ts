import { crc32 } from "node:zlib";
import { expect, it } from "vitest";
import type { Archive } from "../../src/archive/archive.ts";
import { DEFAULT_ARCHIVE_LIMITS, openArchive } from "../../src/archive/open.ts";
import { zip } from "./build-archive.ts";
import { rawZip } from "./build-raw-zip.ts";

const textOf = (archive: Archive, path: string): string => new TextDecoder().decode(archive.read(path));
const pathsOf = (archive: Archive): string[] => archive.entries.map(({ path }) => path);
const SOURCE = "import os\n".repeat(500);

it("reads what was packed", async () => {
  const packed = await zip({ "app.py": "print(1)\n", "pkg/a.py": SOURCE, "empty.py": "" });
  const archive = await openArchive(packed);
  expect(archive.format).toBe("zip");
  expect(archive.entries).toEqual([
    { path: "app.py", size: 9, kept: true },
    { path: "empty.py", size: 0, kept: true },
    { path: "pkg/a.py", size: 5000, kept: true },
  ]);
  expect(textOf(archive, "app.py")).toBe("print(1)\n");
  expect(textOf(archive, "pkg/a.py")).toBe(SOURCE);
  expect(textOf(archive, "empty.py")).toBe("");
  expect(archive.skipped).toEqual([]);
});

it("reads stored entries, empty ones too", async () => {
  const archive = await openArchive(
    rawZip([
      { name: "a.py", content: SOURCE, method: 0 },
      { name: "b.py", content: "", method: 0 },
      { name: "c.py", content: "" },
    ]),
  );
  expect(textOf(archive, "a.py")).toBe(SOURCE);
  expect(textOf(archive, "b.py")).toBe("");
  expect(textOf(archive, "c.py")).toBe("");
});

it("reads entries with data descriptors", async () => {
  const archive = await openArchive(
    rawZip([
      { name: "a.py", content: SOURCE, descriptor: true },
      { name: "b.py", content: "x = 1\n", descriptor: true },
    ]),
  );
  expect(textOf(archive, "a.py")).toBe(SOURCE);
  expect(textOf(archive, "b.py")).toBe("x = 1\n");
});

it("reads ZIP64", async () => {
  const entries = [
    { name: "a.py", content: SOURCE, zip64: true },
    { name: "b.py", content: "x = 1\n", zip64: true },
  ];
  for (const packed of [rawZip(entries, { zip64: true }), rawZip(entries)]) {
    const archive = await openArchive(packed);
    expect(textOf(archive, "a.py")).toBe(SOURCE);
    expect(textOf(archive, "b.py")).toBe("x = 1\n");
  }
});

it("reads an archive behind a shebang line, as zipapps are", async () => {
  const before = "#!/usr/bin/env python3\n";
  for (const zip64 of [false, true]) {
    const archive = await openArchive(rawZip([{ name: "__main__.py", content: SOURCE }], { before, zip64 }));
    expect(textOf(archive, "__main__.py")).toBe(SOURCE);
  }
});

it("reads an archive with bytes behind its end", async () => {
  const archive = await openArchive(rawZip([{ name: "a.py", content: SOURCE }], { after: "\r\n\r\n" }));
  expect(textOf(archive, "a.py")).toBe(SOURCE);
});

it("reads bytes that are a part of a larger buffer", async () => {
  const packed = rawZip([{ name: "a.py", content: SOURCE }]);
  const larger = new Uint8Array(packed.length + 20);
  larger.set(packed, 7);
  const archive = await openArchive(larger.subarray(7, 7 + packed.length));
  expect(textOf(archive, "a.py")).toBe(SOURCE);
});

it("does not need the upload once the archive is open, and leaves it as it was", async () => {
  const packed = rawZip([{ name: "a.py", content: SOURCE }]);
  const before = packed.slice();
  const archive = await openArchive(packed);
  expect(packed).toEqual(before);
  packed.fill(0);
  expect(textOf(archive, "a.py")).toBe(SOURCE);
});

it("opens an archive without entries", async () => {
  expect((await openArchive(rawZip([]))).entries).toEqual([]);
});

it("tells the commit that git archive writes", async () => {
  const commit = "0123456789abcdef0123456789abcdef01234567";
  expect((await openArchive(rawZip([{ name: "a.py" }], { comment: commit }))).commit).toBe(commit);
  expect((await openArchive(rawZip([{ name: "a.py" }], { comment: "made by hand" }))).commit).toBeUndefined();
});

it("keeps what it is told to, and lists the rest", async () => {
  const packed = await zip({ "a.py": SOURCE, "logo.png": "binary" }, "project-main/");
  const asked: string[] = [];
  const archive = await openArchive(packed, DEFAULT_ARCHIVE_LIMITS, (path) => {
    asked.push(path);
    return path.endsWith(".py");
  });
  expect(archive.entries).toEqual([
    { path: "a.py", size: 5000, kept: true },
    { path: "logo.png", size: 6, kept: false },
  ]);
  expect([...new Set(asked)]).toEqual(["project-main/a.py", "project-main/logo.png"]);
  expect(() => archive.read("logo.png")).toThrow(RangeError);
  expect(() => archive.read("project-main/a.py")).toThrow(RangeError);
  expect(() => archive.read("__proto__")).toThrow(RangeError);
});

it("lists a file that is larger than one file may be, and does not keep it", async () => {
  const limits = { ...DEFAULT_ARCHIVE_LIMITS, file: 100 };
  const archive = await openArchive(await zip({ "a.py": SOURCE, "b.py": "x = 1\n" }, "top/"), limits);
  expect(archive.entries.map(({ kept }) => kept)).toEqual([false, true]);
  expect(archive.skipped).toEqual([{ path: "a.py", reason: "is larger than 100 bytes" }]);
});

it("reads thousands of entries, each its own", async () => {
  const names = Array.from({ length: 9000 }, (_, i) => `pkg/m${i}.py`);
  const archive = await openArchive(
    rawZip(names.map((name) => ({ name, content: `x = "${name}"`, method: 0 }))),
  );
  expect(archive.entries).toHaveLength(9000);
  for (const name of [names[0]!, names[4095]!, names[4096]!, names[8999]!]) {
    expect(textOf(archive, name.slice(4))).toBe(`x = "${name}"`);
  }
});

it("gives back the memory of an upload that can shrink, and of what has been read", async () => {
  const packed = rawZip(
    ["z.py", "a.py", "logo.png"].map((name, i) => ({ name, content: new Uint8Array(3 << 20).fill(i) })),
  );
  const buffer = new ArrayBuffer(packed.length, { maxByteLength: packed.length });
  const upload = new Uint8Array(buffer);
  upload.set(packed);
  const archive = await openArchive(upload);
  expect(buffer.byteLength).toBe(0);
  for (const [path, byte] of [
    ["a.py", 1],
    ["z.py", 0],
  ] as const) {
    const content = archive.read(path);
    expect([content.length, content[0], content.at(-1)]).toEqual([3 << 20, byte, byte]);
    expect(() => archive.read(path)).toThrow(RangeError);
  }
});

it("takes the last of entries with one name, and says so", async () => {
  const archive = await openArchive(
    rawZip([
      { name: "a.py", content: "first" },
      { name: "./a.py", content: "second" },
    ]),
  );
  expect(textOf(archive, "a.py")).toBe("second");
  expect(archive.skipped).toEqual([
    { path: "a.py", reason: "stands in the archive more than once; the last one counts" },
  ]);
});

it("passes over links, devices and folders", async () => {
  const archive = await openArchive(
    rawZip([
      { name: "pkg/", mode: 0o40755 },
      { name: "pkg/a.py", content: SOURCE, mode: 0o100644 },
      { name: "pkg/link.py", content: "/etc/passwd", mode: 0o120777 },
      { name: "pkg/pipe", mode: 0o010644 },
      { name: "pkg/folder", mode: 0o040755 },
    ]),
  );
  expect(pathsOf(archive)).toEqual(["a.py"]);
  expect(archive.skipped).toEqual([
    { path: "link.py", reason: "is a symbolic link" },
    { path: "pipe", reason: "is neither a file nor a folder" },
  ]);
});

it("decodes names in UTF-8, flagged or not, and in code page 437", async () => {
  const archive = await openArchive(
    rawZip([
      { name: "grün.py" },
      { name: "blau-ü.py", flags: 0 },
      { name: new Uint8Array([0x81, 0x2e, 0x70, 0x79]), flags: 0 },
    ]),
  );
  expect(pathsOf(archive)).toEqual(["blau-ü.py", "grün.py", "ü.py"]);
});

it("believes Info-ZIP's Unicode name where it belongs to the name", async () => {
  const unicodeName = (of: string, name: string): Uint8Array => {
    const text = new TextEncoder().encode(name);
    const field = new Uint8Array(9 + text.length);
    const view = new DataView(field.buffer);
    view.setUint16(0, 0x7075, true);
    view.setUint16(2, 5 + text.length, true);
    view.setUint8(4, 1);
    view.setUint32(5, crc32(of), true);
    field.set(text, 9);
    return field;
  };
  const archive = await openArchive(
    rawZip([
      { name: "a.py", flags: 0, extra: unicodeName("a.py", "日本.py") },
      { name: "b.py", flags: 0, extra: unicodeName("renamed.py", "中国.py") },
      { name: "c.py", flags: 0, extra: unicodeName("c.py", "../../c.py") },
    ]),
  );
  expect(pathsOf(archive)).toEqual(["b.py", "日本.py"]);
  expect(archive.skipped).toEqual([{ path: "../../c.py", reason: "its name leads out of its folder" }]);
});
