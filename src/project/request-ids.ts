/** Ids by which one request can be followed: libraries, log contexts, headers. */
import { findSettingNames, findTools, type Tool } from "./instrumentation.ts";
import type { MonitoringSign } from "./monitoring-signs.ts";
import type { Project } from "./project.ts";
import type { PythonModule } from "./python/module.ts";
import { findOutsideComments } from "./python/outside-comments.ts";

const LIBRARIES: readonly Tool[] = [
  { name: "asgi-correlation-id", package: "asgi_correlation_id" },
  { name: "django-guid", package: "django_guid" },
  { name: "django-structlog", package: "django_structlog" },
  { name: "django-log-request-id", package: "log_request_id" },
  { name: "flask-log-request-id", package: "flask_log_request_id" },
  { name: "starlette-context", package: "starlette_context", api: /RequestId|CorrelationId/ },
  { name: "celery with ids", package: "celery_correlation_id" },
  { name: "request-id", package: "request_id" },
  { name: "aiohttp with ids", package: "aiohttp_request_id" },
  { name: "fastapi-correlation", package: "fastapi_correlation" },
  { name: "OpenTelemetry in log lines", package: "opentelemetry.instrumentation.logging" },
  { name: "Dockerflow", package: "dockerflow", api: /RequestIdLogFilter|Dockerflow\b|Middleware/ },
];
const MIDDLEWARE =
  /^(?:django_guid|django_structlog|log_request_id|request_id|cid|django_cid|correlation_id|dockerflow\.django)(?:\.|$)|RequestId\w{0,20}(?:Middleware|Filter)$|CorrelationId\w{0,20}(?:Middleware|Filter)$/i;

function findIdLibraries(project: Project): MonitoringSign[] {
  const used = findTools(project, LIBRARIES).map(({ path, line, tool, api }) => ({
    path,
    line,
    tool,
    note: api,
  }));
  const set = findSettingNames(project, MIDDLEWARE).map(({ path, line, name }) => ({
    path,
    line,
    tool: name,
    note: name,
  }));
  return [...used, ...set];
}

const ID = "(?:request|correlation|trace|req|transaction)[-_.]?id";
const NAMED = new RegExp(`\\b(?:x-)?${ID}\\b|\\btraceparent\\b`, "i");
const SPEAKS = new RegExp(`${ID}|traceparent`, "i");
/** The id in a log context, a log record, a log format, or a header that is set. */
const BOUND = new RegExp(
  [
    `\\b(?:bind_contextvars|bound_contextvars|bind|contextualize|bind_threadlocal|append_keys|set_tag)\\([^()\\n]{0,120}?\\b${ID}["']?\\s{0,4}[=:,]`,
    `\\brecord\\.${ID}\\s{0,4}=`,
    `\\[["'](?:x-)?${ID}["']\\]\\s{0,4}=(?!=)`,
    `["']x-${ID}["']\\s{0,4}:`,
    `\\b(?:headers\\.(?:append|add|set|setdefault)|add_header|set_header)\\(\\s{0,4}["']x-${ID}["']`,
    `%\\(${ID}\\)s`,
    `\\{(?:extra\\[)?${ID}\\]?(?::[^}\\n]{0,10})?\\}[^\\n]{0,80}\\b(?:level|message|msg)`,
    `\\b(?:level|message|msg)[^\\n]{0,80}\\{(?:extra\\[)?${ID}\\]?(?::[^}\\n]{0,10})?\\}`,
    `\\bextra\\s{0,4}=[^\\n]{0,120}["']${ID}["']`,
    "\\binject_lambda_context\\b|\\bset_correlation_id\\(",
  ].join("|"),
  "i",
);
const KEY = new RegExp(`["']${ID}["']\\s{0,4}:`, "i");
const LOGS =
  /\bextra\s{0,4}=|\bbind\w{0,20}\(|\blog(?:ger)?\.\w{3,9}\(|\w{0,40}LoggerAdapter\(|^\s{0,80}\w{0,40}(?:log|extra|context|record|event)\w{0,40}\s{0,4}=/i;
const FORMATS = /\w{0,20}Formatter\b|\bformatters?\b/;

/** The key is of what the statement logs, or of what a formatter makes; a request may also be an order's own. */
function isLogged(module: PythonModule, line: number, above: readonly string[]): boolean {
  const statement = module.statementAt(line);
  const written = statement
    ? module.code.slice(statement.start, Math.min(statement.end, statement.start + 2_000))
    : "";
  return LOGS.test(written) || FORMATS.test(above.join("\n"));
}

const naming = new WeakMap<PythonModule, boolean>();

/** Whether a module speaks of such an id at all. */
function namesId(module: PythonModule): boolean {
  const known = naming.get(module) ?? SPEAKS.test(module.text);
  naming.set(module, known);
  return known;
}

function findBound(module: PythonModule): MonitoringSign[] {
  if (!namesId(module) && !module.text.includes("inject_lambda_context")) return [];
  const code = module.code.split("\n");
  const at = code.findIndex((line, index) => {
    const text = module.lineText(index + 1);
    if (line.length > 1_000 || line.trim() === "") return false;
    const found = BOUND.exec(text) ?? KEY.exec(text);
    // What stands behind the end of the code is a comment.
    if (!found || found.index >= line.trimEnd().length) return false;
    return BOUND.test(text) || isLogged(module, index + 1, code.slice(Math.max(0, index - 12), index));
  });
  if (at === -1) return [];
  const name = NAMED.exec(module.lineText(at + 1))?.[0] ?? "request_id";
  return [{ path: module.path, line: at + 1, tool: `${name} is bound to log lines or answers`, note: name }];
}

/** An id for each request that a context variable or the request itself holds. */
const MADE =
  /ContextVar[^\n]{0,80}["'](?:request|correlation|trace)_?id["']|\b\w{0,20}(?:request|correlation|trace)_?id\w{0,20}\s{0,4}(?::[^=\n]{0,60})?=\s{0,4}(?:contextvars\.)?ContextVar\(|\b(?:request|g|request\.state|scope)\.(?:request_?id|correlation_?id|trace_?id|id)\s{0,4}=\s{0,4}[^\n=]{0,60}uuid/i;

function findMade(module: PythonModule): MonitoringSign[] {
  const line = namesId(module) ? findOutsideComments(module, MADE) : undefined;
  return line === undefined ? [] : [{ path: module.path, line, tool: "request id", note: "request id" }];
}

const LOGGED = new RegExp(`\\b${ID}\\s{0,2}[=:]\\s{0,2}(?:%[srd]|\\{)`, "i");

/** `logger.info("start request_id=%s", request_id)`: the id is written into single log lines. */
function findLogged(module: PythonModule): MonitoringSign[] {
  if (!namesId(module)) return [];
  const code = module.code.split("\n");
  const at = code.findIndex(
    (line, index) =>
      line.length <= 1_000 &&
      line.trim() !== "" &&
      LOGGED.test(module.lineText(index + 1)) &&
      /\blog(?:ger)?\.\w{3,9}\(/.test(code.slice(Math.max(0, index - 3), index + 1).join("\n")),
  );
  if (at === -1) return [];
  return [{ path: module.path, line: at + 1, tool: "log lines name the request's id", note: "request id" }];
}

/** Log lines that name an id by themselves; without one that each request gets they may speak of anything. */
export const findLoggedIds = ({ source }: Project): MonitoringSign[] => source.flatMap(findLogged);

/** Ids that reach log lines, or the headers of an answer or of a request to another service. */
export const findBoundIds = (project: Project): MonitoringSign[] => [
  ...findIdLibraries(project),
  ...project.source.flatMap(findBound),
];

/** Ids that each request gets, wherever they go. */
export const findMadeIds = ({ source }: Project): MonitoringSign[] => source.flatMap(findMade);
