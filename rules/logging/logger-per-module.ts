import { defineRule, type Evidence, judgeShare, notApplicable } from "../../src/engine/rule.ts";
import { type LogCall, logCallsOf } from "../../src/project/log-calls.ts";
import type { PythonModule } from "../../src/project/python/module.ts";

export default defineRule({
  id: "logger-per-module",
  category: "logging",
  severity: "low",
  kinds: "all",
  title: "Modules log through a logger of their own",
  why: "The name of a logger tells where a line comes from and lets one noisy part be turned down; calls on the root logger give both away, and set logging up behind your back.",
  fix: 'Give each module its logger:\n\n```python\nimport logging\n\nlogger = logging.getLogger(__name__)\n\nlogger.info("started")  # not logging.info("started")\n```\n\nRuff finds the places: `ruff check --select LOG`.',
  checklist: ["001-10", "004-08"],
  ruff: ["LOG002"],
  examples: {
    pass: [
      {
        files: { "app.py": "import logging\n\nlogger = logging.getLogger(__name__)\nlogger.info('x')\n" },
        says: "The one module that logs has a named logger",
        at: "app.py:4",
      },
      {
        files: { "app.py": "import structlog\n\nlog = structlog.get_logger()\nlog.info('x')\n" },
        says: "The one module that logs has a named logger",
        at: "app.py:4",
      },
      {
        files: {
          "app.py": "from flask import current_app\n\ndef view():\n    current_app.logger.info('x')\n",
        },
        says: "The one module that logs has a named logger",
        at: "app.py:4",
      },
      {
        files: {
          "lib/logging.py": "def info(x): ...\n",
          "lib/a.py": "from lib import logging\n\nlogging.info('x')\n",
        },
        says: "The one module that logs has a named logger",
        at: "lib/a.py:3",
        note: "A module of the project that is called logging is not the root logger.",
      },
    ],
    partial: [
      {
        files: {
          "a.py": "import logging\n\nlog = logging.getLogger(__name__)\nlog.info('x')\n",
          "b.py": "import logging\n\nlogging.warning('y')\n",
        },
        says: "1 of 2 modules that log uses the root logger",
        at: "b.py:3",
      },
    ],
    fail: [
      {
        files: { "app.py": "import logging as log\n\nlog.info('x')\n" },
        says: "1 of 1 modules that log uses the root logger",
        at: "app.py:3",
      },
      {
        files: { "app.py": "import logging\n\nlogger = logging.getLogger()\nlogger.info('x')\n" },
        says: "1 of 1 modules that log uses the root logger",
        at: "app.py:4",
        note: "A logger without a name is the root logger.",
      },
    ],
    notApplicable: [
      { files: { "app.py": "import logging\n\nlogging.basicConfig()\n" }, says: "The code logs nothing" },
    ],
  },
  check({ source }) {
    const modules = source.flatMap((module) => {
      const calls = logCallsOf(module);
      return calls.length > 0 ? [{ module, calls, wrong: findWrong(module, calls) }] : [];
    });
    const total = modules.length;
    if (total === 0) return notApplicable("The code logs nothing.");
    const wrong = modules.filter((one) => one.wrong.length > 0);
    if (wrong.length === 0) {
      const all =
        total === 1
          ? "The one module that logs has a named logger"
          : `All ${total} modules that log have named loggers`;
      const evidence = modules.flatMap(({ module, calls }) =>
        calls.map(({ line, receiver }) => module.at(line, receiver || undefined)),
      );
      return judgeShare(total, total, `${all}.`, evidence);
    }
    const verb = wrong.length === 1 ? "uses" : "use";
    const message = `${wrong.length} of ${total} modules that log ${verb} the root logger or one named after a file.`;
    return judgeShare(
      total - wrong.length,
      total,
      message,
      wrong.flatMap((one) => one.wrong),
    );
  },
});

/** Calls on the root logger, and loggers named by `__file__`. */
function findWrong(module: PythonModule, calls: readonly LogCall[]): Evidence[] {
  return [
    ...calls.filter(({ root }) => root).map(({ line }) => module.at(line, "root logger")),
    ...module.diagnostics("LOG002").map(({ line }) => module.at(line, "named after a file")),
  ];
}
