/** Regular expression literals of TypeScript text, as this project's formatter writes it. */

interface Literal {
  source: string;
  flags: string;
}

/** A slash behind one of these starts a literal; behind any other word, string or bracket it divides. */
const BEFORE_LITERAL = /^(?:return|typeof|case|of|in|await|yield|else|do|[^\w$)\]}"'`/])$/;
const WORD = /[\w$]+/y;
const FLAGS = /[a-z]*/y;

/** @throws Error where the text is not read to its end */
export function readLiterals(text: string): Literal[] {
  const found: Literal[] = [];
  /** Depths of braces at which a template goes on. */
  const templates: number[] = [];
  let depth = 0;
  let before = "(";
  let at = 0;
  while (at < text.length) {
    const char = text.charAt(at);
    const word = take(WORD, text, at);
    if (/\s/.test(char)) at++;
    else if (text.startsWith("//", at)) at = endOf(text, "\n", at);
    else if (text.startsWith("/*", at)) at = endOf(text, "*/", at);
    else if (word !== "") {
      before = word;
      at += word.length;
    } else if (char === '"' || char === "'") {
      at = skipTo(text, at + 1, char);
      before = char;
    } else if (char === "`" || (char === "}" && templates.at(-1) === depth)) {
      if (char === "}") templates.pop();
      at = skipTo(text, at + 1, "`");
      before = "`";
      if (text.charAt(at - 1) === "{") {
        templates.push(depth);
        before = "{";
      }
    } else if (char === "/" && BEFORE_LITERAL.test(before)) {
      const end = literalEnd(text, at + 1);
      const flags = take(FLAGS, text, end);
      found.push({ source: text.slice(at + 1, end - 1), flags });
      at = end + flags.length;
      before = "/";
    } else {
      depth += char === "{" ? 1 : char === "}" ? -1 : 0;
      before = char;
      at++;
    }
  }
  return found;
}

function take(pattern: RegExp, text: string, at: number): string {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0] ?? "";
}

function endOf(text: string, mark: string, from: number): number {
  const at = text.indexOf(mark, from);
  return at === -1 ? text.length : at + mark.length;
}

/** Behind the closing quote, or for a template behind the `${` that interrupts it. */
function skipTo(text: string, from: number, quote: string): number {
  for (let at = from; at < text.length; at++) {
    if (text[at] === "\\") at++;
    else if (text[at] === quote) return at + 1;
    else if (quote === "`" && text.startsWith("${", at)) return at + 2;
  }
  throw new Error(`a string that starts before ${from} has no end`);
}

/** Behind the slash that closes a literal. */
function literalEnd(text: string, from: number): number {
  let inClass = false;
  for (let at = from; at < text.length && text[at] !== "\n"; at++) {
    const char = text[at];
    if (char === "\\") at++;
    else if (char === "[") inClass = true;
    else if (char === "]") inClass = false;
    else if (char === "/" && !inClass) return at + 1;
  }
  throw new Error(`no regular expression: ${text.slice(from, from + 60)}`);
}
