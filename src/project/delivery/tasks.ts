/** The tasks of every task runner, and how a runner's arguments name them. */
import { baseName, type Files, folderOf } from "../files.ts";
import { readToml } from "../manifests/manifest.ts";
import { readJustfile } from "./just.ts";
import { readMakefile, type TaskList } from "./make.ts";
import { readInvokeTasks, readNoxfile } from "./python-tasks.ts";
import { isIncidental } from "./script.ts";
import { readNpmScripts, readTaskfile, readTomlTasks } from "./task-tables.ts";
import { readToxIni, readToxToml, type ToxConfig } from "./tox.ts";
import type { Task } from "./types.ts";
import type { YamlReader } from "./yaml-reader.ts";

/** The tasks of one tool in one file. */
export interface TaskFile {
  tool: string;
  path: string;
  folder: string;
  tasks: readonly Task[];
  /** Names of the tasks that run when none is named. */
  defaults: readonly string[];
  find(name: string): Task | undefined;
}

const MAX_FILES = 100;
const MAX_TASKS = 5000;
/** Commands and needs of a target with several rules. */
const MAX_COMMANDS = 200;
/** Characters of one file. */
const MAX_SIZE = 512 * 1024;
const FILE =
  /(?:^|\/)(?:gnumakefile|makefile|[^/]{1,60}\.mk|\.?justfile|taskfile(?:\.dist)?\.ya?ml|tox\.(?:ini|toml)|setup\.cfg|noxfile\.py|tasks\.py|fabfile\.py|pyproject\.toml|hatch\.toml|poe_tasks\.toml|pixi\.toml|pipfile|package\.json)$/i;

/** Reads the task files of the whole archive, those nearest to its top first: CI there may call those of any folder. */
export function readTaskFiles(files: Files, yamls: YamlReader, root: string): TaskFile[] {
  const depth = (path: string): number => path.split("/").length;
  const paths = files.paths.filter((path) => FILE.test(path) && !isIncidental(path, root));
  const found: TaskFile[] = [];
  let tasks = 0;
  for (const path of paths.toSorted((one, other) => depth(one) - depth(other)).slice(0, MAX_FILES)) {
    for (const file of readTaskFile(files, yamls, path)) {
      tasks += file.tasks.length;
      if (tasks <= MAX_TASKS) found.push(file);
    }
  }
  return found;
}

function readTaskFile(files: Files, yamls: YamlReader, path: string): TaskFile[] {
  const text = files.text(path);
  if (text === undefined || text.length > MAX_SIZE) return [];
  const lists = readLists(files, yamls, path, text);
  return lists.filter(({ tasks }) => tasks.length > 0).map((list) => makeTaskFile(path, list));
}

function readLists(files: Files, yamls: YamlReader, path: string, text: string): (TaskList | ToxConfig)[] {
  const name = baseName(path);
  if (/makefile$|\.mk$/.test(name))
    return [withIncludes(readMakefile(path, text), path, text, (other) => files.text(other))];
  if (/justfile$/.test(name)) return [readJustfile(path, text)];
  if (name.startsWith("taskfile")) return [readTaskfile(path, yamls.first(path))];
  if (name === "tox.ini") return [readToxIni(path, text) ?? []].flat();
  if (name === "setup.cfg") return /^\[tox:/m.test(text) ? [readToxIni(path, text, "tox:") ?? []].flat() : [];
  if (name === "noxfile.py") return [readNoxfile(path, text)];
  if (name === "fabfile.py") return [readInvokeTasks(path, text, "fabric")];
  // Many a package has a module of tasks of its own.
  if (name === "tasks.py") return /\binvoke\b/.test(text) ? [readInvokeTasks(path, text, "invoke")] : [];
  if (name === "package.json") return [readNpmScripts(path, yamls.first(path))];
  const toml = readToml(path, text);
  const lists: (TaskList | ToxConfig)[] = readTomlTasks(toml, name);
  if (name === "tox.toml") lists.push(...[readToxToml(toml, []) ?? []].flat());
  if (name === "pyproject.toml") lists.push(...[readToxOfPyproject(path, toml) ?? []].flat());
  return lists;
}

function readToxOfPyproject(path: string, toml: ReturnType<typeof readToml>): ToxConfig | undefined {
  const legacy = toml.get("tool", "tox", "legacy_tox_ini");
  if (typeof legacy !== "string") return readToxToml(toml, ["tool", "tox"]);
  // A line break right after the opening quotes is no part of the text.
  return readToxIni(path, legacy, "", toml.line("tool", "tox", "legacy_tox_ini"));
}

/** Targets of `include other.mk` belong to the including file. */
function withIncludes(
  list: TaskList,
  path: string,
  text: string,
  read: (path: string) => string | undefined,
): TaskList {
  const folder = folderOf(path);
  const included = [...text.matchAll(/^-?include[ \t]{1,8}([\w./-]{1,200})/gm)]
    .slice(0, 10)
    .flatMap(([, name]) => {
      const other = folder === "" ? name! : `${folder}/${name}`;
      const inside = other === path ? undefined : read(other.replace(/^\.\//, ""));
      return inside === undefined ? [] : readMakefile(other, inside).tasks;
    });
  return { tasks: [...list.tasks, ...included], defaults: list.defaults };
}

function makeTaskFile(path: string, list: TaskList | ToxConfig): TaskFile {
  const byName = new Map<string, Task>();
  for (const task of list.tasks) {
    const known = byName.get(task.name);
    // A target may have several rules; what each gives is added up.
    byName.set(task.name, known ? merge(known, task) : task);
  }
  const tasks = [...byName.values()];
  const find = (name: string): Task | undefined =>
    byName.get(name) ?? ("find" in list ? list.find(name) : undefined);
  return { tool: tasks[0]!.tool, path, folder: folderOf(path), tasks, defaults: list.defaults, find };
}

const merge = (one: Task, other: Task): Task => ({
  ...(one.commands.length > 0 ? one : other),
  commands: [...one.commands, ...other.commands].slice(0, MAX_COMMANDS),
  needs: [...one.needs, ...other.needs].slice(0, MAX_COMMANDS),
});
