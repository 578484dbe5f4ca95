import { defineRule, judgeShare, notApplicable } from "../../src/engine/rule.ts";
import type { PythonModule } from "../../src/project/python/module.ts";

export default defineRule({
  id: "exceptions-chained",
  category: "errors",
  severity: "low",
  kinds: "all",
  title: "Exceptions name their cause",
  why: "`raise X from error` keeps what really happened; without it, the traceback says that one error came up while handling another, and readers look at the wrong one.",
  fix: "```python\nexcept KeyError as error:\n    raise UnknownOrder(order_id) from error   # or: from None, where the cause is no news\n```",
  checklist: ["004-07", "001-02"],
  ruff: ["B904"],
  examples: {
    pass: [
      {
        files: {
          "a.py": "try:\n    work()\nexcept KeyError as error:\n    raise ValueError('x') from error\n",
        },
        says: "1 of 1",
        at: "a.py:4",
      },
      {
        files: { "a.py": "try:\n    work()\nexcept KeyError:\n    raise ValueError('x') from None\n" },
        says: "1 of 1",
        at: "a.py:4",
        note: "`from None` says that the cause is no news.",
      },
      {
        files: {
          "a.py":
            "try:\n    work()\nexcept KeyError as error:\n    raise ValueError('x').with_traceback(None) from error\n",
        },
        says: "1 of 1",
        at: "a.py:4",
      },
    ],
    partial: [
      {
        files: {
          "a.py":
            "try:\n    work()\nexcept KeyError as error:\n    raise ValueError('x') from error\nexcept OSError:\n    raise ValueError('y')\n",
        },
        says: "1 of 2",
        at: "a.py:6",
      },
    ],
    fail: [
      {
        files: { "a.py": "try:\n    work()\nexcept KeyError:\n    raise ValueError('x')\n" },
        says: "0 of 1",
        at: "a.py:4",
      },
      {
        files: { "a.py": "try:\n    work()\nexcept KeyError as error:\n    raise ValueError(str(error))\n" },
        says: "0 of 1",
        at: "a.py:4",
        note: "The text of the cause is not the cause.",
      },
    ],
    notApplicable: [
      {
        files: { "a.py": "try:\n    work()\nexcept KeyError:\n    raise\n" },
        says: "raises another",
        note: "A bare raise hands on the exception itself.",
      },
    ],
  },
  check({ source }) {
    const raises = source.flatMap((module) => findRaises(module).map((line) => ({ module, line })));
    const total = raises.length;
    if (total === 0) return notApplicable("No handler raises another exception.");
    const open = raises.filter(({ module, line }) =>
      module.diagnostics("B904").some((one) => one.line <= line && line <= one.endLine),
    );
    const good = total - open.length;
    const shown = open.length > 0 ? open : raises;
    return judgeShare(
      good,
      total,
      `${good} of ${total} exceptions raised in handlers name their cause.`,
      shown.map(({ module, line }) => module.at(line)),
    );
  },
});

/** Lines of raises of new exceptions inside handlers; bare raises and those of the caught name are left out. */
function findRaises(module: PythonModule): number[] {
  const lines = new Set<number>();
  for (const handler of module.handlers) {
    for (const one of handler.body) {
      if (one.keyword !== "raise" || isInFunction(one, handler.line)) continue;
      const text = module.code.slice(one.start, one.end).trim();
      if (
        text === "raise" ||
        (handler.name !== undefined &&
          new RegExp(`^raise\\s+${handler.name}\\s*(?:$|\\.with_traceback)`).test(text))
      )
        continue;
      lines.add(one.line);
    }
  }
  return [...lines].sort((a, b) => a - b);
}

/** A function defined in the handler runs later. */
function isInFunction(
  one: { parent: { keyword: string; line: number; parent: unknown } | undefined },
  handlerLine: number,
): boolean {
  for (
    let block = one.parent;
    block && block.line > handlerLine;
    block = block.parent as typeof block | undefined
  )
    if (block.keyword === "def") return true;
  return false;
}
