/** What a shell command runs in the end: wrappers (`uv run`, `sudo`, `docker compose run …`, `python -m`) unwrapped. */
import { remember } from "../remember.ts";
import { splitShell } from "./shell.ts";
import { splitWords } from "./shell-words.ts";
import { WRAPPERS, type Wrapper } from "./wrappers.ts";

export interface Invocation {
  /** Base name without version and `.exe`: `python` for `/usr/bin/python3.12`; the module for `python -m module`. */
  program: string;
  args: readonly string[];
  /** The program as written. */
  written: string;
  /** Run by `python -m`. */
  module: boolean;
  /** Assignments in front: `DJANGO_SETTINGS_MODULE=x`. */
  env: Readonly<Record<string, string>>;
  /** What it was unwrapped from, outermost first: `["uv run", "coverage run"]`. */
  wrappers: readonly string[];
  /** The word that a task runner was given, before its environment was taken off: `test:cov` of `hatch run test:cov`. */
  task?: string;
}

const SHELLS = new Set(["bash", "sh", "zsh", "ash", "dash", "ksh", "cmd", "powershell", "pwsh"]);
const ASSIGNMENT = /^([A-Za-z_]\w{0,100})=([\s\S]*)$/;
const MAX_WRAPPERS = 12;

/** Every invocation of a shell text, those inside `sh -c '…'` among them. Comments and echoed text give none. */
export const readInvocations = remember((text: string): readonly Invocation[] => read(text, 0));

function read(text: string, depth: number): Invocation[] {
  return splitShell(text).flatMap((command) => unwrap(splitWords(command.text), depth));
}

/** The invocation behind the words of one command. */
function unwrap(words: readonly string[], depth: number): Invocation[] {
  const env: Record<string, string> = Object.create(null);
  const wrappers: string[] = [];
  let step: Unwrapped = { rest: words, module: false };
  for (let turn = 0; turn < MAX_WRAPPERS; turn++) {
    const rest = takeAssignments(step.rest, env);
    step = { ...step, rest };
    const inner = shellText(rest);
    if (inner !== undefined && depth < 3) return read(inner, depth + 1);
    const next = unwrapOnce(rest);
    if (!next) break;
    if (next.wrapper !== undefined) wrappers.push(next.wrapper);
    step = next;
  }
  const { rest, module, task } = step;
  const written = rest[0];
  if (written === undefined || written === "") return [];
  const program = module ? written : programName(written);
  const isScript = !module && program.endsWith(".py");
  return [
    {
      program: isScript ? "python" : program,
      args: isScript ? rest : rest.slice(1),
      ...{ written, module, env, wrappers },
      ...(task === undefined ? {} : { task }),
    },
  ];
}

interface Unwrapped {
  rest: readonly string[];
  module: boolean;
  wrapper?: string;
  task?: string;
}

function takeAssignments(words: readonly string[], env: Record<string, string>): readonly string[] {
  let at = 0;
  for (; at < words.length; at++) {
    const found = ASSIGNMENT.exec(words[at]!);
    if (!found) break;
    env[found[1]!] = found[2]!;
  }
  return words.slice(at);
}

/** The text given to `sh -c`. */
function shellText(words: readonly string[]): string | undefined {
  const program = programName(words[0] ?? "");
  if (program === "eval") return words.slice(1).join(" ");
  if (program === "su" || program === "script") {
    const at = words.indexOf("-c");
    return at === -1 ? undefined : words[at + 1];
  }
  if (!SHELLS.has(program)) return undefined;
  const at = words.findIndex((word, i) => i > 0 && /^(?:-[a-z]{0,6}c|\/c|-command)$/i.test(word));
  const options = words.slice(1, at).every((word) => /^[-+]/.test(word) || word === "pipefail");
  return at === -1 || !options ? undefined : words[at + 1];
}

/** Variables named for the program that they hold; any other in front of a command is a prefix: `$SUDO`, `${RUN}`. */
const NAMED_VARIABLE =
  /^(?:python|pip|uv|poetry|pytest|py\.?test|tox|nox|ruff|mypy|black|flake8|pylint|coverage|twine|make|docker|docker_?compose|compose|podman|kubectl|helm|npm|yarn|pnpm|pipenv|pdm|hatch|bash|sh|sphinx\w{0,10}|celery|gunicorn|uvicorn|django_?admin|manage|flask|alembic|terraform|ansible\w{0,20})$/;

function unwrapOnce(words: readonly string[]): Unwrapped | undefined {
  const program = programName(words[0] ?? "");
  const isVariable = /^\$[{(]?\w{1,60}[})]?$/.test(words[0] ?? "") && !NAMED_VARIABLE.test(program);
  if (isVariable && /^[a-z./$]/i.test(words[1] ?? "")) return { rest: words.slice(1), module: false };
  if (/^(?:python|pypy|ipython)$/.test(program)) return moduleOf(words.slice(1));
  for (const wrapper of WRAPPERS.get(program) ?? []) {
    const rest = unwrapWith(wrapper, words.slice(1));
    if (!rest) continue;
    const name = [program, ...wrapper.words].join(" ");
    const module = /^(?:uv run|coverage run|slipcover)$/.test(name) ? moduleOf(rest) : undefined;
    if (module) return { ...module, wrapper: name };
    const [task = "", ...args] = rest;
    // `uvx ruff@0.9`, `hatch run test:pytest`
    const plain = /^(?:uvx|uv tool run|npx)$/.test(name)
      ? task.replace(/@[^@/]*$/, "")
      : withoutEnvironment(name, task);
    // A script given to coverage is run by Python, whatever it is called.
    const own = name === "coverage run" ? ["python", plain, ...args] : [plain, ...args];
    return { rest: own, wrapper: name, module: false, task };
  }
  return undefined;
}

const withoutEnvironment = (wrapper: string, task: string): string =>
  wrapper === "hatch run" ? task.replace(/^[+\w.=,-]{0,80}:(?=\w)/, "") : task;

/** `-m module args` or `-mmodule args`, after other options of Python. */
function moduleOf(args: readonly string[]): Unwrapped | undefined {
  for (let at = 0; at < args.length; at++) {
    const arg = args[at]!;
    if (arg === "-m" || arg === "--module") {
      // Django's script stands where it is run, so that its name as a module will do.
      if (args[at + 1] === "manage")
        return { rest: ["python", "manage.py", ...args.slice(at + 2)], module: false };
      return args[at + 1] ? { rest: args.slice(at + 1), module: true } : undefined;
    }
    if (/^-m[a-zA-Z_]/.test(arg)) return { rest: [arg.slice(2), ...args.slice(at + 1)], module: true };
    if (arg === "-W" || arg === "-X") at++;
    else if (!arg.startsWith("-") || arg === "-c" || arg === "-") return undefined;
  }
  return undefined;
}

/** What a wrapper runs, `undefined` where the words are no use of it. */
function unwrapWith(wrapper: Wrapper, args: readonly string[]): readonly string[] | undefined {
  let rest = args;
  for (const word of wrapper.words) {
    rest = skipOptions(rest, wrapper.valued);
    if (rest[0] !== word) return undefined;
    rest = rest.slice(1);
  }
  if (wrapper.dashes) {
    const at = rest.indexOf("--");
    return at === -1 || at === rest.length - 1 ? undefined : rest.slice(at + 1);
  }
  rest = skipOptions(rest, wrapper.valued).slice(wrapper.positional);
  if (wrapper.positional > 0 && rest[0] === "--") rest = rest.slice(1);
  // `retry 3 docker push`: a number is no program.
  if (/^\d{1,4}$/.test(rest[0] ?? "")) rest = rest.slice(1);
  return rest.length === 0 ? undefined : rest;
}

function skipOptions(words: readonly string[], valued: ReadonlySet<string>): readonly string[] {
  let at = 0;
  while (at < words.length && words[at]!.startsWith("-")) {
    const word = words[at]!;
    // `uv run -m module`: the option is the command's.
    if (word === "-m" || word === "--module") break;
    at++;
    if (word === "--") break;
    if (valued.has(word)) at++;
  }
  return words.slice(at);
}

/** `/usr/bin/python3.12` → `python`, `pytest.exe` → `pytest`, `pip3` → `pip`. */
export function programName(written: string): string {
  const name = written.slice(Math.max(written.lastIndexOf("/"), written.lastIndexOf("\\")) + 1).toLowerCase();
  // `${PREFIX}pytest`; a variable alone is most often named for what it holds: `$PIP`, `$(PYTHON)`.
  const bare = name
    .replace(/\.(?:exe|cmd|bat)$/, "")
    .replace(/^\$(?:\{\w{1,60}\}|\(\w{1,60}\))(?=[a-z])/, "")
    .replace(/^\$[{(]?(\w{1,60})[})]?$/, "$1");
  if (/^(?:env_?)?py(?:thon)?[\d.]*[tw]?(?:_?(?:bin|exe|cmd))?$/.test(bare)) return "python";
  return bare.replace(
    /^(pip|pytest|py\.test|pypy|nosetests|ipython|coverage|tox|flake8|pylint)-?[\d.]+$/,
    "$1",
  );
}

/** The value of an option: `-e x`, `--env x`, `--env=x`, `-ex`. */
export function optionValue(args: readonly string[], ...names: string[]): string | undefined {
  return optionValues(args, ...names)[0];
}

export function optionValues(args: readonly string[], ...names: string[]): string[] {
  const values: string[] = [];
  for (const [at, arg] of args.entries()) {
    for (const name of names) {
      const next = args[at + 1];
      if (arg === name && next !== undefined) values.push(next);
      else if (name.startsWith("--") && arg.startsWith(`${name}=`)) values.push(arg.slice(name.length + 1));
      else if (/^-\w$/.test(name) && arg.startsWith(name) && arg.length > 2 && !arg.startsWith("--")) {
        values.push(arg.slice(2).replace(/^=/, ""));
      }
    }
  }
  return values;
}

export const hasOption = (args: readonly string[], ...names: string[]): boolean =>
  args.some((arg) => names.some((name) => arg === name || arg.startsWith(`${name}=`)));

/** Words that are no options. */
export const positionals = (args: readonly string[]): string[] => args.filter((arg) => !arg.startsWith("-"));

/** Whether the arguments begin with these words; options and their values between them are passed over. */
export function startsWith(args: readonly string[], words: readonly string[]): boolean {
  let at = 0;
  for (const [i, arg] of args.entries()) {
    if (at === words.length) break;
    if (arg === words[at]) at++;
    else if (!arg.startsWith("-") && !args[i - 1]?.startsWith("-")) return false;
  }
  return at === words.length;
}
