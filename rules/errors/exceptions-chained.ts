import { defineRule, type Evidence, judgeShare, notApplicable } from "../../src/engine/rule.ts";
import { type HandlerRaise, handlingsOf } from "../../src/project/handling.ts";
import type { PythonModule } from "../../src/project/python/module.ts";

interface Raised extends HandlerRaise {
  module: PythonModule;
}

export default defineRule({
  id: "exceptions-chained",
  category: "errors",
  severity: "low",
  kinds: "all",
  title: "Exceptions raised in handlers say where they come from",
  why: "`raise … from error` keeps the cause in the traceback, and `from None` says that it does not matter; without either, the reader of the log guesses whether the handler itself is broken.",
  fix: "Name the cause, or say that there is none worth showing:\n\n```python\nexcept KeyError as error:\n    raise OrderNotFound(order_id) from error\n```\n\nRuff finds the places: `ruff check --select B904`.",
  checklist: ["004-07", "001-02"],
  examples: {
    pass: [
      {
        files: { "app.py": "try:\n    find()\nexcept KeyError as e:\n    raise NotFound() from e\n" },
        says: "The one exception raised in a handler",
        at: "app.py:4",
      },
      {
        files: { "app.py": "try:\n    find()\nexcept KeyError:\n    raise NotFound('x') from None\n" },
        says: "The one exception raised in a handler",
        at: "app.py:4",
      },
      {
        files: {
          "app.py":
            "try:\n    find()\nexcept KeyError as e:\n    def later():\n        raise NotFound('from here')\n    raise e\n",
        },
        says: "The one exception raised in a handler",
        at: "app.py:6",
        note: "What a function raises later is not raised in the handler.",
      },
      {
        files: {
          "app.py":
            "try:\n    find()\nexcept KeyError as e:\n    error = NotFound()\n    error.__cause__ = e\n    raise error\n",
        },
        says: "The one exception raised in a handler",
        at: "app.py:6",
        note: "What `from` does, by hand.",
      },
      {
        files: {
          "app.py":
            "try:\n    find()\nexcept KeyError as e:\n    if known(e):\n        skip()\n    else:\n        raise(e)\n",
        },
        says: "The one exception raised in a handler",
        at: "app.py:7",
        note: "The caught one in brackets.",
      },
    ],
    partial: [
      {
        files: {
          "app.py":
            "try:\n    find()\nexcept KeyError as e:\n    raise NotFound() from e\nexcept OSError:\n    raise Broken()\n",
        },
        says: "1 of 2 exceptions raised in handlers does not say",
        at: "app.py:6",
      },
    ],
    fail: [
      {
        files: { "app.py": "try:\n    find()\nexcept KeyError:\n    raise NotFound('from the shelf')\n" },
        says: "1 of 1 exceptions raised in handlers does not say",
        at: "app.py:4",
        note: "A `from` in the text of the message chains nothing.",
      },
      {
        files: {
          "views.py":
            "try:\n    find()\nexcept (KeyError, ValueError) as error:\n    raise HTTPException(\n        404, detail=str(error)\n    )\n",
        },
        says: "1 of 1 exceptions raised in handlers does not say",
        at: "views.py:4",
      },
    ],
    notApplicable: [
      {
        files: { "app.py": "try:\n    find()\nexcept KeyError:\n    log()\n    raise\n" },
        says: "No handler raises another exception",
        note: "A bare raise goes on with the same exception.",
      },
    ],
  },
  check({ source }) {
    const raised = source.flatMap((module) =>
      handlingsOf(module)
        .flatMap(({ raises }) => raises)
        .filter(({ kind }) => kind !== "again")
        .map((one): Raised => ({ ...one, module })),
    );
    const total = raised.length;
    if (total === 0) return notApplicable("No handler raises another exception.");
    const loose = raised.filter(
      ({ kind, module, line }) => kind === "new" && !module.silenced({ code: "B904", line }),
    );
    if (loose.length === 0) {
      const all =
        total === 1
          ? "The one exception raised in a handler says where it comes"
          : `All ${total} exceptions raised in handlers say where they come`;
      return judgeShare(total, total, `${all} from.`, raised.map(evidenceOf));
    }
    const says = loose.length === 1 ? "does not say where it comes" : "do not say where they come";
    const message = `${loose.length} of ${total} exceptions raised in handlers ${says} from.`;
    return judgeShare(total - loose.length, total, message, loose.map(evidenceOf));
  },
});

const NOTES = { again: "raised again", caught: "raised again", chained: "says from", new: "no from" };

const evidenceOf = ({ module, line, kind }: Raised): Evidence => module.at(line, NOTES[kind]);
