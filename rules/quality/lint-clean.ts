import { defineRule, judgeShare, notApplicable } from "../../src/engine/rule.ts";
import { findLintFindings, LINT_CODES, type LintFinding } from "../../src/project/lint-findings.ts";

const unused = (count: number): string =>
  Array.from({ length: count }, (_, i) => `import module_${i}\n`).join("");
const lines = (count: number): string => Array.from({ length: count }, (_, i) => `x${i} = ${i}\n`).join("");

export default defineRule({
  id: "lint-clean",
  category: "quality",
  severity: "medium",
  kinds: "all",
  title: "A linter finds next to nothing",
  why: "Undefined names, shadowed imports and mutable defaults are bugs that a linter finds for nothing; unused code hides them.",
  fix: 'Let Ruff mend what it can, and look at the rest:\n\n```sh\nuvx ruff check --select E4,E7,E9,F,B --fix\n```\n\n```toml\n[tool.ruff.lint]\nselect = ["E4", "E7", "E9", "F", "B"]\n```',
  checklist: ["001-14", "002-09"],
  ruff: LINT_CODES,
  examples: {
    pass: [
      {
        files: { "app.py": "import os\n\n\ndef home():\n    return os.environ\n" },
        says: "nothing to say about 3 lines",
      },
      {
        files: {
          "app/__init__.py": "from app.core import run\n",
          "app/core.py": "def run():\n    return 1\n",
        },
        says: "nothing to say",
        note: "An import in __init__ offers a name to others.",
      },
      {
        files: {
          "pyproject.toml": '[tool.ruff.lint]\nignore = ["F401"]\n',
          "app.py": unused(30),
        },
        says: "30 are silenced",
        note: "The project's own settings are honoured.",
      },
      {
        files: {
          "api.py":
            "from fastapi import Depends, FastAPI\napp = FastAPI()\n\n\ndef user():\n    return 1\n\n\n@app.get('/')\ndef home(me=Depends(user)):\n    return me\n",
          "db.py": "def active(session, User):\n    return session.query(User).filter(User.active == True)\n",
        },
        says: "nothing to say",
        note: "FastAPI declares parameters by calls in defaults, and SQLAlchemy compares with True.",
      },
    ],
    fail: [
      {
        files: { "app.py": "import os\nx = 1\n", "b.py": "import sys\n".concat(unused(4)) },
        says: "6 findings",
        at: "app.py:1",
      },
      { files: { "app.py": unused(20) }, says: "20 findings in 20 lines", at: "app.py:20" },
      {
        files: {
          "app.py": "def f(items=[]):\n    return itms\n".repeat(10),
        },
        says: "F821 10",
        at: "app.py:2",
      },
    ],
    partial: [
      {
        files: { "app.py": unused(5) + lines(400) },
        says: "5 findings in 405 lines",
        at: "app.py:5",
      },
      {
        files: { "app.py": `import os\n${lines(20)}` },
        says: "1 finding in 21 lines",
        at: "app.py:1",
        note: "One slip in a small project is no pattern, and no clean project either.",
      },
    ],
    notApplicable: [
      {
        files: { "tests/test_a.py": "import os\n\n\ndef test_a():\n    pass\n" },
        says: "no Python code of its own",
        note: "Tests do not count.",
      },
    ],
  },
  check(project) {
    const { counted, silenced, lines: total, modules } = findLintFindings(project);
    if (modules === 0) return notApplicable("The archive holds no Python code of its own that parses.");
    const quiet =
      silenced > 0 ? ` ${silenced} are silenced by noqa comments or the project's own settings.` : "";
    if (counted.length === 0)
      return judgeShare(1, 1, `Ruff (E4, E7, E9, F, B) has nothing to say about ${total} lines.${quiet}`, []);
    const density = (counted.length / Math.max(total, SMALLEST)) * 1000;
    const noun = counted.length === 1 ? "finding" : "findings";
    const rate = total < SMALLEST ? "" : ` (${density.toFixed(1)} in a thousand)`;
    const codes = countByCode(counted)
      .slice(0, 5)
      .map(([code, count]) => `${code} ${count}`);
    const message = `${counted.length} ${noun} in ${total} lines${rate}: ${codes.join(", ")}.${quiet}`;
    return judgeShare(WORST - density, WORST - BEST, message, evidenceOf(counted));
  },
});

/** Findings in a thousand lines that give full points, and from which on there are none. */
const BEST = 1;
const WORST = 20;
/** Lines that a smaller project is counted as, so that one slip in a script does not weigh like twenty. */
const SMALLEST = 150;

function countByCode(found: readonly LintFinding[]): [code: string, count: number][] {
  const counts = new Map<string, number>();
  for (const { diagnostic } of found) counts.set(diagnostic.code, (counts.get(diagnostic.code) ?? 0) + 1);
  return [...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
}

/** What is likely a bug comes first. */
const BUGS = /^(?:F82|F811|F632|F50|F60|F63|B006|B012|B015|B017|B018|B020|B023|B025)/;

const evidenceOf = (found: readonly LintFinding[]) =>
  found
    .toSorted((a, b) => Number(BUGS.test(b.diagnostic.code)) - Number(BUGS.test(a.diagnostic.code)))
    .map(({ module, diagnostic }) => module.at(diagnostic.line, `${diagnostic.code} ${diagnostic.message}`));
