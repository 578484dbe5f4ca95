/** Exception handlers, from statements: no syntax tree is needed for them. */
import type { Statement } from "./statements.ts";

export interface Handler {
  line: number;
  endLine: number;
  /** Exception types as written; empty for a bare `except:`. */
  types: readonly string[];
  /** The name after `as`. */
  name: string | undefined;
  /** Statements of its body, nested ones included; none where the body stands on the line of `except`. */
  body: readonly Statement[];
  /** Body as code, strings and comments blanked. */
  code: string;
  /** Offsets of the body in the module's text. */
  start: number;
  end: number;
  /** The statements that the `try` guards. */
  tried: readonly Statement[];
}

/**
 * Runs of white space are single spaces here. A comma before a lower-case name is Python 2's `as`; before a class it
 * stands between types (PEP 758).
 */
const EXCEPT = /^ ?except ?\*? ?([^:]*?)(?: as (\w+)| ?, ?([a-z_]\w*))? ?:/;

/** Handlers in order. */
export function readHandlers(code: string, statements: readonly Statement[]): Handler[] {
  const handlers: Handler[] = [];
  const lastTry = new Map<Statement | undefined, number>();
  statements.forEach((statement, index) => {
    if (statement.keyword === "try") lastTry.set(statement.parent, index);
    if (statement.keyword !== "except") return;
    const head = code.slice(statement.start, Math.min(statement.end, statement.start + 2_000));
    const parsed = EXCEPT.exec(head.replace(/\s+/g, " "));
    const body = blockOf(statements, index);
    // No exception type holds a colon, so the first one opens the body.
    const start = body[0]?.start ?? statement.start + head.indexOf(":") + 1;
    const end = body.at(-1)?.end ?? statement.end;
    handlers.push({
      line: statement.line,
      endLine: statement.blockEnd,
      types: splitTypes(parsed?.[1] ?? ""),
      name: parsed?.[2] ?? parsed?.[3],
      body,
      code: code.slice(start, end),
      start,
      end,
      tried: blockOf(statements, lastTry.get(statement.parent) ?? -1),
    });
  });
  return handlers;
}

/** The statements inside the block that the statement at `index` opens. */
export function blockOf(statements: readonly Statement[], index: number): Statement[] {
  const head = statements[index];
  const body: Statement[] = [];
  if (!head) return body;
  for (let i = index + 1; i < statements.length && statements[i]!.indent > head.indent; i++)
    body.push(statements[i]!);
  return body;
}

function splitTypes(text: string): string[] {
  return text
    .replace(/[()\s]/g, " ")
    .split(/[ ,]+/)
    .filter((part) => part !== "");
}
