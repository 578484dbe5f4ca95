/** Arguments of calls, from blanked code: no syntax tree is needed for them. */
import type { PythonModule } from "./module.ts";

export interface CallArgument {
  /** Keyword, `undefined` for a positional argument. */
  name: string | undefined;
  /** As written, without the keyword. */
  text: string;
  /** The same with strings and comments blanked. */
  code: string;
}

/** Calls with their arguments; those inside the arguments of another are left out, which keeps it linear. */
export function outermostCalls<Found extends { open: number }>(
  module: PythonModule,
  found: Found[],
): (Found & { args: CallArgument[]; end: number })[] {
  let end = 0;
  return found
    .sort((a, b) => a.open - b.open)
    .flatMap((one) => {
      if (one.open < end) return [];
      const read = readArguments(module, one.open);
      end = read.end;
      return [{ ...one, ...read }];
    });
}

/** The arguments between the bracket that opens at `open` and its end, the first characters of them. */
export function readArguments(
  { text, code }: PythonModule,
  open: number,
  most = 20_000,
): { args: CallArgument[]; end: number } {
  const args: CallArgument[] = [];
  const stop = Math.min(code.length, open + most);
  let depth = 0;
  let start = open + 1;
  let at = open;
  const push = (end: number): void => {
    const part = code.slice(start, end);
    if (part.trim() === "" && text.slice(start, end).trim() === "") return;
    const keyword = /^\s{0,400}([A-Za-z_]\w{0,80})\s{0,4}=(?!=)/.exec(part);
    const from = start + (keyword?.[0].length ?? 0);
    args.push({ name: keyword?.[1], text: text.slice(from, end).trim(), code: code.slice(from, end).trim() });
  };
  for (; at < stop; at++) {
    const c = code.charCodeAt(at);
    if (c === 40 || c === 91 || c === 123) depth++;
    else if (c === 41 || c === 93 || c === 125) {
      depth--;
      if (depth === 0) break;
    } else if (c === 44 && depth === 1) {
      push(at);
      start = at + 1;
    }
  }
  push(at);
  return { args, end: at };
}
