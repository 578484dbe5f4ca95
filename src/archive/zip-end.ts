/** The end of a zip, where its directory is found (APPNOTE.TXT 4.3.14 to 4.3.16). */
import { ArchiveError } from "./archive.ts";

export interface ZipEnd {
  /** Entries, as claimed. */
  count: number;
  /** Offsets in the bytes of the directory's first record and behind its last. */
  directoryStart: number;
  directoryEnd: number;
  /** Bytes that stand before the archive proper, as before a zipapp: to be added to all offsets in it. */
  shift: number;
  comment: Uint8Array;
}

const END = 0x06054b50;
const END_SIZE = 22;
const END_64 = 0x06064b50;
const END_64_SIZE = 56;
const LOCATOR = 0x07064b50;
const LOCATOR_SIZE = 20;
const MAX_COMMENT = 0xffff;
const MAX_16 = 0xffff;
const MAX_32 = 0xffffffff;

/** Whether an end of a zip stands where one could: also behind a shebang line, where no magic bytes lead. */
export function hasZipEnd(bytes: Uint8Array): boolean {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return !endOffsets(view).next().done;
}

/** Offsets at which an end record may start, last first. */
function* endOffsets(view: DataView): Generator<number> {
  const first = Math.max(0, view.byteLength - END_SIZE - MAX_COMMENT);
  for (let at = view.byteLength - END_SIZE; at >= first; at--) {
    if (view.getUint32(at, true) === END) yield at;
  }
}

/** @throws ArchiveError */
export function findZipEnd(bytes: Uint8Array, view: DataView): ZipEnd {
  const at = locateEnd(view);
  const commentStart = at + END_SIZE;
  const comment = bytes.subarray(commentStart, commentStart + view.getUint16(at + 20, true));
  const end = readEnd(view, at);
  const directoryStart = end.directoryEnd - end.size;
  const shift = directoryStart - end.offset;
  if (end.volumes) throw new ArchiveError("archive-unreadable", "The zip is split. Send one whole archive.");
  if (directoryStart < 0 || shift < 0) throw truncated();
  return { count: end.count, directoryStart, directoryEnd: end.directoryEnd, shift, comment };
}

const truncated = (): ArchiveError =>
  new ArchiveError("archive-unreadable", "The zip is not complete. Was its upload or download cut off?");

/**
 * Readers look for the last signature, or for a record whose comment ends where the archive ends. Where these
 * are not one record, each reader may see another archive, so none is believed.
 */
function locateEnd(view: DataView): number {
  const endOf = (at: number): number => at + END_SIZE + view.getUint16(at + 20, true);
  const offsets = [...endOffsets(view)];
  const last = offsets[0];
  const exact = offsets.filter((at) => endOf(at) === view.byteLength);
  if (exact.some((at) => at !== last)) {
    throw new ArchiveError("archive-unsafe", "The zip has a second list of entries hidden in its comment.");
  }
  if (last === undefined || endOf(last) > view.byteLength) throw truncated();
  return last;
}

interface RawEnd {
  count: number;
  size: number;
  offset: number;
  directoryEnd: number;
  volumes: boolean;
}

function readEnd(view: DataView, at: number): RawEnd {
  const narrow: RawEnd = {
    count: view.getUint16(at + 10, true),
    size: view.getUint32(at + 12, true),
    offset: view.getUint32(at + 16, true),
    directoryEnd: at,
    volumes:
      view.getUint32(at + 4, true) !== 0 || view.getUint16(at + 8, true) !== view.getUint16(at + 10, true),
  };
  const locator = at - LOCATOR_SIZE;
  const wide = locator - END_64_SIZE;
  if (locator < 0 || view.getUint32(locator, true) !== LOCATOR) return narrow;
  if (wide < 0 || view.getUint32(wide, true) !== END_64) throw truncated();
  const pick = (own: number, max: number, offset: number): number =>
    own === max ? Number(view.getBigUint64(wide + offset, true)) : own;
  return {
    count: pick(narrow.count, MAX_16, 32),
    size: pick(narrow.size, MAX_32, 40),
    offset: pick(narrow.offset, MAX_32, 48),
    directoryEnd: wide,
    volumes: view.getUint32(wide + 16, true) !== 0 || view.getUint32(wide + 20, true) !== 0,
  };
}
