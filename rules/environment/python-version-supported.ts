import { defineRule, type Finding, fail, notApplicable, partial, pass } from "../../src/engine/rule.ts";
import { END_OF_LIFE, isEndOfLife } from "../../src/project/manifests/end-of-life.ts";
import type { PythonVersion } from "../../src/project/manifests/types.ts";
import { evidenceOf, minorsIn, nameOf, sortVersions, textOf } from "../../src/project/stated-versions.ts";

const MATRIX = (versions: string): string =>
  `on: push\njobs:\n  test:\n    runs-on: ubuntu-latest\n    strategy:\n      matrix:\n        python: [${versions}]\n    steps:\n      - uses: actions/setup-python@v5\n        with:\n          python-version: \${{ matrix.python }}\n      - run: pytest\n`;
const IMAGE = (tag: string): string => `FROM python:${tag}\nCOPY app.py .\nCMD ["python", "app.py"]\n`;

export default defineRule({
  id: "python-version-supported",
  category: "environment",
  severity: "medium",
  kinds: "all",
  title: "The Python version is supported",
  why: "A Python past its end of life gets no security fixes, and libraries stop releasing for it.",
  fix: 'Move to a supported version (https://devguide.python.org/versions/): raise the base image, `.python-version`, CI and\n\n```toml\n[project]\nrequires-python = ">=3.12"\n```\n\ntogether. `uvx pyupgrade --py312-plus` and `ruff check --select UP --fix` bring the code along.',
  checklist: ["000-04"],
  unseenIn: [],
  examples: {
    pass: [
      {
        kind: "service",
        files: { Dockerfile: IMAGE("3.13-slim"), "app.py": "x = 1\n" },
        says: "The base image names 3.13",
        at: "Dockerfile:1",
      },
      {
        kind: "service",
        files: {
          "pyproject.toml": '[project]\nname = "a"\nrequires-python = ">=3.8"\n',
          ".python-version": "3.14\n",
          "app.py": "x = 1\n",
        },
        says: ".python-version names 3.14",
        at: ".python-version:1",
        note: "What an application allows matters less than what it runs with.",
      },
      {
        kind: "library",
        files: {
          "pyproject.toml": '[project]\nname = "a"\nrequires-python = ">=3.10"\n',
          ".github/workflows/ci.yml": MATRIX('"3.10", "3.12", "3.14"'),
          "a.py": "x = 1\n",
        },
        says: "beside 3.10, which has ended",
        at: "pyproject.toml:3",
        note: "One old floor beside supported versions is a note.",
      },
      {
        kind: "library",
        files: { "pyproject.toml": '[project]\nname = "a"\nrequires-python = ">=3.12"\n', "a.py": "x = 1\n" },
        says: "requires-python (>=3.12) allows",
        at: "pyproject.toml:3",
      },
    ],
    partial: [
      {
        kind: "library",
        files: { "pyproject.toml": '[project]\nname = "a"\nrequires-python = ">=3.8"\n', "a.py": "x = 1\n" },
        says: "3.8, 3.9, 3.10 have ended",
        at: "pyproject.toml:3",
      },
      {
        kind: "library",
        files: {
          "pyproject.toml": '[project]\nname = "a"\nrequires-python = ">=3.10"\n',
          ".github/workflows/ci.yml": MATRIX('"3.9", "3.10"'),
          "a.py": "x = 1\n",
        },
        says: "CI tests none of them",
        at: ".github/workflows/ci.yml:7",
      },
    ],
    fail: [
      {
        files: {
          "app.py": "print(1)\n",
          "pyproject.toml": '[project]\nname = "shop"\nversion = "1"\nrequires-python = ">=3.8"\n',
          ".github/workflows/ci.yml":
            'on: [push]\njobs:\n  test:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/setup-python@v5\n        with:\n          python-version: "3.8"\n      - run: pytest\n',
        },
        kind: "service",
        says: "names 3.8, which ended",
        at: ".github/workflows/ci.yml:8",
        note: "An application runs on what its CI tests, whatever its range allows.",
      },
      {
        kind: "service",
        files: { Dockerfile: IMAGE("3.7-slim"), "app.py": "x = 1\n" },
        says: "The base image names 3.7, which ended on 2023-06-27",
        at: "Dockerfile:1",
      },
      {
        kind: "service",
        files: { "runtime.txt": "python-2.7.15\n", Procfile: "web: python app.py\n", "app.py": "x = 1\n" },
        says: "runtime.txt names 2.7",
        at: "runtime.txt:1",
      },
      {
        kind: "library",
        files: {
          "setup.py": "from setuptools import setup\nsetup(name='a', python_requires='>=3.5, <3.8')\n",
          "a.py": "x = 1\n",
        },
        says: "allows no supported version",
        at: "setup.py:2",
      },
    ],
    notApplicable: [
      { files: { "app.py": "x = 1\n" }, says: "No place states a Python version" },
      {
        files: { "pyproject.toml": '[tool.black]\ntarget-version = ["py38"]\n', "app.py": "x = 1\n" },
        says: "No place states a Python version",
        note: "What a tool reads the code as says nothing about what runs.",
      },
    ],
  },
  check(project) {
    const { ranges, running, tested, environments, classifiers } = sortVersions(project);
    const tests = [...tested, ...environments];
    if (project.kind !== "library") {
      if (running.length > 0) return judgeRunning(running);
      // What CI's main job tests is what runs, however much a range would allow.
      const onlyEnded = tests.every(({ minors }) => minors.every(isEnded));
      if (tests.length > 0 && (ranges.length === 0 || onlyEnded)) return judgeRunning(tests);
    }
    const allows = ranges.length > 0 ? ranges : classifiers.length > 0 ? classifiers : [...running, ...tests];
    return allows.length === 0
      ? notApplicable("No place states a Python version.")
      : judgeAllowed(allows, tests);
  },
});

const isEnded = (minor: string): boolean => isEndOfLife(minor) === true;

/** What runs: production's statements decide, the others may lag behind in part. */
function judgeRunning(stated: readonly PythonVersion[]): Finding {
  const deciding = stated.filter(({ source }) => ["base-image", "platform", "runtime.txt"].includes(source));
  const main = deciding.length > 0 ? deciding : stated;
  const ended = stated.filter(({ minors }) => minors.every(isEnded));
  const worst = ended.filter((one) => main.includes(one));
  const evidence = evidenceOf([...worst, ...ended, ...main, ...stated]);
  const [first] = worst;
  if (first && worst.length === main.length) return fail(`${describe(first)}.`, evidence);
  const [lagging] = ended;
  if (lagging)
    return partial(
      `${describe(lagging)}; ${ended.length} of ${stated.length} statements name ended versions.`,
      evidence,
    );
  const [shown] = main;
  return pass(
    `${shown ? `${named(shown)} names ${shown.minors.join(", ")}` : "It"}, which is supported.`,
    evidence,
  );
}

/** At the start of a sentence: `The base image`. */
const named = (one: PythonVersion): string => nameOf(one).replace(/^the\b/, "The");

function describe(one: PythonVersion): string {
  const minor = one.minors.at(-1) ?? "";
  return `${named(one)} names ${minor}, which ended on ${Object.hasOwn(END_OF_LIFE, minor) ? END_OF_LIFE[minor] : "a day long past"}`;
}

/** What a library, or an application that does not say what runs, allows its users. */
function judgeAllowed(allows: readonly PythonVersion[], tests: readonly PythonVersion[]): Finding {
  const evidence = evidenceOf([...allows, ...tests]);
  // Where several places say what is allowed, all of them have to.
  const sets = allows.every(({ range }) => range)
    ? allows.map((one) => minorsIn(one))
    : [allows.flatMap(({ minors }) => minors)];
  const minors = [...new Set(sets.flat())].filter((minor) => sets.every((set) => set.includes(minor)));
  const [first] = allows;
  const isClassifier = first?.source === "classifier";
  const name = first && (isClassifier ? "The list of classifiers" : nameOf(first));
  const who = first ? `${name}${first.range ? ` (${textOf(first)})` : ""}` : "It";
  const ended = minors.filter((minor) => isEnded(minor) && minor !== "2.6" && !/^3\.[0-4]$/.test(minor));
  const alive = minors.filter((minor) => !isEnded(minor));
  if (alive.length === 0) return fail(`${who} allows no supported version of Python.`, evidence);
  const tried = tests.flatMap((one) => one.minors);
  if (tried.length > 0 && tried.every(isEnded)) {
    return partial(
      `${who} allows supported versions, yet CI tests none of them (${[...new Set(tried)].join(", ")}).`,
      evidence,
    );
  }
  if (ended.length > 1)
    return partial(
      `${who} allows supported versions, and of the others ${ended.join(", ")} have ended.`,
      evidence,
    );
  const [old] = ended;
  const aside = old === undefined ? "" : `, beside ${old}, which has ended`;
  return pass(`${who} allows ${alive.join(", ")}${aside}.`, evidence);
}
