/** Handlers around the work of a program after which it ends as if nothing had happened. */
import { BY_FRAMEWORK, coversLine, type EntryPoint, lastCallAt } from "./entry-functions.ts";
import type { Handling } from "./handling.ts";
import { firstBehind, type PythonModule } from "./python/module.ts";
import type { Statement } from "./python/statements.ts";
import { oncePer } from "./remember.ts";

/** The user's own interruption, and things that may well be so. */
const EXPECTED =
  /^(?:[\w.]{0,80}\.)?(?:KeyboardInterrupt|SystemExit|EOFError|BrokenPipeError|ImportError|ModuleNotFoundError|StopIteration|CancelledError|FileExistsError|NotImplementedError|Exit|Abort)$/;
const TELLS = /\b(?:print|echo|secho|error|exception|critical|fatal|warning|warn|write)\(/;

/** A status that is set, or handed to the framework. */
const SAYS_STATUS =
  /\b(?:parser|ap|ctx|context|self)\.(?:(?:error|fail|abort)\(|exit\((?!\s{0,20}0?\s{0,20}\)))|(?<![\w.])abort\(|(?:returncode|retcode|exit_?code|exit_status|status|success|failed)\s?=/;
const RETURNS_STATUS = /\breturn\s{1,20}(?!None\b|True\b|0\b)\S/;
/** `sys.exit()`, `sys.exit(0)` and `raise typer.Exit()` say success. */
const EXITS_WELL = /\b(?:_?exit|quit|Exit|SystemExit)\(\s{0,20}(?:code\s?=\s?)?(?:0|None)?\s{0,20}\)/;

/** It catches what stops the program's work and says no status. */
export function hidesFailure(entry: EntryPoint, handling: Handling): boolean {
  const { module, blocks, returns, what } = entry;
  const { handler, broad, raises, exits } = handling;
  const inside = coversLine(blocks)(handler.line);
  const called = inside ? undefined : lastCallAt(entry, handler.line);
  if (!inside && !called) return false;
  if ((raises.length > 0 || exits) && !EXITS_WELL.test(handler.code)) return false;
  if (isTidying(handler.tried[0])) return false;
  const own = calledBodies(module, handler.code);
  if (STOPS.test(own) || ENDS.test(handler.code)) return false;
  const tells = TELLS.test(handler.code) || TELLS.test(own);
  // A named failure that is told and forgotten ends as well as any; one that is replaced does not.
  if (!broad && (handler.types.every((type) => EXPECTED.test(type)) || !tells)) return false;
  const counts = called ? called.returns : returns;
  if (SAYS_STATUS.test(handler.code) || (counts && statusIn(handler.code, what))) return false;
  if (tellsParser(module, handler.code)) return false;
  const loop = loopOf(handler.tried[0]);
  if (loop) return what !== BY_FRAMEWORK && goesThrough(module, loop) && tells;
  return endsWithTry(module, handling, counts);
}

/** Functions that end the program, by their names where they stand elsewhere. */
const ENDS = /(?<![\w.])(?:die|bail|fatal|panic|fail|exit\w{1,30}|\w{1,30}_(?:and_)?exit|usage_error)\(/;
const STOPS = /\braise\b|exit\(|\babort\(/;

/** The bodies of functions of the module that a handler calls. */
function calledBodies(module: PythonModule, handled: string): string {
  const names = new Set(
    [...handled.slice(0, 2_000).matchAll(/(?<![\w.])(\w{1,80})\(/g)].map(([, name = ""]) => name),
  );
  return [...names]
    .slice(0, 10)
    .flatMap((name) => module.functionsNamed(name))
    .map(({ body }) => body.slice(0, 4_000))
    .join("\n");
}

/** A returned status; what a console script returns goes to `sys.exit`, for which False is 0. */
const statusIn = (handled: string, what: string): boolean =>
  RETURNS_STATUS.test(what === "console script" ? handled.replace(/\breturn False\b/g, "") : handled);

/** `p.error(…)` of an argument parser ends with status 2. */
function tellsParser(module: PythonModule, handled: string): boolean {
  const parser = parserOf(module);
  return parser !== undefined && new RegExp(`(?<![\\w.])${parser}\\.(?:error|exit)\\(`).test(handled);
}

const parserOf = oncePer(
  ({ code }: PythonModule) => /\b(\w{1,40})\s?=\s?[\w.]{0,40}ArgumentParser\(/.exec(code)?.[1],
);

/** The outermost loop around a statement, up to the function that holds it. */
function loopOf(statement: Statement | undefined): Statement | undefined {
  let loop: Statement | undefined;
  for (let block = statement?.parent; block && block.keyword !== "def"; block = block.parent)
    if (block.keyword === "for" || block.keyword === "while") loop = block;
  return loop;
}

/** In a `finally`: what stopped the work goes on rising. */
function isTidying(statement: Statement | undefined): boolean {
  for (let block = statement?.parent; block && block.keyword !== "def"; block = block.parent)
    if (block.keyword === "finally") return true;
  return false;
}

/** Input that goes on until its source ends it: each failure there is told to whoever sits before it. */
const ENDLESS = /stdin|input|count\(|consumer|message|event|update|listen|poll|stream|subscri/i;

/** A `for` over a list of work, behind which nothing looks at what has failed. */
function goesThrough(module: PythonModule, { keyword, line, blockEnd, start, end }: Statement): boolean {
  if (keyword !== "for" || ENDLESS.test(module.code.slice(start, Math.min(end, start + 400)))) return false;
  const own = module.functionAt(line);
  const last = own?.endLine ?? Number.MAX_SAFE_INTEGER;
  const looking = lookingBack(module);
  return !((looking[firstBehind(looking, blockEnd)]?.line ?? Number.POSITIVE_INFINITY) <= last);
}

/** Statements that look at what has failed, in order; read once, since each of many loops may ask for what is behind it. */
const lookingBack = oncePer(({ code, statements }: PythonModule) =>
  statements.filter(({ start, end }) => LOOKS_BACK.test(code.slice(start, Math.min(end, start + 400)))),
);

const LOOKS_BACK = /\braise\b|exit\b|\.fail\(|\babort\(|\breturn\s{1,20}(?!None\b|True\b|0\b)\S|^\s*if\b/;

/** Statements behind a `try` that are looked at. */
const MOST_AFTER = 200;

/** Nothing but closing words comes after the `try`: what it guards is the work itself. */
function endsWithTry(module: PythonModule, { handler }: Handling, returns: boolean): boolean {
  const start = handler.tried[0]?.parent;
  if (!start) return false;
  const siblings = module.inside(start.parent);
  const from = firstBehind(siblings, handler.endLine);
  const after = siblings
    .slice(from, from + MOST_AFTER)
    .filter(({ keyword }) => !/^(?:except|else|finally)$/.test(keyword));
  return after.every(({ start: from, end }) => closes(module.code.slice(from, end).trim(), returns));
}

/** `sys.exit(code)` may well say what the handler has found. */
const closes = (statement: string, returns: boolean): boolean =>
  /^(?:print|log|logger|logging|pass|input|time\.sleep)\b/.test(statement) ||
  /^(?:return|sys\.exit\()\s{0,20}(?:0|None|True)?\s{0,20}\)?$/.test(statement) ||
  (!returns && /^return\b/.test(statement));
