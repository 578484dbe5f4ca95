/** HTTP routes of the project's own code, whichever framework they are written for, without a syntax tree. */
import type { Project } from "./project.ts";
import type { PythonModule } from "./python/module.ts";

export interface Route {
  /** As written: `/health`, `^health/$`, `users/<int:pk>/`. */
  path: string;
  /** Upper case, where the code names them; empty otherwise. */
  methods: readonly string[];
  /** Function or class that answers, as written: `views.health`; `undefined` where it cannot be seen. */
  handler: string | undefined;
  module: PythonModule;
  line: number;
  style: "decorator" | "call" | "django" | "tornado";
}

const WEB_PACKAGES = [
  "flask",
  "fastapi",
  "starlette",
  "django",
  "rest_framework",
  "ninja",
  "aiohttp",
  "litestar",
  "sanic",
  "quart",
  "bottle",
  "falcon",
  "pyramid",
  "tornado",
  "cherrypy",
  "connexion",
  "chalice",
  "robyn",
  "blacksheep",
  "flask_restful",
  "flask_restx",
  "flask_smorest",
  "apiflask",
  "aws_lambda_powertools",
  "microdot",
  "sanic_ext",
  "starlite",
  "fastapi_utils",
  "responder",
];

/** `@app.get("/x")`, `@bp.route("/x", methods=["POST"])`, Litestar's `@get("/x")`. */
const DECORATOR =
  /^[ \t]*@(?:[\w.]{1,80}\.)?(route|get|post|put|patch|delete|head|options|api_route|websocket|websocket_route|http_get|http_post|custom_route|view)\(/gm;

/** `path("x/", view)`, `Route("/x", view)`, `app.add_url_rule("/x", …)`, `web.get("/x", view)`, `router.add_get(…)`. */
const CALL =
  /(?<![\w])(?:(path|re_path|url)|((?:[\w.]{1,80}\.)?(?:add_url_rule|add_api_route|add_route|add_resource|add_api_websocket_route|add_get|add_post|add_put|add_patch|add_delete|add_view|register)|web\.(?:get|post|put|patch|delete|head|route|view)|Route|WebSocketRoute|APIRoute|Mount|register_blueprint|include_router))\(/g;

/** Tornado and webapp2: `(r"/x", Handler)` in a list. */
const TUPLE = /[[,(]\s{0,80}\(\s{0,20}r?["'] *["']\s{0,4},\s{0,80}([\w.]{1,120})/g;

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

function readRoutes(module: PythonModule): Route[] {
  const { text, code } = module;
  const mayRoute =
    WEB_PACKAGES.some((name) => text.includes(name)) ||
    /urlpatterns|Blueprint|APIRouter/.test(text) ||
    /@\w{1,40}\.(?:route|get|post)\(/.test(code);
  if (!mayRoute) return [];
  return [...readDecorators(module), ...readRouteCalls(module), ...readTuples(module)].sort(
    (a, b) => a.line - b.line,
  );
}

function readDecorators(module: PythonModule): Route[] {
  const routes: Route[] = [];
  for (const one of module.functions) {
    for (const { text, line } of one.decorators) {
      DECORATOR.lastIndex = 0;
      const found = DECORATOR.exec(`@${text}`);
      const path = found && firstString(text);
      if (!found || path === undefined || path === null || !looksLikePath(path)) continue;
      const verb = (found[1] ?? "").toUpperCase();
      const methods = /^(?:GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS)$/.test(verb) ? [verb] : methodsIn(text);
      routes.push({
        path,
        methods,
        handler: one.className ? `${one.className}.${one.name}` : one.name,
        module,
        line,
        style: "decorator",
      });
    }
  }
  return routes;
}

function readRouteCalls(module: PythonModule): Route[] {
  const routes: Route[] = [];
  const { code, text } = module;
  const django = /urlpatterns|django/.test(text);
  for (const found of code.matchAll(CALL)) {
    if (found[1] !== undefined && !django) continue;
    const open = found.index + found[0].length;
    const close = closing(code, open);
    const args = text.slice(open, close);
    const path = firstString(args);
    if (path === undefined || (found[1] === undefined && !looksLikePath(path))) continue;
    const line = code.slice(0, found.index).split("\n").length;
    routes.push({
      path,
      methods: methodsIn(args),
      handler: handlerIn(args),
      module,
      line,
      style: found[1] === undefined ? "call" : "django",
    });
  }
  return routes;
}

function readTuples(module: PythonModule): Route[] {
  if (!/tornado|webapp2/.test(module.text)) return [];
  return [...module.code.matchAll(TUPLE)].flatMap((found) => {
    const written = module.text.slice(found.index, found.index + found[0].length);
    const path = firstString(written);
    if (path === undefined) return [];
    const line = module.code.slice(0, found.index).split("\n").length + (/^[[,(]\s*\n/.test(written) ? 1 : 0);
    return [{ path, methods: [], handler: found[1], module, line, style: "tornado" as const }];
  });
}

/** Bounded: an argument list of a route is short. */
function closing(code: string, open: number): number {
  let depth = 1;
  const end = Math.min(code.length, open + 2_000);
  for (let i = open; i < end; i++) {
    const c = code.charCodeAt(i);
    if (c === 40 || c === 91 || c === 123) depth++;
    else if (c === 41 || c === 93 || c === 125) depth--;
    if (depth === 0) return i;
  }
  return end;
}

function firstString(args: string): string | undefined {
  const found =
    /^[^"'()]{0,200}\(?\s{0,80}(?:path\s{0,4}=\s{0,4}|rule\s{0,4}=\s{0,4})?[rRbufF]{0,2}(?:"([^"\n]{0,300})"|'([^'\n]{0,300})')/.exec(
      args,
    );
  return found ? (found[1] ?? found[2] ?? "") : undefined;
}

const looksLikePath = (path: string): boolean =>
  path === "" || /^[/^{<*]/.test(path) || /^[\w./<>:{}-]{1,120}\/?$/.test(path);

function methodsIn(args: string): string[] {
  const list = /methods\s{0,4}=\s{0,4}[[({]([^\])}]{0,200})/.exec(args)?.[1] ?? "";
  return [...list.matchAll(/["'](\w{1,10})["']/g)].map((found) => (found[1] ?? "").toUpperCase());
}

function handlerIn(args: string): string | undefined {
  const named = /(?:view_func|endpoint|handler)\s{0,4}=\s{0,4}([\w.]{1,120})/.exec(args)?.[1];
  if (named !== undefined) return named;
  return /^[^,]{0,320},\s{0,200}(?:name\s{0,4}=[^,]{0,100},\s{0,200})?([A-Za-z_][\w.]{0,120})/.exec(
    args,
  )?.[1];
}
