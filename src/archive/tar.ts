/**
 * Tar, gzipped or not, → Archive. Read as a stream: what is not kept is gone again at once, so that the memory
 * needed does not grow with the repository. (Small libraries for this exist; none both bounds what it inflates
 * and refuses what is malformed.)
 */
import { deflateRawSync, inflateRawSync } from "node:zlib";
import { type Archive, ArchiveError, type ArchiveLimits, type Keep } from "./archive.ts";
import { InflationBudget } from "./budget.ts";
import { ByteSource } from "./byte-source.ts";
import { Contents } from "./contents.ts";
import { gunzipBounded } from "./gunzip.ts";
import { commitOf, decodeName } from "./names.ts";
import { BLOCK, isEmptyBlock, parseHeader, parsePax, type TarHeader, untilNul } from "./tar-header.ts";

/** Kept bytes that are held as they are; what comes behind them is held deflated. */
const HELD_PLAIN = 24 * 1024 * 1024;

/** Bytes of one pax header or GNU long name, and of all of them for each entry that an archive may have. */
const MAX_METADATA = 1024 * 1024;
const METADATA_AN_ENTRY = 2048;

interface Body {
  bytes: Uint8Array;
  deflated: boolean;
}

/**
 * Reads a tar to its end.
 *
 * @param chunks a tar or a gzipped tar. Errors that it throws are passed on as they are
 * @throws ArchiveError `archive-unreadable` (no tar, damaged, not complete) or `archive-unsafe` (past the limits)
 */
export async function readTar(
  chunks: AsyncIterable<Uint8Array>,
  keep: Keep,
  limits: ArchiveLimits,
): Promise<Archive> {
  const source = new ByteSource(gunzipBounded(chunks, new InflationBudget(limits)));
  const contents = new Contents<Body>(keep, limits.file);
  let commit: string | undefined;
  try {
    commit = await readMembers(source, contents, limits);
    await source.drain();
  } finally {
    await source.close();
  }
  const { entries, bodies, skipped } = contents.finish();
  return {
    format: "tar",
    entries,
    skipped,
    ...(commit && { commit }),
    read(path) {
      const body = bodies.get(path);
      if (body === undefined) throw new RangeError(`${path} is not held of the archive`);
      bodies.delete(path);
      return body.deflated ? inflateRawSync(body.bytes) : body.bytes;
    },
  };
}

/** @returns the commit that `git archive` writes into the comment of a global header */
async function readMembers(
  source: ByteSource,
  contents: Contents<Body>,
  limits: ArchiveLimits,
): Promise<string | undefined> {
  let commit: string | undefined;
  let ahead: Ahead = {};
  let count = 0;
  let metadata = 0;
  for (let first = true; ; first = false) {
    const header = await readHeader(source, first);
    if (header === undefined) return commit;
    if (isMetadata(header)) {
      metadata += BLOCK + header.size;
      if (metadata > MAX_METADATA + METADATA_AN_ENTRY * limits.entries) {
        throw new ArchiveError("archive-unsafe", "The tar has far more headers than entries.");
      }
      const bytes = await takeMetadata(source, header);
      if (header.type === "g") commit ??= commitOf(paxOf(bytes).get("comment") ?? "");
      else ahead = { ...ahead, ...readAhead(header, bytes) };
      continue;
    }
    if (++count > limits.entries) {
      throw new ArchiveError("archive-unsafe", `The archive holds more than ${limits.entries} entries.`);
    }
    await readMember(source, contents, ahead, header);
    ahead = {};
  }
}

/** What headers of their own say of the member that follows them. */
interface Ahead {
  name?: string;
  size?: number;
  sparse?: boolean;
}

/** @returns `undefined` at the end of the tar */
async function readHeader(source: ByteSource, first: boolean): Promise<TarHeader | undefined> {
  const block = await source.view(BLOCK);
  if (block.length < BLOCK) throw first ? noTar() : truncated();
  const header = parseHeader(block);
  if (header) return header;
  if (isEmptyBlock(block)) return undefined;
  throw first ? noTar() : unreadable("The tar is damaged: a header in it is not what its checksum says.");
}

const isMetadata = ({ type }: TarHeader): boolean => "xgLK".includes(type);

async function takeMetadata(source: ByteSource, { size }: TarHeader): Promise<Uint8Array> {
  if (size > MAX_METADATA) throw unreadable("The tar is damaged: the header of an entry is over 1 MiB long.");
  const bytes = await source.take(size);
  if (bytes.length < size || !(await source.skip(paddingOf(size)))) throw truncated();
  return bytes;
}

function readAhead({ type }: TarHeader, bytes: Uint8Array): Ahead {
  if (type === "K") return {};
  if (type === "L") return { name: decodeName(untilNul(bytes)) };
  const pax = paxOf(bytes);
  const name = pax.get("path");
  const size = pax.get("size");
  if (size !== undefined && !/^\d{1,15}$/.test(size)) throw badPax();
  const sparse = [...pax.keys()].some((key) => key.startsWith("GNU.sparse."));
  return {
    ...(name !== undefined && { name }),
    ...(size !== undefined && { size: Number(size) }),
    ...(sparse && { sparse }),
  };
}

function paxOf(bytes: Uint8Array): Map<string, string> {
  const pax = parsePax(bytes);
  if (pax === undefined) throw badPax();
  return pax;
}

/** Types of member that are no file and have no data, whatever their size field says, and what to say of them. */
const WITHOUT_DATA = new Map([
  ["1", "is a hard link"],
  ["2", "is a symbolic link"],
  ["3", "is a device"],
  ["4", "is a device"],
  ["5", undefined],
  ["6", "is a pipe"],
]);

async function readMember(
  source: ByteSource,
  contents: Contents<Body>,
  ahead: Ahead,
  header: TarHeader,
): Promise<void> {
  const { type } = header;
  const name = ahead.name ?? header.name;
  const size = ahead.size ?? header.size;
  if (WITHOUT_DATA.has(type)) {
    const reason = WITHOUT_DATA.get(type);
    if (reason !== undefined) contents.skip(name, reason);
    return;
  }
  // Its map of holes may go on in blocks that no size counts.
  if (type === "S") throw unreadable("The tar holds sparse files. Pack it without --sparse.");
  const path = admit(contents, name, type, ahead);
  if (path !== undefined && contents.wants(path, size)) {
    const bytes = await source.take(size);
    if (bytes.length < size || !(await source.skip(paddingOf(size)))) throw truncated();
    const body = hold(bytes, contents.held);
    contents.put(path, size, body, body.bytes.length);
    return;
  }
  if (path !== undefined) contents.put(path, size, undefined, 0);
  if (!(await source.skip(size + paddingOf(size)))) throw truncated();
}

function admit(contents: Contents<Body>, name: string, type: string, ahead: Ahead): string | undefined {
  if (type !== "0" && type !== "7") contents.skip(name, "is neither a file nor a folder");
  else if (ahead.sparse) contents.skip(name, "is a sparse file");
  // Tars older than POSIX have no type for folders.
  else if (!name.endsWith("/")) return contents.admit(name);
  return undefined;
}

/** @param held bytes held by now */
function hold(bytes: Uint8Array, held: number): Body {
  if (held < HELD_PLAIN) return { bytes, deflated: false };
  // Copied: zlib hands out a part of a larger buffer, which would be held as a whole.
  return { bytes: new Uint8Array(deflateRawSync(bytes, { level: 1 })), deflated: true };
}

const paddingOf = (size: number): number => (BLOCK - (size % BLOCK)) % BLOCK;

const unreadable = (message: string): ArchiveError => new ArchiveError("archive-unreadable", message);
const noTar = (): ArchiveError =>
  unreadable("There is no tar in what was sent. Send a zip, a tar or a tar.gz of the project's folder.");
const truncated = (): ArchiveError =>
  unreadable("The tar is not complete. Was its upload or download cut off?");
const badPax = (): ArchiveError => unreadable("The tar is damaged: the pax header of an entry is malformed.");
