/** Whether one call out is bounded in time, and by what. */
import type { CallSite } from "../python/call-sites.ts";
import { argument } from "../python/calls.ts";
import type { FunctionOutline } from "../python/functions.ts";
import type { PythonModule } from "../python/module.ts";
import { oncePer } from "../remember.ts";
import type { ExternalApi } from "./api.ts";

export interface Bound {
  bounded: "yes" | "no" | "unknown";
  /** `timeout=10`, `httpx's default of 5 seconds`, `no time-out`. Never holds a secret. */
  how: string;
}

/** What the project says in other places about the time-outs of its calls. */
export interface Surroundings {
  /** `socket.setdefaulttimeout` is called with a time. */
  socketDefault: boolean;
  /** Classes of adapters that put a time-out into requests. */
  adapters: ReadonlySet<string>;
  /** Functions and classes of the project that give sessions of requests: whether those bound their requests. */
  makers: ReadonlyMap<string, boolean>;
  /** Whether the callers of a function that takes `**kwargs` pass a time-out. */
  callersBound(name: string): "all" | "none" | "unknown";
  /** Whether what a module passes on with `**` names a time-out; `undefined` where that cannot be seen. */
  namesTimeout(module: PythonModule, passed: string): boolean | undefined;
}

const known = new WeakMap<PythonModule, Map<string, unknown>>();

/** What holds for a whole module is looked for once, however many calls it makes. */
export function once<T>(module: PythonModule, key: string, build: () => T): T {
  let facts = known.get(module);
  if (!facts) {
    facts = new Map();
    known.set(module, facts);
  }
  if (!facts.has(key)) facts.set(key, build());
  return facts.get(key) as T;
}

const no = (how: string): Bound => ({ bounded: "no", how });
const yes = (how: string): Bound => ({ bounded: "yes", how });

export function boundOf(module: PythonModule, call: CallSite, api: ExternalApi, around: Surroundings): Bound {
  const given =
    call.args.find(({ name }) => name !== undefined && api.keywords.test(name)) ??
    (api.position === undefined ? undefined : argument(call, "", api.position));
  if (given) {
    const name = given.name ?? "timeout";
    const said = judgeValue(module, given.text, call.line, 0);
    return { ...said, how: said.bounded === "no" ? `${name}=${said.how}` : said.how || `${name} is set` };
  }
  if (
    call.args.some(
      ({ text, star }) =>
        // What a request sends may have a field of that name.
        (api.family !== "http" || star !== undefined) &&
        /(?:timeout|TIMEOUT)\w{0,20}["']?\s{0,3}[=:]\s{0,3}\d/.test(text.slice(0, 2_000)),
    )
  )
    return yes("a time-out among its arguments");
  const waited = enclosingTimeout(module, call);
  if (waited !== undefined) return yes(waited);
  if (api.family === "cache" && asksInTime(module, call.callee)) return yes("a time-out around each request");
  if (api.maker !== undefined && made(module, api.maker)) return yes("a time-out given to the client");
  if (call.callee === "pycurl.Curl") {
    const option =
      /\.setopt\(\s{0,20}[\w.]{0,40}\bTIMEOUT(?:_MS)?\s{0,9},\s{0,20}([\w.]{1,80})\s{0,20}\)/.exec(
        module.code,
      );
    const said = option && judgeValue(module, option[1]!, module.lineAt(option.index), 0);
    if (said?.bounded === "no") return said;
    if (said || says(module, /\b(?:CONNECT)?TIMEOUT(?:_MS)?\b/)) return yes("its TIMEOUT option");
  }
  if (api.session && sessionBound(module, around)) return yes("the session's adapter sets a time-out");
  if (api.socketDefault && around.socketDefault) return yes("socket.setdefaulttimeout");
  if (
    /^socket\.socket/.test(call.callee) &&
    says(module, /\.settimeout\(\s{0,20}(?!None)|\.setblocking\(\s{0,4}(?:False|0)/)
  )
    return yes("settimeout on the socket");
  if (api.family === "rpc" && says(module, /\btimeout\s?=/)) return yes("deadlines on the calls");
  const passed = call.args.find(({ star }) => star === "**");
  if (passed) return judgePassed(module, passed.text, call.line, api, around);
  if (api.byDefault !== undefined) return yes(api.byDefault);
  if (api.undocumented) return { bounded: "unknown", how: "its library does not say how long it waits" };
  return no("no time-out");
}

/** Whether the code of a module matches anywhere. */
export const says = (module: PythonModule, pattern: RegExp): boolean =>
  once(module, `says ${pattern.source}`, () => pattern.test(module.code));

/** The module makes its clients with a time-out. */
const made = (module: PythonModule, maker: RegExp): boolean =>
  once(module, `made ${maker.source}`, () =>
    module.callSites.some(
      ({ callee, args }) =>
        maker.test(callee) && args.some(({ name, text }) => name === "timeout" && !NONE.test(text)),
    ),
  );

const NONE = /^(?:None|[\w.]*[tT]imeout\(\s{0,9}(?:total\s?=\s?)?None\s{0,9}\))$/;

/** A value given as a time-out; names are followed to their default. `how` is empty where the value is fine. */
function judgeValue(module: PythonModule, value: string, line: number, depth: number): Bound {
  const text = value.trim();
  if (NONE.test(text)) return no("None");
  const fine = yes("");
  if (depth > 3 || !/^(?:self\.|cls\.)?\w{1,80}$/.test(text)) return fine;
  const own = module.functionAt(line);
  const parameter = own && parameterDefault(own, text);
  if (own && parameter) {
    // Set in the body before it is used: `timeout = timeout or 10`.
    if (once(module, `sets ${own.line}`, () => setIn(module, own)).has(text)) return fine;
    return parameter.value === "None" ? no(`None unless the caller of ${own.name} says otherwise`) : fine;
  }
  const assigned = once(module, "assigned", () => readAssigned(module)).get(text);
  return assigned ? judgeValue(module, assigned.value, assigned.line, depth + 1) : fine;
}

/** Names that the statements inside a function set to something. */
const setIn = (module: PythonModule, { line, endLine }: FunctionOutline): ReadonlySet<string> =>
  new Set(
    module
      .statementsBetween(line, endLine)
      .map(
        ({ start, end }) =>
          /^\s*([\w.]{1,90})\s?=\s?(?!None\b|=)/.exec(module.code.slice(start, end))?.[1] ?? "",
      ),
  );

const ASSIGNMENT = /^[ \t]{0,80}([\w.]{1,90})(?:\s?:[^=\n]{1,80})?\s?=\s?([^\n#]{1,200})$/gm;

/** The first value that a module gives to each name. */
function readAssigned(module: PythonModule): Map<string, { value: string; line: number }> {
  const found = new Map<string, { value: string; line: number }>();
  for (const { index, 1: name = "", 2: value = "" } of module.code.matchAll(ASSIGNMENT))
    if (!found.has(name)) found.set(name, { value, line: module.lineAt(index) });
  return found;
}

/** The default of a function's parameter, `""` where it has none; `undefined` where there is no such parameter. */
function parameterDefault(own: FunctionOutline, name: string): { value: string } | undefined {
  const value = parametersOf(own).get(name);
  return value === undefined ? undefined : { value };
}

const PARAMETER =
  /[(,]\s{0,200}(\w{1,80})\s{0,4}(?::[^=,)]{0,200})?(?:=\s{0,4}([^,)\n]{0,200}))?\s{0,200}(?=[,)])/g;

/** Parameters of a function with their defaults. */
const parametersOf = oncePer(
  ({ header }: FunctionOutline) =>
    new Map(
      [...header.matchAll(PARAMETER)].reverse().map(([, name = "", value = ""]) => [name, value.trim()]),
    ),
);

/** What a function takes as `**kwargs`. */
const keywordsOf = oncePer(
  ({ header }: FunctionOutline) =>
    new Set([...header.matchAll(/\*\*\s?(\w{1,80})/g)].map(([, name]) => name)),
);

/** Calls around a call that are looked at. */
const MOST_OUTER = 60;

/** Time-outs of asyncio, anyio, async-timeout and alike around an awaited call. */
function enclosingTimeout(module: PythonModule, call: CallSite): string | undefined {
  let outer = call.within;
  for (let depth = 0; outer && depth < MOST_OUTER; depth++, outer = outer.within)
    if (/(?:^|\.)(?:wait_for|with_timeout)$/.test(outer.text)) return "asyncio.wait_for";
  for (let block = module.statementAt(call.line); block && block.keyword !== "def"; block = block.parent) {
    if (block.keyword !== "with") continue;
    const head = module.code.slice(block.start, Math.min(block.end, block.start + 400));
    const found = /\b(?:\w+\.)?(?:timeout|timeout_at|fail_after|move_on_after|Timeout)\(/.exec(head);
    if (found) return found[0].slice(0, -1);
  }
  return undefined;
}

/** A client all of whose requests in the module stand under a time-out. */
const asksInTime = (module: PythonModule, callee: string): boolean =>
  once(module, `in time ${callee}`, () => {
    const asked = module.callSites.filter((one) => one.callee.startsWith(`${callee}().`));
    return asked.length > 0 && asked.every((one) => enclosingTimeout(module, one) !== undefined);
  });

/** An adapter with a time-out is mounted, or the session's `request` is a partial with one. */
export function sessionBound(module: PythonModule, { adapters }: Pick<Surroundings, "adapters">): boolean {
  return once(module, "session", () => {
    const { code } = module;
    if (/\.request\s?=\s?(?:functools\.)?partial\([^)\n]{0,200}timeout/.test(code)) return true;
    return (
      code.includes(".mount(") &&
      adapters.size > 0 &&
      [...code.matchAll(/\b(\w{1,80})\(/g)].some(([, name = ""]) => adapters.has(name))
    );
  });
}

/** `**kwargs` holds a time-out where the function puts one there; else its callers decide. */
function judgePassed(
  module: PythonModule,
  passed: string,
  line: number,
  api: ExternalApi,
  around: Surroundings,
): Bound {
  const own = module.functionAt(line);
  if (once(module, `adds ${own?.line ?? 0}`, () => addsTimeout(module, own)))
    return yes("a time-out that the function adds");
  if (api.byDefault !== undefined) return yes(api.byDefault);
  const shown = passed.replace(/^\*\*\s?/, "").slice(0, 40);
  const named = around.namesTimeout(module, shown);
  if (named !== undefined) return named ? yes(`a time-out in ${shown}`) : no(`no time-out in ${shown}`);
  const isOwn = own !== undefined && keywordsOf(own).has(passed.replace(/\W/g, ""));
  const callers = isOwn ? around.callersBound(own.name) : "unknown";
  if (callers === "all") return yes(`every caller of ${own?.name} passes one`);
  if (callers === "none") return no(`no caller of ${own?.name} passes a time-out`);
  return { bounded: "unknown", how: `what **${passed.slice(0, 40)} holds cannot be seen` };
}

/** A function, or a module outside functions, that puts a time-out into what it passes on. */
function addsTimeout(module: PythonModule, own: FunctionOutline | undefined): boolean {
  const from = own ? own.statement.start : 0;
  const scope = module.text.slice(from, own ? own.statement.end + own.body.length : undefined);
  return /["'](?:\w{1,20}_)?timeout["']\s?[,\]:]|\btimeout\s?=/.test(scope);
}
