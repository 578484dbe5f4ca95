import { defineRule, fail, partial, pass } from "../../src/engine/rule.ts";
import { findLine } from "../../src/project/files.ts";
import { findSettingNames, findTools, type Tool } from "../../src/project/instrumentation.ts";
import { findTracing } from "../../src/project/monitoring.ts";
import type { MonitoringSign } from "../../src/project/monitoring-signs.ts";
import type { Project } from "../../src/project/project.ts";
import type { PythonModule } from "../../src/project/python/module.ts";

export default defineRule({
  id: "requests-correlated",
  category: "observability",
  severity: "low",
  kinds: ["service"],
  title: "A request can be followed by its id",
  why: "With an id on every log line, one search shows all that happened to one request, across workers and services.",
  fix: "Give every request an id, and bind it to the log context:\n\n```python\nfrom asgi_correlation_id import CorrelationIdMiddleware\n\napp.add_middleware(CorrelationIdMiddleware)\n```\n\nIn Django use `django-guid` or `django-structlog`; with structlog `bind_contextvars(request_id=…)` in a middleware.",
  checklist: ["004-21"],
  examples: {
    pass: [
      {
        files: {
          "app.py":
            "from asgi_correlation_id import CorrelationIdMiddleware\nfrom fastapi import FastAPI\n\napp = FastAPI()\napp.add_middleware(CorrelationIdMiddleware)\n",
        },
        kind: "service",
        says: "asgi-correlation-id",
        at: "app.py:5",
      },
      {
        files: { "settings.py": "MIDDLEWARE = [\n    'django_guid.middleware.guid_middleware',\n]\n" },
        kind: "service",
        says: "django_guid",
        at: "settings.py:2",
      },
      {
        files: {
          "middleware.py":
            "import uuid\n\nfrom structlog.contextvars import bind_contextvars\n\n\nasync def middleware(request, call_next):\n    bind_contextvars(request_id=str(uuid.uuid4()))\n    return await call_next(request)\n",
        },
        kind: "service",
        says: "request_id is bound",
        at: "middleware.py:7",
      },
      {
        files: {
          "log.py":
            "import logging\nfrom contextvars import ContextVar\n\nrequest_id = ContextVar('request_id')\n\n\nclass RequestIdFilter(logging.Filter):\n    def filter(self, record):\n        record.request_id = request_id.get()\n        return True\n",
        },
        kind: "service",
        says: "request_id is bound",
        at: "log.py:9",
      },
    ],
    partial: [
      {
        files: {
          "app.py":
            "from contextvars import ContextVar\nfrom uuid import uuid4\n\nrequest_id = ContextVar('request_id')\n\n\nasync def middleware(request, call_next):\n    request_id.set(str(uuid4()))\n    return await call_next(request)\n",
        },
        kind: "service",
        says: "no log line or answer carries it",
        at: "app.py:4",
        note: "The id scopes a session, say; nobody can search for it.",
      },
      {
        files: {
          "app.py":
            "from flask import Flask\nfrom opentelemetry.instrumentation.flask import FlaskInstrumentor\n\napp = Flask(__name__)\nFlaskInstrumentor().instrument_app(app)\n",
        },
        kind: "service",
        says: "traces follow a request",
        at: "app.py:5",
      },
    ],
    fail: [
      {
        files: { "app.py": "from flask import Flask\n\napp = Flask(__name__)\n" },
        kind: "service",
        says: "No request id",
      },
      {
        files: {
          "client.py":
            "import httpx\n\n\ndef create(client):\n    request_id = client.post('/orders').json()['requestId']\n    return request_id\n",
        },
        kind: "service",
        says: "No request id",
        note: "This is the id that another service gave.",
      },
    ],
    notApplicable: [{ files: { "lib.py": "x = 1\n" }, kind: "library", says: "It speaks to services" }],
  },
  check(project) {
    const bound = [...findLibraries(project), ...project.source.flatMap(findBound)];
    if (bound.length > 0) return pass(`A request can be followed: ${bound[0]?.tool}.`, toEvidence(bound));
    const made = project.source.flatMap(findMade);
    if (made.length > 0)
      return partial("Requests get an id, but no log line or answer carries it.", toEvidence(made));
    const traced = findTracing(project).filter(({ off, tool }) => !off && tool !== "Sentry");
    if (traced.length > 0)
      return partial(
        `The traces follow a request (${traced[0]?.tool}), but the log lines carry no id.`,
        toEvidence(traced),
      );
    return fail("No request id is made or passed on.");
  },
});

const toEvidence = (signs: readonly MonitoringSign[]) =>
  signs.map(({ path, line, note }) => ({ path, startLine: line, note }));

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

function findLibraries(project: Project): MonitoringSign[] {
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
const LOGS = /\bextra\s{0,4}=|\bbind\w{0,20}\(|\blog(?:ger)?\.\w{3,9}\(|\w{0,20}Formatter\b|\bformatters?\b/;

function findBound(module: PythonModule): MonitoringSign[] {
  if (!NAMED.test(module.text) && !module.text.includes("inject_lambda_context")) return [];
  const code = module.code.split("\n");
  const at = code.findIndex((line, index) => {
    const text = module.lineText(index + 1);
    if (line.length > 1_000 || line.trim() === "") return false;
    const found = BOUND.exec(text) ?? KEY.exec(text);
    // What stands behind the end of the code is a comment.
    if (!found || found.index >= line.trimEnd().length) return false;
    return BOUND.test(text) || LOGS.test(code.slice(Math.max(0, index - 12), index + 1).join("\n"));
  });
  if (at === -1) return [];
  const name = NAMED.exec(module.lineText(at + 1))?.[0] ?? "request_id";
  return [{ path: module.path, line: at + 1, tool: `${name} is bound to log lines or answers`, note: name }];
}

/** An id for each request that a context variable or the request itself holds. */
const MADE =
  /ContextVar[^\n]{0,80}["'](?:request|correlation|trace)_?id["']|\b\w{0,20}(?:request|correlation|trace)_?id\w{0,20}\s{0,4}(?::[^=\n]{0,60})?=\s{0,4}(?:contextvars\.)?ContextVar\(|\b(?:request|g|request\.state|scope)\.(?:request_?id|correlation_?id|trace_?id|id)\s{0,4}=\s{0,4}[^\n=]{0,60}uuid/i;

function findMade(module: PythonModule): MonitoringSign[] {
  const line =
    NAMED.test(module.text) || /request_id/i.test(module.text) ? findLine(module.text, MADE) : undefined;
  return line === undefined ? [] : [{ path: module.path, line, tool: "request id", note: "request id" }];
}
