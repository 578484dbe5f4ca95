/** Tasks written in Python: nox sessions, invoke and fabric tasks. */
import type { TaskList } from "./make.ts";
import { joinWords, type PythonCall, type PythonFunction, readPythonScript } from "./python-commands.ts";
import { splitShell } from "./shell.ts";
import type { Command, Task } from "./types.ts";

/** `noxfile.py`. https://nox.thea.codes/en/stable/config.html */
export function readNoxfile(path: string, text: string): TaskList {
  const script = readPythonScript(text);
  const tasks: Task[] = [];
  const hidden = new Set<string>();
  for (const each of script.functions) {
    const decorator = each.decorators.find((written) =>
      /^(?:nox\.|nox_\w{1,20}\.)?session\b|^nox_\w{1,20}\.session\b/.test(written),
    );
    if (decorator === undefined) continue;
    const name = /\bname\s{0,8}=\s{0,8}["']([^"']{1,80})["']/.exec(decorator)?.[1] ?? each.name;
    if (/\bdefault\s{0,8}=\s{0,8}False\b/.test(decorator)) hidden.add(name);
    const calls = [...each.calls, ...calledBy(each, script.functions)];
    const commands = calls.flatMap((call) => sessionCommand(path, call));
    const needs = each.calls
      .filter(({ callee }) => /\.notify$/.test(callee))
      .flatMap(({ words }) => words[0] ?? []);
    tasks.push({ tool: "nox", name, path, line: each.line, commands, needs });
  }
  const chosen = script.constants.get("nox.options.sessions");
  return {
    tasks,
    defaults: [...(chosen ?? tasks.map(({ name }) => name).filter((name) => !hidden.has(name)))],
  };
}

/** Calls of the functions of the same file that a function calls: sessions share code through them. */
function calledBy(each: PythonFunction, functions: readonly PythonFunction[]): PythonCall[] {
  const called = new Set(each.calls.map(({ callee }) => callee));
  return functions
    .filter((other) => other !== each && called.has(other.name))
    .flatMap(({ calls }) => calls)
    .slice(0, 200);
}

function sessionCommand(path: string, { callee, words, line }: PythonCall): Command[] {
  const method = /^\w{1,40}\.(run|run_always|run_install|install|conda_install)$/.exec(callee)?.[1];
  const text = joinWords(words);
  if (method === undefined || text === "") return [];
  const prefix = method === "install" ? "pip install " : method === "conda_install" ? "conda install " : "";
  return [{ path, line, text: prefix + text, via: [] }];
}

/** `tasks.py` of invoke, `fabfile.py` of fabric. */
export function readInvokeTasks(path: string, text: string, tool: "invoke" | "fabric"): TaskList {
  const tasks: Task[] = [];
  let chosen: string | undefined;
  for (const each of readPythonScript(text).functions) {
    const decorator = each.decorators.find((written) => /^(?:invoke\.|fabric\.)?task\b/.test(written));
    if (decorator === undefined && tool === "invoke") continue;
    const commands = each.calls.flatMap(({ callee, words, line }) => {
      const runs = /(?:^|\.)(?:run|sudo|local)$/.test(callee) && !callee.startsWith("subprocess");
      const shell = runs ? words[0] : undefined;
      return shell === undefined
        ? []
        : splitShell(shell).map((command) => ({ path, line, text: command.text, via: [] }));
    });
    const before = /\(([^()]{0,400})\)/.exec(decorator ?? "")?.[1] ?? "";
    const needs = [
      ...before
        .replace(/\b\w{1,40}\s{0,4}=\s{0,4}(?:["'][^"']{0,200}["']|True|False)/g, "")
        .matchAll(/\b[a-z_]\w{0,60}\b(?!\s{0,4}=)/gi),
    ];
    // A task function's name is given with dashes on the command line.
    const name = (
      /\bname\s{0,4}=\s{0,4}["']([^"']{1,80})["']/.exec(decorator ?? "")?.[1] ?? each.name
    ).replaceAll("_", "-");
    if (/\bdefault\s{0,4}=\s{0,4}True/.test(decorator ?? "")) chosen = name;
    tasks.push({
      tool,
      name,
      path,
      line: each.line,
      commands,
      needs: needs.map(([word]) => word!.replaceAll("_", "-")),
    });
  }
  return { tasks, defaults: chosen === undefined ? [] : [chosen] };
}
