/** Functions and methods of a module, from statements: no syntax tree is needed for them. */
import type { Statement } from "./statements.ts";

export interface FunctionOutline {
  name: string;
  /** Line of `def`, and the last line of the body. */
  line: number;
  endLine: number;
  /** Decorators as written, without `@`; with strings. */
  decorators: readonly { text: string; line: number }[];
  /** Name of the class it is a method of. */
  className: string | undefined;
  /** It stands inside another function. */
  nested: boolean;
  async: boolean;
  /** Parameters and return annotation as code, strings blanked. */
  header: string;
  /** Body as code, strings and comments blanked. */
  body: string;
  /** Header and body together. */
  code: string;
  statement: Statement;
}

/** Functions in order, nested ones after the one that holds them. */
export function readFunctions(
  text: string,
  code: string,
  statements: readonly Statement[],
): FunctionOutline[] {
  const functions: FunctionOutline[] = [];
  let decorators: { text: string; line: number }[] = [];
  statements.forEach((statement, index) => {
    if (statement.keyword === "@") {
      decorators.push({
        text: text.slice(statement.start, statement.end).trim().slice(1).trim(),
        line: statement.line,
      });
      return;
    }
    if (statement.keyword === "def") {
      functions.push(outline(statement, decorators, code, endOffset(statements, index)));
    }
    decorators = [];
  });
  return functions;
}

function outline(
  statement: Statement,
  decorators: { text: string; line: number }[],
  code: string,
  end: number,
): FunctionOutline {
  const header = code.slice(statement.start, statement.end);
  const { parent } = statement;
  return {
    name: /\bdef\s+(\w+)/.exec(header)?.[1] ?? "",
    line: statement.line,
    endLine: statement.blockEnd,
    decorators,
    className: classOf(parent, code),
    nested: isNested(parent),
    async: statement.async,
    header,
    body: code.slice(statement.end, end),
    code: code.slice(statement.start, end),
    statement,
  };
}

function endOffset(statements: readonly Statement[], index: number): number {
  const head = statements[index]!;
  let end = head.end;
  for (let i = index + 1; i < statements.length && statements[i]!.indent > head.indent; i++)
    end = statements[i]!.end;
  return end;
}

function classOf(parent: Statement | undefined, code: string): string | undefined {
  for (let block = parent; block; block = block.parent) {
    if (block.keyword === "def") return undefined;
    if (block.keyword === "class") return /\bclass\s+(\w+)/.exec(code.slice(block.start, block.end))?.[1];
  }
  return undefined;
}

function isNested(parent: Statement | undefined): boolean {
  for (let block = parent; block; block = block.parent) if (block.keyword === "def") return true;
  return false;
}
