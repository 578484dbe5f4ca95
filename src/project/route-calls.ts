/** Routes that are calls: Django's lists of URLs, and what frameworks register one by one. */
import type { PythonModule } from "./python/module.ts";
import {
  closingBracket,
  looksLikePath,
  methodsIn,
  nameOf,
  pathOf,
  stringOf,
  stringsIn,
} from "./route-arguments.ts";
import type { Route } from "./routes.ts";

/** Django's `path("x/", view)`. */
const DJANGO_CALL = /(?<![\w.])(path|re_path|url)\(/g;
/**
 * `Route("/x", view)`, `app.add_url_rule("/x", …)`, `web.get("/x", view)`, `router.add_get(…)`. What leads to a name is
 * looked at behind it, since names are few and beginnings many.
 */
const CALL =
  /\b(?:add_(?:url_rule|api_route|route|resource|api_websocket_route|get|post|put|patch|delete|view)|mount|register_blueprint|include_router)\((?<=(?<![\w.])(?:[\w.]{1,80}\.)?\w{5,25}\()|\.register\((?<=(?<![\w.])(?:[\w.]{1,80}\.)?\w{0,40}[rR]outer\w{0,40}\.register\()|(?<![\w.])(?:(?:tornado\.)?web\.(?:url|URLSpec)|URLSpec|web\.(?:get|post|put|patch|delete|head|route|view)|Route|WebSocketRoute|APIRoute|Mount|(?:cornice\.)?Service)\(/g;
/** One of them stands wherever that matches. */
const CALL_WORDS =
  "add_url_rule add_api_route add_route add_resource add_api_websocket_route add_get add_post add_put add_patch add_delete add_view mount register_blueprint include_router register web URLSpec Route WebSocketRoute APIRoute Mount Service".split(
    " ",
  );

/** Routes of calls, in order. */
export const readRouteCalls = (module: PythonModule): Route[] =>
  [...readDjangoCalls(module), ...readOtherCalls(module)].sort((a, b) => a.line - b.line);

function readDjangoCalls(module: PythonModule): Route[] {
  const names = ["path", "re_path", "url"].filter((name) => module.mentions(name) && isDjango(name, module));
  if (names.length === 0) return [];
  return [...module.code.matchAll(DJANGO_CALL)].flatMap(({ 0: call, 1: name = "", index }) => {
    const args = argumentsAt(module, index + call.length);
    const path = names.includes(name) ? pathOf(args) : undefined;
    return path === undefined ? [] : [callRoute(module, index, path, args, undefined)];
  });
}

function readOtherCalls(module: PythonModule): Route[] {
  if (!module.mentionsAny(CALL_WORDS)) return [];
  return [...module.code.matchAll(CALL)].flatMap(({ 0: call, index }) => {
    const callee = call.slice(0, -1);
    const args = argumentsAt(module, index + call.length);
    // Cornice's services; other things are called so, too.
    if (callee.endsWith("Service") && !module.importsPackage("cornice") && !/\bpath\s{0,4}=/.test(args))
      return [];
    const path = callPath(args, callee);
    return path === undefined || !looksLikePath(path) ? [] : [callRoute(module, index, path, args, callee)];
  });
}

const argumentsAt = ({ code, text }: PythonModule, open: number): string =>
  text.slice(open, closingBracket(code, open));

/** @param callee `undefined` for Django's */
const callRoute = (
  module: PythonModule,
  at: number,
  path: string,
  args: string,
  callee: string | undefined,
): Route => ({
  path,
  prefix: "",
  methods: methodsIn(args),
  handler: handlerIn(args, callee),
  module,
  line: module.lineAt(at),
  style: callee === undefined ? "django" : "call",
});

/** `path` and `url` are usual names: they make routes where they come from Django, or stand in its URL list. */
function isDjango(name: string, { aliases, text }: PythonModule): boolean {
  const from = aliases.get(name);
  return from === undefined
    ? text.includes("urlpatterns")
    : /^(?:django|ninja)\b/.test(from) || from.startsWith(".");
}

/** Pyramid gives a name first, aiohttp a method, Flask-RESTful a class; what is mounted may have a prefix. */
function callPath(args: string, callee: string): string | undefined {
  if (callee.endsWith("register_blueprint")) return stringOf(args, "url_prefix");
  if (callee.endsWith("include_router")) return stringOf(args, "prefix");
  if (callee.endsWith("add_route")) {
    const [first, second] = stringsIn(args);
    const given = stringOf(args, "pattern") ?? stringOf(args, "path");
    if (given !== undefined) return given;
    return second?.startsWith("/") && !first?.startsWith("/") ? second : pathOf(args);
  }
  return callee.endsWith("add_resource") ? stringsIn(args)[0] : pathOf(args);
}

function handlerIn(args: string, callee: string | undefined): string | undefined {
  const named = /(?:view_func|endpoint|handler)\s{0,4}=\s{0,4}([A-Za-z_][\w.]{0,120})/.exec(args)?.[1];
  if (named !== undefined) return named;
  if (callee?.endsWith("add_resource") || callee?.endsWith("include_router")) return nameOf(args, 0);
  if (callee?.endsWith("register_blueprint")) return nameOf(args, 0);
  return nameOf(args, 1) ?? nameOf(args, 2);
}
