/** Where the project says how its logs are written: in code, in configuration files, on the server's command line. */
import { findLine } from "./files.ts";
import { CODE_SIGNS } from "./logging-signs.ts";
import type { Place } from "./manifests/types.ts";
import type { Project } from "./project.ts";
import type { PythonModule } from "./python/module.ts";
import { ownNames } from "./python/own-names.ts";

export interface LogSetup extends Place {
  /** What does it, in a few words: `dictConfig`, `Django's LOGGING`. */
  what: string;
  /** `routed`: handlers or a configuration; `level`: levels or a server's own logs only; `default`: the framework does it by itself. */
  strength: "routed" | "level" | "default";
}

/** Files that hold nothing but a logging configuration, or a section with one. */
const CONFIG_FILE =
  /(?:^|\/)(?:[\w.-]{0,40}log(?:ging|gers?|conf|_config|-config)?[\w.-]{0,40})\.(?:ini|conf|cfg|ya?ml|json|toml)$/i;
const CONFIG_TEXT =
  /^\[(?:loggers|logger_root|handlers|formatters)\]|^\s{0,4}["']?(?:handlers|formatters|loggers)["']?\s?:|^\[logging\]/m;
const MIGRATIONS = /(?:^|\/)alembic\.ini$/;

const STANDARD = new Set(["logging"]);

const setupsOf = new WeakMap<object, readonly LogSetup[]>();

/** Everything that sets logging up, in the project's own code and files; migrations' own logs left out. */
export function findLogSetups(project: Project): readonly LogSetup[] {
  let setups = setupsOf.get(project);
  if (!setups) {
    setups = [
      ...project.source.flatMap((module) => readModule(project, module)),
      ...readLibraries(project),
      ...readMadeLoggers(project),
      ...readConfigFiles(project),
      ...readCommands(project),
      ...readFrameworks(project),
    ];
    setupsOf.set(project, setups);
  }
  return setups;
}

function readModule({ kind }: Project, module: PythonModule): LogSetup[] {
  if (!/log/i.test(module.text)) return [];
  const setups = CODE_SIGNS.flatMap(({ pattern, what, strength, needs, words }) => {
    if (needs !== undefined && !module.importsPackage(needs)) return [];
    // Words are looked up without their case: every module that logs has "logging", and few a LOGGING.
    if (!module.mentionsAny(words) || !words.some((word) => module.code.includes(word))) return [];
    const line = findLine(ownNames(module, STANDARD), pattern);
    return line === undefined ? [] : [{ path: module.path, line: firstLine(module, line), what, strength }];
  });
  if (module.role !== "script") return setups;
  // A script that sets logging up for itself does so for nothing else, least of all for a server.
  return kind === "service" ? [] : setups.map((one) => ({ ...one, strength: "level" as const }));
}

/** A pattern may begin with the line end before it. */
const firstLine = (module: PythonModule, line: number): number =>
  module.lineText(line).trim() === "" ? line + 1 : line;

function readConfigFiles({ files, modules }: Project): LogSetup[] {
  const python = new Set(modules.map(({ path }) => path));
  return files.paths.flatMap((path): LogSetup[] => {
    if (python.has(path) || MIGRATIONS.test(path) || isAside(path)) return [];
    const airflow = /(?:^|\/)airflow\.cfg$/.test(path);
    if (!airflow && !CONFIG_FILE.test(path) && !/\.ini$/.test(path)) return [];
    const text = files.text(path) ?? "";
    const line = airflow
      ? findLine(text, /^(?:\[logging\]|logging_level|base_log_folder|remote_logging)/m)
      : findLine(text, CONFIG_TEXT);
    return line === undefined
      ? []
      : [{ path, line, what: "a logging configuration file", strength: "routed" }];
  });
}

const isAside = (path: string): boolean =>
  /(?:^|\/)(?:tests?|docs?|examples?|node_modules|vendor|\.github)\//i.test(path);

function readCommands({ delivery }: Project): LogSetup[] {
  return delivery.startCommands.flatMap(({ path, line, text, source }): LogSetup[] => {
    if (source === "docs") return [];
    if (/--log-config\b|--logger-class\b/.test(text))
      return [{ path, line, what: "the server's log configuration", strength: "routed" }];
    return /--(?:access-logfile|error-logfile|log-level|loglevel|access-log)\b/.test(text)
      ? [{ path, line, what: "the server's own logs", strength: "level" }]
      : [];
  });
}

/** Frameworks that set logging up for what they run. */
const FRAMEWORKS: readonly (readonly [name: string, title: string])[] = [
  ["airflow", "Airflow"],
  ["dagster", "Dagster"],
  ["prefect", "Prefect"],
  ["scrapy", "Scrapy"],
  ["kedro", "Kedro"],
  ["luigi", "Luigi"],
];

const CONFIGURES = /^[\w.]{1,120}\.(?:configure|setup|init(?:ialize)?)_(?:uvicorn_)?logg(?:ing|ers?)$/;

/** A library of the same house that does it: `from safir.logging import configure_logging`. */
function readLibraries({ source, firstParty }: Project): LogSetup[] {
  return source.flatMap((module) => {
    if (!/_logg(?:ing|ers?)\(/.test(module.code)) return [];
    return [...module.aliases].flatMap(([name, path]): LogSetup[] => {
      if (!CONFIGURES.test(path) || path.startsWith(".") || firstParty.has(path.split(".", 1)[0] ?? ""))
        return [];
      const line = findLine(module.code, `${name}(`);
      return line === undefined ? [] : [{ path: module.path, line, what: path, strength: "routed" }];
    });
  });
}

/** `Log = Tamga(console_output=True, file_path="app.log")`: a logger of another library, told where it writes. */
const MADE =
  /^(?:\w{1,40}_)?(?:log(?:ger)?|LOG(?:GER)?|Log(?:ger)?) ?= ?((?:\w{1,60}\.)?[A-Z]\w{1,60})\(([^)]{1,600})/gm;
/** Stands wherever that matches, and is found by its letters instead of at the start of each line. */
const MADE_SOMEWHERE = /(?:[lL]og(?:ger)?|LOG(?:GER)?) ?= ?(?:\w{1,60}\.)?[A-Z]\w/;
const ROUTED = /\b\w{0,40}(?:file|console|stream|sink|handler|output|rotat|format)\w{0,40}\s{0,4}=(?!=)/i;

function readMadeLoggers({ source, firstParty }: Project): LogSetup[] {
  return source.flatMap((module) => {
    if (!module.mentions("log", "Log", "LOG", "logger", "Logger", "LOGGER")) return [];
    if (!MADE_SOMEWHERE.test(module.code)) return [];
    return [...module.code.matchAll(MADE)].flatMap(({ 1: made = "", 2: given = "", index }): LogSetup[] => {
      const [name = ""] = made.split(".");
      const from = module.aliases.get(name)?.split(".", 1)[0] ?? "";
      if (from === "" || from === "logging" || firstParty.has(from) || !ROUTED.test(given)) return [];
      const line = module.code.slice(0, index).split("\n").length;
      return [{ path: module.path, line, what: `${made}()`, strength: "routed" }];
    });
  });
}

function readFrameworks(project: Project): LogSetup[] {
  return FRAMEWORKS.flatMap(([name, title]): LogSetup[] => {
    const found = project.frameworks.find((one) => one.name === name);
    if (!found || project.firstParty.has(name)) return [];
    return [{ path: found.path, line: found.line, what: `${title}'s own logging`, strength: "default" }];
  });
}
