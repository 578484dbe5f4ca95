/** Names that one scope binds again and again: what Ruff keeps of them grows with their square, in time and memory. */
import type { PythonModule } from "./module.ts";
import type { Statement } from "./statements.ts";

/** The sum of squares that costs Ruff about a second; code that people write comes to a hundredth of it. */
const MAX_SQUARES = 16_000_000;
/** Shorter modules have no room for so many, nor those with fewer places for them. */
const [MIN_LENGTH, MIN_PLACES] = [36_000, 4_000];

export function bindsTooOften(module: PythonModule): boolean {
  const { code } = module;
  if (code.length < MIN_LENGTH || (code.match(/[;\n]|:=|\bas\b/g)?.length ?? 0) < MIN_PLACES) return false;
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
    if (squares > MAX_SQUARES) return true;
  }
  return false;
}

function scopeOf({ parent }: Statement): Statement | undefined {
  let block = parent;
  while (block && block.keyword !== "def" && block.keyword !== "class") block = block.parent;
  return block;
}

const SIMPLE = new Set(["", "return", "raise", "assert", "yield", "await", "del", "print", "import", "from"]);
/** A name that is no attribute, and none that is called or asked for an item. */
const NAME = /(?<![\w.])[A-Za-z_]\w*(?!\s*[.\w([])/g;
const TARGETS = /^([^=]*?)(?:[-+*/%&|^@]|\/\/|\*\*|<<|>>)?=(?!=)/;

/** Names that a statement binds, those of a block on its own line among them. */
function boundBy({ keyword }: Statement, text: string): string[] {
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
  return [...found, ...parts.flatMap((part) => part.match(NAME) ?? [])];
}

/** What stands before the sign of an assignment, without items, calls and annotations. */
function targetsIn(part: string): string {
  const targets = (TARGETS.exec(part)?.[1] ?? "").replace(
    /(?<=[\w)\]])\s{0,9}[[(][^[\](){}]{0,200}[\])]/g,
    ".",
  );
  return targets.replace(/\b[\w.]{1,200}\([^()]*$/, "").split(":", 1)[0] ?? "";
}
