/** HTTP routes of the project's own code, whichever framework they are written for, without a syntax tree. */
import type { Project } from "./project.ts";
import type { PythonModule } from "./python/module.ts";
import type { Statement } from "./python/statements.ts";
import { lineCounter } from "./python/tree.ts";
import {
  closingBracket,
  looksLikePath,
  methodsIn,
  pathOf,
  stringOf,
  stringsIn,
  VERBS,
} from "./route-arguments.ts";
import { readRouteCalls } from "./route-calls.ts";
import { readWrapped } from "./wrapped-routes.ts";

export interface Route {
  /** As written: `/health`, `^health/$`, `users/<int:pk>/`; of mounted routers and included URL modules the prefix. */
  path: string;
  /** What the router, blueprint or controller that it stands in puts before it, as far as its module shows. */
  prefix: string;
  /** Upper case, where the code names them; empty otherwise. */
  methods: readonly string[];
  /** Function or class that answers, as written: `views.health`; `undefined` where it cannot be seen. */
  handler: string | undefined;
  module: PythonModule;
  line: number;
  style: "decorator" | "call" | "django" | "tornado";
}

/** Packages that route requests, and the names under which routes are put together. */
const WEB_WORDS =
  "flask fastapi starlette django rest_framework ninja aiohttp litestar sanic quart bottle falcon pyramid tornado webapp2 cherrypy connexion chalice robyn blacksheep flask_restful flask_restx flask_smorest apiflask aws_lambda_powertools microdot sanic_ext starlite responder urlpatterns Blueprint APIRouter".split(
    " ",
  );

const routesOf = new WeakMap<PythonModule, readonly Route[]>();

/** All routes of non-test, non-example code, in order. */
export function findRoutes(project: Pick<Project, "source">): Route[] {
  return project.source.flatMap((module) => {
    const known = routesOf.get(module);
    if (known) return known;
    const routes = readRoutes(module);
    routesOf.set(module, routes);
    return routes;
  });
}

/** What is known to stand before a route: its router's prefix, and where its module or list is mounted. */
export function mountOf(route: Route, routes: readonly Route[]): string {
  const { prefix, module } = route;
  const list = route.style === "django" ? listOf(route) : undefined;
  const own = moduleWord(module.name);
  const mount = routes.find((other) => {
    const included = other.style === "django" && other.handler === "include";
    const line = included ? module.lineText(other.line) : "";
    if (other.module === module) return included && list !== undefined && line.includes(`include(${list}`);
    if (included) return other.module.lineText(other.line).includes(module.name);
    return own.length > 2 && other.style === "call" && (other.handler ?? "").split(/[._]/).includes(own);
  });
  return `${mount?.path ?? ""}/${prefix}`;
}

/** The name of the list that a route of Django stands in, where it is not the module's own. */
function listOf({ module, line }: Route): string | undefined {
  const holder = module.statementAt(line);
  if (!holder || holder.parent) return undefined;
  const name = /^\s{0,20}(\w{1,60})\s{0,4}(?::[^=\n]{0,60})?\+?=/.exec(
    module.code.slice(holder.start, holder.end),
  )?.[1];
  return name === "urlpatterns" ? undefined : name;
}

/** What a module is about: `jobs` for `app.jobs` and for `app.jobs.views`. */
function moduleWord(name: string): string {
  const parts = name.split(".");
  const last = parts.at(-1) ?? "";
  return /^(?:views|urls|routes?|routers?|api|handlers?|endpoints?|controllers?|main|app)$/.test(last)
    ? (parts.at(-2) ?? "")
    : last;
}

function readRoutes(module: PythonModule): Route[] {
  const { code } = module;
  const mayRoute =
    module.mentionsAny(WEB_WORDS) ||
    /@\w{1,40}\.(?:route|get|post)\(|\.add_(?:route|get|post|put|delete|url_rule|api_route)\(/.test(code);
  if (!mayRoute) return [];
  const routes = [readDecorators, readRouteCalls, readTuples, readWrapped].flatMap((read) => read(module));
  return routes.sort((a, b) => a.line - b.line);
}

/** `@app.get("/x")`, `@bp.route("/x", methods=["POST"])`, Litestar's `@get("/x")`. */
const DECORATOR =
  /^@(?:[\w.]{1,80}\.)?(route|get|post|put|patch|delete|head|options|api_route|websocket|websocket_route|http_get|http_post|custom_route|view)\(/;

/** CherryPy's methods answer under their own names. */
const EXPOSED = "@expose";
const pathAs = (name: string, { path }: Pick<Route, "path">): string =>
  path !== EXPOSED ? path : name === "index" ? "/" : `/${name}`;

function readDecorators(module: PythonModule): Route[] {
  const { text, code, statements } = module;
  const routes: Route[] = [];
  const routerPath = routerPrefix(module);
  const controllerPaths = readControllerPaths(module);
  let waiting: Omit<Route, "handler" | "prefix">[] = [];
  for (const statement of statements) {
    if (statement.keyword === "@") {
      const written = text.slice(statement.start, Math.min(statement.end, statement.start + 3_000)).trim();
      const found = DECORATOR.exec(written);
      const path = found ? pathOf(written.slice(found[0].length)) : undefined;
      if (/^@(?:cherrypy\.)?expose\b/.test(written) && module.importsPackage("cherrypy"))
        waiting.push({ path: EXPOSED, methods: [], module, line: statement.line, style: "decorator" });
      if (!found || path === undefined || !looksLikePath(path)) continue;
      const verb = (found[1] ?? "").toUpperCase();
      const methods = VERBS.test(verb) ? [verb] : methodsIn(written);
      waiting.push({ path, methods, module, line: statement.line, style: "decorator" });
      continue;
    }
    if (waiting.length === 0) continue;
    const head = code.slice(statement.start, Math.min(statement.end, statement.start + 400));
    const name = /\b(?:def|class)\s{1,4}(\w{1,120})/.exec(head)?.[1];
    const { parent } = statement;
    const owner =
      parent?.keyword === "class"
        ? /\bclass\s{1,4}(\w{1,120})/.exec(code.slice(parent.start, parent.end))?.[1]
        : undefined;
    const prefix = owner !== undefined && parent ? (controllerPaths.get(parent) ?? "") : routerPath;
    if (name !== undefined) {
      const handler = owner ? `${owner}.${name}` : name;
      routes.push(...waiting.map((route) => ({ ...route, path: pathAs(name, route), handler, prefix })));
    }
    waiting = [];
  }
  return routes;
}

/** `APIRouter(prefix="/x")`, `Blueprint("x", __name__, url_prefix="/x")`, Litestar's `Router(path="/x")`. */
function routerPrefix({ text, code }: PythonModule): string {
  const made = /(?<!\w)(?:APIRouter|Blueprint|Namespace|Router|NinjaAPI|AuthAPIRouter)\(/.exec(code);
  if (!made) return "";
  const open = made.index + made[0].length;
  const args = text.slice(open, closingBracket(code, open));
  return stringOf(args, "url_prefix") ?? stringOf(args, "prefix") ?? stringOf(args, "path") ?? "";
}

/** Litestar's controllers: `path = "/x"` in the class body. */
function readControllerPaths({ text, statements }: PythonModule): Map<Statement, string> {
  const paths = new Map<Statement, string>();
  for (const { parent, start, end } of statements) {
    if (parent?.keyword !== "class") continue;
    const written = text.slice(start, Math.min(end, start + 400));
    if (/^\s*path\s{0,4}(?::\s{0,4}\w+\s{0,4})?=/.test(written))
      paths.set(parent, stringsIn(written)[0] ?? "");
  }
  return paths;
}

/** Tornado and webapp2: `(r"/x", Handler)` in a list; so in a list that a loop registers. */
const TUPLE = /[[,(]\s{0,80}\(\s{0,20}r?["'] *["']\s{0,4},\s{0,80}([\w.]{1,120})/g;

const REGISTERS =
  /^[ \t]{0,40}for\s[^\n]{1,200}:\n[ \t]{1,40}[\w.]{1,80}\.(?:add_route|add_url_rule|add_api_route|add_view)\(\s{0,40}\w{1,40},/m;

function readTuples(module: PythonModule): Route[] {
  const looped =
    module.mentions("add_route", "add_url_rule", "add_api_route", "add_view") && REGISTERS.test(module.code);
  if (!looped && !/tornado|webapp2/.test(module.text)) return [];
  const lineOf = lineCounter(module.code);
  return [...module.code.matchAll(TUPLE)].flatMap((found) => {
    const written = module.text.slice(found.index, found.index + found[0].length);
    const path = stringsIn(written)[0];
    if (path === undefined) return [];
    const line = lineOf(found.index + written.search(/["']/));
    const style = looped ? ("call" as const) : ("tornado" as const);
    if (looped && !path.startsWith("/")) return [];
    return [{ path, prefix: "", methods: [], handler: found[1], module, line, style }];
  });
}
