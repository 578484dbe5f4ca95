/** What makes records of a project's logs: structured loggers, JSON formatters, handlers of clouds. */
import { findLine } from "./files.ts";
import type { Place } from "./manifests/types.ts";
import type { Project } from "./project.ts";
import type { PythonModule } from "./python/module.ts";
import { findOutsideComments } from "./python/outside-comments.ts";

export interface LogStructure extends Place {
  what: string;
  /** `records` for machines, `text` for people, `default` where a structured logger is used and nothing says how. */
  writes: "records" | "text" | "default";
}

/** Patterns over text, since formatters are named in strings. */
const TEXT_SIGNS: readonly [pattern: RegExp, what: string][] = [
  [/\bpythonjsonlogger\b/, "python-json-logger"],
  [/\bjson_log_formatter\b|\bjsonlogging\b|\bjson_logging\b/, "a JSON formatter"],
  [/\b(?:ecs_logging|logstash_formatter|logstash_async|logstash)\.\w/, "an ECS or Logstash formatter"],
  [/\bdockerflow\.logging\b|\bJsonLogFormatter\b/, "dockerflow's JSON formatter"],
  [
    /\b(?:from|import) (?:google\.cloud import logging|google\.cloud\.logging)\b|\bCloudLoggingHandler\b|\bStructuredLogHandler\b/,
    "Google Cloud Logging",
  ],
  [/\bwatchtower\b/, "CloudWatch (watchtower)"],
  [/\bconfigure_azure_monitor\b|\bAzureLogHandler\b/, "Azure Monitor"],
  [/\bopentelemetry\.sdk\._?logs\b/, "OpenTelemetry logs"],
  [/\b(?:from|import) logfire\b/, "logfire"],
  [/\bgraypy\b|\bGELF\w{2,20}Handler\b/, "GELF"],
  [/\bfluent\.(?:async)?handler\b/, "Fluentd"],
  [/\baws_lambda_powertools(?:\.logging)? import (?:\w+, ){0,6}Logger\b/, "Powertools' Logger"],
  [
    /["']\{\s{0,4}\\?["'](?:time|timestamp|ts|level|message|asctime|severity)\\?["']\s{0,4}:\s{0,4}\\?["']?%\(/,
    "a JSON format string",
  ],
];

/** One of them stands in the code, as an import or a call… */
const SIGN_WORDS =
  "pythonjsonlogger json_log_formatter jsonlogging json_logging ecs_logging logstash_formatter logstash_async logstash dockerflow google watchtower configure_azure_monitor opentelemetry logfire graypy fluent aws_lambda_powertools".split(
    " ",
  );
/** …or in a string, where a handler or a formatter is named, or a format is given. */
const NAMED_IN_STRINGS = ["andler", "ormatter", "%("];

function readModule(module: PythonModule): LogStructure[] {
  const { text, code } = module;
  if (!/log/i.test(text)) return [];
  const found: LogStructure[] = [];
  const add = (line: number | undefined, what: string, writes: LogStructure["writes"] = "records") => {
    if (line !== undefined) found.push({ what, writes, path: module.path, line });
  };
  if (module.mentionsAny(SIGN_WORDS) || NAMED_IN_STRINGS.some((one) => text.includes(one)))
    for (const [pattern, what] of TEXT_SIGNS) add(findOutsideComments(module, pattern), what);
  if (module.importsPackage("structlog")) {
    const configured = findLine(code, /\bconfigure(?:_once)?\(|\bProcessorFormatter\b|\bStructlogConfig\(/);
    const records =
      /\b(?:JSON|Logfmt|KeyValue|Json)Renderer\b|\bdict_tracebacks\b/.test(code) ||
      !/\bConsoleRenderer\b/.test(code);
    if (configured !== undefined) add(configured, "structlog", records ? "records" : "text");
    add(findLine(code, /\bget_logger\(/), "structlog", "default");
  }
  if (module.importsPackage("loguru"))
    add(findLine(code, /\bserialize\s?=\s?(?!False)/), "loguru's serialize");
  if (/\bjson\.dumps\(/.test(code))
    add(
      findLine(code, /\bformat\s?=\s?(?:\w{1,20}\.)?\w{0,40}json\w{0,40}\b/i),
      "a formatter that writes JSON",
    );
  if (!module.mentions("Formatter")) return found;
  if (/\bjson\.dumps\(|\borjson\.dumps\(|\bjsonify\(/.test(code))
    add(findJsonFormatter(module), "a formatter that writes JSON");
  return found;
}

const FORMATTER = /^[ \t]{0,20}class \w{1,80}\([^)\n]{0,80}Formatter\)/;

/** A formatter that speaks of JSON itself; beside another, what the module dumps may be a part of one message. */
function findJsonFormatter({ code, statements }: PythonModule): number | undefined {
  const lines = code.split("\n");
  return statements.find(
    ({ keyword, line, blockEnd }) =>
      keyword === "class" &&
      FORMATTER.test(lines[line - 1] ?? "") &&
      lines.slice(line - 1, blockEnd).some((one) => /json/i.test(one)),
  )?.line;
}

/** Logging configurations outside the code. */
function readFiles({ files }: Project): LogStructure[] {
  return files.paths.flatMap((path): LogStructure[] => {
    if (!/\.(?:ini|conf|cfg|ya?ml|json|toml)$/.test(path) || !/log|gunicorn|uvicorn/i.test(path)) return [];
    if (/(?:^|\/)(?:tests?|docs?|node_modules|\.github)\//.test(path)) return [];
    const text = files.text(path) ?? "";
    const hit = TEXT_SIGNS.find(([pattern]) => pattern.test(text));
    return hit
      ? [
          {
            what: hit[1],
            writes: "records",
            path,
            line: findLine(text, hit[0]) ?? 1,
          },
        ]
      : [];
  });
}

/** Every sign, in code and in configuration files; what configures before what only logs. */
export const findLogStructures = (project: Project): LogStructure[] =>
  [...project.source.flatMap(readModule), ...readFiles(project)].sort(
    (a, b) => Number(a.writes === "default") - Number(b.writes === "default"),
  );
