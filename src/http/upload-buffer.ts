/** Bytes of an upload as they come, in one buffer that grows in place: an upload is held once and not twice. */
import type { Hash } from "node:crypto";
import type { Hold } from "./bytes-in-flight.ts";
import { Problem } from "./problems.ts";

const FIRST_ALLOCATION = 64 * 1024;

export class UploadBuffer {
  readonly #buffer: ArrayBuffer;
  readonly #limit: number;
  readonly #hold: Hold | undefined;
  readonly #digest: Hash | undefined;
  #length = 0;

  /**
   * @param limit bytes of an upload
   * @param digest hears the bytes as they come, so that no time is lost over them when all are there
   */
  constructor(limit: number, hold?: Hold, digest?: Hash) {
    this.#limit = limit;
    this.#hold = hold;
    this.#digest = digest;
    this.#buffer = new ArrayBuffer(0, { maxByteLength: limit });
  }

  /** @throws Problem `archive-too-large` past the limit, `busy` where other requests need the room */
  append(bytes: Uint8Array): void {
    const needed = this.#length + bytes.length;
    if (needed > this.#limit) throw tooLarge(this.#limit);
    if (needed > (this.#hold?.bytes ?? needed)) this.#hold?.resize(needed);
    else this.#hold?.touch();
    if (needed > this.#buffer.byteLength) {
      const size = Math.max(needed, this.#buffer.byteLength * 2, FIRST_ALLOCATION);
      this.#buffer.resize(Math.min(this.#limit, size));
    }
    new Uint8Array(this.#buffer).set(bytes, this.#length);
    this.#length = needed;
    this.#digest?.update(bytes);
  }

  /** What has come, in the buffer itself: to make it one of fixed length would copy it. Add nothing after that. */
  take(): Uint8Array<ArrayBuffer> {
    this.#buffer.resize(this.#length);
    return new Uint8Array(this.#buffer);
  }
}

/** @param limit bytes */
export const tooLarge = (limit: number): Problem =>
  new Problem("archive-too-large", `An upload may have ${limit.toLocaleString("en")} bytes.`);
