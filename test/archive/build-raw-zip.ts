/** Zips for tests, byte by byte. */
import { Buffer } from "node:buffer";
import { crc32, deflateRawSync } from "node:zlib";
import { bytesOf, type Content } from "./build-archive.ts";

export interface RawEntry {
  name: Content;
  content?: Content;
  /** 8 (deflate) unless told; with 0 the content is stored, with any other it is put in as it is. */
  method?: number;
  flags?: number;
  /** Made on Unix, with this mode. */
  mode?: number;
  /** What the local header says in place of the name. */
  localName?: Content;
  /** What is claimed in place of the truth. */
  size?: number;
  crc?: number;
  extra?: Uint8Array;
  /** A data descriptor behind the body, and zeros in the local header. */
  descriptor?: boolean;
  /** Numbers stand in ZIP64 extra fields. */
  zip64?: boolean;
  /** The body and local header of an earlier entry, by its number, in place of an own one. */
  sameAs?: number;
}

export interface RawZip {
  comment?: Content;
  /** Stands in the end record in place of the true count. */
  count?: number;
  /** A ZIP64 end record and its locator. */
  zip64?: boolean;
  /** Bytes before and behind the archive. */
  before?: Content;
  after?: Content;
}

/** A zip in which every field can be told what to say. */
export function rawZip(entries: readonly RawEntry[], options: RawZip = {}): Uint8Array {
  const locals: Uint8Array[] = [];
  const offsets: number[] = [];
  let offset = 0;
  for (const entry of entries) {
    if (entry.sameAs !== undefined) {
      offsets.push(offsets[entry.sameAs] ?? 0);
      continue;
    }
    const local = localPart(entry);
    locals.push(local);
    offsets.push(offset);
    offset += local.length;
  }
  const directory = Buffer.concat(
    entries.map((entry, i) =>
      centralPart(
        entry.sameAs === undefined ? entry : { ...entries[entry.sameAs], ...entry },
        offsets[i] ?? 0,
      ),
    ),
  );
  const count = options.count ?? entries.length;
  const end = endPart(count, directory.length, offset, options);
  const parts = [bytesOf(options.before ?? ""), ...locals, directory, end, bytesOf(options.after ?? "")];
  return new Uint8Array(Buffer.concat(parts));
}

function packed(entry: RawEntry): { body: Uint8Array; size: number; crc: number; method: number } {
  const content = bytesOf(entry.content ?? "");
  const method = entry.method ?? 8;
  const body = method === 8 ? deflateRawSync(content) : content;
  return { body, size: entry.size ?? content.length, crc: entry.crc ?? crc32(content), method };
}

const flagsOf = ({ flags = 0x0800, descriptor }: RawEntry): number => flags | (descriptor ? 8 : 0);

function localPart(entry: RawEntry): Uint8Array {
  const { body, size, crc, method } = packed(entry);
  const name = bytesOf(entry.localName ?? entry.name);
  const blank = entry.descriptor ?? false;
  const header = numbers(
    [4, 0x04034b50],
    [2, 20],
    [2, flagsOf(entry)],
    [2, method],
    [4, 0],
    [4, blank ? 0 : crc],
    [4, blank ? 0 : entry.zip64 ? 0xffffffff : body.length],
    [4, blank ? 0 : entry.zip64 ? 0xffffffff : size],
    [2, name.length],
    [2, entry.zip64 ? 20 : 0],
  );
  const extra = entry.zip64 ? numbers([2, 1], [2, 16], [8, size], [8, body.length]) : numbers();
  const descriptor = blank ? numbers([4, 0x08074b50], [4, crc], [4, body.length], [4, size]) : numbers();
  return Buffer.concat([header, name, extra, body, descriptor]);
}

function centralPart(entry: RawEntry, offset: number): Uint8Array {
  const { body, size, crc, method } = packed(entry);
  const name = bytesOf(entry.name);
  const wide = entry.zip64 ?? false;
  const extra = Buffer.concat([
    wide ? numbers([2, 1], [2, 24], [8, size], [8, body.length], [8, offset]) : numbers(),
    entry.extra ?? numbers(),
  ]);
  const header = numbers(
    [4, 0x02014b50],
    [2, entry.mode === undefined ? 20 : 0x0314],
    [2, 20],
    [2, flagsOf(entry)],
    [2, method],
    [4, 0],
    [4, crc],
    [4, wide ? 0xffffffff : body.length],
    [4, wide ? 0xffffffff : size],
    [2, name.length],
    [2, extra.length],
    [2, 0],
    [2, 0],
    [2, 0],
    [4, (entry.mode ?? 0) * 0x10000],
    [4, wide ? 0xffffffff : offset],
  );
  return Buffer.concat([header, name, extra]);
}

function endPart(count: number, size: number, offset: number, { comment = "", zip64 }: RawZip): Uint8Array {
  const text = bytesOf(comment);
  const wide = numbers(
    [4, 0x06064b50],
    [8, 44],
    [2, 45],
    [2, 45],
    [4, 0],
    [4, 0],
    [8, count],
    [8, count],
    [8, size],
    [8, offset],
    [4, 0x07064b50],
    [4, 0],
    [8, offset + size],
    [4, 1],
  );
  const end = numbers(
    [4, 0x06054b50],
    [4, 0],
    [2, zip64 ? 0xffff : count],
    [2, zip64 ? 0xffff : count],
    [4, zip64 ? 0xffffffff : size],
    [4, zip64 ? 0xffffffff : offset],
    [2, text.length],
  );
  return Buffer.concat([zip64 ? wide : numbers(), end, text]);
}

/** Little-endian numbers, each with its width in bytes. */
function numbers(...fields: [width: number, value: number][]): Buffer {
  const bytes = Buffer.alloc(fields.reduce((sum, [width]) => sum + width, 0));
  let at = 0;
  for (const [width, value] of fields) {
    let rest = value;
    for (let i = 0; i < width; i++) {
      bytes[at + i] = rest % 256;
      rest = Math.floor(rest / 256);
    }
    at += width;
  }
  return bytes;
}
