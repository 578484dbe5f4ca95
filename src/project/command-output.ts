/**
 * Where output to the terminal is the point: one-shot commands, main guards, scripts, management commands. In a
 * daemon nobody reads it.
 */
import { familyOf } from "./frameworks.ts";
import { mainGuard } from "./main-guard.ts";
import type { Project } from "./project.ts";
import type { FunctionOutline } from "./python/functions.ts";
import type { PythonModule } from "./python/module.ts";
import type { Statement } from "./python/statements.ts";
import { oncePer } from "./remember.ts";

/** Folders and files that hold commands. */
const COMMAND_PATH =
  /(?:^|\/)(?:cli|cmd|commands?|console|management|scripts?|bin|tools|publish)\/|(?:^|\/)(?:[\w-]{0,60}_)?(?:cli|command|commands|console|manage|setup|installer?|cmdline|terminal|shell|repl)(?:_[\w-]{0,60})?\.pyw?$|(?:^|\/)__main__\.py$|(?:^|\/)hooks\/(?:pre|post)_\w{1,60}\.py$/i;
/** Serves, polls or consumes until it is stopped. */
const DAEMON =
  /(?<!\w)(?:uvicorn|hypercorn|waitress|granian)\.(?:run|serve)\(|\.(?:run_polling|start_polling|infinity_polling|polling|run_until_disconnected|run_forever|serve_forever|start_consuming|wait_for_termination|run_server|run_app|listen)\(|(?<![\w.])(?:run_app|run_simple|serve)\(|(?<!\w)(?:app|application|server|bot|client|socketio|api)\.run\(|(?<![\w.])(?:Flask|FastAPI|Starlette|Sanic|Quart|Litestar|Celery|Bottle|Dash)\(|^[ \t]*@[\w.]{1,80}\.(?:route|get|post|put|delete|patch|websocket|task|event|listener|on_message|message_handler)\b|KafkaConsumer\(/m;
/** A decorator that makes a function a command: `@click.command()`, `@app.cli.command("x")`, `@cli.command()`. */
const COMMAND_DECORATOR =
  /^(?:click\.|typer\.|app\.|cli\.|[\w.]{1,80}\.)?(?:cli\.)?(?:command|group|callback|cli_command)\b(?!_)/;
const OUTPUT_NAME =
  /^_{0,2}(?:p?print|show|display|dump|echo|usage|help|banner|report|render_to_terminal|output|say|pretty)(?:_|$)|_(?:print|usage|help|banner)$|^main$|^_main$/i;

/** Whoever reads the terminal talks to the person before it. */
const ASKS_A_PERSON = /(?<![\w.])(?:input|raw_input|getpass|getpass\.getpass)\(/;

/** Read once a function, however often it prints. */
const readFunction = oncePer(({ name, body, decorators }: FunctionOutline) => ({
  talks: OUTPUT_NAME.test(name) || ASKS_A_PERSON.test(body),
  command: decorators.some(({ text }) => isCommandDecorator(text)),
}));

interface Commands {
  /** Targets of console scripts: module name to function names. */
  targets: ReadonlyMap<string, ReadonlySet<string>>;
  /** The last two parts of every name that the code imports. */
  imported: ReadonlySet<string>;
}

const commandsOf = new WeakMap<object, Commands>();

/** What holds for a whole module, read once. */
interface ModuleUse {
  /** Lines of the main guard's block. */
  guard: readonly [number, number] | undefined;
  /** It holds commands, or is one. */
  command: boolean;
  /** Functions that console scripts start. */
  targets: ReadonlySet<string>;
}

const usesOf = new WeakMap<PythonModule, ModuleUse>();

function readUse(project: Project, module: PythonModule): ModuleUse {
  let use = usesOf.get(module);
  if (!use) {
    const line = mainGuard(module);
    const block = module.statements.find((one) => one.line === line && one.keyword === "if");
    const targets = readCommands(project).targets.get(module.name) ?? new Set();
    const started = line !== undefined || targets.size > 0 || isLooseScript(project, module);
    // Jobs are started by schedulers: who reads their output reads a log.
    // Prefect makes records of what a flow with log_prints says.
    const job = isPipelined(module) && targets.size === 0 && !/\blog_prints ?= ?True/.test(module.code);
    use = {
      guard: block && [block.line, block.blockEnd],
      command: !job && isCommandModule(module, started),
      targets,
    };
    usesOf.set(module, use);
  }
  return use;
}

/** Whether it stays and serves. */
const isDaemon = oncePer(({ code }: PythonModule) => DAEMON.test(code));

/** Whether what stands at a line is printed for the person who started the command. */
export function isCommandOutput(project: Project, module: PythonModule, line: number): boolean {
  if (module.role === "script" || module.notebook) return true;
  if (/(?:^|\/)(?:management\/commands\/|__main__\.py$)/.test(module.path)) return true;
  const { guard, command, targets } = readUse(project, module);
  if (guard && guard[0] <= line && line <= guard[1]) return true;
  const own = outerFunctions(module, line);
  const talks = command || own.some((one) => readFunction(one).talks);
  if (talks && !isDaemon(module)) return true;
  if (own.some((one) => targets.has(one.name) || readFunction(one).command)) return true;
  return command && isLastWord(module, line);
}

/** Chat bots call their messages commands too. */
const isCommandDecorator = (text: string): boolean =>
  COMMAND_DECORATOR.test(text) &&
  !/^(?:bot|commands|client|tree|app_commands|slash|discord|nextcord|hybrid)\b/.test(text);

function isCommandModule(module: PythonModule, started: boolean): boolean {
  if (started || COMMAND_PATH.test(module.path)) return true;
  return module.imports.some(
    ({ module: name, level, guard }) =>
      level === 0 &&
      guard !== "type-checking" &&
      familyOf(name.split(".")[0] ?? "") === "cli" &&
      name.split(".")[0] !== "invoke",
  );
}

/** The functions around a line. */
function outerFunctions(module: PythonModule, line: number): FunctionOutline[] {
  const found: FunctionOutline[] = [];
  for (let block = module.functionAt(line)?.statement; block; block = block.parent) {
    const one = module.functionOf(block);
    if (one) found.push(one);
  }
  return found;
}

const isPipelined = ({ imports }: PythonModule): boolean =>
  imports.some(({ module: name }) => familyOf(name.split(".")[0] ?? "") === "pipeline");

/** Code that prints at its top level, that nothing imports and no scheduler loads: somebody runs it by name. */
function isLooseScript(project: Project, module: PythonModule): boolean {
  const prints = module.statements.some(
    (one) =>
      /^\s*p?print\(/.test(module.code.slice(one.start, one.start + 80 + one.indent)) && !isInFunction(one),
  );
  if (!prints || isPipelined(module)) return false;
  return !readCommands(project).imported.has(lastTwo(module.name));
}

function isInFunction(statement: Statement): boolean {
  for (let block = statement.parent; block; block = block.parent)
    if (block.keyword === "def" || block.keyword === "class") return true;
  return false;
}

const ENDS = /^\s*(?:sys\.exit|exit|quit|os\._exit|parser\.exit|raise (?:SystemExit|typer\.|click\.))/;

/** What a daemon says before it ends, or refuses to start. */
function isLastWord({ statements, code }: PythonModule, line: number): boolean {
  let [low, high] = [0, statements.length];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (statements[middle]!.line <= line) low = middle;
    else high = middle;
  }
  return statements
    .slice(low + 1, low + 4)
    .some(
      ({ parent, start, end }) => parent === statements[low]?.parent && ENDS.test(code.slice(start, end)),
    );
}

function readCommands(project: Project): Commands {
  let commands = commandsOf.get(project);
  if (!commands) {
    const targets = new Map<string, Set<string>>();
    for (const { target } of project.manifests.metadata.scripts) {
      const [module = "", attribute = ""] = target.split(":");
      const names = targets.get(module) ?? new Set();
      targets.set(module, names.add(attribute.split(".")[0] ?? ""));
    }
    const imported = new Set<string>();
    for (const module of project.modules) addImported(module, imported);
    commands = { targets, imported };
    commandsOf.set(project, commands);
  }
  return commands;
}

const lastTwo = (name: string): string => {
  const last = name.lastIndexOf(".");
  return last === -1 ? name : name.slice(name.lastIndexOf(".", last - 1) + 1);
};

/** Adds what imports may mean, those of the module's own folder among it; too many rather than too few. */
function addImported({ name: own, imports }: PythonModule, imported: Set<string>): void {
  const folder = own.slice(0, Math.max(0, own.lastIndexOf(".")));
  for (const { module, names } of imports) {
    imported.add(lastTwo(module)).add(lastTwo(module === "" ? folder : `${folder}.${module}`));
    const base = module === "" ? folder : module;
    const last = base.slice(base.lastIndexOf(".") + 1);
    for (const { name } of names) imported.add(name).add(`${last}.${name}`);
  }
}
