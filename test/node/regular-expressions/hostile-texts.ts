/** Text that makes a regular expression work hard, made up from the expression itself. */
import { type Node, parsePattern } from "./parse-pattern.ts";

/** Text of a length: what stands before, what is repeated, and what spoils the match in the end. */
export interface Attack {
  before: string;
  pump: string;
  behind: string;
}

export const textOf = ({ before, pump, behind }: Attack, length: number): string =>
  before + pump.repeat(Math.ceil(length / pump.length)) + behind;

/** One of each sort of character that patterns tell apart. */
const ALPHABET = [..."aZ0_ \n\t-.,:;=()[]{}<>\"'`#/\\|*+?!@$%^&~xé\u2028"];
/** A repeat that may take less than this is no place to pump. */
const MANY = 10;
const MOST = 32;

/**
 * For each repeat in the pattern: what leads to it once and what it takes many times, and also all of it many
 * times, since a search starts anew at each character.
 *
 * @returns at most 32, the likeliest first
 */
export function attacksOn(source: string, flags: string): Attack[] {
  const sets = new Map<string, string[]>();
  const charactersOf = (set: string): string[] => {
    const known = sets.get(set);
    if (known) return known;
    const pattern = new RegExp(`^(?:${set})$`, flags.replace(/[gy]/g, ""));
    const found = ALPHABET.filter((char) => pattern.test(char));
    const own = found.length > 0 ? found : [literalOf(set, pattern)];
    sets.set(set, own);
    return own;
  };
  const tree = parsePattern(source);
  const starts = new Map<string, Attack>();
  const add = (before: string, pump: string): void => {
    if (pump === "" || pump.length > 5_000) return;
    for (const behind of ["", "\0"])
      starts.set(JSON.stringify([before, pump, behind]), { before, pump, behind });
    // What an alternative with `^` would take at the start must not be at the start.
    if (before === "") starts.set(JSON.stringify(["~", pump]), { before: "~", pump, behind: "\0" });
  };
  const whole = sample(tree, charactersOf);
  for (const { prefix, body } of repeatsOf(tree, "", charactersOf)) {
    const pumps = body.kind === "set" ? charactersOf(body.source).slice(0, 8) : [sample(body, charactersOf)];
    for (const pump of pumps) add(prefix, pump);
    for (const pump of pumps.slice(0, 2)) add("", prefix + pump);
    add("", `${prefix}\n`);
  }
  const used = new Set([...sets.values()].flatMap((chars) => (chars.length < 30 ? chars.slice(0, 8) : [])));
  for (const char of [..." \na0", ...used]) add("", char);
  add("", whole);
  add("", whole.slice(0, -1));
  return [...starts.values()].slice(0, MOST);
}

/** A set that none of the alphabet is in is a character, or a range that holds one. */
function literalOf(set: string, pattern: RegExp): string {
  for (let code = 0; code < 0x10000; code++) {
    const char = String.fromCodePoint(code);
    if (pattern.test(char)) return char;
  }
  throw new Error(`no character is in ${set}`);
}

type CharactersOf = (set: string) => string[];

/** The shortest text that a node matches, looks around left aside. */
function sample(node: Node, charactersOf: CharactersOf): string {
  if (node.kind === "set") return charactersOf(node.source)[0] ?? "";
  if (node.kind === "sequence") return node.parts.map((part) => sample(part, charactersOf)).join("");
  if (node.kind === "choice") return sample(node.options[0] ?? { kind: "nothing" }, charactersOf);
  if (node.kind === "repeat") return sample(node.body, charactersOf).repeat(Math.min(node.least, 50));
  return "";
}

/** Repeats that take many, each with a text that leads to it. */
function* repeatsOf(
  node: Node,
  prefix: string,
  charactersOf: CharactersOf,
): Generator<{ prefix: string; body: Node }> {
  if (node.kind === "choice") {
    for (const option of node.options) yield* repeatsOf(option, prefix, charactersOf);
  } else if (node.kind === "repeat") {
    if (node.most >= MANY) yield { prefix, body: node.body };
    yield* repeatsOf(node.body, prefix, charactersOf);
  } else if (node.kind === "sequence") {
    let before = prefix;
    for (const part of node.parts) {
      yield* repeatsOf(part, before, charactersOf);
      before += sample(part, charactersOf);
    }
  }
}
