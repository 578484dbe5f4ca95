/** Counts what is inflated, against zip and gzip bombs. */
import { ArchiveError, type ArchiveLimits, showBytes } from "./archive.ts";

export class InflationBudget {
  readonly #limits: ArchiveLimits;
  #inflated = 0;
  #compressed = 0;

  constructor(limits: ArchiveLimits) {
    this.#limits = limits;
  }

  /**
   * @param inflated bytes that came out
   * @param compressed bytes that went in for them
   * @throws ArchiveError `archive-unsafe` past the limits
   */
  spend(inflated: number, compressed: number): void {
    this.#inflated += inflated;
    this.#compressed += compressed;
    const { inflated: most, ratio, ratioFrom } = this.#limits;
    if (this.#inflated > most) {
      throw new ArchiveError("archive-unsafe", `The archive unpacks to more than ${showBytes(most)}.`);
    }
    if (this.#inflated >= ratioFrom && this.#inflated > ratio * this.#compressed) {
      throw new ArchiveError(
        "archive-unsafe",
        `The archive unpacks to more than ${ratio} times its size, as only archives made to do harm do.`,
      );
    }
  }
}
