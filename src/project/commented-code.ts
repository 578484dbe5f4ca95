/** Code that has been commented out, by Ruff's ERA001; each line is judged, since prose and examples look like code. */
import { judgeDiagnostics } from "./lint-settings.ts";
import type { Project } from "./project.ts";
import type { PythonModule } from "./python/module.ts";

export interface CommentedBlock {
  module: PythonModule;
  line: number;
  endLine: number;
  /** Lines of code in it. */
  count: number;
}

export interface CommentedCode {
  /** The longest first. */
  blocks: readonly CommentedBlock[];
  count: number;
  silenced: number;
  /** Lines looked at, blank ones left out. */
  lines: number;
}

export function findCommentedCode(project: Project): CommentedCode {
  const blocks: CommentedBlock[] = [];
  let [silenced, lines] = [0, 0];
  for (const module of project.source) {
    if (module.lint.skipped !== undefined) continue;
    lines += module.lineCount;
    const found = judgeDiagnostics(project, module, module.diagnostics("ERA001"));
    silenced += found.silenced.length;
    if (found.counted.length === 0) continue;
    blocks.push(...groupLines(module, new Set(found.counted.map(({ line }) => line))));
  }
  const count = blocks.reduce((sum, block) => sum + block.count, 0);
  return { blocks: blocks.sort((a, b) => b.count - a.count), count, silenced, lines };
}

const COMMENT = /^\s{0,400}#+\s{0,40}(.*)$/;

/** Comment lines that follow each other, with those of them that are code. */
function groupLines(module: PythonModule, found: ReadonlySet<number>): CommentedBlock[] {
  const blocks: CommentedBlock[] = [];
  let readTo = 0;
  for (const line of found) {
    if (line <= readTo) continue;
    let start = line;
    while (isComment(module, start - 1)) start--;
    readTo = line;
    while (isComment(module, readTo + 1)) readTo++;
    const block = readBlock(module, start, readTo, found);
    if (block.count > 0) blocks.push(block);
  }
  return blocks;
}

const isComment = (module: PythonModule, line: number): boolean =>
  line > 0 && COMMENT.test(module.lineText(line).slice(0, 1_000));

/** A literal or a bracket counts beside a statement only; what a sentence introduces is its example. */
function readBlock(
  module: PythonModule,
  start: number,
  end: number,
  found: ReadonlySet<number>,
): CommentedBlock {
  const counted: number[] = [];
  let weak: number[] = [];
  let [isExample, inCode] = [isOption(module, start), false];
  for (let line = start; line <= end; line++) {
    const text = commentAt(module, line);
    if (!found.has(line)) {
      if (KEYWORD.test(text)) continue;
      if (text !== "") isExample = introduces(text) || isOption(module, line + 1);
      [inCode, weak] = [false, []];
    } else if (isExample) continue;
    else if (isStatement(text)) {
      counted.push(...weak, line);
      [inCode, weak] = [true, []];
    } else if (inCode) counted.push(line);
    else weak.push(line);
  }
  return { module, line: counted[0] ?? start, endLine: counted.at(-1) ?? end, count: counted.length };
}

const commentAt = (module: PythonModule, line: number): string =>
  COMMENT.exec(module.lineText(line).slice(0, 1_000))?.[1]?.trim() ?? "";

/** `# Signature in the last element, for example:` */
const introduces = (text: string): boolean =>
  /:$|\b(?:e\.g|i\.e|example|such as|like|equivalent to|becomes|returns|produces|format|syntax)\b[^a-z]{0,5}$/i.test(
    text,
  ) && !/^(?:todo|fixme|xxx|old|disabled)\b/i.test(text);

/** Settings name what could be set: `#CONCURRENT_REQUESTS = 32`. */
const isOption = (module: PythonModule, line: number): boolean =>
  /settings|conf/i.test(module.path) &&
  /^[A-Z][A-Z\d_]{2,80}(?:\[.{1,80}\])?\s?=/.test(commentAt(module, line));

const KEYWORD =
  /^(?:(?:import|from|def|class|if|elif|for|while|with|return|raise|assert|yield|del|await|async|except|global)\s+\S|(?:else|try|finally)\s?:|(?:pass|break|continue|return)$|print\s?\(|@\w)/;
const ASSIGNMENT =
  /^[A-Za-z_][\w.]{0,120}(?:\[[^\]]{1,120}\])?(?:\s?,\s?[\w.]{1,60}){0,6}\s?(?::[^=]{1,80})?[-+*/|&]?=(?!=)\s?\S/;
const CALL = /^[A-Za-z_][\w.]{0,120}\((?:.{0,900}[),]|)$/;

const isStatement = (text: string): boolean =>
  !/noqa|nbval|^type:|pragma|pylint|^(?:example|e\.g\.|format|default|usage|note|see)\b/i.test(text) &&
  (KEYWORD.test(text) || ASSIGNMENT.test(text) || CALL.test(text));
