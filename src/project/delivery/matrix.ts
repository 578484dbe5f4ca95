/** The matrix of a job. */
import type { YamlNode } from "./yaml-lines.ts";

const MAX_VALUES = 200;

/** Values by key, those of `include` among them; parts of maps as `key.part`. */
export function readMatrix(
  matrix: YamlNode,
  inputs: Readonly<Record<string, string>> = {},
): Record<string, string[]> {
  const values: Record<string, string[]> = Object.create(null);
  const add = (key: string, node: YamlNode): void => {
    for (const { key: part, node: inner } of node.entries)
      if (inner.text !== undefined) add(`${key}.${part}`, inner);
    const texts = node.text === undefined ? [] : literalList(node.text, inputs);
    const known = values[key] ?? [];
    for (const text of texts) if (!known.includes(text) && known.length < MAX_VALUES) known.push(text);
    if (known.length > 0) values[key] = known;
  };
  for (const { key, node } of matrix.entries) {
    if (key === "exclude") continue;
    if (key !== "include") for (const item of node.asList) add(key, item);
    else for (const item of node.items) for (const entry of item.entries) add(entry.key, entry.node);
  }
  return values;
}

/** `${{ fromJSON('["3.12", "3.13"]') }}` and `${{ fromJSON(inputs.versions) }}` hold a list; anything else is one value. */
function literalList(text: string, inputs: Readonly<Record<string, string>>): string[] {
  const found = /fromJSON\(\s{0,8}(?:'(\[[^'[\]]{0,2000}\])'|inputs\.([\w-]{1,80}))\s{0,8}\)/i.exec(text);
  const given = found?.[2] !== undefined && Object.hasOwn(inputs, found[2]) ? inputs[found[2]] : undefined;
  const list = found?.[1] ?? /^\s{0,20}(\[[^[\]]{0,2000}\])\s{0,20}$/.exec(given ?? "")?.[1];
  if (list === undefined) return [text];
  return [...list.matchAll(/["']([^"']{0,200})["']|([\w.-]{1,60})/g)].map(
    ([, quoted, bare]) => quoted ?? bare!,
  );
}
