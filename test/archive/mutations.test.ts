import { expect, it } from "vitest";
import { ArchiveError } from "../../src/archive/archive.ts";
import { openArchive } from "../../src/archive/open.ts";
import { gzip, paxMember, tar, tarMember } from "./build-archive.ts";
import { rawZip } from "./build-raw-zip.ts";

const FILES = {
  "project-main/pyproject.toml": '[project]\nname = "app"\nrequires-python = ">=3.12"\n',
  "project-main/src/app/__init__.py": "",
  "project-main/src/app/main.py": "import os\n\n\ndef main() -> None:\n    print(os.environ)\n".repeat(8),
  "project-main/README.md": "# app\n",
};
const COMMIT = "0123456789abcdef0123456789abcdef01234567";

/** Numbers that look random and are the same in every run (mulberry32). */
function randomNumbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

function mutate(bytes: Uint8Array, random: (below: number) => number): Uint8Array {
  const mutated = random(8) === 0 ? bytes.slice(0, random(bytes.length)) : bytes.slice();
  for (let flips = 1 + random(3); flips > 0 && mutated.length > 0; flips--) {
    // Most of what can go wrong stands in headers, and the zip's are at its end.
    const at =
      random(2) === 0 ? random(mutated.length) : mutated.length - 1 - random(Math.min(mutated.length, 600));
    mutated[at] = [0, 0xff, random(256), mutated[at]! ^ (1 << random(8))][random(4)]!;
  }
  return mutated;
}

async function survive(bytes: Uint8Array): Promise<void> {
  try {
    const archive = await openArchive(bytes);
    for (const { path, kept } of archive.entries) if (kept) archive.read(path);
  } catch (error) {
    if (!(error instanceof ArchiveError)) throw error;
  }
}

const entries = Object.entries(FILES);
const plainTar = Buffer.concat([
  paxMember({ comment: COMMIT }, "g"),
  paxMember({ path: `project-main/${"long/".repeat(30)}a.py` }),
  tarMember({ name: "short", content: "x = 1\n" }),
  tar(entries.map(([name, content]) => ({ name, content }))),
]);

const SEEDS: Record<string, Uint8Array> = {
  zip: rawZip(
    entries.map(([name, content], i) => ({ name, content, mode: 0o100644, descriptor: i === 2 })),
    { comment: COMMIT },
  ),
  "ZIP64 zip": rawZip(
    entries.map(([name, content]) => ({ name, content, zip64: true })),
    { zip64: true },
  ),
  "tar.gz": gzip(plainTar),
  tar: new Uint8Array(plainTar),
};

for (const [format, bytes] of Object.entries(SEEDS)) {
  it(`answers 2,000 damaged copies of a ${format} with contents or an ArchiveError`, async () => {
    const random = randomNumbers(20_241_121);
    expect((await openArchive(bytes)).entries.length).toBeGreaterThanOrEqual(4);
    for (let i = 0; i < 2000; i++) await survive(mutate(bytes, random));
  });
}
