/** Archives for tests, as people and forges make them, and tars member by member. */
import { Buffer } from "node:buffer";
import { gzipSync } from "node:zlib";
import JSZip from "jszip";

export type Content = string | Uint8Array;
export type FileSet = Record<string, Content>;

export const bytesOf = (content: Content): Uint8Array =>
  typeof content === "string" ? new TextEncoder().encode(content) : content;

/** A zip as people make them. @param prefix a top folder, such as `project-main/` */
export async function zip(files: FileSet, prefix = ""): Promise<Uint8Array> {
  const archive = new JSZip();
  for (const [path, content] of Object.entries(files)) archive.file(prefix + path, bytesOf(content));
  return archive.generateAsync({ type: "uint8array", compression: "DEFLATE" });
}

/** A gzipped tar as forges make them. @param prefix a top folder, such as `project-main/` */
export async function tarGz(files: FileSet, prefix = ""): Promise<Uint8Array> {
  const members = Object.entries(files).map(([path, content]) => ({ name: prefix + path, content }));
  return gzip(tar(members));
}

export const gzip = (bytes: Uint8Array): Uint8Array => new Uint8Array(gzipSync(bytes));

export interface TarMember {
  name: string;
  content?: Content;
  /** `0`, a regular file, unless told. */
  type?: string;
  /** What is claimed in place of the truth. */
  size?: number;
  /** The size is written in GNU's base 256. */
  base256?: boolean;
  linkName?: string;
}

/** A tar. Names of more than 100 bytes get a pax header. */
export function tar(members: readonly TarMember[], end = true): Uint8Array {
  const blocks = members.flatMap((member) =>
    member.name.length > 100
      ? [paxMember({ path: member.name }), tarMember({ ...member, name: "long" })]
      : [tarMember(member)],
  );
  return new Uint8Array(Buffer.concat(end ? [...blocks, Buffer.alloc(1024)] : blocks));
}

/** A tar of members and headers as given, with its end. */
export const tarOf = (...members: Uint8Array[]): Uint8Array =>
  new Uint8Array(Buffer.concat([...members, Buffer.alloc(1024)]));

/** A stream of chunks of one size. */
export async function* inChunks(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.slice(at, at + size);
}

/** A pax header; `type` `g` for a global one. */
export function paxMember(records: Record<string, string>, type = "x"): Uint8Array {
  const lines = Object.entries(records).map(([key, value]) => {
    const rest = Buffer.byteLength(` ${key}=${value}\n`);
    let length = rest + String(rest).length;
    if (String(length).length > String(rest).length) length = rest + String(length).length;
    return `${length} ${key}=${value}\n`;
  });
  return tarMember({ name: "pax_global_header", type, content: lines.join("") });
}

export function tarMember({
  name,
  content = "",
  type = "0",
  size,
  base256,
  linkName = "",
}: TarMember): Uint8Array {
  const data = bytesOf(content);
  const header = Buffer.alloc(512);
  header.write(name, 0, 100);
  header.write("0000644\0", 100);
  writeSize(header, size ?? data.length, base256 ?? false);
  header.write("00000000000\0        ", 136);
  header.write(type, 156);
  header.write(linkName, 157, 100);
  header.write("ustar\u000000", 257);
  let sum = 0;
  for (const byte of header) sum += byte;
  header.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
  return Buffer.concat([header, data, Buffer.alloc((512 - (data.length % 512)) % 512)]);
}

function writeSize(header: Buffer, size: number, base256: boolean): void {
  if (!base256) {
    header.write(`${size.toString(8).padStart(11, "0")}\0`, 124);
    return;
  }
  header[124] = 0x80;
  header.writeBigUInt64BE(BigInt(size), 128);
}
