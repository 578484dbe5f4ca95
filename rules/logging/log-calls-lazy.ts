import { defineRule, judgeShare, notApplicable } from "../../src/engine/rule.ts";
import { findLogCalls } from "../../src/project/log-calls.ts";

export default defineRule({
  id: "log-calls-lazy",
  category: "logging",
  severity: "low",
  kinds: "all",
  title: "Log calls leave formatting to the logger",
  why: "A message that is built before the call costs time at every level, and every line is a text of its own that no tool can group.",
  fix: '```python\nlogger.info("order %s shipped in %.1f s", order.id, seconds)\n```\n\n`ruff check --select G --fix` finds them.',
  checklist: ["001-10"],
  ruff: ["G001", "G002", "G003", "G004", "G010", "G101"],
  examples: {
    pass: [
      {
        files: { "a.py": 'import logging\n\nlogging.getLogger(__name__).info("order %s", 3)\n' },
        says: "1 of 1",
        at: "a.py:3",
      },
      {
        files: {
          "a.py":
            'import logging\n\nlogger = logging.getLogger(__name__)\nlogger.info("order shipped", extra={"order": 3})\n',
        },
        says: "1 of 1",
        at: "a.py:4",
      },
      {
        files: { "a.py": 'import structlog\n\nlog = structlog.get_logger()\nlog.info("shipped", order=3)\n' },
        says: "1 of 1",
        at: "a.py:4",
      },
    ],
    partial: [
      {
        files: {
          "a.py":
            'import logging\n\nlogger = logging.getLogger(__name__)\nlogger.info("order %s", 3)\nlogger.info(f"order {3}")\n',
        },
        says: "1 of 2",
        at: "a.py:5",
      },
    ],
    fail: [
      {
        files: {
          "a.py": 'import logging\n\nlogger = logging.getLogger(__name__)\nlogger.info(f"order {3}")\n',
        },
        says: "0 of 1",
        at: "a.py:4",
      },
      {
        files: {
          "a.py":
            'import logging\n\nlogger = logging.getLogger(__name__)\nlogger.info("order " + str(3))\nlogger.info("order {}".format(3))\n',
        },
        says: "0 of 2",
        at: "a.py:4",
      },
    ],
    notApplicable: [
      {
        files: { "a.py": 'print(f"order {3}")\n' },
        says: "no logging calls",
        note: "Printing is no logging; another rule speaks of it.",
      },
    ],
  },
  check(project) {
    const calls = findLogCalls(project);
    if (calls.length === 0) return notApplicable("The code has no logging calls.");
    const eager = calls.filter(({ args }) => isBuilt(args[0]?.text ?? "", args.length));
    const total = calls.length;
    const good = total - eager.length;
    const shown = eager.length > 0 ? eager : calls;
    return judgeShare(
      good,
      total,
      `${good} of ${total} logging calls leave formatting to the logger.`,
      shown.map(({ module, line }) => module.at(line)),
    );
  },
});

/** An f-string with fields, `%`, `.format(…)` or `+` on a literal. */
function isBuilt(message: string, count: number): boolean {
  const text = message.trim().slice(0, 2_000);
  if (/^[rR]?[fF][rR]?["']/.test(text)) return /\{[^{}]/.test(text);
  if (!/^[rRbBuU]{0,2}["']/.test(text)) return false;
  if (/["']\s{0,40}\.format\(/.test(text)) return true;
  return count <= 2 && /["']\s{0,40}(?:%(?!\()|\+)\s{0,40}[\w("'[{]/.test(text);
}
