/** Functions of the project that handlers hand a whole body on to: `self.orders_service.create(request.data)`. */
import type { FunctionOutline } from "./python/functions.ts";
import type { PythonModule } from "./python/module.ts";

/** Where the raw body is read as a whole: nothing is taken out of it. */
const BODY =
  /(?<![\w.])(?:self\.)?request\.(?:get_json\([^()]{0,60}\)|json\(\)|data\b|json\b|form\b|POST\b)(?!\s{0,4}[.[(])/g;
/** What it is bound to. */
const BOUND = /(?<![\w.])(\w{1,60})\s{0,4}(?::[^=\n]{1,60})?=\s{0,4}(?:await\s{1,4})?$/;
/** The call of which it is an argument, given as it is. */
const CALL =
  /((?:[A-Za-z_]\w{0,40}(?:\(\))?\.){0,4})([a-z_]\w{2,80})\((?:[^()]{0,80},)?\s{0,40}(?:\w{1,40}\s{0,4}=\s{0,4})?(?:await\s{1,4})?$/;
const BEFORE = 300;
/** Names of one handler that the body is followed through, and functions that all handlers of a project hand on to. */
const MOST_BOUND = 5;
const MOST_NAMES = 200;

interface Handed {
  /** What stands before the function's name: `self.service.`. */
  receiver: string;
  name: string;
}

/** Calls in a handler that are given the whole body. */
function handedOn(body: string): Handed[] {
  const bound = new Set<string>();
  const places: number[] = [];
  for (const { index } of body.matchAll(BODY)) {
    const name = BOUND.exec(body.slice(Math.max(0, index - BEFORE), index))?.[1];
    if (name === undefined) places.push(index);
    else if (bound.size < MOST_BOUND) bound.add(name);
  }
  if (bound.size > 0) {
    const passed = new RegExp(`(?<![\\w.])(?:${[...bound].join("|")})(?=\\s{0,4}[,)])`, "g");
    places.push(...[...body.matchAll(passed)].map(({ index }) => index));
  }
  return places.flatMap((at) => {
    const call = CALL.exec(body.slice(Math.max(0, at - BEFORE), at));
    return call ? [{ receiver: call[1] ?? "", name: call[2] ?? "" }] : [];
  });
}

/** Looks up where handlers hand bodies on to. */
export class HandedBodies {
  readonly #source: readonly PythonModule[];
  readonly #known = new Map<string, readonly FunctionOutline[]>();

  constructor(source: readonly PythonModule[]) {
    this.#source = source;
  }

  /** The function that is given a handler's body, where all that may be meant pass a test; `Orders.create`. */
  find(body: string, passes: (one: FunctionOutline) => boolean): string | undefined {
    const call = handedOn(body).find((one) => {
      const meant = this.#meant(one).filter(isWritten);
      return meant.length > 0 && meant.every(passes);
    });
    return call && `${call.receiver}${call.name}`;
  }

  /** Methods of the classes that a receiver is named for; functions where there is none. */
  #meant({ receiver, name }: Handed): readonly FunctionOutline[] {
    const named = this.#named(name);
    const last = receiver.replaceAll("()", "").split(".").at(-2);
    if (last === undefined) return named.filter(({ className, nested }) => !className && !nested);
    const ofClass = (end: string): FunctionOutline[] =>
      named.filter(({ className }) => end.length > 3 && className?.toLowerCase().endsWith(end));
    const exact = ofClass(last.replaceAll("_", "").toLowerCase());
    return exact.length > 0 ? exact : ofClass(last.split("_").at(-1)?.toLowerCase() ?? "");
  }

  #named(name: string): readonly FunctionOutline[] {
    const before = this.#known.get(name);
    if (before !== undefined || this.#known.size >= MOST_NAMES) return before ?? [];
    const found = this.#source
      .filter((module) => module.mentions(name))
      .flatMap((module) => module.functionsNamed(name));
    this.#known.set(name, found);
    return found;
  }
}

/** What a class leaves to those that derive from it tells nothing. */
const isWritten = ({ body }: FunctionOutline): boolean =>
  /\w/.test(body.replace(/\b(?:pass|raise\s{1,4}NotImplementedError)\b/g, ""));
