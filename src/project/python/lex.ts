/**
 * The one pass over a Python module's characters that is ours: where strings and comments are, which lines belong
 * together, how deep brackets nest. Everything that needs no syntax tree is read from what it finds.
 */
import { Buffer } from "node:buffer";
import { skipString } from "./string-bounds.ts";
import { addWord, newWords, PRIME, SEED } from "./words.ts";

/** What the pass finds in a module. */
export interface Lexed {
  /**
   * The text with the inside of strings and all comments turned into spaces. Offsets and lines stay the same, so a
   * pattern that matches here is code at that place.
   */
  code: string;
  /** Lines that are not blank. */
  lineCount: number;
  /** All lines. */
  lineTotal: number;
  /** Why the module is nested too deeply for a recursive parser, or `undefined`. */
  tooDeep: string | undefined;
  /** Why Ruff would take squared time for the module, or `undefined`. */
  tooLong: string | undefined;
  /** Logical lines, `ROW` numbers each. */
  lines: Int32Array;
  /** The words of the code: see words.ts. */
  words: Uint32Array;
}

/** What a logical line has in its row of `Lexed.lines`. */
export const ROW = 6;
/** Offsets in the text; lines from 1; columns of indentation, tabs as Python counts them; offset of its first word. */
export const [START, END, LINE, END_LINE, INDENT, FIRST] = [0, 1, 2, 3, 4, 5];

/** CPython itself refuses more than 200 nested brackets and 100 indentation levels. */
const MAX_BRACKETS = 200;
const MAX_INDENT = 1000;

/** Characters of one import statement, and strings one after another with nothing but blanks between them. */
const MAX_IMPORT = 8_000;
const MAX_JOINED = 5_000;

const [NEWLINE, QUOTE, HASH, OPEN, CLOSE, UNDERSCORE, DIGIT, UPPER, LOWER] = [1, 2, 3, 4, 5, 6, 7, 8, 9];
/** Class of each character that means something outside strings and comments, 0 for all others. */
const CLASSES = new Uint8Array(256);
for (const [characters, kind] of [
  ["\n", NEWLINE],
  ["\"'", QUOTE],
  ["#", HASH],
  ["([{", OPEN],
  [")]}", CLOSE],
  ["_", UNDERSCORE],
  ["0123456789", DIGIT],
  ["ABCDEFGHIJKLMNOPQRSTUVWXYZ", UPPER],
  ["abcdefghijklmnopqrstuvwxyz", LOWER],
] as const)
  for (const character of characters) CLASSES[character.charCodeAt(0)] = kind;

const [TAB, LF, FF, SPACE, BACKSLASH] = [9, 10, 12, 32, 92];

const encoder = new TextEncoder();
/** Reused from module to module; scanning never yields in between. */
let scratch = new Uint8Array(256 * 1024);
let rows = new Int32Array(ROW * 4096);

/**
 * Where not all is ASCII, Ruff counts the characters before each finding in its line, so that a line costs its length
 * squared at worst: some 0.3 s for these. Real files come to a quarter of them at most.
 */
const MAX_SQUARES = 200_000_000;
const TOO_WIDE = "its lines are too long: not linted";

function squaresOfLines(text: string): number {
  let sum = 0;
  for (let start = 0; start < text.length; ) {
    const end = text.indexOf("\n", start);
    const length = (end === -1 ? text.length : end) - start;
    sum += length * length;
    start += length + 1;
  }
  return sum;
}

/** Linear in the length of `text`. */
export function lex(text: string): Lexed {
  if (scratch.length < text.length + 3) scratch = new Uint8Array(text.length * 2);
  const { read, written } = encoder.encodeInto(text, scratch);
  const ascii = read === text.length && written === read;
  if (!ascii) for (let i = 0; i < text.length; i++) scratch[i] = Math.min(text.charCodeAt(i), OTHER);
  scratch.fill(0, text.length, text.length + 3);
  const found = new Lexer(scratch, text.length).read();
  if (ascii) return { ...found, code: Buffer.from(scratch.buffer, 0, text.length).toString("latin1") };
  const tooLong = found.tooLong ?? (squaresOfLines(text) > MAX_SQUARES ? TOO_WIDE : undefined);
  return { ...found, tooLong, code: withOthers(text) };
}

/** Stands for every character that is not ASCII: none of them means anything, so that bytes are enough. */
const OTHER = 255;

/** What is left in `scratch`, each such character put back; one byte a character where all stood in strings and comments. */
function withOthers(text: string): string {
  const bytes = Buffer.from(scratch.buffer, 0, text.length);
  if (!bytes.includes(OTHER)) return bytes.toString("latin1");
  const units = new Uint16Array(text.length);
  for (let i = 0; i < text.length; i++) {
    const c = scratch[i]!;
    units[i] = c < 128 ? c : text.charCodeAt(i);
  }
  return Buffer.from(units.buffer).toString("utf16le");
}

/** Past the text stand zeros, so that looking ahead needs no bound. */
class Lexer {
  readonly #units: Uint8Array;
  readonly #length: number;
  readonly #words: Uint32Array;
  #line = 1;
  #filled = 0;
  #rows = 0;
  #deepest = 0;
  #indented = false;
  /** Strings joined to the one that was read last, itself counted, and where it ended. */
  #joined = 0;
  #lastEnd = -1;
  #tooLong: string | undefined;

  constructor(units: Uint8Array, length: number) {
    this.#units = units;
    this.#length = length;
    this.#words = newWords(length);
  }

  /** Blanks strings and comments in place. */
  read(): Omit<Lexed, "code"> {
    const units = this.#units;
    const length = this.#length;
    let [start, startLine, depth, nesting] = [0, 1, 0, 0];
    for (let i = 0; i < length; i++) {
      const kind = CLASSES[units[i]!]!;
      if (kind === 0) continue;
      if (kind >= UNDERSCORE) i = this.#readWord(i) - 1;
      else if (kind === NEWLINE) {
        this.#countLine(i);
        // A bracket that never closes must not swallow the rest of a broken file.
        const whole = depth === 0 ? units[i - 1] !== BACKSLASH : startsStatement(units, i + 1);
        if (whole) {
          this.#finish(start, i, startLine);
          [depth, start, startLine] = [0, i + 1, this.#line + 1];
        }
        this.#line++;
      } else if (kind === OPEN) {
        depth++;
        if (++nesting > this.#deepest) this.#deepest = nesting;
      } else if (kind === CLOSE) {
        if (depth > 0) depth--;
        if (nesting > 0) nesting--;
      } else if (kind === QUOTE) i = this.#blankString(i) - 1;
      else i = this.#blankComment(i) - 1;
    }
    if (length > 0) this.#countLine(length);
    this.#finish(start, length, startLine);
    const deep =
      this.#deepest > MAX_BRACKETS
        ? "its brackets are nested too deeply"
        : this.#indented
          ? "it is indented too deeply"
          : undefined;
    return {
      lineCount: this.#filled,
      lineTotal: this.#line,
      tooDeep: deep,
      tooLong: this.#tooLong,
      lines: rows.slice(0, this.#rows),
      words: this.#words,
    };
  }

  /** Puts the word that starts at `from` into the set, whole and in parts, and says where it ends. */
  #readWord(from: number): number {
    const units = this.#units;
    const words = this.#words;
    let [word, at] = [SEED, from];
    let kind = CLASSES[units[at]!]!;
    // Most words are all of a kind.
    for (const first = kind; kind === first; kind = CLASSES[units[++at]!]!)
      word = Math.imul(word ^ (units[at]! | 32), PRIME);
    addWord(words, word);
    return kind < UNDERSCORE ? at : this.#readParts(at, word);
  }

  /** The rest of a word of several parts, of which the first has been read. */
  #readParts(from: number, first: number): number {
    const units = this.#units;
    let [word, part, last, at] = [first, CLASSES[units[from - 1]!] === UNDERSCORE ? SEED : first, 0, from];
    last = CLASSES[units[from - 1]!]!;
    for (; ; at++) {
      const c = units[at]!;
      const kind = CLASSES[c]!;
      if (kind < UNDERSCORE) break;
      if (kind < LOWER && kind !== last && part !== SEED) {
        addWord(this.#words, part);
        part = SEED;
      }
      word = Math.imul(word ^ (c | 32), PRIME);
      if (kind !== UNDERSCORE) part = Math.imul(part ^ (c | 32), PRIME);
      last = kind;
    }
    addWord(this.#words, word);
    if (part !== SEED) addWord(this.#words, part);
    return at;
  }

  /** The line that ends before `at` counts where something stands on it; blanked comments leave its first character. */
  #countLine(at: number): void {
    let i = at - 1;
    while (i >= 0 && isBlank(this.#units[i]!)) i--;
    if (i >= 0 && this.#units[i] !== LF) this.#filled++;
  }

  #finish(start: number, end: number, startLine: number): void {
    const units = this.#units;
    let [first, indent] = [start, 0];
    for (; first < end; first++) {
      const c = units[first];
      if (c === SPACE) indent++;
      else if (c === TAB) indent += 8 - (indent % 8);
      else if (c === FF) indent = 0;
      else break;
    }
    if (first >= end) return;
    if (indent >= MAX_INDENT) this.#indented = true;
    if (end - first > MAX_IMPORT && IMPORTS.some((start) => startsWith(units, first, start)))
      this.#tooLong = "it imports too many names at once: not linted";
    if (this.#rows + ROW > rows.length) {
      const larger = new Int32Array(rows.length * 2);
      larger.set(rows);
      rows = larger;
    }
    const at = this.#rows;
    rows[at + START] = start;
    rows[at + END] = end;
    rows[at + LINE] = startLine;
    rows[at + END_LINE] = this.#line;
    rows[at + INDENT] = indent;
    rows[at + FIRST] = first;
    this.#rows += ROW;
  }

  #blankComment(at: number): number {
    const units = this.#units;
    let end = at;
    while (end < this.#length && units[end] !== LF) end++;
    // Counted here, since nothing is left of the comment where the line ends.
    if (this.#isFirst(at)) this.#filled++;
    units.fill(SPACE, at, end);
    return end;
  }

  #isFirst(at: number): boolean {
    let i = at - 1;
    while (i >= 0 && isBlank(this.#units[i]!)) i--;
    return i < 0 || this.#units[i] === LF;
  }

  /** Ruff joins strings that stand one after another, each with all before it. */
  #countJoined(at: number): void {
    let i = at - 1;
    while (i > this.#lastEnd && i >= at - 2 && CLASSES[this.#units[i]!]! >= UPPER) i--;
    while (i >= this.#lastEnd && isJoint(this.#units[i]!)) i--;
    this.#joined = i < this.#lastEnd ? this.#joined + 1 : 1;
    if (this.#joined > MAX_JOINED) this.#tooLong = "it joins too many strings: not linted";
  }

  /** Blanks the string that opens at `at`, and says where the text goes on. */
  #blankString(at: number): number {
    const units = this.#units;
    const { from, to, end } = skipString(units, this.#length, at, 0);
    // On its first line stands its quote.
    let filled = true;
    for (let i = from; i < to; i++) {
      const c = units[i]!;
      if (c === LF) {
        if (filled) this.#filled++;
        this.#line++;
        filled = false;
      } else {
        filled ||= !isBlank(c);
        units[i] = SPACE;
      }
    }
    this.#countJoined(at);
    const quote = units[at]!;
    // `"text"""`: an empty string behind another, whose quotes would look like those of a long string.
    if (end === to + 1 && units[end] === quote && units[end + 1] === quote && units[end + 2] !== quote) {
      units.fill(SPACE, end, end + 2);
      this.#lastEnd = end + 2;
    } else this.#lastEnd = end;
    return this.#lastEnd;
  }
}

const isJoint = (c: number): boolean => isBlank(c) || c === LF || c === BACKSLASH;

const isBlank = (c: number): boolean => c === SPACE || (c >= TAB && c <= 13 && c !== LF);

const codesOf = (start: string): number[] => [...start].map((character) => character.charCodeAt(0));
const startsWith = (units: Uint8Array, at: number, start: readonly number[]): boolean =>
  start.every((unit, i) => units[at + i] === unit);

const IMPORTS = ["import ", "from "].map(codesOf);
const MARGIN_STARTS = ["def ", "class ", "import ", "from ", "async def", "@"].map(codesOf);

/** A line that can only begin a statement, at the left margin. */
function startsStatement(units: Uint8Array, at: number): boolean {
  const c = units[at];
  if (c === undefined || c === SPACE || c === TAB || c === LF) return false;
  return MARGIN_STARTS.some((start) => startsWith(units, at, start));
}
