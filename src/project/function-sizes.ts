/** How large the functions of a project are, by Ruff's C901 and PLR0915; long module bodies count as functions. */
import type { Project } from "./project.ts";
import type { PythonModule } from "./python/module.ts";
import type { Statement } from "./python/statements.ts";
import { isMisread } from "./syntax-errors.ts";

/** Paths through a function, and statements in it, from which on it is large: McCabe's bound, Pylint's bound. */
export const MAX_COMPLEXITY = 10;
export const MAX_STATEMENTS = 50;
/** A module body under it only defines things. */
const MIN_BODY = 11;

export const SIZE_CODES = ["C901", "PLR0915"] as const;

export interface LargeFunction {
  module: PythonModule;
  line: number;
  endLine: number;
  /** Name of the function, or `undefined` for a module's body. */
  name: string | undefined;
  /** Linearly independent paths, where there are too many. */
  complexity: number | undefined;
  /** Statements, where there are too many. */
  statements: number | undefined;
}

export interface FunctionSizes {
  /** Functions, methods and module bodies that do something. */
  total: number;
  /** The largest first. */
  large: readonly LargeFunction[];
}

const cache = new WeakMap<Project, FunctionSizes>();

export function functionSizes(project: Project): FunctionSizes {
  const known = cache.get(project);
  if (known) return known;
  const large: LargeFunction[] = [];
  let total = 0;
  for (const module of project.source) {
    if (module.lint.skipped !== undefined || isMisread(module)) continue;
    total += module.functions.length;
    large.push(...findLarge(module));
    const body = module.notebook ? [] : bodyOf(module);
    if (body.length >= MIN_BODY) total++;
    if (body.length > MAX_STATEMENTS) {
      const [line, endLine] = [body[0]?.line ?? 1, body.at(-1)?.endLine ?? 1];
      large.push({
        ...{ module, line, endLine, name: undefined, complexity: undefined },
        statements: body.length,
      });
    }
  }
  const sizes = { total, large: large.sort((a, b) => excess(b) - excess(a)) };
  cache.set(project, sizes);
  return sizes;
}

const excess = ({ complexity = 0, statements = 0 }: LargeFunction): number =>
  Math.max(complexity / MAX_COMPLEXITY, statements / MAX_STATEMENTS);

/** Ruff names the line of `def`, and the figures in its message: `f` is too complex (12 > 10). */
function findLarge(module: PythonModule): LargeFunction[] {
  const byLine = new Map<number, LargeFunction>();
  for (const { code, line, message } of module.diagnostics(...SIZE_CODES)) {
    const figure = Number(/\((\d{1,6}) > /.exec(message)?.[1] ?? 0);
    const outline = module.functionAt(line);
    const found = byLine.get(line) ?? {
      ...{ module, line, endLine: outline?.endLine ?? line, name: outline?.name ?? "" },
      ...{ complexity: undefined, statements: undefined },
    };
    byLine.set(line, { ...found, [code === "C901" ? "complexity" : "statements"]: figure });
  }
  return [...byLine.values()];
}

/** Statements outside functions and classes that do something: no imports, definitions, constants, docstrings. */
function bodyOf({ statements, code }: PythonModule): Statement[] {
  const body: Statement[] = [];
  let lastCall = "";
  for (const statement of statements) {
    if (DEFINES.has(statement.keyword) || isInside(statement)) continue;
    const text = code.slice(statement.start, Math.min(statement.end, statement.start + 400)).trim();
    if (/^[rRuUbBfF]{0,2}["']/.test(text) || isConstant(statement, text)) continue;
    // A list of registrations (routes, resources, arguments) is one thing, however long.
    const call = /^([\w.]{1,120})\(/.exec(text)?.[1] ?? "";
    if (call !== "" && call === lastCall) continue;
    lastCall = call;
    body.push(statement);
  }
  return body;
}

const DEFINES = new Set(["import", "from", "def", "class", "@"]);

function isInside(statement: Statement): boolean {
  for (let block = statement.parent; block; block = block.parent) {
    if (block.keyword === "def" || block.keyword === "class") return true;
  }
  return false;
}

/** `NAME = anything` and `name = literal` at the top. */
function isConstant({ parent }: Statement, text: string): boolean {
  if (parent !== undefined) return false;
  const target = /^([A-Za-z_][\w.]{0,120})\s?(?::[^=]{1,200})?=(?!=)/.exec(text)?.[1];
  if (target === undefined) return false;
  return !/[a-z]/.test(target) || !text.includes("(");
}
