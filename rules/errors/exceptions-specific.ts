import { defineRule, type Evidence, judgeShare, notApplicable } from "../../src/engine/rule.ts";
import { type Handling, handlingsOf } from "../../src/project/handling.ts";
import { suppressionsOf } from "../../src/project/suppressions.ts";

/** It catches everything, and the exception does not go on: it is neither raised again, nor logged with its traceback. */
const isBlind = ({ broad, raises, traceback }: Handling): boolean =>
  broad && !traceback && raises.every(({ kind }) => kind === "new");

/** Ruff's codes for it: the project has said that it means this handler. A bare `# noqa` says nothing of the kind. */
const isMeant = ({ module, handler: { line } }: Handling): boolean =>
  (module.silenced({ code: "BLE001", line }) || module.silenced({ code: "E722", line })) &&
  !/#\s{0,4}noqa\b(?!\s{0,4}:)/i.test(module.lineText(line));

export default defineRule({
  id: "exceptions-specific",
  category: "errors",
  severity: "high",
  kinds: "all",
  title: "Handlers name the exceptions they expect",
  why: "A bare `except:` or `except Exception:` also catches the bug nobody thought of, and the program limps on in a state nobody designed.",
  fix: "Name what can go wrong at that line, and let everything else rise:\n\n```python\ntry:\n    order = parse(body)\nexcept (KeyError, ValueError) as error:\n    raise BadOrder(body) from error\n```\n\nWhere a boundary must catch everything (a worker's loop, a command's `main`), raise again or log the traceback there (`logger.exception(…)`). Ruff finds the places: `ruff check --select E722,BLE001`.",
  checklist: ["001-01", "004-05", "002-01"],
  examples: {
    pass: [
      {
        files: { "app.py": "try:\n    x = int('3')\nexcept ValueError:\n    x = 0\n" },
        says: "The one exception handler names what it catches",
        at: "app.py:3",
      },
      {
        files: { "app.py": "try:\n    work()\nexcept Exception as error:\n    print(error)\n    raise\n" },
        says: "The one exception handler names",
        at: "app.py:3",
        note: "A broad handler that raises again hides nothing.",
      },
      {
        files: {
          "app.py": "try:\n    work()\nexcept Exception as error:\n    raise JobFailed(3) from error\n",
        },
        says: "The one exception handler names",
        at: "app.py:3",
        note: "A translated exception still says where it comes from.",
      },
      {
        files: {
          "worker.py":
            "while True:\n    try:\n        work()\n    except Exception:\n        logger.exception('job failed')\n    try:\n        report()\n    except (OSError, KeyError) as error:\n        stop(error)\n",
        },
        says: "All 2 exception handlers",
        at: "worker.py:4",
        note: "The boundary of a worker may catch everything when it keeps the traceback.",
      },
      {
        files: { "app.py": "try:\n    plugin.run()\nexcept Exception as e:  # noqa: BLE001\n    show(e)\n" },
        says: "1 marked with noqa",
        at: "app.py:3",
      },
    ],
    partial: [
      {
        files: {
          "app.py":
            "try:\n    a()\nexcept KeyError:\n    b()\ntry:\n    c()\nexcept (ValueError, Exception):\n    d()\n",
        },
        says: "1 of 2 exception handlers catches everything",
        at: "app.py:7",
      },
    ],
    fail: [
      {
        files: { "app.py": "import contextlib\n\nwith contextlib.suppress(Exception):\n    work()\n" },
        says: "1 of 1 exception handlers catches everything",
        at: "app.py:3",
        note: "A context manager that suppresses is a handler without a body.",
      },
      {
        files: { "app.py": "try:\n    a()\nexcept:  # noqa\n    b()\n" },
        says: "catches everything",
        at: "app.py:3",
        note: "A remark that quiets every check names none.",
      },
      {
        files: {
          "app.py":
            "ERRORS = (KeyError, Exception)\n\ntry:\n    work()\nexcept ERRORS as error:\n    print(error)\n",
        },
        says: "1 of 1 exception handlers catches everything",
        at: "app.py:5",
        note: "A constant hides the broad type.",
      },
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
      {
        files: { "app.py": "try:\n    work()\nexcept BaseException:\n    raise Failed('no')\n" },
        says: "1 of 1 exception handlers catches everything",
        at: "app.py:3",
        note: "An exception raised without `from` turns every bug into the same answer.",
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
    const handlings = source.flatMap(handlingsOf);
    const suppressed = source.flatMap(suppressionsOf);
    const total = handlings.length + suppressed.length;
    if (total === 0) return notApplicable("The code has no exception handlers.");
    const blind = handlings.filter(isBlind);
    const meant = blind.filter(isMeant);
    const broad = [
      ...blind.filter((one) => !isMeant(one)).map(describe),
      ...suppressed.filter((one) => one.broad).map(({ at }) => at),
    ];
    const aside = meant.length > 0 ? ` (${meant.length} marked with noqa)` : "";
    if (broad.length === 0) {
      const said =
        total === 1
          ? "The one exception handler names what it catches, passes it on or logs its traceback"
          : "";
      const all = `All ${total} exception handlers name what they catch, pass it on or log its traceback`;
      return judgeShare(total, total, `${said || all}${aside}.`, [
        ...handlings.map(describe),
        ...suppressed.map(({ at }) => at),
      ]);
    }
    const verb = broad.length === 1 ? "catches" : "catch";
    return judgeShare(
      total - broad.length,
      total,
      `${broad.length} of ${total} exception handlers ${verb} everything without raising it again or logging its traceback${aside}.`,
      broad,
    );
  },
});

function describe({ module, handler: { line, types }, broad, raises }: Handling): Evidence {
  const what = types.length === 0 ? "bare except" : `catches ${types.join(", ")}`;
  const then = broad && raises.some(({ kind }) => kind !== "new") ? ", raised again" : "";
  return module.at(line, what + then);
}
