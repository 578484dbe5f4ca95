/**
 * What the requests of this isolate hold in memory at once: its 128 MB are theirs together, and one too many would
 * take all of them down. What came first goes on, what does not fit is told to come back.
 */
import { Problem } from "./problems.ts";

/** Seconds after which it is worth trying again: most uploads are read and judged by then. */
const RETRY_SECONDS = 5;
/**
 * Milliseconds for which a hold counts that nobody has touched. A request that the platform ends (its client gone,
 * its CPU time used up) never comes to the line that lets go.
 */
const KEPT_MS = 5 * 60_000;

const holds = new Map<Hold, { bytes: number; until: number }>();

/** Bytes held by all requests of this isolate. */
export function bytesInFlight(now = Date.now()): number {
  let sum = 0;
  for (const [hold, { bytes, until }] of holds) {
    if (until > now) sum += bytes;
    else holds.delete(hold);
  }
  return sum;
}

export class Hold {
  readonly #most: number;

  /** @param most bytes that all may hold together */
  constructor(most = Number.POSITIVE_INFINITY) {
    this.#most = most;
  }

  get bytes(): number {
    return holds.get(this)?.bytes ?? 0;
  }

  /**
   * Holds so many bytes in place of those before. One alone may always: there is no better time for it.
   *
   * @throws Problem `busy` where they are more than before and there is no room for them beside the others'
   */
  resize(bytes: number): void {
    const others = bytesInFlight() - this.bytes;
    if (bytes > this.bytes && others > 0 && others + bytes > this.#most) {
      throw new Problem("busy", "Other archives are being read. Please send yours again in a few seconds.", {
        "Retry-After": `${RETRY_SECONDS}`,
      });
    }
    holds.set(this, { bytes, until: Date.now() + KEPT_MS });
  }

  /** Tells that the request is alive. */
  touch(): void {
    const held = holds.get(this);
    if (held) held.until = Date.now() + KEPT_MS;
  }

  letGo(): void {
    holds.delete(this);
  }
}
