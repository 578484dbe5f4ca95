import { defineRule, type Evidence, judgeShare, notApplicable } from "../../src/engine/rule.ts";
import {
  functionSizes,
  type LargeFunction,
  MAX_COMPLEXITY,
  MAX_STATEMENTS,
  SIZE_CODES,
} from "../../src/project/function-sizes.ts";

const branches = (count: number): string =>
  Array.from({ length: count }, (_, i) => `    if x == ${i}:\n        return ${i}\n`).join("");
const small = (count: number): string =>
  Array.from({ length: count }, (_, i) => `def f${i}(x):\n    return x\n`).join("");
const steps = (count: number): string =>
  Array.from({ length: count }, (_, i) => `step_${i % 3}(${i})\n`).join("");

export default defineRule({
  id: "functions-small",
  category: "quality",
  severity: "medium",
  kinds: "all",
  title: "Functions are small enough to test",
  why: "A function with dozens of paths cannot be tested path by path, and nobody dares to change it.",
  fix: 'Take the parts of a large function out, each with a name that says what it does, and keep new ones small:\n\n```toml\n[tool.ruff.lint]\nextend-select = ["C901", "PLR0915"]\n\n[tool.ruff.lint.mccabe]\nmax-complexity = 10\n```',
  checklist: ["000-20"],
  ruff: SIZE_CODES,
  examples: {
    pass: [
      { files: { "app.py": small(3) }, says: "None of 3 functions is large" },
      {
        files: { "app.py": `${small(20)}def pick(x):\n${branches(12)}` },
        says: "1 of 21 functions is large: pick (13 paths)",
        at: "app.py:41",
      },
      {
        files: {
          "urls.py": `${small(1)}router = make()\n${Array.from({ length: 80 }, (_, i) => `router.register(${i})\n`).join("")}`,
        },
        says: "None of 1 functions",
        note: "A long list of registrations is no large function.",
      },
      {
        files: {
          "settings.py":
            Array.from({ length: 80 }, (_, i) => `KEY_${i} = env("KEY_${i}")\n`).join("") + small(1),
        },
        says: "None of 1 functions",
        note: "Constants are none either.",
      },
    ],
    fail: [
      {
        files: { "app.py": `def pick(x):\n${branches(12)}` },
        says: "1 of 1 functions is large: pick (13 paths)",
        at: "app.py:1",
      },
      {
        files: { "train.py": steps(60) },
        says: "the body of train.py (60 statements)",
        at: "train.py:1",
        note: "A script without functions is one large one.",
      },
    ],
    partial: [
      {
        files: { "app.py": `${small(2)}def run(x):\n${"    x += 1\n".repeat(60)}` },
        says: "1 of 3 functions is large: run (60 statements)",
        at: "app.py:5",
      },
    ],
    notApplicable: [
      { files: { "app.py": "LIMIT = 3\n", "test_a.py": "def test_a():\n    pass\n" }, says: "no functions" },
    ],
  },
  check(project) {
    const { total, large } = functionSizes(project);
    if (total === 0) return notApplicable("The code has no functions and no long module bodies.");
    const bounds = `more than ${MAX_COMPLEXITY} paths or ${MAX_STATEMENTS} statements`;
    const [first] = large;
    if (first === undefined) return judgeShare(1, 1, `None of ${total} functions is large (${bounds}).`, []);
    const verb = large.length === 1 ? "is" : "are";
    const worst = large.length === 1 ? "" : ", the largest";
    const message = `${large.length} of ${total} functions ${verb} large${worst}: ${describe(first)}.`;
    return judgeShare(total - large.length, total, message, large.map(evidenceOf));
  },
});

function describe({ module, name, complexity, statements }: LargeFunction): string {
  const figures = [
    ...(complexity === undefined ? [] : [`${complexity} paths`]),
    ...(statements === undefined ? [] : [`${statements} statements`]),
  ];
  return `${name ?? `the body of ${module.path}`} (${figures.join(", ")})`;
}

const evidenceOf = (one: LargeFunction): Evidence =>
  one.module.at(one.line, describe(one), Math.max(one.line, one.endLine));
