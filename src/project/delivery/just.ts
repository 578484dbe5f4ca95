/** justfile: recipes with their dependencies, simple variables put in. */
import type { TaskList } from "./make.ts";
import { splitShell } from "./shell.ts";
import type { Command, Task } from "./types.ts";

const MAX_RECIPES = 1000;
const RECIPE =
  /^@?([A-Za-z_][\w-]{0,80})(?:\s{1,8}[+*$]{0,2}[\w-]{1,60}(?:\s?=\s?(?:'[^'\n]{0,300}'|"[^"\n]{0,300}"|[^\s:'"]{1,100}))?){0,20}\s{0,8}:(?!=)([^\n]{0,400})$/;
const ASSIGN =
  /^(?:export\s{1,4})?([A-Za-z_][\w-]{0,80})\s{0,20}:=\s{0,20}["'`]([^"'`\n]{0,400})["'`]\s{0,20}$/;
const ALIAS = /^alias\s{1,8}([\w-]{1,80})\s{0,8}:=\s{0,8}([\w-]{1,80})/;

/** Never fails: lines that are neither recipe, body nor assignment are passed over. */
export function readJustfile(path: string, text: string): TaskList {
  const variables = new Map<string, string>();
  const found: { name: string; line: number; needs: string[]; body: { text: string; line: number }[] }[] = [];
  const aliases: { name: string; line: number; target: string }[] = [];
  for (const [at, raw] of text.split("\n", 20_000).entries()) {
    const line = at + 1;
    if (/^[ \t]/.test(raw)) {
      found.at(-1)?.body.push({ text: raw.trim(), line });
      continue;
    }
    const alias = ALIAS.exec(raw);
    const assigned = ASSIGN.exec(raw);
    const recipe = RECIPE.exec(raw);
    if (alias) aliases.push({ name: alias[1]!, line, target: alias[2]! });
    else if (assigned) variables.set(assigned[1]!, assigned[2]!);
    else if (recipe && found.length < MAX_RECIPES)
      found.push({ name: recipe[1]!, line, needs: readNeeds(recipe[2]!), body: [] });
  }
  const tasks: Task[] = found.map(({ name, line, needs, body }) => ({
    ...{ tool: "just", name, path, line, needs },
    commands: readBody(path, body, variables),
  }));
  for (const { name, line, target } of aliases)
    tasks.push({ tool: "just", name, path, line, commands: [], needs: [target] });
  const first = tasks.find(({ name }) => name === "default") ?? tasks[0];
  return { tasks, defaults: first ? [first.name] : [] };
}

/** `build (test "x") && after # comment`: names of recipes. */
const readNeeds = (text: string): string[] =>
  [...text.replace(/#.*$/, "").matchAll(/(?:^|[\s(])([A-Za-z_][\w-]{0,80})/g)].map(([, name]) => name!);

function readBody(
  path: string,
  body: readonly { text: string; line: number }[],
  variables: ReadonlyMap<string, string>,
): Command[] {
  const shebang = /^#!(.*)/.exec(body[0]?.text ?? "")?.[1];
  if (shebang !== undefined && !/\b(?:ba|z|da)?sh\b/.test(shebang)) return [];
  const first = body[0]?.line ?? 1;
  // One text, so that lines joined by backslashes and blocks of shebang recipes stay together.
  const lines: string[] = [];
  for (const { text, line } of body) lines[line - first] = text.replace(/^[@-]{1,2}/, "");
  const shell = Array.from(lines, (text) => text ?? "").join("\n");
  const filled = shell.replace(
    /\{\{\s{0,8}([\w-]{1,80})\s{0,8}\}\}/g,
    (_, name: string) => variables.get(name) ?? "",
  );
  return splitShell(filled).map(({ text, line }) => ({ path, line: first + line, text, via: [] }));
}
