import { defineRule, type Evidence, judgeShare, notApplicable } from "../../src/engine/rule.ts";
import { explanationOf } from "../../src/project/explanations.ts";
import { functionSizes, type LargeFunction, MAX_COMPLEXITY } from "../../src/project/function-sizes.ts";

const complex = (name: string, first = ""): string =>
  `def ${name}(x):\n${first}${Array.from({ length: 12 }, (_, i) => `    if x == ${i}:\n        return ${i}\n`).join("")}`;

export default defineRule({
  id: "complex-code-explained",
  category: "quality",
  severity: "low",
  kinds: "all",
  title: "Complex functions are explained",
  why: "Nobody sees at a glance what a function with a dozen paths is for; a docstring or a comment on why the paths differ saves the next reader an afternoon.",
  fix: 'Say in a docstring what the function decides, and at the branches why they are there; better still, split it:\n\n```python\ndef charge(order):\n    """Card first, then credit: refunds to cards are free."""\n    # Orders from before 2019 hold no currency.\n    currency = order.currency or "EUR"\n```',
  checklist: ["001-40", "002-20", "001-17"],
  ruff: ["C901"],
  examples: {
    pass: [
      {
        files: { "app.py": complex("pick", '    """The cheapest first, since most orders are small."""\n') },
        says: "The only complex function has a docstring or comments",
        at: "app.py:1",
      },
      {
        files: { "app.py": complex("pick", "    # The cheapest first, since most orders are small.\n") },
        says: "The only complex function",
      },
      {
        files: {
          "app.py":
            complex("a", "    '''Picks.'''\n") + complex("b", "    x = x or 1  # zero stands for none\n"),
        },
        says: "All 2 complex functions",
      },
    ],
    fail: [
      { files: { "app.py": complex("pick") }, says: "0 of 1 complex functions", at: "app.py:1" },
      {
        files: {
          "app.py": complex(
            "pick",
            "    import os  # noqa: F401\n    # type: ignore\n    # if x == 3:\n    #     return x\n    # -----\n",
          ),
        },
        says: "0 of 1 complex functions",
        at: "app.py:1",
        note: "Words to tools, dead code and rulers explain nothing.",
      },
    ],
    partial: [
      {
        files: { "app.py": complex("a", '    """Picks."""\n') + complex("b") },
        says: "1 of 2 complex functions",
        at: "app.py:27",
      },
    ],
    notApplicable: [
      { files: { "app.py": "def f(x):\n    return x\n" }, says: "no complex functions" },
      {
        files: { "test_a.py": complex("test_pick") },
        says: "no complex functions",
        note: "Tests do not count.",
      },
    ],
  },
  check(project) {
    const complexOnes = functionSizes(project).large.filter(({ complexity }) => complexity !== undefined);
    const total = complexOnes.length;
    if (total === 0)
      return notApplicable(`There are no complex functions (more than ${MAX_COMPLEXITY} paths).`);
    const silent = complexOnes.filter((one) => explanationOf(one) === undefined);
    const good = total - silent.length;
    if (good === total) {
      const count = total === 1 ? "The only complex function has" : `All ${total} complex functions have`;
      return judgeShare(1, 1, `${count} a docstring or comments.`, complexOnes.map(evidenceOf));
    }
    const message = `${good} of ${total} complex functions (more than ${MAX_COMPLEXITY} paths) have a docstring or comments.`;
    return judgeShare(good, total, message, silent.map(evidenceOf));
  },
});

function evidenceOf(one: LargeFunction): Evidence {
  const explanation = explanationOf(one);
  const note = `${one.name} (${one.complexity} paths): ${explanation ?? "no docstring, no comment"}`;
  return one.module.at(one.line, note, one.endLine);
}
