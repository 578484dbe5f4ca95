/**
 * Zip → Archive: the directory is read and checked by `zip-directory.ts`, JSZip opens the bodies worth reading
 * (`zip-bodies.ts`), `node:zlib` inflates one when it is read.
 */
import { crc32, inflateRawSync } from "node:zlib";
import { type Archive, ArchiveError, type ArchiveLimits, type Keep } from "./archive.ts";
import { InflationBudget } from "./budget.ts";
import { Contents } from "./contents.ts";
import { commitOf, showName } from "./names.ts";
import { DEFLATED, takeBodies } from "./zip-bodies.ts";
import { readZipDirectory, type ZipRecord } from "./zip-directory.ts";

/** @throws ArchiveError where the zip is damaged, encrypted, contradicts itself or is past the limits */
export async function openZip(bytes: Uint8Array, limits: ArchiveLimits, keep: Keep): Promise<Archive> {
  const { records, comment } = readZipDirectory(bytes, limits);
  const { entries, bodies: kept, skipped } = listContents(records, keep, limits.file).finish();
  const bodies = await takeBodies(bytes, [...kept.values()]);
  const budget = new InflationBudget(limits);
  const commit = commitOf(new TextDecoder().decode(comment));
  return {
    format: "zip",
    entries,
    skipped,
    ...(commit && { commit }),
    read(path) {
      const record = kept.get(path);
      if (record === undefined) throw new RangeError(`${path} is not held of the archive`);
      const body = bodies.get(record);
      kept.delete(path);
      bodies.delete(record);
      const content = inflate(path, record, body);
      budget.spend(content.length, record.compressedSize);
      return content;
    },
  };
}

function listContents(records: readonly ZipRecord[], keep: Keep, fileLimit: number): Contents<ZipRecord> {
  const contents = new Contents<ZipRecord>(keep, fileLimit);
  for (const record of records) {
    const { name, size, mode, start, end } = record;
    const kind = mode & 0xf000;
    if (kind === FOLDER || /[/\\]$/.test(name)) continue;
    if (kind !== 0 && kind !== REGULAR) {
      contents.skip(name, kind === LINK ? "is a symbolic link" : "is neither a file nor a folder");
      continue;
    }
    const path = contents.admit(name);
    if (path === undefined) continue;
    const wanted = contents.wants(path, size);
    contents.put(path, size, wanted ? record : undefined, wanted ? end - start : 0);
  }
  return contents;
}

/** Types of file in a Unix mode (`S_IFMT`); 0 where the archive was made elsewhere. */
const REGULAR = 0x8000;
const FOLDER = 0x4000;
const LINK = 0xa000;

/** The claimed size is only a bound at first, and must be the exact length in the end. */
function inflate(path: string, record: ZipRecord, body: Uint8Array | undefined): Uint8Array {
  const { method, size, crc } = record;
  if (body === undefined) {
    throw new ArchiveError(
      "archive-unreadable",
      `The zip packs ${showName(path)} by method ${method}; only deflate and plain storing are read.`,
    );
  }
  const content = method === DEFLATED && body.length > 0 ? inflateBounded(path, body, size) : body;
  if (content.length !== size) throw damaged(path, "is not as long as the zip says");
  if (crc32(content) !== crc) throw damaged(path, "does not match its checksum");
  return content;
}

function inflateBounded(path: string, body: Uint8Array, size: number): Uint8Array {
  try {
    // Twice the size: workerd's bound counts its buffers, and fails for good data where it is close.
    return inflateRawSync(body, { maxOutputLength: 2 * size + 64 * 1024 });
  } catch {
    throw damaged(path, "cannot be inflated to the size that the zip says");
  }
}

const damaged = (path: string, what: string): ArchiveError =>
  new ArchiveError(
    "archive-unreadable",
    `The zip is damaged: ${showName(path)} ${what}. Make the archive anew and send it again.`,
  );
