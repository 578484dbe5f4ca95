/**
 * Python text with everything blanked that is not code: the inside of strings and all comments become spaces.
 * Offsets and lines stay the same, so a pattern that matches in the result is code at that place.
 */

const MARKS = /["'#]/g;

/** Length, line count and offsets are those of `text`. Linear in its length. */
export function blankStringsAndComments(text: string): string {
  const parts: string[] = [];
  let kept = 0;
  MARKS.lastIndex = 0;
  for (let found = MARKS.exec(text); found; found = MARKS.exec(text)) {
    const at = found.index;
    let from: number;
    let to: number;
    let end: number;
    if (found[0] === "#") {
      from = at;
      to = text.indexOf("\n", at);
      if (to === -1) to = text.length;
      end = to;
    } else {
      const string = skipString(text, at, 0);
      from = string.from;
      to = string.to;
      end = string.end;
    }
    parts.push(text.slice(kept, from), blank(text, from, to));
    kept = to;
    // `"text"""`: an empty string behind another, whose quotes would look like those of a long string.
    if (end === to + 1 && text.startsWith(found[0].repeat(2), end) && text.charAt(end + 2) !== found[0]) {
      parts.push(found[0], "  ");
      end += 2;
      kept = end;
    }
    MARKS.lastIndex = end;
  }
  parts.push(text.slice(kept));
  return parts.join("");
}

function blank(text: string, from: number, to: number): string {
  const inside = text.slice(from, to);
  return inside.includes("\n") ? inside.replace(/[^\n]/g, " ") : " ".repeat(to - from);
}

/** Bounds of the string that opens at `at`: its content is `from`..`to`, the text goes on at `end`. */
function skipString(text: string, at: number, depth: number): { from: number; to: number; end: number } {
  const quote = text.charAt(at);
  const triple = text.startsWith(quote.repeat(3), at);
  const formatted = depth < 8 && isFormatted(text, at);
  const size = triple ? 3 : 1;
  const from = at + size;
  let braces = 0;
  for (let i = from; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c === 92) i++;
    else if (c === 10 && !triple) return { from, to: i, end: i };
    else if (formatted && c === 123) {
      if (text.charCodeAt(i + 1) === 123 && braces === 0) i++;
      else braces++;
    } else if (formatted && c === 125 && braces > 0) braces--;
    else if (c === 34 || c === 39) {
      // PEP 701 lets a replacement field reuse the quotes of its own string.
      if (braces > 0) {
        const inner = skipString(text, i, depth + 1);
        if (inner.end > i + 1 && !text.slice(i, inner.end).includes("\n")) {
          i = inner.end - 1;
          continue;
        }
      }
      if (c === quote.charCodeAt(0) && (!triple || text.startsWith(quote.repeat(3), i)))
        return { from, to: i, end: i + size };
    }
  }
  return { from, to: text.length, end: text.length };
}

/** Whether the quote at `at` belongs to an f-string or t-string (PEP 498, PEP 750). */
function isFormatted(text: string, at: number): boolean {
  const prefix = text.slice(Math.max(0, at - 2), at).toLowerCase();
  return /[ft]r?$/.test(prefix) || prefix === "rf" || prefix === "rt" || /(?:^|[^\w])[ft]$/.test(prefix);
}
