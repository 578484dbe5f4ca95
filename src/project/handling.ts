/** What exception handlers do with what they catch. */
import type { Handler } from "./python/handlers.ts";
import type { PythonModule } from "./python/module.ts";
import type { Statement } from "./python/statements.ts";
import { oncePer } from "./remember.ts";

/** A `raise` inside a handler. */
export interface HandlerRaise {
  line: number;
  /**
   * `again` is a bare `raise`, `caught` raises the caught name, `chained` says `from`, `new` raises something else
   * without saying where it comes from.
   */
  kind: "again" | "caught" | "chained" | "new";
}

export interface Handling {
  module: PythonModule;
  handler: Handler;
  /** Catches whatever happens: bare, or Exception or BaseException among its types. */
  broad: boolean;
  raises: readonly HandlerRaise[];
  /** Ends the process (`sys.exit`, `os._exit`, `exit()`). */
  exits: boolean;
  /** Keeps the traceback: logs, prints or reports the exception with it. */
  traceback: boolean;
  /** Hides the failure: it catches everything and neither logs, shows, counts, reports nor raises it. */
  silent: boolean;
  /** The `try` only imports. */
  importing: boolean;
}

const BROAD = /^(?:builtins\.|exceptions\.)?(?:Exception|BaseException|StandardError)$/;
const EXITS = /(?<![\w.])(?:(?:sys\.|os\.)?_?exit|quit|os\.abort|os\.kill)\(/;
const TRACEBACK =
  /(?<!future|fut|task)\.a?exception\((?!\s{0,20}\))|\.opt\(exception|\bexc_info\s{0,4}=\s{0,4}(?!False|None|0\b)|\btraceback\.(?:print|format)_\w+\(|(?<!\w)(?:print|format)_(?:exc|exception|exception_only|tb|stack)\(|\bcapture_?exception\(|\brecord_exception\(|\bexc_info\(\)|\breport_exc\w{0,20}\(|\bprint_exception\(|\bnotice_error\(|\blog\.(?:err|failure)\(|\bexcepthook\(/i;
/** Words of functions that tell somebody of a failure: a log, a user, a caller, a counter. */
const TELLS =
  /log|print|echo|warn|error|(?:^|[._])err|except|report|notif|alert|capture|flash|fail|abort|exit|quit|messag|(?:^|[._])msg|send|repl(?:y|ies)|respon|render|redirect|write|display|show|toast|popup|metric|incr|stat|sentry|retry|critical|debug|(?:^|[._])info$|trace|panic|usage|help|put$|append$|emit|signal|publish|raise|callback|cancel|close_with|record|mark_|set_result/i;
const CALL = /([A-Za-z_][\w.]{0,160})\(/g;
/** Names that record what came of a try. */
const OUTCOME =
  /fail|err|ok|success|status|valid|msg|messag|reason|result|problem|count|attempt|retr|missing|broken|invalid|unavailable/i;

/** `result = None` and `count = 0` are what a caller gets who never hears of the failure. */
const EMPTY = /^(?:None|0|0\.0|""|''|\[\]|\{\}|\(\)|(?:dict|list|set|tuple|str)\(\))$/;

/** Tidying up and waiting tell nobody. */
const TIDIES =
  /(?:^|\.)(?:(?:a|time_)?sleep|a?close|rollback|terminate|kill|unlink|remove|cleanup|clear|rmtree|disconnect|release|shutdown|wait)$/i;
/** A string that says something, unlike a default value. */
const SAYS = /["'][^"'\n]{0,200}?(?:\w \w|error|fail|invalid|wrong|sorry|unable|exception)/i;

/** Every handler of a module, in order. */
export const handlingsOf = (module: PythonModule): readonly Handling[] => module.recall(readHandlings);

const readHandlings = (module: PythonModule): Handling[] =>
  module.handlers.map((handler) => readHandling(module, handler));

function readHandling(module: PythonModule, handler: Handler): Handling {
  const broad =
    handler.types.length === 0 ||
    handler.types.some(
      (type) => BROAD.test(type) || (/^[A-Z][A-Z0-9_]{1,60}$/.test(type) && standForAll(module).has(type)),
    );
  const raises = readRaises(module, handler);
  const exits = EXITS.test(handler.code);
  const traceback = TRACEBACK.test(handler.code);
  const importing =
    handler.tried.length > 0 &&
    handler.tried.every(({ keyword }) => keyword === "import" || keyword === "from");
  const silent =
    broad &&
    raises.length === 0 &&
    !exits &&
    !traceback &&
    !importing &&
    !usesCaught(module, handler) &&
    bodyParts(module, handler).every(isSilent);
  return { module, handler, broad, raises, exits, traceback, silent, importing };
}

const TYPES = /^([A-Z][A-Z0-9_]{1,60})(?:\s?:[^=\n]{1,80})?\s?=\s?\(?(?=([^)=]{1,400}))/gm;

/** `ERRORS = (Exception,)`: constants of the module that hold the broad types. */
const standForAll = oncePer(
  ({ code }: PythonModule): ReadonlySet<string> =>
    new Set(
      (/Exception|StandardError/.test(code) ? [...code.matchAll(TYPES)] : []).flatMap(
        ([, name = "", value = ""]) => (value.split(/[,\s]+/).some((part) => BROAD.test(part)) ? [name] : []),
      ),
    ),
);

function readRaises(module: PythonModule, handler: Handler): HandlerRaise[] {
  if (!/\braise\b/.test(handler.code)) return [];
  const caught = handler.name;
  return bodyParts(module, handler).flatMap(({ code, line, own }): HandlerRaise[] => {
    if (!own) return [];
    const at = /(?:^|[\s;:])raise\b/.exec(code);
    if (!at) return [];
    const what = code.slice(at.index + at[0].length).trim();
    if (what === "" || what.startsWith(";")) return [{ line, kind: "again" }];
    if (/\bfrom\b/.test(what) || givenCause(handler, what)) return [{ line, kind: "chained" }];
    if (
      caught !== undefined &&
      new RegExp(`^(?:\\( ?)?${caught}(?:\\b(?!\\s*\\()|\\.with_traceback\\b)`).test(what)
    )
      return [{ line, kind: "caught" }];
    return [{ line, kind: "new" }];
  });
}

/** `error.__cause__ = caught` before `raise error`. */
const givenCause = ({ code }: Handler, what: string): boolean =>
  code.includes("__cause__") && /^\w{1,80}$/.test(what) && code.includes(`${what}.__cause__`);

interface Part {
  code: string;
  text: string;
  line: number;
  /** It runs when the handler runs: no function, class or further `try` stands between. */
  own: boolean;
}

/** The logical lines of a handler's body. */
function bodyParts(module: PythonModule, handler: Handler): Part[] {
  if (handler.body.length === 0)
    return [
      {
        code: handler.code,
        text: module.text.slice(handler.start, handler.end),
        line: handler.line,
        own: true,
      },
    ];
  return handler.body.map((statement) => ({
    code: module.code.slice(statement.start, statement.end),
    text: module.text.slice(statement.start, statement.end),
    line: statement.line,
    own: isOwn(statement, handler),
  }));
}

const APART = new Set(["def", "class", "try", "except"]);

function isOwn(statement: Statement, { line }: Handler): boolean {
  for (let block = statement.parent; block && block.line > line; block = block.parent)
    if (APART.has(block.keyword)) return false;
  return true;
}

/** Whether the caught exception is looked at. */
function usesCaught({ text }: PythonModule, { name, code, start, end }: Handler): boolean {
  if (name === undefined) return false;
  // Neither `del e` nor `_ = e` looks at it.
  const left = code.replace(new RegExp(`\\bdel ${name}\\b|(?<![\\w.])_ ?= ?${name}[ \\t]*$`, "gm"), "");
  return (
    new RegExp(`(?<![\\w.])${name}\\b(?!\\s*=[^=])`).test(left) ||
    new RegExp(`\\{[^{}\\n]{0,200}\\b${name}\\b`).test(text.slice(start, end))
  );
}

/** A statement that tells nobody of the failure. */
function isSilent({ code, text }: Part): boolean {
  const one = code.trim().replace(/;$/, "");
  if (one === "" || /^(?:pass|continue|break|return|\.\.\.|else:|try:|finally:)$/.test(one)) return true;
  if (/^(?:if|elif|for|while|with|except|global|nonlocal|del)\b/.test(one)) return !tells(one);
  if (/^(?:[rbuRBU]{0,2})(?:"""|'''|"|')/.test(one)) return true;
  const called = /^(?:await )?([A-Za-z_][\w.]{0,160})\(/.exec(one);
  if (called) return TIDIES.test(called[1] ?? "");
  const returned = /^return\b\s*([\s\S]*)$/.exec(one);
  if (returned) return isBlankValue(returned[1] ?? "", text);
  const assigned = /^([\w.[\]"' ,]{1,200}?)(?::[^=]{1,80})?=(?!=)\s*([\s\S]*)$/.exec(one);
  if (!assigned) return false;
  const target = text.trim().slice(0, assigned[1]?.length);
  const value = (assigned[2] ?? "").replace(/^(?:[\w.]{1,80} ?= ?){1,8}/, "");
  return (EMPTY.test(value.trim()) || !OUTCOME.test(target)) && isBlankValue(value, text);
}

function tells(code: string): boolean {
  return [...code.matchAll(CALL)].some((call) => TELLS.test(call[1] ?? ""));
}

/** A value that says nothing of what went wrong: constants, empty collections, names. */
function isBlankValue(code: string, text: string): boolean {
  if (SAYS.test(text)) return false;
  const calls = code.replace(/\b(?:dict|list|set|tuple|str)\(\)/g, "");
  return /^[\w.+\-,[\]{}()"' \s:]*$/.test(code) && !/[\w\]]\(/.test(calls);
}
