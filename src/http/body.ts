/** Request bodies, bounded while they are read: a declared length is never believed. */
import { Problem } from "./problems.ts";

const FIRST_ALLOCATION = 64 * 1024;

/**
 * Reads a body into one buffer that grows in place, so that an upload is held once and not twice.
 *
 * @param limit bytes
 * @throws Problem `archive-too-large` past the limit; `invalid-request` when the body breaks off
 */
export async function readBody(request: Request, limit: number): Promise<Uint8Array<ArrayBuffer>> {
  refuseDeclaredLength(request, limit);
  if (request.body === null) return new Uint8Array();
  const buffer = new ArrayBuffer(0, { maxByteLength: limit });
  const reader = request.body.getReader();
  let length = 0;
  for (;;) {
    const { done, value } = await readChunk(reader);
    if (done) break;
    if (length + value.length > limit) {
      await drain(reader, limit);
      throw tooLarge(limit);
    }
    if (length + value.length > buffer.byteLength)
      buffer.resize(grown(buffer.byteLength, length + value.length, limit));
    new Uint8Array(buffer).set(value, length);
    length += value.length;
  }
  return new Uint8Array(buffer.transferToFixedLength(length));
}

/** Refuses by Content-Length alone, before the body is touched. */
export function refuseDeclaredLength(request: Request, limit: number): void {
  if (Number(request.headers.get("Content-Length")) > limit) throw tooLarge(limit);
}

const grown = (size: number, needed: number, limit: number): number =>
  Math.min(limit, Math.max(needed, size * 2, FIRST_ALLOCATION));

const tooLarge = (limit: number): Problem =>
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
