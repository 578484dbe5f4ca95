/** Exact numbers of bytes from a stream of chunks, whatever their sizes; holds one chunk at a time. */
export class ByteSource {
  readonly #chunks: AsyncIterator<Uint8Array>;
  #chunk: Uint8Array = new Uint8Array();
  #at = 0;

  constructor(chunks: AsyncIterable<Uint8Array>) {
    this.#chunks = chunks[Symbol.asyncIterator]();
  }

  /** The next bytes, or fewer where the stream ends. They stand until the next call: copy what is to be held. */
  async view(count: number): Promise<Uint8Array> {
    if (this.#chunk.length - this.#at < count) return this.take(count);
    this.#at += count;
    return this.#chunk.subarray(this.#at - count, this.#at);
  }

  /** The next bytes, in memory of their own, or fewer where the stream ends. */
  async take(count: number): Promise<Uint8Array> {
    const taken = new Uint8Array(count);
    let have = 0;
    while (have < count && (await this.#fill())) {
      const part = this.#chunk.subarray(this.#at, this.#at + count - have);
      taken.set(part, have);
      have += part.length;
      this.#at += part.length;
    }
    return have === count ? taken : taken.subarray(0, have);
  }

  /** Passes over bytes; `false` where the stream ends before. */
  async skip(count: number): Promise<boolean> {
    let left = count;
    while (left > 0 && (await this.#fill())) {
      const step = Math.min(left, this.#chunk.length - this.#at);
      this.#at += step;
      left -= step;
    }
    return left === 0;
  }

  /** Reads to the end, so that a checksum behind the data is looked at. */
  async drain(): Promise<void> {
    while (await this.#fill()) this.#at = this.#chunk.length;
  }

  /** Lets go of the stream. */
  async close(): Promise<void> {
    await this.#chunks.return?.();
  }

  /** Whether there is a byte to be had. */
  async #fill(): Promise<boolean> {
    while (this.#at === this.#chunk.length) {
      const { done, value } = await this.#chunks.next();
      if (done) return false;
      this.#chunk = value;
      this.#at = 0;
    }
    return true;
  }
}
