/** What can be known of values in Python code without running it. */

export type Scalar = string | number | boolean | null;

/** A value with the line it stands in. `unknown` where only a run would tell. */
export type Literal =
  | { kind: "scalar"; line: number; value: Scalar }
  | { kind: "list"; line: number; items: readonly Literal[] }
  | { kind: "table"; line: number; entries: readonly (readonly [string, Literal])[] }
  | { kind: "unknown"; line: number };

/** Characters of a text that is put together. */
export const MAX_TEXT = 100_000;

/** `left + right`: lists and tables run together, texts are joined. `undefined` where only a run would tell. */
export function add(left: Literal, right: Literal): Literal | undefined {
  if (left.kind === "list" && right.kind === "list")
    return { ...left, items: [...left.items, ...right.items] };
  if (left.kind === "table" && right.kind === "table") {
    return { ...left, entries: [...left.entries, ...right.entries] };
  }
  if (left.kind !== "scalar" || right.kind !== "scalar") return undefined;
  if (typeof left.value !== "string" || typeof right.value !== "string") return undefined;
  if (left.value.length + right.value.length > MAX_TEXT) return undefined;
  return { ...left, value: left.value + right.value };
}

/** `strip`, `split` and `splitlines` of a known string; the lines of the parts are counted. */
export function stringMethod(
  of: Literal,
  method: string,
  argument: Literal | undefined,
): Literal | undefined {
  if (of.kind !== "scalar" || typeof of.value !== "string") return undefined;
  if (method === "strip") return { ...of, value: of.value.trim() };
  const separator = argument?.kind === "scalar" ? argument.value : undefined;
  const byLine = method === "splitlines" || (method === "split" && separator === "\n");
  if (!byLine && (method !== "split" || argument !== undefined)) return undefined;
  const parts = byLine ? of.value.split("\n") : of.value.split(/\s+/).filter((part) => part !== "");
  const items = parts.map((value, index) => ({
    kind: "scalar" as const,
    line: of.line + (byLine ? index : 0),
    value,
  }));
  return { kind: "list", line: of.line, items };
}
