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
  Lexer,
  LineCounter,
  Parser,
  type Scalar,
  type YAMLMap,
} from "yaml";
import { type YamlEntry, YamlNode } from "./yaml-node.ts";

export { type YamlEntry, YamlNode } from "./yaml-node.ts";

/** Characters. */
const MAX_SIZE = 512 * 1024;
const MAX_HEIGHT = 100;
const MAX_DOCUMENTS = 1000;
/** Nodes of one file, with aliases expanded. */
const MAX_NODES = 200_000;

export interface YamlFile {
  path: string;
  text: string;
  /** Empty documents left out; none where the file is broken. */
  documents: readonly YamlNode[];
  broken?: string;
}

/**
 * Reads a YAML or JSON text; several documents are allowed.
 *
 * @param mayRepeat asked before the text is parsed a second time
 */
export function readYaml(path: string, text: string, mayRepeat: () => boolean = () => true): YamlFile {
  const broken = (reason: string): YamlFile => ({ path, text, documents: [], broken: reason });
  const reason = (error: unknown): string => (error instanceof Error ? error.message : "cannot be read");
  if (text.length > MAX_SIZE) return broken(`larger than ${MAX_SIZE} characters`);
  try {
    return { path, text, documents: readDocuments(text) };
  } catch (error) {
    if (!(error instanceof Unclosed) || !mayRepeat()) return broken(reason(error));
    try {
      return { path, text, documents: readDocuments(indentQuoted(text)) };
    } catch {
      return broken(reason(error));
    }
  }
}

class Unclosed extends Error {}

/**
 * Indents lines of quoted texts that stand no further in than their keys. YAML forbids it; PyYAML, Go and Ruby read it,
 * and what indents a line of such a text is no part of it.
 */
function indentQuoted(text: string): string {
  let open: { quote: string; indent: number } | undefined;
  const isOpen = (quote: string, rest: string): boolean =>
    (quote === '"' ? rest.replace(/\\./g, "") : rest).split(quote).length % 2 === 1;
  return text
    .split("\n")
    .map((line) => {
      if (open) {
        const { quote, indent } = open;
        if (!isOpen(quote, line)) open = undefined;
        return /^ */.exec(line)![0].length > indent || line.trim() === ""
          ? line
          : `${" ".repeat(MAX_HEIGHT)}${line}`;
      }
      const [, spaces = "", quote, rest = ""] =
        /^( *)(?:- +)?[^\s#'"][^'"]{0,200}?: +(['"])(.*)$/.exec(line.slice(0, 10_000)) ?? [];
      if (quote !== undefined && isOpen(quote, rest)) open = { quote, indent: spaces.length };
      return line;
    })
    .join("\n");
}

function readDocuments(text: string): YamlNode[] {
  const lines = new LineCounter();
  const documents: YamlNode[] = [];
  let count = 0;
  for (const document of parseDocuments(text, lines)) {
    if (++count > MAX_DOCUMENTS) throw new Error(`more than ${MAX_DOCUMENTS} documents`);
    const error = document.errors[0];
    if (error) throw new Error(`line ${lines.linePos(error.pos[0]).line}: ${error.message}`);
    const node = new Builder(lines).build(document.contents);
    if (node.kind !== "none") documents.push(node);
  }
  return documents;
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
  let first: Error | undefined;
  const onError = (
    source: number | [number, number] | object,
    _code: string,
    message: string,
    isWarning?: boolean,
  ) => {
    if (isWarning) return;
    // The library catches some of what is thrown, and tells of it as of another error.
    if (first) throw first;
    const at = typeof source === "number" ? source : Array.isArray(source) ? source[0] : undefined;
    const reason = at === undefined ? message : `line ${lines.linePos(at).line}: ${message}`;
    first =
      at !== undefined && message.startsWith("Missing closing") ? new Unclosed(reason) : new Error(reason);
    throw first;
  };
  Object.assign(composer, { onError });
  return composer.compose(parseTokens(text, lines));
}

/** Collections that are open at once: each opened past it costs the library more than the one before. */
const MAX_OPEN = 4 * MAX_HEIGHT;

function* parseTokens(text: string, lines: LineCounter) {
  const parser = new Parser(lines.addNewLine);
  lines.addNewLine(0);
  for (const lexeme of new Lexer().lex(text)) {
    yield* parser.next(lexeme);
    if (parser.stack.length > MAX_OPEN) throw new Error(`nested more than ${MAX_HEIGHT} levels deep`);
  }
  yield* parser.end();
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
