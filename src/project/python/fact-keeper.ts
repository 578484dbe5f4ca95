/**
 * Bounds what modules have been read into. All of it together would take several times the memory of the text; so
 * once modules of so many characters hold facts, the one that was read first lets its own go, and is read again when
 * it is asked again.
 */

/**
 * Characters of Python whose facts are held. Rules go over all modules in order, so what is bounded is read again for
 * each of them however much of it is held: this much serves one that looks into others meanwhile.
 */
const FACTS_HELD = 1024 * 1024;

interface Holder {
  readonly text: string;
  /** Lets go of what can be read again. */
  forget(): void;
}

export class FactKeeper {
  readonly #most: number;
  /** In the order in which they were first read. */
  readonly #holders = new Set<Holder>();
  #held = 0;

  /** @param most characters of modules that may hold facts */
  constructor(most: number = FACTS_HELD) {
    this.#most = most;
  }

  /** To be told of each fact that a module has built. */
  hold(holder: Holder): void {
    if (this.#holders.has(holder)) return;
    this.#holders.add(holder);
    this.#held += holder.text.length;
    for (const oldest of this.#holders) {
      if (this.#held <= this.#most || oldest === holder) return;
      this.#holders.delete(oldest);
      this.#held -= oldest.text.length;
      oldest.forget();
    }
  }
}
