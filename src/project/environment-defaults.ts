/** Defaults of environment variables, as they are written beside the read. */

/** What stands as second argument or `default=`, or after `or`. */
export function fallbackOf(code: string, text: string, from: number): string | undefined {
  const end = endOfArguments(code, from);
  const rest = code.slice(from, end);
  const named = /\bdefault\s{0,4}=\s{0,4}/.exec(rest);
  const start = named
    ? from + named.index + named[0].length
    : /^\s{0,40},\s{0,200}(?!\w{1,40}\s{0,4}=[^=])/.test(rest)
      ? from + rest.indexOf(",") + 1
      : -1;
  if (start !== -1) {
    const written = text.slice(start, endOfValue(code, start, end)).trim();
    if (written !== "") return written.slice(0, 200);
  }
  const after = /^\s{0,4}\)?\]?\s{0,80}or\s{1,80}/.exec(code.slice(end, end + 180));
  if (!after) return undefined;
  const value = end + after[0].length;
  const [line = ""] = text.slice(value, endOfArguments(code, value)).split("\n", 1);
  return line.trim().slice(0, 200);
}

const CLOSERS = new Set([")", "]", "}"]);
const OPENERS = new Set(["(", "[", "{"]);

function endOfArguments(code: string, from: number): number {
  let depth = 0;
  const bound = Math.min(code.length, from + 600);
  for (let i = from; i < bound; i++) {
    const c = code.charAt(i);
    if (OPENERS.has(c)) depth++;
    else if (CLOSERS.has(c) && depth-- === 0) return i;
  }
  return bound;
}

function endOfValue(code: string, from: number, bound: number): number {
  let depth = 0;
  for (let i = from; i < bound; i++) {
    const c = code.charAt(i);
    if (OPENERS.has(c)) depth++;
    else if (CLOSERS.has(c)) depth--;
    else if (c === "," && depth === 0) return i;
  }
  return bound;
}
