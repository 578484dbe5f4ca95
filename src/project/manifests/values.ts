/** Reading values of documents that others wrote: every field may be of any type, or missing. */

export type Table = Readonly<Record<string, unknown>>;

/** Whether a value is a table: neither a list nor a date. */
export const isTable = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Date);

/** The value if it is a table, else an empty one. */
export const asTable = (value: unknown): Table => (isTable(value) ? value : {});

/** The value if it is a list, else an empty one. */
export const asList = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** The value if it is a string with more than white space in it, trimmed. */
export function asString(value: unknown): string | undefined {
  if (typeof value !== "string") return undefined;
  const trimmed = value.trim();
  return trimmed === "" ? undefined : trimmed;
}

/** The strings of a list; one string counts as a list of one. */
export const asStrings = (value: unknown): string[] =>
  (typeof value === "string" ? [value] : asList(value)).filter((item) => typeof item === "string");

/** The entries of a table that are text. */
export const textEntries = (table: unknown): Record<string, string> =>
  Object.fromEntries(
    Object.entries(asTable(table)).flatMap(([key, value]) => {
      const text = asString(value);
      return text === undefined ? [] : [[key, text]];
    }),
  );

/** The value at a key path; list items by index. Inherited keys do not count. */
export function valueAt(data: unknown, keys: readonly string[]): unknown {
  let value = data;
  for (const key of keys) {
    if (Array.isArray(value)) value = /^\d{1,9}$/.test(key) ? value[Number(key)] : undefined;
    else if (isTable(value) && Object.hasOwn(value, key)) value = value[key];
    else return undefined;
  }
  return value;
}

/** Whether lists and tables are nested deeper than `bound`. Iterative: depth is what it guards against. */
export function isDeeper(data: unknown, bound: number): boolean {
  let level: unknown[] = [data];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > bound) return true;
    const next: unknown[] = [];
    for (const value of level) {
      if (typeof value !== "object" || value === null) continue;
      for (const child of Array.isArray(value) ? value : Object.values(value)) {
        if (typeof child === "object" && child !== null) next.push(child);
      }
    }
    level = next;
  }
  return false;
}
