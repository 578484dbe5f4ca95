/**
 * Calls of a module from blanked code: what is called with what, and within which call. Enough for most questions, at a
 * small part of what a syntax tree costs. Calls inside f-strings are out of its sight.
 */
import { resolve } from "./calls.ts";
import type { PythonModule } from "./module.ts";
import { type Brackets, headBefore, readBrackets } from "./primaries.ts";
import type { Statement } from "./statements.ts";

export interface SiteArgument {
  /** Keyword, `undefined` for a positional argument. */
  name: string | undefined;
  /** `*args` or `**kwargs`: what else is passed cannot be seen. */
  star: "*" | "**" | undefined;
  /** As written, keyword and stars left out. */
  text: string;
}

export interface CallSite {
  /** Dotted, and resolved through imports and simple assignments: see `Call.callee`. */
  callee: string;
  /** Callee as written. */
  text: string;
  line: number;
  endLine: number;
  args: readonly SiteArgument[];
  /** Offsets of the whole call. */
  start: number;
  end: number;
  /** The call among whose arguments it stands. */
  within: CallSite | undefined;
}

/** Calls in order, one that holds another before it. */
export function readCallSites(module: PythonModule): CallSite[] {
  const assigned = new Map<string, string>();
  const sites: CallSite[] = [];
  for (const statement of module.statements) {
    if (statement.end - statement.start < SHORTEST) continue;
    const brackets = readBrackets(module.code, statement);
    if (brackets.calls.size === 0) continue;
    const own = readStatement(module, brackets);
    noteAssigned(module, statement, brackets, own, assigned);
    for (const site of own) sites.push(site);
  }
  for (const site of sites) site.callee = resolve(site.callee, module.aliases, assigned);
  return sites;
}

/** `f()` */
const SHORTEST = 3;

/** The calls of one statement; what they call is not resolved yet. */
function readStatement(module: PythonModule, brackets: Brackets): CallSite[] {
  const { code, text } = module;
  const byOpen = new Map<number, CallSite>();
  for (const [open, { close, commas, outer }] of brackets.calls) {
    const { start, dotted, end } = headBefore(code, brackets, open);
    byOpen.set(open, {
      callee: dotted,
      text: text.slice(start, end),
      line: module.lineAt(start),
      endLine: module.lineAt(close),
      args: readArguments(module, open, close, commas),
      start,
      end: close + 1,
      within: outer === undefined ? undefined : byOpen.get(outer),
    });
  }
  return [...byOpen.values()].sort((a, b) => a.start - b.start || b.end - a.end);
}

/** Characters of a lambda's parameters. */
const LAMBDA = 200;

function readArguments(
  { code, text }: PythonModule,
  open: number,
  close: number,
  commas: readonly number[],
): SiteArgument[] {
  const args: SiteArgument[] = [];
  let from = open + 1;
  for (const comma of [...commas, close]) {
    const part = code.slice(from, comma);
    // The commas of a lambda's parameters part nothing.
    if (comma !== close && /\blambda\b[^:]*$/.test(part.slice(-LAMBDA))) continue;
    const [lead = "", star, name] = /^\s*(?:(\*\*?)\s*|([A-Za-z_]\w*)\s*=(?!=)\s*)?/.exec(part) ?? [];
    const written = text.slice(from + lead.length, from + part.trimEnd().length);
    if (written !== "") args.push({ name, star: star as SiteArgument["star"], text: written });
    from = comma + 1;
  }
  return args;
}

/** `client` and `self.client` → `httpx.Client()`, for names that the module binds to one kind of call only. */
function noteAssigned(
  { code, aliases }: PythonModule,
  { keyword, start, end }: Statement,
  { equals, commas }: Brackets,
  sites: readonly CallSite[],
  assigned: Map<string, string>,
): void {
  const bind = (name: string, site: CallSite): void => {
    const maker = site.callee === "" ? "" : resolve(`${site.callee}()`, aliases);
    // A local variable that is named like an import must not hide the import from the rest of the module.
    if (maker === "" || aliases.has(name)) return;
    const known = assigned.get(name);
    assigned.set(name, known === undefined || known === maker ? maker : name);
  };
  const [first] = equals;
  if (keyword === "" && first !== undefined) {
    const target = /^\s*((?:self\.|cls\.)?\w+)\s*[:,]?/.exec(code.slice(start, first));
    const before =
      target?.[0].trimEnd() === code.slice(start, first).trimEnd() || /[:,]$/.test(target?.[0] ?? "");
    const from = Math.max(equals.at(-1)!, commas.at(-1) ?? -1) + 1;
    const value = /^\s*(?:await\s+)?/.exec(code.slice(from, end))?.[0].length ?? 0;
    const last = from + code.slice(from, end).trimEnd().length;
    const site = sites.find((one) => one.start === from + value && one.end === last);
    if (target?.[1] !== undefined && before && site) bind(target[1], site);
  } else if (keyword === "with") {
    for (const site of sites) {
      const name = /^\s+as\s+((?:self\.|cls\.)?\w+)\b(?!\s*[.[(])/.exec(
        code.slice(site.end, site.end + 160),
      )?.[1];
      if (name !== undefined && site.within === undefined) bind(name, site);
    }
  }
}
