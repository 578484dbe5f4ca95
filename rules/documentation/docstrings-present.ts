import { defineRule, type Evidence, judgeShare, notApplicable } from "../../src/engine/rule.ts";
import { type Documentable, readDocumentables } from "../../src/project/docstrings.ts";

const bare = (count: number): string =>
  Array.from({ length: count }, (_, i) => `def f${i}():\n    return ${i}\n`).join("");

export default defineRule({
  id: "docstrings-present",
  category: "documentation",
  severity: "medium",
  kinds: "all",
  title: "Public code has docstrings",
  why: "A docstring is what help(), editors and generated references show; without it every caller has to read the code.",
  fix: 'Say what each public module, class and function is for ([PEP 257](https://peps.python.org/pep-0257/)), and keep it so:\n\n```toml\n[tool.ruff.lint]\nextend-select = ["D1"]\nignore = ["D105", "D107"]\n```',
  checklist: ["000-19", "001-39", "002-20"],
  examples: {
    pass: [
      {
        files: {
          "app.py":
            '"""Prices of orders."""\n\n\ndef total(prices):\n    """Sum without tax."""\n    return sum(prices)\n',
        },
        says: "1 of 1 classes and functions, 1 of 1 modules",
        at: "app.py:5",
      },
      {
        files: {
          "app.py":
            "'''Errors.'''\n\n\nclass Missing(Exception): 'Nothing there.'\n\n\nclass Store:\n    r'''Keeps things.'''\n\n    def __init__(self):\n        self._clear()\n\n    def _clear(self):\n        def inner():\n            pass\n",
        },
        says: "2 of 2 classes and functions, 1 of 1 modules",
        note: "Private, nested and special methods need none.",
      },
      {
        files: {
          "tool/__init__.py": "",
          "tool/_impl.py": bare(5),
          "tool/api.py":
            '"""The API."""\n__all__ = ["run"]\n\n\ndef run():\n    """Run it."""\n\n\ndef helper():\n    pass\n',
        },
        says: "1 of 1 classes and functions, 1 of 1 modules",
        note: "Empty packages, private modules and what __all__ leaves out are not public.",
      },
    ],
    fail: [
      { files: { "app.py": bare(3) }, says: "0 of 3 classes and functions, 0 of 1 modules", at: "app.py:1" },
      {
        files: {
          "app.py": 'def f():\n    x = 1\n    """Not the first statement."""\n    # nor is a comment\n',
        },
        says: "0 of 1 classes and functions",
        at: "app.py:1",
        note: "A string further down is no docstring.",
      },
    ],
    partial: [
      {
        files: { "app.py": `"""Numbers."""\n${bare(2)}` },
        says: "0 of 2 classes and functions, 1 of 1 modules",
        at: "app.py:2",
      },
      {
        files: { "app.py": `def f():\n    """Documented."""\n\n\n${bare(1)}` },
        says: "1 of 2 classes and functions, 0 of 1 modules",
        at: "app.py:5",
      },
    ],
    notApplicable: [
      { files: { "_impl.py": "def f():\n    pass\n" }, says: "no public" },
      { files: { "test_a.py": "def test_a():\n    pass\n" }, says: "no public", note: "Tests need none." },
    ],
  },
  check(project) {
    const all = readDocumentables(project).filter((one) => one.public);
    if (all.length === 0) return notApplicable("There are no public modules, classes or functions.");
    const modules = all.filter(({ kind }) => kind === "module");
    const definitions = all.filter(({ kind }) => kind !== "module");
    const share = weigh(definitions, modules);
    const parts = [
      ...(definitions.length > 0 ? [`${count(definitions)} classes and functions`] : []),
      ...(modules.length > 0 ? [`${count(modules)} modules`] : []),
    ];
    const message = `${parts.join(", ")} that are public have a docstring.`;
    const missing = [...definitions, ...modules].filter(({ docstring }) => docstring === undefined);
    const shown = missing.length > 0 ? missing : [...definitions, ...modules];
    return judgeShare(share, 1, message, shown.map(evidenceOf), { failUnder: 0.1 });
  },
});

const count = (list: readonly Documentable[]): string =>
  `${list.filter(({ docstring }) => docstring).length} of ${list.length}`;

const shareOf = (list: readonly Documentable[]): number =>
  list.filter(({ docstring }) => docstring).length / list.length;

/** Modules are weighed apart: a project of many small modules must not drown what its functions say. */
function weigh(definitions: readonly Documentable[], modules: readonly Documentable[]): number {
  if (definitions.length === 0) return shareOf(modules);
  if (modules.length === 0) return shareOf(definitions);
  return 0.75 * shareOf(definitions) + 0.25 * shareOf(modules);
}

const evidenceOf = ({ module, kind, name, className, line, docstring }: Documentable): Evidence => {
  const what =
    kind === "module" ? "module" : `${kind} ${className === undefined ? "" : `${className}.`}${name}`;
  return module.at(docstring?.line ?? line, docstring ? `docstring of ${what}` : `${what} has no docstring`);
};
