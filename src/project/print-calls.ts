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

const PRINT = /(?<![\w.]|def )(print|pprint|pp)\(/g;
/** Python 2's statement. */
const PRINT_STATEMENT = /^[ \t]{0,200}(print)[ \t]{1,8}(?:>>|["'\w%])/gm;
const prints = new WeakMap<PythonModule, readonly PrintCall[]>();

/** Calls of `print` and `pprint` in a module, in order. */
export function printCallsOf(module: PythonModule): readonly PrintCall[] {
  let calls = prints.get(module);
  if (!calls) {
    calls = module.mentions("print", "pprint", "pp") ? readPrints(module) : [];
    prints.set(module, calls);
  }
  return calls;
}

function readPrints(module: PythonModule): PrintCall[] {
  const { code } = module;
  const lineOf = lineCounter(code);
  const found: { open: number; method: string }[] = [];
  for (const match of code.matchAll(PRINT)) {
    const method = match[1] ?? "";
    if (method === "pp" && module.aliases.get("pp") !== "pprint.pp") continue;
    found.push({ open: match.index + method.length, method });
  }
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
