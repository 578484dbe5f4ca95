/**
 * Calls that leave the process (HTTP, sockets, mail, subprocesses, databases, caches, queues, cloud services), and
 * whether each is bounded in time. Counted by call site; a client whose time-out is set when it is made (httpx,
 * aiohttp, database drivers) counts where it is made.
 */

import type { Family } from "./external/api.ts";
import { apiOf, mayCall } from "./external/apis.ts";
import { type Bound, boundOf, once, type Surroundings, says } from "./external/bounds.ts";
import { databaseSettings, judgeEngine } from "./external/databases.ts";
import { POOL, SESSION } from "./external/network-apis.ts";
import { classSetsTimeout, findMakers, judgeMade, judgePool, judgeSession } from "./external/sessions.ts";
import { namesTimeout } from "./external/written-dictionaries.ts";
import { findLine } from "./files.ts";
import type { Project } from "./project.ts";
import { readArguments } from "./python/arguments.ts";
import type { CallSite } from "./python/call-sites.ts";
import type { PythonModule } from "./python/module.ts";
import { oncePer } from "./remember.ts";

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
    const usesMaker = [...around.makers.keys()].some((name) => module.mentions(name));
    if (!usesMaker && !mayGoOut(module, project.firstParty)) return [];
    return module.callSites.flatMap((call) => judgeCall(project, module, call, around));
  });
  return [...calls, ...databaseSettings(project), ...scrapyEngine(project)];
}

/** Scrapy's engine makes the requests of all spiders, with one time-out for them all. */
function scrapyEngine({ source }: Project): ExternalCall[] {
  for (const module of source) {
    if (!module.text.includes("scrapy") || !module.text.includes("Spider")) continue;
    const line = findLine(module.code, /^[ \t]{0,8}class\s+\w{1,80}\([^)\n]{0,200}Spider\b/m);
    if (line === undefined || !module.importsPackage("scrapy")) continue;
    const how = "Scrapy's default of 180 seconds";
    return [{ module, line, family: "http", callee: "scrapy.Spider", bounded: "yes", how }];
  }
  return [];
}

function mayGoOut(module: PythonModule, firstParty: ReadonlySet<string>): boolean {
  const tops = new Set(
    module.imports.filter(({ level }) => level === 0).map(({ module: name }) => name.split(".")[0] ?? ""),
  );
  return [...tops].some((name) => !firstParty.has(name) && mayCall(name, module.code));
}

function judgeCall(
  project: Project,
  module: PythonModule,
  call: CallSite,
  around: Surroundings,
): ExternalCall[] {
  const callee = calleeOf(module, call);
  const made = judgeMade(module, call, around);
  if (made) return [made];
  if (lifts(callee, call))
    return [{ module, line: call.line, family: "http", callee, bounded: "no", how: "timeout=None" }];
  const api = apiOf(callee);
  if (!api || project.firstParty.has(callee.split(".")[0] ?? "")) return [];
  if (api.family === "process" && waitsForPerson(module, call)) return [];
  // It parses what another library has fetched as well.
  if (callee === "feedparser.parse" && !/ur[il]|https?:|link/i.test(call.args[0]?.text.split("(")[0] ?? ""))
    return [];
  if (callee.startsWith("socket.socket") && says(module, /\bSOCK_DGRAM\b/)) return [];
  // An application that is called in its own process.
  if (
    /^httpx\./.test(callee) &&
    call.args.some(({ name, text }) => name === "app" || /\b[AW]SGITransport\(/.test(text))
  )
    return [];
  const local = callee.startsWith("socket.socket") && isLocalSocket(module, call);
  const found = { module, line: call.line, family: local ? ("local" as const) : api.family, callee };
  const callees = () => module.callSites.map((one) => calleeOf(module, one));
  if (SESSION.test(callee)) return judgeSession(module, found, callees, around);
  if (isLifted(module, callee)) return [];
  const bound = boundOf(module, { ...call, callee }, api, around);
  if (POOL.test(callee)) return judgePool(found, bound, callees);
  if (/engine/.test(callee)) {
    const engine = judgeEngine(project, module, call, bound);
    return engine ? [{ ...found, ...engine }] : [];
  }
  // Its pool is a call of its own.
  if (api.family === "cache" && call.args.some(({ name }) => name === "connection_pool")) return [];
  if (api.family === "cache" && /redis/.test(callee) && bound.bounded === "no" && newRedis(project))
    return [{ ...found, bounded: "yes", how: "redis-py's default of 5 seconds" }];
  return [{ ...found, ...bound }];
}

const isLocalSocket = (module: PythonModule, { args }: CallSite): boolean =>
  says(module, /\bAF_UNIX\b/) && (!says(module, /\bAF_INET6?\b/) || /path/i.test(args[0]?.text ?? ""));

/** One request that takes away the time-out of its client. */
const lifts = (callee: string, { args }: CallSite): boolean =>
  /^(?:httpx\.(?:Async)?Client|aiohttp\.ClientSession)\(\)\.(?:get|post|put|patch|delete|head|options|request|stream)$/.test(
    callee,
  ) &&
  args.some(
    ({ name, text }) =>
      name === "timeout" && /^(?:None|(?:\w{1,40}\.)?(?:Client)?Timeout\((?:total=)?None\))$/.test(text),
  );

/** A client all of whose requests do that; they are counted by themselves. */
function isLifted(module: PythonModule, callee: string): boolean {
  if (!/^(?:httpx|aiohttp)\./.test(callee) || !says(module, /timeout/)) return false;
  return once(module, `lifts ${callee}`, () => {
    const requests = module.callSites.filter(
      (one) => one.callee.startsWith(`${callee}().`) && one.args.length > 0,
    );
    return requests.length > 0 && requests.every((one) => lifts(one.callee, one));
  });
}

/** An editor, a pager or a browser is closed when its user is done. */
function waitsForPerson(module: PythonModule, call: CallSite): boolean {
  const own = module.functionAt(call.line);
  const words = /editor|pager|browser|\bless\b|open_url|openurl|interactive/i;
  return (
    words.test(own?.name ?? "") ||
    words.test(own?.className ?? "") ||
    words.test(call.args[0]?.text.slice(0, 400) ?? "")
  );
}

const VERB = /^((?:self\.)?_?(?:session|sess|http))\.(get|post|put|patch|head|request)$/;

/** A session that may be given, or the functions of the library, which make one for each call. */
const OR_MODULE =
  /^\(\s{0,9}[\w.]{1,80}\s{1,9}or\s{1,9}(requests|httpx)\s{0,9}\)\.(get|post|put|patch|delete|head|options|request)$/;

/** The callee; a `session` that comes from elsewhere is one of requests where the module works with nothing else. */
function calleeOf(module: PythonModule, { callee, text }: CallSite): string {
  const either = callee === "" || callee.startsWith(".") ? OR_MODULE.exec(text) : null;
  if (either && module.importsPackage(either[1]!)) return `${either[1]}.${either[2]}`;
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
    for (const found of module.code.matchAll(/^[ \t]{0,40}class (\w{1,80})\([^)\n]{0,80}HTTPAdapter\)/gm))
      if (classSetsTimeout(module, found.index)) adapters.add(found[1] ?? "");
  }
  return {
    socketDefault,
    adapters,
    makers: findMakers(project, adapters),
    callersBound(name) {
      const said = callers.get(name) ?? judgeCallers(callsOf(project).get(name) ?? []);
      callers.set(name, said);
      return said;
    },
    namesTimeout: (module, passed) => namesTimeout(project.source, module, passed),
  };
}

/** Names that other objects have methods of too: their callers say nothing. */
const COMMON =
  /^_{0,2}(?:get|post|put|patch|delete|request|send|call|run|fetch|execute|wrapper|wrapped|inner|decorated|main|open|connect|__\w+__)$/;

interface Place {
  module: PythonModule;
  /** Where the bracket opens. */
  open: number;
}

/** More names than these stand in most modules. */
const MOST_NAMES = 1_000;
/** Calls of a function that are read. */
const MOST_CALLS = 200;
/** From the bracket, of which there are fewer than of words. */
const CALLED = /\((?<=(?<!\w|def )(\w{3,80})\()/g;

/** Calls of the project's functions that take `**kwargs`, by name: found in one pass, however many there are. */
const callsOf = oncePer(({ source }: Project) => {
  const calls = new Map<string, Place[]>();
  for (const { name, header } of source.flatMap(({ functions }) => functions))
    if (header.includes("**") && !COMMON.test(name)) calls.set(name, []);
  const names = [...calls.keys()];
  for (const module of source) {
    if (names.length < MOST_NAMES && !module.mentionsAny(names)) continue;
    for (const { index, 1: name = "" } of module.code.matchAll(CALLED)) {
      const known = calls.get(name);
      if (known && known.length <= MOST_CALLS) known.push({ module, open: index });
    }
  }
  return calls;
});

function judgeCallers(calls: readonly Place[]): "all" | "none" | "unknown" {
  let [bounded, total] = [0, 0];
  for (const { module, open } of calls) {
    if (total === MOST_CALLS) return "unknown";
    const { args } = readArguments(module, open);
    if (args.some(({ code }) => code.startsWith("**"))) return "unknown";
    total++;
    if (args.some((arg) => arg.name !== undefined && /timeout/.test(arg.name) && arg.text !== "None"))
      bounded++;
  }
  if (total === 0) return "unknown";
  return bounded === total ? "all" : bounded === 0 ? "none" : "unknown";
}
