/**
 * The file of a multipart/form-data body (RFC 7578), as its pieces come: parsers at hand hold every part, and an
 * isolate has no room for an upload twice.
 */
import { Buffer } from "node:buffer";
import { Problem } from "./problems.ts";

/** What a body may have beyond its file: boundaries, headers and small fields, in bytes. */
export const MULTIPART_OVERHEAD = 64 * 1024;

/** Bytes of a part's headers. */
const HEADER_BOUND = 8 * 1024;

export class FormFile {
  readonly #field: string;
  readonly #take: (bytes: Uint8Array) => void;
  readonly #delimiter: Buffer;
  #where: "preamble" | "boundary" | "headers" | "content" | "epilogue" = "preamble";
  /** What could not be told yet. The first delimiter needs no line end before it, so there is one. */
  #bytes: Buffer = Buffer.from("\r\n");
  /** Bytes at the start of a content that still belong to the headers before it. */
  #ahead = 0;
  #wanted = false;
  #found = false;
  #overhead = 0;

  /**
   * @param field name of the form field that holds the file
   * @param take is given the file's bytes as they come
   * @throws Problem `invalid-request`, as do the methods, where the body is not well formed
   */
  constructor(contentType: string, field: string, take: (bytes: Uint8Array) => void) {
    this.#delimiter = Buffer.from(`\r\n--${boundaryOf(contentType)}`);
    this.#field = field;
    this.#take = take;
  }

  /** @param chunk may be overwritten afterwards */
  push(chunk: Uint8Array): void {
    const added = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    this.#bytes = this.#bytes.length === 0 ? added : Buffer.concat([this.#bytes, added]);
    while (this.#step()) {}
    // The chunk is overwritten by the next one.
    this.#bytes = Buffer.from(this.#bytes);
  }

  /** The body has ended. */
  finish(): void {
    if (this.#where !== "epilogue") throw malformed("it ends early");
    if (!this.#found) throw malformed(`it has no file field "${this.#field}"`);
  }

  /** Goes on as far as the bytes tell. @returns whether they may tell more */
  #step(): boolean {
    if (this.#where === "boundary") return this.#readBoundary();
    if (this.#where === "headers") return this.#readHeaders();
    if (this.#where === "epilogue") {
      this.#pass(this.#bytes.length);
      this.#bytes = this.#bytes.subarray(this.#bytes.length);
      return false;
    }
    return this.#readContent();
  }

  #readContent(): boolean {
    const bytes = this.#bytes;
    const end = bytes.indexOf(this.#delimiter);
    // What may be the beginning of a delimiter waits.
    const known = end === -1 ? Math.max(0, bytes.length - this.#delimiter.length + 1) : end;
    const content = bytes.subarray(Math.min(this.#ahead, known), known);
    this.#ahead -= known - content.length;
    if (this.#wanted) this.#take(content);
    else this.#pass(content.length);
    this.#bytes = bytes.subarray(end === -1 ? known : end + this.#delimiter.length);
    if (end === -1) return false;
    this.#where = "boundary";
    return true;
  }

  #readBoundary(): boolean {
    if (this.#bytes.length < 2) return false;
    this.#where = this.#bytes.toString("latin1", 0, 2) === "--" ? "epilogue" : "headers";
    return true;
  }

  #readHeaders(): boolean {
    const end = this.#bytes.indexOf("\r\n\r\n");
    if (end > HEADER_BOUND || (end === -1 && this.#bytes.length > HEADER_BOUND))
      throw malformed("the headers of a part are too long");
    if (end === -1) return false;
    this.#pass(this.#delimiter.length + end);
    this.#wanted = nameIn(this.#bytes.toString("utf8", 0, end)) === this.#field;
    if (this.#wanted && this.#found) throw malformed(`it has several fields "${this.#field}"`);
    this.#found ||= this.#wanted;
    // The line end may be the delimiter's, too, where the content is empty.
    this.#bytes = this.#bytes.subarray(end + 2);
    this.#ahead = 2;
    this.#where = "content";
    return true;
  }

  #pass(bytes: number): void {
    this.#overhead += bytes;
    if (this.#overhead > MULTIPART_OVERHEAD)
      throw malformed(`it has more than ${MULTIPART_OVERHEAD} bytes beside a file field "${this.#field}"`);
  }
}

function boundaryOf(contentType: string): string {
  const match = /;\s{0,10}boundary=(?:"([^"]{1,70})"|([^;\s"]{1,70}))/i.exec(contentType);
  const boundary = match?.[1] ?? match?.[2];
  if (boundary === undefined) throw malformed("its Content-Type names no boundary");
  return boundary;
}

function nameIn(head: string): string | undefined {
  const line = head.split("\r\n").find((line) => /^content-disposition:/i.test(line));
  return line && /;\s{0,10}name="?([^";]{0,100})/i.exec(line)?.[1];
}

const malformed = (reason: string): Problem =>
  new Problem("invalid-request", `The multipart body cannot be read: ${reason}.`);
