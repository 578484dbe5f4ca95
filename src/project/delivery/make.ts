/** Makefiles: targets with their recipes, simple variables put in. */
import { splitShell } from "./shell.ts";
import type { Command, Task } from "./types.ts";

interface Recipe {
  names: string[];
  needs: string[];
  line: number;
  lines: { text: string; line: number }[];
}

export interface TaskList {
  tasks: Task[];
  /** Names of the tasks that run when none is named. */
  defaults: string[];
}

const MAX_LINES = 20_000;
const MAX_RECIPES = 2000;
const ASSIGN = /^(?:export\s{1,4})?([\w.-]{1,80})\s{0,20}(?::{1,3}=|\?=|\+=|!=|=)\s{0,20}(.*)$/;
const RULE = /^([^\s:=#][^:=#\t]{0,400}?)\s{0,8}::?(?![=:])([^=;]{0,2000})(?:;(.*))?$/;

/** The folder that make is called in, which holds the file. */
const TOP = /\$\(shell\s{1,8}(?:pwd|git rev-parse --show-toplevel)\)|\$\(CURDIR\)/g;

/** Never fails: lines that are neither rule, recipe nor assignment are passed over. */
export function readMakefile(path: string, text: string): TaskList {
  const variables = new Map<string, string>();
  const recipes: Recipe[] = [];
  let recipe: Recipe | undefined;
  let goal: string | undefined;
  let inDefine = false;
  for (const [at, raw] of text.split("\n", MAX_LINES).entries()) {
    const line = at + 1;
    if (inDefine || /^define\s/.test(raw)) {
      inDefine = !/^endef\b/.test(raw);
      continue;
    }
    // A recipe's continuation lines need no tab.
    if (recipe && (raw.startsWith("\t") || recipe.lines.at(-1)?.text.endsWith("\\"))) {
      recipe.lines.push({ text: raw.startsWith("\t") ? raw.slice(1) : raw, line });
      continue;
    }
    if (raw.trim() === "" || /^\s{0,40}(?:#|ifn?def\b|ifn?eq\b|else\b|endif\b|-?include\b)/.test(raw))
      continue;
    const assigned = ASSIGN.exec(raw.trim());
    if (assigned) {
      if (!variables.has(assigned[1]!) || !raw.includes("?="))
        variables.set(assigned[1]!, assigned[2]!.slice(0, 500).replace(TOP, "."));
      if (assigned[1] === ".DEFAULT_GOAL") goal = assigned[2]!.trim();
      recipe = undefined;
      continue;
    }
    // What follows `##` is help for people.
    const rule = RULE.exec(raw.replace(/\s#.*$/, ""));
    recipe = rule ? startRecipe(rule, line, variables) : undefined;
    if (recipe && recipes.push(recipe) >= MAX_RECIPES) break;
  }
  const tasks = recipes.flatMap((each) => toTasks(path, each, variables));
  const first = goal ?? tasks[0]?.name;
  return { tasks, defaults: first === undefined ? [] : [first] };
}

function startRecipe(rule: RegExpExecArray, line: number, variables: ReadonlyMap<string, string>): Recipe {
  const words = (text: string): string[] =>
    substitute(text, variables)
      .split(/\s+/)
      .filter((word) => word !== "" && word !== "|" && word !== "\\");
  const recipe: Recipe = { names: words(rule[1]!), needs: words(rule[2]!), line, lines: [] };
  if (rule[3]) recipe.lines.push({ text: rule[3], line });
  return recipe;
}

function toTasks(path: string, recipe: Recipe, variables: ReadonlyMap<string, string>): Task[] {
  const names = recipe.names
    .filter((name) => /^[^%$]+$/.test(name) && !/^\.[A-Z_]+$/.test(name))
    .slice(0, 50);
  if (names.length === 0) return [];
  const commands = recipeCommands(path, recipe, variables);
  return names.map((name) => ({
    tool: "make",
    name,
    path,
    line: recipe.line,
    commands,
    needs: recipe.needs,
  }));
}

/** Each recipe line is a shell of its own, but lines joined by a backslash are one. */
function recipeCommands(path: string, recipe: Recipe, variables: ReadonlyMap<string, string>): Command[] {
  const commands: Command[] = [];
  for (let at = 0; at < recipe.lines.length; at++) {
    const { line } = recipe.lines[at]!;
    const parts = [recipe.lines[at]!.text];
    while (parts.at(-1)!.endsWith("\\") && recipe.lines[at + 1]) parts.push(recipe.lines[++at]!.text);
    const shell = substitute(parts.join("\n").replace(/^\s{0,40}[@+-]{1,3}\s{0,8}/, ""), variables);
    for (const each of splitShell(shell)) {
      // `@` also stands after `&&` in recipes that were pasted together.
      commands.push({
        path,
        line: line + each.line,
        text: each.text.replace(/^[@+-]{1,2}(?=\w)/, ""),
        via: [],
      });
    }
  }
  return commands;
}

const withoutComment = (value: string | undefined): string | undefined => {
  const at = value?.search(/\s#/) ?? -1;
  return at === -1 ? value : value?.slice(0, at).trimEnd();
};

/** Puts variables in; `$(MAKE)` is `make`, unknown ones stay. Bounded in depth and length. */
function substitute(text: string, variables: ReadonlyMap<string, string>): string {
  let result = text.slice(0, 20_000);
  for (let depth = 0; depth < 4 && /\$[({]/.test(result); depth++) {
    result = result
      .replace(/\$[({]([\w.-]{1,80})[)}]/g, (whole, name: string) =>
        name === "MAKE" ? "make" : (withoutComment(variables.get(name)) ?? whole),
      )
      .slice(0, 20_000);
  }
  return result.replaceAll("$$", "$");
}
