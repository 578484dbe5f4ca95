/**
 * Where Python's strings begin and end, f-strings with strings inside them included. Read from a byte a character: its
 * code, or 255 for what is not ASCII. Past the text stand zeros.
 */

const [LF, DOUBLE, SINGLE, BACKSLASH, BRACE, END_BRACE] = [10, 34, 39, 92, 123, 125];

/** Bounds of the string that opens at `at`: its content is `from`..`to`, the text goes on at `end`. */
export function skipString(
  units: Uint8Array,
  length: number,
  at: number,
  depth: number,
): { from: number; to: number; end: number } {
  const quote = units[at]!;
  const triple = units[at + 1] === quote && units[at + 2] === quote;
  const formatted = depth < 8 && isFormatted(units, at);
  const size = triple ? 3 : 1;
  const from = at + size;
  let braces = 0;
  for (let i = from; i < length; i++) {
    const c = units[i]!;
    if (c > BACKSLASH && !formatted) continue;
    if (c === BACKSLASH) i++;
    else if (c === LF && !triple) return { from, to: i, end: i };
    else if (c === DOUBLE || c === SINGLE) {
      // PEP 701 lets a replacement field reuse the quotes of its own string.
      if (braces > 0) {
        const inner = skipString(units, length, i, depth + 1);
        if (inner.end > i + 1 && !holdsLine(units, i, inner.end)) {
          i = inner.end - 1;
          continue;
        }
      }
      if (c === quote && (!triple || (units[i + 1] === quote && units[i + 2] === quote)))
        return { from, to: i, end: i + size };
    } else if (formatted && c === BRACE) {
      if (units[i + 1] === BRACE && braces === 0) i++;
      else braces++;
    } else if (formatted && c === END_BRACE && braces > 0) braces--;
  }
  return { from, to: length, end: length };
}

function holdsLine(units: Uint8Array, from: number, to: number): boolean {
  for (let i = from; i < to; i++) if (units[i] === LF) return true;
  return false;
}

/** Whether the quote at `at` belongs to an f-string or t-string (PEP 498, PEP 750). */
function isFormatted(units: Uint8Array, at: number): boolean {
  const [before, last] = [lower(units[at - 2]), lower(units[at - 1])];
  if (last === F || last === T) return before === R || !isWord(before);
  return last === R && (before === F || before === T);
}

const [F, R, T, A, Z] = [102, 114, 116, 97, 122];
const lower = (c: number | undefined): number => (c === undefined ? 0 : c >= 65 && c <= 90 ? c + 32 : c);
const isWord = (c: number): boolean => (c >= A && c <= Z) || (c >= 48 && c <= 57) || c === 95;
