/** The lines of the key paths of TOML and JSON documents, whose parsers do not tell them. */

const SEPARATOR = "\u0000";
/** Deeper values are not indexed; their lines are those of the nearest parent. */
const MAX_DEPTH = 100;

/** Line by key path; ask through `lineOf`. */
export type LineIndex = ReadonlyMap<string, number>;

/** The line of a key path, or of its nearest parent that has one; 1 at worst. */
export function lineOf(index: LineIndex, keys: readonly string[]): number {
  for (let length = keys.length; length > 0; length--) {
    const line = index.get(keys.slice(0, length).join(SEPARATOR));
    if (line !== undefined) return line;
  }
  return 1;
}

/** Key paths of a TOML document (https://toml.io/en/v1.0.0). The text must be valid: anything else gives nonsense. */
export function indexToml(text: string): LineIndex {
  const scanner = new Scanner(text, "=");
  const lists = new Map<string, number>();
  let table: string[] = [];
  while (scanner.skipBlank()) {
    if (scanner.peek() === "[") table = scanner.readHeader(lists);
    else scanner.readPair(table, 0);
  }
  return scanner.lines;
}

/** Key paths of a JSON document, under the same condition. */
export function indexJson(text: string): LineIndex {
  const scanner = new Scanner(text, ":");
  if (scanner.skipBlank()) scanner.readValue([], 0);
  return scanner.lines;
}

/** Goes through valid text once, from left to right. Every method moves on, so that broken text ends the walk too. */
class Scanner {
  readonly lines = new Map<string, number>();
  readonly #text: string;
  readonly #equals: string;
  #at = 0;
  #line = 1;

  constructor(text: string, equals: "=" | ":") {
    this.#text = text;
    this.#equals = equals;
  }

  peek(): string {
    return this.#text.charAt(this.#at);
  }

  /** Moves past white space, line ends and comments; says whether anything is left. */
  skipBlank(): boolean {
    for (; this.#at < this.#text.length; this.#at++) {
      const mark = this.peek();
      if (mark === "\n") this.#line++;
      else if (mark === "#") this.#at = this.#endOfLine() - 1;
      else if (mark !== " " && mark !== "\t" && mark !== "\r") return true;
    }
    return false;
  }

  /** A table header; gives the table's path, an index after each list of tables. */
  readHeader(lists: Map<string, number>): string[] {
    const line = this.#line;
    const isList = this.#text.startsWith("[[", this.#at);
    this.#at += isList ? 2 : 1;
    const names = this.#readKey();
    this.#at = this.#endOfLine();
    let path: string[] = [];
    for (const [position, name] of names.entries()) {
      path = [...path, name];
      const key = path.join(SEPARATOR);
      if (isList && position === names.length - 1) lists.set(key, (lists.get(key) ?? -1) + 1);
      this.#record(path, line);
      const item = lists.get(key);
      if (item !== undefined) path = [...path, String(item)];
      this.#record(path, line);
      if (path.length > MAX_DEPTH) break;
    }
    return path;
  }

  readPair(table: readonly string[], depth: number): void {
    const start = this.#at;
    const line = this.#line;
    let path = [...table];
    for (const name of this.#readKey()) {
      if (path.length > MAX_DEPTH) break;
      path = [...path, name];
      this.#record(path, line);
    }
    if (this.skipBlank() && this.peek() === this.#equals) this.#at++;
    else if (this.#at === start) this.#at++;
    if (this.skipBlank()) this.readValue(path, depth);
  }

  readValue(path: readonly string[], depth: number): void {
    const mark = this.peek();
    if (mark === '"' || mark === "'") this.#readString();
    else if (mark === "[" && depth < MAX_DEPTH) this.#readList(path, depth);
    else if (mark === "{" && depth < MAX_DEPTH) this.#readTable(path, depth);
    else if (mark === "[" || mark === "{") this.#at = this.#text.length;
    else this.#skipWord();
  }

  #readList(path: readonly string[], depth: number): void {
    this.#at++;
    for (let item = 0; this.skipBlank(); item++) {
      const mark = this.peek();
      if (mark === "]") break;
      const inside = [...path, String(item)];
      this.#record(inside, this.#line);
      this.readValue(inside, depth + 1);
      if (this.skipBlank() && this.peek() !== "]") this.#at++;
    }
    this.#at++;
  }

  #readTable(path: readonly string[], depth: number): void {
    this.#at++;
    while (this.skipBlank() && this.peek() !== "}") {
      this.readPair(path, depth + 1);
      if (this.skipBlank() && this.peek() !== "}") this.#at++;
    }
    this.#at++;
  }

  /** A key, dotted in TOML, as its parts. */
  #readKey(): string[] {
    const names: string[] = [];
    for (;;) {
      this.#skipSpaces();
      const mark = this.peek();
      if (mark === '"' || mark === "'") names.push(this.#readString());
      else {
        const start = this.#at;
        while (/[\w-]/.test(this.peek())) this.#at++;
        names.push(this.#text.slice(start, this.#at));
      }
      this.#skipSpaces();
      if (this.peek() !== ".") return names;
      this.#at++;
    }
  }

  /** A string of any of the four kinds, decoded far enough to serve as a key. */
  #readString(): string {
    const quote = this.peek();
    const size = this.#equals === "=" && this.#text.startsWith(quote.repeat(3), this.#at) ? 3 : 1;
    const start = this.#at + size;
    let end = start;
    for (; end < this.#text.length; end++) {
      const mark = this.#text.charAt(end);
      if (mark === "\n") this.#line++;
      else if (mark === "\\" && quote === '"') {
        end++;
        if (this.#text.charAt(end) === "\n") this.#line++;
      } else if (mark === quote && (size === 1 || this.#text.startsWith(quote.repeat(3), end))) break;
    }
    this.#at = end + size;
    // A multi-line string may end in one or two quotes of its own.
    while (size === 3 && this.peek() === quote) this.#at++;
    const raw = this.#text.slice(start, end);
    if (quote === "'" || !raw.includes("\\")) return raw;
    try {
      return String(JSON.parse(`"${raw}"`));
    } catch {
      return raw;
    }
  }

  #skipWord(): void {
    const start = this.#at;
    while (this.#at < this.#text.length && !/[,\]}\n#]/.test(this.peek())) this.#at++;
    if (this.#at === start) this.#at++;
  }

  #skipSpaces(): void {
    while (this.peek() === " " || this.peek() === "\t") this.#at++;
  }

  #endOfLine(): number {
    const end = this.#text.indexOf("\n", this.#at);
    return end === -1 ? this.#text.length : end;
  }

  #record(path: readonly string[], line: number): void {
    const key = path.join(SEPARATOR);
    if (!this.lines.has(key)) this.lines.set(key, line);
  }
}
