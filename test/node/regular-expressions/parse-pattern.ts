/** A regular expression's source as a tree: as much of it as is needed to make up text that it half matches. */

export type Node =
  | { kind: "set"; source: string }
  | { kind: "sequence"; parts: Node[] }
  | { kind: "choice"; options: Node[] }
  | { kind: "repeat"; body: Node; least: number; most: number }
  /** Takes no text: anchors, boundaries, and what is looked at without being taken. */
  | { kind: "nothing" };

const NOTHING: Node = { kind: "nothing" };
const ESCAPE = /\\(?:u\{[0-9a-f]+\}|u[0-9a-f]{4}|x[0-9a-f]{2}|[pP]\{[^}]*\}|c[A-Z]|k<\w+>|\d+|[\s\S])/iy;
const CLASS = /\[(?:\\[\s\S]|[^\]\\])*\]/y;
const QUANTIFIER = /(?:([*+?])|\{(\d+)(,(\d*))?\})\??/y;
const GROUP = /\((?:\?(?:<[=!]|[=!:]|<\w+>))?/y;

/** @throws Error where the source is not understood to its end */
export function parsePattern(source: string): Node {
  let at = 0;
  const take = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at;
    const found = pattern.exec(source);
    if (found) at += found[0].length;
    return found;
  };
  const choice = (): Node => {
    const options = [sequence()];
    while (source[at] === "|") {
      at++;
      options.push(sequence());
    }
    return options.length === 1 && options[0] ? options[0] : { kind: "choice", options };
  };
  const sequence = (): Node => {
    const parts: Node[] = [];
    while (at < source.length && source[at] !== "|" && source[at] !== ")") parts.push(repeated(atom()));
    return { kind: "sequence", parts };
  };
  const repeated = (body: Node): Node => {
    const found = take(QUANTIFIER);
    if (!found) return body;
    const [, mark, least, comma, most] = found;
    if (mark) return { kind: "repeat", body, least: mark === "+" ? 1 : 0, most: mark === "?" ? 1 : Infinity };
    const bound = comma === undefined ? Number(least) : most ? Number(most) : Infinity;
    return { kind: "repeat", body, least: Number(least), most: bound };
  };
  const group = (opening: string): Node => {
    const inside = choice();
    if (source[at++] !== ")") throw new Error(`a group has no end: ${source}`);
    return /[=!]$/.test(opening) ? NOTHING : inside;
  };
  const atom = (): Node => {
    const opening = take(GROUP);
    if (opening) return group(opening[0]);
    const taken = take(CLASS)?.[0] ?? take(ESCAPE)?.[0] ?? source.charAt(at++);
    // Boundaries, anchors and references back.
    return /^(?:\\[bB]|[\^$]|\\[1-9k].*)$/.test(taken) ? NOTHING : { kind: "set", source: taken };
  };
  const tree = choice();
  if (at < source.length) throw new Error(`not understood from ${at}: ${source}`);
  return tree;
}
