/** Loops and functions of the project's own that try something again after a failure. */
import { type Handling, handlingsOf } from "./handling.ts";
import { blockOf } from "./python/handlers.ts";
import type { PythonModule } from "./python/module.ts";
import type { Statement } from "./python/statements.ts";

export interface RetryLoop {
  line: number;
  /** It waits before the next try. */
  waits: boolean;
}

/** Something that reaches out, by the words of the calls and of the exceptions. */
const REACHES =
  /connect|request|fetch|download|upload|http|client|session|smtp|send|query|execute|cursor|database|operational|redis|mongo|broker|publish|consume|api|url|timeout|network|requests?\.\w|socket\.(?!bind)/i;
const SLEEP = /(?:sleep|backoff)\w{0,30}\(|\bwait\(/i;
/** Words of a loop, a counter or a function that say that something is tried again. */
const AGAIN = /retr(?:y|ies)|attempt|(?<![a-z])tries\b|backoff|\btry_?(?:count|no|num)/i;
/** Exceptions, or checks of what came back; a loop that only waits until something is done tries nothing again. */
const SEES_FAILURE =
  /\bexcept\b|\bif\b[^\n]{0,200}(?:\.ok\b|status|success|error|fail|is None|is not None|\bnot\b|\battempt)/i;
const INTERRUPTIONS = /^(?:KeyboardInterrupt|SystemExit|EOFError)$/;

/** The loops of a module, those that wait first. */
export function findRetryLoops(module: PythonModule): RetryLoop[] {
  if (!/\bsleep\(|retr|attempt|tries\b|backoff|\bin\s+range\(/i.test(module.code)) return [];
  const handled = handlingsOf(module).flatMap((one) => readHandler(module, one));
  const loops = module.statements.flatMap((one, index) => readLoop(module, one, index));
  return [...handled, ...loops].sort((a, b) => Number(b.waits) - Number(a.waits));
}

/** A handler that waits and goes on, in a loop or by calling its own function again. */
function readHandler(module: PythonModule, { handler }: Handling): RetryLoop[] {
  const [first, last] = [handler.tried[0], handler.tried.at(-1)];
  if (!first || !last || INTERRUPTIONS.test(handler.types.join())) return [];
  const tried = module.code.slice(first.start, last.end).slice(0, 4_000);
  const named = namesAbove(module, first);
  if (!REACHES.test(`${handler.types.join()} ${tried}`) && !named.some((name) => AGAIN.test(name))) return [];
  const waits = SLEEP.test(handler.code);
  const loop = loopOf(first);
  if (loop) return waits && !goesOnToNext(module, loop, tried) ? [{ line: handler.line, waits }] : [];
  const own = named[0];
  const again = own !== undefined && new RegExp(`(?<!\\w)${own}\\(`).test(handler.code);
  return again ? [{ line: handler.line, waits }] : [];
}

/** A `for` over things of which each is tried once: the next round is another thing. */
function goesOnToNext({ code }: PythonModule, { keyword, start, end }: Statement, tried: string): boolean {
  const head = code.slice(start, Math.min(end, start + 400));
  if (keyword !== "for" || AGAIN.test(head)) return false;
  const names =
    (/\bfor\s{1,40}([\w,()][\w\s,()]{0,200}?)\sin\b/.exec(head)?.[1] ?? "").match(/[A-Za-z]\w*/g) ?? [];
  return names.some((name) => new RegExp(`(?<![\\w.])${name}\\b`).test(tried));
}

/** A loop that counts its tries, goes on after a failure and ends with the first that comes through. */
function readLoop(module: PythonModule, loop: Statement, index: number): RetryLoop[] {
  if (loop.keyword !== "for" && loop.keyword !== "while") return [];
  const body = blockOf(module.statements, index);
  const [head, code] = [
    module.code.slice(loop.start, loop.end).slice(0, 400),
    module.code.slice(loop.end, body.at(-1)?.end ?? loop.end).slice(0, 6_000),
  ];
  const counted =
    loop.keyword === "for" ? AGAIN.test(head) || onlyCounts(head, code) : AGAIN.test(head + code);
  if (!counted || !REACHES.test(code) || !SEES_FAILURE.test(code)) return [];
  // `break` may stand where the tries are used up; what comes through returns, breaks or turns the condition.
  const ends = body.some(
    ({ keyword, parent }) => /^(?:return|break)$/.test(keyword) && !inHandler(parent, loop),
  );
  if (!ends && !(loop.keyword === "while" && /\b(?:not|and|is None)\b/.test(head))) return [];
  return [{ line: loop.line, waits: SLEEP.test(code) }];
}

/** `for i in range(3)`, where `i` only tells how long to wait: each round does the same. */
function onlyCounts(head: string, code: string): boolean {
  const name = /\bfor\s+(\w{1,40})\s+in\s+range\(/.exec(head)?.[1];
  if (name === undefined) return false;
  const working = code.split("\n").filter((line) => !/sleep\(|print\(|\blog|^\s*(?:if|elif)\b/.test(line));
  return !working.some((line) => new RegExp(`(?<![\\w.])${name}\\b`).test(line));
}

function inHandler(statement: Statement | undefined, loop: Statement): boolean {
  for (let block = statement; block && block !== loop; block = block.parent)
    if (block.keyword === "except") return true;
  return false;
}

/** The nearest loop of the same function. */
function loopOf(statement: Statement): Statement | undefined {
  for (let block = statement.parent; block; block = block.parent) {
    if (block.keyword === "for" || block.keyword === "while") return block;
    if (block.keyword === "def" || block.keyword === "class") return undefined;
  }
  return undefined;
}

/** Names of the functions around a statement, the innermost first. */
function namesAbove({ code }: PythonModule, statement: Statement): string[] {
  const names: string[] = [];
  for (let block = statement.parent; block; block = block.parent) {
    if (block.keyword !== "def") continue;
    const name = /\bdef\s+(\w{1,80})/.exec(
      code.slice(block.start, Math.min(block.end, block.start + 200)),
    )?.[1];
    if (name !== undefined) names.push(name);
  }
  return names;
}
