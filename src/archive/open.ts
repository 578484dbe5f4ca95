/** Bytes of an upload → Archive, the format told by the bytes themselves. */
import { type Archive, ArchiveError, type ArchiveLimits, type Keep } from "./archive.ts";
import { isGzip } from "./gunzip.ts";
import { readTar } from "./tar.ts";
import { BLOCK, isEmptyBlock, parseHeader } from "./tar-header.ts";
import { openZip } from "./zip.ts";
import { hasZipEnd } from "./zip-end.ts";

const MiB = 1024 * 1024;

export const DEFAULT_ARCHIVE_LIMITS: ArchiveLimits = {
  entries: 50_000,
  inflated: 512 * MiB,
  ratio: 200,
  ratioFrom: 64 * MiB,
  file: 8 * MiB,
};

/**
 * Opens a zip (also a wheel or a zipapp), a tar or a gzipped tar.
 *
 * @param bytes the whole archive; not held any longer once it is open
 * @param keep which entries `read` will be asked for; the others take no memory
 * @throws ArchiveError `archive-unreadable` (no archive, damaged, not complete, encrypted) or `archive-unsafe`
 *   (past the limits, or made to deceive)
 */
export async function openArchive(
  bytes: Uint8Array,
  limits: ArchiveLimits = DEFAULT_ARCHIVE_LIMITS,
  keep: Keep = () => true,
): Promise<Archive> {
  if (startsWith(bytes, "PK\x03\x04") || startsWith(bytes, "PK\x05\x06")) return openZip(bytes, limits, keep);
  if (isGzip(bytes) || isTar(bytes)) return readTar(inChunks(bytes), keep, limits);
  const found = FOREIGN.find(({ looks }) => looks(bytes));
  if (found === undefined && hasZipEnd(bytes)) return openZip(bytes, limits, keep);
  throw new ArchiveError(
    "archive-unreadable",
    `${found?.message ?? "What was sent is no archive."} Send a zip, a tar or a tar.gz of the project's folder.`,
  );
}

function isTar(bytes: Uint8Array): boolean {
  const block = bytes.subarray(0, BLOCK);
  return parseHeader(block) !== undefined || (block.length === BLOCK && isEmptyBlock(block));
}

/** Small enough that a bomb is seen before much of it has been inflated. */
async function* inChunks(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += 64 * 1024) yield bytes.subarray(at, at + 64 * 1024);
}

/** @param magic one character a byte */
const startsWith = (bytes: Uint8Array, magic: string): boolean =>
  bytes.length >= magic.length && [...magic].every((character, at) => bytes[at] === character.charCodeAt(0));

const magic = (what: string, ...starts: string[]): Foreign => ({
  looks: (bytes) => starts.some((start) => startsWith(bytes, start)),
  message: `What was sent looks like ${what}.`,
});

const text = (what: string, pattern: RegExp): Foreign => ({
  looks: (bytes) => pattern.test(new TextDecoder().decode(bytes.subarray(0, 256))),
  message: `What was sent looks like ${what}.`,
});

interface Foreign {
  looks(bytes: Uint8Array): boolean;
  message: string;
}

/** What is sent by mistake most often. */
const FOREIGN: readonly Foreign[] = [
  { looks: (bytes) => bytes.length === 0, message: "Nothing was sent: the body is empty." },
  magic("a RAR archive, which is not read", "Rar!\x1a\x07"),
  magic("a 7-Zip archive, which is not read", "7z\xbc\xaf\x27\x1c"),
  magic("bzip2, which is not read", "BZh"),
  magic("xz, which is not read", "\xfd7zXZ\x00"),
  magic("zstd, which is not read", "\x28\xb5\x2f\xfd"),
  magic("a part of a split zip", "PK\x07\x08"),
  magic("a PDF", "%PDF-"),
  magic("a git bundle", "# v2 git bundle", "# v3 git bundle"),
  text(
    "HTML: a page with a link to the archive, or a login page",
    /^\s{0,99}<(?:!doctype html|html|head|body)/i,
  ),
  text("XML", /^\s{0,99}<\?xml/),
  text("JSON", /^\s{0,99}[[{]\s{0,99}(?:["{[\d}\]]|$)/),
  text("a multipart form; the server did not read it as one", /^--[\w-]{1,80}\r?\ncontent-disposition:/i),
];
