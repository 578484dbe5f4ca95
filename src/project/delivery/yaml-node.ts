/** Nodes of YAML documents, with their lines. */

export interface YamlEntry {
  key: string;
  /** Line of the key. */
  line: number;
  node: YamlNode;
}

/** One node of a document; missing values are empty nodes, so that lookups can be chained. */
export class YamlNode {
  /** From 1. For a block scalar the line of its first line of text. */
  readonly line: number;
  readonly entries: readonly YamlEntry[];
  readonly items: readonly YamlNode[];
  /** A scalar as written (`3.10` stays `3.10`), `undefined` for null and for collections. */
  readonly text: string | undefined;
  /** A scalar's value by the YAML 1.2 core schema. */
  readonly scalar: unknown;
  /** A custom tag: `!reference`, `!Sub`. */
  readonly tag: string | undefined;
  /** A literal block (`|`): line breaks of the text are those of the file. */
  readonly literal: boolean;
  readonly kind: "map" | "list" | "scalar" | "none";
  /** Nodes under this one, aliases expanded. */
  readonly size: number;
  /** Levels under this one, aliases expanded. */
  readonly height: number;

  constructor(
    line: number,
    parts: Partial<Pick<YamlNode, "kind" | "entries" | "items" | "text" | "scalar" | "tag" | "literal">> = {},
  ) {
    this.line = line;
    this.kind = parts.kind ?? "none";
    this.entries = parts.entries ?? [];
    this.items = parts.items ?? [];
    this.text = parts.text;
    this.scalar = parts.scalar;
    this.tag = parts.tag;
    this.literal = parts.literal ?? false;
    this.size = 1;
    this.height = 1;
    for (const child of [...this.items, ...this.entries.map(({ node }) => node)]) {
      this.size += child.size;
      this.height = Math.max(this.height, child.height + 1);
    }
  }

  /** The entry of a key; the last one wins, as in every reader that allows duplicates. */
  entry(key: string): YamlEntry | undefined {
    return this.entries.findLast((entry) => entry.key === key);
  }

  has(key: string): boolean {
    return this.entry(key) !== undefined;
  }

  /** The node at a path of keys; an empty node where there is none. */
  get(...keys: string[]): YamlNode {
    let node: YamlNode = this;
    for (const key of keys) node = node.entry(key)?.node ?? new YamlNode(node.line);
    return node;
  }

  /** The text at a path of keys. */
  textAt(...keys: string[]): string | undefined {
    return this.get(...keys).text;
  }

  /** Texts of a list's scalars (nested lists flattened), or of a single scalar. */
  get texts(): string[] {
    return this.scalars.map(({ text }) => text!);
  }

  /** Scalar nodes of a list (nested lists flattened), or the scalar itself. */
  get scalars(): YamlNode[] {
    if (this.kind === "list") return this.items.flatMap((item) => item.scalars);
    return this.text === undefined ? [] : [this];
  }

  /** A list's items; anything else but nothing is a list of itself. */
  get asList(): readonly YamlNode[] {
    if (this.kind === "list") return this.items;
    return this.kind === "none" ? [] : [this];
  }

  /** Scalars of a map as strings; where it is a list, `KEY=value` items. Values that are no scalars are left out. */
  get strings(): Record<string, string> {
    const strings: Record<string, string> = Object.create(null);
    for (const { key, node } of this.entries) if (node.text !== undefined) strings[key] = node.text;
    for (const text of this.texts) {
      const at = text.indexOf("=");
      if (this.kind === "list" && at > 0) strings[text.slice(0, at)] = text.slice(at + 1);
    }
    return strings;
  }

  /** The line of each value of a map. */
  get lines(): Record<string, number> {
    const lines: Record<string, number> = Object.create(null);
    for (const { key, node } of this.entries) lines[key] = node.line;
    return lines;
  }

  /** The value as plain data; maps have no prototype. */
  get plain(): unknown {
    if (this.kind === "list") return this.items.map((item) => item.plain);
    if (this.kind !== "map") return this.scalar ?? null;
    const plain: Record<string, unknown> = Object.create(null);
    for (const { key, node } of this.entries) plain[key] = node.plain;
    return plain;
  }
}
