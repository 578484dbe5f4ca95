/** Archive → Files: inflates and decodes what facts and rules read, once, and digests it. */
import { createHash } from "node:crypto";
import { type Archive, showBytes } from "../archive/archive.ts";
import { baseName, type Files } from "./files.ts";

/** Endings of files that hold nothing a rule reads. Anything else is read, and left out if it turns out binary. */
const BINARY =
  /\.(?:png|jpe?g|gif|bmp|ico|webp|avif|tiff?|svgz|psd|ai|eps|pdf|docx?|xlsx?|pptx?|od[tspg]|zip|gz|tgz|bz2|xz|7z|rar|tar|zst|lz4|whl|egg|jar|war|class|so|dylib|dll|exe|o|a|lib|obj|pyc|pyo|pyd|wasm|bin|dat|db|sqlite3?|mo|ttf|otf|woff2?|eot|mp[34g]|m4[av]|avi|mov|wav|ogg|flac|webm|mkv|npy|npz|pkl|pickle|pt|pth|onnx|h5|hdf5|parquet|feather|arrow|avro|tfrecord|pb|ckpt|joblib|rds|rda|mat|fits|nc|las|laz|blend|stl|glb|gltf|iso|img|dmg|deb|rpm|msi|apk|keystore|jks|p12|pfx|der|gpg|sig)$/i;

/** Text that no rule reads: translations, styles, markup of pages, bulk data, minified bundles, source maps, recordings. */
const UNREAD =
  /\.(?:po|pot|css|scss|less|sass|styl|html?|xhtml|svg|map|csv|tsv|jsonl|ndjson|geojson|log|lst|ipynb_checkpoints|min\.js|bundle\.js|patch|diff|svn-base|ass|srt|vtt|xsd|xsl|xslt|rtf|tex|bib|cls|sty|fasta|fa|pdb|sdf|vcf|obj|mtl|ply)$/i;

const UNREAD_FOLDER =
  /(?:^|\/)(?:node_modules|bower_components|\.git|\.hg|\.svn|__pycache__|site-packages|\.venv|\.tox|\.nox|\.mypy_cache|\.pytest_cache|\.ruff_cache|locale|locales|cassettes|_build)\//i;

/** Endings of what is ordinary text up to BULK_LIMIT, and data or generated code past it. */
const BULK = /\.(?:txt|json|json5|xml|[cm]?js|jsx|[cm]?ts|tsx)$/i;
/** What such an ending may have that is read at any length: lists of requirements, lock files, licences, readmes. */
const NOT_BULK =
  /(?:requirements|constraints|lock|licen[cs]e|copying|notice|readme|change|history)[^/]*$|requirements\/[^/]*$/i;
const BULK_LIMIT = 256 * 1024;

/** Whether a file is likely to be data, and gives way to code and settings where there is not room for all. */
export const isBulk = (path: string): boolean => BULK.test(path) && !NOT_BULK.test(path);

/** Bytes up to which a file is read. */
const limitOf = (path: string, fileLimit: number): number =>
  isBulk(path) ? Math.min(fileLimit, BULK_LIMIT) : fileLimit;

/** Whether the content of a file may matter to a rule; judged by path and size alone, so that streams can drop the rest. */
export function isRead(path: string, size: number, limit: number): boolean {
  return (
    size <= limitOf(path, limit) && !BINARY.test(path) && !UNREAD.test(path) && !UNREAD_FOLDER.test(path)
  );
}

export interface ReadFiles extends Files {
  /** SHA-256 (hex) over sorted paths, sizes and the digests of all files read: the same tree, the same digest. */
  readonly contentDigest: string;
  readonly skipped: readonly { path: string; reason: string }[];
  /** Bytes of text that are held. */
  readonly bytes: number;
}

/**
 * Bytes that all texts may take up in memory, Python with its blanked copy. What is no bulk is read first, and the
 * smallest files. A scan takes about twice as much at its height, and an isolate has 128 MB.
 */
const DEFAULT_TEXT_LIMIT = 40 * 1024 * 1024;

/**
 * @param fileLimit bytes of one file
 * @param textLimit bytes in memory of all texts
 * @throws ArchiveError when an entry cannot be read or the archive is unsafe
 */
export function readFiles(archive: Archive, fileLimit: number, textLimit = DEFAULT_TEXT_LIMIT): ReadFiles {
  const sizes = new Map(archive.entries.map(({ path, size }) => [path, size]));
  const skipped = [...archive.skipped];
  const pastLimit = `past the first ${showBytes(textLimit)} of text, code and the smallest files first`;
  const { texts, digests, left, bytes } = readTexts(archive, fileLimit, textLimit);
  const digest = createHash("sha256");
  for (const { path, size } of archive.entries) {
    digest.update(`${path}\0${size}\0`);
    const own = digests.get(path);
    if (own) digest.update(own);
    if (left.has(path)) skipped.push({ path, reason: pastLimit });
    else if (!isRead(path, size, fileLimit) && isRead(path, 0, fileLimit))
      skipped.push({ path, reason: `larger than ${limitOf(path, fileLimit)} bytes` });
  }
  return { ...filesOver(sizes, texts), contentDigest: digest.digest("hex"), skipped, bytes };
}

/** Texts within the bound, the digests of what was read, and what was left out. */
function readTexts(archive: Archive, fileLimit: number, textLimit: number) {
  const texts = new Map<string, string>();
  const digests = new Map<string, Uint8Array>();
  const left = new Set<string>();
  const worth = archive.entries.filter(({ path, size, kept }) => kept && isRead(path, size, fileLimit));
  const { code = [], bulk = [] } = Object.groupBy(worth, ({ path }) => (isBulk(path) ? "bulk" : "code"));
  const inOrder = [code, bulk].flatMap((entries) => entries.sort((a, b) => a.size - b.size));
  let held = 0;
  for (const { path, size } of inOrder) {
    const bytes = held + size * copiesOf(path) <= textLimit ? archive.read(path) : undefined;
    if (bytes) digests.set(path, createHash("sha256").update(bytes).digest());
    const text = bytes && decodeText(bytes, path);
    const width = text === undefined ? 0 : widthOf(text, size, path);
    if (bytes === undefined || held + width > textLimit) left.add(path);
    else if (text !== undefined) {
      texts.set(path, text);
      held += width;
    }
  }
  return { texts, digests, left, bytes: held };
}

/** Of Python a copy with strings and comments blanked is held, too. */
const copiesOf = (path: string): number => (/\.pyw?$/i.test(path) ? 2 : 1);

/** Bytes that a text and its copy take up: two a character where not each of the file's bytes has become a character. */
const widthOf = (text: string, size: number, path: string): number =>
  text.length * (text.length === size ? 1 : 2) + text.length * (copiesOf(path) - 1);

/** The same files but for those that match. */
export function without<T extends Files>(files: T, hidden: (path: string) => boolean): T {
  // Asked once a path: globs cost, and facts ask for their files again and again.
  const shown = new Set(files.paths.filter((path) => !hidden(path)));
  return {
    ...files,
    paths: [...shown],
    has: (path: string) => shown.has(path),
    text: (path: string) => (shown.has(path) ? files.text(path) : undefined),
  };
}

/** Files over texts in memory: for examples and tests. */
export function filesOf(texts: Record<string, string>): Files {
  const map = new Map(Object.entries(texts).sort(([a], [b]) => (a < b ? -1 : 1)));
  return filesOver(new Map([...map].map(([path, text]) => [path, text.length])), map);
}

function filesOver(sizes: ReadonlyMap<string, number>, texts: ReadonlyMap<string, string>): Files {
  const paths = [...sizes.keys()];
  return {
    paths,
    has: (path) => sizes.has(path),
    size: (path) => sizes.get(path) ?? 0,
    text: (path) => texts.get(path),
  };
}

const utf8 = new TextDecoder("utf-8");
const strictUtf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: false });
const latin1 = new TextDecoder("windows-1252");
const utf16 = { le: new TextDecoder("utf-16le"), be: new TextDecoder("utf-16be") };

/** Text of a file, or `undefined` where it is binary. Line ends become `\n`, a byte order mark goes. */
export function decodeText(bytes: Uint8Array, path: string): string | undefined {
  const text = decode(bytes, path);
  if (text === undefined) return undefined;
  return text.includes("\r") ? text.replace(/\r\n?/g, "\n") : text;
}

function decode(bytes: Uint8Array, path: string): string | undefined {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return utf16.le.decode(bytes);
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return utf16.be.decode(bytes);
  if (bytes.subarray(0, 8_192).includes(0)) return undefined;
  try {
    return strictUtf8.decode(bytes);
  } catch {
    // Python declares other encodings in a comment (PEP 263); nearly all of them are supersets of ASCII.
    return baseName(path).endsWith(".py") ? latin1.decode(bytes) : utf8.decode(bytes);
  }
}
