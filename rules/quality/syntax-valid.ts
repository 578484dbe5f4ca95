import {
  defineRule,
  type Evidence,
  type Finding,
  fail,
  inconclusive,
  notApplicable,
  partial,
  pass,
} from "../../src/engine/rule.ts";
import type { PythonVersion } from "../../src/project/manifests/types.ts";
import type { Project } from "../../src/project/project.ts";
import {
  COMPILE_ERRORS,
  findPython2,
  findRunningVersions,
  findUnallowedSyntax,
  findUnparsed,
  isTooNew,
  type Unparsed,
} from "../../src/project/syntax-errors.ts";

export default defineRule({
  id: "syntax-valid",
  category: "quality",
  severity: "critical",
  kinds: "all",
  title: "Every Python file parses",
  why: "A file that Python cannot parse fails the moment anything imports it, and no test or linter looks inside.",
  fix: "Compile everything once in CI; it takes a second:\n\n```sh\npython -m compileall -q src\n```\n\nConvert what is left of Python 2 (`2to3`, `python-modernize`) or delete it.",
  checklist: ["002-01"],
  ruffEverywhere: COMPILE_ERRORS,
  examples: {
    pass: [
      {
        files: { "app.py": "def f(x):\n    return f'{x!r}'\n" },
        says: "The only Python file parses",
      },
      {
        files: {
          "pyproject.toml": '[project]\nname = "a"\nrequires-python = ">=3.14"\n',
          "app.py": "try:\n    work()\nexcept KeyError, ValueError:\n    stop()\n",
        },
        says: "the project states Python >=3.14",
        at: "pyproject.toml:3",
        note: "A syntax that came with 3.14, in a project that asks for it.",
      },
      {
        files: {
          "tool/__init__.py": "x = 1\n",
          "tests/data/broken.py": "def f(:\n",
          "tool/testdata/unclosed.py": "x = (\n",
        },
        says: "2 files do not by design",
        at: "tool/testdata/unclosed.py:2",
        note: "Test data that is broken on purpose.",
      },
      {
        files: {
          "hooks/post_gen.py": "import os\nos.remove('x')\n",
          "{{cookiecutter.slug}}/app.py": "from {{cookiecutter.slug}} import x\n",
        },
        says: "1 file does not by design",
        note: "A template is no Python before its placeholders are filled in.",
      },
      {
        files: {
          "a.ipynb":
            '{\n "cells": [\n  {\n   "cell_type": "code",\n   "source": [\n    "%matplotlib inline\\n",\n    "!ls\\n",\n    "await load()\\n"\n   ]\n  }\n ]\n}\n',
        },
        says: "The only Python file parses",
        note: "Notebooks have magics, shell lines and top-level await.",
      },
      {
        files: { "runtime.txt": "python-2.7.18\n", "app.py": 'print "started"\n' },
        says: "the project states Python 2.7. 1 file does not by design",
        at: "runtime.txt:1",
        note: "Python 2 code in a project that runs on it; that the version is past its end is another rule's matter.",
      },
    ],
    fail: [
      {
        files: { "app.py": "x = 1\n", "report.py": "def total(rows):\nreturn sum(rows)\n" },
        says: "1 of 2 Python files does not parse: report.py:2",
        at: "report.py:2",
      },
      {
        files: { "app.py": "def f():\n    pass\n<<<<<<< HEAD\nx = 1\n=======\nx = 2\n>>>>>>> b\n" },
        says: "1 of 1 Python files does not parse: app.py:3",
        at: "app.py:3",
        note: "Conflict markers.",
      },
      {
        files: { "app.py": "for x in []:\n    pass\nreturn x\n" },
        says: "app.py:3",
        at: "app.py:3",
        note: "The parser accepts it, and the compiler raises SyntaxError.",
      },
      {
        files: { "app.py": 'print "started"\n' },
        says: "1 of 1 Python files is Python 2",
        at: "app.py:1",
      },
    ],
    notApplicable: [{ files: { "tests/test_a.py": "def test_a(:\n" }, says: "no Python code of its own" }],
    partial: [
      {
        files: {
          "pyproject.toml": '[project]\nname = "a"\nrequires-python = ">=3.9"\n',
          "app.py": "def f(x):\n    match x:\n        case 1:\n            return 2\n",
        },
        says: "app.py:2 uses `match`, which needs Python 3.10, and the project states >=3.9",
        at: "app.py:2",
      },
      {
        files: {
          "app.py": "x = 1\n",
          "b.py": "x = 2\n",
          "old.py": "try:\n    x\nexcept IOError, e:\n    pass\n",
        },
        says: "1 of 3 Python files is Python 2",
        at: "old.py:3",
      },
    ],
  },
  check(project) {
    const own = [...project.source, ...project.modules.filter(({ role }) => role === "build")].filter(
      ({ text }) => text.trim() !== "",
    );
    if (own.length === 0) return notApplicable("The archive holds no Python code of its own.");
    const skipped = own.filter(({ lint }) => lint.skipped !== undefined);
    if (skipped.length === own.length)
      return inconclusive(`No Python file could be checked: ${skipped[0]?.lint.skipped}.`);
    const unparsed = findUnparsed(own);
    const total =
      own.length - unparsed.filter(({ kind }) => kind === "template" || kind === "fixture").length;
    const broken = unparsed.filter((one) => one.kind === "broken" || isTooNew(project, one));
    if (broken.length > 0) return fail(describe(broken, total, "does not parse"), broken.map(evidenceOf));
    return (
      judgeOld(project, unparsed, total) ??
      judgeNew(project) ??
      judgeRest(project, unparsed, total, skipped.length)
    );
  },
});

const describe = (found: readonly Unparsed[], total: number, what: string): string => {
  const [first] = found;
  const said = found.length === 1 ? what : what.replace("does", "do").replace(/^is/, "are");
  const rest = found.length === 1 ? "" : " and others";
  return `${found.length} of ${total} Python files ${said}: ${first?.module.path}:${first?.line}${rest}.`;
};

const evidenceOf = ({ module, line, kind, message }: Unparsed): Evidence =>
  module.at(Math.min(line, module.lineAt(module.text.length)), kind === "broken" ? message : NOTES[kind]);

const NOTES: Record<Unparsed["kind"], string> = {
  broken: "does not parse",
  "python-2": "Python 2",
  ipython: "IPython's syntax",
  newer: "needs a newer Python",
  template: "a template: not judged",
  fixture: "test data or no Python: not judged",
};

function judgeOld(project: Project, unparsed: readonly Unparsed[], total: number): Finding | undefined {
  const old = unparsed.filter(({ kind }) => kind === "python-2");
  if (old.length === 0 || findPython2(project)) return undefined;
  const message = describe(old, total, "is Python 2, which no supported Python parses");
  const evidence = old.map(evidenceOf);
  return old.length >= total / 2
    ? fail(message, evidence)
    : partial(message, evidence, 1 - old.length / total);
}

function judgeNew(project: Project): Finding | undefined {
  const found = findUnallowedSyntax(project);
  const [first] = found;
  if (first === undefined) return undefined;
  const [stated] = findRunningVersions(project);
  const version = stated ? nameVersion(stated) : "";
  const message = `${first.module.path}:${first.line} uses ${first.what}, which needs Python ${first.needs}, and the project states ${version}.`;
  const evidence = found.map(({ module, line, what, needs }) =>
    module.at(line, `${what} needs Python ${needs}`),
  );
  return partial(message, stated ? [...evidence, { path: stated.path, startLine: stated.line }] : evidence);
}

function judgeRest(project: Project, unparsed: readonly Unparsed[], total: number, skipped: number): Finding {
  const scripts = unparsed.filter(({ kind, module }) => kind === "ipython" && !module.notebook);
  if (scripts.length > 0)
    return partial(
      describe(scripts, total, "is IPython, which Python does not parse"),
      scripts.map(evidenceOf),
    );
  const old = unparsed.some(({ kind }) => kind === "python-2") ? findPython2(project) : undefined;
  const stated = findRunningVersions(project)[0] ?? old;
  const elsewhere = findUnparsed(project.modules.filter(({ role }) => NOT_JUDGED.has(role)));
  const named = [...unparsed, ...elsewhere].filter(({ kind }) => kind !== "newer").map(evidenceOf);
  const count = total === 1 ? "The only Python file parses" : `All ${total} Python files parse`;
  const version = stated ? `; the project states Python ${nameVersion(stated)}.` : ".";
  const files = named.length === 1 ? "1 file does" : `${named.length} files do`;
  const other = named.length > 0 ? ` ${files} not by design (tests, templates, notebooks, Python 2).` : "";
  const rest = skipped > 0 ? ` ${skipped} could not be checked.` : "";
  const at = stated
    ? [{ path: stated.path, startLine: stated.line, note: `Python ${nameVersion(stated)}` }]
    : [];
  return pass(count + version + other + rest, [...at, ...named]);
}

/** An image is named at length: its tag's minor says more. */
const nameVersion = ({ range, minors, text }: PythonVersion): string =>
  range || minors.length === 0 ? text : minors.join(", ");

/** Roles that never count against a project; what does not parse there is named. */
const NOT_JUDGED = new Set(["test", "docs", "example", "migration", "generated"]);
