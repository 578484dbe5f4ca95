/** An archive in memory: what is in it, and the bytes of one entry at a time, within limits. */

export interface ArchiveEntry {
  /** Parts joined by `/`, without a leading `/`, the single top folder stripped. */
  readonly path: string;
  /** Size in bytes as the archive claims it; only `read` tells the truth. */
  readonly size: number;
  /** Whether `read` can be asked for it: not where `keep` said no, or it is larger than one file may be. */
  readonly kept: boolean;
}

/**
 * Says whether an entry is worth reading, and whether it is bulk, which must leave room for the others. It is asked
 * with the path as the archive has it, the top folder included (a stream shows only at its end that there is a single
 * one), and the size claimed in bytes.
 */
export type Keep = (path: string, size: number) => boolean | "bulk";

export interface Archive {
  readonly format: "zip" | "tar";
  /** Regular files only, sorted by path. */
  readonly entries: readonly ArchiveEntry[];
  /** What was passed over (links, devices, odd names, duplicates, too large), with the reason. */
  readonly skipped: readonly { path: string; reason: string }[];
  /** The commit that `git archive`, and so every forge, writes into the archive: 40 or 64 hexadecimal digits. */
  readonly commit?: string;
  /**
   * Inflates one entry, once: what has been read is let go. Callers leave the bytes as they are.
   *
   * @throws ArchiveError `archive-unreadable` (truncated, wrong checksum, encrypted, unknown method) or
   *   `archive-unsafe` (past the limits); both end the scan. RangeError for a path that is not `kept`, or was read.
   */
  read(path: string): Uint8Array;
}

/** Bounds of one archive, all in bytes but `entries` and `ratio`. */
export interface ArchiveLimits {
  /** Entries of any kind. */
  entries: number;
  /** Inflated bytes in all, counted while inflating. */
  inflated: number;
  /** Inflated to compressed, looked at once `ratioFrom` bytes have been inflated. */
  ratio: number;
  ratioFrom: number;
  /** One file that is read; a larger one is skipped. */
  file: number;
}

export class ArchiveError extends Error {
  readonly code: "archive-unreadable" | "archive-unsafe";
  constructor(code: "archive-unreadable" | "archive-unsafe", message: string) {
    super(message);
    this.name = "ArchiveError";
    this.code = code;
  }
}

/** A bound as messages show it: `8 MiB`, `1000 bytes`. */
export const showBytes = (bytes: number): string =>
  bytes >= 1024 * 1024 && bytes % (1024 * 1024) === 0 ? `${bytes / 1024 / 1024} MiB` : `${bytes} bytes`;
