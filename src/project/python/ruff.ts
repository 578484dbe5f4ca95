/**
 * Ruff, held at arm's length. It runs as WebAssembly on hostile input: deep nesting overflows its stack, and memory
 * that it has grown is never given back. So input is bounded before the call, and an instance that trapped or grew
 * past a bound is thrown away.
 */
import type { RuffInstance, RuffWorkspace } from "./ruff-glue.d.ts";

export interface Diagnostic {
  /** Ruff's code, or `syntax` for text that does not parse. */
  code: string;
  message: string;
  line: number;
  column: number;
  endLine: number;
}

export interface LintOptions {
  /** Codes and prefixes to select. */
  codes: readonly string[];
  /** Dotted names whose uses are reported, under code TID251 (flake8-tidy-imports' banned API resolves aliases). */
  apis: readonly string[];
  /** `py312`. */
  targetVersion: string;
}

/** Makes instances; injected, since each platform loads WebAssembly in its own way. */
export type InstantiateRuff = () => RuffInstance;

const MEMORY_BOUND = 48 * 1024 * 1024;
const UTF16 = 1;
/** CPython itself refuses more than 200 nested brackets and 100 indentation levels. */
const MAX_BRACKETS = 200;
/** Findings of one code in one file that are kept, and all together: past them nothing more is linted. */
const MAX_OF_A_CODE = 2_000;
const MAX_FINDINGS = 300_000;
/** Files that break Ruff one after another are an attack, not a project. */
const MAX_TRAPS = 8;

export class Linter {
  readonly #instantiate: InstantiateRuff;
  readonly #options: unknown;
  #instance: RuffInstance | undefined;
  #workspace: RuffWorkspace | undefined;
  #traps = 0;
  #findings = 0;

  constructor(instantiate: InstantiateRuff, options: LintOptions) {
    this.#instantiate = instantiate;
    this.#options = ruffOptions(options);
  }

  /**
   * Diagnostics of one module, or the reason why it was not linted. Never throws. Comments that would silence
   * Ruff are made harmless first: rules decide themselves whether a `noqa` counts.
   *
   * @param code `text` with strings and comments blanked
   */
  check(text: string, code: string): Diagnostic[] | { skipped: string } {
    if (this.#traps >= MAX_TRAPS) return { skipped: "too many files before it could not be linted" };
    if (this.#findings >= MAX_FINDINGS)
      return { skipped: `past the first ${MAX_FINDINGS} findings: not linted` };
    const reason = tooDeep(code) ?? tooLong(code);
    if (reason !== undefined) return { skipped: reason };
    try {
      this.#workspace ??= this.#open();
      const found = firstOfEachCode(this.#workspace.check(text.replace(/noqa/gi, "nqoa")).map(toDiagnostic));
      this.#findings += found.length;
      if ((this.#instance?.memory.buffer.byteLength ?? 0) > MEMORY_BOUND) this.close();
      return found;
    } catch {
      this.#traps++;
      this.#workspace = undefined;
      this.#instance = undefined;
      return { skipped: "Ruff could not parse it: the code is nested too deeply" };
    }
  }

  /** Lets the instance go, with its memory. */
  close(): void {
    this.#workspace?.free();
    this.#workspace = undefined;
    this.#instance = undefined;
  }

  #open(): RuffWorkspace {
    this.#instance = this.#instantiate();
    return new this.#instance.Workspace(this.#options, UTF16);
  }
}

function ruffOptions({ codes, apis, targetVersion }: LintOptions): unknown {
  return {
    "target-version": targetVersion,
    // What notebooks and gettext put into the built-in names.
    builtins: ["_", "display", "get_ipython", "reveal_type", "WindowsError"],
    lint: {
      select: apis.length > 0 ? [...codes, "TID251"] : codes,
      preview: false,
      mccabe: { "max-complexity": 10 },
      pylint: { "max-statements": 50 },
      "flake8-tidy-imports": { "banned-api": Object.fromEntries(apis.map((api) => [api, { msg: "asked" }])) },
    },
  };
}

function firstOfEachCode(found: Diagnostic[]): Diagnostic[] {
  if (found.length <= MAX_OF_A_CODE) return found;
  const counts = new Map<string, number>();
  return found.filter(({ code }) => {
    const count = (counts.get(code) ?? 0) + 1;
    counts.set(code, count);
    return count <= MAX_OF_A_CODE;
  });
}

function toDiagnostic(found: ReturnType<RuffWorkspace["check"]>[number]): Diagnostic {
  return {
    code: found.code === null || found.code === "invalid-syntax" ? "syntax" : found.code,
    message: found.message,
    line: found.start_location.row,
    column: found.start_location.column,
    endLine: found.end_location.row,
  };
}

const BRACKETS = /[()[\]{}]/g;

/** Why code (strings and comments blanked) is nested too deeply for a recursive parser, or `undefined`. Linear. */
export function tooDeep(code: string): string | undefined {
  let depth = 0;
  BRACKETS.lastIndex = 0;
  for (let found = BRACKETS.exec(code); found; found = BRACKETS.exec(code)) {
    const mark = found[0];
    if (mark === "(" || mark === "[" || mark === "{") depth++;
    else if (depth > 0) depth--;
    if (depth > MAX_BRACKETS) return "its brackets are nested too deeply";
  }
  if (/^[ \t]{1000}/m.test(code)) return "it is indented too deeply";
  return undefined;
}

const LONG_IMPORT = /^[ \t]{0,200}(?:from|import)\b(?:[^\n(]{0,300}\([^()]{8000}|(?:[^\n\\;]|\\\n){8000})/m;
const QUOTES = /[A-Za-z]{0,2}["']+[\s\\]*/g;
/** Quotes one after another with nothing but blanks between them: two a string. */
const MAX_QUOTES = 10_000;

/** Why Ruff would take squared time for code (strings and comments blanked), or `undefined`. Linear. */
export function tooLong(code: string): string | undefined {
  if (LONG_IMPORT.test(code)) return "it imports too many names at once: not linted";
  let [count, end] = [0, 0];
  for (const { index, 0: quotes } of code.matchAll(QUOTES)) {
    count = index === end ? count + 1 : 1;
    end = index + quotes.length;
    if (count > MAX_QUOTES) return "it joins too many strings: not linted";
  }
  return undefined;
}
