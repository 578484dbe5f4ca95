/** The import statements of a module, and what a name in it stands for. */
import type { Statement } from "./statements.ts";

export interface Import {
  /** Dotted module, without the dots of a relative import; `""` for `from . import x`. */
  module: string;
  /** Dots of a relative import. */
  level: number;
  /** Names taken out of the module, `*` for all; empty for `import module`. */
  names: readonly { name: string; alias: string }[];
  /** The name that `import module [as alias]` binds. */
  alias: string | undefined;
  line: number;
  /**
   * Where it stands: under a `try` that handles ImportError, under `if TYPE_CHECKING`, under another condition, in a
   * function; `undefined` at the top of the module or of a class.
   */
  guard: "optional" | "type-checking" | "condition" | "function" | undefined;
}

/** Import statements in order. `code` is blanked text, `statements` are its logical lines. */
export function readImports(code: string, statements: readonly Statement[]): Import[] {
  const imports: Import[] = [];
  statements.forEach((statement, index) => {
    if (statement.keyword !== "import" && statement.keyword !== "from") return;
    const text = code.slice(statement.start, Math.min(statement.end, statement.start + 20_000));
    const guard = guardOf(statement, index, statements, code);
    imports.push(...parseImport(text, statement.line, guard));
  });
  return imports;
}

function parseImport(raw: string, line: number, guard: Import["guard"]): Import[] {
  const plainly = raw.trimStart();
  const text = /[\t\n\f\r\\()]| {2}/.test(plainly) ? plainly.replace(/[\s\\()]+/g, " ").trim() : plainly;
  const from = /^from (\.[. ]*)?(\w[\w.]*)? ?import (.+)$/.exec(text);
  if (from) {
    const names = splitNames(from[3] ?? "");
    const level = (from[1] ?? "").replace(/ /g, "").length;
    return [{ module: from[2] ?? "", level, names, alias: undefined, line, guard }];
  }
  const plain = /^import (.+)$/.exec(text);
  if (!plain) return [];
  return splitNames(plain[1] ?? "").map(({ name, alias }) => ({
    module: name,
    level: 0,
    names: [],
    alias: alias === name ? (name.split(".")[0] ?? name) : alias,
    line,
    guard,
  }));
}

/** `a, b as c; x = 1` → a, b as c. */
function splitNames(list: string): { name: string; alias: string }[] {
  const [names = ""] = list.split(";");
  return names.split(",").flatMap((part) => {
    const [name = "", as, alias] = part.trim().split(" ");
    if (!/^[A-Za-z_][\w.]*$/.test(name) && !/^(?:[\p{L}_][\p{L}\p{N}_.]*|\*)$/u.test(name)) return [];
    return [{ name, alias: as === "as" && alias ? alias : name }];
  });
}

function guardOf(
  statement: Statement,
  index: number,
  statements: readonly Statement[],
  code: string,
): Import["guard"] {
  let guard: Import["guard"];
  for (let block = statement.parent; block; block = block.parent) {
    if (block.keyword === "def") return "function";
    if (block.keyword === "if" || block.keyword === "elif" || block.keyword === "else") {
      const head = code.slice(block.start, block.end);
      if (/\bTYPE_CHECKING\b/.test(head)) return "type-checking";
      if (ASKS_WHETHER_THERE.test(head)) return "optional";
      guard ??= "condition";
    }
    if (block.keyword === "except") return "optional";
    if (block.keyword === "try" && handlesImportError(block, index, statements, code)) return "optional";
  }
  return guard;
}

/** Django's list of what is installed, and the import system asked beforehand. */
const ASKS_WHETHER_THERE = /\bin (?:settings\.)?INSTALLED_APPS\b|\bis_installed\(|\bfind_spec\(/;

const IMPORT_ERRORS = /\b(?:ImportError|ModuleNotFoundError|Exception)\b|^\s*except\s*:/;

function handlesImportError(
  block: Statement,
  from: number,
  statements: readonly Statement[],
  code: string,
): boolean {
  for (let i = from + 1; i < statements.length; i++) {
    const next = statements[i]!;
    if (next.line <= block.blockEnd || next.indent > block.indent) continue;
    if (next.keyword !== "except") return false;
    if (IMPORT_ERRORS.test(code.slice(next.start, next.end))) return true;
  }
  return false;
}

/**
 * What each imported name stands for: alias → dotted path (`np` → `numpy`, `get` → `requests.get`). Relative imports
 * keep their dots (`.models.User`).
 */
export function readAliases(imports: readonly Import[]): Map<string, string> {
  const aliases = new Map<string, string>();
  for (const { module, level, names, alias } of imports) {
    if (alias !== undefined) aliases.set(alias, alias === module.split(".")[0] ? alias : module);
    const base = ".".repeat(level) + module;
    for (const name of names) {
      if (name.name === "*") continue;
      aliases.set(name.alias, base === "" || base.endsWith(".") ? base + name.name : `${base}.${name.name}`);
    }
  }
  return aliases;
}
