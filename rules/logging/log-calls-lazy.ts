import { defineRule, type Evidence, judgeShare, notApplicable } from "../../src/engine/rule.ts";
import { findLogCalls, type LogCall } from "../../src/project/log-calls.ts";

export default defineRule({
  id: "log-calls-lazy",
  category: "logging",
  severity: "low",
  kinds: "all",
  title: "Logging calls leave formatting to the logger",
  why: "A message with its values apart costs nothing when its level is off, groups in error trackers, and stays one event in structured logs.",
  fix: 'Pass the values as arguments, or as fields:\n\n```python\nlogger.info("order %s took %.1f s", order.id, seconds)   # logging\nlog.info("order_done", order=order.id, seconds=seconds)  # structlog\nlogger.info("order {} done", order.id)                   # loguru\n```\n\nRuff finds the places: `ruff check --select G`.',
  checklist: ["001-10"],
  examples: {
    pass: [
      {
        files: { "app.py": "logger.info('paid %s', order)\n" },
        says: "The one logging call leaves",
        at: "app.py:1",
      },
      {
        files: { "app.py": "log.info('paid', order=order)\n" },
        says: "The one logging call leaves",
        at: "app.py:1",
      },
      {
        files: { "app.py": "logger.info('100% of it, {braces} too')\n" },
        says: "The one logging call leaves",
        at: "app.py:1",
        note: "Signs of formatting inside a plain string format nothing.",
      },
      {
        files: { "app.py": "logger.info(\n    'a long message '\n    'in two parts: %s', x,\n)\n" },
        says: "The one logging call leaves",
        at: "app.py:1",
      },
    ],
    partial: [
      {
        files: { "app.py": "logger.info('paid %s', order)\nlogger.warning(f'slow: {seconds}')\n" },
        says: "1 of 2 logging calls formats its message itself",
        at: "app.py:2",
      },
    ],
    fail: [
      {
        files: { "app.py": "logger.info(f'paid {order}')\nlogger.trace('x ' + y)\n" },
        says: "2 of 2 logging calls format their message themselves",
        at: "app.py:2",
        note: "A custom level counts too.",
      },
      {
        files: {
          "app.py": "import logging\n\nlogging.error('no %s' % x)\nlogging.log(10, 'no {}'.format(x))\n",
        },
        says: "2 of 2 logging calls format",
        at: "app.py:4",
      },
      {
        files: { "app.py": "import logging\n\nlogging.error(msg=f'not saved: {error}')\n" },
        says: "1 of 1 logging calls formats",
        at: "app.py:3",
        note: "The message may be given by name.",
      },
    ],
    notApplicable: [{ files: { "app.py": "print(f'{x}')\n" }, says: "The code logs nothing" }],
  },
  check({ source }) {
    const calls = findLogCalls({ source });
    const total = calls.length;
    if (total === 0) return notApplicable("The code logs nothing.");
    const eager = calls.flatMap((call) => {
      const how = eagerness(call);
      return how === undefined || isMeant(call) ? [] : [call.module.at(call.line, how)];
    });
    if (eager.length === 0) {
      const all = total === 1 ? "The one logging call leaves" : `All ${total} logging calls leave`;
      return judgeShare(
        total,
        total,
        `${all} formatting to the logger.`,
        calls.map(({ module, line }): Evidence => module.at(line)),
      );
    }
    const verb = eager.length === 1 ? "formats its message itself" : "format their message themselves";
    return judgeShare(
      total - eager.length,
      total,
      `${eager.length} of ${total} logging calls ${verb}.`,
      eager,
    );
  },
});

/** How a call formats its message before the logger sees it; `undefined` where it does not. */
function eagerness({ method, level, args }: LogCall): string | undefined {
  // `warn` is deprecated (G010).
  if (method === "warn") return "warn instead of warning";
  const positional = args.filter(({ name }) => name === undefined);
  const message =
    positional[method === "log" || (level === "other" && positional.length > 1) ? 1 : 0] ??
    args.find(({ name }) => name === "msg" || name === "event");
  if (!message) return undefined;
  const { code, text } = message;
  if (/(?:^|[\s(+])[rRbB]?[fF][rR]?["']/.test(code) && /\{(?!\{)/.test(text)) return "f-string";
  if (/["']\s{0,4}\.format\(/.test(code)) return "str.format";
  if (/["']\s{0,20}%(?!=)/.test(code)) return "% on the string";
  if (/["']\s{0,20}\+|\+\s{0,20}[rRfFbB]{0,2}["']/.test(code)) return "+ on strings";
  return undefined;
}

const isMeant = ({ module, line }: LogCall): boolean =>
  ["G001", "G002", "G003", "G004", "G010"].some((code) => module.silenced({ code, line }));
