import { defineRule, type Evidence, judgeShare, notApplicable } from "../../src/engine/rule.ts";
import { type AnnotatedFunction, isTyped, readAnnotations } from "../../src/project/annotations.ts";

const bare = (count: number): string =>
  Array.from({ length: count }, (_, i) => `def f${i}(x):\n    return x\n`).join("");

export default defineRule({
  id: "type-hints-present",
  category: "quality",
  severity: "medium",
  kinds: "all",
  title: "Functions say their types",
  why: "Types tell the reader what a function takes and gives, and let a checker find the call that passes None before a user does.",
  fix: 'Annotate parameters and results, new code first:\n\n```python\ndef total(prices: list[float], discount: float = 0) -> float: ...\n```\n\n```toml\n[tool.ruff.lint]\nextend-select = ["ANN"]\n```',
  checklist: ["002-10", "004-15"],
  examples: {
    pass: [
      {
        files: {
          "app.py":
            "def total(prices: list[float], rate: float = 0.2) -> float:\n    return sum(prices) * rate\n",
        },
        says: "All 1 functions",
        at: "app.py:1",
      },
      {
        files: {
          "app.py":
            "class Store:\n    def __init__(self, path: str, *args, **kwargs):\n        self.path = path\n\n    @classmethod\n    def open(cls, path: str) -> 'Store':\n        return cls(path)\n",
        },
        says: "All 2 functions",
        note: "self, cls, *args, **kwargs and the result of __init__ need none.",
      },
      {
        files: { "app.py": "def f(x):\n    return x\n", "app.pyi": "def f(x: int) -> int: ...\n" },
        says: "All 1 functions",
        note: "The types stand in a stub file.",
      },
      {
        files: {
          "app.py":
            "def first[T: (int, str)](items: dict[str, T], key: Callable[[T], bool] = lambda x: True) -> T:\n    return items['a']\n",
        },
        says: "All 1 functions",
      },
    ],
    fail: [
      { files: { "app.py": bare(5) }, says: "None of 5 functions", at: "app.py:1" },
      {
        files: { "app.py": 'def f(x, y=lambda z: 1, s="a: int"):\n    """x: int -> int"""\n' },
        says: "None of 1 functions",
        at: "app.py:1",
        note: "Colons in defaults and types in a docstring are no annotations.",
      },
    ],
    partial: [
      {
        files: { "app.py": `${bare(1)}def g(x: int) -> int:\n    return x\n` },
        says: "1 of 2 functions say",
        at: "app.py:1",
      },
      {
        files: { "app.py": "def g(x: int):\n    return x\n\n\ndef h() -> None:\n    pass\n" },
        says: "1 of 2 functions say",
        at: "app.py:1",
        note: "A result without a type.",
      },
    ],
    notApplicable: [{ files: { "app.py": "x = 1\n" }, says: "no functions" }],
  },
  check(project) {
    const all = readAnnotations(project);
    const total = all.length;
    if (total === 0) return notApplicable("The code has no functions.");
    const untyped = all.filter((one) => !isTyped(one));
    const good = total - untyped.length;
    if (good === total)
      return judgeShare(
        1,
        1,
        `All ${total} functions say the types of their parameters and results.`,
        sample(all),
      );
    const count = good === 0 ? `None of ${total} functions says` : `${good} of ${total} functions say`;
    const message = `${count} all types of parameters and result (${Math.floor((good / total) * 100)} %).`;
    return judgeShare(good, total, message, sample(untyped));
  },
});

/** One function a module first, so that the list shows the width of it. */
function sample(functions: readonly AnnotatedFunction[]): Evidence[] {
  const seen = new Set<string>();
  const [first, rest]: [AnnotatedFunction[], AnnotatedFunction[]] = [[], []];
  for (const one of functions) {
    (seen.has(one.module.path) ? rest : first).push(one);
    seen.add(one.module.path);
  }
  return [...first, ...rest].map(({ module, outline, untyped, returnMissing }) => {
    const parts = [...untyped.slice(0, 5), ...(returnMissing ? ["the result"] : [])];
    return module.at(
      outline.line,
      `${outline.name}: ${parts.length > 0 ? `no type for ${parts.join(", ")}` : "typed"}`,
    );
  });
}
