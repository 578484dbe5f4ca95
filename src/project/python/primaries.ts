/** Brackets of a statement, and the expression that stands before one, from blanked code. */
import type { Statement } from "./statements.ts";

export interface CallBrackets {
  /** Its closing bracket, or the last character of a statement in which it is missing. */
  close: number;
  /** Commas between its arguments. */
  commas: number[];
  /** The opening bracket of the call among whose arguments it stands. */
  outer: number | undefined;
}

export interface Brackets {
  /** Those of calls by where they open, outer ones first. */
  calls: Map<number, CallBrackets>;
  /** Opening brackets by their closing ones. */
  opens: ReadonlyMap<number, number>;
  /** Assignment operators and commas outside brackets. */
  equals: number[];
  commas: number[];
}

/** Words before a bracket that call nothing. */
const KEYWORDS = new Set(
  "if elif else while for in not and or is return yield await lambda assert del except raise from import with as async".split(
    " ",
  ),
);

const [OPEN, CLOSE, COMMA, DOT, EQUALS] = [40, 41, 44, 46, 61];
const [SQUARE, UNSQUARE, CURLY, UNCURLY, BACKSLASH] = [91, 93, 123, 125, 92];

const isWord = (c: number): boolean =>
  (c >= 97 && c <= 122) || (c >= 65 && c <= 90) || (c >= 48 && c <= 57) || c === 95 || c > 127;
const isSpace = (c: number): boolean => c === 32 || (c >= 9 && c <= 13) || c === BACKSLASH;

/** Linear in the length of the statement. */
export function readBrackets(code: string, statement: Statement): Brackets {
  const { start, end, keyword } = statement;
  const opens = new Map<number, number>();
  const found: Brackets = { calls: new Map(), opens, equals: [], commas: [] };
  const stack: { at: number; call: CallBrackets | undefined; within: number | undefined }[] = [];
  const heads = keyword === "def" || keyword === "class" || keyword === "@";
  for (let i = start; i < end; i++) {
    const c = code.charCodeAt(i);
    if (c === OPEN || c === SQUARE || c === CURLY) {
      const outer = stack.at(-1)?.within;
      const isCall =
        c === OPEN &&
        isCallee(code, start, i) &&
        !(heads && stack.length === 0 && isHead(code, statement, i));
      const call = isCall ? { close: end - 1, commas: [], outer } : undefined;
      if (call) found.calls.set(i, call);
      stack.push({ at: i, call, within: call ? i : outer });
    } else if (c === CLOSE || c === UNSQUARE || c === UNCURLY) {
      const last = stack.pop();
      if (last === undefined) continue;
      opens.set(i, last.at);
      if (last.call) last.call.close = i;
    } else if (c === COMMA) {
      if (stack.length === 0) found.commas.push(i);
      else stack.at(-1)!.call?.commas.push(i);
    } else if (c === EQUALS && stack.length === 0 && isAssignment(code, i)) found.equals.push(i);
  }
  return found;
}

/** No `==`, `<=`, `+=`, `:=`. */
const isAssignment = (code: string, at: number): boolean =>
  code.charCodeAt(at + 1) !== EQUALS && !/[=!<>+\-*/%&|^@:~]/.test(code.charAt(at - 1));

/** Whether a bracket belongs to the name of a function or class that is defined, or to a decorator. */
function isHead(code: string, { keyword, start }: Statement, open: number): boolean {
  const before = code.slice(start, open);
  return keyword === "@"
    ? /^\s*@\s*[\w.]+\s*$/.test(before)
    : /^\s*(?:async\s+)?(?:def|class)\s+\w+\s*(?:\[[^(]*)?$/.test(before);
}

/** Whether what stands before a bracket can be called or taken items of: a name, or what ends in a bracket. */
function isCallee(code: string, start: number, open: number): boolean {
  const end = skipBack(code, start, open);
  const c = code.charCodeAt(end - 1);
  if (end <= start) return false;
  if (c === CLOSE || c === UNSQUARE) return true;
  if (!isWord(c)) return false;
  const from = wordStart(code, start, end);
  if (code.charCodeAt(from - 1) === DOT) return true;
  return !KEYWORDS.has(code.slice(from, end));
}

function skipBack(code: string, start: number, at: number): number {
  let i = at;
  while (i > start && isSpace(code.charCodeAt(i - 1))) i--;
  return i;
}

function wordStart(code: string, start: number, end: number): number {
  let i = end;
  while (i > start && isWord(code.charCodeAt(i - 1))) i--;
  return i;
}

/** Links of a chain that are followed. */
const MOST_LINKS = 64;

export interface Head {
  start: number;
  end: number;
  /** `a.b`, with `()` and `[]` for calls and subscripts inside; `""` for what begins with no name. */
  dotted: string;
}

/** The expression that a bracket calls. */
export function headBefore(code: string, brackets: Brackets, open: number): Head {
  const end = skipBack(code, 0, open);
  return { ...chainBefore(code, brackets, end, MOST_LINKS), end };
}

function chainBefore(
  code: string,
  brackets: Pick<Brackets, "opens" | "calls">,
  end: number,
  most: number,
): { start: number; dotted: string } {
  const { opens, calls } = brackets;
  const parts: string[] = [];
  let at = end;
  const unknown = (start: number) => ({ start, dotted: "" });
  for (let links = 0; links < most; links++) {
    at = skipBack(code, 0, at);
    const c = code.charCodeAt(at - 1);
    if (isWord(c)) {
      const from = wordStart(code, 0, at);
      const before = skipBack(code, 0, from);
      const name = code.slice(from, at);
      if (code.charCodeAt(before - 1) !== DOT)
        return /^\d/.test(name)
          ? unknown(from)
          : { start: from, dotted: [...parts, name].reverse().join("") };
      parts.push(`.${name}`);
      at = before - 1;
      continue;
    }
    const open = opens.get(at - 1);
    if (open === undefined) return unknown(at - 1);
    const called = c === CLOSE && calls.has(open);
    if (called || (c === UNSQUARE && isCallee(code, 0, open))) {
      parts.push(called ? "()" : "[]");
      at = open;
    } else if (c === CLOSE) {
      // `(await client.get(url)).json()`
      const lead = /^\s*(?:await\s+)?/.exec(code.slice(open + 1, at - 1))?.[0].length ?? 0;
      const inner = chainBefore(code, brackets, skipBack(code, open + 1, at - 1), most - links - 1);
      return inner.start === open + 1 + lead && inner.dotted !== ""
        ? { start: open, dotted: inner.dotted + parts.reverse().join("") }
        : unknown(open);
    } else return unknown(open);
  }
  return unknown(at);
}
