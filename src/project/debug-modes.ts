/** Where debug modes and reloaders are turned on or off: settings, application objects, start commands. */
import { DEVELOPMENT, type DebugModes, type DebugSign, readCommands } from "./debug-commands.ts";
import { type EnvironmentRead, findEnvironmentReads } from "./environment-reads.ts";
import type { Project } from "./project.ts";
import type { FunctionOutline } from "./python/functions.ts";
import type { PythonModule } from "./python/module.ts";
import type { Statement } from "./python/statements.ts";
import { oncePer } from "./remember.ts";
import { findServerRuns } from "./server-runs.ts";

const WEB = [
  "flask",
  "django",
  "fastapi",
  "starlette",
  "quart",
  "sanic",
  "tornado",
  "bottle",
  "litestar",
  "aiohttp",
  "pyramid",
  "dash",
  "uvicorn",
  "environ",
  "decouple",
  "pydantic_settings",
];
const DEVELOPMENT_CLASS = /(?:dev|local|test|debug|ci|staging)/i;

const APPLICATIONS =
  "Flask FastAPI Starlette Quart Sanic Litestar Dash Bottle ROOT_URLCONF Application".split(" ");

/** Everything in the project's own code and its deployment that speaks of debug modes. */
export function findDebug(project: Project): DebugModes {
  const modes: DebugModes = { on: [], off: [], byHand: [], apps: [] };
  const served =
    project.delivery.startCommands.some(
      ({ development, server, source }) => server !== undefined && !development && source !== "docs",
    ) || findServerRuns(project).some(({ development }) => !development);
  for (const module of project.source) {
    if (!module.mentions("debug", "reload", "reloader", "config", ...APPLICATIONS)) continue;
    readSettings(module, project, modes);
    readStarts(module, served, modes);
    if (!module.mentionsAny(APPLICATIONS)) continue;
    const at = module.code.search(
      /(?<![\w.])(?:Flask|FastAPI|Starlette|Quart|Sanic|Litestar|Dash|Bottle)\(|\bclass \w{1,60}\((?:Flask|FastAPI|Quart|Sanic)[,)]|^ROOT_URLCONF\b|(?<!\w)web\.Application\(/m,
    );
    if (at !== -1)
      modes.apps.push(sign(module, module.code.slice(0, at).split("\n").length, "application object"));
  }
  readCommands(project, modes);
  // Settings for production that turn it off settle what a base module says.
  const production = modes.off.find(({ path }) => /(?:^|[/_.-])prod(?:uction)?(?:[/_.-]|$)/i.test(path));
  if (production) modes.on = modes.on.filter(({ note }) => !note.startsWith("DEBUG ="));
  return modes;
}

const sign = (module: PythonModule, line: number, note: string): DebugSign => ({
  path: module.path,
  line,
  note,
});

const DEBUG_NAME =
  /^\s{0,80}(?:self\.|app\.)?(DEBUG|debug|(?:FLASK|APP|DJANGO|SERVER)_DEBUG|app_debug|DEBUG_MODE|debug_mode|TEMPLATE_DEBUG|config\[["']DEBUG["']\])\s{0,40}(?::[^=\n]{0,60})?=(?!=)/;

function readSettings(module: PythonModule, project: Project, modes: DebugModes): void {
  if (!/debug/i.test(module.text) || DEVELOPMENT.test(module.path)) return;
  const frameworks = WEB.some((name) => project.imports(name)) || project.files.has("manage.py");
  if (!frameworks) return;
  for (const one of module.statements) {
    if (one.keyword !== "") continue;
    const written = module.text.slice(one.start, Math.min(one.end, one.start + 600));
    const name = DEBUG_NAME.exec(written)?.[1];
    if (name === undefined || name.startsWith("TEMPLATE") || !isSetting(one, module)) continue;
    const value = written.slice(written.indexOf("=", written.indexOf(name) + name.length) + 1).trim();
    const verdict = debugValue(value, one, module, project);
    if (verdict === true) modes.on.push(sign(module, one.line, `DEBUG = ${value.slice(0, 60)}`));
    else if (verdict === false) modes.off.push(sign(module, one.line, `DEBUG = ${value.slice(0, 60)}`));
  }
}

/** At the top of a module or in a settings class; not under a condition, nor in a class for development. */
function isSetting({ parent }: Statement, module: PythonModule): boolean {
  for (let block = parent; block; block = block.parent) {
    if (block.keyword !== "class") return false;
    const head = module.code.slice(block.start, Math.min(block.end, block.start + 2_000));
    if (DEVELOPMENT_CLASS.test(/\bclass\s+(\w+)/.exec(head)?.[1] ?? "")) return false;
    if (!/Config|Settings|Base|Prod|Default|Common/i.test(head)) return false;
  }
  return true;
}

const SCHEME = /\b(\w{1,60})\s{0,4}=\s{0,4}\(\s{0,20}bool\s{0,4},\s{0,20}(True|False)/g;

/** What schemes of django-environ give to names, the first of each. */
const schemesOf = oncePer(
  ({ code }: PythonModule) =>
    new Map([...code.matchAll(SCHEME)].reverse().map(([, name, value]) => [name, value])),
);

/** The first read of each line, by module. */
const readsByLine = oncePer((reads: readonly EnvironmentRead[]) => {
  const found = new Map<PythonModule, Map<number, EnvironmentRead>>();
  for (const read of reads) {
    const lines = found.get(read.module) ?? new Map<number, EnvironmentRead>();
    found.set(read.module, lines);
    if (!lines.has(read.line)) lines.set(read.line, read);
  }
  return found;
});

/** What the debug setting is where nothing is set: true, false, or undecided. */
function debugValue(
  value: string,
  one: Statement,
  module: PythonModule,
  project: Project,
): boolean | undefined {
  if (/^(?:\w{1,40}\s{0,4}=\s{0,4}){0,3}(?:True|1)\s*(?:#|$)/.test(value)) return true;
  if (/^(?:False|0|None)\s*(?:#|$)/.test(value)) return false;
  // A field of a settings class: `Field(default=True)`, `Field(True, alias="DEBUG")`.
  const field =
    /^(?:\w{1,20}\.)?Field\(\s{0,80}(?:[^()]{0,200}\bdefault\s{0,4}=\s{0,4})?(True|False|1|0)\b/.exec(
      value,
    )?.[1];
  if (field !== undefined) return field === "True" || field === "1";
  // `environ.Env(DEBUG=(bool, True))` above `env("DEBUG")`.
  const scheme = /^\w{0,20}env\(\s{0,20}["'](\w{1,60})["']\s{0,20}\)/i.exec(value)?.[1];
  const given = scheme && schemesOf(module).get(scheme);
  if (given) return given === "True";
  const read = readIn(one, module, project);
  if (!read) {
    const starlette = /\bconfig\([^)]{0,200}default\s{0,4}=\s{0,4}(\w{1,10})/.exec(value)?.[1];
    return starlette === undefined ? comparedSetting(value, module, project) : starlette === "True";
  }
  if (read.default === undefined) {
    // `not os.environ.get("PRODUCTION")` holds where nothing is set.
    return (
      read.style === "optional" &&
      /^\s*not\b|^[^=!]{1,200}!=\s{0,4}["']\w/.test(value) &&
      !/["']\s{0,4}\bin\b/.test(value)
    );
  }
  const unset = read.default.replace(/^["']|["']$/g, "").toLowerCase();
  const wanted = /==\s{0,4}["']([^"'\n]{1,40})["']/.exec(value)?.[1];
  const isTrue = /^(?:true|1|yes|on|y|t)$/.test(unset) || (wanted?.toLowerCase() === unset && isMode(unset));
  // `!= "False"` and `not in` turn the sense round.
  const refused = /!=\s{0,4}["']([^"'\n]{0,40})["']/.exec(value)?.[1];
  if (refused !== undefined) return refused.toLowerCase() !== unset;
  const negated = /\bnot in\b|^\s*not\b/.test(value);
  if (negated) return !/^(?:false|0|no|off|production|prod|)$/.test(unset) || unset === "";
  return isTrue;
}

/** The first read of the environment in a statement. */
function readIn(one: Statement, module: PythonModule, project: Project): EnvironmentRead | undefined {
  const reads = readsByLine(findEnvironmentReads(project)).get(module);
  let line = one.line;
  while (reads && line < one.endLine && !reads.has(line)) line++;
  return reads?.get(line);
}

/** Names of where or how it runs, unlike yes and no. */
const isMode = (value: string): boolean => /^(?:dev|debug|local|test)/.test(value);

/** `MODE = os.getenv("MODE", "debug")` above `DEBUG = MODE == "debug"`. */
function comparedSetting(value: string, module: PythonModule, project: Project): boolean | undefined {
  const [, name, sense, wanted = ""] =
    /^\(?\s{0,20}(\w{2,40})(?:\.lower\(\))?\s{0,4}([!=]=)\s{0,4}([\w."']{1,60})\s{0,20}\)?\s*(?:#|$)/.exec(
      value,
    ) ?? [];
  if (name === undefined) return undefined;
  const assigned = new RegExp(`^${name}\\s{0,4}(?::[^=\\n]{1,60})?=(?!=)`);
  const made = module.statements.find(
    ({ keyword, parent, start, end }) =>
      keyword === "" &&
      parent === undefined &&
      assigned.test(module.code.slice(start, Math.min(end, start + 120))),
  );
  const unset = made && readIn(made, module, project)?.default;
  if (unset === undefined) return undefined;
  // A member of an enumeration is compared by its name.
  const bare = (text: string): string | undefined =>
    text.replace(/["']/g, "").toLowerCase().split(".").at(-1);
  return (bare(unset) === bare(wanted)) === (sense === "==");
}

/** Application objects, and functions that make one. */
const APP_DEBUG =
  /(?<![\w.])(?<!def )(?:\w{1,20}\.){0,2}((?:create|make|build)_app|FastAPI|Starlette|Litestar|Sanic|Flask|Quart|Application|Dash)\(/g;

const CONFIG_UPDATE = /\bconfig\.(?:update|from_mapping)\(/g;

/** Calls that start a server; what leads to their names is looked at behind them, since names are few. */
const STARTS =
  /\b(?:run|run_app|Granian)\((?<=(?<!\w)(uvicorn\.run|\w{0,30}app\.run|\w{0,30}server\.run|socketio\.run|run_app|hypercorn\.run|(?:granian\.)?Granian)\()/g;
const BOTTLE_STARTS = /(?<![\w.])((?:bottle\.)?run)\(/g;

function readStarts(module: PythonModule, served: boolean, modes: DebugModes): void {
  if (DEVELOPMENT.test(module.path) && !/(?:^|\/)__main__\.py$/.test(module.path)) return;
  const place = (line: number, note: string): void => {
    // A command that is made for development may say so.
    const command = module.functionAt(line);
    if (command && (isForDevelopment(command) || saysDevelopment(module, command))) return;
    (served ? modes.byHand : modes.on).push(sign(module, line, note));
  };
  for (const { line } of module.diagnostics("S201")) place(line, "app.run(debug=True)");
  if (!module.mentions("debug", "reload", "reloader")) return;
  const starts = [
    ...module.code.matchAll(STARTS),
    ...(module.importsPackage("bottle") ? module.code.matchAll(BOTTLE_STARTS) : []),
  ];
  const known = new Set([...modes.on, ...modes.byHand].map(({ path, line }) => `${path}:${line}`));
  for (const found of starts) {
    const args = argumentsAt(module, found.index + found[0].length);
    const line = module.lineAt(found.index);
    const on =
      /\b(reload|reloader|debug|use_reloader)\s{0,4}=\s{0,4}True\b/.exec(args)?.[1] ??
      debugOfEnvironment(module, found.index + found[0].length, args);
    if (on === undefined || known.has(`${module.path}:${line}`)) continue;
    known.add(`${module.path}:${line}`);
    place(line, `${found[1]}(${on}=True)`);
  }
  for (const found of module.code.matchAll(CONFIG_UPDATE)) {
    const args = argumentsAt(module, found.index + found[0].length);
    if (
      /\bDEBUG\s{0,4}=\s{0,4}True\b/.test(args) &&
      module.statementAt(module.lineAt(found.index))?.parent?.keyword !== "if"
    )
      modes.on.push(
        sign(module, module.lineAt(found.index), "DEBUG=True in the application's configuration"),
      );
  }
  if (!/\bdebug\s{0,4}=\s{0,4}True\b/.test(module.code)) return;
  for (const found of module.code.matchAll(APP_DEBUG)) {
    const args = argumentsAt(module, found.index + found[0].length);
    if (!/\bdebug\s{0,4}=\s{0,4}True\b/.test(args)) continue;
    modes.on.push(sign(module, module.lineAt(found.index), `${found[1]}(debug=True)`));
  }
}

/** `app.run(debug=os.getenv("DEBUG", "1") == "1")`: on where nothing is set. */
function debugOfEnvironment({ text }: PythonModule, from: number, args: string): string | undefined {
  const at = /\bdebug\s{0,4}=\s{0,4}/.exec(args);
  if (!at) return undefined;
  const value = text.slice(from + at.index + at[0].length, from + args.length);
  return /^(?:\w{1,10}\(\s{0,4}){0,2}(?:os\.)?(?:getenv|environ\.get)\(\s{0,20}["']\w{1,60}["']\s{0,4},\s{0,20}["']?(?:true|1|yes|on)\b["']?\s{0,4}\)(?!\s{0,4}(?:!=|not))/i.test(
    value,
  )
    ? "debug"
    : undefined;
}

/** By its name, or by what its decorators call it. */
const isForDevelopment = oncePer(({ name, decorators }: FunctionOutline) =>
  [name, ...decorators.map(({ text }) => text.replace(/["'(), ]/g, "_"))].some((one) =>
    DEVELOPMENT.test(`_${one}_`),
  ),
);

/** `"""Run the application (for testing only)."""` */
const saysDevelopment = ({ text }: PythonModule, command: FunctionOutline): boolean =>
  /^[^\n]{0,400}\n\s{0,80}(?:[rR]?["']{1,3})[^\n]{0,200}\b(?:for|in)\s(?:local\s)?(?:testing|test|development|debugging)\b/.test(
    text.slice(
      command.statement.start + command.header.length - 1,
      command.statement.start + command.header.length + 600,
    ),
  );

function argumentsAt({ code }: PythonModule, from: number): string {
  let depth = 1;
  const end = Math.min(code.length, from + 2_000);
  for (let i = from; i < end; i++) {
    const c = code.charAt(i);
    if (c === "(" || c === "[" || c === "{") depth++;
    else if (c === ")" || c === "]" || c === "}") depth--;
    if (depth === 0) return code.slice(from, i);
  }
  return code.slice(from, end);
}
