/** The arguments of a route as text: strings, keywords, names. Everything is bounded: a route's arguments are short. */

const MAX_ARGUMENTS = 2_000;

/** Where the bracket that was opened before `open` closes, in blanked code. */
export function closingBracket(code: string, open: number): number {
  let depth = 1;
  const end = Math.min(code.length, open + MAX_ARGUMENTS);
  for (let i = open; i < end; i++) {
    const c = code.charCodeAt(i);
    if (c === 40 || c === 91 || c === 123) depth++;
    else if (c === 41 || c === 93 || c === 125) depth--;
    if (depth === 0) return i;
  }
  return end;
}

const STRING = /[rRbufF]{0,2}(?:"([^"\n]{0,300})"|'([^'\n]{0,300})')/g;

/** Values of the strings, in order. */
export const stringsIn = (args: string): string[] =>
  [...args.slice(0, MAX_ARGUMENTS).matchAll(STRING)].map((found) => found[1] ?? found[2] ?? "");

/** The string that a keyword has: `prefix="/x"`. */
export function stringOf(args: string, keyword: string): string | undefined {
  for (const found of args.slice(0, MAX_ARGUMENTS).matchAll(KEYWORD_STRING)) {
    if (found[1] === keyword) return found[2] ?? found[3];
  }
  return undefined;
}

const KEYWORD_STRING = /\b(\w{1,40})\s{0,4}=\s{0,4}[rRbufF]{0,2}(?:"([^"\n]{0,300})"|'([^'\n]{0,300})')/g;

/** The path of a route: the keyword that says so, else the first argument where it begins with a string. */
export function pathOf(args: string): string | undefined {
  const named = stringOf(args, "path") ?? stringOf(args, "rule") ?? stringOf(args, "pattern");
  if (named !== undefined) return named;
  // Translated paths (`_("health/")`), lists of paths and joined strings begin with their string, too.
  const first =
    /^\s{0,80}(?:[\w.]{1,40}\s{0,4}[([]|[([])?\s{0,80}[rRbufF]{0,2}(?:"([^"\n]{0,300})"|'([^'\n]{0,300})')/.exec(
      args,
    );
  return first ? (first[1] ?? first[2] ?? "") : undefined;
}

/** The dotted name that a positional argument begins with; brackets inside are passed over. */
export function nameOf(args: string, position: number): string | undefined {
  let [at, depth, quote] = [0, 0, ""];
  let start = 0;
  const text = args.slice(0, MAX_ARGUMENTS);
  for (let i = 0; i <= text.length; i++) {
    const c = text.charAt(i);
    if (quote !== "") {
      if (c === "\\") i++;
      else if (c === quote) quote = "";
    } else if (c === '"' || c === "'") quote = c;
    else if (c === "(" || c === "[" || c === "{") depth++;
    else if (c === ")" || c === "]" || c === "}") depth--;
    else if ((c === "," && depth === 0) || c === "") {
      if (at === position)
        return /^\s{0,200}([A-Za-z_][\w.]{0,120})(?!\s{0,4}=[^=]|["'\w.])/.exec(text.slice(start, i))?.[1];
      at++;
      start = i + 1;
    }
  }
  return undefined;
}

export const VERBS = /^(?:GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS)$/;

/** The methods that the arguments name, in upper case. */
export function methodsIn(args: string): string[] {
  const list = /methods?\s{0,4}=\s{0,4}[[({]?([^\])}]{0,200})/.exec(args)?.[1] ?? "";
  const verb = /^\s{0,80}["'](GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS)["']/.exec(args)?.[1];
  const named = [...list.matchAll(/["'](\w{1,10})["']/g)].map((found) => (found[1] ?? "").toUpperCase());
  return verb === undefined ? named.filter((one) => VERBS.test(one)) : [verb];
}

export const looksLikePath = (path: string): boolean =>
  path === "" || /^[/^{<*]/.test(path) || /^[\w./<>:{}-]{1,120}\/?$/.test(path);
