/** Sessions of requests and pools of urllib3, which the project makes in one place and calls in another. */
import type { ExternalCall } from "../external-calls.ts";
import type { Project } from "../project.ts";
import type { CallSite } from "../python/call-sites.ts";
import type { PythonModule } from "../python/module.ts";
import { EXTERNAL_APIS } from "./apis.ts";
import { type Bound, boundOf, once, type Surroundings, sessionBound } from "./bounds.ts";

/** Where a client is made. */
export type Made = Omit<ExternalCall, keyof Bound>;

const REQUESTS = /\.(?:get|options|head|post|put|patch|delete|request|send|urlopen)$/;
const SESSION_REQUEST = EXTERNAL_APIS.find(({ callee }) => callee.test("requests.Session().get"))!;

/** A request through a session that a function or class of the project has made. */
export function judgeMade(
  module: PythonModule,
  call: CallSite,
  around: Surroundings,
): ExternalCall | undefined {
  const maker = /(?:^|\.)(\w{1,80})\(\)\.(?:get|options|head|post|put|patch|delete|request|send)$/.exec(
    call.callee,
  )?.[1];
  const bounded = around.makers.get(maker ?? "");
  if (bounded === undefined) return undefined;
  const bound = boundOf(module, call, SESSION_REQUEST, around);
  const found = { module, line: call.line, family: "http" as const, callee: call.callee };
  if (bound.bounded !== "yes" && bounded)
    return { ...found, bounded: "yes", how: `${maker} sets a time-out` };
  return { ...found, ...bound };
}

/** A session counts by its requests; where they are made through other names, by the time-outs that go with them. */
export function judgeSession(
  module: PythonModule,
  found: Made,
  callees: () => readonly string[],
  around: Surroundings,
): ExternalCall[] {
  if (asks(module, found.callee, callees)) return [];
  if (once(module, "maker", () => holdsMaker(module, around))) return [];
  if (sessionBound(module, around))
    return [{ ...found, bounded: "yes", how: "the session's adapter sets a time-out" }];
  const told = timeoutAfter(module, found.line);
  if (told !== undefined) return [{ ...found, line: told, bounded: "yes", how: "timeout is set" }];
  return [{ ...found, bounded: "unknown", how: "its requests are made elsewhere" }];
}

/** Whether the module makes requests through what this callee gives. */
const asks = (module: PythonModule, callee: string, callees: () => readonly string[]): boolean =>
  once(module, `asks ${callee}`, () =>
    callees().some((one) => one.startsWith(`${callee}().`) && REQUESTS.test(one)),
  );

const holdsMaker = ({ code }: PythonModule, { makers }: Surroundings): boolean =>
  [...code.matchAll(/\b(?:def|class) (\w{1,80})/g)].some(([, name = ""]) => makers.has(name));

/** A pool of urllib3 counts by its requests, too; where they are out of sight, by its own time-out or theirs. */
export function judgePool(found: Made, bound: Bound, callees: () => readonly string[]): ExternalCall[] {
  if (asks(found.module, found.callee, callees)) return [];
  if (bound.bounded === "yes" || timeoutAfter(found.module, found.line, REQUESTS) === undefined)
    return [{ ...found, ...bound }];
  return [{ ...found, bounded: "yes", how: "timeout is set where it is asked" }];
}

/** The line of a call that is given a time-out, the first after a line. */
function timeoutAfter(module: PythonModule, line: number, callee = /./): number | undefined {
  const bounded = once(module, `bounded ${callee.source}`, () =>
    module.callSites.filter(
      (call) =>
        callee.test(call.callee) && call.args.some(({ name, text }) => name === "timeout" && text !== "None"),
    ),
  );
  return (bounded.find((call) => call.line >= line) ?? bounded[0])?.line;
}

/** Whether a class of sessions or adapters names a time-out: as a word, or as a key of what it passes on. */
export function classSetsTimeout(module: PythonModule, start: number): boolean {
  const line = module.lineAt(start);
  const body = module.statementsBetween(line, module.statementAt(line)?.blockEnd ?? line);
  const [from, to] = [body[0]?.start ?? 0, Math.min(body.at(-1)?.end ?? 0, start + LONGEST_CLASS)];
  return (
    /timeout\b/.test(module.code.slice(from, to)) ||
    /["']timeout["']\s?[,\]:]/.test(module.text.slice(from, to))
  );
}

const LONGEST_CLASS = 6_000;

/** Each is looked for in all modules. */
const MOST_MAKERS = 1_000;

/** Functions that return a session of requests, and classes built on one. */
export function findMakers(project: Project, adapters: ReadonlySet<string>): Map<string, boolean> {
  const makers = new Map<string, boolean>();
  const add = (name: string, bounded: boolean): void => {
    if (makers.size < MOST_MAKERS) makers.set(name, bounded);
  };
  for (const module of project.source) {
    if (!module.mentions("requests") || !/[sS]ession\b/.test(module.code)) continue;
    const bound = (code: string) => /timeout\b/.test(code) || sessionBound(module, { adapters });
    for (const { name, body, nested, className } of module.functions) {
      const made = /\b(\w{1,60})\s?=\s?(?:requests\.)?[sS]ession\(\)/.exec(body)?.[1];
      const given =
        /\breturn (?:requests\.)?[sS]ession\(\)/.test(body) ||
        (made && new RegExp(`\\breturn ${made}\\b`).test(body));
      if (given && !nested && className === undefined) add(name, bound(body));
    }
    for (const found of module.code.matchAll(
      /^[ \t]{0,20}class (\w{1,80})\((?:requests\.)?(?:sessions\.)?Session\)/gm,
    ))
      add(found[1] ?? "", classSetsTimeout(module, found.index) || sessionBound(module, { adapters }));
  }
  return makers;
}
