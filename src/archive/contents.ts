/** The list of what an archive holds, put together entry by entry: shared by zip and tar. */
import { type ArchiveEntry, type Keep, showBytes } from "./archive.ts";
import { checkName, showName, singleTopFolder } from "./names.ts";

/** Bytes that the kept entries of one archive may take up in memory, most of them deflated: an isolate has 128 MB. */
const HELD_BYTES = 48 * 1024 * 1024;
/** The part of them that bulk may take up. */
const BULK_BYTES = 16 * 1024 * 1024;

/** Lines of `skipped`; one more tells how many were left out. */
const SKIPPED_SHOWN = 200;

interface Member<Body> {
  size: number;
  /** What `read` needs, `undefined` where the entry is not kept. */
  body: Body | undefined;
  held: number;
  bulk: boolean;
}

export class Contents<Body> {
  readonly #members = new Map<string, Member<Body>>();
  readonly #skipped: { path: string; reason: string }[] = [];
  #skippedInAll = 0;
  #held = 0;
  #bulk = 0;
  readonly #keep: Keep;
  readonly #fileLimit: number;

  /** @param fileLimit bytes of one file that is read */
  constructor(keep: Keep, fileLimit: number) {
    this.#keep = keep;
    this.#fileLimit = fileLimit;
  }

  /** The path of a regular file, or `undefined` where its name rules it out; that is noted. */
  admit(name: string): string | undefined {
    const safe = checkName(name);
    if (safe === "noise") return undefined;
    if ("path" in safe) return safe.path;
    this.skip(name, safe.reason);
    return undefined;
  }

  /** Whether a file's bytes are to be held. What is worth reading and not held is noted. */
  wants(path: string, size: number): boolean {
    const keep = this.#keep(path, size);
    if (!keep) return false;
    const reason =
      size > this.#fileLimit
        ? `is larger than ${showBytes(this.#fileLimit)}`
        : this.#held >= HELD_BYTES
          ? `lies behind the first ${showBytes(HELD_BYTES)} that are held of an archive`
          : keep === "bulk" && this.#bulk >= BULK_BYTES
            ? `lies behind the first ${showBytes(BULK_BYTES)} of bulk text that are held of an archive`
            : undefined;
    if (reason !== undefined) this.skip(path, reason);
    return reason === undefined;
  }

  /**
   * Adds a file. Of two with one name the last counts, as for unzip, tar and Python's readers.
   *
   * @param held bytes that the body takes up in memory
   */
  put(path: string, size: number, body: Body | undefined, held: number): void {
    const earlier = this.#members.get(path);
    if (earlier) {
      this.#members.delete(path);
      this.#count(earlier, -1);
      this.skip(path, "stands in the archive more than once; the last one counts");
    }
    const member = { size, body, held, bulk: this.#keep(path, size) === "bulk" };
    this.#members.set(path, member);
    this.#count(member, 1);
  }

  #count({ held, bulk }: Member<Body>, sign: 1 | -1): void {
    this.#held += sign * held;
    if (bulk) this.#bulk += sign * held;
  }

  /** Bytes in memory by now. */
  get held(): number {
    return this.#held;
  }

  skip(name: string, reason: string): void {
    this.#skippedInAll++;
    if (this.#skipped.length < SKIPPED_SHOWN) this.#skipped.push({ path: name, reason });
  }

  /** Sorted entries and bodies by their final paths: a single top folder is stripped. */
  finish(): {
    entries: ArchiveEntry[];
    bodies: Map<string, Body>;
    skipped: { path: string; reason: string }[];
  } {
    const top = singleTopFolder(this.#members.keys());
    const strip = (path: string): string =>
      top !== "" && path.startsWith(`${top}/`) ? path.slice(top.length + 1) : path;
    const bodies = new Map<string, Body>();
    const entries = [...this.#members].map(([full, { size, body }]) => {
      const path = strip(full);
      if (body !== undefined) bodies.set(path, body);
      return { path, size, kept: body !== undefined };
    });
    entries.sort((a, b) => (a.path < b.path ? -1 : 1));
    const skipped = this.#skipped.map(({ path, reason }) => ({ path: showName(strip(path)), reason }));
    const more = this.#skippedInAll - skipped.length;
    if (more > 0) skipped.push({ path: "…", reason: `and ${more} more that were passed over` });
    return { entries, bodies, skipped };
  }
}
