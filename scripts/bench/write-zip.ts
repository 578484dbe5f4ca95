/** Zips, written with nothing that changes from one time to the next. */
import { crc32, deflateRawSync } from "node:zlib";

export interface PackedFile {
  path: string;
  content: Uint8Array;
  /** As it stands in a zip. */
  body: Uint8Array;
  method: 0 | 8;
}

/** Deflated where that makes it smaller. */
export function packFile(path: string, content: string | Uint8Array): PackedFile {
  const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
  const deflated = path.endsWith(".png") ? bytes : new Uint8Array(deflateRawSync(bytes));
  return deflated.length < bytes.length
    ? { path, content: bytes, body: deflated, method: 8 }
    : { path, content: bytes, body: bytes, method: 0 };
}

const LOCAL = 0x04034b50;
const CENTRAL = 0x02014b50;
const END = 0x06054b50;
const END_SIZE = 22;

export function writeZip(files: readonly PackedFile[]): Uint8Array {
  const local: Uint8Array[] = [];
  const central: Uint8Array[] = [];
  let at = 0;
  for (const file of files) {
    const header = headerOf(file, "local", 0);
    local.push(header, file.body);
    central.push(headerOf(file, "central", at));
    at += header.length + file.body.length;
  }
  const directory = Buffer.concat(central);
  return Buffer.concat([...local, directory, endOf(files.length, directory.length, at)]);
}

/** APPNOTE.TXT 4.3.7 and 4.3.12; dates are zero, names UTF-8. */
function headerOf(
  { path, content, body, method }: PackedFile,
  kind: "local" | "central",
  at: number,
): Buffer {
  const name = Buffer.from(path);
  const isLocal = kind === "local";
  const header = Buffer.alloc((isLocal ? 30 : 46) + name.length);
  header.writeUInt32LE(isLocal ? LOCAL : CENTRAL, 0);
  const common = isLocal ? 4 : 6;
  if (!isLocal) header.writeUInt16LE(20, 4);
  header.writeUInt16LE(20, common);
  header.writeUInt16LE(0x800, common + 2);
  header.writeUInt16LE(method, common + 4);
  header.writeUInt16LE(0x21, common + 8);
  header.writeUInt32LE(crc32(content), common + 10);
  header.writeUInt32LE(body.length, common + 14);
  header.writeUInt32LE(content.length, common + 18);
  header.writeUInt16LE(name.length, common + 22);
  if (!isLocal) header.writeUInt32LE(at, 42);
  name.copy(header, isLocal ? 30 : 46);
  return header;
}

function endOf(count: number, directory: number, at: number): Buffer {
  const end = Buffer.alloc(END_SIZE);
  end.writeUInt32LE(END, 0);
  end.writeUInt16LE(count, 8);
  end.writeUInt16LE(count, 10);
  end.writeUInt32LE(directory, 12);
  end.writeUInt32LE(at, 16);
  return end;
}

/**
 * The same zip with one more small file, so that no store knows it yet. The file goes into the first entry's top
 * folder: one beside that folder would move every path.
 *
 * @throws Error for a zip without a plain end record (ZIP64, or a comment behind it)
 */
export function withMark(zip: Uint8Array, mark: string): Uint8Array {
  const bytes = Buffer.from(zip.buffer, zip.byteOffset, zip.length);
  const endAt = bytes.lastIndexOf(Buffer.from([0x50, 0x4b, 0x05, 0x06]));
  if (endAt === -1) throw new Error("It is no zip.");
  const end = bytes.subarray(endAt);
  const [count, length, at] = [end.readUInt16LE(10), end.readUInt32LE(12), end.readUInt32LE(16)];
  if (count >= 0xfffe || at === 0xffffffff) throw new Error("It is a ZIP64.");
  const first = bytes.toString("utf8", at + 46, at + 46 + bytes.readUInt16LE(at + 28));
  const folder = first.includes("/") ? first.slice(0, first.indexOf("/") + 1) : "";
  const file = packFile(`${folder}BENCH-${mark}.txt`, mark);
  const header = headerOf(file, "local", 0);
  const entry = headerOf(file, "central", at);
  const directoryAt = at + header.length + file.body.length;
  return Buffer.concat([
    bytes.subarray(0, at),
    header,
    file.body,
    bytes.subarray(at, at + length),
    entry,
    endOf(count + 1, length + entry.length, directoryAt),
  ]);
}
