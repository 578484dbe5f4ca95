/** Request bodies, bounded while they are read: a declared length is never believed. */
import type { Hash } from "node:crypto";
import type { Hold } from "./bytes-in-flight.ts";
import { FormFile, MULTIPART_OVERHEAD } from "./multipart.ts";
import { Problem } from "./problems.ts";
import { tooLarge, UploadBuffer } from "./upload-buffer.ts";

export interface BodyBounds {
  /** Bytes of an upload. */
  limit: number;
  /** Hears the bytes of the upload. */
  digest?: Hash;
  /** Counts what is held against what other requests hold. */
  hold?: Hold;
  /** Milliseconds for which a sender may send next to nothing. */
  stallMs?: number;
}

/**
 * Reads a body into one buffer.
 *
 * @throws Problem `archive-too-large` past the limit, `invalid-request` when the body breaks off, `busy` where other
 *   requests need the room, `upload-too-slow`
 */
export async function readBody(request: Request, bounds: BodyBounds): Promise<Uint8Array<ArrayBuffer>> {
  expect(request, bounds);
  const buffer = new UploadBuffer(bounds.limit, bounds.hold, bounds.digest);
  await pump(request, bounds, (chunk) => buffer.append(chunk));
  return buffer.take();
}

/**
 * Reads the file of a form. Only the file is held; what else the form has goes by.
 *
 * @param field name of the form field that holds the file
 * @throws Problem as `readBody` does; `invalid-request` where the form is malformed or has no such file
 */
export async function readFormFile(
  request: Request,
  contentType: string,
  field: string,
  bounds: BodyBounds,
): Promise<Uint8Array<ArrayBuffer>> {
  const buffer = new UploadBuffer(bounds.limit, bounds.hold, bounds.digest);
  const form = new FormFile(contentType, field, (bytes) => buffer.append(bytes));
  expect(request, bounds, MULTIPART_OVERHEAD);
  await pump(request, bounds, (chunk) => form.push(chunk));
  form.finish();
  return buffer.take();
}

/**
 * What the declared length says before anything is read: too much, or room to hold.
 *
 * @param envelope bytes that the body may have around the upload
 */
function expect(request: Request, { limit, hold }: BodyBounds, envelope = 0): void {
  const declared = Number(request.headers.get("Content-Length") ?? 0);
  if (declared > limit + envelope) throw tooLarge(limit);
  if (declared > 0) hold?.resize(declared);
}

/** Bytes a second that a sender must come up with. */
const SLOWEST = 16 * 1024;

/** Hands a body on, piece by piece. A sender whose body is refused half-way is heard out within reason. */
async function pump(
  request: Request,
  { limit, stallMs = 20_000 }: BodyBounds,
  take: (chunk: Uint8Array) => void,
): Promise<void> {
  if (request.body === null) return;
  const pieces = openPieces(request.body);
  let since = 0;
  let stalled = false;
  const watch = setInterval(() => {
    stalled = since < (SLOWEST * stallMs) / 1_000;
    if (stalled) pieces.cancel().catch(() => {});
    since = 0;
  }, stallMs);
  try {
    for (;;) {
      const piece = await readPiece(pieces);
      if (stalled) throw new Problem("upload-too-slow", "The upload did not come forward. Send it again.");
      if (piece === undefined) return;
      since += piece.length;
      take(piece);
    }
  } catch (error) {
    if (!stalled) await drain(pieces, limit);
    throw error;
  } finally {
    clearInterval(watch);
  }
}

interface Pieces {
  /** The next piece, which the one after it overwrites; `undefined` at the end. */
  read(): Promise<Uint8Array | undefined>;
  cancel(): Promise<void>;
}

/** Bytes that are asked for at once: without a buffer of one's own the platform gives 4 KiB, however much is there. */
const PIECE = 128 * 1024;

function openPieces(body: ReadableStream<Uint8Array>): Pieces {
  let reader: ReadableStreamBYOBReader;
  try {
    reader = body.getReader({ mode: "byob" });
  } catch {
    // A stream that code has made.
    const plain = body.getReader();
    return { read: async () => (await plain.read()).value, cancel: () => plain.cancel() };
  }
  let buffer = new ArrayBuffer(PIECE);
  return {
    async read() {
      const { done, value } = await reader.read(new Uint8Array(buffer));
      if (done) return undefined;
      buffer = value.buffer as ArrayBuffer;
      return value;
    },
    cancel: () => reader.cancel(),
  };
}

async function readPiece(pieces: Pieces): Promise<Uint8Array | undefined> {
  try {
    return await pieces.read();
  } catch {
    throw new Problem("invalid-request", "The upload broke off.");
  }
}

/** Reads what is left of a body that nobody has touched, within the limit. */
export async function hearOut(request: Request, limit: number): Promise<void> {
  if (request.body !== null && !request.bodyUsed) await drain(openPieces(request.body), limit);
}

/** An answer before the end of a body resets the connection, and its sender never reads why. */
async function drain(pieces: Pieces, limit: number): Promise<void> {
  try {
    for (let passed = 0; passed < limit; ) {
      const piece = await pieces.read();
      if (piece === undefined) return;
      passed += piece.length;
    }
    await pieces.cancel();
  } catch {
    // It broke off: there is nobody to hear the answer.
  }
}
