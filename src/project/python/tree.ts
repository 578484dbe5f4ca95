/** Syntax trees, through @lezer/python: error-tolerant, incremental, pure JavaScript, iterative. */
import { parser } from "@lezer/python";
import type { Lexed } from "./lex.ts";

export type SyntaxNode = ReturnType<ReturnType<typeof parser.parse>["resolve"]>;
export type Tree = ReturnType<typeof parser.parse>;

/** The tree of a module; of an empty text where nesting is too deep to walk. */
export function parsePython(text: string, { tooDeep }: Pick<Lexed, "tooDeep">): Tree {
  return parser.parse(tooDeep === undefined ? text : "");
}

/** Visits nodes of the named types, outermost first. Return `false` from the visitor to pass over what is inside. */
export function visit(
  tree: Tree | SyntaxNode,
  visitors: Record<string, (node: SyntaxNode) => boolean | undefined>,
): void {
  const top = "topNode" in tree ? tree.topNode : tree;
  top.cursor().iterate((node) => {
    const visitor = visitors[node.name];
    if (visitor) return visitor(node.node) ?? true;
    return true;
  });
}

/** Offsets at which the lines of a text begin, and behind them where one more would. */
export function lineStarts(text: string): Int32Array {
  const starts = [0];
  for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
  starts.push(text.length + 1);
  return Int32Array.from(starts);
}

/** The line (from 1) in which an offset stands, by binary search. */
export function lineOf(starts: Int32Array, offset: number): number {
  let [low, high] = [0, starts.length - 1];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (starts[middle]! <= offset) low = middle;
    else high = middle;
  }
  return low + 1;
}

/** The line (from 1) of each offset. */
export function lineCounter(text: string): (offset: number) => number {
  const starts = lineStarts(text);
  return (offset) => lineOf(starts, offset);
}
