/** What handles any failure of a program: the framework's error handlers, and handlers around its entry point. */
import { folderOf } from "./files.ts";
import { handlingsOf } from "./handling.ts";
import { mainGuard } from "./main-guard.ts";
import type { Place } from "./manifests/types.ts";
import type { Project } from "./project.ts";
import type { PythonModule } from "./python/module.ts";
import type { Statement } from "./python/statements.ts";
import { oncePer } from "./remember.ts";

export type FailureHandler = Place & { what: string };

const FRAMEWORK_HANDLER =
  /@(?!\w{0,40}auth\.|jwt\.|login)[\w.]{1,80}\.(?:(?:app_)?errorhandler\(|exception_handler|exception\b|error_handler|on_error|event\s+async def on_(?:command_)?error)|\b(?:add_exception_handler|register_error_handler|add_error_handler|set_error_handler)\b|\bexception_handlers\s?=(?!=)|^handler500\s?=|\bdef (?:process_exception|on_command_error|on_error|cog_command_error|handle_exception|on_failure|custom_exception_handler|exception_handler|error_middleware|write_error)\(|\bEXCEPTION_HANDLER\b|["']EXCEPTION_HANDLER["']|\bon_failure_callback\b|@exception_view_config|\btask_failure\.connect/gm;
/**
 * What a handler is for, right behind its name: single statuses and exceptions that tell the client of
 * its own mistake; REST framework's own handler, named as a setting, knows no others.
 */
const CLIENT_FAULT =
  /^\s{0,4}:\s{0,4}["']rest_framework\.views\.exception_handler|^\s{0,4}\(?\s{0,20}(?:4\d\d|[\w.]{0,80}(?:csrf|not_?found|unauthori[sz]ed|forbidden|bad_?request|validation_?err|rate_?limit|method_?not_?allowed))/i;

/** `exception_handlers={404: gone}`: every key is a mistake of the client. */
const onlyClients = (dictionary: string): boolean => {
  const keys = [...(dictionary.split("}", 1)[0] ?? "").matchAll(/[{,]\s{0,20}([\w."' ]{1,80}?)\s{0,4}:/g)];
  return keys.length > 0 && keys.every(([, key = ""]) => CLIENT_FAULT.test(`(${key}`));
};

/** Starlette hands a handler of its HTTPException no other; Flask's takes what nothing else has caught as a status, too. */
const STATUSES = /^\(\s{0,20}[\w.]{0,60}HTTPException\b/;

/** What a framework hands to a handler; any other function of that name is one of the project's own. */
const TAKES_EXCEPTION =
  /^\s{0,20}(?:self,\s{0,20})?_{0,2}(?:request|req|conn|loop|context|\w{0,20}exc(?:eption)?|exc_\w{1,10}|ex|e|err(?:or)?)\b/;

/** The handlers of the framework for whatever rises, each over the modules of its own program. */
export function frameworkHandlers(project: Project): (module: PythonModule) => FailureHandler | undefined {
  const found = project.source.flatMap((module) => {
    const place = handlerIn(module);
    return place ? [{ module, place }] : [];
  });
  if (found.length === 0) return () => undefined;
  const programOf = programsOf(project);
  // The first of each program.
  const places = new Map(found.reverse().map(({ module, place }) => [programOf(module), place]));
  return (module) => places.get(programOf(module));
}

function handlerIn(module: PythonModule): FailureHandler | undefined {
  if (!/err|exce|fail/i.test(module.text)) return undefined;
  // Settings and default arguments name them in strings.
  const where = /EXCEPTION_HANDLER|["']on_failure_callback["']/.test(module.text) ? module.text : module.code;
  const found = [...where.matchAll(FRAMEWORK_HANDLER)].find(({ 0: sign, index }) => {
    const what = where.slice(index + sign.length, index + sign.length + 140);
    if (sign.endsWith("=") && onlyClients(what)) return false;
    if (/^def \w{0,8}exception_handler/.test(sign) && !TAKES_EXCEPTION.test(what)) return false;
    return !CLIENT_FAULT.test(what) && !(/exception_handler$/.test(sign) && STATUSES.test(what));
  });
  if (!found) return middlewareIn(module);
  const line = where.slice(0, found.index).split("\n").length;
  return { path: module.path, line, what: "an error handler of the framework" };
}

/** A middleware that handles whatever rises in what it calls. */
function middlewareIn(module: PythonModule): FailureHandler | undefined {
  const found = handlingsOf(module).find(({ broad, handler: { tried }, raises }) => {
    if (!broad || raises.some(({ kind }) => kind === "again")) return false;
    const code = module.code.slice(tried[0]?.start ?? 0, tried.at(-1)?.end ?? 0).slice(0, 2_000);
    return /(?<![\w.])(?:handler|call_next|get_response|self\.(?:app|get_response))\(/.test(code);
  });
  return found && { path: module.path, line: found.handler.line, what: "handled by a middleware" };
}

const knownPrograms = new WeakMap<object, (module: PythonModule) => string>();

/** The program that each module belongs to, by the name of one of its parts. */
export function programsOf(project: Project): (module: PythonModule) => string {
  let programOf = knownPrograms.get(project);
  if (!programOf) {
    const single =
      countGuards(project) <= 2 || project.files.paths.some((path) => /(?:^|\/)manage\.py$/.test(path));
    programOf = single ? () => "" : readPrograms(project);
    knownPrograms.set(project, programOf);
  }
  return programOf;
}

/** In a repository of several programs, folders under the common root, and files in it, are one where they import each other. */
function readPrograms({ source }: Project): (module: PythonModule) => string {
  const root = commonFolder(source);
  const top = root.split("/").at(-2);
  const partOf = ({ path }: PythonModule): string =>
    (path.startsWith(root) ? path.slice(root.length) : path).split("/")[0]?.replace(/\.py$/, "") ?? "";
  const parts = new Set(source.map(partOf));
  const leader = new Map([...parts].map((part) => [part, part]));
  const leaderOf = (part: string): string => {
    let at = part;
    for (let next = leader.get(at); next !== undefined && next !== at; next = leader.get(at)) at = next;
    leader.set(part, at);
    return at;
  };
  for (const module of source) {
    const own = partOf(module);
    for (const one of module.imports) {
      const [first = "", second = ""] = one.module.split(".");
      const names = [
        first === top ? second : first,
        ...(one.level > 0 ? one.names : []).map(({ name }) => name),
      ];
      for (const name of names)
        if (name !== own && parts.has(name)) leader.set(leaderOf(name), leaderOf(own));
    }
  }
  return (module) => leaderOf(partOf(module));
}

/** The longest folder, with its slash, that holds nearly all modules. */
function commonFolder(modules: readonly PythonModule[]): string {
  let common = "";
  for (;;) {
    const inside = modules.filter(({ path }) => path.startsWith(common));
    const folders = Map.groupBy(inside, ({ path }) => path.slice(common.length).split("/", 1)[0] ?? "");
    const [largest, held] = [...folders].reduce((a, b) => (b[1].length > a[1].length ? b : a), ["", []]);
    if (held.length < modules.length * 0.8 || held.every(({ path }) => path === common + largest))
      return common;
    common += `${largest}/`;
  }
}

/** A handler around everything that the program does, in its main guard or in `main`. */
export function entryHandler(project: Project, module: PythonModule): FailureHandler | undefined {
  const entries = entriesOf(project);
  const own = entries.find(({ entry }) => entry === module || project.modules.length === 1);
  // Of many programs in one repository, each answers for its own folder.
  const near = entries.find(({ folder }) => folder !== "/" && module.path.startsWith(folder));
  const found = own ?? near ?? (entries.length > 0 && countGuards(project) <= 2 ? entries[0] : undefined);
  return found && { path: found.entry.path, line: found.line, what: "handled around the whole program" };
}

const countGuards = oncePer(
  ({ source }: Project) =>
    source.filter((module) => module.role !== "script" && mainGuard(module) !== undefined).length,
);

interface Entry {
  entry: PythonModule;
  line: number;
  /** With its slash. */
  folder: string;
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
    const inMain = main !== undefined && outerTry(handler.tried[0])?.start === main.statement.start;
    const inGuard = block !== undefined && block.line <= handler.line && handler.line <= block.blockEnd;
    return broad && (inMain || inGuard);
  });
  return found ? [{ entry, line: found.handler.line, folder: `${folderOf(entry.path)}/` }] : [];
}

/** The statement that holds a `try`. */
const outerTry = (first: Statement | undefined): Statement | undefined => first?.parent?.parent;
