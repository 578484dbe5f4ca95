/**
 * Calls that leave the process (HTTP, sockets, mail, subprocesses, databases, caches, queues, cloud services), and
 * whether each is bounded in time. Counted by call site; a client whose time-out is set when it is made (httpx,
 * aiohttp, database drivers) counts where it is made.
 */

import type { Family } from "./external/api.ts";
import { EXTERNAL_APIS, mayCall } from "./external/apis.ts";
import { type Bound, boundOf, type Surroundings, sessionBound } from "./external/bounds.ts";
import { databaseSettings, judgeEngine } from "./external/databases.ts";
import { SESSION } from "./external/network-apis.ts";
import type { Project } from "./project.ts";
import { readArguments } from "./python/arguments.ts";
import type { Call } from "./python/calls.ts";
import type { PythonModule } from "./python/module.ts";

export interface ExternalCall extends Bound {
  module: PythonModule;
  line: number;
  family: Family;
  /** Resolved callee: `requests.get`, `redis.Redis.from_url`; the setting's name for databases of a framework. */
  callee: string;
}

const known = new WeakMap<object, readonly ExternalCall[]>();

/** Every call out of the project's own code, by module and line. Embedded databases (SQLite) are none. */
export function findExternalCalls(project: Project): readonly ExternalCall[] {
  let calls = known.get(project);
  if (!calls) {
    calls = readExternalCalls(project);
    known.set(project, calls);
  }
  return calls;
}

/** Calls over a network to something that may be down. */
export const findNetworkCalls = (project: Project): ExternalCall[] =>
  findProgramCalls(project).filter(({ family }) => family !== "process" && family !== "local");

/** The calls of the program itself; those of its release and maintenance scripts only where it makes no others. */
export function findProgramCalls(project: Project): readonly ExternalCall[] {
  const calls = findExternalCalls(project);
  const own = calls.filter(({ module }) => module.role !== "script");
  return own.length > 0 ? own : calls;
}

function readExternalCalls(project: Project): ExternalCall[] {
  const around = readSurroundings(project);
  const calls = project.source.flatMap((module) => {
    if (runsMigrations(module)) return [];
    const usesMaker = [...around.makers.keys()].some((name) => module.text.includes(name));
    if (!usesMaker && !mayGoOut(module, project.firstParty)) return [];
    return module.calls.flatMap((call) => judgeCall(project, module, call, around));
  });
  return [...calls, ...databaseSettings(project)];
}

/** Alembic's `env.py`. */
const runsMigrations = (module: PythonModule): boolean =>
  module.path.endsWith("env.py") && module.importsPackage("alembic");

function mayGoOut(module: PythonModule, firstParty: ReadonlySet<string>): boolean {
  const tops = new Set(
    module.imports.filter(({ level }) => level === 0).map(({ module: name }) => name.split(".")[0] ?? ""),
  );
  return [...tops].some((name) => !firstParty.has(name) && mayCall(name, module.code));
}

function judgeCall(project: Project, module: PythonModule, call: Call, around: Surroundings): ExternalCall[] {
  const callee = calleeOf(module, call);
  const made = judgeMade(module, call, around);
  if (made) return [made];
  const api = callee === "" ? undefined : EXTERNAL_APIS.find((one) => one.callee.test(callee));
  if (!api || project.firstParty.has(callee.split(".")[0] ?? "")) return [];
  if (api.family === "process" && waitsForPerson(module, call)) return [];
  if (callee.startsWith("socket.socket") && /\bSOCK_DGRAM\b/.test(module.code)) return [];
  // An application that is called in its own process.
  if (
    /^httpx\./.test(callee) &&
    call.args.some(({ name, text }) => name === "app" || /\b[AW]SGITransport\(/.test(text))
  )
    return [];
  const local = callee.startsWith("socket.socket") && isLocalSocket(module, call);
  const found = { module, line: call.line, family: local ? ("local" as const) : api.family, callee };
  if (SESSION.test(callee)) return judgeSession(module, { ...found }, around);
  const bound = boundOf(module, { ...call, callee }, api, around);
  if (/engine/.test(callee)) {
    const engine = judgeEngine(project, module, call, bound);
    return engine ? [{ ...found, ...engine }] : [];
  }
  if (api.family === "cache" && /redis/.test(callee) && bound.bounded === "no" && newRedis(project))
    return [{ ...found, bounded: "yes", how: "redis-py's default of 5 seconds" }];
  return [{ ...found, ...bound }];
}

const SESSION_REQUEST = EXTERNAL_APIS.find(({ callee }) => callee.test("requests.Session().get"))!;

/** A request through a session that a function or class of the project has made. */
function judgeMade(module: PythonModule, call: Call, around: Surroundings): ExternalCall | undefined {
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
function judgeSession(
  module: PythonModule,
  found: Omit<ExternalCall, keyof Bound>,
  around: Surroundings,
): ExternalCall[] {
  const requests = module.calls.filter((call) => calleeOf(module, call).startsWith(`${found.callee}().`));
  if (requests.some((call) => /\.(?:get|options|head|post|put|patch|delete|request|send)$/.test(call.callee)))
    return [];
  if ([...around.makers.keys()].some((name) => new RegExp(`\\b(?:def|class) ${name}\\b`).test(module.code)))
    return [];
  if (sessionBound(module, around))
    return [{ ...found, bounded: "yes", how: "the session's adapter sets a time-out" }];
  const bounded = module.calls.filter(({ args }) =>
    args.some(({ name, text }) => name === "timeout" && text !== "None"),
  );
  const told = bounded.find(({ line }) => line >= found.line) ?? bounded[0];
  if (told) return [{ ...found, line: told.line, bounded: "yes", how: "timeout is set" }];
  return [{ ...found, bounded: "unknown", how: "its requests are made elsewhere" }];
}

const isLocalSocket = ({ code }: PythonModule, { args }: Call): boolean =>
  /\bAF_UNIX\b/.test(code) && (!/\bAF_INET6?\b/.test(code) || /path/i.test(args[0]?.text ?? ""));

/** An editor, a pager or a browser is closed when its user is done. */
function waitsForPerson(module: PythonModule, call: Call): boolean {
  const own = module.functionAt(call.line);
  const words = /editor|pager|browser|\bless\b|open_url|openurl|interactive/i;
  return (
    words.test(own?.name ?? "") ||
    words.test(own?.className ?? "") ||
    words.test(call.args[0]?.text.slice(0, 400) ?? "")
  );
}

const VERB = /^((?:self\.)?_?(?:session|sess|http))\.(get|post|put|patch|head|request)$/;

/** The callee; a `session` that comes from elsewhere is one of requests where the module works with nothing else. */
function calleeOf(module: PythonModule, { callee, text }: Call): string {
  const found = VERB.exec(text);
  if (!found || callee !== text) return callee;
  const others = [
    "sqlalchemy",
    "sqlmodel",
    "flask",
    "aiohttp",
    "httpx",
    "django",
    "starlette",
    "flask_sqlalchemy",
    "bottle",
  ];
  if (!module.importsPackage("requests") || others.some((name) => module.importsPackage(name))) return callee;
  return `requests.Session().${found[2]}`;
}

/** redis-py bounds its sockets by itself from version 8 on (https://github.com/redis/redis-py/releases/tag/v8.0.0). */
function newRedis({ manifests }: Project): boolean {
  const locked = manifests.locks.flatMap(({ packages }) => packages.get("redis") ?? []);
  const versions =
    locked.length > 0
      ? locked.map(({ version }) => version ?? "")
      : manifests
          .named("redis")
          .map(({ specifier }) => /(?:==|>=|~=)\s?(\d+)/.exec(specifier ?? "")?.[1] ?? "");
  return versions.length > 0 && versions.every((version) => Number.parseInt(version, 10) >= 8);
}

function readSurroundings(project: Project): Surroundings {
  const adapters = new Set<string>();
  const callers = new Map<string, "all" | "none" | "unknown">();
  let socketDefault = false;
  for (const module of project.source) {
    if (
      module.text.includes("setdefaulttimeout") &&
      /\bsetdefaulttimeout\(\s{0,20}(?!None)/.test(module.code)
    )
      socketDefault = true;
    if (!module.text.includes("HTTPAdapter")) continue;
    for (const found of module.code.matchAll(/^[ \t]{0,40}class (\w{1,80})\([^)\n]{0,80}HTTPAdapter\)/gm)) {
      const body = module.code.slice(found.index, found.index + 4_000);
      if (/timeout\b/.test(body)) adapters.add(found[1] ?? "");
    }
  }
  return {
    socketDefault,
    adapters,
    makers: findMakers(project, adapters),
    callersBound(name) {
      const said = callers.get(name) ?? judgeCallers(project, name);
      callers.set(name, said);
      return said;
    },
  };
}

/** Functions that return a session of requests, and classes built on one. */
function findMakers(project: Project, adapters: ReadonlySet<string>): Map<string, boolean> {
  const makers = new Map<string, boolean>();
  for (const module of project.source) {
    if (!/\brequests\b/.test(module.text) || !/[sS]ession\b/.test(module.code)) continue;
    const bound = (code: string) => /timeout\b/.test(code) || sessionBound(module, { adapters });
    for (const { name, body, nested, className } of module.functions) {
      const made = /\b(\w{1,60})\s?=\s?(?:requests\.)?[sS]ession\(\)/.exec(body)?.[1];
      const given =
        /\breturn (?:requests\.)?[sS]ession\(\)/.test(body) ||
        (made && new RegExp(`\\breturn ${made}\\b`).test(body));
      if (given && !nested && className === undefined) makers.set(name, bound(body));
    }
    for (const found of module.code.matchAll(
      /^[ \t]{0,20}class (\w{1,80})\((?:requests\.)?(?:sessions\.)?Session\)/gm,
    ))
      makers.set(found[1] ?? "", bound(module.code.slice(found.index, found.index + 6_000)));
  }
  return makers;
}

/** Names that other objects have methods of too: their callers say nothing. */
const COMMON =
  /^_{0,2}(?:get|post|put|patch|delete|request|send|call|run|fetch|execute|wrapper|wrapped|inner|decorated|main|open|connect|__\w+__)$/;

function judgeCallers(project: Project, name: string): "all" | "none" | "unknown" {
  if (COMMON.test(name) || !/^\w{3,80}$/.test(name)) return "unknown";
  const pattern = new RegExp(`(?<![\\w]|def )${name}\\(`, "g");
  let [bounded, total] = [0, 0];
  for (const module of project.source) {
    if (!module.text.includes(name)) continue;
    for (const found of module.code.matchAll(pattern)) {
      if (total > 200) return "unknown";
      const { args } = readArguments(module, found.index + name.length);
      if (args.some(({ code }) => code.startsWith("**"))) return "unknown";
      total++;
      if (args.some((arg) => arg.name !== undefined && /timeout/.test(arg.name) && arg.text !== "None"))
        bounded++;
    }
  }
  if (total === 0) return "unknown";
  return bounded === total ? "all" : bounded === 0 ? "none" : "unknown";
}
