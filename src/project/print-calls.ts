/** Calls of `print` and `pprint`, and Python 2's statement. */
import { type CallArgument, outermostCalls } from "./python/arguments.ts";
import type { PythonModule } from "./python/module.ts";
import { lineCounter } from "./python/tree.ts";

export interface PrintCall {
  module: PythonModule;
  line: number;
  offset: number;
  /** `print`, `pprint`. */
  method: string;
  args: readonly CallArgument[];
}

const PRINT = /(?<![\w.]|def )(?:pprint\.)?(print|pprint|pp)\(/g;
const PRINTS = /^(?:builtins\.print|pprint\.(?:pprint|pp))$/;
/** Python 2's statement. */
const PRINT_STATEMENT = /^[ \t]{0,200}(print)[ \t]{1,8}(?:>>|["'\w%])/gm;
const prints = new WeakMap<PythonModule, readonly PrintCall[]>();

/** Calls of `print` and `pprint` in a module, in order. */
export function printCallsOf(module: PythonModule): readonly PrintCall[] {
  let calls = prints.get(module);
  if (!calls) {
    calls = module.mentions("print", "pprint", "pp") ? readPrints(module, renamed(module)) : [];
    prints.set(module, calls);
  }
  return calls;
}

/** What `from pprint import pprint as show` calls them. */
const renamed = ({ aliases }: PythonModule): string[] =>
  [...aliases].flatMap(([name, path]) => (PRINTS.test(path) && !path.endsWith(`.${name}`) ? [name] : []));

function readPrints(module: PythonModule, names: readonly string[]): PrintCall[] {
  const { code } = module;
  const lineOf = lineCounter(code);
  const found: { open: number; method: string }[] = [];
  for (const match of code.matchAll(PRINT)) {
    const method = match[1] ?? "";
    if (match[0] === "pp(" && module.aliases.get("pp") !== "pprint.pp") continue;
    found.push({ open: match.index + match[0].length - 1, method });
  }
  for (const name of names.slice(0, 5))
    for (const { index } of code.matchAll(new RegExp(`(?<![\\w.]|def )${name}\\(`, "g")))
      found.push({ open: index + name.length, method: name });
  const calls = outermostCalls(module, found).map(({ open, method, args }) => ({
    module,
    line: lineOf(open - method.length),
    offset: open,
    method,
    args,
  }));
  for (const match of code.matchAll(PRINT_STATEMENT)) {
    const offset = match.index + match[0].length - 1;
    calls.push({ module, line: lineOf(offset), offset, method: "print", args: [] });
  }
  return calls.sort((a, b) => a.offset - b.offset);
}
