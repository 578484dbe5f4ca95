import { expect, it } from "vitest";
import type { Archive } from "../../src/archive/archive.ts";
import { DEFAULT_ARCHIVE_LIMITS, openArchive } from "../../src/archive/open.ts";
import { readTar } from "../../src/archive/tar.ts";
import { gzip, inChunks, paxMember, tar, tarGz, tarMember, tarOf } from "./build-archive.ts";

const SOURCE = "import os\n".repeat(500);
const pathsOf = (archive: Archive): string[] => archive.entries.map(({ path }) => path);
const unreadable = (message: RegExp) => ({
  code: "archive-unreadable",
  message: expect.stringMatching(message),
});
const unsafe = (message: RegExp) => ({ code: "archive-unsafe", message: expect.stringMatching(message) });

it("refuses a tar or a tar.gz that was cut off anywhere", async () => {
  const members = [
    { name: "p/a.py", content: "x = 1\n".repeat(200) },
    { name: "p/b.py", content: "y" },
  ];
  const plain = tar(members);
  for (let length = 513; length <= plain.length - 1024; length += 61) {
    await expect(openArchive(plain.slice(0, length))).rejects.toMatchObject(unreadable(/not complete/));
  }
  const packed = gzip(plain);
  for (let length = 2; length < packed.length; length++) {
    await expect(openArchive(packed.slice(0, length))).rejects.toMatchObject(unreadable(/not complete/));
  }
});

it("refuses a gzip with another checksum, and a tar with a damaged header", async () => {
  const packed = await tarGz({ "a.py": SOURCE });
  packed[packed.length - 8]! ^= 1;
  await expect(openArchive(packed)).rejects.toMatchObject(unreadable(/damaged/));
  const plain = tar([
    { name: "a.py", content: "x" },
    { name: "b.py", content: "y" },
  ]);
  plain[1024]! ^= 1;
  await expect(openArchive(plain)).rejects.toMatchObject(unreadable(/checksum/));
});

it("refuses a gzip without a tar in it", async () => {
  await expect(openArchive(gzip(new TextEncoder().encode("print(1)\n")))).rejects.toMatchObject(
    unreadable(/no tar/),
  );
  await expect(openArchive(gzip(new TextEncoder().encode(SOURCE)))).rejects.toMatchObject(
    unreadable(/no tar/),
  );
});

it("refuses more entries than the limit", async () => {
  const members = Array.from({ length: 12 }, (_, i) => ({ name: `m${i}.py` }));
  const limits = { ...DEFAULT_ARCHIVE_LIMITS, entries: 10 };
  await expect(openArchive(tar(members), limits)).rejects.toMatchObject(unsafe(/more than 10 entries/));
});

it("stops at the limit on what is inflated, kept or not", async () => {
  const packed = await tarGz({ "a.bin": new Uint8Array(3_000_000), "b.py": "x" });
  const limits = { ...DEFAULT_ARCHIVE_LIMITS, inflated: 1024 * 1024 };
  await expect(openArchive(packed, limits, () => false)).rejects.toMatchObject(unsafe(/more than 1 MiB/));
});

it("stops at the limit on the ratio, and lets go of its source", async () => {
  const rest = crypto.getRandomValues(new Uint8Array(60_000));
  const packed = await tarGz({ "a.bin": new Uint8Array(20_000_000), "b.bin": rest, "c.bin": rest });
  let passed = 0;
  let closed = false;
  async function* source() {
    try {
      for await (const chunk of inChunks(packed, 1000)) {
        passed += chunk.length;
        yield chunk;
      }
    } finally {
      closed = true;
    }
  }
  const limits = { ...DEFAULT_ARCHIVE_LIMITS, ratioFrom: 2_000_000 };
  await expect(readTar(source(), () => false, limits)).rejects.toMatchObject(unsafe(/more than 200 times/));
  expect(closed).toBe(true);
  expect(passed).toBeLessThan(packed.length);
});

it("passes on what its source throws", async () => {
  const packed = await tarGz({ "a.py": crypto.getRandomValues(new Uint8Array(60_000)) });
  for (const [bytes, good] of [
    [packed, 20_000],
    [packed, 1],
    [tar([{ name: "a", content: SOURCE }]), 1000],
  ] as const) {
    async function* source() {
      yield bytes.slice(0, good);
      throw new TypeError("connection lost");
    }
    await expect(readTar(source(), () => true, DEFAULT_ARCHIVE_LIMITS)).rejects.toThrow("connection lost");
  }
});

it("refuses malformed pax headers and long ones", async () => {
  const after = tarOf(tarMember({ name: "a.py", content: "x" }));
  for (const content of [
    "99 path=a\n",
    "x path=a\n",
    "0 path=a\n",
    "-5 path=a\n",
    "12 path=a\nxx",
    "8 pathxa\n",
    "10 size=-1\n",
  ]) {
    await expect(
      openArchive(tarOf(tarMember({ name: "pax", type: "x", content }), after)),
    ).rejects.toMatchObject(unreadable(/malformed|damaged/));
  }
  const long = tarMember({ name: "pax", type: "x", size: 2_000_000 });
  await expect(openArchive(tarOf(long, after))).rejects.toMatchObject(unreadable(/over 1 MiB/));
});

it("refuses a tar with far more headers than entries", async () => {
  const flood = Array.from({ length: 4 }, () => paxMember({ comment: "x".repeat(300_000) }));
  const packed = tarOf(...flood, tarMember({ name: "a.py", content: "x" }));
  expect(pathsOf(await openArchive(packed))).toEqual(["a.py"]);
  const limits = { ...DEFAULT_ARCHIVE_LIMITS, entries: 10 };
  await expect(openArchive(packed, limits)).rejects.toMatchObject(unsafe(/more headers than entries/));
});
