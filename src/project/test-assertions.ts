/**
 * Whether a test function checks anything, and how: by its own words first (`assert`, `assertEqual`, `raises`, a mock
 * that is verified), else through the project's own functions that it calls, followed by name.
 */
import type { Project } from "./project.ts";
import type { FunctionOutline } from "./python/functions.ts";
import type { PythonModule } from "./python/module.ts";
import { CONSTANT_ASSERTION, type TestFunction } from "./test-functions.ts";

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
    /(?:\b[\w.]{1,60}\.)?\b_{0,2}[a-z_]{0,40}[aA]ssert(?!ion)\w{0,60}\(/,
    /\bshould\b/,
    /\b(?:pytest\.|self\.)?(?:raises|warns|deprecated_call|fail|fails)\(/,
    /\bfail(?:Unless|If)\w{0,40}\(/,
    /\braise\s{1,4}(?!\w{0,40}[sS]kip)\w/,
    /\b(?:eq_|ok_|neq_|compare|expect)\(/,
    /\.(?:expect|to_equal|to_be|verify|verify_all|VerifyAll|check_returncode|raise_for_status)\(/,
    /\bverify\w{0,40}\(/,
    /\.(?:no_)?(?:re_match|fnmatch)_lines?(?:_random)?\(/,
    /\bcheck_(?:call|output|estimator)\(/,
    /\bcheck\s?=\s?True/,
    /\bcheck\.[a-z]\w{0,40}\(/,
    /\b(?:data|file|image|num|ndarrays|dataframe)_regression\b/,
    /\b(?:match_)?snapshot\b/,
    /\bstatus\s?=\s?\[?\d{3}/,
  ]
    .map(({ source }) => source)
    .join("|"),
);

const CHECKING_DECORATOR =
  /\b(?:raises|image_comparison|mpl_image_compare|check_figures_equal|expectedFailure)\b/;

/** How a test asserts, or `undefined` where nothing in it or in the project's functions that it calls does. */
export function assertionOf(test: TestFunction, project: Project): Assertion | undefined {
  const { outline, module } = test;
  const own = ownCheck(outline);
  if (own) return own;
  const decorator = outline.decorators.find(({ text }) => CHECKING_DECORATOR.test(text));
  if (decorator) return { line: decorator.line, how: `@${decorator.text.slice(0, 60)}` };
  const called = calledNames(outline).find(({ name, owner }) =>
    helperChecks(name, owner, module, project, new Set()),
  );
  return called && { line: outline.line + called.offset, how: called.name };
}

function ownCheck({ header, body, line }: FunctionOutline): Assertion | undefined {
  const code = `${header}\n${body}`.replace(CONSTANT_ASSERTION, (found) => found.replace(/[^\n]/g, " "));
  // The name of the test itself says nothing.
  const from = header.indexOf("(");
  const found = CHECKS.exec(code.slice(from));
  if (!found) return undefined;
  // The body begins with the line end that closes the header.
  const before = code.slice(0, from + found.index);
  const lines = before.split("\n").length - 1 - (found.index + from > header.length ? 1 : 0);
  return { line: line + lines, how: found[0].replace(/\($/, "").trim() };
}

interface CalledName {
  name: string;
  /** What stands before the dot: `self`, `client`; `""` for a bare name. */
  owner: string;
  /** Lines below `def`. */
  offset: number;
}

const CALLED =
  /(?<![\w.])(super\(\)\.|(?:[A-Za-z_]\w{0,60}\.){0,3})([A-Za-z_]\w{0,80})\s?\(|\byield\s{1,4}([A-Za-z_]\w{0,80})\s?,/g;

function calledNames({ header, body }: FunctionOutline): CalledName[] {
  const called: CalledName[] = [];
  const lines = header.split("\n").length - 1;
  for (const found of body.matchAll(CALLED)) {
    const name = found[2] ?? found[3] ?? "";
    const offset = lines + body.slice(0, found.index).split("\n").length - 1;
    called.push({ name, owner: (found[1] ?? "").replace(/\.$/, ""), offset });
  }
  return called;
}

interface Helper {
  module: PythonModule;
  outline: FunctionOutline;
}

const helpersOf = new WeakMap<Project, ReadonlyMap<string, readonly Helper[]>>();

/** Functions of test code by name, and those of the project's own testing modules. */
function helpersByName(project: Project): ReadonlyMap<string, readonly Helper[]> {
  const known = helpersOf.get(project);
  if (known) return known;
  const helpers = new Map<string, Helper[]>();
  const testing = project.source.filter(({ path }) =>
    /(?:^|[/_])test(?:ing|_?utils|s|_?helpers)?[/._]/i.test(path),
  );
  for (const module of [...project.tests, ...testing]) {
    for (const outline of module.functions) {
      const list = helpers.get(outline.name);
      if (list) list.push({ module, outline });
      else helpers.set(outline.name, [{ module, outline }]);
    }
  }
  helpersOf.set(project, helpers);
  return helpers;
}

/** Names that many objects have: followed on `self` only. */
const GENERIC = new Set(
  "get post put patch delete head options run create update close start stop send call read write open add remove save execute query request login items keys values append pop join format split strip main init setup list filter all first count exists copy".split(
    " ",
  ),
);
const MAX_DEPTH = 4;

/** Whether a function of that name in test code checks something, by itself or through what it calls. */
function helperChecks(
  name: string,
  owner: string,
  module: PythonModule,
  project: Project,
  seen: Set<string>,
): boolean {
  if (seen.has(name) || seen.size > 60) return false;
  const own = /^(?:self|cls|super\(\))$/.test(owner);
  if (!own && owner !== "" && GENERIC.has(name)) return false;
  if (owner === "" && isForeign(name, module, project)) return false;
  const all = helpersByName(project).get(name) ?? [];
  const near = all.filter((helper) => helper.module === module);
  const helpers = (near.length > 0 ? near : all).slice(0, 8);
  if (helpers.some(({ outline }) => ownCheck(outline) !== undefined)) return true;
  seen.add(name);
  if (seen.size > MAX_DEPTH * 15) return false;
  return helpers.some((helper) =>
    calledNames(helper.outline).some((called) =>
      helperChecks(called.name, called.owner, helper.module, project, seen),
    ),
  );
}

/** Imported from a package that is none of the project's own. */
function isForeign(name: string, module: PythonModule, project: Project): boolean {
  const target = module.aliases.get(name);
  if (target === undefined || target.startsWith(".")) return false;
  const top = target.split(".")[0] ?? "";
  return !project.firstParty.has(top) && !project.tests.some(({ name: own }) => own.split(".").includes(top));
}
