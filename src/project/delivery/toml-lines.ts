/** TOML with the lines of keys and of array elements. Nothing here throws. */
import { parse } from "smol-toml";

export interface TomlFile {
  path: string;
  data: Readonly<Record<string, unknown>>;
  broken?: string;
  /** The table or value at a key path; `undefined` where a step is missing. */
  get(...keys: string[]): unknown;
  /** The table at a key path; an empty one where there is none. */
  table(...keys: string[]): Readonly<Record<string, unknown>>;
  /** Line of a key path, or of the nearest parent that is found; 1 at worst. */
  line(...keys: string[]): number;
}

const MAX_SIZE = 1024 * 1024;

export function readToml(path: string, text: string): TomlFile {
  let data: Record<string, unknown> = {};
  let broken: string | undefined;
  try {
    if (text.length > MAX_SIZE) throw new Error(`larger than ${MAX_SIZE} characters`);
    data = parse(text);
  } catch (error) {
    broken = error instanceof Error ? (error.message.split("\n", 1)[0] ?? "") : "cannot be read";
  }
  let lines: Map<string, number> | undefined;
  const get = (...keys: string[]): unknown => {
    let value: unknown = data;
    for (const key of keys) value = isTable(value) && Object.hasOwn(value, key) ? value[key] : undefined;
    return value;
  };
  return {
    path,
    data,
    ...(broken === undefined ? {} : { broken }),
    get,
    table(...keys) {
      const value = get(...keys);
      return isTable(value) ? value : {};
    },
    line(...keys) {
      lines ??= readLines(text);
      for (let length = keys.length; length > 0; length--) {
        const line = lines.get(pathKey(keys.slice(0, length)));
        if (line !== undefined) return line;
      }
      return 1;
    },
  };
}

export const isTable = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const pathKey = (keys: readonly string[]): string => keys.join("\0");

/** Lines of `[table]` headers and of `key =` lines, by full key path; the first place counts. */
function readLines(text: string): Map<string, number> {
  const lines = new Map<string, number>();
  let table: string[] = [];
  let quote = "";
  for (const [at, raw] of text.split("\n").entries()) {
    const line = raw.trim();
    if (quote !== "") {
      if (line.includes(quote)) quote = "";
      continue;
    }
    const header = /^\[{1,2}([^\]]{1,300})\]/.exec(line);
    const assigned = header
      ? null
      : /^((?:[\w-]{1,100}|"[^"]{1,100}"|'[^']{1,100}')(?:\s{0,4}\.\s{0,4}(?:[\w-]{1,100}|"[^"]{1,100}"))*)\s{0,40}=/.exec(
          line,
        );
    if (header) table = splitKey(header[1]!);
    const path = header ? table : assigned ? [...table, ...splitKey(assigned[1]!)] : undefined;
    for (let length = path?.length ?? 0; length > 0; length--) {
      const key = pathKey(path!.slice(0, length));
      if (!lines.has(key)) lines.set(key, at + 1);
    }
    const opened = /("""|''')/.exec(line)?.[1];
    if (opened && line.split(opened).length === 2) quote = opened;
  }
  return lines;
}

const splitKey = (key: string): string[] =>
  [...key.matchAll(/"([^"]*)"|'([^']*)'|[^\s."']+/g)].map((part) => part[1] ?? part[2] ?? part[0]);
