/**
 * Glob patterns that projects write, in two kinds. Matched here and not by regular expressions, in which each star
 * multiplies the time: seven of them and a name of a hundred characters take minutes.
 */

/** Longest pattern that is taken, in characters. */
export const MAX_GLOB = 200;

/**
 * Whether a pattern matches a whole path, part by part: `**` alone stands for any folders or none, `*` for anything
 * within a part, `?` and `[…]` as below. Takes at most the product of both lengths.
 */
export function matchesPath(glob: string, path: string): boolean {
  if (glob.length > MAX_GLOB) return false;
  const [pattern, parts] = [glob.split("/"), path.split("/")];
  let [p, t, star, mark] = [0, 0, -1, 0];
  while (t < parts.length) {
    if (pattern[p] === "**") {
      star = ++p;
      mark = t;
    } else if (p < pattern.length && matches(pattern[p]!, parts[t]!)) {
      p++;
      t++;
    } else if (star === -1) return false;
    else {
      p = star;
      t = ++mark;
    }
  }
  while (pattern[p] === "**") p++;
  return p === pattern.length;
}

/**
 * Whether a pattern of a linter's settings matches a whole path. `*` and `**` stand for anything, slashes too (as in
 * Ruff's globset and Python's fnmatch), `?` for one character, `[…]` for one of a set, `{a,b}` for one of a list.
 * Takes at most the product of both lengths.
 */
export function matchesGlob(glob: string, path: string): boolean {
  const pattern = glob.replace(/^\.\//, "").replace(/\/$/, "").replaceAll("/**/", "/**");
  if (pattern.length > 500) return false;
  return expandBraces(pattern).some((one) => {
    if (matches(one, path)) return true;
    if (one.startsWith("**/") && matches(one.slice(3), path)) return true;
    return one.endsWith("/**") && matches(one.slice(0, -3), path);
  });
}

/** The alternatives of the first list in braces, which is as many as anyone writes. */
function expandBraces(pattern: string): string[] {
  const open = pattern.indexOf("{");
  const close = pattern.indexOf("}", open);
  if (open === -1 || close === -1) return [pattern];
  return pattern
    .slice(open + 1, close)
    .split(",")
    .slice(0, 50)
    .map((choice) => pattern.slice(0, open) + choice + pattern.slice(close + 1));
}

/** Goes back to the latest star only: earlier ones can take nothing that the latest could not. */
function matches(pattern: string, text: string): boolean {
  let [p, t, star, mark] = [0, 0, -1, 0];
  while (t < text.length) {
    if (pattern[p] === "*") {
      while (pattern[p] === "*") p++;
      star = p;
      mark = t;
      continue;
    }
    const width = p < pattern.length ? matchOne(pattern, p, text.charAt(t)) : 0;
    if (width > 0) {
      p += width;
      t++;
    } else if (star === -1) return false;
    else {
      p = star;
      t = ++mark;
    }
  }
  while (pattern[p] === "*") p++;
  return p === pattern.length;
}

/** How much of the pattern stands for this character: 0 where it does not match. */
function matchOne(pattern: string, at: number, char: string): number {
  const mark = pattern[at];
  if (mark === "?") return 1;
  if (mark === "[") {
    const end = pattern.indexOf("]", at + 2);
    if (end !== -1) {
      const set = pattern.slice(at + 1, end);
      const negated = /^[!^]/.test(set);
      return isInSet(negated ? set.slice(1) : set, char) !== negated ? end - at + 1 : 0;
    }
  }
  return mark === char ? 1 : 0;
}

function isInSet(set: string, char: string): boolean {
  for (let i = 0; i < set.length; i++) {
    if (set[i + 1] === "-" && i + 2 < set.length) {
      if (set[i]! <= char && char <= set[i + 2]!) return true;
      i += 2;
    } else if (set[i] === char) return true;
  }
  return false;
}
