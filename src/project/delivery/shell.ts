/**
 * Shell text as single commands, and a command as words. Made for POSIX shells and close enough for PowerShell and
 * cmd. One pass over the text: every character is looked at once, so length is no danger.
 */

export interface ShellCommand {
  /** Continuation lines joined, comments, here-documents and keywords left out. */
  text: string;
  /** Line in the text, from 0. */
  line: number;
}

/** Longer commands are cut: nothing that a rule asks for stands behind so much text. */
const MAX_COMMAND = 4000;
/** Commands of one text. */
const MAX_COMMANDS = 2000;

/** Splits a script at `&&`, `||`, `;`, `|`, `&`, line ends, brackets and keywords. */
export function splitShell(text: string): ShellCommand[] {
  const scanner = new Scanner(text);
  scanner.run();
  return scanner.commands;
}

const DROPPED = /^(?:fi|done|esac|\{|\}|\[\[?(?:\s.*)?|.*\s\]\]?|for\s.*|select\s.*|function\s.*|in)$/s;
const KEYWORD = /^(?:if|then|else|elif|while|until|do|time|!|\{)(?=\s)\s*/;
const BARE_KEYWORD = /^(?:if|then|else|elif|while|until|do|time|!)$/;

class Scanner {
  readonly commands: ShellCommand[] = [];
  readonly #text: string;
  #at = 0;
  #line = 0;
  /** Pieces of the command that is being read, and the line of each. */
  #parts: string[] = [];
  #lines: number[] = [];
  #startLine = -1;
  #cases = 0;
  #heredocs: { end: string; tabs: boolean }[] = [];
  /** Quotes and brackets that did not close once: a second search would cost as much again. */
  #unclosed = new Set<string>();

  constructor(text: string) {
    this.#text = text;
  }

  run(): void {
    const text = this.#text;
    while (this.#at < text.length && this.commands.length < MAX_COMMANDS) {
      const c = text[this.#at]!;
      if (c === "\n") this.#newLine();
      else if (c === "\\" || (c === "`" && text[this.#at + 1] === "\n")) this.#escape();
      else if (c === "'" || c === '"' || c === "`") this.#quoted(c);
      else if (c === "$" && (text[this.#at + 1] === "(" || text[this.#at + 1] === "{")) this.#substitution();
      else if (c === "#" && this.#atWordStart()) this.#comment();
      else if (c === "<" && text[this.#at + 1] === "<") this.#heredoc();
      else if (c === "&" && (text[this.#at - 1] === ">" || text[this.#at + 1] === ">")) this.#take(1);
      else if (c === ";" || c === "&" || c === "|") this.#operator();
      else if (c === "(") this.#openBracket();
      else if (c === ")") this.#closeBracket();
      else this.#plain();
    }
    this.#finish();
  }

  #take(length: number): void {
    if (this.#startLine === -1) this.#startLine = this.#line;
    const part = this.#text.slice(this.#at, this.#at + length);
    this.#add(part);
    this.#at += length;
    for (let at = part.indexOf("\n"); at !== -1; at = part.indexOf("\n", at + 1)) this.#line++;
  }

  /** Characters without a meaning of their own, in one go. */
  #plain(): void {
    const plain = /[^\n\\'"`$#<&;|()]*/y;
    plain.lastIndex = this.#at;
    const run = plain.exec(this.#text)![0];
    if (run.length === 0) this.#take(1);
    else if (this.#startLine === -1 && run.trim() === "") this.#at += run.length;
    else this.#take(run.length);
  }

  #atWordStart(): boolean {
    const before = this.#text[this.#at - 1];
    return before === undefined || /[\s;&|()]/.test(before);
  }

  #newLine(): void {
    this.#finish();
    this.#at++;
    this.#line++;
    for (const { end, tabs } of this.#heredocs.splice(0)) this.#skipHeredoc(end, tabs);
  }

  #escape(): void {
    if (this.#text[this.#at + 1] !== "\n") {
      this.#take(2);
      return;
    }
    this.#at += 2;
    this.#line++;
    while (this.#text[this.#at] === " " || this.#text[this.#at] === "\t") this.#at++;
    if (this.#startLine !== -1 && !this.#parts.at(-1)?.endsWith(" ")) this.#add(" ");
  }

  #quoted(quote: string): void {
    const end = this.#unclosed.has(quote) ? -1 : closingQuote(this.#text, this.#at, quote, this.#unclosed);
    if (end === -1) this.#unclosed.add(quote);
    this.#take(end === -1 ? 1 : end + 1 - this.#at);
  }

  /** `$(…)`, `${…}` and `${{ … }}` belong to the word that they stand in. */
  #substitution(): void {
    const open = this.#text[this.#at + 1]!;
    const end = this.#unclosed.has(open) ? -1 : closingBracket(this.#text, this.#at + 1, open);
    if (end === -1) this.#unclosed.add(open);
    this.#take(end === -1 ? 2 : end + 1 - this.#at);
  }

  #comment(): void {
    const end = this.#text.indexOf("\n", this.#at);
    this.#at = end === -1 ? this.#text.length : end;
  }

  #heredoc(): void {
    const match = /<<(-?)[ \t]{0,8}(["']?)([\w.-]{1,80})\2/y;
    match.lastIndex = this.#at;
    const found = this.#text[this.#at + 2] === "<" ? null : match.exec(this.#text);
    if (found) this.#heredocs.push({ end: found[3]!, tabs: found[1] === "-" });
    this.#take(found ? found[0].length : this.#text[this.#at + 2] === "<" ? 3 : 2);
  }

  #skipHeredoc(end: string, tabs: boolean): void {
    const text = this.#text;
    while (this.#at < text.length) {
      const lineEnd = text.indexOf("\n", this.#at);
      const line = text.slice(this.#at, lineEnd === -1 ? text.length : lineEnd);
      this.#at = lineEnd === -1 ? text.length : lineEnd + 1;
      this.#line++;
      // Scripts in YAML and in other scripts are indented as a whole, so an indented end counts as well.
      if ((tabs ? line.replace(/^\t+/, "") : line.trim()) === end) return;
    }
  }

  #operator(): void {
    const text = this.#text;
    const c = text[this.#at];
    // `a|b)` is a pattern of a case branch.
    if (this.#cases > 0 && c === "|" && /^\|[\w*?|"'. -]{0,100}\)/.test(text.slice(this.#at, this.#at + 102)))
      this.#drop();
    else this.#finish();
    this.#at += text[this.#at + 1] === c || (c === "|" && text[this.#at + 1] === "&") ? 2 : 1;
  }

  #openBracket(): void {
    const before = this.#parts.length > 2 ? "more than a name" : this.#parts.join("").trim();
    // `name() {` defines a function.
    if (/^[\w:.-]{1,80}$/.test(before) && /^\([ \t]{0,4}\)/.test(this.#text.slice(this.#at, this.#at + 6))) {
      this.#drop();
      this.#at = this.#text.indexOf(")", this.#at) + 1;
    } else if (before === "") {
      this.#drop();
      this.#at++;
    } else this.#take(1);
  }

  #closeBracket(): void {
    // The pattern of a case branch is no command.
    if (this.#cases > 0) this.#drop();
    else this.#finish();
    this.#at++;
  }

  #drop(): void {
    this.#parts = [];
    this.#lines = [];
    this.#startLine = -1;
  }

  #add(part: string): void {
    this.#parts.push(part);
    this.#lines.push(this.#line);
  }

  #finish(): void {
    const whole = this.#parts.join("").slice(0, MAX_COMMAND);
    let text = whole.trim();
    for (let found = KEYWORD.exec(text); found; found = KEYWORD.exec(text))
      text = text.slice(found[0].length);
    const line = this.#lineAt(whole.trimEnd().length - text.length);
    this.#drop();
    text = text.replace(/\s\}$/, "");
    if (/^case\s/.test(text)) this.#cases++;
    else if (text === "esac") this.#cases = Math.max(0, this.#cases - 1);
    else if (text !== "" && !DROPPED.test(text) && !BARE_KEYWORD.test(text))
      this.commands.push({ text, line });
  }

  /** The line in which an offset of the command stands. */
  #lineAt(offset: number): number {
    let left = offset;
    for (const [at, part] of this.#parts.entries()) {
      if (left < part.length) return this.#lines[at]!;
      left -= part.length;
    }
    return this.#startLine;
  }
}

/**
 * The place of the quote that closes the one at `at`, or -1. Backslashes escape in all but single quotes; quotes
 * inside `$(…)` and `${…}` belong to these.
 */
function closingQuote(text: string, at: number, quote: string, unclosed: Set<string>): number {
  if (quote === "'") return text.indexOf("'", at + 1);
  for (let i = at + 1; i < text.length; i++) {
    const c = text[i];
    if (c === "\\") i++;
    else if (c === quote) return i;
    else if (c === "$" && quote === '"' && (text[i + 1] === "(" || text[i + 1] === "{")) {
      const open = text[i + 1]!;
      const end = unclosed.has(open) ? -1 : closingBracket(text, i + 1, open);
      if (end === -1) unclosed.add(open);
      else i = end;
    }
  }
  return -1;
}

/** The place of the bracket that closes the one at `at`, quotes inside skipped, or -1. */
function closingBracket(text: string, at: number, open: string): number {
  const close = open === "(" ? ")" : "}";
  let depth = 0;
  for (let i = at; i < text.length; i++) {
    const c = text[i];
    if (c === "\\") i++;
    else if (c === open) depth++;
    else if (c === close && --depth === 0) return i;
    else if (open === "(" && (c === "'" || c === '"')) i = skipTo(text, i, c);
  }
  return -1;
}

const skipTo = (text: string, at: number, quote: string): number => {
  const end = text.indexOf(quote, at + 1);
  return end === -1 ? text.length : end;
};
