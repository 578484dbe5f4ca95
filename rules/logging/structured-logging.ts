import { defineRule, type Evidence, fail, notApplicable, partial, pass } from "../../src/engine/rule.ts";
import { findLogCalls } from "../../src/project/log-calls.ts";
import type { Project } from "../../src/project/project.ts";

export default defineRule({
  id: "structured-logging",
  category: "logging",
  severity: "medium",
  kinds: ["service"],
  title: "Logs are structured",
  why: "In a central log of many services, fields can be searched, counted and alerted on; sentences can only be read.",
  fix: 'Log events with fields, as JSON:\n\n```python\nimport structlog\n\nstructlog.configure(processors=[structlog.processors.TimeStamper(fmt="iso"), structlog.processors.JSONRenderer()])\nlog = structlog.get_logger()\nlog.info("order_shipped", order=order.id, seconds=2.1)\n```',
  checklist: ["000-16", "001-13", "002-05"],
  uses: [
    "structlog.configure",
    "structlog.get_logger",
    "structlog.getLogger",
    "structlog.stdlib.get_logger",
    "logfire.configure",
    "google.cloud.logging.Client",
    "watchtower.CloudWatchLogHandler",
    "aws_lambda_powertools.Logger",
    "json_log_formatter.JSONFormatter",
    "logging_loki.LokiHandler",
    "pygelf.GelfUdpHandler",
    "ecs_logging.StdlibFormatter",
    "opencensus.ext.azure.log_exporter.AzureLogHandler",
    "opentelemetry.sdk._logs.LoggingHandler",
    "litestar.logging.StructLoggingConfig",
    "litestar.plugins.structlog.StructlogPlugin",
  ],
  examples: {
    pass: [
      {
        files: { "a.py": "import structlog\n\nlog = structlog.get_logger()\nlog.info('x', order=3)\n" },
        says: "structlog",
        at: "a.py:3",
        kind: "service",
      },
      {
        files: {
          "settings.py":
            "LOGGING = {'formatters': {'json': {'()': 'pythonjsonlogger.jsonlogger.JsonFormatter'}}}\n",
          "a.py": "import logging\nlogging.getLogger(__name__).info('x')\n",
        },
        says: "JSON",
        at: "settings.py:1",
        kind: "service",
      },
      {
        files: {
          "a.py":
            "import sys\nfrom loguru import logger\n\nlogger.add(sys.stderr, serialize=True)\nlogger.info('x')\n",
        },
        says: "loguru",
        at: "a.py:4",
        kind: "service",
      },
      {
        files: {
          "log.py":
            "import json\nimport logging\n\n\nclass JsonFormatter(logging.Formatter):\n    def format(self, record):\n        return json.dumps({'message': record.getMessage()})\n",
          "a.py": "import logging\nlogging.getLogger(__name__).info('x')\n",
        },
        says: "JsonFormatter",
        at: "log.py:5",
        kind: "service",
      },
    ],
    partial: [
      {
        files: {
          "a.py": "import logging\n\nlogging.getLogger(__name__).info('shipped', extra={'order': 3})\n",
        },
        says: "give extra fields",
        at: "a.py:3",
        kind: "service",
      },
    ],
    fail: [
      {
        files: { "a.py": "import logging\n\nlogging.getLogger(__name__).info('x')\n" },
        says: "plain text",
        at: "a.py:3",
        kind: "service",
      },
      {
        files: {
          "requirements.txt": "python-json-logger==2.0\n",
          "a.py": "import logging\n\nlogging.getLogger(__name__).info('x')\n",
        },
        says: "plain text",
        at: "a.py:3",
        kind: "service",
        note: "A dependency that nothing sets up structures nothing.",
      },
    ],
    notApplicable: [{ files: { "a.py": "print(1)\n" }, says: "does not log", kind: "service" }],
  },
  check(project) {
    const signs = [...findApis(project), ...findFormatters(project)];
    if (signs[0]) return pass(`Logs are structured by ${signs[0].note}.`, signs);
    const calls = findLogCalls(project);
    if (calls.length === 0) return notApplicable("The service does not log; other rules speak of that.");
    const fields = calls.filter(({ args }) => args.some(({ name }) => name === "extra"));
    const share = fields.length / calls.length;
    if (share >= 0.2) {
      return partial(
        "Calls give extra fields, but no formatter that writes them was seen.",
        fields.map(({ module, line }) => module.at(line)),
        Math.min(0.5, share),
      );
    }
    return fail(
      `The ${calls.length} logging calls write plain text.`,
      calls.slice(0, 20).map(({ module, line }) => module.at(line)),
    );
  },
});

function findApis(project: Project): Evidence[] {
  const apis = project.uses(
    "structlog.configure",
    "structlog.get_logger",
    "structlog.getLogger",
    "structlog.stdlib.get_logger",
    "logfire.configure",
    "google.cloud.logging.Client",
    "watchtower.CloudWatchLogHandler",
    "aws_lambda_powertools.Logger",
    "json_log_formatter.JSONFormatter",
    "logging_loki.LokiHandler",
    "pygelf.GelfUdpHandler",
    "ecs_logging.StdlibFormatter",
    "opencensus.ext.azure.log_exporter.AzureLogHandler",
    "opentelemetry.sdk._logs.LoggingHandler",
    "litestar.logging.StructLoggingConfig",
    "litestar.plugins.structlog.StructlogPlugin",
  );
  return apis
    .filter(({ module, line }) => !/^\s*(?:from|import)\b/.test(module.lineText(line)))
    .sort((a, b) => Number(b.api.endsWith("configure")) - Number(a.api.endsWith("configure")))
    .map(({ api, module, line }) => module.at(line, api.split(".")[0] ?? api));
}

/** Formatters named in a logging configuration, in Python, YAML, TOML, JSON or INI, and the project's own. */
const FORMATTER =
  /pythonjsonlogger|json_log_formatter|JSONFormatter|JsonFormatter|JsonLogFormatter|json[_-]?formatter|ecs_logging|StackdriverFormatter|StructuredLogHandler|google\.cloud\.logging|logstash|LogstashFormatter|gelf|GelfFormatter|JSONRenderer\(|ProcessorFormatter|dockerflow\.logging|DatadogFormatter|serialize\s{0,4}=\s{0,4}True/i;

function findFormatters({ source, files }: Project): Evidence[] {
  const inCode = source.flatMap((module) => {
    if (!/logg|formatter|structlog|loguru/i.test(module.text)) return [];
    const lines = module.text.split("\n");
    const at = lines.findIndex(
      (line) =>
        line.length < 1_000 &&
        FORMATTER.test(line) &&
        !/^\s*(?:#|from\b|import\b)/.test(line) &&
        !/^\s*(?:"""|''')/.test(line) &&
        isLogging(line, module.text),
    );
    return at === -1 ? [] : [module.at(at + 1, nameOf(lines[at] ?? ""))];
  });
  const inFiles = files.paths
    .filter(
      (path) =>
        /(?:^|\/)[\w.-]{0,40}log(?:ging)?[\w.-]{0,40}\.(?:ya?ml|json|toml|ini|conf|cfg)$/i.test(path) &&
        !/(?:^|\/)(?:tests?|examples?)\//.test(path),
    )
    .flatMap((path) => {
      const at = (files.text(path) ?? "")
        .split("\n")
        .findIndex((line) => line.length < 1_000 && FORMATTER.test(line));
      return at === -1 ? [] : [{ path, startLine: at + 1, note: "a JSON formatter" }];
    });
  return [...inCode, ...inFiles];
}

/** `serialize=True` means logs only for loguru. */
const isLogging = (line: string, text: string): boolean => !/serialize/.test(line) || /loguru/.test(text);
const nameOf = (line: string): string =>
  /serialize/.test(line)
    ? "loguru's JSON sink"
    : (/\bclass\s+(\w{1,60})/.exec(line)?.[1] ?? "a JSON formatter");
