/** One Python module: its text, and the facts that are read from it, each built once and only when asked for. */

import { type CallSite, readCallSites } from "./call-sites.ts";
import { type Call, readCalls } from "./calls.ts";
import type { FactKeeper } from "./fact-keeper.ts";
import { type FunctionOutline, readFunctions } from "./functions.ts";
import { type Handler, readHandlers } from "./handlers.ts";
import { type Import, readAliases, readImports } from "./imports.ts";
import { type Lexed, lex } from "./lex.ts";
import type { Role } from "./roles.ts";
import type { Diagnostic } from "./ruff.ts";
import { readStatements, type Statement } from "./statements.ts";
import { lineOf, lineStarts, parsePython, type Tree } from "./tree.ts";
import { mayHold, mayHoldAny } from "./words.ts";

/** What the one pass over all modules has found in a module. */
export interface Lint {
  diagnostics: readonly Diagnostic[];
  /** Lines with a `noqa` comment: the codes named, `"all"` for a bare one. Line 0 holds file-wide comments. */
  noqa: ReadonlyMap<number, readonly string[] | "all">;
  /** Why the module was not linted. */
  skipped?: string;
}

export const NOT_LINTED_YET: Lint = { diagnostics: [], noqa: new Map() };

/** Characters of a module that does not parse, yet gets a tree: mending takes ten times as long as reading. */
const MAX_BROKEN = 100_000;

/** Facts that are small, and asked for by most rules. */
const KEPT: ReadonlySet<unknown> = new Set(["imports", "aliases", "packages"]);

interface ModuleParts {
  path: string;
  role: Role;
  name: string;
  text: string;
  lexed?: Lexed;
  lint?: Lint;
  cells?: Uint32Array;
  flat?: boolean;
  /** Bounds the facts of all modules of a project; without one all are held. */
  keeper?: FactKeeper;
}

export class PythonModule {
  readonly path: string;
  readonly role: Role;
  /** Dotted name as other modules import it. */
  readonly name: string;
  readonly text: string;
  /** Set by the pass over all modules. */
  lint: Lint;
  /** For notebooks: the cell of each line. */
  readonly #cells: Uint32Array | undefined;
  /** The notebook file holds all code in a line or so: evidence can name the cell only. */
  readonly #flat: boolean;
  readonly #facts = new Map<unknown, unknown>();
  readonly #keeper: FactKeeper | undefined;
  #found: Lexed | undefined;

  constructor(init: ModuleParts) {
    this.path = init.path;
    this.role = init.role;
    this.name = init.name;
    this.text = init.text;
    this.lint = init.lint ?? NOT_LINTED_YET;
    this.#found = init.lexed;
    this.#keeper = init.keeper;
    this.#cells = init.cells;
    this.#flat = init.flat ?? false;
  }

  #once<T>(name: unknown, build: () => T): T {
    const known = this.#facts.get(name);
    if (known !== undefined) return known as T;
    const built = build();
    this.#facts.set(name, built);
    if (!KEPT.has(name)) this.#keeper?.hold(this);
    return built;
  }

  /** What a pure function reads from the module, kept like its own facts. */
  recall<T>(read: (module: PythonModule) => T): T {
    return this.#once(read, () => read(this));
  }

  /**
   * The same module with nothing read of it yet but what is small; what was read of this one can go.
   *
   * @param keeper bounds what is read of the new one and of others
   */
  afresh(keeper: FactKeeper): PythonModule {
    const { path, role, name, text, lint } = this;
    const cells = this.#cells === undefined ? {} : { cells: this.#cells };
    const parts = { path, role, name, text, lint, lexed: this.#lexed, flat: this.#flat, keeper, ...cells };
    const module = new PythonModule(parts);
    for (const [fact, value] of this.#facts) if (KEPT.has(fact)) module.#facts.set(fact, value);
    return module;
  }

  get #lexed(): Lexed {
    this.#found ??= lex(this.text);
    return this.#found;
  }

  /** Why no parser that recurs may be given it, or `undefined`. */
  get unfit(): string | undefined {
    return this.#lexed.tooDeep ?? this.#lexed.tooLong;
  }

  /** Lines that are not blank. */
  get lineCount(): number {
    return this.#lexed.lineCount;
  }

  /** The text with the inside of strings and all comments blanked; offsets and lines stay. */
  get code(): string {
    return this.#lexed.code;
  }

  /** Whether one of these words, or a part of a longer one, may stand in the code; "no" is sure. See words.ts. */
  mentions(...words: readonly string[]): boolean {
    const { words: held } = this.#lexed;
    for (const word of words) if (mayHold(held, word)) return true;
    return false;
  }

  /** Whether one of a list of words may; for lists that stand in the code, which are looked up faster. */
  mentionsAny(words: readonly string[]): boolean {
    return mayHoldAny(this.#lexed.words, words);
  }

  /** Logical lines with their blocks. */
  get statements(): readonly Statement[] {
    return this.#once("statements", () => readStatements(this.code, this.#lexed.lines));
  }

  get imports(): readonly Import[] {
    return this.#once("imports", () => readImports(this.code, this.statements));
  }

  /** Imported name → dotted path. */
  get aliases(): ReadonlyMap<string, string> {
    return this.#once("aliases", () => readAliases(this.imports));
  }

  /** Functions and methods in order, nested ones included. */
  get functions(): readonly FunctionOutline[] {
    return this.#once("functions", () => readFunctions(this.text, this.code, this.statements));
  }

  /** Functions and methods of a name, in order. */
  functionsNamed(name: string): readonly FunctionOutline[] {
    const named = this.#once("named", () => Map.groupBy(this.functions, (one) => one.name));
    return named.get(name) ?? [];
  }

  /** The function that a `def` begins. */
  functionOf(def: Statement): FunctionOutline | undefined {
    return this.#once("outlines", () => new Map(this.functions.map((one) => [one.statement, one]))).get(def);
  }

  /** Statements that stand in a block itself, in order; of the module where none is given. */
  inside(block: Statement | undefined): readonly Statement[] {
    return this.#once("blocks", () => Map.groupBy(this.statements, ({ parent }) => parent)).get(block) ?? [];
  }

  /** Exception handlers in order. */
  get handlers(): readonly Handler[] {
    return this.#once("handlers", () => readHandlers(this.code, this.statements));
  }

  /** The syntax tree (@lezer/python). Costly: look at `text` or `code` first. Error-tolerant, never throws. */
  get tree(): Tree {
    const broken = this.syntaxError !== undefined && this.text.length > MAX_BROKEN;
    return this.#once("tree", () => parsePython(broken ? "" : this.text, this.#lexed));
  }

  /** Every call with its resolved callee and arguments, without a syntax tree. */
  get callSites(): readonly CallSite[] {
    return this.#once("callSites", () => readCallSites(this));
  }

  /** The same with nodes of the syntax tree, which it needs. */
  get calls(): readonly Call[] {
    return this.#once("calls", () => readCalls(this));
  }

  /** Whether the syntax tree has been built (benchmarks count these). */
  get parsed(): boolean {
    return this.#facts.has("tree");
  }

  /** Lets go of what is large and can be read again. */
  forget(): void {
    for (const name of this.#facts.keys()) if (!KEPT.has(name)) this.#facts.delete(name);
  }

  get notebook(): boolean {
    return this.#cells !== undefined;
  }

  /** Why the module does not parse, or `undefined`. */
  get syntaxError(): Diagnostic | undefined {
    return this.lint.diagnostics.find(({ code }) => code === "syntax");
  }

  /** Ruff's diagnostics, of codes that rules asked for, by code or prefix (`"S1"`, `"F"`, `"E722"`), noqa ones included: see `silenced`. */
  diagnostics(...codes: string[]): Diagnostic[] {
    return this.lint.diagnostics.filter(({ code }) => codes.some((asked) => matchesCode(code, asked)));
  }

  /** Whether a `noqa` comment of the project speaks to a diagnostic. */
  silenced({ code, line }: { code: string; line: number }): boolean {
    const speaks = (codes: readonly string[] | "all" | undefined) =>
      codes === "all" || codes?.some((one) => matchesCode(code, one)) === true;
    return speaks(this.lint.noqa.get(line)) || speaks(this.lint.noqa.get(0));
  }

  get #starts(): Int32Array {
    return this.#once("starts", () => lineStarts(this.text));
  }

  /** The line (from 1) in which an offset stands. */
  lineAt(offset: number): number {
    return lineOf(this.#starts, offset);
  }

  /** Text of one line, from 1. */
  lineText(line: number): string {
    return this.#line(this.text, line);
  }

  /** Code of one line, from 1: strings and comments blanked. */
  codeLine(line: number): string {
    return this.#line(this.code, line);
  }

  #line(text: string, line: number): string {
    const next = this.#starts[line];
    return line < 1 || next === undefined ? "" : text.slice(this.#starts[line - 1], next - 1);
  }

  /** Evidence at a line; in notebooks the note names the cell. */
  at(
    line: number,
    note?: string,
    endLine?: number,
  ): { path: string; startLine: number; endLine?: number; note?: string } {
    const cell = this.#cells?.[line - 1];
    const said = cell ? [`cell ${cell}`, note].filter(Boolean).join(": ") : note;
    return {
      path: this.path,
      startLine: this.#flat ? 1 : line,
      ...(endLine === undefined || endLine === line || this.#flat ? {} : { endLine }),
      ...(said === undefined || said === "" ? {} : { note: said }),
    };
  }

  /** The innermost function that holds a line. */
  functionAt(line: number): FunctionOutline | undefined {
    return this.functions[this.#innermost[line] ?? -1];
  }

  /** Of each line the innermost function, by its place among `functions`; -1 for none. */
  get #innermost(): Int32Array {
    return this.#once("innermost", () => {
      const last = this.functions.reduce((most, { endLine }) => Math.max(most, endLine), 0);
      const at = new Int32Array(last + 1).fill(-1);
      for (const [index, { line, endLine }] of this.functions.entries()) at.fill(index, line, endLine + 1);
      return at;
    });
  }

  /** The statement whose own lines hold a line, by binary search: it is asked for many. */
  statementAt(line: number): Statement | undefined {
    const { statements } = this;
    const found = statements[firstBehind(statements, line) - 1];
    return found && line <= found.endLine ? found : undefined;
  }

  /** The statements that begin behind a line, up to another. */
  statementsBetween(above: number, last: number): readonly Statement[] {
    const { statements } = this;
    const from = firstBehind(statements, above);
    return statements.slice(from, firstBehind(statements, last));
  }

  /** Whether the module imports a package or a module below it (`"google.cloud"` too). */
  importsPackage(name: string): boolean {
    return this.#packages.has(name);
  }

  /** Every dotted name that an absolute import speaks of, and all that it is below. */
  get #packages(): ReadonlySet<string> {
    return this.#once("packages", () => {
      const packages = new Set<string>();
      for (const { module, level, names } of this.imports) {
        if (level !== 0) continue;
        for (let dot = module.indexOf("."); dot !== -1; dot = module.indexOf(".", dot + 1))
          packages.add(module.slice(0, dot));
        packages.add(module);
        for (const { name } of names) packages.add(`${module}.${name}`);
      }
      return packages;
    });
  }
}

/** How many statements begin at a line or before it, by binary search. */
export function firstBehind(statements: readonly Statement[], line: number): number {
  let [low, high] = [0, statements.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (statements[middle]!.line <= line) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** `S1` matches S105, `S` does not match SIM102. */
function matchesCode(code: string, asked: string): boolean {
  if (code === asked) return true;
  return code.startsWith(asked) && /^\d*$/.test(code.slice(asked.length)) && /^[A-Z]+\d*$/.test(asked);
}
