/**
 * Whether a test function checks anything, and how: by its own words first (`assert`, `assertEqual`, `raises`, a mock
 * that is verified), else through the project's own functions that it calls, followed by name.
 */
import { lineAt } from "./files.ts";
import type { Project } from "./project.ts";
import type { FunctionOutline } from "./python/functions.ts";
import type { PythonModule } from "./python/module.ts";
import { isConstantAssertion, type TestFunction } from "./test-functions.ts";

export interface Assertion {
  /** From 1. */
  line: number;
  /** As written, shortened: `assert`, `self.assertEqual`, `check_response`. */
  how: string;
}

/** Words that check something whichever library they come from. Matched against code without strings. */
const CHECKS = new RegExp(
  [
    /\bassert\b/,
    /[aA]ssert(?!ion)\w{0,60}\(/,
    /\bshould\b/,
    /\b(?:pytest\.|self\.)?(?:raises|warns|deprecated_call|fail|fails)\(/,
    /\bfail(?:Unless|If)\w{0,40}\(/,
    /\braise\s{1,4}(?:AssertionError|self\.failureException)\b/,
    /\b(?:eq_|ok_|neq_|compare|expect)\(/,
    /\.(?:expect|to_equal|to_be|verify|verify_all|VerifyAll|check_returncode|raise_for_status)\(/,
    /\bverify\w{0,40}\(/,
    /\.(?:no_)?(?:re_match|fnmatch)_lines?(?:_random)?\(/,
    /\bvalidate\([^\n]{0,200}?[sS]chema\b/,
    /\bcheck_(?:call|output|estimator)\(/,
    /\bcheck\s?=\s?True/,
    /\bcheck\.[a-z]\w{0,40}\(/,
    /\b(?:data|file|image|num|ndarrays|dataframe)_regression\b/,
    /\b(?:match_)?snapshot\b/,
    // A client of the project's own that is told which answer it must get.
    /[(,]\s{0,40}exp(?:ect(?:ed)?)?_(?:status|code)\w{0,10}\s?=(?!=)/,
    /\bstatus\s?=\s?[[(]?(?:\d{3}|[\w.]{0,40}HTTP\w{1,40})/,
  ]
    .map(({ source }) => source)
    .join("|"),
  "g",
);

/** Nearly all tests have one of them, and it is found faster than the first of all. */
const USUAL = /\bassert\b|[aA]ssert(?!ion)\w{0,60}\(/g;

/** A test that raises by itself fails; a helper that raises may only build something. */
const RAISES = /\braise\s{1,4}(?!\w{0,40}[sS]kip)[\w.]{1,60}/g;
const CHECKING_DECORATOR =
  /\b(?:raises|image_comparison|mpl_image_compare|check_figures_equal|expectedFailure)\b/;

/** How a test asserts, or `undefined` where nothing in it or in the project's functions that it calls does. */
export function assertionOf(test: TestFunction, project: Project): Assertion | undefined {
  const { outline, module } = test;
  const own = checkIn(outline, USUAL) ?? checkIn(outline, CHECKS) ?? checkIn(outline, RAISES);
  if (own) return own;
  const decorator = outline.decorators.find(({ text }) => CHECKING_DECORATOR.test(text));
  if (decorator) return { line: decorator.line, how: `@${decorator.text.slice(0, 60)}` };
  const called = calledNames(outline).find((one) => followCall(one, module, project, new Set()));
  if (!called) return undefined;
  const below = outline.header.split("\n").length + outline.body.slice(0, called.at).split("\n").length - 2;
  return { line: outline.line + below, how: called.name };
}

function checkIn({ code, line }: FunctionOutline, checks: RegExp): Assertion | undefined {
  // What stands before the parameters is the name of the test itself, which says nothing.
  checks.lastIndex = Math.max(0, code.indexOf("("));
  let found = checks.exec(code);
  while (found && isConstantAssertion(code, found.index)) found = checks.exec(code);
  if (!found) return undefined;
  const before = /[\w.]{0,40}$/.exec(code.slice(Math.max(0, found.index - 40), found.index))?.[0] ?? "";
  return {
    line: line + lineAt(code, found.index) - 1,
    how: (before + found[0]).replace(/\($/, "").trim(),
  };
}

interface CalledName {
  name: string;
  /** What stands before the dot: `self`, `client`; `""` for a bare name. */
  owner: string;
  /** Offset in the body. */
  at: number;
}

const CALLED =
  /(?<![\w.])(super\(\)\.|(?:[A-Za-z_]\w{0,60}\.){0,3})([A-Za-z_]\w{0,80})\s?\(|\byield\s{1,4}([A-Za-z_]\w{0,80})\s?,/g;
const calledIn = new WeakMap<FunctionOutline, readonly CalledName[]>();

/** Names called in a function, each once. */
function calledNames(outline: FunctionOutline): readonly CalledName[] {
  const known = calledIn.get(outline);
  if (known) return known;
  const called = new Map<string, CalledName>();
  for (const found of outline.body.matchAll(CALLED)) {
    const name = found[2] ?? found[3] ?? "";
    const owner = (found[1] ?? "").replace(/\.$/, "");
    const key = `${owner}.${name}`;
    if (!called.has(key)) called.set(key, { name, owner, at: found.index });
  }
  const names = [...called.values()].slice(0, MAX_CALLS);
  calledIn.set(outline, names);
  return names;
}

interface Helper {
  module: PythonModule;
  outline: FunctionOutline;
}

interface HelperIndex {
  /** A few of each name, in any module and in each. */
  byName: ReadonlyMap<string, readonly Helper[]>;
  byModule: ReadonlyMap<PythonModule, ReadonlyMap<string, readonly Helper[]>>;
  /** Parts of the dotted names of test modules. */
  ownNames: ReadonlySet<string>;
  checks: Map<FunctionOutline, boolean>;
}

const indexes = new WeakMap<Project, HelperIndex>();

/** Functions of test code by name, and those of the project's own testing modules. */
function indexOf(project: Project): HelperIndex {
  const known = indexes.get(project);
  if (known) return known;
  const byName = new Map<string, Helper[]>();
  const byModule = new Map<PythonModule, Map<string, Helper[]>>();
  const testing = project.source.filter(({ path }) => TESTING_MODULE.test(path));
  for (const module of [...project.tests, ...testing]) {
    const own = new Map<string, Helper[]>();
    byModule.set(module, own);
    for (const outline of module.functions) {
      for (const map of [byName, own]) {
        const list = map.get(outline.name) ?? [];
        if (list.length < MAX_NAMESAKES) map.set(outline.name, [...list, { module, outline }]);
      }
    }
  }
  const ownNames = new Set(project.tests.flatMap(({ name }) => name.split(".")));
  const index = { byName, byModule, ownNames, checks: new Map<FunctionOutline, boolean>() };
  indexes.set(project, index);
  return index;
}

const TESTING_MODULE = /(?:^|[/_])test(?:ing|_?utils|s|_?helpers)?[/._]/i;

/** Names that many objects have: followed on `self` only. */
const GENERIC = new Set(
  "get post put patch delete head options run create update close start stop send call read write open add remove save execute query request login items keys values append pop join format split strip main init setup list filter all first count exists copy".split(
    " ",
  ),
);
/** Bounds of what is followed: names from one test, calls of one function, functions of one name. */
const [MAX_NAMES, MAX_CALLS, MAX_NAMESAKES] = [60, 400, 8];

/** Whether a function of that name in test code checks something, by itself or through what it calls. */
function followCall(
  { name, owner }: CalledName,
  module: PythonModule,
  project: Project,
  seen: Set<string>,
): boolean {
  if (seen.has(name) || seen.size >= MAX_NAMES) return false;
  const own = /^(?:self|cls|super\(\))$/.test(owner);
  if (!own && owner !== "" && GENERIC.has(name)) return false;
  const { byName, byModule, checks, ownNames } = indexOf(project);
  const all = byName.get(name);
  if (!all || (owner === "" && isForeign(name, module, project, ownNames))) return false;
  const helpers = byModule.get(module)?.get(name) ?? all;
  seen.add(name);
  const checksItself = ({ outline }: Helper): boolean => {
    const known = checks.get(outline) ?? checkIn(outline, CHECKS) !== undefined;
    checks.set(outline, known);
    return known;
  };
  if (helpers.some(checksItself)) return true;
  return helpers.some((helper) =>
    calledNames(helper.outline).some((called) => followCall(called, helper.module, project, seen)),
  );
}

/** Imported from a package that is none of the project's own. */
function isForeign(
  name: string,
  { aliases }: PythonModule,
  { firstParty }: Project,
  ownNames: ReadonlySet<string>,
): boolean {
  const target = aliases.get(name);
  if (target === undefined || target.startsWith(".")) return false;
  const top = target.split(".")[0] ?? "";
  return !firstParty.has(top) && !ownNames.has(top);
}
