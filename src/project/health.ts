/** Routes by which the project itself tells whether it is well, and the probes that ask it. */
import { lineAt } from "./files.ts";
import type { Place } from "./manifests/types.ts";
import type { Project } from "./project.ts";
import { findRoutes, mountOf, type Route } from "./routes.ts";

export interface HealthSign extends Place {
  /** What was seen: `/health`, `HEALTHCHECK curl …`. */
  note: string;
}

/** Segments that speak of health in any project. */
const HEALTH =
  /^_{0,2}(?:health|healthz|healthy|health[-_]?checks?|health[-_]?status|heartbeat|lbheartbeat|liveness|livez|readiness|readyz|alive|is[-_]?alive)_{0,2}(?:\.(?:json|txt|html|php))?$/;
/** Segments that speak of it only where nothing of the domain stands before them. */
const OFTEN_HEALTH = /^_{0,2}(?:ping|status|live|ready|up|ht|probe)_{0,2}(?:\.(?:json|txt|html))?$/;
const BELOW_HEALTH =
  /^(?:live|liveness|livez|ready|readiness|readyz|startup|db|database|redis|cache|broker|celery|worker|queue|storage|status|check|ping|full|deep|detailed|shallow|simple|all|[<{(:].*)$/;
const GENERIC =
  /^(?:api|rest|v\d{1,3}(?:\.\d{1,3})?|_|-|app|web|internal|private|public|system|sys|service|server|monitor(?:ing)?|manage(?:ment)?|utils?|utilities|common|core|meta|actuator|probes?|k8s|misc|info|check|__\w{1,20}__|[<{(][^/]{0,12}(?:prefix|version)[^/]{0,24})$/;

const segmentsOf = (path: string): string[] =>
  path
    .toLowerCase()
    .replace(/\\z|[\\^$]/g, "")
    .replace(/\?$/, "")
    .split("/")
    .filter((segment) => segment !== "");

/** Whether a path ends in a word, and nothing of the domain stands before it: `/api/v1/metrics`. */
export function endsInOwn(path: string, word: RegExp): boolean {
  const segments = segmentsOf(path);
  return word.test(segments.at(-1) ?? "") && segments.slice(0, -1).every((segment) => GENERIC.test(segment));
}

/** Whether a path is one that tells of the project's own health. */
export function isHealthPath(path: string): boolean {
  const segments = segmentsOf(path);
  const at = segments.findIndex((segment) => HEALTH.test(segment));
  if (at !== -1) {
    const before = segments.slice(0, at);
    return (
      !before.some((segment) => /[<{(:*]/.test(segment) && !GENERIC.test(segment)) &&
      segments.slice(at + 1).every((segment) => BELOW_HEALTH.test(segment) || HEALTH.test(segment))
    );
  }
  return endsInOwn(path, OFTEN_HEALTH);
}

const HEALTH_HANDLER =
  /(?:^|[._])(?:\w{0,40}_)?(?:health(?:_?checks?|z)?|liveness|readiness|heartbeat)(?:_\w{0,20})?$|Health(?:z|[cC]heck)?(?:View|Handler|Resource|Endpoint|Controller|API)?(?:\.as_view)?$/;

/** No service has more. */
const MAX_CANDIDATES = 100;

/** Routes of the project that tell of its health. */
export function findHealthRoutes(project: Project): HealthSign[] {
  const routes = findRoutes(project);
  const isBare = ({ path, handler }: Route) => /^[/^$]*$/.test(path) && HEALTH_HANDLER.test(handler ?? "");
  const found = routes
    .filter((route) => isBare(route) || isHealthPath(`${route.prefix}/${route.path}`))
    .slice(0, MAX_CANDIDATES)
    // Where it is mounted can only take a path out again: `/status` of orders.
    .filter((route) => isBare(route) || isHealthPath(`${mountOf(route, routes)}/${route.path}`))
    .map(({ module, line, path, prefix }) => ({
      path: module.path,
      line,
      note: `route ${path || prefix || "/"}`,
    }));
  return [...found, ...findNamedRoutes(project, new Set(found.map(({ path, line }) => `${path}:${line}`)))];
}

/** Routes whose path is a constant: `@get(path=urls.SYSTEM_HEALTH)`. */
function findNamedRoutes({ source }: Project, known: ReadonlySet<string>): HealthSign[] {
  return source.flatMap((module) => {
    if (!/HEALTH|LIVENESS|READINESS|HEARTBEAT/.test(module.code)) return [];
    return module.functions.flatMap(({ decorators }) =>
      decorators.flatMap(({ text, line }) => {
        const route =
          /^(?:[\w.]{1,60}\.)?(?:get|route|api_route|head)\(\s{0,20}(?:path\s{0,4}=\s{0,4})?[\w.]{0,60}(?:HEALTH|LIVENESS|READINESS|HEARTBEAT)/;
        return route.test(text) && !known.has(`${module.path}:${line}`)
          ? [{ path: module.path, line, note: `@${text.slice(0, 60)}` }]
          : [];
      }),
    );
  });
}

/** Documents of an API that make its routes. */
const DOCUMENT = /(?:^|\/)[\w-]{0,40}(?:openapi|swagger|api|spec)[\w.-]{0,40}\.(?:ya?ml|json)$/i;
const DOCUMENTED = /^\s{1,8}["']?(\/[\w/{}.-]{1,100})["']?\s{0,4}:/gm;

/** Paths of the document that connexion serves. */
export function findDocumentedPaths(project: Project): HealthSign[] {
  if (!project.imports("connexion")) return [];
  return project.files.paths
    .filter((path) => DOCUMENT.test(path))
    .flatMap((path) => {
      const text = project.files.text(path) ?? "";
      const found = [...text.matchAll(DOCUMENTED)].find(([, route = ""]) => isHealthPath(route));
      return found
        ? [{ path, line: lineAt(text, found.index + found[0].indexOf("/")), note: `route ${found[1]}` }]
        : [];
    });
}

const COMPARED =
  /(?:\bpath\b(?:["']\])?|PATH_INFO["']\])[^\n"'=]{0,30}(?:==|\bin\b|startswith\()\s{0,4}[([{]?\s{0,4}["'](\/[\w/.-]{1,60})["']/g;

/** One of them stands in the code that compares: `request.path`, `scope["path"]`, `environ["PATH_INFO"]`. */
const PATHS = ["path", "scope", "env", "environ", "environment"];

/** Servers and middleware without a router: `if self.path == "/health":` with an answer below. */
export function findComparedPaths({ source }: Project): HealthSign[] {
  return source.flatMap((module) => {
    if (!module.mentionsAny(PATHS) || !/health|heartbeat|alive|readyz|livez|["']\/ping/.test(module.text))
      return [];
    return [...module.text.matchAll(COMPARED)].flatMap((found) => {
      if (!isHealthPath(found[1] ?? "") || module.code.slice(found.index, found.index + 4) === "    ")
        return [];
      const line = module.lineAt(found.index);
      const below = [0, 1, 2, 3, 4].map((after) => module.codeLine(line + after)).join("\n");
      const answers =
        /send_response\(|Response\(|start_response\(|\bsend\(|\breturn\s{1,4}(?!await\b|self\.(?:get_response|app)|call_next|None\b|True\b|False\b)\S/.test(
          below,
        );
      return answers ? [{ path: module.path, line, note: `answers ${found[1]}` }] : [];
    });
  });
}
