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

/** The line (from 1) of each offset, by binary search over line starts. */
export function lineCounter(text: string): (offset: number) => number {
  const starts = [0];
  for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
  return (offset) => {
    let [low, high] = [0, starts.length];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (starts[middle]! <= offset) low = middle;
      else high = middle;
    }
    return low + 1;
  };
}
