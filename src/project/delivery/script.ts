/** Shell text at its place, and the commands that stand in it. */
import type { Place } from "../manifests/types.ts";
import { splitShell } from "./shell.ts";
import { findRunners } from "./shell-functions.ts";
import type { Command } from "./types.ts";
import type { YamlNode } from "./yaml-lines.ts";

export interface Script extends Place {
  text: string;
  /** Lines of the text are lines of the file; else all commands stand at `line`. */
  literal: boolean;
  /** Folder that it starts in, `""` for the top. */
  folder: string;
}

export const makeScript = (
  path: string,
  line: number,
  text: string,
  literal = true,
  folder = "",
): Script => ({
  path,
  line,
  text,
  literal,
  folder,
});

/** A YAML scalar as a script. */
export const yamlScript = (path: string, node: YamlNode, folder = ""): Script =>
  makeScript(path, node.line, node.text ?? "", node.literal, folder);

/** The commands of a script as they stand, none followed. */
export function readCommands(script: Script, via: readonly string[] = []): Command[] {
  const runners = findRunners(script.text);
  return splitShell(script.text).map(({ text, line }) => ({
    path: script.path,
    line: script.line + (script.literal ? line : 0),
    text: withoutRunner(text, runners),
    via,
  }));
}

const FIRST_WORD = /^(?:"[^"]{0,400}"|'[^']{0,400}'|[^\s"']{1,400})\s{1,20}/;

function withoutRunner(text: string, runners: ReadonlyMap<string, number>): string {
  const kept = runners.get(/^[\w:.-]{1,60}/.exec(text)?.[0] ?? "");
  if (kept === undefined) return text;
  let rest = text;
  for (let word = 0; word <= kept; word++) rest = rest.replace(FIRST_WORD, "");
  // `retry 3 docker push`: a number is no program.
  return rest.replace(/^\d{1,6}\s{1,20}/, "");
}

/** `a/b` + `../c` → `a/c`; `undefined` where it leaves the archive. A leading `/` counts from the top. */
export function joinPath(folder: string, path: string): string | undefined {
  const parts = path.startsWith("/") || folder === "" ? [] : folder.split("/");
  for (const part of path.split("/")) {
    if (part === "" || part === ".") continue;
    if (part !== "..") parts.push(part);
    else if (parts.pop() === undefined) return undefined;
  }
  return parts.join("/");
}

/** Folders whose files tell nothing about how the project itself is built, run or shipped. */
const INCIDENTAL =
  /(?:^|\/)(?:tests?|(?:unit|integration|functional|e2e)[-_]?tests?|testing|test[-_]?data|testdata|fixtures|examples?(?:[-_][\w-]{1,60})?|[\w-]{1,60}[-_]examples?|samples?|demos?|tutorials?|benchmarks?|docs?|documentation|vendor(?:ed)?|third[-_]?party|(?:project|app)[-_]templates?|packaging|node_modules|site-packages|\.?venv|\.tox|\.nox|bower_components|\{\{[^/]{1,200}|\{%[^/]{1,200}|[^/]{0,80}\{\{[^/]{1,200})\//i;

/** Whether a path stands in tests, examples, documentation, vendored code or a project template. */
export const isIncidental = (path: string, root = ""): boolean =>
  INCIDENTAL.test(root !== "" && path.startsWith(`${root}/`) ? path.slice(root.length + 1) : path);

/** Whether a path lies in the judged folder. */
export const isUnder = (path: string, root: string): boolean => root === "" || path.startsWith(`${root}/`);
