/** Tasks that stand in tables: scripts of hatch, poe, pdm, rye, pixi, taskipy, pipenv and npm, and Taskfile.yml. */

import type { Manifest } from "../manifests/types.ts";
import { asTable, isTable } from "../manifests/values.ts";
import type { TaskList } from "./make.ts";
import { makeScript, readCommands, yamlScript } from "./script.ts";
import type { Command, Task } from "./types.ts";
import type { YamlNode } from "./yaml-lines.ts";

type Table = Readonly<Record<string, unknown>>;

const MAX_TASKS = 300;

/** All task tables of a TOML file: pyproject.toml, hatch.toml, poe_tasks.toml, pixi.toml, Pipfile. */
export function readTomlTasks(toml: Manifest, fileName: string): TaskList[] {
  const lists: Task[][] = [];
  const add = (tool: string, ...keys: string[]): void => {
    lists.push(readTable(toml, tool, keys));
  };
  if (fileName === "pyproject.toml") {
    lists.push(readHatch(toml, ["tool", "hatch", "envs"]));
    add("poe", "tool", "poe", "tasks");
    add("pdm", "tool", "pdm", "scripts");
    add("rye", "tool", "rye", "scripts");
    add("taskipy", "tool", "taskipy", "tasks");
    lists.push(readPixi(toml, ["tool", "pixi"]));
  } else if (fileName === "hatch.toml") lists.push(readHatch(toml, ["envs"]));
  else if (fileName === "poe_tasks.toml") add("poe", "tool", "poe", "tasks");
  else if (fileName === "pixi.toml") lists.push(readPixi(toml, []));
  else if (fileName === "pipfile") add("pipenv", "scripts");
  return lists.filter((tasks) => tasks.length > 0).map((tasks) => ({ tasks, defaults: [] }));
}

/** A table of tasks: a text, or a table with `cmd`, `shell`, `composite`, `sequence`, `chain`, `depends-on`… */
function readTable(toml: Manifest, tool: string, keys: readonly string[]): Task[] {
  const table = asTable(toml.get(...keys));
  return Object.keys(table)
    .filter((name) => !(tool === "pdm" && name === "_"))
    .slice(0, MAX_TASKS)
    .map((name) => readTask(toml, tool, name, [...keys, name], table[name]));
}

function readTask(toml: Manifest, tool: string, name: string, keys: readonly string[], value: unknown): Task {
  const line = toml.line(...keys);
  const task = { tool, name, path: toml.path, line };
  const texts: string[] = [];
  const needs: string[] = [];
  const collect = (item: unknown, isSequence: boolean, depth: number): void => {
    if (depth > 3) return;
    // Items of a poe sequence and of a pdm composite name other tasks; hatch's are commands that may begin with one.
    if (typeof item === "string") (isSequence ? needs : texts).push(item);
    else if (Array.isArray(item)) for (const each of item.slice(0, 100)) collect(each, true, depth + 1);
    else if (isTable(item)) collectTable(item, texts, needs, (each) => collect(each, true, depth + 1));
  };
  collect(value, false, 0);
  // What a sequence names may be a command of its own.
  const own = needs.filter((need) => /\s/.test(need));
  const commands = [...texts, ...own].flatMap((text) => commandsAt(toml.path, line, text));
  return { ...task, commands, needs: needs.map((need) => need.split(" ", 1)[0]!) };
}

function collectTable(
  item: Table,
  texts: string[],
  needs: string[],
  sequence: (value: unknown) => void,
): void {
  for (const key of ["cmd", "shell", "interpreter"]) {
    const value = item[key];
    if (typeof value === "string") texts.push(value);
    else if (Array.isArray(value)) texts.push(value.filter((word) => typeof word === "string").join(" "));
  }
  for (const key of ["composite", "sequence", "chain", "all", "parallel"])
    if (Object.hasOwn(item, key)) sequence(item[key]);
  for (const key of ["deps", "depends-on", "depends_on", "ref"]) {
    for (const need of [item[key]].flat()) {
      if (typeof need === "string") needs.push(need);
      else if (isTable(need) && typeof need.task === "string") needs.push(need.task);
    }
  }
}

const commandsAt = (path: string, line: number, text: string): Command[] =>
  readCommands(makeScript(path, line, text, false));

/** `[tool.hatch.envs.<env>.scripts]`: `env:script`, and `script` alone for the default environment. */
function readHatch(toml: Manifest, keys: readonly string[]): Task[] {
  const tasks: Task[] = [];
  for (const env of Object.keys(asTable(toml.get(...keys))).slice(0, 50)) {
    const scripts = asTable(toml.get(...keys, env, "scripts"));
    for (const name of Object.keys(scripts).slice(0, MAX_TASKS)) {
      const line = toml.line(...keys, env, "scripts", name);
      const texts = [scripts[name]].flat().filter((text) => typeof text === "string");
      const commands = texts.flatMap((text) =>
        commandsAt(toml.path, line, text.replace(/\{args(?::([^{}]{0,200}))?\}/g, "$1")),
      );
      // A script may begin with another script of its environment.
      const needs = commands
        .map(({ text }) => text.split(" ", 1)[0]!)
        .filter((word) => Object.hasOwn(scripts, word) && word !== name);
      const prefixed = env === "default" ? name : `${env}:${name}`;
      tasks.push({
        tool: "hatch",
        name: prefixed,
        path: toml.path,
        line,
        commands,
        needs: needs.map((need) => (env === "default" ? need : `${env}:${need}`)),
      });
    }
  }
  return tasks;
}

function readPixi(toml: Manifest, keys: readonly string[]): Task[] {
  const features = Object.keys(asTable(toml.get(...keys, "feature"))).slice(0, 50);
  return [[...keys, "tasks"], ...features.map((feature) => [...keys, "feature", feature, "tasks"])].flatMap(
    (each) => readTable(toml, "pixi", each),
  );
}

/** `scripts` of a package.json. */
export function readNpmScripts(path: string, document: YamlNode): TaskList {
  const scripts = document.get("scripts");
  const tasks = scripts.entries.slice(0, MAX_TASKS).map(({ key, line, node }) => ({
    ...{ tool: "npm", name: key, path, line, needs: [] },
    commands: commandsAt(path, line, node.text ?? ""),
  }));
  return { tasks, defaults: [] };
}

/** Taskfile.yml of go-task. https://taskfile.dev/reference/schema */
export function readTaskfile(path: string, document: YamlNode): TaskList {
  const variables = document.get("vars").strings;
  const tasks = document
    .get("tasks")
    .entries.slice(0, MAX_TASKS)
    .map(({ key, line, node }) => {
      const steps =
        node.kind === "map" ? [...node.get("cmds").asList, ...node.get("cmd").asList] : node.asList;
      const deps = node.get("deps").asList;
      const needs = [...deps, ...steps].flatMap(
        (step) => step.textAt("task") ?? (deps.includes(step) ? (step.text ?? []) : []),
      );
      const commands = steps.flatMap((step) =>
        taskCommands(path, step.kind === "map" ? step.get("cmd") : step, variables),
      );
      return { tool: "task", name: key, path, line, commands, needs };
    });
  return { tasks, defaults: tasks.some(({ name }) => name === "default") ? ["default"] : [] };
}

function taskCommands(path: string, node: YamlNode, variables: Readonly<Record<string, string>>): Command[] {
  if (node.text === undefined) return [];
  const text = node.text.replace(
    /\{\{\s{0,8}\.(\w{1,60})\s{0,8}\}\}/g,
    (whole, name: string) => variables[name] ?? whole,
  );
  return readCommands({ ...yamlScript(path, node), text });
}
