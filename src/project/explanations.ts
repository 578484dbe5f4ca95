/** What in a function explains it to a reader: a docstring, or comments that are for people. */
import type { LargeFunction } from "./function-sizes.ts";

/** Comments that speak to tools, rule off, or hold code. */
const TO_TOOLS =
  /^(?:noqa|nosec|type:|pragma|pylint|pyright|mypy|ruff|fmt|isort|flake8|yapf|nosemgrep|codespell|end\b)|^[^\p{L}]*$/iu;
const CODE =
  /^(?:(?:if|elif|for|while|with|return|import|from|def|class|raise|assert)\b.{0,200}(?::|\))|(?:return|import|del)\s+[\w.]+|else:|try:|[\w.[\]]{1,80}\s?[-+]?=\s?\S.{0,200}|[\w.]{1,80}\(.{0,200}\))$/;

/** In a few words what explains a function, or `undefined`. */
export function explanationOf({ module, line, endLine }: LargeFunction): string | undefined {
  const { statements, code } = module;
  const at = statements.findIndex((one) => one.line <= line && line <= one.endLine && one.keyword === "def");
  for (let i = Math.max(0, at); i < statements.length - 1 && statements[i]!.line <= endLine; i++) {
    const [owner, next] = [statements[i]!, statements[i + 1]!];
    if (owner.keyword !== "def" || next.parent !== owner) continue;
    if (!/^\s*[rRuU]{0,2}["']/.test(code.slice(next.start, next.start + 300))) continue;
    return i === at ? "docstring" : "docstring of an inner function";
  }
  let comments = 0;
  for (let one = line; one <= endLine; one++) {
    const comment = commentIn(module.lineText(one), module.codeLine(one));
    if (comment !== "" && !TO_TOOLS.test(comment) && !CODE.test(comment)) comments++;
  }
  return comments === 0 ? undefined : comments === 1 ? "1 comment" : `${comments} comments`;
}

/** The comment that ends a line: in code with strings and comments blanked nothing stands behind its mark. */
function commentIn(text: string, code: string): string {
  const end = code.trimEnd().length;
  const mark = text.indexOf("#", end);
  return mark === -1 || mark - end > 400
    ? ""
    : text
        .slice(mark)
        .replace(/^[#!:\s]+/, "")
        .slice(0, 300)
        .trim();
}
