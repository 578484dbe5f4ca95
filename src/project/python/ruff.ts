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
  /** Codes and prefixes asked of the project's own code. */
  codes: readonly string[];
  /** Those asked of all other modules, too. */
  everywhere: readonly string[];
  /** Dotted names whose uses are reported, under code TID251 (flake8-tidy-imports' banned API resolves aliases). */
  apis: readonly string[];
  /** `py312`. */
  targetVersion: string;
}

/** Makes instances; injected, since each platform loads WebAssembly in its own way. */
export type InstantiateRuff = () => RuffInstance;

/** Memory past which an instance is thrown away; the most that it can have is in scripts/bounded-ruff.ts. */
const MEMORY_BOUND = 32 * 1024 * 1024;
const UTF16 = 1;
/** Findings of one code in one file that are kept; findings of all files, past which nothing more is linted. */
const MAX_OF_A_CODE = 2_000;
const MAX_FINDINGS = 300_000;
/** Files that break Ruff one after another are an attack, not a project. */
const MAX_TRAPS = 8;

export class Linter {
  readonly #instantiate: InstantiateRuff;
  readonly #options: LintOptions;
  #instance: RuffInstance | undefined;
  /** One for the project's own code, one for the rest: fewer codes cost less. */
  readonly #workspaces = new Map<boolean, RuffWorkspace>();
  #traps = 0;
  #findings = 0;

  constructor(instantiate: InstantiateRuff, options: LintOptions) {
    this.#instantiate = instantiate;
    this.#options = options;
  }

  /**
   * Diagnostics of one module, or the reason why it was not linted. Never throws. Comments that would silence
   * Ruff are made harmless first: rules decide themselves whether a `noqa` counts. Text that is too deep or
   * too long for it (see lex.ts) must not come here.
   *
   * @param own whether it is the project's own code
   */
  check(text: string, own: boolean): Diagnostic[] | { skipped: string } {
    if (this.#traps >= MAX_TRAPS) return { skipped: "too many files before it could not be linted" };
    if (this.#findings >= MAX_FINDINGS)
      return { skipped: `past the first ${MAX_FINDINGS} findings: not linted` };
    try {
      const found = this.#workspaceFor(own).check(text.replace(/noqa/gi, "nqoa"));
      this.#findings += found.length;
      if ((this.#instance?.memory.buffer.byteLength ?? 0) > MEMORY_BOUND) this.close();
      return firstOfEachCode(found.map(toDiagnostic));
    } catch {
      this.#traps++;
      this.#workspaces.clear();
      this.#instance = undefined;
      return { skipped: "Ruff could not check it: it is nested too deeply, or has far too many faults" };
    }
  }

  /** Lets the instance go, with its memory. */
  close(): void {
    for (const workspace of this.#workspaces.values()) workspace.free();
    this.#workspaces.clear();
    this.#instance = undefined;
  }

  #workspaceFor(own: boolean): RuffWorkspace {
    let workspace = this.#workspaces.get(own);
    if (workspace === undefined) {
      this.#instance ??= this.#instantiate();
      workspace = new this.#instance.Workspace(ruffOptions(this.#options, own), UTF16);
      this.#workspaces.set(own, workspace);
    }
    return workspace;
  }
}

function ruffOptions({ codes, everywhere, apis, targetVersion }: LintOptions, own: boolean): unknown {
  const selected = own ? [...everywhere, ...codes] : everywhere;
  return {
    "target-version": targetVersion,
    // What notebooks and gettext put into the built-in names.
    builtins: ["_", "display", "get_ipython", "reveal_type", "WindowsError"],
    lint: {
      select: apis.length > 0 ? [...selected, "TID251"] : selected,
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
