/** Modules that do work which operations want to see: request handlers, tasks, clients, commands, entry points. */
import { isCommandOutput } from "./command-output.ts";
import { findEntryPoints } from "./entry-functions.ts";
import { findProgramCalls } from "./external-calls.ts";
import { familyOf } from "./frameworks.ts";
import type { Project } from "./project.ts";
import type { Import } from "./python/imports.ts";
import type { PythonModule } from "./python/module.ts";
import type { Statement } from "./python/statements.ts";
import { findRoutes } from "./routes.ts";

export interface WorkingModule {
  module: PythonModule;
  /** A line of the work. */
  line: number;
  /** `request handlers`, `tasks`, `calls out`, `entry point`. */
  what: string;
}

/** Decorators of tasks and of a bot's or consumer's handlers. */
const TASK =
  /^(?:[\w.]{1,80}\.)?(?:task|shared_task|periodic_task|actor|job|flow|asset|op|on_event|event|listener|message_handler|command|hybrid_command|slash_command|subscriber|on_message|agent|loop|lambda_handler|logger\.inject_lambda_context)\b/;
/** Hooks of an ORM on its own rows; they run in whatever writes, which is the one to log. */
const ROW_HOOK = /^(?:sqlalchemy\.|sa\.)?event\.listens_for\b/;
/** Bases of classes that handle requests, messages or jobs. */
const HANDLER_BASE =
  /\b(?!Configurable|Database|Dagster)\w{0,40}(?:View|ViewSet|APIView|Resource|MethodView|HTTPEndpoint|RequestHandler|Consumer|Cog|Spider|Task|Operator|Worker|Handler)\b/;
const CLASS_HEAD = /^[ \t]{0,20}class \w{1,80}\(([^)\n]{1,200})/;

/** What a base is generic in is none, `class Pipeline(Generic[Task])`, and what handles records of a log logs by itself. */
const NO_BASE = /\[[^\]\n]{0,120}\]?|\blogging\.(?:handlers\.)?\w{1,40}/g;
const findHandlerClass = ({ code, statements }: PythonModule): Statement | undefined =>
  statements.find(({ keyword, start }) => {
    const bases = keyword === "class" ? CLASS_HEAD.exec(code.slice(start, start + 320))?.[1] : undefined;
    return bases !== undefined && HANDLER_BASE.test(bases.replace(NO_BASE, ""));
  });

const known = new WeakMap<object, readonly WorkingModule[]>();

/** By path; each module once. Maintenance scripts are none. */
export function findWorkingModules(project: Project): readonly WorkingModule[] {
  let modules = known.get(project);
  if (!modules) {
    const found = [
      ...routed(project),
      ...project.source.flatMap(findTasks),
      ...findProgramCalls(project)
        .filter(({ callee }) => !/^[A-Z_]+$|engine/.test(callee))
        .map(({ module, line }) => ({ module, line, what: "calls out" })),
      ...findEntryPoints(project)
        // A few lines that hand over to another module do no work of their own.
        .filter(({ what, module }) => what !== "run by the framework" && !isShort(module))
        .map(({ module, line }) => ({ module, line, what: "entry point" })),
    ];
    const first = new Map(found.toReversed().map((one) => [one.module, one]));
    const working = [...first.values()].filter(({ module, line }) => doesWork(project, module, line));
    modules = working.sort((a, b) => (a.module.path < b.module.path ? -1 : 1));
    known.set(project, modules);
  }
  return modules;
}

/** Comments and a licence at its head make no module longer. */
const isShort = ({ lineCount, statements }: PythonModule): boolean =>
  lineCount <= 12 || statements.length <= 8;

const BRANCHES: ReadonlySet<string> = new Set(["if", "for", "while", "try", "with", "match"]);
/** Names of one module that are looked for. */
const MOST_NAMES = 50;

/** Handlers that decide nothing and hand over to modules that log: what they do is told there. */
export function handsOver({ module, what }: WorkingModule, loud: ReadonlySet<PythonModule>): boolean {
  if (what !== "request handlers" && what !== "tasks") return false;
  const { statements, code } = module;
  if (statements.some(({ keyword, parent }) => parent !== undefined && BRANCHES.has(keyword))) return false;
  const paths = new Set([...loud].map(({ name }) => name));
  const names = module.imports.flatMap((one) => {
    const path = pathOf(module, one);
    return one.names.flatMap(({ name, alias }) =>
      paths.has(path) || paths.has(`${path}.${name}`) ? [alias] : [],
    );
  });
  if (names.length === 0) return false;
  const any = `(?:${names.slice(0, MOST_NAMES).join("|")})`;
  return new RegExp(`(?<![\\w.])${any}(?:\\.\\w{1,60}){0,2}\\(|[:[,] ?(?<![\\w.])${any}(?=[\\]),=| ])`).test(
    code,
  );
}

/** The dotted path that an import names. */
function pathOf({ name, path }: PythonModule, { module, level }: Import): string {
  if (level === 0) return module;
  const up = path.endsWith("__init__.py") ? level - 1 : level;
  const base = name.split(".").slice(0, Math.max(0, name.split(".").length - up));
  return [...base, ...(module === "" ? [] : [module])].join(".");
}

/** No script, no command whose output is its result, no file that only hands over to another. */
function doesWork(project: Project, module: PythonModule, line: number): boolean {
  if (module.role === "script" || /(?:^|\/)(?:manage|wsgi|asgi|conftest)\.py$/.test(module.path))
    return false;
  const apps = project.kinds.filter(({ kind }) => kind !== "library");
  return apps[0]?.kind === "cli" || !isCommandOutput(project, module, line);
}

/** Modules whose functions answer requests: lists of URLs only name them. */
function routed(project: Project): WorkingModule[] {
  return findRoutes(project)
    .filter(({ style }) => style === "decorator")
    .map(({ module, line }) => ({ module, line, what: "request handlers" }));
}

function findTasks(module: PythonModule): WorkingModule[] {
  const task = module.functions.find(({ decorators }) =>
    decorators.some(({ text }) => TASK.test(text) && !ROW_HOOK.test(text)),
  );
  if (task) return [{ module, line: task.line, what: "tasks" }];
  const found = findHandlerClass(module);
  if (found) return [{ module, line: found.line, what: "request handlers" }];
  if (/(?:^|\/)views(?:\.py$|\/)/.test(module.path) && module.importsPackage("django")) {
    const view = module.functions.find(({ header }) => /\(\s{0,20}(?:self, )?request\b/.test(header));
    if (view) return [{ module, line: view.line, what: "request handlers" }];
  }
  const pipeline = module.imports.some(
    ({ module: name, level }) => level === 0 && familyOf(name.split(".")[0] ?? "") === "pipeline",
  );
  const own = pipeline ? module.functions[0] : undefined;
  return own ? [{ module, line: own.line, what: "tasks" }] : [];
}
