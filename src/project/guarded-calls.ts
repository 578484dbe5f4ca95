/** Modules that make calls which can fail from outside, and what handles the failures. */
import { findCallLines } from "./client-uses.ts";
import { wrappedAt } from "./failure-guards.ts";
import { entryHandler, frameworkHandlers, programsOf } from "./failure-handlers.ts";
import { findForeignReads } from "./foreign-reads.ts";
import { handlingsOf } from "./handling.ts";
import type { Place } from "./manifests/types.ts";
import type { Project } from "./project.ts";
import type { PythonModule } from "./python/module.ts";
import { oncePer } from "./remember.ts";
import { findRetries } from "./retries.ts";

export interface GuardedModule {
  module: PythonModule;
  /** Lines of the calls. */
  lines: readonly number[];
  /** What handles their failures, at which line of which file; `undefined` where nothing does. */
  guard: (Place & { what: string }) | undefined;
}

/** Modules with calls to networks, databases and processes; without any, those that read files they are told of. */
export function findGuardedModules(project: Project): GuardedModule[] {
  const framework = frameworkHandlers(project);
  const calls = findCallLines(project, (module) => framework(module) !== undefined);
  const sites = calls.size > 0 || project.kind === "research" ? calls : findForeignReads(project);
  return [...sites].map(([module, lines]) => ({
    module,
    lines,
    guard: guardOf(project, module, lines) ?? framework(module) ?? entryHandler(project, module),
  }));
}

/** Checks of what came back, which tell a failure as well as an exception does. */
const CHECKS =
  /\braise_for_status\b|\.status_code\b|\.ok\b|\.status\s?(?:[!=]=|[<>]|in\b|not in\b)|\.returncode\b|\bcheck\s?=\s?True|\bcheck_(?:call|output|returncode)\(|\berrback\b|\bon_failure\w{0,20}\s?=|\.is_(?:success|error)\b|\breturn_exceptions\s?=\s?True|(?:=|\breturn|\bexit\(|\bif|\bassert)\s?(?:not )?(?:subprocess\.)?call\(/;

function guardOf(project: Project, module: PythonModule, lines: readonly number[]): GuardedModule["guard"] {
  const { path } = module;
  const handler = tryAround(module, lines);
  if (handler !== undefined) return { path, line: handler, what: "handled where it is made" };
  const wrapped = wrappedAt(project, module, lines);
  if (wrapped !== undefined) return { path, line: wrapped, what: "handled by what wraps it" };
  const check = module.statements.find(({ start, end }) => CHECKS.test(module.code.slice(start, end)));
  if (check) return { path, line: check.line, what: "the result is checked" };
  const retry = findRetries(project).find((one) => one.path === path && one.delay !== "reconnect");
  if (retry) return { path, line: retry.line, what: `tried again by ${retry.what}` };
  return callerHandler(project, module, lines);
}

/** The line of a handler whose `try` holds one of the lines. */
function tryAround(module: PythonModule, lines: readonly number[]): number | undefined {
  const sorted = Int32Array.from(lines).sort();
  return handlingsOf(module).find(({ handler: { tried } }) => {
    const [first, last] = [tried[0], tried.at(-1)];
    return first && last && (nextOf(sorted, first.line) ?? Infinity) <= last.blockEnd;
  })?.handler.line;
}

/** The first of sorted numbers that is not below another, by binary search. */
function nextOf(sorted: Int32Array, least: number): number | undefined {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle]! < least) low = middle + 1;
    else high = middle;
  }
  return sorted[low];
}

/** A `try` elsewhere in the project around a call of the function or class that makes the call. */
function callerHandler(
  project: Project,
  module: PythonModule,
  lines: readonly number[],
): GuardedModule["guard"] {
  const names = namesOf(module, lines);
  if (names.size === 0) return undefined;
  const calls = callsInTries(project).get(programsOf(project)(module));
  const found = [...names].slice(0, 40).flatMap((name) => calls?.get(name) ?? []);
  const [first] = found.sort((a, b) => a.order - b.order);
  return first && { path: first.path, line: first.line, what: "handled by a caller" };
}

interface Caller extends Place {
  order: number;
}

/** The first `try` that calls a name, by program and name: one pass over all of them, however many modules ask. */
const callsInTries = oncePer((project: Project) => {
  const programs = new Map<string, Map<string, Caller>>();
  const programOf = programsOf(project);
  let order = 0;
  for (const module of project.source) {
    const program = programOf(module);
    const callers = programs.get(program) ?? new Map<string, Caller>();
    programs.set(program, callers);
    for (const { handler } of handlingsOf(module)) {
      const { tried, line } = handler;
      order++;
      const code = module.code.slice(tried[0]?.start ?? 0, tried.at(-1)?.end ?? 0);
      for (const [, name = ""] of code.matchAll(/\((?<=(?<!def |class )\b(\w{4,80})\()/g))
        if (!callers.has(name)) callers.set(name, { path: module.path, line, order });
    }
  }
  return programs;
});

/** Functions and classes that make the calls, and those of the same module that call them. */
function namesOf(module: PythonModule, lines: readonly number[]): Set<string> {
  const names = new Set<string>();
  const add = (name: string | undefined): void => {
    if (name !== undefined && name.length > 3 && !/^__/.test(name)) names.add(name);
  };
  for (const line of lines) {
    const own = module.functionAt(line);
    add(own?.name);
    add(own?.className);
  }
  if (names.size === 0 || names.size > 20) return names;
  const called = new RegExp(`(?<!\\w)(?:${[...names].join("|")})\\(`);
  for (const one of module.functions) if (called.test(one.body)) add(one.name);
  return names;
}
