import { defineRule, judgeShare, notApplicable } from "../../src/engine/rule.ts";
import type { Handler } from "../../src/project/python/handlers.ts";

const BROAD = new Set(["Exception", "BaseException", "builtins.Exception", "builtins.BaseException"]);

/** A handler that passes the failure on hides nothing, however much it catches. */
const passesOn = ({ body, code }: Handler): boolean =>
  body.some(({ keyword }) => keyword === "raise") || /\b(?:sys\.exit|os\._exit|os\.abort)\(/.test(code);

const isBroad = ({ types }: Handler): boolean => types.length === 0 || types.some((type) => BROAD.has(type));

export default defineRule({
  id: "exceptions-specific",
  category: "errors",
  severity: "high",
  kinds: "all",
  title: "Handlers name the exceptions they expect",
  why: "A bare `except:` or `except Exception:` also catches the bug nobody thought of, and the service limps on in a state nobody designed.",
  fix: "Name what can go wrong at that line, and let everything else rise:\n\n```python\ntry:\n    order = parse(body)\nexcept (KeyError, ValueError) as error:\n    raise BadOrder(body) from error\n```",
  checklist: ["001-01", "004-05", "002-01"],
  examples: {
    pass: [
      {
        files: { "app.py": "try:\n    x = int('3')\nexcept ValueError:\n    x = 0\n" },
        says: "All 1 exception handlers",
        at: "app.py:3",
      },
      {
        files: { "app.py": "try:\n    work()\nexcept Exception as error:\n    log(error)\n    raise\n" },
        says: "All 1 exception handlers",
        note: "A broad handler that raises again hides nothing.",
      },
      {
        files: { "app.py": "try:\n    work()\nexcept (OSError, KeyError) as error:\n    stop(error)\n" },
        says: "All 1 exception handlers",
      },
    ],
    fail: [
      {
        files: { "app.py": "try:\n    work()\nexcept:\n    pass\n" },
        says: "1 of 1 exception handlers catches everything",
        at: "app.py:3",
      },
      {
        files: { "app.py": "try:\n    work()\nexcept Exception as error:\n    print(error)\n" },
        says: "1 of 1 exception handlers catches everything",
        at: "app.py:3",
      },
    ],
    notApplicable: [
      {
        files: { "app.py": 'DOC = """\ntry:\n    x\nexcept:\n    pass\n"""\n' },
        says: "no exception handlers",
        note: "Code in a string is none.",
      },
    ],
  },
  check({ source }) {
    const handlers = source.flatMap((module) => module.handlers.map((handler) => ({ module, handler })));
    if (handlers.length === 0) return notApplicable("The code has no exception handlers.");
    const broad = handlers.filter(({ handler }) => isBroad(handler) && !passesOn(handler));
    const total = handlers.length;
    if (broad.length === 0) {
      const evidence = handlers.map(({ module, handler }) =>
        module.at(handler.line, `catches ${handler.types.join(", ") || "everything, and raises again"}`),
      );
      return judgeShare(
        total,
        total,
        `All ${total} exception handlers name what they catch or raise it again.`,
        evidence,
      );
    }
    const evidence = broad.map(({ module, handler }) =>
      module.at(
        handler.line,
        handler.types.length === 0 ? "bare except" : `catches ${handler.types.join(", ")}`,
      ),
    );
    const verb = broad.length === 1 ? "catches" : "catch";
    return judgeShare(
      total - broad.length,
      total,
      `${broad.length} of ${total} exception handlers ${verb} everything and do not raise it again.`,
      evidence,
    );
  },
});
