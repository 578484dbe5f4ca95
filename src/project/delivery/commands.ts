/** Follows commands into the tasks and scripts that they call, so that rules see what runs in the end. */
import type { Files } from "../files.ts";
import type { Place } from "../manifests/types.ts";
import { composeCommands } from "./compose-calls.ts";
import { hookCommands } from "./hooks.ts";
import { type Invocation, positionals, readInvocations } from "./invocations.ts";
import { MAY_START, processText, readPythonScript } from "./python-commands.ts";
import { joinPath, makeScript, readCommands, type Script } from "./script.ts";
import { scriptOfTask } from "./shell-functions.ts";
import { calledTasks, type TaskCall } from "./task-calls.ts";
import type { TaskFile } from "./tasks.ts";
import type { Command, Delivery, Hook, Task } from "./types.ts";
import { assign, fillMatrix, fillVariables } from "./variables.ts";

/** Calls from one to the next. */
const MAX_DEPTH = 5;
/** Commands of one script, what it calls included. */
const MAX_COMMANDS = 400;
/** Commands looked at on the way there, and those of all scripts together. */
const MAX_STEPS = 2000;
const MAX_TOTAL = 50_000;

export interface ExpandOptions {
  /** Values of variables: `env:` of a job, `variables:` of GitLab. */
  env?: Readonly<Record<string, string>>;
  /** Values by which a `${{ matrix.key }}` is replaced. */
  matrix?: Readonly<Record<string, readonly string[]>>;
  /** What compose starts is followed too, as CI waits for it. */
  compose?: boolean;
}

interface Walk {
  env: Readonly<Record<string, string>>;
  /** What is being followed, so that a cycle ends. */
  open: Set<string>;
  compose: boolean;
  budget: { commands: number; steps: number };
}

/**
 * Expands commands through make, just, task, tox, nox, hatch, poe, pdm, invoke, npm, pre-commit and local scripts.
 * A command that leads to others gives way to them, and they name it in `via`; one that cannot be opened stays.
 */
export class CommandExpander {
  readonly #files: Files;
  readonly #root: string;
  readonly #taskFiles: () => readonly TaskFile[];
  readonly #hooks: () => readonly Hook[];
  readonly #containers: Pick<Delivery, "compose" | "dockerfiles">;
  readonly #started = new Map<string, readonly Script[]>();
  #steps = 0;

  constructor(
    files: Files,
    root: string,
    taskFiles: () => readonly TaskFile[],
    hooks: () => readonly Hook[],
    containers: Pick<Delivery, "compose" | "dockerfiles">,
  ) {
    this.#files = files;
    this.#root = root;
    this.#taskFiles = taskFiles;
    this.#hooks = hooks;
    this.#containers = containers;
  }

  expand(script: Script, options: ExpandOptions = {}): Command[] {
    const walk: Walk = {
      env: options.env ?? {},
      open: new Set(),
      compose: options.compose ?? false,
      budget: { commands: MAX_COMMANDS, steps: MAX_STEPS },
    };
    const commands = readCommands(script).flatMap((command) => fillMatrix(command, options.matrix ?? {}));
    return unique(this.#expandAll(commands, script.folder, walk, 0));
  }

  #expandAll(commands: readonly Command[], folder: string, walk: Walk, depth: number): Command[] {
    const out: Command[] = [];
    const env = { ...walk.env };
    let here = folder;
    for (const command of commands) {
      const { budget } = walk;
      if (budget.commands <= 0 || --budget.steps < 0 || ++this.#steps > MAX_TOTAL) break;
      const filled = { ...command, text: fillVariables(command.text, env) };
      assign(filled.text, env);
      const invocations = readInvocations(filled.text);
      const inside = { ...walk, env };
      const followed =
        depth < MAX_DEPTH ? this.#followAll(filled, invocations, here, inside, depth) : undefined;
      if (followed === undefined) {
        budget.commands--;
        out.push(filled);
      } else out.push(...followed);
      const [first] = invocations;
      if (first?.program === "cd" && first.args[0] !== undefined)
        here = joinPath(here, first.args[0]) ?? here;
    }
    return out;
  }

  /** What a command leads to, itself kept where some of it cannot be opened; `undefined` where nothing can. */
  #followAll(
    command: Command,
    invocations: readonly Invocation[],
    folder: string,
    walk: Walk,
    depth: number,
  ): Command[] | undefined {
    const parts = invocations.map((each) => this.#follow(command, each, folder, walk, depth));
    if (parts.every((part) => part === undefined)) return undefined;
    const whole = parts.every((part, at) => part !== undefined || invocations[at]?.program === "cd");
    return [...(whole ? [] : [command]), ...parts.flatMap((part) => part ?? [])];
  }

  #follow(
    command: Command,
    invocation: Invocation,
    folder: string,
    walk: Walk,
    depth: number,
  ): Command[] | undefined {
    const via = [...command.via, command.text];
    for (const call of calledTasks(invocation, walk.env)) {
      const found = this.#followTasks(call, folder, via, walk, depth);
      if (found) return found;
    }
    if (invocation.program === "pre-commit" || invocation.program === "prek") {
      const hooks = hookCommands(this.#hooks(), invocation.args).map((each) => ({ ...each, via }));
      return hooks.length === 0 ? undefined : this.#expandAll(hooks, "", walk, depth + 1);
    }
    if (walk.compose && /^docker(?:-compose)?$/.test(invocation.program)) {
      const folders = [...new Set([folder, this.#root, ""])];
      const started = composeCommands(invocation, command, folders, this.#containers).map((each) => ({
        ...each,
        via,
      }));
      const inside = this.#expandAll(started, "", walk, depth + 1);
      return inside.length === 0 ? undefined : [command, ...inside];
    }
    return this.#followScript(command, invocation, folder, via, walk, depth);
  }

  #followTasks(
    call: TaskCall,
    folder: string,
    via: readonly string[],
    walk: Walk,
    depth: number,
  ): Command[] | undefined {
    const where = call.folder === undefined ? folder : joinPath(folder, call.folder);
    const candidates = [...new Set([where, this.#root, ""])].flatMap((each) =>
      this.#taskFiles().filter((file) => file.tool === call.tool && file.folder === each),
    );
    for (const file of candidates) {
      const names = call.names.length > 0 ? call.names : file.defaults;
      const tasks = names.flatMap((name) => file.find(name) ?? []);
      if (tasks.length === 0) continue;
      return withNeeded(file, tasks).flatMap((task) => this.#runTask(file, task, via, walk, depth));
    }
    return undefined;
  }

  #runTask(file: TaskFile, task: Task, via: readonly string[], walk: Walk, depth: number): Command[] {
    const key = `${file.tool} ${file.path} ${task.name}`;
    if (walk.open.has(key)) return [];
    walk.open.add(key);
    // A script of hatch that begins with another one's name stands for it, which is followed as what it needs.
    const stands = (text: string): boolean =>
      file.tool === "hatch" && task.needs.some((name) => name.endsWith(text.split(" ", 1)[0]!));
    const own = task.commands.filter(({ text }) => !stands(text)).map((each) => ({ ...each, via }));
    const expanded = this.#expandAll(own, file.folder, walk, depth + 1);
    walk.open.delete(key);
    return expanded;
  }

  #followScript(
    command: Command,
    invocation: Invocation,
    folder: string,
    via: readonly string[],
    walk: Walk,
    depth: number,
  ): Command[] | undefined {
    const path = this.#findScript(invocation, folder);
    if (path === undefined || walk.open.has(path)) return undefined;
    const words = positionals(invocation.args);
    const task = words[words.findIndex((word) => path.endsWith(word.replace(/^\.\//, ""))) + 1];
    const text = this.#files.text(path);
    if (text === undefined) return undefined;
    const isPython = /\.py$/.test(path) || /^#!.{0,80}python/.test(text);
    const commands = isPython
      ? this.#startedBy(path, text).flatMap((script) => readCommands(script, via))
      : readCommands(makeScript(path, 1, scriptOfTask(text, task)), via);
    if (commands.length === 0) return undefined;
    walk.open.add(path);
    const followed = this.#expandAll(commands, folder, walk, depth + 1);
    walk.open.delete(path);
    // What a Python file does beside calling others cannot be told from its calls.
    return isPython ? [command, ...followed] : followed;
  }

  /** What a Python file starts; a matrix may run the same one a hundred times. */
  #startedBy(path: string, text: string): readonly Script[] {
    const known = this.#started.get(path) ?? readProcesses(path, text);
    this.#started.set(path, known);
    return known;
  }

  /** The local script that an invocation runs, looked for from its folder, the judged folder and the top. */
  #findScript({ program, args, written, module, wrappers }: Invocation, folder: string): string | undefined {
    if (module) return undefined;
    // What an image's entry point is given may lead to a script too: `docker compose run web shell ./bin/test.sh`.
    const inContainer = /^(?:docker|podman)/.test(wrappers.at(-1) ?? "")
      ? args.find((arg) => /\.(?:sh|bash)$/.test(arg))
      : undefined;
    const byShell = /^(?:bash|sh|zsh|dash|source|\.|python)$/.test(program);
    const name = inContainer ?? (byShell ? args.find((arg) => !/^[-+]/.test(arg)) : written);
    if (
      name === undefined ||
      name.length > 300 ||
      name.includes("$") ||
      /(?:^|\/)(?:manage|setup)\.py$/.test(name)
    )
      return undefined;
    if (!byShell && inContainer === undefined && !/[/]|\.(?:sh|bash)$/.test(name)) return undefined;
    const folders = new Set([folder, this.#root, ""]);
    // Inside an image the project most often stands one folder down: `/app/bin/start.sh`.
    const parts = name.split("/");
    const names =
      name.startsWith("/") && parts.length > 3
        ? [name, parts.slice(2).join("/"), parts.slice(3).join("/")]
        : [name];
    for (const each of names) {
      for (const from of folders) {
        const path = each === "" ? undefined : joinPath(from, each);
        if (path !== undefined && this.#files.has(path)) return path;
      }
    }
    return undefined;
  }
}

/** Tasks with those that they need, each once, what is needed first. */
function withNeeded(file: TaskFile, tasks: readonly Task[]): Task[] {
  const order: Task[] = [];
  const seen = new Set<string>();
  const open = tasks.toReversed().map((task) => ({ task, isReady: false }));
  for (let next = open.pop(); next; next = open.pop()) {
    const { task, isReady } = next;
    if (isReady) order.push(task);
    if (isReady || seen.has(task.name)) continue;
    seen.add(task.name);
    open.push({ task, isReady: true });
    const needed = task.needs.flatMap((name) => file.find(name) ?? []);
    for (const each of needed.reverse()) open.push({ task: each, isReady: false });
  }
  return order;
}

/** Environments of one matrix share their commands; each is listed once. */
function unique(commands: readonly Command[]): Command[] {
  const seen = new Set<string>();
  return commands.filter(({ path, line, text, via }) => {
    const key = [path, line, text, ...via].join("\0");
    return !seen.has(key) && seen.add(key);
  });
}

function readProcesses(path: string, text: string): Script[] {
  if (!MAY_START.test(text)) return [];
  return readPythonScript(text).calls.flatMap((call) => {
    const shell = processText(call);
    return shell === undefined ? [] : [makeScript(path, call.line, shell, false)];
  });
}

/** A script at a place, for texts that stand nowhere else. */
export const scriptAt = (text: string, { path, line }: Place): Script => makeScript(path, line, text, true);
