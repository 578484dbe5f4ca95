/** Request bodies, bounded while they are read: a declared length is never believed. */
import { Problem } from "./problems.ts";

const FIRST_ALLOCATION = 64 * 1024;

/**
 * Reads a body into one buffer that grows in place, so that an upload is held once and not twice.
 *
 * @param limit bytes of an upload
 * @param envelope bytes that the body may have around it
 * @throws Problem `archive-too-large` past the limit; `invalid-request` when the body breaks off
 */
export async function readBody(
  request: Request,
  limit: number,
  envelope = 0,
): Promise<Uint8Array<ArrayBuffer>> {
  const bound = limit + envelope;
  if (Number(request.headers.get("Content-Length")) > bound) throw tooLarge(limit);
  if (request.body === null) return new Uint8Array();
  const buffer = new ArrayBuffer(0, { maxByteLength: bound });
  const reader = request.body.getReader();
  let length = 0;
  for (;;) {
    const { done, value } = await readChunk(reader);
    if (done) break;
    if (length + value.length > bound) {
      await drain(reader, bound);
      throw tooLarge(limit);
    }
    if (length + value.length > buffer.byteLength)
      buffer.resize(grown(buffer.byteLength, length + value.length, bound));
    new Uint8Array(buffer).set(value, length);
    length += value.length;
  }
  return new Uint8Array(buffer.transferToFixedLength(length));
}

const grown = (size: number, needed: number, limit: number): number =>
  Math.min(limit, Math.max(needed, size * 2, FIRST_ALLOCATION));

/** @param limit bytes */
export const tooLarge = (limit: number): Problem =>
  new Problem("archive-too-large", `An upload may have ${limit.toLocaleString("en")} bytes.`);

async function readChunk(reader: ReadableStreamDefaultReader<Uint8Array>) {
  try {
    return await reader.read();
  } catch {
    throw new Problem("invalid-request", "The upload broke off.");
  }
}

/** An answer before the end of a body resets the connection, so a sender within reason is heard out. */
async function drain(reader: ReadableStreamDefaultReader<Uint8Array>, limit: number): Promise<void> {
  for (let passed = 0; passed < limit; ) {
    const { done, value } = await readChunk(reader);
    if (done) return;
    passed += value.length;
  }
  await reader.cancel();
}
