import { defineRule, judgeShare, notApplicable } from "../../src/engine/rule.ts";
import { findLogCalls } from "../../src/project/log-calls.ts";

export default defineRule({
  id: "logger-per-module",
  category: "logging",
  severity: "low",
  kinds: "all",
  title: "Modules log through loggers of their own",
  why: "What goes to the root logger cannot be turned up, down or off by part of the program, and does not say where it comes from.",
  fix: '```python\nlogger = logging.getLogger(__name__)\n\nlogger.info("order %s shipped", order.id)\n```',
  checklist: ["001-10", "004-08"],
  ruff: ["LOG002", "LOG009", "LOG015"],
  examples: {
    pass: [
      {
        files: { "a.py": 'import logging\n\nlogger = logging.getLogger(__name__)\nlogger.info("x")\n' },
        says: "1 of 1",
        at: "a.py:4",
      },
      {
        files: { "a.py": 'from loguru import logger\n\nlogger.info("x")\n' },
        says: "1 of 1",
        at: "a.py:3",
        note: "loguru's one logger knows the module of each call.",
      },
      {
        files: { "a.py": 'import structlog\n\nlog = structlog.get_logger()\nlog.info("x")\n' },
        says: "1 of 1",
        at: "a.py:4",
      },
    ],
    partial: [
      {
        files: {
          "a.py": 'import logging\n\nlogger = logging.getLogger(__name__)\nlogger.info("x")\n',
          "b.py": 'import logging\n\nlogging.info("x")\n',
        },
        says: "1 of 2",
        at: "b.py:3",
      },
    ],
    fail: [
      { files: { "a.py": 'import logging\n\nlogging.info("x")\n' }, says: "0 of 1", at: "a.py:3" },
      {
        files: { "a.py": 'import logging\n\nlogger = logging.getLogger()\nlogger.info("x")\n' },
        says: "0 of 1",
        at: "a.py:4",
        note: "getLogger() without a name is the root logger.",
      },
    ],
    notApplicable: [{ files: { "a.py": "print(1)\n" }, says: "no logging calls" }],
  },
  check(project) {
    const modules = Map.groupBy(findLogCalls(project), ({ module }) => module);
    const total = modules.size;
    if (total === 0) return notApplicable("The code has no logging calls.");
    const rooted = [...modules].flatMap(([module, calls]) => {
      const root = calls.find((call) => call.root);
      return root ? [module.at(root.line, "root logger")] : [];
    });
    const good = total - rooted.length;
    const shown =
      rooted.length > 0 ? rooted : [...modules].map(([module, calls]) => module.at(calls[0]?.line ?? 1));
    return judgeShare(
      good,
      total,
      `${good} of ${total} modules that log do so through loggers of their own.`,
      shown,
    );
  },
});
