/**
 * Structured files (TOML, YAML, JSON, INI) with the lines of their keys. The texts come from strangers: size and
 * nesting are bounded before a parser sees them, and what cannot be read says why instead of throwing.
 */
import { parse as parseToml } from "smol-toml";
import { type Document, isAlias, isMap, isScalar, isSeq, LineCounter, parseAllDocuments } from "yaml";
import { lineAt } from "../files.ts";
import { parseIni } from "./ini.ts";
import { indexJson, indexToml, type LineIndex, lineOf } from "./line-index.ts";
import type { Manifest } from "./types.ts";
import { isDeeper, isTable, valueAt } from "./values.ts";

/** Longest text that is parsed, in UTF-16 units. YAML costs some microseconds and hundreds of bytes a unit. */
export const MANIFEST_LENGTH = 2 * 1024 * 1024;
export const YAML_LENGTH = 512 * 1024;
/** Deepest nesting of tables and lists. */
export const NESTING = 100;

const TOO_LARGE = "it is too large to be read";
const TOO_DEEP = "it is nested too deeply";

type LineOf = (keys: readonly string[]) => number;

/** TOML 1.0 (https://toml.io/en/v1.0.0). */
export function readToml(path: string, text: string): Manifest {
  return read(path, text, MANIFEST_LENGTH, () => {
    // Integers past 2^53 are valid TOML; the key behaviour keeps `__proto__` an ordinary key of a bare object.
    const data = parseToml(text, {
      maxDepth: NESTING,
      integersAsBigInt: "asNeeded",
      unsafeKeyBehaviour: "keep",
    });
    return { data, lineOf: indexed(() => indexToml(text)) };
  });
}

/** JSON, with the comments and trailing commas that tools such as pyright allow in theirs. */
export function readJson(path: string, text: string): Manifest {
  return read(path, text, MANIFEST_LENGTH, () => {
    const plain = isJson(text) ? text : blankJsonComments(text);
    return { data: JSON.parse(plain), lineOf: indexed(() => indexJson(plain)) };
  });
}

/**
 * INI as configparser reads it.
 *
 * @param strict a line that configparser would refuse makes the file broken
 */
export function readIni(path: string, text: string, { strict = false } = {}): Manifest {
  return read(path, text, MANIFEST_LENGTH, () => {
    const { data, lines, oddLine } = parseIni(text);
    if (strict && oddLine !== undefined) {
      throw new Unreadable("a line is neither a section, a key with a value nor a continuation", oddLine);
    }
    return { data, lineOf: (keys) => lineOf(lines, keys) };
  });
}

/** The first document of a YAML 1.2 file, merge keys resolved. An empty file is an empty table. */
export function readYaml(path: string, text: string): Manifest {
  return readYamlDocuments(path, text)[0] ?? makeManifest(path, text, {}, () => 1);
}

/** Every document of a YAML 1.2 file that is a table; one broken manifest where the file cannot be read. */
export function readYamlDocuments(path: string, text: string): Manifest[] {
  let documents: { data: unknown; lineOf: LineOf }[] = [];
  const first = read(path, text, YAML_LENGTH, () => {
    documents = parseYaml(text);
    return documents[0] ?? { data: {}, lineOf: () => 1 };
  });
  if (first.broken !== undefined) return [first];
  return documents.flatMap(({ data, lineOf }) =>
    isTable(data) ? [makeManifest(path, text, data, lineOf)] : [],
  );
}

/** A reason that was found here rather than thrown by a parser. */
class Unreadable extends Error {
  readonly line: number;
  constructor(message: string, line = 1) {
    super(message);
    this.line = line;
  }
}

function read(
  path: string,
  text: string,
  length: number,
  parse: () => { data: unknown; lineOf: LineOf },
): Manifest {
  try {
    if (text.length > length) throw new Unreadable(TOO_LARGE);
    const { data, lineOf } = parse();
    if (!isTable(data)) throw new Unreadable("it holds no table");
    if (isDeeper(data, NESTING)) throw new Unreadable(TOO_DEEP);
    return makeManifest(path, text, data, lineOf);
  } catch (error) {
    const { message, line } = explain(error, text);
    return { ...makeManifest(path, text, {}, () => line), broken: message, brokenLine: line };
  }
}

function makeManifest(path: string, text: string, data: Record<string, unknown>, lineOf: LineOf): Manifest {
  return {
    path,
    text,
    data,
    get: (...keys) => valueAt(data, keys),
    line: (...keys) => lineOf(keys),
  };
}

/** The index is built when the first line is asked for. */
function indexed(build: () => LineIndex): LineOf {
  let index: LineIndex | undefined;
  return (keys) => {
    index ??= build();
    return lineOf(index, keys);
  };
}

/** A parser's complaint without the piece of the file that it quotes: that may hold a secret. */
function explain(error: unknown, text: string): { message: string; line: number } {
  if (error instanceof Unreadable) return error;
  if (error instanceof RangeError) return { message: TOO_DEEP, line: 1 };
  const raw = error instanceof Error ? error.message : "";
  if (error instanceof SyntaxError)
    return { message: "it is not valid JSON", line: lineInMessage(raw, text) };
  const line = error instanceof Error && "line" in error ? Number(error.line) : 1;
  const reason = (raw.split("\n")[0] ?? "")
    .replace(/^Invalid TOML document: /, "")
    .replace(/["'`].*/, "")
    .replace(/[\s:,]{1,9}$/, "");
  const message = reason.includes("nested structures") ? TOO_DEEP : reason || "it is malformed";
  return { message, line: Number.isSafeInteger(line) && line > 0 ? line : 1 };
}

function lineInMessage(message: string, text: string): number {
  const position = / at position (\d{1,9})/.exec(message)?.[1];
  return position === undefined ? 1 : lineAt(text, Number(position));
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** Strings and comments, closed or not: what is left open must not be tried again from every later mark. */
const JSON_STRING = /"[^"\\\n]*(?:\\.[^"\\\n]*)*"?/.source;
const JSON_COMMENT = /\/\/[^\n]*|\/\*[^*]*(?:\*(?!\/)[^*]*)*(?:\*\/)?/.source;

/** Comments as blanks and trailing commas too, so that lines stay. Strings are left alone. */
function blankJsonComments(text: string): string {
  const blank = (part: string): string => (part.startsWith('"') ? part : part.replace(/[^\n]/g, " "));
  return text
    .replace(new RegExp(`${JSON_STRING}|${JSON_COMMENT}`, "g"), blank)
    .replace(new RegExp(`${JSON_STRING}|,(?=\\s{0,200}[}\\]])`, "g"), blank);
}

function parseYaml(text: string): { data: unknown; lineOf: LineOf }[] {
  refuseCostlyYaml(text);
  const counter = new LineCounter();
  const documents = parseAllDocuments(text, {
    lineCounter: counter,
    // Comparing every key with every other is quadratic, and keys that are collections are turned into text.
    uniqueKeys: false,
    stringKeys: true,
    merge: true,
    prettyErrors: false,
    logLevel: "silent",
  });
  const list: readonly Document.Parsed[] = "empty" in documents ? [] : documents;
  return list.map((document) => {
    const error = document.errors[0];
    if (error) throw new Unreadable(yamlReason(error.message), counter.linePos(error.pos[0]).line);
    return {
      data: document.toJS({ maxAliasCount: 100 }) ?? {},
      lineOf: (keys: readonly string[]) => counter.linePos(offsetIn(document, keys)).line || 1,
    };
  });
}

const yamlReason = (message: string): string =>
  message.includes("call stack") ? TOO_DEEP : (message.split(/[:"]/)[0] ?? message).trim();

/** What makes the parser overflow, or take time or memory out of proportion, is refused unseen. */
function refuseCostlyYaml(text: string): void {
  if (/(?:[-?][ \t]{1,8}){100}/.test(text) || flowDepth(text) > NESTING * 5) throw new Unreadable(TOO_DEEP);
  // Resolving an alias walks the document; a merge key copies what it names.
  const aliases = text.match(/(?<![\w*])\*(?![\s*])/g)?.length ?? 0;
  if (text.includes("&") && aliases * text.length > 200_000_000)
    throw new Unreadable("it has too many aliases");
  const merges = text.match(/<<(?=[ \t]*[:#\n])/g)?.length ?? 0;
  if (merges * text.length > 50_000_000) throw new Unreadable("it has too many merge keys");
}

/** The deepest that brackets could be nested. Brackets in strings count too, so the bound is far over what is used. */
function flowDepth(text: string): number {
  let depth = 0;
  let deepest = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 91 || code === 123) deepest = Math.max(deepest, ++depth);
    else if ((code === 93 || code === 125) && depth > 0) depth--;
  }
  return deepest;
}

/** Where a key path starts, or its nearest parent that stands in the document itself. */
function offsetIn(document: Document.Parsed, keys: readonly string[]): number {
  let node: unknown = document.contents;
  let offset = document.contents?.range[0] ?? 0;
  for (const key of keys) {
    if (isAlias(node)) node = node.resolve(document);
    if (isMap(node)) {
      const pair = node.items.find((item) => isScalar(item.key) && String(item.key.value) === key);
      if (pair === undefined) break;
      offset = (isScalar(pair.key) ? pair.key.range?.[0] : undefined) ?? offset;
      node = pair.value;
    } else if (isSeq(node)) {
      const item: unknown = node.items[Number(key)];
      const range = typeof item === "object" && item !== null && "range" in item ? item.range : undefined;
      if (item === undefined) break;
      if (Array.isArray(range)) offset = Number(range[0]);
      node = item;
    } else break;
  }
  return offset;
}
