/**
 * Lines that call out. Clients are made in one place and called in many, through attributes and imports: they are
 * followed by the name that they are given.
 */

import type { Family } from "./external/api.ts";
import { type ExternalCall, findProgramCalls } from "./external-calls.ts";
import type { Project } from "./project.ts";
import type { PythonModule } from "./python/module.ts";

/** Clients that are only made here, and connect later. */
const MADE =
  /^(?:DATABASES|SQLALCHEMY_DATABASE_URI)$|create_(?:async_)?engine$|engine_from_config$|Client(?:Session)?$|\.Session$|from_url$|Redis$|Elasticsearch$|OpenSearch$|resource$|client$|Database$|OpenAI$|Anthropic$|ConnectionPool$|create_pool$/;

/** Pools that open their first connections where they are made. */
const CONNECTS = /(?:^|\.)create_pool$/;

/** Clients that are followed, each through all modules. */
const MOST_CLIENTS = 200;

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
  let followed = 0;
  for (const call of findProgramCalls(project)) {
    if (!MADE.test(call.callee)) add(call.module, [call.line]);
    else if (++followed <= MOST_CLIENTS) {
      const uses = usesOf(project, call);
      for (const [module, at] of uses) add(module, at);
      if (uses.size === 0 && (handled(call.module) || CONNECTS.test(call.callee)))
        add(call.module, [call.line]);
    }
  }
  return new Map([...lines].map(([module, at]) => [module, [...at]]));
}

/** Where a client that is made here is called. */
function usesOf(project: Project, call: ExternalCall): Map<PythonModule, number[]> {
  const uses = new Map<PythonModule, number[]>();
  if (/^[A-Z_]+$|engine/.test(call.callee)) return uses;
  const direct = call.module.callSites.filter(({ callee }) => callee.startsWith(`${call.callee}().`));
  if (direct.length > 0)
    uses.set(
      call.module,
      direct.map(({ line }) => line),
    );
  const verbs = VERBS[call.family];
  if (verbs === undefined) return uses;
  for (const { owner, name } of namesGiven(call)) {
    for (const module of project.source) {
      if (module.role === "script" || !module.mentions(name)) continue;
      const named = isNamed(module, call.module, owner, name);
      if (!named && module !== call.module && COMMON.test(name)) continue;
      const found = findUses(module, name, verbs, named);
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

/** The names that the client is bound to where it is made; for a pool, those of the clients that take it. */
function namesGiven({ module, line, callee }: ExternalCall): Given[] {
  const statement = module.statementAt(line);
  const own = statement ? module.code.slice(statement.start, statement.end).slice(0, 1_000) : "";
  const texts = callee.includes("ConnectionPool")
    ? [...module.code.matchAll(/^.{0,120}\bRedis(?:\.from_pool)?\(/gm)].map((found) => found[0]).slice(0, 20)
    : [own];
  return texts.flatMap((text): Given[] => {
    const target =
      /^\s*([A-Za-z_][\w.]{0,80})(?:\s?:[^=\n]{1,80})?\s?=(?!=)/.exec(text)?.[1] ??
      /\bas (\w{2,60})\s?:\s*$/.exec(text)?.[1];
    if (target === undefined) return [];
    const dot = target.lastIndexOf(".");
    const name = target.slice(dot + 1);
    return name.length > 2 ? [{ owner: target.slice(0, Math.max(0, dot)), name }] : [];
  });
}

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

function findUses(module: PythonModule, name: string, verbs: string, bare: boolean): number[] {
  // A web framework's session of a user is none of HTTP, and an ORM's is followed nowhere.
  const before = bare ? "(?<!\\w)" : "(?<=(?<!\\b(?:request|req|db))\\.)";
  const pattern = new RegExp(`${before}${name}\\.(?:${verbs})\\(`, "g");
  return [...module.code.matchAll(pattern)].slice(0, 100).map(({ index }) => module.lineAt(index));
}
