import { defineRule, fail, notApplicable, partial, pass } from "../../src/engine/rule.ts";
import { findLogCalls, type LogCall } from "../../src/project/log-calls.ts";

const GRAVE = new Set(["warning", "error", "critical"]);

export default defineRule({
  id: "log-levels-used",
  category: "logging",
  severity: "low",
  kinds: ["service", "cli", "pipeline"],
  title: "Log levels tell the grave from the ordinary",
  why: "Alerts and filters go by level: where everything is info, nothing can be told apart, and where errors are info, nobody is called.",
  fix: '```python\nlogger.debug("cache miss for %s", key)\nlogger.info("order %s shipped", order.id)\nlogger.warning("warehouse answered slowly: %.1f s", seconds)\nlogger.exception("order %s failed", order.id)  # inside except\n```',
  checklist: ["000-17", "001-10"],
  examples: {
    pass: [
      {
        files: {
          "a.py":
            'import logging\n\nlogger = logging.getLogger(__name__)\nlogger.info("x")\nlogger.warning("y")\n',
        },
        says: "2 levels",
        at: "a.py:5",
        kind: "service",
      },
      {
        files: {
          "a.py":
            'import logging\n\nlogger = logging.getLogger(__name__)\n\n\ndef f():\n    logger.debug("x")\n    try:\n        g()\n    except OSError:\n        logger.exception("y")\n',
        },
        says: "2 levels",
        at: "a.py:11",
        kind: "service",
      },
      {
        files: {
          "a.py": 'from loguru import logger\n\nlogger.info("x")\n\n\n@logger.catch\ndef f():\n    g()\n',
        },
        says: "2 levels",
        at: "a.py:6",
        kind: "service",
        note: "loguru's catch logs at error.",
      },
    ],
    partial: [
      {
        files: {
          "a.py":
            'import logging\n\nlogger = logging.getLogger(__name__)\nlogger.info("x")\nlogger.warning("z")\ntry:\n    g()\nexcept OSError:\n    logger.info("failed")\n',
        },
        says: "0 of 1 handlers",
        at: "a.py:9",
        kind: "service",
      },
    ],
    fail: [
      {
        files: {
          "a.py":
            'import logging\n\nlogger = logging.getLogger(__name__)\nlogger.info("x")\nlogger.info("y")\n',
        },
        says: "only info",
        at: "a.py:4",
        kind: "service",
      },
      {
        files: {
          "a.py":
            'import logging\n\nlogger = logging.getLogger(__name__)\nlogger.info("x")\nlogger.debug("y")\n',
        },
        says: "nothing at warning or above",
        at: "a.py:4",
        kind: "service",
      },
    ],
    notApplicable: [{ files: { "a.py": "print(1)\n" }, says: "does not log", kind: "cli" }],
  },
  check(project) {
    const calls = findLogCalls(project).filter(({ level }) => level !== "other");
    const caught = project.source.flatMap((module) =>
      module.text.includes("logger.catch")
        ? [...module.code.matchAll(/(?<!\w)logger\.catch\b/g)].map(({ index }) =>
            module.at(module.code.slice(0, index).split("\n").length, "logger.catch"),
          )
        : [],
    );
    if (calls.length === 0) return notApplicable("The program does not log.");
    const levels = new Set([
      ...calls.map(({ level }) => level),
      ...(caught.length > 0 ? (["error"] as const) : []),
    ]);
    const first = [...levels]
      .flatMap((level) => calls.find((call) => call.level === level) ?? [])
      .map(({ module, line, level }) => module.at(line, level));
    const named = [...levels].sort().join(", ");
    if (![...levels].some((level) => GRAVE.has(level))) {
      return fail(
        levels.size === 1
          ? `All ${calls.length} logging calls are at the same level: only ${named}.`
          : `There is nothing at warning or above: ${named}.`,
        first,
      );
    }
    if (levels.size === 1 && calls.length > 1)
      return partial(`All ${calls.length} logging calls are at one level: ${named}.`, first);
    const handled = byHandler(calls);
    const low = handled.filter((all) => !all.some(({ level }) => GRAVE.has(level)));
    const evidence = [...first, ...caught];
    if (handled.length > 0 && low.length > handled.length / 2) {
      return partial(
        `${levels.size} levels are used (${named}), but only ${handled.length - low.length} of ${handled.length} handlers that log do so at warning or above.`,
        low.map((all) => all[0]!.module.at(all[0]!.line, all[0]!.level)),
      );
    }
    return pass(`${levels.size} ${levels.size === 1 ? "level is" : "levels are"} used: ${named}.`, evidence);
  },
});

/** Logging calls grouped by the handler that they stand in. */
function byHandler(calls: readonly LogCall[]): LogCall[][] {
  const groups = Map.groupBy(
    calls.filter(({ handling }) => handling !== undefined),
    ({ handling }) => handling,
  );
  return [...groups.values()];
}
