import { defineRule, fail, partial, pass } from "../../src/engine/rule.ts";
import { findTracing } from "../../src/project/monitoring.ts";
import type { MonitoringSign } from "../../src/project/monitoring-signs.ts";
import { findBoundIds, findLoggedIds, findMadeIds } from "../../src/project/request-ids.ts";

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
          "api.py":
            'import contextvars\nimport logging\n\nlogger = logging.getLogger(__name__)\n_request_id = contextvars.ContextVar("request_id")\n\n\ndef answer(method):\n    logger.info(\n        "start method=%s request_id=%s",\n        method,\n        _request_id.get(),\n    )\n',
        },
        kind: "service",
        says: "log lines name the request's id",
        at: "api.py:10",
        note: "Without a log context, each line names it.",
      },
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
        kind: "service",
        files: {
          "app.py":
            "from flask import Flask, g\n\napp = Flask(__name__)\n# g.request_id = str(uuid.uuid4())\n\n\n@app.get('/')\ndef index():\n    return ''\n",
        },
        says: "No request id",
        note: "An id in a comment is none.",
      },
      {
        files: {
          "subs.py":
            "def edit(request_id):\n    logger.info('edited')\n    return {\n        'status': 'open',\n        'request_id': request_id,\n    }\n",
        },
        kind: "service",
        says: "No request id",
        note: "What a team asks for has an id of its own.",
      },
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
    const bound = findBoundIds(project);
    if (bound.length > 0) return pass(`A request can be followed: ${bound[0]?.tool}.`, toEvidence(bound));
    const made = findMadeIds(project);
    const logged = made.length > 0 ? findLoggedIds(project) : [];
    if (logged.length > 0)
      return pass(`A request can be followed: ${logged[0]?.tool}.`, toEvidence([...made, ...logged]));
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
