import {
  defineRule,
  type Evidence,
  judgeShare,
  notApplicable,
  partial,
  pass,
} from "../../src/engine/rule.ts";
import { type Handling, handlingsOf } from "../../src/project/handling.ts";
import { findRaises } from "../../src/project/raises.ts";

export default defineRule({
  id: "errors-told-apart",
  category: "errors",
  severity: "medium",
  kinds: "all",
  title: "Errors that can be handled are told apart from those that cannot",
  why: "A caller can retry a time-out and must not retry a bug, but only if the two are different types, and if handlers pass on what they cannot mend.",
  fix: 'Raise types of your own, under one base, and let the rest rise:\n\n```python\nclass ShopError(Exception):\n    """Base of all errors that callers may handle."""\n\nclass OutOfStock(ShopError): ...\n\ntry:\n    reserve(item)\nexcept DatabaseError as error:\n    raise StockUnknown(item) from error\n```\n\nRuff finds vague ones: `ruff check --select TRY002`.',
  checklist: ["004-06", "001-01"],
  examples: {
    pass: [
      {
        files: {
          "app.py":
            "class OutOfStock(Exception):\n    pass\n\ndef take(n):\n    if n < 1:\n        raise OutOfStock(n)\n    try:\n        ship()\n    except OSError as e:\n        raise Delayed(n) from e\n",
        },
        says: "All 2 raised exceptions have a type of their own",
        at: "app.py:6",
      },
      {
        files: { "app.py": "def area(r):\n    if r < 0:\n        raise ValueError(r)\n" },
        says: "The one raised exception has a type of its own",
        at: "app.py:3",
      },
      {
        files: {
          "app.py":
            "try:\n    ship()\nexcept TimeoutError:\n    again()\nexcept Exception:\n    undo()\n    raise\n",
        },
        says: "1 of them pass on what they cannot handle",
        at: "app.py:5",
      },
      {
        files: { "app.py": "try:\n    x = int(s)\nexcept ValueError:\n    x = 0\n" },
        says: "1 of 1 handlers name what they expect",
        at: "app.py:3",
        note: "What is not named rises by itself.",
      },
    ],
    partial: [
      {
        files: { "app.py": "def f(x):\n    if x:\n        raise Exception('no')\n    raise KeyError(x)\n" },
        says: "1 of 2 raised exceptions is a bare Exception",
        at: "app.py:3",
      },
      {
        files: {
          "app.py":
            "def f(x):\n    raise KeyError(x)\n\ntry:\n    f(1)\nexcept Exception as e:\n    print(e)\n",
        },
        says: "no handler passes on what it cannot handle",
        at: "app.py:6",
      },
      {
        files: {
          "app.py":
            "try:\n    size = int(text)\nexcept ValueError:\n    size = 0\ntry:\n    work(size)\nexcept Exception as e:\n    print(e)\n",
        },
        says: "1 of 2 catch everything and go on",
        at: "app.py:7",
      },
    ],
    fail: [
      {
        files: { "app.py": "GONE = Exception('gone')\n\ndef f(x):\n    if x:\n        raise GONE\n" },
        says: "1 of 1 raised exceptions is a bare Exception",
        at: "app.py:5",
        note: "A name makes it no type of its own.",
      },
      {
        files: { "app.py": "def f(x):\n    raise Exception('it went wrong')\n" },
        says: "1 of 1 raised exceptions is a bare Exception",
        at: "app.py:2",
      },
      {
        files: { "app.py": "try:\n    work()\nexcept Exception as e:\n    print(e)\n" },
        says: "Handlers treat errors alike: 1 of 1",
        at: "app.py:3",
      },
    ],
    notApplicable: [
      {
        files: { "app.py": "def f():\n    raise NotImplementedError\n" },
        says: "raises and handles no errors",
        note: "A method for others to write is no error.",
      },
    ],
  },
  check({ source }) {
    const handlings = source.flatMap(handlingsOf);
    const raised = source.flatMap(findRaises).map(({ module, line, type, vague }) => ({
      at: module.at(line, `raises ${type}`),
      vague,
    }));
    const passing = handlings.filter(({ raises, exits }) => raises.length > 0 || exits);
    const alike = handlings
      .filter(({ broad, traceback }) => broad && !traceback)
      .filter((one) => !passing.includes(one));
    if (raised.length === 0) return judgeHandlers(handlings, passing, alike);
    const vague = raised.filter((one) => one.vague);
    const total = raised.length;
    if (vague.length > 0) {
      const verb = vague.length === 1 ? "is a bare Exception" : "are bare Exceptions";
      const message = `${vague.length} of ${total} raised exceptions ${verb}, which no caller can tell from a bug.`;
      return judgeShare(
        total - vague.length,
        total,
        message,
        vague.map(({ at }) => at),
      );
    }
    const own =
      total === 1
        ? "The one raised exception has a type of its own"
        : `All ${total} raised exceptions have a type of their own`;
    if (passing.length === 0 && alike.length * 2 > handlings.length)
      return partial(
        `${own}, but no handler passes on what it cannot handle: ${alike.length} of ${handlings.length} catch everything and go on.`,
        alike.map(evidenceOf),
      );
    const passed =
      passing.length > 0 ? `, and ${passing.length} of ${handlings.length} handlers pass errors on` : "";
    return judgeShare(total, total, `${own}${passed}.`, [
      ...raised.map(({ at }) => at),
      ...passing.map(evidenceOf),
    ]);
  },
});

/** A project that handles errors and raises none by a type. */
function judgeHandlers(all: readonly Handling[], passing: readonly Handling[], alike: readonly Handling[]) {
  if (all.length === 0) return notApplicable("The code raises and handles no errors.");
  const named = all.length - alike.length;
  if (alike.length === 0) {
    const passed = passing.length > 0 ? `, ${passing.length} of them pass on what they cannot handle` : "";
    return pass(
      `${named} of ${all.length} handlers name what they expect or let it rise${passed}.`,
      all.map(evidenceOf),
    );
  }
  const message = `Handlers treat errors alike: ${alike.length} of ${all.length} catch everything and go on, and nothing is raised by a type.`;
  return judgeShare(named, all.length, message, alike.map(evidenceOf));
}

const evidenceOf = ({ module, handler: { line, types }, raises }: Handling): Evidence =>
  module.at(line, `catches ${types.join(", ") || "everything"}${raises.length > 0 ? ", passes on" : ""}`);
