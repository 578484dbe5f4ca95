import { defineRule, type Evidence, fail, notApplicable, partial, pass } from "../../src/engine/rule.ts";
import { incidentalCommand } from "../../src/project/app-kind.ts";
import { findLogCalls, type Level, type LogCall, logCatchesOf } from "../../src/project/log-calls.ts";

const ORDER: readonly Level[] = ["trace", "debug", "info", "warning", "error", "critical"];
const isGrave = ({ level }: LogCall): boolean => ORDER.indexOf(level) >= ORDER.indexOf("warning");

export default defineRule({
  id: "log-levels-used",
  category: "logging",
  severity: "low",
  kinds: ["service", "cli", "pipeline"],
  title: "Log levels tell the important from the rest",
  why: "When everything is info, nobody can alert on errors or turn down chatter: levels are the only knob operations have.",
  fix: 'Say how much each line matters:\n\n```python\nlogger.debug("cache miss for %s", key)\nlogger.info("order %s paid", order.id)\nlogger.warning("supplier is slow, using yesterday\'s price")\nlogger.exception("payment failed")  # in handlers of errors\n```',
  checklist: ["000-17", "001-10"],
  examples: {
    pass: [
      {
        kind: "service",
        files: {
          "app.py":
            "logger.info('started')\ntry:\n    pay()\nexcept PayError:\n    logger.exception('failed')\n",
        },
        says: "2 levels are used (info, error)",
        at: "app.py:5",
      },
      {
        kind: "service",
        files: {
          "app.py":
            "import structlog\n\nlog = structlog.get_logger()\nlog.debug('a')\nlog.info('b')\nlog.warning('c')\n",
        },
        says: "3 levels are used (debug, info, warning)",
        at: "app.py:6",
      },
      {
        kind: "pipeline",
        files: {
          "job.py":
            "from loguru import logger\n\nlogger.success('loaded')\n\n@logger.catch\ndef main():\n    run()\n",
        },
        says: "2 levels are used (info, error)",
        at: "job.py:5",
        note: "loguru's catch logs at error.",
      },
    ],
    partial: [
      {
        kind: "service",
        files: {
          "app.py": "try:\n    pay()\nexcept PayError:\n    logger.info('failed')\nlogger.warning('slow')\n",
        },
        says: "1 of 1 handlers that log stays below warning",
        at: "app.py:4",
      },
      {
        kind: "service",
        files: { "app.py": "logger.error('no database')\n" },
        says: "Only error is used",
        at: "app.py:1",
      },
    ],
    fail: [
      {
        kind: "service",
        files: { "app.py": "logger.debug('a')\nlogger.info('b')\n" },
        says: "none of them warning or above",
        at: "app.py:2",
      },
      {
        kind: "service",
        files: { "app.py": "logger.info('started')\nlogger.info('failed')\n" },
        says: "Only info is used",
        at: "app.py:1",
      },
      {
        kind: "cli",
        files: { "tool.py": "import logging\n\nlogging.debug('a')\nlogging.log(logging.DEBUG, 'b')\n" },
        says: "Only debug is used",
        at: "tool.py:3",
      },
    ],
    notApplicable: [
      { kind: "service", files: { "app.py": "print('x')\n" }, says: "The code logs nothing" },
      {
        kind: "service",
        files: {
          "app.py": "x = 1\n",
          "migrations/env.py":
            "import logging\n\nfrom alembic import context\n\nlogging.getLogger('alembic.env').info('No changes.')\n",
        },
        says: "The code logs nothing",
        note: "What Alembic has written logs for its own command.",
      },
    ],
  },
  check(project) {
    const incidental = incidentalCommand(project);
    if (incidental !== undefined) return notApplicable(incidental);
    const calls = findLogCalls(project).filter(({ level }) => level !== "other");
    const catches = project.source.flatMap((module) =>
      logCatchesOf(module).map((line) => module.at(line, "logger.catch")),
    );
    if (calls.length === 0) return notApplicable("The code logs nothing.");
    const used = ORDER.filter(
      (level) => calls.some((call) => call.level === level) || (level === "error" && catches.length > 0),
    );
    const evidence = [
      ...used.flatMap((level) => calls.filter((call) => call.level === level).slice(0, 2)).map(describe),
      ...catches,
    ];
    const grave = calls.some(isGrave) || catches.length > 0;
    if (used.length === 1) {
      const message = `Only ${used[0]} is used, in ${calls.length} logging call${calls.length === 1 ? "" : "s"}.`;
      return grave ? partial(message, evidence) : fail(message, evidence);
    }
    const list = `${used.length} levels are used (${used.join(", ")})`;
    if (!grave) return fail(`${list}, none of them warning or above.`, evidence);
    const quiet = quietHandlers(calls);
    if (quiet.low.length * 2 > quiet.total) {
      const verb = quiet.low.length === 1 ? "stays" : "stay";
      return partial(
        `${list}, but ${quiet.low.length} of ${quiet.total} handlers that log ${verb} below warning.`,
        quiet.low.map(describe),
      );
    }
    return pass(`${list}.`, evidence);
  },
});

/** Handlers that log, by the gravest thing that each says. */
function quietHandlers(calls: readonly LogCall[]): { low: LogCall[]; total: number } {
  const gravest = new Map<object, LogCall>();
  for (const call of calls) {
    if (!call.handling) continue;
    const known = gravest.get(call.handling);
    if (!known || ORDER.indexOf(call.level) > ORDER.indexOf(known.level)) gravest.set(call.handling, call);
  }
  return { low: [...gravest.values()].filter((call) => !isGrave(call)), total: gravest.size };
}

const describe = ({ module, line, level }: LogCall): Evidence => module.at(line, level);
