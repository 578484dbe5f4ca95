/** Headings and code blocks of Markdown, reStructuredText, AsciiDoc and plain text. One pass over the lines. */
import type { CodeBlock, DocSection } from "./types.ts";

export interface Markup {
  sections: readonly DocSection[];
  codeBlocks: readonly CodeBlock[];
}

interface Heading {
  title: string;
  level: number;
  /** Index of the heading's line, and of the first line of its body. */
  at: number;
  body: number;
}

const MAX_SECTIONS = 2000;
const MAX_BLOCKS = 2000;

/** Reads a page by its extension; without one it is read as Markdown. */
export function readMarkup(path: string, text: string): Markup {
  const lines = text.split("\n");
  const reader = /\.(?:rst|rest)$/i.test(path)
    ? new RstReader(lines)
    : new MarkdownReader(lines, /\.(?:adoc|asciidoc)$/i.test(path));
  reader.read();
  return { sections: toSections(lines, reader.headings), codeBlocks: reader.blocks };
}

/** A section reaches to the next heading of its level or above, so it holds its subsections. */
function toSections(lines: readonly string[], headings: readonly Heading[]): DocSection[] {
  const starts = [0];
  for (const line of lines) starts.push(starts.at(-1)! + line.length + 1);
  const text = lines.join("\n");
  const ends = new Array<number>(headings.length).fill(lines.length);
  const open: number[] = [];
  for (const [at, heading] of headings.entries()) {
    while (open.length > 0 && headings[open.at(-1)!]!.level >= heading.level) ends[open.pop()!] = heading.at;
    open.push(at);
  }
  return headings.map(({ title, level, at, body }, index) => ({
    ...{ title, level, line: at + 1 },
    body: text.slice(starts[Math.min(body, ends[index]!)], starts[ends[index]!]).trim(),
  }));
}

abstract class Reader {
  readonly lines: readonly string[];
  readonly headings: Heading[] = [];
  readonly blocks: CodeBlock[] = [];

  constructor(lines: readonly string[]) {
    this.lines = lines;
  }

  abstract read(): void;

  addHeading(title: string, level: number, at: number, body: number): void {
    if (this.headings.length < MAX_SECTIONS)
      this.headings.push({ title: plainTitle(title), level, at, body });
  }

  /** Adds the lines `from` to `to` (exclusive) without their common indent. */
  addBlock(language: string, from: number, to: number): void {
    let [first, last] = [from, to];
    while (first < last && this.lines[first]!.trim() === "") first++;
    while (last > first && this.lines[last - 1]!.trim() === "") last--;
    if (first === last || this.blocks.length >= MAX_BLOCKS) return;
    const own = this.lines.slice(first, last);
    const indent = own.reduce(
      (least, line) => (line.trim() === "" ? least : Math.min(least, indentOf(line))),
      100,
    );
    this.blocks.push({
      language: language.toLowerCase(),
      text: own.map((line) => line.slice(indent)).join("\n"),
      line: first + 1,
    });
  }
}

const indentOf = (line: string): number => line.length - line.trimStart().length;

/** A title without emphasis, links, images and trailing marks. */
const plainTitle = (title: string): string =>
  title
    .slice(0, 500)
    .replace(/!\[[^\]]{0,200}\]\([^)]{0,400}\)/g, "")
    .replace(/\[([^\]]{0,200})\]\([^)]{0,400}\)/g, "$1")
    .replace(/<[^>]{0,200}>/g, "")
    .replace(/[`*]+|\s#+\s{0,20}$/g, "")
    .trim();

class MarkdownReader extends Reader {
  readonly #isAsciidoc: boolean;
  /** A comment was found that never ends; it hides nothing, and no other one is looked at. */
  #endless = false;

  constructor(lines: readonly string[], isAsciidoc: boolean) {
    super(lines);
    this.#isAsciidoc = isAsciidoc;
  }

  read(): void {
    let at = this.#skipFrontMatter();
    while (at < this.lines.length) at = this.#readAt(at);
  }

  #skipFrontMatter(): number {
    if (this.lines[0]?.trim() !== "---") return 0;
    const end = this.lines.findIndex((line, at) => at > 0 && at < 200 && /^(?:---|\.\.\.)\s*$/.test(line));
    return end === -1 ? 0 : end + 1;
  }

  /** Reads what begins at a line and tells where the text goes on. */
  #readAt(at: number): number {
    const line = this.lines[at]!;
    const fence =
      /^[ \t>]{0,20}(?:[-*+]\s{1,4}|\d{1,3}[.)]\s{1,4})?(`{3,}|~{3,})\s{0,8}\{?\.?([^\s`{}]{0,60})/.exec(
        line,
      );
    if (fence) return this.#readFence(at, fence[1]!, fence[2]!);
    if (!this.#endless && line.includes("<!--") && !line.includes("-->")) return this.#skipComment(at);
    if (this.#isAsciidoc && /^-{4,}\s*$/.test(line)) return this.#readListing(at);
    if (/^(?: {4}|\t)/.test(line) && (at === 0 || this.lines[at - 1]!.trim() === ""))
      return this.#readIndented(at);
    return this.#readHeading(at, line);
  }

  #readHeading(at: number, line: string): number {
    const atx = (this.#isAsciidoc ? /^(={1,6})\s{1,8}(\S.*)$/ : /^ {0,3}(#{1,6})(?:\s{1,8}(.*))?$/).exec(
      line,
    );
    const html = atx ? null : /^\s{0,8}<h([1-6])\b[^>]{0,200}>(.{0,400})/i.exec(line);
    if (atx) this.addHeading(atx[2] ?? "", atx[1]!.length, at, at + 1);
    else if (html)
      this.addHeading(html[2]!.trim() || (this.lines[at + 1] ?? ""), Number(html[1]), at, at + 1);
    else if (!this.#isAsciidoc && this.#isSetext(at)) {
      this.addHeading(line, this.lines[at + 1]!.trim().startsWith("=") ? 1 : 2, at, at + 2);
      return at + 2;
    }
    return at + 1;
  }

  /** A line of text under which `===` or `---` stands. */
  #isSetext(at: number): boolean {
    const [line, under] = [this.lines[at]!, this.lines[at + 1] ?? ""];
    if (!/^ {0,3}(?:={2,}|-{2,})\s*$/.test(under)) return false;
    return (
      /^ {0,3}[^\s>|#\-*+=]/.test(line) &&
      !line.includes(" | ") &&
      (at === 0 || this.lines[at - 1]!.trim() === "" || under.trim().length > 3)
    );
  }

  #readFence(at: number, mark: string, language: string): number {
    let end = at + 1;
    const closes = (line: string): boolean => {
      const bare = line.replace(/^[\s>]{0,20}/, "").trimEnd();
      return bare.length >= mark.length && bare.startsWith(mark) && bare === mark[0]!.repeat(bare.length);
    };
    while (end < this.lines.length && !closes(this.lines[end]!)) end++;
    this.addBlock(language, at + 1, end);
    return end + 1;
  }

  #readListing(at: number): number {
    const mark = this.lines[at]!.trim();
    const language = /^\[source,\s{0,4}([\w-]{1,40})/.exec(this.lines[at - 1] ?? "")?.[1] ?? "";
    let end = at + 1;
    while (end < this.lines.length && this.lines[end]!.trim() !== mark) end++;
    this.addBlock(language, at + 1, end);
    return end + 1;
  }

  #readIndented(at: number): number {
    let end = at;
    while (
      end < this.lines.length &&
      (/^(?: {4}|\t)/.test(this.lines[end]!) || this.lines[end]!.trim() === "")
    )
      end++;
    this.addBlock("", at, end);
    return end;
  }

  #skipComment(at: number): number {
    let end = at + 1;
    while (end < this.lines.length && !this.lines[end]!.includes("-->")) end++;
    this.#endless = end === this.lines.length;
    return this.#endless ? at + 1 : end + 1;
  }
}

const ADORNMENT = /^([=\-`:'"~^_*+#<>.!$%&(),/;?@[\\\]{|}])\1{2,}\s*$/;
const DIRECTIVE =
  /^\s*\.\. (?:code-block|code|sourcecode|prompt|ipython|parsed-literal|console|highlight-next)::\s{0,8}([\w+-]{0,40})/;

class RstReader extends Reader {
  /** Styles of titles by their first use: the first is the highest. */
  readonly #styles: string[] = [];

  read(): void {
    let at = 0;
    while (at < this.lines.length) at = this.#readAt(at);
  }

  #readAt(at: number): number {
    const line = this.lines[at]!;
    const directive = DIRECTIVE.exec(line);
    if (directive) return this.#readBlock(at, directive[1]!);
    const title = this.#readTitle(at);
    if (title !== undefined) return title;
    if (/::\s*$/.test(line) && !/^\s*\.\. /.test(line)) return this.#readBlock(at, "");
    return at + 1;
  }

  /** A title with an underline, and perhaps an overline of the same mark. */
  #readTitle(at: number): number | undefined {
    const line = this.lines[at]!;
    const isOver =
      ADORNMENT.test(line) && ADORNMENT.test(this.lines[at + 2] ?? "") && line[0] === this.lines[at + 2]![0];
    const text = isOver ? this.lines[at + 1]! : line;
    const under = this.lines[at + (isOver ? 2 : 1)] ?? "";
    const isText = /^\s?\S/.test(text) && !ADORNMENT.test(text) && !/^\s*\.\. /.test(text);
    // A slightly short underline is a warning in docutils and still a title.
    if (!isText || !ADORNMENT.test(under) || under.trim().length < Math.min(text.trim().length - 2, 60))
      return undefined;
    const style = (isOver ? "over" : "") + under[0]!;
    if (!this.#styles.includes(style)) this.#styles.push(style);
    const end = at + (isOver ? 3 : 2);
    this.addHeading(text.trim(), Math.min(this.#styles.indexOf(style) + 1, 6), at + (isOver ? 1 : 0), end);
    return end;
  }

  /** The block that is indented deeper than the line before it, options of a directive left out. */
  #readBlock(at: number, language: string): number {
    const indent = indentOf(this.lines[at]!);
    let from = at + 1;
    while (from < this.lines.length && /^\s+:[\w-]{1,40}:/.test(this.lines[from]!)) from++;
    let end = from;
    while (end < this.lines.length && (this.lines[end]!.trim() === "" || indentOf(this.lines[end]!) > indent))
      end++;
    this.addBlock(language, from, end);
    return Math.max(end, at + 1);
  }
}
