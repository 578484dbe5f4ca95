import { defineRule, type Evidence, inconclusive, judgeShare, notApplicable } from "../../src/engine/rule.ts";
import { incidentalCommand } from "../../src/project/app-kind.ts";
import { findLogCalls, type LogCall, logCatchesOf } from "../../src/project/log-calls.ts";
import type { CallArgument } from "../../src/project/python/arguments.ts";
import type { FunctionOutline } from "../../src/project/python/functions.ts";
import { oncePer } from "../../src/project/remember.ts";

export default defineRule({
  id: "tracebacks-logged",
  category: "errors",
  severity: "medium",
  kinds: ["service", "cli", "pipeline"],
  title: "Handlers that log an error keep its traceback",
  why: "`logger.error(str(e))` says that something broke; only the traceback says where, and it is gone the moment the handler ends.",
  fix: 'Use `exception`, or pass `exc_info`:\n\n```python\nexcept PaymentError:\n    logger.exception("payment of order %s failed", order.id)\n```\n\nRuff finds the places: `ruff check --select TRY400,G201`.',
  checklist: ["001-02", "004-07", "000-15"],
  examples: {
    pass: [
      {
        files: {
          "app.py":
            "import logging\nimport traceback\n\nlog = logging.getLogger(__name__)\n\ntry:\n    run()\nexcept Exception as error:\n    log.traceback_(error)\n    log.traceback_(traceback.format_exc())\n",
        },
        kind: "cli",
        says: "The one handler that logs an error keeps its traceback",
        at: "app.py:10",
        note: "A level of the project's own, named for tracebacks.",
      },
      {
        kind: "service",
        files: { "app.py": "try:\n    pay()\nexcept PayError:\n    logger.exception('failed')\n" },
        says: "The one handler that logs an error keeps its traceback",
        at: "app.py:4",
      },
      {
        kind: "service",
        files: {
          "app.py": "try:\n    pay()\nexcept PayError as e:\n    log.error('failed: %s', e, exc_info=True)\n",
        },
        says: "The one handler that logs an error keeps its traceback",
        at: "app.py:4",
      },
      {
        kind: "service",
        files: {
          "errors.py":
            "def init(app):\n    app.errorhandler(Exception)(failed)\n\ndef failed(error: Exception):\n    logger.exception(error)\n    return 'sorry', 500\n",
        },
        says: "The one handler that logs an error keeps its traceback",
        at: "errors.py:5",
        note: "The framework calls it with whatever rises.",
      },
      {
        kind: "pipeline",
        files: { "job.py": "from loguru import logger\n\n@logger.catch\ndef main():\n    run()\n" },
        says: "The one handler that logs an error keeps its traceback",
        at: "job.py:3",
        note: "loguru's catch logs whatever rises, with its traceback.",
      },
      {
        kind: "service",
        files: {
          "app.py":
            "import traceback\n\ntry:\n    pay()\nexcept PayError:\n    logger.error('failed')\n    logger.error(traceback.format_exc())\n",
        },
        says: "The one handler that logs an error keeps its traceback",
        at: "app.py:7",
      },
    ],
    partial: [
      {
        kind: "service",
        files: {
          "app.py":
            "try:\n    pay()\nexcept PayError:\n    logger.exception('failed')\ntry:\n    ship()\nexcept ShipError as e:\n    logger.error('failed: %s', e)\n",
        },
        says: "1 of 2 handlers that log an error loses its traceback",
        at: "app.py:8",
      },
    ],
    fail: [
      {
        kind: "service",
        files: {
          "app.py": "try:\n    pay()\nexcept PayError:\n    logger.exception('failed', exc_info=False)\n",
        },
        says: "1 of 1 handlers that log an error loses its traceback",
        at: "app.py:4",
        note: "The name of the method promises what its argument takes away.",
      },
      {
        kind: "service",
        files: { "app.py": "try:\n    pay()\nexcept PayError as e:\n    logger.error(str(e))\n" },
        says: "1 of 1 handlers that log an error loses its traceback",
        at: "app.py:4",
      },
      {
        kind: "cli",
        files: {
          "tool.py":
            "import logging\n\ntry:\n    run()\nexcept Exception as e:\n    logging.critical('failed: %s', e, exc_info=False)\n",
        },
        says: "1 of 1 handlers that log an error loses its traceback",
        at: "tool.py:6",
      },
    ],
    notApplicable: [
      {
        kind: "service",
        files: { "app.py": "try:\n    pay()\nexcept PayError:\n    logger.warning('not paid')\n" },
        says: "No handler logs an error",
        note: "A warning about something expected needs no traceback.",
      },
      {
        kind: "service",
        files: { "app.py": "try:\n    pay()\nexcept PayError:\n    logger.error('not paid')\n    raise\n" },
        says: "Every handler that logs an error raises it again",
        note: "What is raised again takes its traceback along.",
      },
    ],
    inconclusive: [
      {
        kind: "service",
        files: {
          "app.py":
            "def pay(**extra):\n    try:\n        ask()\n    except PayError:\n        logger.error('failed', **extra)\n",
        },
        says: "whether exc_info is among them cannot be seen",
        at: "app.py:5",
      },
    ],
  },
  check(project) {
    const incidental = incidentalCommand(project);
    if (incidental !== undefined) return notApplicable(incidental);
    const calls = findLogCalls(project);
    const handlers = errorsLogged(calls);
    const logged = handlers.filter((group) => keepsTraceback(group) || !group.some(isOpen));
    const catches = project.source.flatMap((module) =>
      logCatchesOf(module).map((line) => module.at(line, "logger.catch")),
    );
    const total = logged.length + catches.length;
    if (total === 0 && handlers.length > 0)
      return inconclusive(
        "Arguments of the calls come from elsewhere: whether exc_info is among them cannot be seen.",
        handlers.map(evidenceOf),
      );
    if (total === 0)
      return notApplicable(
        calls.some(({ level, handling }) => (level === "error" || level === "critical") && handling)
          ? "Every handler that logs an error raises it again."
          : "No handler logs an error.",
      );
    const lost = logged.filter((calls) => !keepsTraceback(calls));
    if (lost.length === 0) {
      const all =
        total === 1
          ? "The one handler that logs an error keeps"
          : `All ${total} handlers that log an error keep`;
      return judgeShare(total, total, `${all} its traceback.`, [...logged.map(evidenceOf), ...catches]);
    }
    const verb = lost.length === 1 ? "loses" : "lose";
    const message = `${lost.length} of ${total} handlers that log an error ${verb} its traceback.`;
    return judgeShare(total - lost.length, total, message, lost.map(evidenceOf));
  },
});

/**
 * Calls at error or above, by the handler they stand in; those left out that raise the exception again. A function
 * that a framework calls with any exception is a handler too.
 */
function errorsLogged(calls: readonly LogCall[]): LogCall[][] {
  const byHandler = new Map<object, LogCall[]>();
  for (const call of calls) {
    if (call.level !== "error" && call.level !== "critical") continue;
    const handler = call.handling ?? givenException(call);
    if (!handler) continue;
    const known = byHandler.get(handler);
    if (known) known.push(call);
    else byHandler.set(handler, [call]);
  }
  return [...byHandler.values()].filter(
    (group) => keepsTraceback(group) || !group[0]?.handling?.raises.some(({ kind }) => kind !== "new"),
  );
}

/** `def failed(request, error: Exception)`. */
function givenException({ module, line }: LogCall): object | undefined {
  const one = module.functionAt(line);
  return one && takesException(one) ? one : undefined;
}

const takesException = oncePer(({ header }: FunctionOutline) =>
  /[(,]\s{0,80}\w{1,60}\s?:\s?(?:Base)?Exception\b/.test(header),
);

const keepsTraceback = (calls: readonly LogCall[]): boolean => {
  const told = calls.filter(({ args }) => !args.some(dropsTraceback));
  if (told.some(({ method }) => /^a?exception$/.test(method))) return true;
  if (told.some(({ args }) => args.some(({ name }) => name === "exc_info"))) return true;
  return told.length === calls.length && calls.some(({ handling }) => handling?.traceback === true);
};

/** What `**extra` holds cannot be seen, unless it is spelled out. */
const isOpen = ({ args }: LogCall): boolean => args.some(({ code }) => /^\*\*(?!\s{0,20}\{)/.test(code));

/** `logger.exception(…, exc_info=False)`. */
const dropsTraceback = ({ name, code }: CallArgument): boolean =>
  name === "exc_info" && /^(?:False|None|0)$/.test(code);

function evidenceOf(calls: readonly LogCall[]): Evidence {
  const kept = keepsTraceback(calls);
  const telling = calls.find(
    ({ method, args }) =>
      /^a?exception$/.test(method) ||
      args.some(({ name, code }) => name === "exc_info" || code.includes("traceback")),
  );
  const { module, line, method } = (kept ? telling : undefined) ?? calls[0]!;
  return module.at(line, kept ? `${method}, with the traceback` : `${method} without the traceback`);
}
