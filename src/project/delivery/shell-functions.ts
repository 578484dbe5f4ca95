/** Functions of shell scripts: those that run what they are given, and scripts whose functions are tasks. */
import { splitShell } from "./shell.ts";

interface ShellFunction {
  name: string;
  /** Offsets of the body in the script. */
  start: number;
  end: number;
}

/** Names may hold colons in Bash: `ci:test() {`. */
const FUNCTION = /^[ \t]{0,8}(?:function[ \t]{1,4})?([\w:.-]{1,60})[ \t]{0,4}\([ \t]{0,4}\)\s{0,20}\{/gm;
const MOST = 200;
/** Characters of a body that are looked at. */
const LONGEST = 1_500;

/** The functions whose closing brace stands at the start of a line, as formatters put it. */
function findFunctions(text: string): ShellFunction[] {
  const found: ShellFunction[] = [];
  for (const { 0: head, 1: name = "", index } of text.matchAll(FUNCTION)) {
    const start = index + head.length;
    const end = text.indexOf("\n}", start);
    found.push({ name, start, end: end === -1 ? text.length : end });
    if (found.length === MOST || end === -1) break;
  }
  return found;
}

const FORWARDS = /"\$(?:@|\{@\})"/;

/**
 * Functions of a script that run what they are given, and how many words each keeps: `step() { shift; "$@"; }`,
 * `in_web() { docker compose exec web "$@"; }`, and those that hand it on to one of these.
 */
export function findRunners(text: string): ReadonlyMap<string, number> {
  const runners = new Map<string, number>();
  if (!FORWARDS.test(text)) return runners;
  const functions = findFunctions(text);
  // A function may stand before the one that it hands on to.
  for (const round of [1, 2, 3]) {
    const known = runners.size;
    for (const { name, start, end } of functions) {
      const body = text.slice(start, Math.min(end, start + LONGEST));
      const kept = runners.has(name) ? undefined : wordsKept(body, runners);
      if (kept !== undefined) runners.set(name, kept);
    }
    if (round > 1 && runners.size === known) break;
  }
  return runners;
}

function wordsKept(body: string, runners: ReadonlyMap<string, number>): number | undefined {
  const at = body.search(FORWARDS);
  if (at === -1) return undefined;
  const before = body.slice(0, at);
  const line = before
    .replace(/\\\n/g, " ")
    .split(/[\n;&|]|\{\s/)
    .at(-1)!;
  const words = line
    .trim()
    .split(/\s+/)
    .filter((word) => !/^(?:if|then|time|!|exec|sudo|\w{1,60}=.*)$/.test(word));
  const missing = words[0] === undefined || words[0] === "" ? 0 : placesLeft(words, runners);
  if (missing === undefined) return undefined;
  const shifts = [...before.matchAll(/\bshift\b(?: (\d))?/g)];
  return shifts.reduce((sum, [, count]) => sum + Number(count ?? 1), missing);
}

/** Words that have to come before the command: the service of `docker compose exec`. `undefined` where a program is named. */
function placesLeft(
  [first = "", ...rest]: readonly string[],
  runners: ReadonlyMap<string, number>,
): number | undefined {
  const isCompose =
    first === "docker-compose" || (/^(?:docker|podman)$/.test(first) && rest[0] === "compose");
  const isContainer = isCompose || /^(?:docker|podman)$/.test(first);
  const places = isContainer ? 1 : runners.get(first);
  if (places === undefined) return undefined;
  const after = isCompose && first !== "docker-compose" ? rest.slice(1) : rest;
  const own = after.filter((word) => !/^-|^"?\$/.test(word) && !(isContainer && /^(?:exec|run)$/.test(word)));
  return own.length <= places ? places - own.length : undefined;
}

/** The last line runs the function that the script was told: `"$@"`, `time "${@:-help}"`. */
const DISPATCHES = /(?:^|\n)[ \t]{0,8}(?:time |exec )?"?\$(?:@|\{@(?::-[\w:-]{1,60})?\})"?\s{0,400}$/;

/**
 * A script whose functions are tasks, as it stands for one of them: bodies of those that it does not call are blanked,
 * so that lines stay. Any other script as it is.
 */
export function scriptOfTask(text: string, task: string | undefined): string {
  if (task === undefined || !DISPATCHES.test(text.slice(-1_000))) return text;
  const functions = findFunctions(text);
  const called = new Set([task]);
  if (!functions.some(({ name }) => name === task)) return text;
  // A set goes on with what is added while it is walked.
  for (const name of called) {
    const one = functions.find((each) => each.name === name);
    for (const command of one ? splitShell(text.slice(one.start, one.end)) : []) {
      const word = /^(?:\w{1,60}=\S{0,200}\s{1,4}){0,4}([\w:.-]{1,60})(?=\s|$)/.exec(command.text)?.[1];
      if (word !== undefined && functions.some((each) => each.name === word)) called.add(word);
    }
  }
  let [out, at] = ["", 0];
  for (const { name, start, end } of functions) {
    if (called.has(name) || start < at) continue;
    out += text.slice(at, start) + text.slice(start, end).replace(/[^\n]+/g, "");
    at = end;
  }
  return out + text.slice(at);
}
