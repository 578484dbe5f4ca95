import { defineRule, judgeShare, notApplicable } from "../../src/engine/rule.ts";
import type { PythonModule } from "../../src/project/python/module.ts";

export default defineRule({
  id: "errors-told-apart",
  category: "errors",
  severity: "medium",
  kinds: "all",
  title: "Errors are raised as types that can be told apart",
  why: "Whoever catches a bare `Exception` cannot tell a wrong order number from a broken database, and treats both the same.",
  fix: '```python\nclass OrderError(Exception):\n    """Base of what can go wrong with an order."""\n\n\nclass UnknownOrder(OrderError):\n    ...\n\n\nraise UnknownOrder(order_id)\n```',
  checklist: ["004-06", "001-01"],
  ruff: ["TRY002"],
  examples: {
    pass: [
      {
        files: { "a.py": "class OrderError(Exception): ...\n\n\ndef f(x):\n    raise OrderError(x)\n" },
        says: "1 of 1",
        at: "a.py:5",
      },
      {
        files: { "a.py": "def f(x):\n    if x < 0:\n        raise ValueError('x must not be negative')\n" },
        says: "1 of 1",
        at: "a.py:3",
      },
      {
        files: { "a.py": "from fastapi import HTTPException\n\n\ndef f():\n    raise HTTPException(404)\n" },
        says: "1 of 1",
        at: "a.py:5",
      },
    ],
    partial: [
      {
        files: { "a.py": "def f(x):\n    raise ValueError(x)\n\n\ndef g():\n    raise Exception('x')\n" },
        says: "1 of 2",
        at: "a.py:6",
      },
    ],
    fail: [
      { files: { "a.py": "def f():\n    raise Exception('went wrong')\n" }, says: "0 of 1", at: "a.py:2" },
      { files: { "a.py": "def f():\n    raise BaseException\n" }, says: "0 of 1", at: "a.py:2" },
    ],
    notApplicable: [
      {
        files: { "a.py": "def f():\n    raise NotImplementedError\n" },
        says: "raises no errors",
        note: "An abstract method's placeholder tells no error apart.",
      },
      { files: { "a.py": "x = 1\n" }, says: "raises no errors" },
    ],
  },
  check({ source }) {
    const raises = source.flatMap((module) => findRaises(module).map((one) => ({ module, ...one })));
    const total = raises.length;
    if (total === 0) return notApplicable("The code raises no errors of its own.");
    const vague = raises.filter(({ type }) => type === "Exception" || type === "BaseException");
    const good = total - vague.length;
    const own = new Set(raises.map(({ type }) => type));
    const shown = vague.length > 0 ? vague : raises;
    return judgeShare(
      good,
      total,
      `${good} of ${total} raised errors have a type of their own (${own.size} ${own.size === 1 ? "type" : "types"}).`,
      shown.map(({ module, line, type }) => module.at(line, type)),
    );
  },
});

/** Raises of classes, by name; bare raises, caught names and placeholders are left out. */
function findRaises(module: PythonModule): { line: number; type: string }[] {
  return module.statements.flatMap((one) => {
    if (one.keyword !== "raise") return [];
    const type = /^raise\s{1,8}([A-Za-z_][\w.]{0,120})/
      .exec(module.code.slice(one.start, one.start + 240).trim())?.[1]
      ?.split(".")
      .at(-1);
    if (
      type === undefined ||
      !/^[A-Z]/.test(type) ||
      /^(?:NotImplementedError|StopIteration|StopAsyncIteration|SystemExit|KeyboardInterrupt|GeneratorExit)$/.test(
        type,
      )
    )
      return [];
    return [{ line: one.line, type }];
  });
}
