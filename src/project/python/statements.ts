/**
 * The statements of a module as logical lines with their blocks: enough structure to answer most questions without
 * a syntax tree. Read from blanked code (see blank.ts), so strings and comments never mislead it.
 */

export interface Statement {
  /** Leading keyword (`def`, `class`, `except`, `import`, `@`, …) or `""`. `async def` is `def`. */
  keyword: string;
  /** First and last line of the logical line, from 1. */
  line: number;
  endLine: number;
  /** Last line of the block that the statement opens, or its own last line. */
  blockEnd: number;
  indent: number;
  /** Offsets of the logical line in the module's text. */
  start: number;
  end: number;
  /** The statement whose block holds this one. */
  parent: Statement | undefined;
  async: boolean;
}

const KEYWORD = /^(?:(async)[ \t]+)?([A-Za-z]+\b|@)/;
const KEYWORDS = new Set(
  "def class if elif else try except finally for while with match case import from return raise assert pass continue break global nonlocal del yield await lambda print @".split(
    " ",
  ),
);

/** Logical lines of blanked code, in order, with their parents. Linear. */
export function readStatements(code: string): Statement[] {
  const statements: Statement[] = [];
  const open: Statement[] = [];
  forEachLogicalLine(code, (start, end, line, endLine) => {
    const indent = indentAt(code, start);
    const head = KEYWORD.exec(code.slice(start, start + 80).trimStart());
    const keyword = head?.[2] && KEYWORDS.has(head[2]) ? head[2] : "";
    while (open.length > 0 && open.at(-1)!.indent >= indent) close(open.pop()!, statements);
    const statement: Statement = {
      keyword,
      line,
      endLine,
      blockEnd: endLine,
      indent,
      start,
      end,
      parent: open.at(-1),
      async: head?.[1] !== undefined,
    };
    statements.push(statement);
    open.push(statement);
  });
  while (open.length > 0) close(open.pop()!, statements);
  return statements;
}

/** A block ends with its last statement, which stands last in the list when the block is closed. */
function close(statement: Statement, statements: Statement[]): void {
  const last = statements.at(-1);
  if (last && last !== statement) statement.blockEnd = Math.max(statement.blockEnd, last.endLine);
}

function indentAt(code: string, start: number): number {
  let indent = 0;
  for (let i = start; ; i++) {
    const c = code.charCodeAt(i);
    if (c === 32) indent++;
    else if (c === 9) indent += 8 - (indent % 8);
    else return indent;
  }
}

const BREAKS = /[()[\]{}\n]|"""|'''/g;

/** Joins continuation lines: open brackets, triple-quoted strings, trailing backslashes. Leaves out blank lines. */
function forEachLogicalLine(
  code: string,
  each: (start: number, end: number, line: number, endLine: number) => void,
): void {
  let [start, line, startLine, depth] = [0, 1, 1, 0];
  let openQuote = "";
  const finish = (end: number): void => {
    if (code.slice(start, Math.min(end, start + 400)).trim() !== "") each(start, end, startLine, line);
    start = end + 1;
    startLine = line + 1;
  };
  BREAKS.lastIndex = 0;
  for (let found = BREAKS.exec(code); found; found = BREAKS.exec(code)) {
    const mark = found[0];
    if (mark.length === 3) {
      if (openQuote === "") openQuote = mark;
      else if (openQuote === mark) openQuote = "";
    } else if (mark === "\n") {
      const whole = openQuote === "" && depth === 0 && code.charCodeAt(found.index - 1) !== 92;
      // A bracket that never closes must not swallow the rest of a broken file.
      if (whole || (openQuote === "" && startsStatement(code, found.index + 1))) {
        depth = 0;
        finish(found.index);
      }
      line++;
    } else if (mark === "(" || mark === "[" || mark === "{") depth++;
    else depth = Math.max(0, depth - 1);
  }
  finish(code.length);
}

/** A line that can only begin a statement, at the left margin. */
function startsStatement(code: string, at: number): boolean {
  return /^(?:def|class|import|from|async def|@)\b/.test(code.slice(at, at + 12));
}
