/**
 * The statements of a module as logical lines with their blocks: enough structure to answer most questions without
 * a syntax tree. Read from the rows of lex.ts, so strings and comments never mislead it.
 */
import { END, END_LINE, FIRST, INDENT, LINE, ROW, START } from "./lex.ts";

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

const KEYWORD = /(?:(async)[ \t]+)?([A-Za-z]+\b|@)/y;
const KEYWORDS = new Set(
  "def class if elif else try except finally for while with match case import from return raise assert pass continue break global nonlocal del yield await lambda print @".split(
    " ",
  ),
);

/** Logical lines of blanked code, in order, with their parents. Linear. */
export function readStatements(code: string, rows: Int32Array): Statement[] {
  const statements: Statement[] = [];
  const open: Statement[] = [];
  for (let at = 0; at < rows.length; at += ROW) {
    const indent = rows[at + INDENT]!;
    while (open.length > 0 && open.at(-1)!.indent >= indent) close(open.pop()!, statements);
    KEYWORD.lastIndex = rows[at + FIRST]!;
    const head = mayBeKeyword(code.charCodeAt(KEYWORD.lastIndex)) ? KEYWORD.exec(code) : null;
    const statement: Statement = {
      keyword: head?.[2] && KEYWORDS.has(head[2]) ? head[2] : "",
      line: rows[at + LINE]!,
      endLine: rows[at + END_LINE]!,
      blockEnd: rows[at + END_LINE]!,
      indent,
      start: rows[at + START]!,
      end: rows[at + END]!,
      parent: open.at(-1),
      async: head?.[1] !== undefined,
    };
    statements.push(statement);
    open.push(statement);
  }
  while (open.length > 0) close(open.pop()!, statements);
  return statements;
}

const STARTS = new Set([...KEYWORDS, "async"].map((keyword) => keyword.charCodeAt(0)));
const mayBeKeyword = (c: number): boolean => STARTS.has(c);

/** A block ends with its last statement, which stands last in the list when the block is closed. */
function close(statement: Statement, statements: Statement[]): void {
  const last = statements.at(-1);
  if (last && last !== statement) statement.blockEnd = Math.max(statement.blockEnd, last.endLine);
}
