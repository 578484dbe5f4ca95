import { defineRule, type Evidence, fail, notApplicable, partial, pass } from "../../src/engine/rule.ts";
import { findLogCalls } from "../../src/project/log-calls.ts";
import { findLogStructures, type LogStructure } from "../../src/project/log-structures.ts";
import { findLogSetups } from "../../src/project/logging-setup.ts";

export default defineRule({
  id: "structured-logging",
  category: "logging",
  severity: "medium",
  kinds: ["service"],
  title: "Logs are structured",
  why: "Where tools read the logs, a field can be searched, counted and alerted on; a sentence can only be read.",
  fix: 'Write one JSON object a line:\n\n```python\nimport structlog\n\nstructlog.configure(\n    processors=[\n        structlog.contextvars.merge_contextvars,\n        structlog.processors.add_log_level,\n        structlog.processors.TimeStamper(fmt="iso"),\n        structlog.processors.JSONRenderer(),\n    ]\n)\n```\n\nWith the standard library: `pythonjsonlogger.json.JsonFormatter` as the formatter in `dictConfig`; with loguru: `logger.add(sys.stdout, serialize=True)`.',
  checklist: ["000-16", "001-13", "002-05"],
  question: "Does the platform turn the service's logs into structured records?",
  examples: {
    pass: [
      {
        kind: "service",
        files: {
          "log.py":
            "import json\nimport sys\nfrom loguru import logger\n\n\ndef json_format(record):\n    record['extra']['line'] = json.dumps({'level': record['level'].name})\n    return '{extra[line]}\\n'\n\n\nlogger.add(sys.stdout, format=json_format)\n",
        },
        says: "a formatter that writes JSON",
        at: "log.py:11",
      },
      {
        kind: "service",
        files: {
          "log.py":
            "import logging\nimport structlog\n\nstructlog.configure(processors=[structlog.processors.JSONRenderer()])\nlogging.info('x')\n",
        },
        says: "Logs are structured by structlog",
        at: "log.py:4",
      },
      {
        kind: "service",
        files: {
          "settings.py":
            "LOGGING = {'formatters': {'json': {'()': 'pythonjsonlogger.jsonlogger.JsonFormatter'}}}\n",
        },
        says: "python-json-logger",
        at: "settings.py:1",
      },
      {
        kind: "service",
        files: {
          "app.py":
            "import sys\nfrom loguru import logger\n\nlogger.add(sys.stdout, serialize=True)\nlogger.info('x')\n",
        },
        says: "loguru's serialize",
        at: "app.py:4",
      },
      {
        kind: "service",
        files: {
          "log.py":
            "import json\nimport logging\n\nclass LineFormatter(logging.Formatter):\n    def format(self, record):\n        return json.dumps({'message': record.getMessage()})\n\nlogging.info('x')\n",
        },
        says: "a formatter that writes JSON",
        at: "log.py:4",
      },
    ],
    partial: [
      {
        kind: "service",
        files: {
          "log.py":
            "import structlog\n\nstructlog.configure(processors=[structlog.dev.ConsoleRenderer()])\nlog = structlog.get_logger()\nlog.info('x')\n",
        },
        says: "only for people to read",
        at: "log.py:3",
      },
      {
        kind: "service",
        files: { "app.py": "logger.info('shipped', extra={'order': 3})\n" },
        says: "1 of 1 logging calls give fields by extra=",
        at: "app.py:1",
      },
    ],
    fail: [
      {
        kind: "service",
        files: {
          "settings.py":
            "LOGGING = {\n    'formatters': {\n        # 'json': {'()': 'pythonjsonlogger.jsonlogger.JsonFormatter'},\n        'plain': {'format': '%(message)s'},\n    }\n}\n",
          "app.py": "import logging\n\nlogging.getLogger(__name__).info('paid')\n",
        },
        says: "plain text",
        note: "A formatter in a comment formats nothing.",
      },
      {
        kind: "service",
        files: {
          "log.py":
            "import json\n\nfrom tornado.log import LogFormatter\n\n\nclass ShortFormatter(LogFormatter):\n    def formatException(self, exc_info):\n        return 'failed'\n\n\ndef log_request(handler):\n    app_log.info('headers: %s', json.dumps(handler.headers))\n",
        },
        says: "Logs are plain text",
        note: "What one message holds makes no formatter.",
      },
      {
        kind: "service",
        files: {
          "app.py": "import logging\n\nlogging.basicConfig(format='%(message)s')\nlogging.info('x')\n",
        },
        says: "Logs are plain text",
      },
      {
        kind: "service",
        files: {
          "app.py": "import json\nimport logging\n\nlogging.info(json.dumps({'a': 1}))\n",
          "api.py": "from rest_framework.renderers import JSONRenderer\n",
        },
        says: "Logs are plain text",
        note: "JSON in a message, and the renderer of an API, structure no log.",
      },
    ],
    notApplicable: [
      { kind: "service", files: { "app.py": "print('x')\n" }, says: "logs nothing" },
      {
        kind: "service",
        files: { "app.py": "x = 1\n", "gunicorn_config.py": "bind = ':8080'\naccesslog = '-'\n" },
        says: "logs nothing",
      },
      { kind: "cli", files: { "tool.py": "import logging\n\nlogging.info('x')\n" }, says: "It speaks to" },
    ],
  },
  check(project) {
    const found = findLogStructures(project);
    const shown = found.filter(({ writes }) => writes === "text");
    const full = found.filter(
      ({ writes }) => writes === "records" || (writes === "default" && shown.length === 0),
    );
    if (full.length > 0) return pass(`Logs are structured by ${names(full)}.`, full.map(evidenceOf));
    if (shown.length > 0)
      return partial(`${names(shown)} structures logs, but only for people to read.`, found.map(evidenceOf));
    const calls = findLogCalls(project);
    // What the server logs by itself says nothing of the service.
    if (calls.length === 0 && findLogSetups(project).every(({ strength }) => strength !== "routed"))
      return notApplicable("The service logs nothing.");
    const extra = calls.filter(({ args }) => args.some(({ name }) => name === "extra"));
    if (extra.length >= calls.length * 0.2 && extra.length > 0)
      return partial(
        `${extra.length} of ${calls.length} logging calls give fields by extra=, but nothing was seen that writes them.`,
        extra.map(({ module, line }) => module.at(line, "extra=")),
        Math.min(0.5, extra.length / calls.length),
      );
    return fail(
      "Logs are plain text: no structlog, JSON formatter, serialising sink or log handler of a cloud.",
    );
  },
});

const names = (found: readonly LogStructure[]): string =>
  [...new Set(found.map(({ what }) => what))].slice(0, 3).join(", ");

const evidenceOf = ({ path, line, what }: LogStructure): Evidence => ({ path, startLine: line, note: what });
