import { defineRule, judgeShare, notApplicable, pass } from "../../src/engine/rule.ts";
import { type CommentedBlock, findCommentedCode } from "../../src/project/commented-code.ts";

const lines = (count: number): string => Array.from({ length: count }, (_, i) => `x${i} = ${i}\n`).join("");
const dead = (count: number): string =>
  Array.from({ length: count }, (_, i) => `# send(order, ${i})\n`).join("");

export default defineRule({
  id: "no-commented-out-code",
  category: "quality",
  severity: "low",
  kinds: "all",
  title: "No code is commented out",
  why: "Dead code in comments is read, searched and kept in step by nobody, and nobody dares to delete it; version control remembers it anyway.",
  fix: 'Delete it; `git log -S` finds it again. Keep it so:\n\n```toml\n[tool.ruff.lint]\nextend-select = ["ERA"]\n```',
  checklist: ["001-17"],
  ruff: ["ERA001"],
  examples: {
    pass: [
      {
        files: { "app.py": "# Orders are sent once.\nx = 1\n" },
        says: "No code is commented out in 2 lines",
      },
      {
        files: {
          "app.py":
            "# Every order has these fields, for example:\n#   order = {'id': 1}\n#   send(order)\nx = 1\n# {path}\n# [('a', 1)]\n",
        },
        says: "No code is commented out",
        note: "Examples and shapes of data in a comment are no dead code.",
      },
      {
        files: {
          "settings.py": "# Requests at once (default: 16)\n#CONCURRENT_REQUESTS = 32\nDEBUG = False\n",
        },
        says: "No code is commented out",
        note: "Settings name what could be set.",
      },
      {
        files: { "app.py": `${lines(1200)}# import os\n` },
        says: "1 line of code in comments, in 1201 lines",
        at: "app.py:1201",
      },
      {
        files: { "pyproject.toml": '[tool.ruff.lint]\nignore = ["ERA"]\n', "app.py": `${dead(20)}x = 1\n` },
        says: "20 are silenced",
        note: "The project's own settings are honoured.",
      },
    ],
    fail: [
      {
        files: { "app.py": `${lines(20)}${dead(12)}` },
        says: "12 lines of code in comments",
        at: "app.py:21",
      },
      {
        files: {
          "app.py": `${lines(100)}# def old(x):\n#     if x:\n#         return 1\n#     return 2\n\n${"# print(x)\nx = 1\n".repeat(10)}`,
        },
        says: "12 lines of code in comments",
        at: "app.py:103",
      },
    ],
    partial: [
      {
        files: { "app.py": `${lines(700)}${dead(3)}` },
        says: "3 lines of code in comments",
        at: "app.py:701",
      },
      {
        files: { "app.py": `${lines(10)}# import os\n` },
        says: "1 line of code in comments",
        at: "app.py:11",
      },
    ],
    notApplicable: [
      { files: { "test_a.py": "# import os\ndef test_a():\n    pass\n" }, says: "no Python code" },
    ],
  },
  check(project) {
    const { blocks, count, silenced, lines: total } = findCommentedCode(project);
    if (total === 0) return notApplicable("The archive holds no Python code of its own.");
    const quiet =
      silenced > 0 ? ` ${silenced} are silenced by noqa comments or the project's own settings.` : "";
    if (count === 0) return pass(`No code is commented out in ${total} lines.${quiet}`);
    const density = (count / Math.max(total, SMALLEST)) * 1000;
    const rate = total < SMALLEST ? "" : ` (${density.toFixed(1)} in a thousand)`;
    const noun = count === 1 ? "line" : "lines";
    const message = `${count} ${noun} of code in comments, in ${total} lines${rate}.${quiet}`;
    return judgeShare(WORST - density, WORST - BEST, message, blocks.map(evidenceOf));
  },
});

/** Lines of dead code in a thousand that give full points, and from which on there are none. */
const BEST = 1;
const WORST = 10;
/** Lines that a smaller project is counted as. */
const SMALLEST = 200;

const evidenceOf = ({ module, line, endLine, count }: CommentedBlock) =>
  module.at(line, count === 1 ? "commented-out code" : `${count} lines of commented-out code`, endLine);
