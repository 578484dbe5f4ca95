/**
 * The file of a multipart/form-data body (RFC 7578), as a view on the bytes that were read: parsers at hand copy
 * every part, and an isolate has no room for an upload twice.
 */
import { Buffer } from "node:buffer";
import { Problem } from "./problems.ts";

/** What a body may have beyond its file: boundaries, headers and small fields, in bytes. */
export const MULTIPART_OVERHEAD = 64 * 1024;

const HEADER_BOUND = 8 * 1024;

/**
 * @param field name of the form field that holds the file
 * @throws Problem `invalid-request` when the body is not well formed, or has no such file or several
 */
export function readFormFile(body: Uint8Array, contentType: string, field: string): Uint8Array {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  const delimiter = Buffer.from(`\r\n--${boundaryOf(contentType)}`);
  const files: Uint8Array[] = [];
  // The first delimiter needs no line end before it.
  let start = bytes.subarray(0, delimiter.length - 2).equals(delimiter.subarray(2))
    ? delimiter.length - 2
    : endOf(bytes, delimiter, 0);
  while (!isLast(bytes, start)) {
    const content = endOf(bytes, "\r\n\r\n", start);
    const head = bytes.toString("utf8", start, Math.min(content, start + HEADER_BOUND));
    const next = endOf(bytes, delimiter, content - 2);
    if (nameIn(head) === field)
      files.push(body.subarray(content, Math.max(content, next - delimiter.length)));
    start = next;
  }
  const [file, ...others] = files;
  if (!file) throw malformed(`it has no file field "${field}"`);
  if (others.length > 0) throw malformed(`it has several fields "${field}"`);
  return file;
}

function boundaryOf(contentType: string): string {
  const match = /;\s{0,10}boundary=(?:"([^"]{1,70})"|([^;\s"]{1,70}))/i.exec(contentType);
  const boundary = match?.[1] ?? match?.[2];
  if (boundary === undefined) throw malformed("its Content-Type names no boundary");
  return boundary;
}

const isLast = (bytes: Buffer, at: number): boolean => bytes[at] === 0x2d && bytes[at + 1] === 0x2d;

function endOf(bytes: Buffer, mark: Buffer | string, from: number): number {
  const at = bytes.indexOf(mark, from);
  if (at === -1) throw malformed("it ends early");
  return at + mark.length;
}

function nameIn(head: string): string | undefined {
  const line = head.split("\r\n").find((line) => /^content-disposition:/i.test(line));
  return line && /;\s{0,10}name="?([^";]{0,100})/i.exec(line)?.[1];
}

const malformed = (reason: string): Problem =>
  new Problem("invalid-request", `The multipart body cannot be read: ${reason}.`);
