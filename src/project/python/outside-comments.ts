/** What stands in the text of a module, its strings with it, and in no comment. */
import { lineAt } from "../files.ts";
import { oncePer } from "../remember.ts";
import type { PythonModule } from "./module.ts";

/** Characters of a line that are looked back over. */
const LONGEST = 2_000;

type Written = Pick<PythonModule, "code" | "text">;

/** Where the comment of the line begins in which an offset stands, at that offset at the latest; its sign stands in no string. */
function commentBefore({ code, text }: Written, at: number): number {
  let marks = 0;
  for (let i = Math.max(text.lastIndexOf("\n", at - 1) + 1, at - LONGEST); i < at; i++) {
    if (text[i] === "#" && code[i] !== "#" && marks % 2 === 0) return i;
    if (code[i] === '"' || code[i] === "'") marks++;
  }
  return at;
}

/** Whether an offset stands in a comment. */
export const isComment = (module: Written, at: number): boolean => commentBefore(module, at) < at;

/** The text of a stretch without its comments. */
export function withoutComments(module: Written, from: number, to: number): string {
  let [found, at] = ["", from];
  while (at < to) {
    const newline = module.text.indexOf("\n", at);
    const end = newline === -1 || newline > to ? to : newline;
    found += module.text.slice(at, Math.max(at, commentBefore(module, end)));
    if (end < to) found += "\n";
    at = end + 1;
  }
  return found;
}

const everywhere = oncePer((pattern: RegExp) => new RegExp(pattern.source, `${pattern.flags}g`));

/** Matches in comments that are passed over. */
const MOST = 100;

/** The line of the first match outside comments. */
export function findOutsideComments(module: PythonModule, pattern: RegExp): number | undefined {
  let passed = 0;
  for (const { 0: found, index } of module.text.matchAll(everywhere(pattern))) {
    // A pattern may begin with the line end before it.
    if (!isComment(module, index + found.search(/\S/))) return lineAt(module.text, index);
    if (++passed === MOST) return undefined;
  }
  return undefined;
}
