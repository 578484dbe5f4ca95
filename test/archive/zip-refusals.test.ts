import { crc32 } from "node:zlib";
import { expect, it } from "vitest";
import { DEFAULT_ARCHIVE_LIMITS, openArchive } from "../../src/archive/open.ts";
import { zip } from "./build-archive.ts";
import { type RawEntry, type RawZip, rawZip } from "./build-raw-zip.ts";

const SOURCE = "import os\n".repeat(500);
const open = (entries: RawEntry[], options?: RawZip) => openArchive(rawZip(entries, options));
const refused = (code: string, message: RegExp) => ({
  name: "ArchiveError",
  code,
  message: expect.stringMatching(message),
});
const unreadable = (message: RegExp) => refused("archive-unreadable", message);
const unsafe = (message: RegExp) => refused("archive-unsafe", message);

const thrownBy = (action: () => unknown): unknown => {
  try {
    return action();
  } catch (error) {
    return error;
  }
};

it("refuses an archive that was cut off anywhere", async () => {
  const packed = await zip({ "a.py": SOURCE, "b.py": "x = 1\n" }, "project/");
  for (let length = 4; length < packed.length; length++) {
    await expect(openArchive(packed.subarray(0, length))).rejects.toMatchObject(unreadable(/not complete/));
  }
});

it("refuses an encrypted archive, whichever header says so", async () => {
  const packed = rawZip([{ name: "a.py", content: SOURCE }]);
  await expect(open([{ name: "a.py", content: SOURCE, flags: 0x0801 }])).rejects.toMatchObject(
    unreadable(/password/),
  );
  packed[6] = 1;
  await expect(openArchive(packed)).rejects.toMatchObject(unreadable(/password/));
});

it("refuses more entries than the limit, by what the end record says and by what is there", async () => {
  const entries = Array.from({ length: 12 }, (_, i) => ({ name: `m${i}.py` }));
  const limits = { ...DEFAULT_ARCHIVE_LIMITS, entries: 10 };
  const tooMany = unsafe(/12 entries; at most 10/);
  await expect(openArchive(rawZip(entries), limits)).rejects.toMatchObject(tooMany);
  await expect(openArchive(rawZip(entries, { zip64: true }), limits)).rejects.toMatchObject(tooMany);
  await expect(openArchive(rawZip(entries, { count: 3 }), limits)).rejects.toMatchObject(
    unreadable(/damaged/),
  );
  await expect(open(entries, { count: 0xfffe })).rejects.toMatchObject(
    unsafe(/65534 entries; at most 50000/),
  );
});

it("refuses to read an entry with another checksum", async () => {
  const archive = await open([
    { name: "a.py", content: SOURCE, crc: 1 },
    { name: "b.py", content: SOURCE },
  ]);
  expect(thrownBy(() => archive.read("a.py"))).toMatchObject(unreadable(/a\.py does not match its checksum/));
  expect(archive.read("b.py")).toHaveLength(5000);
});

it("refuses to read an entry whose size is not what it claims", async () => {
  for (const size of [0, 1, 4999, 5001, 1_000_000]) {
    const archive = await open([{ name: "a.py", content: SOURCE, size }]);
    expect(thrownBy(() => archive.read("a.py"))).toMatchObject(
      unreadable(/a\.py (?:cannot be inflated|is not as long)/),
    );
  }
  const stored = await open([
    { name: "a.py", content: SOURCE, method: 0, size: 10, crc: crc32("import os\n") },
  ]);
  expect(thrownBy(() => stored.read("a.py"))).toMatchObject(unreadable(/is not as long/));
});

it("refuses an unknown method only when that entry is read", async () => {
  const archive = await open([
    { name: "a.py", content: SOURCE, method: 14 },
    { name: "b.py", content: SOURCE },
  ]);
  expect(archive.read("b.py")).toHaveLength(5000);
  expect(thrownBy(() => archive.read("a.py"))).toMatchObject(unreadable(/packs a\.py by method 14/));
});

it("refuses entries that share a body", async () => {
  const bomb = Array.from(
    { length: 1000 },
    (_, i): RawEntry => ({ name: "m.py", ...(i > 0 && { sameAs: 0 }) }),
  );
  await expect(open([{ name: "m.py", content: SOURCE }, ...bomb.slice(1)])).rejects.toMatchObject(
    unsafe(/overlap/),
  );
});

it("refuses an entry whose body holds another entry, as in a quine-like bomb", async () => {
  const inner = rawZip([{ name: "b.py", content: SOURCE }]);
  const packed = rawZip([
    { name: "a.py", content: inner, method: 0 },
    { name: "b.py", sameAs: 0 },
  ]);
  // The second record is pointed at the local header within the first entry's body.
  const view = new DataView(packed.buffer);
  const second = packed.length - 22 - 46 - 4;
  view.setUint32(second + 42, 34, true);
  await expect(openArchive(packed)).rejects.toMatchObject(unsafe(/overlap|contradicts/));
});

it("refuses local headers that contradict the directory", async () => {
  const entry = { name: "setup.py", content: SOURCE };
  await expect(open([{ ...entry, localName: "other.py" }])).rejects.toMatchObject(
    unsafe(/contradicts itself/),
  );
  await expect(open([{ ...entry, localName: "../x" }])).rejects.toMatchObject(unsafe(/contradicts itself/));
  const packed = rawZip([entry]);
  packed[8] = 0;
  await expect(openArchive(packed)).rejects.toMatchObject(unsafe(/contradicts itself/));
});

it("takes backslashes in one header for slashes in the other", async () => {
  const archive = await open([
    { name: "pkg\\a.py", localName: "pkg/a.py", content: SOURCE },
    { name: "b.py" },
  ]);
  expect(archive.read("pkg/a.py")).toHaveLength(5000);
});

it("refuses an end record within the comment of another", async () => {
  const hidden = rawZip([{ name: "evil.py", content: "x" }]);
  const comment = hidden.subarray(hidden.length - 22);
  await expect(open([{ name: "a.py" }], { comment })).rejects.toMatchObject(unsafe(/second list/));
});

it("is not deceived by a name that another reader would resolve to a second file", async () => {
  const archive = await open([
    { name: "setup.py", content: "good" },
    { name: "x/../setup.py", content: "evil" },
  ]);
  expect(new TextDecoder().decode(archive.read("setup.py"))).toBe("good");
  expect(archive.skipped).toEqual([{ path: "x/../setup.py", reason: "its name leads out of its folder" }]);
});

it("stops at the limit on what is inflated", async () => {
  const limits = { ...DEFAULT_ARCHIVE_LIMITS, inflated: 12_000 };
  const archive = await openArchive(await zip({ "a.py": SOURCE, "b.py": SOURCE, "c.py": SOURCE }), limits);
  archive.read("a.py");
  archive.read("b.py");
  expect(thrownBy(() => archive.read("c.py"))).toMatchObject(unsafe(/more than 12000 bytes/));
});

it("stops at the limit on the ratio once enough has been inflated", async () => {
  const limits = { ...DEFAULT_ARCHIVE_LIMITS, ratioFrom: 3_000_000 };
  const zeros = new Uint8Array(1_000_000);
  const archive = await openArchive(await zip({ "a.py": zeros, "b.py": zeros, "c.py": zeros }), limits);
  archive.read("a.py");
  archive.read("b.py");
  expect(thrownBy(() => archive.read("c.py"))).toMatchObject(unsafe(/more than 200 times/));
});

it("stops inflating a bomb that claims to be small", async () => {
  const archive = await open([{ name: "a.py", content: new Uint8Array(30_000_000), size: 100 }]);
  expect(thrownBy(() => archive.read("a.py"))).toMatchObject(unreadable(/cannot be inflated/));
});

it("refuses a split zip", async () => {
  const packed = rawZip([{ name: "a.py" }]);
  packed[packed.length - 18] = 1;
  await expect(openArchive(packed)).rejects.toMatchObject(unreadable(/split/));
});

it("refuses ZIP64 numbers that lead nowhere", async () => {
  for (const at of [32, 40, 48]) {
    const packed = rawZip([{ name: "a.py", content: SOURCE }], { zip64: true });
    packed[packed.length - 22 - 20 - 56 + at + 6] = 0xff;
    await expect(openArchive(packed)).rejects.toMatchObject({ name: "ArchiveError" });
  }
  const looping = rawZip([{ name: "a.py", content: SOURCE }], { zip64: true });
  looping[looping.length - 22 - 20 - 56 + 4] = 60;
  expect((await openArchive(looping)).entries).toHaveLength(1);
});

it("does not go round in circles in the extensible data of a ZIP64 end record", async () => {
  const packed = rawZip([{ name: "a.py", content: SOURCE }], { zip64: true });
  const record = packed.length - 22 - 20 - 56;
  new DataView(packed.buffer).setUint32(record + 4, 1000, true);
  // A field whose length, read as a signed number, leads back to its own start.
  const field = [1, 0, 0xfa, 0xff, 0xff, 0xff];
  const looping = new Uint8Array([...packed.slice(0, record + 56), ...field, ...packed.slice(record + 56)]);
  await expect(openArchive(looping)).rejects.toMatchObject(unreadable(/not complete/));
});
