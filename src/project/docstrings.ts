/** What can have a docstring (PEP 257), what of it is public (PEP 8), and the docstrings that there are. */
import { isPrivatePath, readAll, readOffered } from "./exports.ts";
import type { Project } from "./project.ts";
import type { FunctionOutline } from "./python/functions.ts";
import type { PythonModule } from "./python/module.ts";
import type { Statement } from "./python/statements.ts";

export interface Docstring {
  /** Content without quotes; indentation as written. */
  text: string;
  line: number;
  endLine: number;
}

export interface Documentable {
  kind: "module" | "class" | "function";
  module: PythonModule;
  /** `""` for a module. */
  name: string;
  /** Name of the class that it stands in. */
  className: string | undefined;
  line: number;
  /** For functions: parameters and result as code. */
  header: string;
  /** Part of what others use, and documented by convention. */
  public: boolean;
  docstring: Docstring | undefined;
}

const cache = new WeakMap<Project, readonly Documentable[]>();

/** Modules, classes and functions of the project's own code; what stands inside a function is left out. */
export function readDocumentables(project: Project): readonly Documentable[] {
  const known = cache.get(project);
  if (known) return known;
  const offered = readOffered(project);
  const found = project.source.flatMap((module) => new ModuleReader(module, offered.get(module)).read());
  cache.set(project, found);
  return found;
}

/** Inner classes that configure the outer one: their name is their documentation. */
const CONFIGURES = new Set(["Meta", "Config", "Params", "Media", "Arguments"]);

const PRIVATE_NOTE =
  /\b(?:private|internal)\b[^.]{0,60}\b(?:module|api|use|implementation|helpers?)\b|\bnot (?:a )?(?:part of the )?public\b|\b(?:private|internal) (?:to|use)\b/i;

const OPENS = /\s{0,400}[rRuU]{0,2}["']/y;
const QUOTES = ['"""', "'''", '"', "'"];

class ModuleReader {
  readonly #module: PythonModule;
  /** Names that public modules take out of it, where it is private. */
  readonly #offered: ReadonlySet<string> | undefined;
  readonly #outlines: ReadonlyMap<Statement, FunctionOutline>;

  constructor(module: PythonModule, offered: ReadonlySet<string> | undefined) {
    this.#module = module;
    this.#offered = offered;
    this.#outlines = new Map(module.functions.map((outline) => [outline.statement, outline]));
  }

  read(): Documentable[] {
    const module = this.#module;
    const { statements } = module;
    const [first] = statements;
    if (first === undefined) return [];
    const docstring = first.parent === undefined ? this.#docstringAt(first) : undefined;
    const isPublic = !isPrivatePath(module.path) && !PRIVATE_NOTE.test(docstring?.text.slice(0, 1_000) ?? "");
    const exported = readAll(module);
    const own: Documentable = {
      ...{ kind: "module", module, name: "", className: undefined, line: 1, header: "", docstring },
      // The text cells of a notebook document it.
      public: isPublic && !module.notebook,
    };
    const found = [own];
    const publicClasses = new Map<Statement, boolean>();
    for (const [i, statement] of statements.entries()) {
      if (statement.keyword !== "class" && statement.keyword !== "def") continue;
      const owner = ownerOf(statement);
      if (owner === "function") continue;
      const name = nameOf(module, statement);
      const isNamedPublic =
        owner === undefined
          ? (isPublic || this.#isOffered(name)) && (exported?.has(name) ?? !name.startsWith("_"))
          : publicClasses.get(owner) === true && !name.startsWith("_");
      if (statement.keyword === "class") publicClasses.set(statement, isNamedPublic);
      const outline = this.#outlines.get(statement);
      found.push({
        kind: statement.keyword === "class" ? "class" : "function",
        ...{ module, name, line: statement.line },
        className: owner === undefined ? undefined : nameOf(module, owner),
        header: outline?.header ?? "",
        public: isNamedPublic && !this.#isExempt(statement, name, owner, outline),
        docstring: this.#docstringOf(statement, statements[i + 1]),
      });
    }
    return found;
  }

  #isOffered(name: string): boolean {
    return this.#offered?.has(name) === true || this.#offered?.has("*") === true;
  }

  /** Overloads, setters, overriding methods and stubs of protocols: another definition has the docstring. */
  #isExempt(
    statement: Statement,
    name: string,
    owner: Statement | undefined,
    outline: FunctionOutline | undefined,
  ): boolean {
    if (statement.keyword === "class") return owner !== undefined && CONFIGURES.has(name);
    if (owner !== undefined && /\bProtocol\b/.test(this.#textOf(owner))) return true;
    return (
      outline?.decorators.some(({ text }) =>
        /^(?:[\w.]{1,60}\.)?(?:overload|override|overrides|setter|deleter)\b/.test(text),
      ) ?? false
    );
  }

  #textOf({ start, end }: Statement): string {
    return this.#module.code.slice(start, Math.min(end, start + 2_000));
  }

  #docstringOf(statement: Statement, next: Statement | undefined): Docstring | undefined {
    if (next?.parent === statement) return this.#docstringAt(next);
    // `class Missing(Exception): "…"` in one line.
    const { code } = this.#module;
    const from = Math.max(statement.start, statement.end - 4_000);
    const inline = /:[ \t]{0,9}([rRuU]{0,2}("{1,3}|'{1,3})\s*\2)\s*$/.exec(code.slice(from, statement.end));
    if (!inline) return undefined;
    const start = from + inline.index + inline[0].indexOf(inline[1] ?? "");
    return { text: this.#textBetween(start, statement.end), ...linesOf(statement) };
  }

  #docstringAt(statement: Statement): Docstring | undefined {
    const { code } = this.#module;
    OPENS.lastIndex = statement.start;
    if (!OPENS.test(code)) return undefined;
    // A string that something is done with (`"a".join(…)`) is no docstring.
    let last = statement.end - 1;
    while (last > statement.start && /[\s;]/.test(code.charAt(last))) last--;
    if (code.charAt(last) !== '"' && code.charAt(last) !== "'") return undefined;
    return { text: this.#textBetween(statement.start, statement.end), ...linesOf(statement) };
  }

  #textBetween(start: number, end: number): string {
    const text = this.#module.text.slice(start, Math.min(end, start + 20_000)).trim();
    const from = /^[rRuU]{0,2}(?:"""|'''|"|')/.exec(text)?.[0].length ?? 0;
    const close = QUOTES.find((quote) => text.endsWith(quote))?.length ?? 0;
    return text.slice(from, Math.max(from, text.length - close));
  }
}

const linesOf = ({ line, endLine }: Statement): { line: number; endLine: number } => ({ line, endLine });

/** The class that a statement stands in; `"function"` where it is nested in one. */
function ownerOf(statement: Statement): Statement | "function" | undefined {
  let owner: Statement | undefined;
  for (let block = statement.parent; block; block = block.parent) {
    if (block.keyword === "def") return "function";
    if (block.keyword === "class") owner ??= block;
  }
  return owner;
}

const nameOf = ({ code }: PythonModule, { start }: Statement): string =>
  /\b(?:def|class)\s{1,20}([\p{L}\p{N}_]{1,200})/u.exec(code.slice(start, start + 400))?.[1] ?? "";
