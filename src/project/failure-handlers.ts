/** What handles any failure of a program: the framework's error handlers, and handlers around its entry point. */
import { folderOf } from "./files.ts";
import { handlingsOf } from "./handling.ts";
import { mainGuard } from "./kind.ts";
import type { Place } from "./manifests/types.ts";
import type { Project } from "./project.ts";
import type { PythonModule } from "./python/module.ts";
import type { Statement } from "./python/statements.ts";

export type FailureHandler = Place & { what: string };

/** Handlers of single statuses that are no failures (404) are none. */
const FRAMEWORK_HANDLER =
  /@(?!\w{0,40}auth\.|jwt\.|login)[\w.]{1,80}\.(?:(?:app_)?errorhandler\((?!\s{0,20}4\d\d)|exception_handler|exception\b|error_handler|on_error|event\s+async def on_(?:command_)?error)|\b(?:add_exception_handler|register_error_handler|add_error_handler|exception_handlers\s?=|set_error_handler)\b|^handler500\s?=|\bdef (?:process_exception|on_command_error|on_error|cog_command_error|handle_exception|on_failure|custom_exception_handler|exception_handler|error_middleware|write_error)\(|\bEXCEPTION_HANDLER\b|["']EXCEPTION_HANDLER["']|\bon_failure_callback\b|@exception_view_config|\btask_failure\.connect/m;

export interface FrameworkHandlers {
  any: boolean;
  /** The handler of the program that a module belongs to. */
  over(module: PythonModule): FailureHandler | undefined;
}

/** Handlers of the framework for whatever rises, each over its own program. */
export function frameworkHandlers(project: Project): FrameworkHandlers {
  const found = project.source.flatMap((module) => {
    const place = handlerIn(module);
    return place ? [{ module, place }] : [];
  });
  const single = found.length > 0 && countGuards(project) <= 2;
  const covers = found.length > 0 && !single ? programsOf(project) : () => true;
  return {
    any: found.length > 0,
    over: (module) => found.find((one) => covers(one.module, module))?.place,
  };
}

function handlerIn(module: PythonModule): FailureHandler | undefined {
  if (!/err|exce|fail/i.test(module.text)) return undefined;
  const where = module.text.includes("EXCEPTION_HANDLER") ? module.text : module.code;
  const found = FRAMEWORK_HANDLER.exec(where);
  if (!found) return undefined;
  const line = where.slice(0, found.index).split("\n").length;
  return { path: module.path, line, what: "an error handler of the framework" };
}

/**
 * Whether two modules belong to one program of a repository that holds several: they stand in one folder under the
 * common root, or their folders import each other.
 */
function programsOf({ source, files }: Project): (a: PythonModule, b: PythonModule) => boolean {
  if (files.paths.some((path) => /(?:^|\/)manage\.py$/.test(path))) return () => true;
  const root = commonFolder(source.map(({ path }) => path));
  const partOf = ({ path }: PythonModule): string => path.slice(root.length).split("/")[0] ?? "";
  const imported = new Map<string, Set<string>>();
  for (const module of source) {
    const names = imported.get(partOf(module)) ?? new Set<string>();
    imported.set(partOf(module), names);
    for (const one of module.imports) {
      names.add(one.module.split(".")[0] ?? "");
      if (one.module === "") for (const { name } of one.names) names.add(name);
    }
  }
  const takes = (a: string, b: string): boolean => imported.get(a)?.has(b.replace(/\.py$/, "")) === true;
  return (a, b) => {
    const [own, other] = [partOf(a), partOf(b)];
    return own === other || takes(own, other) || takes(other, own);
  };
}

/** The longest folder, with its slash, that holds all paths. */
function commonFolder(paths: readonly string[]): string {
  let common = folderOf(paths[0] ?? "");
  while (common !== "" && !paths.every((path) => path.startsWith(`${common}/`))) common = folderOf(common);
  return common === "" ? "" : `${common}/`;
}

/** A handler around everything that the program does, in its main guard or in `main`. */
export function entryHandler(project: Project, module: PythonModule): FailureHandler | undefined {
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
