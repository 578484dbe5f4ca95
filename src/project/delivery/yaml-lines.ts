/**
 * YAML 1.2 with the line of every node, bounded in size, nesting and in what its aliases expand to. JSON is read
 * by the same code. Nothing here throws: what cannot be read is `broken`, with the reason.
 */
import {
  Composer,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  Parser,
  type Scalar,
  type YAMLMap,
} from "yaml";

/** Characters. */
const MAX_SIZE = 512 * 1024;
const MAX_HEIGHT = 100;
const MAX_DOCUMENTS = 1000;
/** Nodes of one file, with aliases expanded. */
const MAX_NODES = 200_000;

export interface YamlEntry {
  key: string;
  /** Line of the key. */
  line: number;
  node: YamlNode;
}

export interface YamlFile {
  path: string;
  text: string;
  /** Empty documents left out; none where the file is broken. */
  documents: readonly YamlNode[];
  broken?: string;
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

  /** The value as plain data; maps have no prototype. */
  get plain(): unknown {
    if (this.kind === "list") return this.items.map((item) => item.plain);
    if (this.kind !== "map") return this.scalar ?? null;
    const plain: Record<string, unknown> = Object.create(null);
    for (const { key, node } of this.entries) plain[key] = node.plain;
    return plain;
  }
}

/** Reads a YAML or JSON text; several documents are allowed. */
export function readYaml(path: string, text: string): YamlFile {
  const broken = (reason: string): YamlFile => ({ path, text, documents: [], broken: reason });
  if (text.length > MAX_SIZE) return broken(`larger than ${MAX_SIZE} characters`);
  const lines = new LineCounter();
  try {
    const documents: YamlNode[] = [];
    let count = 0;
    for (const document of parseDocuments(text, lines)) {
      if (++count > MAX_DOCUMENTS) return broken(`more than ${MAX_DOCUMENTS} documents`);
      const error = document.errors[0];
      if (error) return broken(`line ${lines.linePos(error.pos[0]).line}: ${error.message}`);
      const node = new Builder(lines).build(document.contents);
      if (node.kind !== "none") documents.push(node);
    }
    return { path, text, documents };
  } catch (error) {
    return broken(error instanceof Error ? error.message : "cannot be read");
  }
}

function parseDocuments(text: string, lines: LineCounter) {
  const composer = new Composer({
    // Cirrus repeats keys, and checking them costs the square of their number.
    uniqueKeys: false,
    prettyErrors: false,
    strict: false,
    logLevel: "silent",
  });
  // The first error ends the reading: collecting a hundred thousand of them takes seconds.
  const onError = (
    source: number | [number, number] | object,
    _code: string,
    message: string,
    isWarning?: boolean,
  ) => {
    if (isWarning) return;
    const at = typeof source === "number" ? source : Array.isArray(source) ? source[0] : undefined;
    throw new Error(at === undefined ? message : `line ${lines.linePos(at).line}: ${message}`);
  };
  Object.assign(composer, { onError });
  return composer.compose(new Parser(lines.addNewLine).parse(text));
}

/** The first document of a file as a node, empty where there is none. */
export const firstDocument = (file: YamlFile): YamlNode => file.documents[0] ?? new YamlNode(1);

/** Turns the library's nodes into ours; each anchor is built once and shared by its aliases. */
class Builder {
  readonly #lines: LineCounter;
  readonly #anchors = new Map<string, YamlNode>();
  #nodes = 0;

  constructor(lines: LineCounter) {
    this.#lines = lines;
  }

  build(node: unknown): YamlNode {
    const built = this.#convert(node);
    this.#count(isAlias(node) ? built.size : 1);
    if (built.height > MAX_HEIGHT) throw new Error(`nested more than ${MAX_HEIGHT} levels deep`);
    if ((isMap(node) || isSeq(node) || isScalar(node)) && node.anchor) this.#anchors.set(node.anchor, built);
    return built;
  }

  #count(nodes: number): void {
    this.#nodes += nodes;
    if (this.#nodes > MAX_NODES) throw new Error(`more than ${MAX_NODES} nodes, aliases expanded`);
  }

  #convert(node: unknown): YamlNode {
    if (isScalar(node)) return this.#scalar(node);
    if (isMap(node)) return this.#map(node);
    if (isSeq(node)) {
      const items = node.items.map((item) => this.build(item));
      return new YamlNode(this.#line(node), { kind: "list", items, tag: ownTag(node.tag) });
    }
    // An alias to a node that is still being built would be a cycle; it is empty like one without an anchor.
    const target = isAlias(node) ? this.#anchors.get(node.source) : undefined;
    return target ?? new YamlNode(this.#line(node));
  }

  #scalar(node: Scalar): YamlNode {
    const tag = ownTag(node.tag);
    if (node.value === null) return new YamlNode(this.#line(node), { tag });
    const block = node.type === "BLOCK_LITERAL" || node.type === "BLOCK_FOLDED";
    const text = node.source ?? String(node.value);
    return new YamlNode(this.#line(node) + (block ? 1 : 0), {
      kind: "scalar",
      text,
      scalar: typeof node.value === "object" ? text : node.value,
      tag,
      literal: node.type === "BLOCK_LITERAL",
    });
  }

  #map(node: YAMLMap): YamlNode {
    const merged: YamlEntry[] = [];
    const own: YamlEntry[] = [];
    for (const pair of node.items) {
      const line = this.#line(pair.key);
      const key = this.build(pair.key).text ?? "";
      const value = pair.value === null ? new YamlNode(line) : this.build(pair.value);
      if (key !== "<<") own.push({ key, line, node: value });
      else this.#merge(value, merged);
    }
    const names = new Set(own.map(({ key }) => key));
    const entries = [...merged.filter(({ key }) => !names.has(key)), ...own];
    return new YamlNode(this.#line(node), { kind: "map", entries, tag: ownTag(node.tag) });
  }

  #merge(value: YamlNode, merged: YamlEntry[]): void {
    for (const source of value.asList) {
      this.#count(source.size);
      for (const entry of source.entries) merged.push(entry);
    }
  }

  #line(node: unknown): number {
    const range = (node as { range?: [number, number, number] } | null)?.range;
    return range ? this.#lines.linePos(range[0]).line : 1;
  }
}

/** Custom tags only: those of YAML itself say nothing that the value does not. */
const ownTag = (tag: string | undefined): string | undefined => (tag?.startsWith("!") ? tag : undefined);
