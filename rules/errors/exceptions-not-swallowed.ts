import { defineRule, judgeShare, notApplicable } from "../../src/engine/rule.ts";
import { handlingsOf } from "../../src/project/handling.ts";
import { suppressionsOf } from "../../src/project/suppressions.ts";

export default defineRule({
  id: "exceptions-not-swallowed",
  category: "errors",
  severity: "high",
  kinds: "all",
  title: "No handler hides a failure",
  why: "A failure that leaves no trace is found by customers, weeks later, and nobody can say when it began.",
  fix: 'Name the one exception that is expected, and log what is not:\n\n```python\ntry:\n    cache.warm()\nexcept ConnectionError:\n    logger.warning("cache is down, going on without it", exc_info=True)\n```\n\nRuff finds most places: `ruff check --select S110,S112`.',
  checklist: ["001-04", "004-05", "002-01"],
  examples: {
    pass: [
      {
        files: { "app.py": "try:\n    work()\nexcept Exception:\n    logger.exception('work failed')\n" },
        says: "The one exception handler lets the failure be seen",
        at: "app.py:3",
      },
      {
        files: { "app.py": "try:\n    os.remove(path)\nexcept FileNotFoundError:\n    pass\n" },
        says: "The one exception handler",
        at: "app.py:3",
        note: "A named exception that may happen is a decision, not a hidden failure.",
      },
      {
        files: {
          "app.py":
            "def read(path):\n    try:\n        return parse(path)\n    except Exception as e:\n        return Result(error=str(e))\n",
        },
        says: "The one exception handler",
        at: "app.py:4",
        note: "The caller is told.",
      },
      {
        files: { "app.py": "try:\n    import ujson as json\nexcept Exception:\n    json = None\n" },
        says: "The one exception handler",
        at: "app.py:3",
        note: "An optional import hides nothing.",
      },
    ],
    partial: [
      {
        files: {
          "app.py":
            "from contextlib import suppress\n\nwith suppress(Exception):\n    work()\nwith suppress(KeyError):\n    del cache['a']\n",
        },
        says: "1 of 2 exception handlers hides the failure",
        at: "app.py:3",
      },
    ],
    fail: [
      {
        files: { "app.py": "import contextlib as c\n\nwith c.suppress(Exception):\n    work()\n" },
        says: "1 of 1 exception handlers hides the failure",
        at: "app.py:3",
        note: "By another name.",
      },
      {
        files: { "app.py": "try:\n    work()\nexcept:\n    pass\n" },
        says: "1 of 1 exception handlers hides the failure",
        at: "app.py:3",
      },
      {
        files: {
          "app.py":
            "def load(path):\n    try:\n        return parse(path)\n    except Exception:\n        return None\n",
        },
        says: "1 of 1 exception handlers hides the failure",
        at: "app.py:4",
        note: "Ruff's S110 does not see this one.",
      },
      {
        files: {
          "app.py":
            "def load(path):\n    result = []\n    try:\n        result = parse(path)\n    except Exception:\n        result = []\n    return result\n",
        },
        says: "1 of 1 exception handlers hides the failure",
        at: "app.py:5",
        note: "An empty result looks like one that was found.",
      },
      {
        files: { "app.py": "try:\n    work()\nexcept Exception as e:\n    _ = e\n" },
        says: "1 of 1 exception handlers hides the failure",
        at: "app.py:3",
        note: "Naming the exception is not looking at it.",
      },
      {
        files: {
          "app.py":
            "for job in jobs:\n    try:\n        run(job)\n    except Exception as e:\n        continue\n",
        },
        says: "1 of 1 exception handlers hides the failure",
        at: "app.py:4",
      },
    ],
    notApplicable: [{ files: { "app.py": "print('no try here')\n" }, says: "no exception handlers" }],
  },
  check({ source }) {
    const handlings = source.flatMap(handlingsOf);
    const suppressed = source.flatMap(suppressionsOf);
    const total = handlings.length + suppressed.length;
    if (total === 0) return notApplicable("The code has no exception handlers.");
    const hidden = [
      ...handlings
        .filter(({ silent }) => silent)
        .map(({ module, handler }) =>
          module.at(
            handler.line,
            handler.types.length === 0
              ? "bare except, nothing said"
              : `catches ${handler.types.join(", ")}, nothing said`,
          ),
        ),
      ...suppressed.filter(({ broad }) => broad).map(({ at }) => at),
    ];
    if (hidden.length === 0) {
      const all = total === 1 ? "The one exception handler lets" : `All ${total} exception handlers let`;
      const evidence = [
        ...handlings.map(({ module, handler }) => module.at(handler.line)),
        ...suppressed.map(({ at }) => at),
      ];
      return judgeShare(total, total, `${all} the failure be seen, or expect it by name.`, evidence);
    }
    const verb = hidden.length === 1 ? "hides" : "hide";
    return judgeShare(
      total - hidden.length,
      total,
      `${hidden.length} of ${total} exception handlers ${verb} the failure: everything is caught, and nothing logged, shown or raised.`,
      hidden,
    );
  },
});
