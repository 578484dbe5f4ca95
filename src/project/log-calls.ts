/**
 * Logging calls: the levels, the places, the arguments, the handler they stand in. Read from blanked code without a
 * syntax tree, since most modules of a service log.
 */
import { type Handling, handlingsOf } from "./handling.ts";
import type { Project } from "./project.ts";
import { type CallArgument, outermostCalls } from "./python/arguments.ts";
import type { PythonModule } from "./python/module.ts";
import { lineCounter } from "./python/tree.ts";

export type Level = "trace" | "debug" | "info" | "warning" | "error" | "critical" | "other";

export interface LogCall {
  module: PythonModule;
  line: number;
  endLine: number;
  /** Offset of the call's opening bracket in the module's text. */
  offset: number;
  /** As written: `warn`, `exception`, `ainfo`. */
  method: string;
  /** `other` where it is handed over at run time. */
  level: Level;
  /** As written: `logging`, `self.logger`, `log.bind(user=1)`; `""` for a function such as `info` out of `logging`. */
  receiver: string;
  /** It goes to the root logger. */
  root: boolean;
  args: readonly CallArgument[];
  /** The innermost handler that it stands in. */
  handling: Handling | undefined;
}

const LEVELS: Record<string, Level> = {
  trace: "trace",
  spam: "trace",
  debug: "debug",
  verbose: "debug",
  info: "info",
  msg: "info",
  notice: "info",
  success: "info",
  warning: "warning",
  warn: "warning",
  error: "error",
  err: "error",
  exception: "error",
  // Levels of a project's own, named for what they take.
  traceback: "error",
  traceback_: "error",
  critical: "critical",
  fatal: "critical",
  failure: "critical",
  log: "other",
};

const METHODS = Object.keys(LEVELS).join("|");
const METHOD_CALL = new RegExp(`\\.(a?(?:${METHODS}))\\(`, "g");
/** `log`, `_logger`, `audit_log`, `LOGGER`, `requestLogger`; not `dialog`. */
const LOGGER_NAME = /(?:^|_)(?:log|logger|logging|LOG|LOGGER|Log|Logger)\d?$|[a-z0-9]Log(?:ger)?$/;
/** Functions that give a logger, and methods of a logger that give another. */
const GIVES_LOGGER =
  /^(?:getLogger|get_logger|get_task_logger|getChild|bind|unbind|try_unbind|new|opt|patch|with_context)$/;
const MADE = /(?:getLogger|get_logger|get_task_logger)\(|logging\.root\b/g;
const CALLED = /(?<![\w.]|def )(\w{1,80})\(/g;
/** What the last logger of a line is bound to. */
const BOUND =
  /(?<![\w.])((?:self|cls)\.)?(\w{1,80})(?:\s?:[^=\n]{1,80})?\s?=\s?((?:[\w.]{1,80}\.)?(?:getLogger|get_logger|get_task_logger)\(|logging\.root)$/;
/** `debug, error = logger.debug, logger.error`. */
const BOUND_METHODS = /^([A-Za-z_][\w, ]{0,200}?) ?= ?((?:[\w.]{1,80}, ?){0,12}[\w.]{1,80})[ \t]*$/gm;

/** Stands wherever that binds a method. */
const ENDS_IN_METHOD = new RegExp(`\\.(?:${METHODS})(?:[ \\t]*$|, ?\\w)`, "m");

/** Logging calls of the project's own code, in order. */
export function findLogCalls(project: Pick<Project, "source">): LogCall[] {
  return project.source.flatMap(logCallsOf);
}

/** Logging calls of a module, in order. */
export const logCallsOf = (module: PythonModule): readonly LogCall[] => module.recall(readLogCalls);

/** The innermost handler that holds an offset; asked for offsets in order. */
function innermostHandling(handlings: readonly Handling[]): (offset: number) => Handling | undefined {
  const open: Handling[] = [];
  let next = 0;
  return (offset) => {
    for (let one = handlings[next]; one && one.handler.start <= offset; one = handlings[++next])
      open.push(one);
    while (open.length > 0 && open.at(-1)!.handler.end <= offset) open.pop();
    return open.at(-1);
  };
}

interface Loggers {
  /** Names that the module binds to a logger: whether it is the root logger. */
  names: ReadonlyMap<string, boolean>;
  /** Functions that log: `error` after `error = logger.error`. */
  functions: ReadonlyMap<string, { method: string; root: boolean }>;
}

function readLogCalls(module: PythonModule): LogCall[] {
  const { code } = module;
  if (!/log|Log|LOG/.test(code)) return [];
  const loggers = readLoggers(module);
  const found: { open: number; method: string; receiver: string; root: boolean }[] = [];
  for (const match of code.matchAll(METHOD_CALL)) {
    const method = match[1] ?? "";
    const receiver = receiverBefore(code, match.index);
    const root = judgeReceiver(receiver, loggers, module.aliases);
    if (root !== undefined) found.push({ open: match.index + method.length + 1, method, receiver, root });
  }
  for (const { index, 1: name = "" } of loggers.functions.size > 0 ? code.matchAll(CALLED) : []) {
    const one = loggers.functions.get(name);
    if (one) found.push({ open: index + name.length, receiver: "", ...one });
  }
  const lineOf = lineCounter(code);
  const handlingAt = innermostHandling(handlingsOf(module));
  return outermostCalls(module, found).map(({ open, end, args, method, receiver, root }) => ({
    module,
    line: lineOf(open - method.length),
    endLine: lineOf(end),
    offset: open,
    method,
    level: levelOf(method, args),
    receiver,
    root,
    args,
    handling: handlingAt(open),
  }));
}

/** `logging.getLogger(`, whatever it was imported as; others have functions of that name. */
const isStandard = (call: string, aliases: ReadonlyMap<string, string>): boolean => {
  const name = call.slice(0, -1);
  const [first = "", ...rest] = name.split(".");
  return [aliases.get(first) ?? first, ...rest].join(".") === "logging.getLogger";
};

function readLoggers(module: PythonModule): Loggers {
  const { code, text, aliases } = module;
  const names = new Map<string, boolean>();
  for (const made of code.matchAll(MADE)) {
    const at = made.index + made[0].length;
    const found = BOUND.exec(code.slice(Math.max(code.lastIndexOf("\n", made.index) + 1, at - 400), at));
    if (!found) continue;
    const root =
      found[3] === "logging.root" ||
      (isStandard(found[3] ?? "", aliases) &&
        /^\s{0,20}(?:\)|["']{2}\)|["']root["']\))/.test(text.slice(at, at + 40)));
    names.set(`${found[1] ?? ""}${found[2]}`, root);
  }
  const functions = new Map<string, { method: string; root: boolean }>();
  for (const [name, path] of aliases) {
    const method = /^logging\.(\w+)$/.exec(path)?.[1];
    if (method !== undefined && Object.hasOwn(LEVELS, method) && method !== "log")
      functions.set(name, { method, root: true });
  }
  for (const found of ENDS_IN_METHOD.test(code) ? code.matchAll(BOUND_METHODS) : []) {
    const targets = (found[1] ?? "").split(",").map((one) => one.trim());
    const values = (found[2] ?? "").split(",").map((one) => one.trim());
    if (targets.length !== values.length) continue;
    values.forEach((value, i) => {
      const dot = value.lastIndexOf(".");
      const method = value.slice(dot + 1);
      const target = targets[i] ?? "";
      if (dot === -1 || !Object.hasOwn(LEVELS, method) || !/^\w{1,80}$/.test(target)) return;
      const root = judgeReceiver(value.slice(0, dot), { names, functions }, aliases);
      if (root !== undefined) functions.set(target, { method, root });
    });
  }
  return { names, functions };
}

const RECEIVER_LENGTH = 200;

/** The object before a dot, as written: names, dots, and brackets with what stands in them; bounded. */
function receiverBefore(code: string, dot: number): string {
  let at = dot;
  let depth = 0;
  const stop = Math.max(0, dot - RECEIVER_LENGTH);
  while (at > stop) {
    const c = code.charCodeAt(at - 1);
    if (c === 41 || c === 93) depth++;
    else if (c === 40 || c === 91) {
      if (depth === 0) break;
      depth--;
    } else if (depth === 0 && !isWord(c)) {
      const before = skipSpace(code, at, stop);
      // A chain may be broken over lines before its dots.
      if (before === at || code.charCodeAt(at) !== 46 || !/[\w)\]]/.test(code.charAt(before - 1))) break;
      at = before;
      continue;
    }
    at--;
  }
  return code.slice(at, dot).replace(/\s+/g, " ").trim();
}

/** Letters, digits, `_` and dots. */
const isWord = (c: number): boolean =>
  c === 46 || c === 95 || (c > 47 && c < 58) || (c > 64 && c < 91) || (c > 96 && c < 123);

function skipSpace(code: string, from: number, stop: number): number {
  let at = from;
  while (at > stop && (code.charCodeAt(at - 1) === 32 || code.charCodeAt(at - 1) === 10)) at--;
  return at;
}

/** Whether a receiver is the root logger; `undefined` where it is no logger. */
function judgeReceiver(
  receiver: string,
  { names }: Loggers,
  aliases: ReadonlyMap<string, string>,
): boolean | undefined {
  const plain = dropBrackets(receiver);
  const bound = names.get(plain);
  if (bound !== undefined) return bound;
  const parts = plain.split(".").map((part) => part.trim());
  const first = parts[0] ?? "";
  if (parts.length === 1 && aliases.get(first) === "logging") return true;
  while (parts.length > 1 && GIVES_LOGGER.test(parts.at(-1) ?? "")) {
    if (/^(?:getLogger)$/.test(parts.at(-1) ?? "")) return /\bgetLogger\(\s?\)$/.test(receiver);
    parts.pop();
  }
  const last = parts.at(-1) ?? "";
  const own = names.get(parts.join("."));
  if (own !== undefined) return own;
  if (GIVES_LOGGER.test(last) && /^get/.test(last)) return /^getLogger\(\s?\)$/.test(receiver);
  if (parts.length === 1 && aliases.get(last) === "logging") return true;
  return LOGGER_NAME.test(last) ? false : undefined;
}

/** Brackets and what stands in them left out. */
function dropBrackets(code: string): string {
  let depth = 0;
  let kept = "";
  for (const c of code) {
    if (c === "(" || c === "[") depth++;
    else if (c === ")" || c === "]") depth--;
    else if (depth === 0) kept += c;
  }
  return kept;
}

function levelOf(method: string, args: readonly CallArgument[]): Level {
  const plain = Object.hasOwn(LEVELS, method) ? method : method.slice(1);
  const level = LEVELS[plain] ?? "other";
  if (plain !== "log") return level;
  const given = /^(?:[\w.]{0,80}\.|["'])?(debug|info|warning|warn|error|critical|fatal|trace)["']?$/i.exec(
    args[0]?.text ?? "",
  );
  return LEVELS[given?.[1]?.toLowerCase() ?? ""] ?? "other";
}

/** Lines of loguru's `@logger.catch` and `with logger.catch():`, which log whatever rises at error, with its traceback. */
export function logCatchesOf(module: PythonModule): number[] {
  if (!module.importsPackage("loguru")) return [];
  return module.statements
    .filter(({ start, end }) => /\blogger\.catch\b/.test(module.code.slice(start, end)))
    .map(({ line }) => line);
}
