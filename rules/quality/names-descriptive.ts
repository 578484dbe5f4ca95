import { defineRule, type Evidence, judgeShare, notApplicable } from "../../src/engine/rule.ts";
import { NAME_CODES, type PoorName, readNames } from "../../src/project/names.ts";

export default defineRule({
  id: "names-descriptive",
  category: "quality",
  severity: "low",
  kinds: "all",
  title: "Names are clear",
  why: "Code is read through its names: `qz` has to be looked up at every use, and `userList` in a code base of `user_list` makes the reader look for the difference.",
  fix: 'Rename with your editor, worst first, and let Ruff watch the form ([PEP 8](https://peps.python.org/pep-0008/#naming-conventions)):\n\n```toml\n[tool.ruff.lint]\nextend-select = ["N", "E741"]\n```',
  checklist: ["000-18"],
  ruff: NAME_CODES,
  examples: {
    pass: [
      {
        files: {
          "app.py": "def total(prices, tax):\n    subtotal = sum(prices)\n    return subtotal + tax\n",
        },
        says: "All 4 names",
      },
      {
        files: {
          "app.py":
            "def draw(x, y, df):\n    for i in range(x):\n        df.plot(i, y)\n\n\nclass Handler:\n    def do_GET(self):\n        PAGE = 1\n        User = load()\n",
        },
        says: "All",
        note: "Usual short names, names that a framework asks for, constants and classes in local names.",
      },
      {
        files: {
          "repo.py":
            'from typing import TypeVar\n\nT = TypeVar("T")\nU = TypeVar("U")\nOR = "or"\n\n\ndef first(items):\n    return items[0]\n',
        },
        says: "All",
        note: "Type variables are written so, and two capitals are a word.",
      },
      {
        files: {
          "model.py":
            "import numpy as np\n\n\ndef fit(X, y, W):\n    X_train = np.array(X)\n    return X_train @ W\n",
        },
        says: "All",
        note: "Matrices are written in capitals.",
      },
      {
        files: {
          "pyproject.toml": '[tool.ruff.lint]\nignore = ["N802"]\n',
          "app.py": "def getTotal(prices):\n    return sum(prices)\n",
        },
        says: "1 is silenced",
        note: "The project's own settings are honoured.",
      },
    ],
    fail: [
      {
        files: {
          "app.py": "def getUserList(qz, userName):\n    aX = qz + userName\n    wP = aX\n    return wP\n",
        },
        says: "5 of 5 names",
        at: "app.py:1",
      },
      { files: { "app.py": "def qq(zw, xq):\n    return zw + xq\n" }, says: "3 of 3 names", at: "app.py:1" },
    ],
    partial: [
      {
        files: {
          "app.py":
            "def total(prices, taxRate):\n    l = sum(prices)\n    return l * taxRate\n\n\ndef show(price):\n    label = str(price)\n    return label\n",
        },
        says: "2 of 7 names",
        at: "app.py:2",
      },
    ],
    notApplicable: [{ files: { "app.py": "print('hello')\n" }, says: "gives no names" }],
  },
  check(project) {
    const { total, poor, silenced } = readNames(project);
    if (total === 0) return notApplicable("The code gives no names.");
    const verb = silenced === 1 ? "is" : "are";
    const quiet =
      silenced > 0 ? ` ${silenced} ${verb} silenced by noqa comments or the project's own settings.` : "";
    if (poor.length === 0)
      return judgeShare(1, 1, `All ${total} names are usual in form and length.${quiet}`, []);
    const [first] = poor;
    const message = `${poor.length} of ${total} names are unusual in form or too short, ${first?.name} in ${first?.module.path} for one.${quiet}`;
    return judgeShare(total - poor.length, total, message, spread(poor).map(evidenceOf));
  },
});

/** One name a module first, so that the list shows the width of it. */
function spread(names: readonly PoorName[]): PoorName[] {
  const seen = new Set<string>();
  const rest: PoorName[] = [];
  const first = names.filter((one) => {
    const isNew = !seen.has(one.module.path);
    seen.add(one.module.path);
    if (!isNew) rest.push(one);
    return isNew;
  });
  return [...first, ...rest];
}

const evidenceOf = ({ module, name, line, why }: PoorName): Evidence => module.at(line, `${name}: ${why}`);
