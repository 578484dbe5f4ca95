/** What sets logging up in code, library by library. */
import type { LogSetup } from "./logging-setup.ts";

interface Sign {
  pattern: RegExp;
  what: string;
  strength: LogSetup["strength"];
  /** The module must import it. */
  needs?: string;
  /** One of them stands in the code wherever the pattern matches. */
  words: string;
}

/** Patterns over code with strings blanked. */
export const CODE_SIGNS = (
  [
    {
      pattern: /\bdictConfig(?:Class)?\(/,
      words: "dictConfig dictConfigClass",
      what: "dictConfig",
      strength: "routed",
    },
    { pattern: /\bfileConfig\(/, words: "fileConfig", what: "fileConfig", strength: "routed" },
    {
      pattern: /\bbasicConfig\(/,
      words: "basicConfig",
      what: "basicConfig",
      strength: "routed",
      needs: "logging",
    },
    {
      pattern: /^[ \t]*LOGGING\s?(?::[^=\n]{1,80})?=(?!=)|^LOGGING\[/m,
      words: "LOGGING",
      what: "LOGGING",
      strength: "routed",
    },
    {
      pattern: /\bstructlog\.(?:configure|configure_once|stdlib\.recreate_defaults)\(/,
      words: "configure configure_once recreate_defaults",
      what: "structlog.configure",
      strength: "routed",
    },
    {
      pattern: /(?<![\w.])(?:configure|configure_once)\(/,
      words: "configure configure_once",
      what: "structlog.configure",
      strength: "routed",
      needs: "structlog",
    },
    {
      pattern: /\blogger\.(?:add|configure)\(/,
      words: "add configure",
      what: "loguru's logger",
      strength: "routed",
      needs: "loguru",
    },
    {
      pattern: /\.addHandler\((?!\s{0,40}(?:logging\.)?NullHandler)/,
      words: "addHandler",
      what: "addHandler",
      strength: "routed",
    },
    { pattern: /\bcoloredlogs\.install\(/, words: "coloredlogs", what: "coloredlogs", strength: "routed" },
    { pattern: /\bdaiquiri\.setup\(/, words: "daiquiri", what: "daiquiri", strength: "routed" },
    { pattern: /\blogfire\.configure\(/, words: "logfire", what: "logfire", strength: "routed" },
    {
      pattern: /\b(?:Struct)?LoggingConfig\(|\bStructlogConfig\(/,
      words: "LoggingConfig StructLoggingConfig StructlogConfig",
      what: "Litestar's logging configuration",
      strength: "routed",
      needs: "litestar",
    },
    { pattern: /\bclick_log\.basic_config\(/, words: "click_log", what: "click-log", strength: "routed" },
    {
      pattern: /\bdiscord\.utils\.setup_logging\(|\butils\.setup_logging\(/,
      words: "setup_logging",
      what: "discord.py's setup_logging",
      strength: "routed",
      needs: "discord",
    },
    {
      pattern: /\bsetup_logging\.connect\b|\bafter_setup_(?:task_)?logger\b/,
      words: "setup_logging after_setup_logger after_setup_task_logger",
      what: "Celery's logging signals",
      strength: "routed",
    },
    {
      pattern: /\benable_pretty_logging\(/,
      words: "enable_pretty_logging",
      what: "Tornado's pretty logging",
      strength: "routed",
    },
    {
      pattern: /^class\s{1,4}\w{1,60}\([^)\n]{0,100}\bApplication\b/m,
      words: "Application",
      what: "traitlets' Application",
      strength: "routed",
      needs: "traitlets",
    },
    { pattern: /\blog_config\s?=(?!=)/, words: "log_config", what: "log_config", strength: "routed" },
    {
      pattern: /\.setup_logging\(/,
      words: "setup_logging",
      what: "Google Cloud Logging",
      strength: "routed",
      needs: "google.cloud",
    },
    {
      pattern: /\bconfigure_azure_monitor\(|\bLoggingInstrumentor\(/,
      words: "configure_azure_monitor LoggingInstrumentor",
      what: "OpenTelemetry logging",
      strength: "routed",
    },
    {
      pattern: /(?<![\w.])Logger\(/,
      words: "Logger",
      what: "Powertools' Logger",
      strength: "routed",
      needs: "aws_lambda_powertools",
    },
    {
      pattern: /\b(?:logging|absl)\.set_verbosity\(|\bapp\.run\(/,
      words: "set_verbosity run",
      what: "absl logging",
      strength: "routed",
      needs: "absl",
    },
    {
      pattern: /\.setLevel\(|^LOG_LEVEL\s?=/m,
      words: "setLevel LOG_LEVEL",
      what: "a level",
      strength: "level",
      needs: "logging",
    },
    {
      pattern: /^(?:accesslog|errorlog|loglevel)\s?=/m,
      words: "accesslog errorlog loglevel",
      what: "gunicorn's logs",
      strength: "level",
    },
    {
      pattern: /^(?:logconfig|logconfig_dict|logger_class)\s?=/m,
      words: "logconfig logconfig_dict logger_class",
      what: "gunicorn's log configuration",
      strength: "routed",
    },
    {
      pattern: /\bfrom loguru import logger\b|\bstructlog\.(?:stdlib\.)?get_logger\(/,
      words: "loguru get_logger",
      what: "a logger with its own defaults",
      strength: "default",
    },
  ] satisfies Sign[]
).map((one: Sign) => ({ ...one, words: one.words.split(" ") }));
