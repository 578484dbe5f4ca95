/** gzip, inflated chunk by chunk within a budget. */
import { pipeline, Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { ArchiveError } from "./archive.ts";
import type { InflationBudget } from "./budget.ts";

export const isGzip = (bytes: Uint8Array): boolean => bytes[0] === 0x1f && bytes[1] === 0x8b;

/**
 * The bytes of a stream, inflated where they are gzipped. `node:zlib` and not DecompressionStream, which
 * inflates all that it was given before its reader can stop it.
 *
 * @throws ArchiveError `archive-unreadable` (damaged, not complete) or `archive-unsafe` (past the budget); what
 *   `chunks` throws is passed on as it is
 */
export async function* gunzipBounded(
  chunks: AsyncIterable<Uint8Array>,
  budget: InflationBudget,
): AsyncGenerator<Uint8Array> {
  const input = new CountedInput(chunks);
  const output = isGzip(await input.peek()) ? gunzip(input) : input;
  for await (const chunk of output) {
    budget.spend(chunk.length, input.takeCount());
    yield chunk;
  }
}

async function* gunzip(input: CountedInput): AsyncGenerator<Uint8Array> {
  const inflater = createGunzip({ chunkSize: 64 * 1024 });
  // One chunk at a time: what waits here is already counted as compressed input.
  pipeline(Readable.from(input, { highWaterMark: 1 }), inflater, () => {});
  try {
    yield* inflater;
  } catch {
    if (input.failure) throw input.failure.cause;
    throw new ArchiveError(
      "archive-unreadable",
      "The gzip is damaged or not complete. Was its upload or download cut off?",
    );
  }
}

/** Chunks, counted as they go by. Keeps the failure of its source apart from those of whatever reads it. */
class CountedInput implements AsyncIterable<Uint8Array> {
  readonly #chunks: AsyncIterator<Uint8Array>;
  #head: Uint8Array[] = [];
  #count = 0;
  failure: { cause: unknown } | undefined;

  constructor(chunks: AsyncIterable<Uint8Array>) {
    this.#chunks = chunks[Symbol.asyncIterator]();
  }

  /** The first bytes, two at least where there are as many. They are still to come. */
  async peek(): Promise<Uint8Array> {
    let length = 0;
    while (length < 2) {
      const { done, value } = await this.#chunks.next();
      if (done) break;
      this.#head.push(value);
      length += value.length;
    }
    return Buffer.concat(this.#head.map((chunk) => chunk.subarray(0, 2)));
  }

  /** Bytes that went by since it was asked last. */
  takeCount(): number {
    const count = this.#count;
    this.#count = 0;
    return count;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    try {
      for (const chunk of this.#head.splice(0)) yield this.#counted(chunk);
      for (let next = await this.#next(); !next.done; next = await this.#next())
        yield this.#counted(next.value);
    } finally {
      await this.#chunks.return?.();
    }
  }

  #counted(chunk: Uint8Array): Uint8Array {
    this.#count += chunk.length;
    return chunk;
  }

  async #next(): Promise<IteratorResult<Uint8Array>> {
    try {
      return await this.#chunks.next();
    } catch (cause) {
      this.failure = { cause };
      throw cause;
    }
  }
}
