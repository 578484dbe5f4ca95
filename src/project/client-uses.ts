/**
 * Lines that call out. Clients are made in one place and called in many, through attributes and imports: they are
 * followed by the name that they are given.
 */

import type { Family } from "./external/api.ts";
import { type ExternalCall, findProgramCalls } from "./external-calls.ts";
import type { Project } from "./project.ts";
import type { PythonModule } from "./python/module.ts";
import { oncePer, remember } from "./remember.ts";

/** Clients that are only made here, and connect later. */
const MADE =
  /^(?:DATABASES|SQLALCHEMY_DATABASE_URI)$|create_(?:async_)?engine$|engine_from_config$|Client(?:Session)?$|\.Session$|from_url$|Redis$|Elasticsearch$|OpenSearch$|resource$|client$|Database$|OpenAI$|Anthropic$|ConnectionPool$|create_pool$|HTTPProvider$|Groq$|GenerativeModel$|Reddit$|Github$|Minio$|Spotify$|tweepy\.API$|ServerProxy$/;

/** Pools that open their first connections where they are made. */
const CONNECTS = /(?:^|\.)create_pool$/;

/** Clients that are followed, each through all modules. */
const MOST_CLIENTS = 200;
/** Calls of the methods of one name that are looked at in a module. */
const MOST_USES = 2_000;

const VERBS: Partial<Record<Family, string>> = {
  http: "get|post|put|patch|delete|head|options|request|ws_connect|stream|send",
  cache:
    "get|set|setex|setnx|mget|mset|incr|decr|expire|delete|exists|hget|hset|hgetall|hmset|hdel|hvals|hkeys|lpush|rpush|lpop|rpop|blpop|brpop|lrange|sadd|srem|smembers|zadd|zrange|publish|pubsub|ping|pipeline|scan|keys|ttl",
  database:
    "execute|executemany|fetch|fetchrow|fetchval|fetchall|acquire|find|find_one|insert_one|insert_many|update_one|delete_one|aggregate|write_api|query_api",
  cloud: "\\w{3,40}",
  search: "search|index|bulk|get|delete|update|count|scroll|indices",
};

/**
 * Lines of calls, by module. Uses of an ORM's engine are not followed.
 *
 * @param handled whether a framework handles whatever rises: there the place where a client is made stands for calls
 *   out of sight
 */
export function findCallLines(
  project: Project,
  handled: (module: PythonModule) => boolean,
): Map<PythonModule, number[]> {
  const lines = new Map<PythonModule, Set<number>>();
  const add = (module: PythonModule, at: readonly number[]): void => {
    if (at.length === 0) return;
    const known = lines.get(module) ?? new Set();
    lines.set(module, known);
    for (const line of at) known.add(line);
  };
  const calls = findProgramCalls(project);
  const clients = calls.filter(({ callee }) => MADE.test(callee)).slice(0, MOST_CLIENTS);
  const given = new Map(clients.map((call) => [call, namesGiven(call)]));
  const names = new Set([...given.values()].flat().map(({ name }) => name));
  const callsIn = oncePer((module: PythonModule) => readMethodCalls(module, names));
  for (const call of calls) {
    const own = given.get(call);
    if (!MADE.test(call.callee)) add(call.module, [call.line]);
    else if (own) {
      const uses = usesOf(project, call, own, callsIn);
      for (const [module, at] of uses) add(module, at);
      if (uses.size === 0 && (handled(call.module) || CONNECTS.test(call.callee)))
        add(call.module, [call.line]);
    }
  }
  return new Map([...lines].map(([module, at]) => [module, [...at]]));
}

/** Lines of calls of what a callee gives; few callees make clients. */
const directUses = oncePer((module: PythonModule) =>
  remember((callee: string) =>
    module.callSites.filter((one) => one.callee.startsWith(`${callee}().`)).map(({ line }) => line),
  ),
);

/** Where a client that is made here is called. */
function usesOf(
  project: Project,
  call: ExternalCall,
  given: readonly Given[],
  callsIn: (module: PythonModule) => ReadonlyMap<string, readonly MethodCall[]>,
): Map<PythonModule, number[]> {
  const uses = new Map<PythonModule, number[]>();
  if (/^[A-Z_]+$|engine/.test(call.callee)) return uses;
  const direct = directUses(call.module)(call.callee);
  if (direct.length > 0) uses.set(call.module, direct);
  const verbs = VERBS[call.family];
  if (verbs === undefined) return uses;
  for (const { owner, name } of given) {
    for (const module of project.source) {
      if (module.role === "script" || !module.mentions(name)) continue;
      const named = isNamed(module, call.module, owner, name);
      if (!named && module !== call.module && COMMON.test(name)) continue;
      const found = findUses(module, callsIn(module).get(name) ?? [], new RegExp(`^(?:${verbs})$`), named);
      if (found.length > 0) uses.set(module, [...(uses.get(module) ?? []), ...found]);
    }
  }
  return uses;
}

/** Attributes of many objects: followed in their own module only. */
const COMMON = /^_?(?:client|conn|connection|db|pool|cursor|api|cache|engine|http)$/;

interface Given {
  /** What stands before the last dot: `self`, `app.state`; `""` for a bare name. */
  owner: string;
  name: string;
}

/** Lines that make the clients of a pool. */
const poolUsers = oncePer(({ code }: PythonModule) =>
  [...code.matchAll(/^.{0,120}\bRedis(?:\.from_pool)?\(/gm)].map(([line]) => line).slice(0, 20),
);

/** The names that the client is bound to where it is made; for a pool, those of the clients that take it. */
function namesGiven({ module, line, callee }: ExternalCall): Given[] {
  const statement = module.statementAt(line);
  const own = statement ? module.code.slice(statement.start, statement.end).slice(0, 1_000) : "";
  const texts = callee.includes("ConnectionPool") ? poolUsers(module) : [own];
  return texts.flatMap((text): Given[] => {
    const target =
      /^\s*([A-Za-z_][\w.]{0,80})(?:\s?:[^=\n]{1,80})?\s?=(?!=)/.exec(text)?.[1] ??
      /\bas (\w{2,60})\s?:\s*$/.exec(text)?.[1];
    if (target === undefined) return [];
    return [target, ...(passedOn(module).get(target) ?? [])].flatMap((one) => {
      const dot = one.lastIndexOf(".");
      const name = one.slice(dot + 1);
      return name.length > 2 ? [{ owner: one.slice(0, Math.max(0, dot)), name }] : [];
    });
  });
}

/** What bare names are handed on as: `Bot(http_session=session)`, `app.state.mail = client`. */
const passedOn = oncePer(({ code }: PythonModule) => {
  const names = new Map<string, string[]>();
  for (const { 1: as = "", 2: name = "" } of code.matchAll(PASSED)) {
    const known = names.get(name) ?? [];
    names.set(name, known);
    if (as !== name && known.length < MOST_NAMES) known.push(as);
  }
  return names;
});

/** From the sign, of which there are fewer than of words. */
const PASSED = /=(?<=(?<![\w.])([A-Za-z_][\w.]{1,80})\s?=)\s?([a-z_]\w{1,60})(?=\s{0,20}[,)\n])/g;
/** Names of one client that are followed. */
const MOST_NAMES = 5;

/** Whether the bare name is the client in a module: it is made there, put there, or imported from there. */
function isNamed(module: PythonModule, from: PythonModule, owner: string, name: string): boolean {
  if (module === from) return true;
  const put = from.aliases.get(owner)?.replace(/^\.+/, "");
  if (put !== undefined && put !== "" && (module.name === put || module.name.endsWith(`.${put}`)))
    return true;
  return (
    owner === "" &&
    module.aliases
      .get(name)
      ?.split(".")
      .includes(from.name.split(".").at(-1) ?? "") === true
  );
}

interface MethodCall {
  at: number;
  method: string;
}

/** From the dot, of which there are fewer than of words; what stands before it is looked at behind it. */
const METHOD_CALL = /\.(?=(\w{3,40})\()(?<=(?<!\w)(\w{3,80})\.)/g;

/** Calls of the methods of named objects, found in one pass over a module. */
function readMethodCalls(
  { code }: PythonModule,
  names: ReadonlySet<string>,
): ReadonlyMap<string, readonly MethodCall[]> {
  const calls = new Map<string, MethodCall[]>();
  for (const { index, 1: method = "", 2: name = "" } of code.matchAll(METHOD_CALL)) {
    if (!names.has(name)) continue;
    const known = calls.get(name) ?? [];
    calls.set(name, known);
    if (known.length < MOST_USES) known.push({ at: index - name.length, method });
  }
  return calls;
}

/** A web framework's session of a user is none of HTTP, and an ORM's is followed nowhere. */
const isAttribute = ({ code }: PythonModule, at: number): boolean =>
  code[at - 1] === "." && !/\b(?:request|req|db)$/.test(code.slice(Math.max(0, at - 9), at - 1));

function findUses(
  module: PythonModule,
  calls: readonly MethodCall[],
  verbs: RegExp,
  bare: boolean,
): number[] {
  return calls
    .filter(({ at, method }) => verbs.test(method) && (bare || isAttribute(module, at)))
    .slice(0, 100)
    .map(({ at }) => module.lineAt(at));
}
