/**
 * The compressed bodies of a zip's entries, through JSZip.
 *
 * JSZip 3.10.2 is not shown the upload itself, for it would believe what it should not: it resolves names
 * (`a/../setup.py` replaces `setup.py`), refuses the whole for one entry in a method that it does not know, loops
 * for ever on a ZIP64 end record with extensible data of negative length, and reads as many entries as there are,
 * whatever the end record says (50,000 of them take over 64 MB of heap). It gets a smaller archive: the headers
 * and bodies of checked entries, as sent, under a plain directory of our own. It parses each local header by
 * itself, and must come to the same bytes. What is not worth reading costs nothing then, and the upload need not
 * be held any longer.
 *
 * Its inflation is left alone too: it has no bound, and waits for a timer between chunks.
 */
import JSZip from "jszip";
import { ArchiveError } from "./archive.ts";
import type { ZipRecord } from "./zip-directory.ts";

export const STORED = 0;
export const DEFLATED = 8;

/** Entries, and bytes, that JSZip opens at a time, so that neither its objects nor copies pile up. */
const GROUP = 4096;
const GROUP_BYTES = 4 * 1024 * 1024;

const LOCAL_SIZE = 30;
const CENTRAL_SIZE = 46;
const END_SIZE = 22;

/**
 * Bodies of the records, still compressed; none for a record in a method other than stored and deflated. The
 * bytes are copied, about as many as the bodies have; an upload whose buffer can shrink does so as they are, from its
 * end, so that it is not held twice.
 *
 * @throws ArchiveError `archive-unsafe` where JSZip and our own reading disagree
 */
export async function takeBodies(
  bytes: Uint8Array,
  records: readonly ZipRecord[],
): Promise<Map<ZipRecord, Uint8Array>> {
  const readable = records.filter(({ method }) => method === STORED || method === DEFLATED);
  const bodies = new Map<ZipRecord, Uint8Array>();
  for (const group of groupFromEnd(readable)) {
    const zip = await JSZip.loadAsync(reduceZip(bytes, group), { decodeFileName: nameByPlace });
    let start = 0;
    for (const record of group) {
      const body = bodyOf(zip.files[String(start + LOCAL_SIZE)]);
      if (body?.length !== record.compressedSize) {
        throw new ArchiveError("archive-unsafe", "The zip contradicts itself: its readers do not agree.");
      }
      bodies.set(record, body);
      start += record.end - record.start;
    }
    const { buffer, byteOffset } = bytes;
    const first = group.at(-1)?.start ?? 0;
    if (buffer instanceof ArrayBuffer && buffer.resizable) buffer.resize(byteOffset + first);
  }
  return bodies;
}

/** The records that lie last come first, and so in each group. */
function groupFromEnd(records: readonly ZipRecord[]): ZipRecord[][] {
  const groups: ZipRecord[][] = [];
  let bytes = GROUP_BYTES;
  for (const record of [...records].sort((a, b) => b.start - a.start)) {
    const length = record.end - record.start;
    const group = groups.at(-1);
    if (group === undefined || group.length === GROUP || bytes + length > GROUP_BYTES) {
      groups.push([record]);
      bytes = length;
    } else {
      group.push(record);
      bytes += length;
    }
  }
  return groups;
}

/** A zip of some entries of another. Its directory gives only what JSZip needs to find the bodies. */
function reduceZip(bytes: Uint8Array, records: readonly ZipRecord[]): Uint8Array {
  const directory = records.reduce((sum, { start, end }) => sum + end - start, 0);
  const end = directory + records.length * CENTRAL_SIZE;
  const zip = new Uint8Array(end + END_SIZE);
  const view = new DataView(zip.buffer);
  let local = 0;
  let central = directory;
  for (const record of records) {
    zip.set(bytes.subarray(record.start, record.end), local);
    view.setUint32(central, 0x02014b50, true);
    view.setUint16(central + 10, record.method, true);
    view.setUint32(central + 20, record.compressedSize, true);
    // JSZip drops the body of an entry that claims to inflate to nothing; it has no other use for the size.
    view.setUint32(central + 24, 1, true);
    view.setUint32(central + 42, local, true);
    local += record.end - record.start;
    central += CENTRAL_SIZE;
  }
  view.setUint32(end, 0x06054b50, true);
  view.setUint16(end + 8, records.length, true);
  view.setUint16(end + 10, records.length, true);
  view.setUint32(end + 12, end - directory, true);
  view.setUint32(end + 16, directory, true);
  return zip;
}

/** JSZip keys entries by name. Where the name stands is a key that no two entries share. */
const nameByPlace = (name: string[] | Uint8Array): string =>
  name instanceof Uint8Array ? String(name.byteOffset) : "";

/** JSZip keeps what it has not inflated yet in a field that its types do not show. */
function bodyOf(entry: JSZip.JSZipObject | undefined): Uint8Array | undefined {
  const loaded: (JSZip.JSZipObject & { _data?: { compressedContent?: unknown } }) | undefined = entry;
  const body = loaded?._data?.compressedContent;
  return body instanceof Uint8Array ? body : undefined;
}
