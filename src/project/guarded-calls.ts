/** Modules that make calls which can fail from outside, and what handles the failures. */
import { type ExternalCall, findProgramCalls } from "./external-calls.ts";
import { folderOf } from "./files.ts";
import { handlingsOf } from "./handling.ts";
import { mainGuard } from "./main-guard.ts";
import type { Place } from "./manifests/types.ts";
import type { Project } from "./project.ts";
import type { FunctionOutline } from "./python/functions.ts";
import type { PythonModule } from "./python/module.ts";
import type { Statement } from "./python/statements.ts";
import { findRetries } from "./retries.ts";

export interface GuardedModule {
  module: PythonModule;
  /** Lines of the calls. */
  lines: readonly number[];
  /** What handles their failures, at which line of which file; `undefined` where nothing does. */
  guard: (Place & { what: string }) | undefined;
}

/** Modules with calls to networks, databases and processes; without any, those that read files they are told of. */
export function findGuardedModules(project: Project): GuardedModule[] {
  const framework = frameworkHandler(project);
  const calls = callLines(project, framework !== undefined);
  const sites = calls.size > 0 || project.kind === "research" ? calls : readLines(project);
  return [...sites].map(([module, lines]) => ({
    module,
    lines,
    guard: guardOf(project, module, lines) ?? framework ?? entryHandler(project, module),
  }));
}

/** Clients that are only made here, and connect later, are followed to the calls on them. */
const MADE =
  /^(?:DATABASES|SQLALCHEMY_DATABASE_URI)$|create_(?:async_)?engine$|engine_from_config$|Client(?:Session)?$|\.Session$|from_url$|Redis$|Elasticsearch$|OpenSearch$|resource$|client$|Database$|OpenAI$|Anthropic$|\.ConnectionPool$/;

/** Where a framework handles whatever rises, the place where a client is made stands for its calls. */
function callLines(project: Project, handled: boolean): Map<PythonModule, number[]> {
  const lines = new Map<PythonModule, number[]>();
  for (const call of findProgramCalls(project)) {
    const used = MADE.test(call.callee) ? uses(call) : [call.line];
    const at = used.length === 0 && handled ? [call.line] : used;
    if (at.length === 0) continue;
    const known = lines.get(call.module);
    if (known) known.push(...at);
    else lines.set(call.module, [...at]);
  }
  return lines;
}

const uses = ({ module, callee }: ExternalCall): number[] =>
  /^[A-Z_]+$/.test(callee)
    ? []
    : module.calls.filter((call) => call.callee.startsWith(`${callee}().`)).map(({ line }) => line);

/** Opens a file, or parses what somebody else wrote, by a name that the code does not know. */
const READS =
  /(?<![\w.])(?:open|json\.loads?|yaml\.(?:safe_)?load|toml\.loads?|tomllib\.loads?|pickle\.loads?|csv\.(?:reader|DictReader)|(?:pd|pandas|pl)\.read_(?:csv|json|excel|parquet)|ElementTree\.parse|ET\.parse)\(\s{0,20}(?!["'])[\w.]/g;

function readLines({ source }: Project): Map<PythonModule, number[]> {
  const lines = new Map<PythonModule, number[]>();
  for (const module of source) {
    if (module.role === "script") continue;
    const found = [...module.code.matchAll(READS)].slice(0, 200);
    if (found.length === 0) continue;
    lines.set(
      module,
      found.map(({ index }) => module.code.slice(0, index).split("\n").length),
    );
  }
  return lines;
}

/** Checks of what came back, which tell a failure as well as an exception does. */
const CHECKS =
  /\braise_for_status\b|\.status_code\b|\.ok\b|\.status\s?(?:[!=]=|[<>]|in\b|not in\b)|\.returncode\b|\bcheck\s?=\s?True|\bcheck_(?:call|output)\(|\berrback\b|\bon_failure\w{0,20}\s?=|\.is_(?:success|error)\b|(?:=|\breturn|\bexit\(|\bif|\bassert)\s?(?:not )?(?:subprocess\.)?call\(/;

function guardOf(project: Project, module: PythonModule, lines: readonly number[]): GuardedModule["guard"] {
  const { path } = module;
  const handler = tryAround(module, lines);
  if (handler !== undefined) return { path, line: handler, what: "handled where it is made" };
  const check = module.statements.find(({ start, end }) => CHECKS.test(module.code.slice(start, end)));
  if (check) return { path, line: check.line, what: "the result is checked" };
  const retry = findRetries(project).find((one) => one.path === path && one.delay !== "reconnect");
  if (retry) return { path, line: retry.line, what: `tried again by ${retry.what}` };
  return callerHandler(project, module, lines);
}

/** The line of a handler whose `try` holds one of the lines. */
function tryAround(module: PythonModule, lines: readonly number[]): number | undefined {
  return handlingsOf(module).find(({ handler: { tried } }) => {
    const [first, last] = [tried[0], tried.at(-1)];
    return first && last && lines.some((line) => first.line <= line && line <= last.blockEnd);
  })?.handler.line;
}

/** A `try` elsewhere in the project around a call of the function or class that makes the call. */
function callerHandler(
  project: Project,
  module: PythonModule,
  lines: readonly number[],
): GuardedModule["guard"] {
  const names = new Set(
    lines.flatMap((line) => {
      const own: FunctionOutline | undefined = module.functionAt(line);
      return [own?.name, own?.className].filter(
        (name) => name !== undefined && name.length > 3 && !/^__/.test(name),
      );
    }),
  );
  if (names.size === 0) return undefined;
  const called = new RegExp(`(?<!def |class )\\b(?:${[...names].slice(0, 40).join("|")})\\(`);
  for (const other of project.source) {
    for (const { handler } of handlingsOf(other)) {
      if (handler.tried.length === 0) continue;
      const code = other.code.slice(handler.tried[0]!.start, handler.tried.at(-1)!.end);
      if (called.test(code)) return { path: other.path, line: handler.line, what: "handled by a caller" };
    }
  }
  return undefined;
}

/** Handlers of single statuses that are no failures (404) are none. */
const FRAMEWORK_HANDLER =
  /@(?!\w{0,40}auth\.|jwt\.|login)[\w.]{1,80}\.(?:(?:app_)?errorhandler\((?!\s{0,20}4\d\d)|exception_handler|exception\b|error_handler|on_error|event\s+async def on_(?:command_)?error)|\b(?:add_exception_handler|register_error_handler|add_error_handler|exception_handlers\s?=|set_error_handler)\b|^handler500\s?=|\bdef (?:process_exception|on_command_error|on_error|cog_command_error|handle_exception|on_failure|custom_exception_handler|exception_handler|error_middleware|write_error)\(|\bEXCEPTION_HANDLER\b|["']EXCEPTION_HANDLER["']|\bon_failure_callback\b|@exception_view_config|\btask_failure\.connect/m;

/** A handler of the framework for whatever rises. */
function frameworkHandler({ source }: Project): GuardedModule["guard"] {
  for (const module of source) {
    if (!/err|exce|fail/i.test(module.text)) continue;
    const where = module.text.includes("EXCEPTION_HANDLER") ? module.text : module.code;
    const found = FRAMEWORK_HANDLER.exec(where);
    if (!found) continue;
    const line = where.slice(0, found.index).split("\n").length;
    return { path: module.path, line, what: "an error handler of the framework" };
  }
  return undefined;
}

/** A handler around everything that the program does, in its main guard or in `main`. */
function entryHandler(project: Project, module: PythonModule): GuardedModule["guard"] {
  const entries = entriesOf(project);
  const own = entries.find(({ entry }) => entry === module || project.modules.length === 1);
  // Of many programs in one repository, each answers for its own folder.
  const near = entries.find(
    ({ entry }) => folderOf(entry.path) !== "" && module.path.startsWith(`${folderOf(entry.path)}/`),
  );
  const found = own ?? near ?? (entries.length > 0 && countGuards(project) <= 2 ? entries[0] : undefined);
  return found && { path: found.entry.path, line: found.line, what: "handled around the whole program" };
}

const countGuards = ({ source }: Project): number =>
  source.filter((module) => module.role === "source" && mainGuard(module) !== undefined).length;

interface Entry {
  entry: PythonModule;
  line: number;
}

const knownEntries = new WeakMap<object, readonly Entry[]>();

function entriesOf(project: Project): readonly Entry[] {
  let entries = knownEntries.get(project);
  if (!entries) {
    entries = project.source.filter(({ role }) => role !== "script").flatMap(findEntry);
    knownEntries.set(project, entries);
  }
  return entries;
}

/** The broad handler of a module's main guard or `main`. */
function findEntry(entry: PythonModule): Entry[] {
  const guard = mainGuard(entry);
  const main = entry.functions.find(({ name, nested }) => name === "main" && !nested);
  if (guard === undefined && main === undefined) return [];
  const block = entry.statements.find(({ line, keyword }) => line === guard && keyword === "if");
  const found = handlingsOf(entry).find(({ handler, broad }) => {
    const inMain = main !== undefined && outerTry(handler.tried[0]) === main.statement;
    const inGuard = block !== undefined && block.line <= handler.line && handler.line <= block.blockEnd;
    return broad && (inMain || inGuard);
  });
  return found ? [{ entry, line: found.handler.line }] : [];
}

/** The statement that holds a `try`. */
const outerTry = (first: Statement | undefined): Statement | undefined => first?.parent?.parent;
