/** What is read of all Python files: role, text, and in one pass of Ruff its diagnostics, API uses, noqa comments. */
import { baseName, type Files } from "../files.ts";
import type { Skip } from "../project.ts";
import { lex } from "./lex.ts";
import { type Lint, NOT_LINTED_YET, PythonModule } from "./module.ts";
import { readNotebook } from "./notebook.ts";
import { Rebindings } from "./rebindings.ts";
import { chooseSource, type Role, roleOf } from "./roles.ts";
import { type InstantiateRuff, Linter, type LintOptions } from "./ruff.ts";

/** Bytes of Python: of one file that is read, and of all that Ruff is asked about. */
export interface LintLimits {
  file: number;
  total: number;
}

export const DEFAULT_LINT_LIMITS: LintLimits = { file: 1024 * 1024, total: 64 * 1024 * 1024 };

/** Lines of Python in all: each costs its facts, about 150 bytes, of the 128 MB of an isolate. */
const LINES_BOUND = 1_000_000;

/** Python files between two reports of progress: about a quarter of a second. */
const FILES_A_STEP = 100;

const NOT_LINTED: ReadonlySet<Role> = new Set<Role>(["vendored"]);

/** Whether a file holds Python: by name, or by its first line. */
export const isPython = (path: string): boolean => /\.(?:py|pyw|ipynb)$/i.test(path);

export class ModuleReader {
  readonly modules: PythonModule[] = [];
  readonly skipped: Skip[] = [];
  readonly #linter: Linter;
  readonly #limits: LintLimits;
  readonly #root: string;
  #linted = 0;
  readonly #rebindings = new Rebindings();
  #lines = 0;

  constructor(instantiate: InstantiateRuff, options: LintOptions, limits: LintLimits, root: string) {
    this.#linter = new Linter(instantiate, options);
    this.#limits = limits;
    this.#root = root;
  }

  /** Reads one file and adds its module. */
  read(files: Files, path: string): void {
    const raw = files.text(path);
    if (raw === undefined) return;
    const notebook = path.toLowerCase().endsWith(".ipynb") ? readNotebook(raw) : undefined;
    if (notebook?.broken !== undefined) this.skipped.push({ path, reason: notebook.broken });
    const text = notebook?.text ?? raw;
    const left = this.#leftOut(text);
    if (left !== undefined) {
      this.skipped.push({ path, reason: left });
      return;
    }
    const role = roleOf(this.#inside(path), text);
    const lexed = lex(text);
    this.#lines += lexed.lineTotal;
    this.modules.push(
      new PythonModule({
        path,
        role,
        name: moduleName(this.#inside(path)),
        text,
        lexed,
        ...(notebook ? { cells: notebook.cells, flat: notebook.flat ?? false } : {}),
      }),
    );
  }

  /** Lints all modules that were read, and says now and then which share of them is done. */
  *lint(): Generator<number> {
    const own = new Set(chooseSource(this.modules));
    for (const [index, module] of this.modules.entries()) {
      if (index % FILES_A_STEP === 0) yield index / this.modules.length;
      module.lint = this.#lint(module, own.has(module));
    }
  }

  /** Lets Ruff's instance go. */
  close(): void {
    this.#linter.close();
  }

  #inside(path: string): string {
    return this.#root === "" ? path : path.slice(this.#root.length + 1);
  }

  #lint(module: PythonModule, own: boolean): Lint {
    const { path, role, text, lineCount, unfit } = module;
    if (NOT_LINTED.has(role) || lineCount === 0) return NOT_LINTED_YET;
    const often = this.#rebindings.areTooMany(module) ? "it binds a name too often: not linted" : undefined;
    const reason = this.#overTotal(text.length) ?? unfit ?? often;
    const result = reason === undefined ? this.#linter.check(text, own) : { skipped: reason };
    if ("skipped" in result) {
      this.skipped.push({ path, reason: result.skipped });
      return { ...NOT_LINTED_YET, skipped: result.skipped };
    }
    return { diagnostics: result, noqa: readNoqa(text) };
  }

  /** Why a file is no module: what is so long is data, and each of its lines would be asked about again and again. */
  #leftOut(text: string): string | undefined {
    if (text.length > this.#limits.file) return `larger than ${this.#limits.file} bytes of Python`;
    return this.#lines > LINES_BOUND ? `past the first ${LINES_BOUND} lines of Python` : undefined;
  }

  #overTotal(size: number): string | undefined {
    this.#linted += size;
    return this.#linted > this.#limits.total
      ? `past the first ${this.#limits.total} bytes of Python: not linted`
      : undefined;
  }
}

const NOQA =
  /#[^\n#]{0,200}?\bnoqa\b(?:\s{0,4}:\s{0,4}([A-Z][A-Z0-9]{0,10}(?:[,\s]{1,4}[A-Z][A-Z0-9]{0,10}){0,40}))?/gi;

/** `noqa` comments of Ruff and Flake8 by line; `# ruff: noqa` and `# flake8: noqa` speak for the file, line 0. */
export function readNoqa(text: string): Map<number, readonly string[] | "all"> {
  const found = new Map<number, readonly string[] | "all">();
  let [line, counted, end] = [1, 0, 0];
  for (const { index } of text.matchAll(/noqa/gi)) {
    if (index < end) continue;
    for (let at = text.indexOf("\n", counted); at !== -1 && at < index; at = text.indexOf("\n", at + 1)) {
      line++;
      counted = at + 1;
    }
    const next = text.indexOf("\n", index);
    end = next === -1 ? text.length : next;
    for (const match of text.slice(counted, Math.min(end, counted + 4_000)).matchAll(NOQA)) {
      const codes = match[1]?.split(/[,\s]+/).map((code) => code.toUpperCase());
      const wide = /^#\s*(?:ruff|flake8)\s*:\s*noqa/i.test(match[0]);
      found.set(wide ? 0 : line, codes ?? "all");
    }
  }
  return found;
}

/** `src/app/models.py` → `app.models`, `lib/python/x/__init__.py` → `lib.python.x`. */
export function moduleName(path: string): string {
  const parts = path.replace(/\.(?:py|pyw|ipynb)$/i, "").split("/");
  if (parts[0] === "src" && parts.length > 1) parts.shift();
  if (baseName(path) === "__init__.py") parts.pop();
  return parts.join(".");
}
