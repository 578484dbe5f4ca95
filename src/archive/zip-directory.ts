/**
 * A zip's directory, read strictly from the raw bytes (APPNOTE.TXT 6.3.10). Only an archive that every reader
 * understands in the same way passes: what one reader shows and another hides is how scanners are deceived.
 */
import { crc32 } from "node:zlib";
import { ArchiveError, type ArchiveLimits } from "./archive.ts";
import { decodeName } from "./names.ts";
import { findZipEnd, type ZipEnd } from "./zip-end.ts";

export interface ZipRecord {
  /** As sent: folders end in `/`. */
  name: string;
  /** 0 stored, 8 deflated; others are listed too. */
  method: number;
  crc: number;
  compressedSize: number;
  /** As claimed. */
  size: number;
  /** Unix mode with its type bits, 0 where the archive was not made on Unix. */
  mode: number;
  /** Offsets in the bytes: of the local header, of the body, and behind the body. */
  start: number;
  bodyStart: number;
  end: number;
}

const CENTRAL = 0x02014b50;
const LOCAL = 0x04034b50;
const ENCRYPTED = 0x0001;
const ZIP64_FIELD = 0x0001;
/** Info-ZIP's Unicode path: version, CRC-32 of the name, the name in UTF-8 (APPNOTE 4.6.9). */
const UNICODE_PATH_FIELD = 0x7075;
const MAX_32 = 0xffffffff;

const unreadable = (message: string): ArchiveError => new ArchiveError("archive-unreadable", message);
const unsafe = (message: string): ArchiveError => new ArchiveError("archive-unsafe", message);

/**
 * All records of a zip, in the directory's order, and its comment.
 *
 * @throws ArchiveError `archive-unreadable` (no or damaged directory, encrypted, several volumes) or
 *   `archive-unsafe` (too many entries, overlapping entries, headers that contradict each other)
 */
export function readZipDirectory(
  bytes: Uint8Array,
  limits: ArchiveLimits,
): { records: ZipRecord[]; comment: Uint8Array } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = findZipEnd(bytes, view);
  if (end.count > limits.entries) {
    throw unsafe(`The archive holds ${end.count} entries; at most ${limits.entries} are read.`);
  }
  const records: ZipRecord[] = [];
  let at = end.directoryStart;
  while (records.length < end.count) {
    if (at + 46 > end.directoryEnd || view.getUint32(at, true) !== CENTRAL) throw damaged();
    const next =
      at + 46 + view.getUint16(at + 28, true) + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
    if (next > end.directoryEnd) throw damaged();
    records.push(readRecord(bytes, view, at, end));
    at = next;
  }
  if (at !== end.directoryEnd) throw damaged();
  refuseOverlaps(records);
  return { records, comment: end.comment };
}

const damaged = (): ArchiveError =>
  unreadable("The zip's list of entries is damaged. Make the archive anew and send it again.");

function readRecord(bytes: Uint8Array, view: DataView, at: number, end: ZipEnd): ZipRecord {
  const nameLength = view.getUint16(at + 28, true);
  const extraStart = at + 46 + nameLength;
  const extra = bytes.subarray(extraStart, extraStart + view.getUint16(at + 30, true));
  const nameBytes = bytes.subarray(at + 46, extraStart);
  const fields = readExtra(extra, nameBytes, {
    size: view.getUint32(at + 24, true),
    compressedSize: view.getUint32(at + 20, true),
    start: view.getUint32(at + 42, true),
  });
  const name = fields.name ?? decodeName(nameBytes);
  const method = view.getUint16(at + 10, true);
  const start = fields.start + end.shift;
  if (start + 30 > end.directoryStart || view.getUint32(start, true) !== LOCAL) throw damaged();
  if ((view.getUint16(at + 8, true) | view.getUint16(start + 6, true)) & ENCRYPTED) {
    throw unreadable("The zip is encrypted. Send it without a password.");
  }
  const localNameLength = view.getUint16(start + 26, true);
  const bodyStart = start + 30 + localNameLength + view.getUint16(start + 28, true);
  const localName = bytes.subarray(start + 30, start + 30 + localNameLength);
  if (!sameName(nameBytes, localName) || view.getUint16(start + 8, true) !== method) {
    throw unsafe("The zip contradicts itself: the header of an entry is not what its list of entries says.");
  }
  const bodyEnd = bodyStart + fields.compressedSize;
  if (bodyEnd > end.directoryStart) throw damaged();
  const mode = view.getUint16(at + 40, true);
  const crc = view.getUint32(at + 16, true);
  const { size, compressedSize } = fields;
  return { name, method, crc, compressedSize, size, mode, start, bodyStart, end: bodyEnd };
}

/** Some tools on Windows write `\` into the one place and `/` into the other. */
function sameName(central: Uint8Array, local: Uint8Array): boolean {
  if (central.length !== local.length) return false;
  for (let at = 0; at < central.length; at++) {
    if (central[at] !== local[at] && !(isSlash(central[at]) && isSlash(local[at]))) return false;
  }
  return true;
}

const isSlash = (byte: number | undefined): boolean => byte === 0x2f || byte === 0x5c;

interface Fields {
  size: number;
  compressedSize: number;
  start: number;
  name?: string;
}

/** Completes a record from its extra fields: 64-bit numbers (APPNOTE 4.5.3) and the name in UTF-8. */
function readExtra(extra: Uint8Array, nameBytes: Uint8Array, fields: Fields): Fields {
  const view = new DataView(extra.buffer, extra.byteOffset, extra.byteLength);
  let wants64 = [fields.size, fields.compressedSize, fields.start].includes(MAX_32);
  // The first field of a kind counts, so that work is bounded however many there are.
  let wantsName = true;
  for (let at = 0; at + 4 <= extra.length; ) {
    const id = view.getUint16(at, true);
    const start = at + 4;
    at = start + view.getUint16(at + 2, true);
    if (at > extra.length) break;
    if (id === ZIP64_FIELD && wants64) {
      fields = widen(view, start, at, fields);
      wants64 = false;
    }
    if (id === UNICODE_PATH_FIELD && wantsName && at - start > 5) {
      wantsName = false;
      const current = view.getUint8(start) === 1 && view.getUint32(start + 1, true) === crc32(nameBytes);
      if (current) fields.name = decodeName(extra.subarray(start + 5, at));
    }
  }
  if (wants64) throw damaged();
  return fields;
}

/** Each number stands in the field only where the record has no room for it, in this order. */
function widen(view: DataView, start: number, end: number, fields: Fields): Fields {
  let at = start;
  const next = (narrow: number): number => {
    if (narrow !== MAX_32) return narrow;
    if (at + 8 > end) throw damaged();
    at += 8;
    return Number(view.getBigUint64(at - 8, true));
  };
  const size = next(fields.size);
  const compressedSize = next(fields.compressedSize);
  return { ...fields, size, compressedSize, start: next(fields.start) };
}

/** Entries that share bytes are how a small zip holds petabytes (Fifield, "A better zip bomb", 2019). */
function refuseOverlaps(records: readonly ZipRecord[]): void {
  let behind = 0;
  for (const { start, end } of [...records].sort((a, b) => a.start - b.start)) {
    if (start < behind) {
      throw unsafe("Entries of the zip overlap, as only in archives made to do harm.");
    }
    behind = end;
  }
}
