/** Dictionaries that the code writes out and hands over with `**`: what they hold can be read. */
import type { PythonModule } from "../python/module.ts";
import { oncePer } from "../remember.ts";

/** Modules that are searched for a name, and characters of a dictionary. */
const [MOST_MODULES, LONGEST] = [500, 4_000];

/**
 * Whether a dictionary names a time-out; `undefined` where it is not written out, or is changed after.
 *
 * @param passed what stands behind the `**`: `DB`, `config.DB`, `self.db`, `details.as_arguments()`
 */
export function namesTimeout(
  source: readonly PythonModule[],
  module: PythonModule,
  passed: string,
): boolean | undefined {
  const known = answers(source);
  const key = `${module.path} ${passed}`;
  if (!known.has(key) && known.size < MOST_NAMES) known.set(key, readTimeout(source, module, passed));
  return known.get(key);
}

/** Names that are looked for, each in the whole of a module. */
const MOST_NAMES = 50;
const answers = oncePer((_: readonly PythonModule[]) => new Map<string, boolean | undefined>());

function readTimeout(
  source: readonly PythonModule[],
  module: PythonModule,
  passed: string,
): boolean | undefined {
  const [, before, name = "", call] =
    /^((?:\w{1,80}\.){0,4})(\w{1,80})(\(\s{0,20}\))?$/.exec(passed.trim()) ?? [];
  if (name === "") return undefined;
  if (call !== undefined) return returned(source, name);
  const here = assigned(module, name);
  if (here.length > 0) return agree(here);
  if (before === "" && !module.aliases.has(name)) return undefined;
  const elsewhere = holding(source, name).map((one) => assigned(one, name));
  const found = elsewhere.filter((each) => each.length > 0);
  return found.length === 1 ? agree(found[0]!) : undefined;
}

const holding = (source: readonly PythonModule[], name: string): PythonModule[] =>
  source.slice(0, MOST_MODULES).filter(({ text }) => text.includes(name));

/** What several places say alike. */
const agree = (all: readonly (boolean | undefined)[]): boolean | undefined =>
  all.every((one) => one === all[0]) ? all[0] : undefined;

/** What each assignment to a name says. */
function assigned({ code, text }: PythonModule, name: string): (boolean | undefined)[] {
  const pattern = new RegExp(
    `^[ \\t]{0,80}(?:self\\.|cls\\.)?${name}\\s?(?::[^=\\n]{1,80})?=(?!=)\\s{0,4}(?:\\(\\s{0,40}(?=[{d]))?(\\{|dict\\()?`,
    "gm",
  );
  const changed = new RegExp(
    `\\b${name}(?:\\[[^\\]\\n]{1,80}\\]\\s?=(?!=)|\\.(?:update|setdefault)\\(|\\s?\\|=)`,
  );
  const found = [...code.matchAll(pattern)].slice(0, 20);
  if (found.length > 0 && changed.test(code)) return [undefined];
  return found.map(({ 0: whole, 1: opener, index }) =>
    opener === undefined ? undefined : judge(code, text, index + whole.length),
  );
}

/** What the one function of a name gives back, where that is all that it does. */
function returned(source: readonly PythonModule[], name: string): boolean | undefined {
  const all = holding(source, name).flatMap((module) =>
    module.functions.filter((one) => one.name === name).map((one) => ({ module, one })),
  );
  const [only] = all;
  if (!only || all.length > 1) return undefined;
  const { code, text } = only.module;
  const from = only.one.statement.end;
  const body = code.slice(from, from + only.one.body.length + 1);
  const found = /\breturn\s{1,4}(?:\{|dict\()/.exec(body);
  if (!found || (body.match(/\breturn\b/g)?.length ?? 0) > 1) return undefined;
  return judge(code, text, from + found.index + found[0].length);
}

/** A dictionary from behind its opening bracket on, and the other one of a choice; one that takes in another is not written out. */
function judge(code: string, text: string, from: number, choice = true): boolean | undefined {
  let depth = 1;
  let end = from;
  for (const bound = Math.min(code.length, from + LONGEST); end < bound && depth > 0; end++) {
    if ("({[".includes(code[end]!)) depth++;
    else if (")}]".includes(code[end]!)) depth--;
  }
  if (depth > 0 || /\*\*|\bfor\b/.test(code.slice(from, end))) return undefined;
  const named = /timeout/i.test(text.slice(from, end));
  const after = code.slice(end, end + 300);
  if (!choice || !/^\s{0,80}if\b/.test(after)) return named;
  const other = OTHERWISE.exec(after)?.[0].length;
  return other === undefined ? undefined : agree([named, judge(code, text, end + other, false)]);
}

/** `{…} if url.startswith("sqlite") else {…}` */
const OTHERWISE = /^\s{0,80}if\b[^{}]{1,200}?\belse\s{0,40}(?:\{|dict\()/;
