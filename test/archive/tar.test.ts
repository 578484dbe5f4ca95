import { expect, it } from "vitest";
import type { Archive } from "../../src/archive/archive.ts";
import { DEFAULT_ARCHIVE_LIMITS, openArchive } from "../../src/archive/open.ts";
import { readTar } from "../../src/archive/tar.ts";
import { gzip, inChunks, paxMember, tar, tarGz, tarMember, tarOf, zip } from "./build-archive.ts";

const SOURCE = "import os\n".repeat(500);
const textOf = (archive: Archive, path: string): string => new TextDecoder().decode(archive.read(path));
const pathsOf = (archive: Archive): string[] => archive.entries.map(({ path }) => path);

it("gives the same contents for a zip, a tar and a tar.gz of one tree", async () => {
  const files = { "app.py": "print(1)\n", "pkg/a.py": SOURCE, "empty.py": "", "ü.py": "x" };
  const zipped = await zip(files, "p/");
  const gzipped = await tarGz(files, "p/");
  const plain = tar(Object.entries(files).map(([name, content]) => ({ name: `p/${name}`, content })));
  for (const packed of [gzipped, plain]) {
    const fromZip = await openArchive(zipped);
    const archive = await openArchive(packed);
    expect(archive.format).toBe("tar");
    expect(archive.entries).toEqual(fromZip.entries);
    for (const path of Object.keys(files))
      expect(archive.read(path)).toEqual(new Uint8Array(fromZip.read(path)));
  }
});

it("reads a stream in chunks of any size", async () => {
  const packed = await tarGz({ "a.py": SOURCE, "b.py": "x = 1\n" }, "p/");
  for (const size of [1, 2, 7, 511, 513, 100_000]) {
    const archive = await readTar(inChunks(packed, size), () => true, DEFAULT_ARCHIVE_LIMITS);
    expect(textOf(archive, "a.py")).toBe(SOURCE);
  }
});

it("reads pax names and sizes, the last of a key winning", async () => {
  const name = `${"folder/".repeat(30)}ünïcode.py`;
  const archive = await openArchive(
    tarOf(
      paxMember({ path: name, mtime: "1.5" }),
      tarMember({ name: "short.py", content: SOURCE }),
      paxMember({ size: "5000" }),
      tarMember({ name: "b.py", content: SOURCE, size: 0 }),
    ),
  );
  expect(pathsOf(archive)).toEqual(["b.py", name]);
  expect(textOf(archive, name)).toBe(SOURCE);
  expect(textOf(archive, "b.py")).toBe(SOURCE);
});

it("reads GNU long names and base 256 sizes", async () => {
  const name = `${"x".repeat(150)}.py`;
  const archive = await openArchive(
    tarOf(
      tarMember({ name: "././@LongLink", type: "L", content: `${name}\0` }),
      tarMember({ name: name.slice(0, 100), content: SOURCE, base256: true }),
      tarMember({ name: "././@LongLink", type: "K", content: `${name}\0` }),
      tarMember({ name: "link.py", type: "2", linkName: "elsewhere" }),
      tarMember({ name: "b.py", content: "x" }),
    ),
  );
  expect(pathsOf(archive)).toEqual(["b.py", name]);
  expect(archive.skipped).toEqual([{ path: "link.py", reason: "is a symbolic link" }]);
});

it("passes over links, devices and sparse files", async () => {
  const archive = await openArchive(
    tarOf(
      tarMember({ name: "p/", type: "5" }),
      tarMember({ name: "p/a.py", content: SOURCE }),
      tarMember({ name: "p/hard.py", type: "1", linkName: "p/a.py" }),
      tarMember({ name: "p/soft.py", type: "2", linkName: "/etc/passwd" }),
      tarMember({ name: "p/tty", type: "3" }),
      tarMember({ name: "p/pipe", type: "6" }),
      tarMember({ name: "p/odd", type: "Z", content: SOURCE }),
      paxMember({ "GNU.sparse.major": "1" }),
      tarMember({ name: "p/holes.bin", content: SOURCE }),
    ),
  );
  expect(pathsOf(archive)).toEqual(["a.py"]);
  expect(archive.skipped).toEqual([
    { path: "hard.py", reason: "is a hard link" },
    { path: "soft.py", reason: "is a symbolic link" },
    { path: "tty", reason: "is a device" },
    { path: "pipe", reason: "is a pipe" },
    { path: "odd", reason: "is neither a file nor a folder" },
    { path: "holes.bin", reason: "is a sparse file" },
  ]);
});

it("tells the commit that git archive writes", async () => {
  const commit = "0123456789abcdef0123456789abcdef01234567";
  const archive = await openArchive(
    gzip(tarOf(paxMember({ comment: commit }, "g"), tarMember({ name: "p/a.py", content: SOURCE }))),
  );
  expect(archive.commit).toBe(commit);
  expect(pathsOf(archive)).toEqual(["a.py"]);
});

it("takes the last of members with one name, and says so", async () => {
  const archive = await openArchive(
    tar([
      { name: "a.py", content: "first" },
      { name: "./a.py", content: "second" },
    ]),
  );
  expect(textOf(archive, "a.py")).toBe("second");
  expect(archive.skipped).toHaveLength(1);
});

it("holds only what it is told to keep, and no file that is too large", async () => {
  const packed = await tarGz({ "a.py": SOURCE, "b.py": "x", "c.png": "x" }, "p/");
  const archive = await openArchive(packed, { ...DEFAULT_ARCHIVE_LIMITS, file: 100 }, (path) =>
    path.endsWith(".py"),
  );
  expect(archive.entries).toEqual([
    { path: "a.py", size: 5000, kept: false },
    { path: "b.py", size: 1, kept: true },
    { path: "c.png", size: 1, kept: false },
  ]);
  expect(archive.skipped).toEqual([{ path: "a.py", reason: "is larger than 100 bytes" }]);
  expect(() => archive.read("c.png")).toThrow(RangeError);
});

it("gives back what it held deflated as it was", async () => {
  const contents = Array.from({ length: 8 }, (_, i) => new Uint8Array(5_000_000).fill(i + 1));
  const members = contents.map((content, i) => ({ name: `m${i}.py`, content }));
  const limits = { ...DEFAULT_ARCHIVE_LIMITS, ratio: 2000 };
  const archive = await readTar(inChunks(tar(members), 65_536), () => true, limits);
  for (const [i, content] of contents.entries()) {
    const read = archive.read(`m${i}.py`);
    expect(read.length).toBe(content.length);
    expect(read.every((byte) => byte === i + 1)).toBe(true);
  }
});
