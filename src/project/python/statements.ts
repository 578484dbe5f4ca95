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

const KEYWORDS = new Map(
  "def class if elif else try except finally for while with match case import from return raise assert pass continue break global nonlocal del yield await lambda print async"
    .split(" ")
    .map((word) => [word, word]),
);

/** Logical lines of blanked code, in order, with their parents. Linear. */
export function readStatements(code: string, rows: Int32Array): Statement[] {
  const statements: Statement[] = [];
  const open: Statement[] = [];
  for (let at = 0; at < rows.length; at += ROW) {
    const indent = rows[at + INDENT]!;
    while (open.length > 0 && open.at(-1)!.indent >= indent) close(open.pop()!, statements);
    const first = keywordAt(code, rows[at + FIRST]!);
    const statement: Statement = {
      keyword: first === "async" ? keywordAt(code, afterAsync(code, rows[at + FIRST]!)) : first,
      line: rows[at + LINE]!,
      endLine: rows[at + END_LINE]!,
      blockEnd: rows[at + END_LINE]!,
      indent,
      start: rows[at + START]!,
      end: rows[at + END]!,
      parent: open.at(-1),
      async: first === "async",
    };
    statements.push(statement);
    open.push(statement);
  }
  while (open.length > 0) close(open.pop()!, statements);
  return statements;
}

/** The keyword that stands at an offset, `""` where none does. */
function keywordAt(code: string, from: number): string {
  if (code.charCodeAt(from) === 64) return "@";
  let to = from;
  while (to - from <= LONGEST && isLetter(code.charCodeAt(to))) to++;
  if (to === from || to - from > LONGEST || isWordly(code.charCodeAt(to))) return "";
  // The table's own string, not one more for each statement.
  return KEYWORDS.get(code.slice(from, to)) ?? "";
}

const LONGEST = "continue".length;
/** Keywords are written in small letters, but for some that start no statement of ours. */
const isLetter = (c: number): boolean => c >= 97 && c <= 122;
const isWordly = (c: number): boolean => (c >= 48 && c <= 57) || (c >= 65 && c <= 90) || c === 95;

function afterAsync(code: string, from: number): number {
  let at = from + "async".length;
  while (code.charCodeAt(at) === 32 || code.charCodeAt(at) === 9) at++;
  return at;
}

/** A block ends with its last statement, which stands last in the list when the block is closed. */
function close(statement: Statement, statements: Statement[]): void {
  const last = statements.at(-1);
  if (last && last !== statement) statement.blockEnd = Math.max(statement.blockEnd, last.endLine);
}
