/** The arguments of a call, and the parts of other expressions, in syntax trees of Python. */
import type { SyntaxNode } from "../python/tree.ts";

export interface Call {
  line: number;
  keywords: ReadonlyMap<string, SyntaxNode>;
  positional: readonly SyntaxNode[];
  /** Arguments of `**`. */
  spread: readonly SyntaxNode[];
}

const SYNTAX = new Set(["[", "]", "(", ")", "{", "}", ",", ":", "*", "**", "Comment"]);

/** The expressions in a list, call or table, brackets and commas left out. */
export function children(node: SyntaxNode): SyntaxNode[] {
  const found: SyntaxNode[] = [];
  for (let child = node.firstChild; child; child = child.nextSibling) {
    if (!SYNTAX.has(child.name)) found.push(child);
  }
  return found;
}

/** The expression between the brackets of `a[b]`; `null` for `a.b`. */
export const subscript = (node: SyntaxNode): SyntaxNode | null => node.getChild("[")?.nextSibling ?? null;

/** Sorts the arguments of a call by kind; those of `*` are left out. */
export function readArguments(list: SyntaxNode, textOf: (node: SyntaxNode) => string): Omit<Call, "line"> {
  const keywords = new Map<string, SyntaxNode>();
  const positional: SyntaxNode[] = [];
  const spread: SyntaxNode[] = [];
  for (const child of children(list)) {
    const after = child.nextSibling;
    if (child.name === "AssignOp" || child.prevSibling?.name === "AssignOp") continue;
    if (after?.name === "AssignOp" && after.nextSibling) keywords.set(textOf(child), after.nextSibling);
    else if (child.prevSibling?.name === "**") spread.push(child);
    else if (child.prevSibling?.name !== "*") positional.push(child);
  }
  return { keywords, positional, spread };
}
