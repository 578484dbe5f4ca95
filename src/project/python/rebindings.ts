/** Names that one scope binds again and again: what Ruff keeps of them grows with their square, in time and memory. */
import type { PythonModule } from "./module.ts";
import type { Statement } from "./statements.ts";

/** The sum of squares that costs Ruff about a second; code that people write comes to a hundredth of it. */
const MAX_SQUARES = 16_000_000;
/** What all modules together may come to. Counting costs time, so it begins where the most that they could is past it. */
const [MOST_COUNTED, MOST_UNCOUNTED] = [4 * MAX_SQUARES, 16 * MAX_SQUARES];

/** Of the modules of one scan, in turn. */
export class Rebindings {
  #counted = 0;
  #uncounted = 0;

  /** Whether Ruff would take too long over the module, or over what there is of the kind in all. */
  areTooMany(module: PythonModule): boolean {
    const most = placesIn(module.code) ** 2;
    if (most < MAX_SQUARES) {
      this.#uncounted += most;
      if (this.#uncounted <= MOST_UNCOUNTED) return false;
    }
    const squares = squaresOf(module);
    this.#counted += squares;
    return squares > MAX_SQUARES || this.#counted > MOST_COUNTED;
  }
}

/** Where a name may be bound: at most one a line, a `;`, a `:=` or an `as`. */
function placesIn(code: string): number {
  let places = 0;
  for (const sign of ["\n", ";", ":=", " as "])
    for (let at = code.indexOf(sign); at !== -1; at = code.indexOf(sign, at + sign.length)) places++;
  return places;
}

/** Each name's number of bindings in a scope, squared, in all; no further than what is too much. */
function squaresOf(module: PythonModule): number {
  const { code } = module;
  const scopes = new Map<Statement | undefined, Map<string, number>>();
  let squares = 0;
  for (const statement of module.statements) {
    const scope = scopeOf(statement);
    const counts = scopes.get(scope) ?? new Map<string, number>();
    scopes.set(scope, counts);
    for (const name of boundBy(statement, code.slice(statement.start, statement.end))) {
      const count = (counts.get(name) ?? 0) + 1;
      counts.set(name, count);
      // The next square.
      squares += 2 * count - 1;
    }
    if (squares > MAX_SQUARES) break;
  }
  return squares;
}

function scopeOf({ parent }: Statement): Statement | undefined {
  let block = parent;
  while (block && block.keyword !== "def" && block.keyword !== "class") block = block.parent;
  return block;
}

const SIMPLE = new Set(["", "return", "raise", "assert", "yield", "await", "del", "print", "import", "from"]);
const BINDS = /=|\b(?:def|class|for|as|import)\b/;
/** `import a.b` binds `a`, and each such binding is asked about its `b`. */
const SUBMODULE = /(?<![\w.])[A-Za-z_]\w*(?:\.\w+)+/g;
/** A name that is no attribute, and none that is called or asked for an item. */
const NAME = /(?<![\w.])[A-Za-z_]\w*(?!\s*[.\w([])/g;
const TARGETS = /^([^=]*?)(?:[-+*/%&|^@]|\/\/|\*\*|<<|>>)?=(?!=)/;

/** Names that a statement binds, those of a block on its own line among them. */
function boundBy({ keyword }: Statement, text: string): string[] {
  if (keyword !== "case" && !BINDS.test(text)) return [];
  const found = [...text.matchAll(/\b(\w{1,80})\s{0,9}:=|\b(?:def|class)\s{1,9}(\w{1,80})/g)].map(
    ([, walrus, defined = ""]) => walrus ?? defined,
  );
  const parts = [
    ...(text.includes("=") ? text.split(SIMPLE.has(keyword) ? ";" : /[;:]/).map(targetsIn) : []),
    ...[...text.matchAll(/\bfor\b((?:(?!\bin\b)[^\n:])*)|\bas\s+([^:;,\n]*)|\bimport\b([^;]*)/g)].map(
      ([, looped, named, imported = ""]) => looped ?? named ?? imported,
    ),
    ...(keyword === "case" ? [text] : []),
  ];
  const submodules = keyword === "import" ? (text.match(SUBMODULE) ?? []) : [];
  return [...found, ...submodules, ...parts.flatMap((part) => part.match(NAME) ?? [])];
}

/** What stands before the sign of an assignment, without items, calls and annotations. */
function targetsIn(part: string): string {
  const targets = (TARGETS.exec(part)?.[1] ?? "").replace(
    /(?<=[\w)\]])\s{0,9}[[(][^[\](){}]{0,200}[\])]/g,
    ".",
  );
  return targets.replace(/\b[\w.]{1,200}\([^()]*$/, "").split(":", 1)[0] ?? "";
}
