import { defineRule, fail, notApplicable, partial, pass } from "../../src/engine/rule.ts";
import { folderOf } from "../../src/project/files.ts";
import { allowsMinor } from "../../src/project/manifests/python-versions.ts";
import type { PythonVersion } from "../../src/project/manifests/types.ts";
import type { Project } from "../../src/project/project.ts";
import {
  evidenceOf,
  minorsIn,
  nameOf,
  type StatedVersions,
  sortVersions,
  textOf,
} from "../../src/project/stated-versions.ts";

const CI = (version: string): string =>
  `on: push\njobs:\n  test:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/setup-python@v5\n        with:\n          python-version: ${version}\n      - run: pytest\n`;
const PYPROJECT = '[project]\nname = "a"\nrequires-python = ">=3.12"\n';

export default defineRule({
  id: "python-version-consistent",
  category: "environment",
  severity: "medium",
  kinds: "all",
  title: "All places state the same Python version",
  why: "Code that is tested with one Python and runs with another has not been tested.",
  fix: 'Choose one version and write it everywhere: `.python-version` for development, the same minor in the base image and in CI (`python-version-file: .python-version` saves the copy), all of them inside `requires-python`.\n\n```toml\n[project]\nrequires-python = ">=3.12"\n\n[tool.ruff]\ntarget-version = "py312"\n```',
  checklist: ["000-04", "000-28"],
  unseenIn: ["sdist", "wheel"],
  examples: {
    pass: [
      {
        files: {
          "pyproject.toml": "[project]\nname = 'shop'\nversion = '1'\nrequires-python = '>=3.13'\n",
          "shop/a.py": "x = 1\n",
          "parts/load/Dockerfile": 'FROM python:3.13-slim\nCOPY . .\nCMD ["python", "load.py"]\n',
          "parts/load/load.py": "x = 1\n",
          "parts/load/pyproject.toml":
            "[project]\nname = 'load'\nversion = '1'\nrequires-python = '>=3.13,<3.14'\n",
          "parts/sell/Dockerfile": 'FROM python:3.14-slim\nCOPY . .\nCMD ["python", "sell.py"]\n',
          "parts/sell/sell.py": "x = 1\n",
          "parts/sell/pyproject.toml":
            "[project]\nname = 'sell'\nversion = '1'\nrequires-python = '>=3.14'\n",
        },
        says: "agree",
        kind: "pipeline",
        note: "Each part has its own environment.",
      },
      {
        files: {
          "pyproject.toml": PYPROJECT,
          Dockerfile: 'FROM python:3.13-slim\nCOPY a.py .\nCMD ["python", "a.py"]\n',
          ".github/workflows/ci.yml": CI('"3.13"'),
          "a.py": "x = 1\n",
        },
        says: "All 3 statements of the Python version agree",
        at: "Dockerfile:1",
      },
      {
        kind: "library",
        files: {
          "pyproject.toml": PYPROJECT,
          ".github/workflows/ci.yml": CI('["3.12", "3.13", "3.14"]')
            .replace('python-version: ["3.12", "3.13", "3.14"]', "python-version: ${{ matrix.python }}")
            .replace(
              "    steps:",
              '    strategy:\n      matrix:\n        python: ["3.12", "3.13", "3.14"]\n    steps:',
            ),
          "a.py": "x = 1\n",
        },
        says: "agree",
        at: ".github/workflows/ci.yml:7",
        note: "A matrix inside the allowed range is agreement, not contradiction.",
      },
      {
        files: {
          "pyproject.toml": PYPROJECT,
          Dockerfile: 'FROM python:3.13-slim\nCOPY a.py .\nCMD ["python", "a.py"]\n',
          ".github/workflows/ci.yml":
            "on: push\njobs:\n  lint:\n    runs-on: ubuntu-latest\n    steps:\n      - run: uv python install 3.12\n      - run: uv run ruff check .\n  test:\n    strategy:\n      matrix:\n        python: ['3.12', '3.13']\n    uses: ./.github/workflows/test.yml\n    with:\n      python: ${{ matrix.python }}\n",
          ".github/workflows/test.yml":
            "on:\n  workflow_call:\n    inputs:\n      python:\n        type: string\njobs:\n  test:\n    runs-on: ubuntu-latest\n    steps:\n      - run: uv python install ${{ inputs.python }}\n      - run: uv run pytest\n",
          "a.py": "x = 1\n",
        },
        says: "agree",
        at: ".github/workflows/test.yml:10",
        note: "The workflow that is called tests with every version of the matrix.",
      },
      {
        kind: "library",
        files: {
          "pyproject.toml": PYPROJECT,
          "envs/oldest.Dockerfile": "FROM python:3.12-slim\nCOPY . /app\nRUN pip install /app\n",
          ".github/workflows/ci.yml": CI('"3.14"'),
          "a.py": "x = 1\n",
        },
        says: "agree",
        at: "envs/oldest.Dockerfile:1",
        note: "An image beside a library tries it with one more version.",
      },
      {
        files: { ".python-version": "3.12.4\n", "a.py": "x = 1\n" },
        says: "One place states the Python version",
        at: ".python-version:1",
      },
      {
        files: {
          "pyproject.toml": `${PYPROJECT}\n[tool.ruff]\ntarget-version = "py312"\n`,
          ".python-version": "3.14\n",
          "a.py": "x = 1\n",
        },
        says: "All 3 statements",
        at: "pyproject.toml:6",
        note: "A tool's target is the oldest version allowed, not the one that runs.",
      },
    ],
    partial: [
      {
        files: {
          "pyproject.toml": PYPROJECT,
          ".devcontainer/Dockerfile": "FROM mcr.microsoft.com/devcontainers/python:3.9\n",
          ".github/workflows/ci.yml": CI('"3.13"'),
          "a.py": "x = 1\n",
        },
        says: "the base image says 3.9, which requires-python (>=3.12) does not allow",
        at: ".devcontainer/Dockerfile:1",
        note: "Where people develop, not what runs.",
      },
      {
        files: {
          "pyproject.toml": `${PYPROJECT}\n[tool.mypy]\npython_version = "3.9"\n`,
          "a.py": "x = 1\n",
        },
        says: "mypy's target says 3.9, which requires-python (>=3.12) does not allow",
        at: "pyproject.toml:6",
      },
    ],
    fail: [
      {
        files: {
          Dockerfile: 'FROM python:3.11-slim\nCOPY a.py .\nCMD ["python", "a.py"]\n',
          ".github/workflows/ci.yml": CI('"3.13"'),
          "a.py": "x = 1\n",
        },
        says: "the base image says 3.11, CI 3.13",
        at: "Dockerfile:1",
      },
      {
        files: {
          "pyproject.toml": PYPROJECT,
          Dockerfile: 'FROM python:3.10-slim\nCOPY a.py .\nCMD ["python", "a.py"]\n',
          "a.py": "x = 1\n",
        },
        says: "the base image says 3.10, which requires-python (>=3.12) does not allow",
        at: "Dockerfile:1",
      },
      {
        files: {
          ".python-version": "3.12\n",
          "runtime.txt": "python-3.9.18\n",
          Procfile: "web: gunicorn app:app\n",
          "app.py": "from flask import Flask\napp = Flask(__name__)\n",
        },
        says: "runtime.txt says 3.9, .python-version 3.12",
        at: "runtime.txt:1",
      },
    ],
    notApplicable: [
      { files: { "a.py": "x = 1\n" }, says: "No place states a Python version" },
      {
        files: {
          ".github/workflows/ci.yml": CI('"3.12"'),
          "setup.py":
            'from setuptools import setup\n\nsetup(name="a", classifiers=["Programming Language :: Python :: 3.8"])\n',
        },
        says: "No file states a Python version that the ones of CI could agree with",
        kind: "library",
      },
      {
        files: { Dockerfile: 'FROM python:3\nCOPY a.py .\nCMD ["python", "a.py"]\n', "a.py": "x = 1\n" },
        says: "No place states",
        note: "A tag without a minor version states none.",
      },
    ],
  },
  check(project) {
    const stated = sortVersions(project);
    const { ranges, tested, otherJobs, environments, targets, classifiers } = stated;
    const aside = stated.running.filter((one) => isAside(one, project.kind === "library"));
    const running = stated.running.filter((one) => !aside.includes(one));
    const main = [...ranges, ...stated.running, ...tested, ...environments];
    if (main.length === 0) return notApplicable("No place states a Python version.");
    // What CI tries and what classifiers list follows from what is stated, and here nothing is.
    if (ranges.length + stated.running.length + environments.length === 0)
      return notApplicable("No file states a Python version that the ones of CI could agree with.");
    const all = [...main, ...otherJobs, ...targets, ...classifiers];
    const hard = [...outside(ranges, [...running, ...tested]), ...apart(running, tested, project)];
    const soft = [
      ...outside(ranges, [...aside, ...otherJobs, ...environments, ...targets, ...classifiers]),
      ...strayTargets(stated),
    ];
    const faults = hard.length > 0 ? hard : soft;
    if (faults.length === 0) {
      const message =
        all.length === 1
          ? "One place states the Python version"
          : `All ${all.length} statements of the Python version agree`;
      return pass(`${message}: ${summarise(main)}.`, evidenceOf(all));
    }
    const shown = [...new Set(faults.map(({ said }) => said))];
    const more = shown.length > 3 ? ` (and ${shown.length - 3} more)` : "";
    const cited = new Set(faults.flatMap(({ places }) => places));
    const evidence = evidenceOf([...cited, ...all.filter((one) => !cited.has(one))]);
    const message = `The Python versions disagree: ${shown.slice(0, 3).join("; ")}${more}.`;
    return hard.length > 0 ? fail(message, evidence) : partial(message, evidence);
  },
});

interface Fault {
  said: string;
  places: PythonVersion[];
}

/** Statements that name a version which a range forbids. */
function outside(ranges: readonly PythonVersion[], named: readonly PythonVersion[]): Fault[] {
  return ranges.flatMap((range) =>
    named
      // Several versions at one place (a target list, environments) agree as long as one of them is meant.
      .filter(({ minors }) => !minors.some((minor) => allowsMinor(range.text, minor)))
      .map((one) => ({
        said: `${nameOf(one)} says ${one.minors.join(", ")}, which ${nameOf(range)} (${textOf(range)}) does not allow`,
        places: [one, range],
      })),
  );
}

/** An image that runs nothing for users: for development, or beside a library, which runs on what its users choose. */
const isAside = ({ source, path }: PythonVersion, library: boolean): boolean =>
  source === "base-image" && (library || /(?:^|\/)\.devcontainer\//.test(path));

/** Versions that run, and the ones that are tested, differ. */
function apart(
  running: readonly PythonVersion[],
  tested: readonly PythonVersion[],
  project: Project,
): Fault[] {
  const library = project.kind === "library";
  const faults: Fault[] = [];
  const sorted = [...running].sort((a, b) => weightOf(a) - weightOf(b));
  const [first] = sorted;
  if (!first) return faults;
  for (const other of sorted) {
    if (library || shareMinor(first, other) || (isVariant(first) && isVariant(other))) continue;
    if (areParts(first, other, project)) continue;
    faults.push({
      said: `${nameOf(first)} says ${first.minors.join(", ")}, ${nameOf(other)} ${other.minors.join(", ")}`,
      places: [first, other],
    });
  }
  const minors = new Set(tested.flatMap((one) => one.minors));
  if (minors.size > 0 && !first.minors.some((minor) => minors.has(minor))) {
    faults.push({
      said: `${nameOf(first)} says ${first.minors.join(", ")}, CI ${[...minors].join(", ")}`,
      places: [first, ...tested],
    });
  }
  return faults;
}

/** One of several images that the project builds, a file for each version. */
const isVariant = ({ path, minors, source }: PythonVersion): boolean =>
  source === "base-image" && minors.some((minor) => path.includes(minor));

/** Images of which one is of a part with a manifest of its own, which says what that part runs on. */
function areParts(one: PythonVersion, other: PythonVersion, { files, root }: Project): boolean {
  if (one.source !== "base-image" || other.source !== "base-image") return false;
  const folders = [folderOf(one.path), folderOf(other.path)];
  return (
    folders[0] !== folders[1] &&
    folders.some((folder) => folder !== root && files.has(`${folder}/pyproject.toml`))
  );
}

/** What production reads comes first. */
const weightOf = ({ source }: PythonVersion): number =>
  ["base-image", "platform", "runtime.txt"].includes(source) ? 0 : 1;

const shareMinor = (a: PythonVersion, b: PythonVersion): boolean =>
  a.minors.some((minor) => b.minors.includes(minor));

/** Without a range, a target newer than what runs makes tools rewrite code into what it cannot run. */
function strayTargets({ ranges, running, targets }: StatedVersions): Fault[] {
  const order = (minor = ""): number => Number(minor.split(".")[1] ?? 0);
  const floors = [
    ...ranges.map((range) => minorsIn(range)[0]),
    ...running.map(({ minors }) => minors[0]),
  ].filter((minor) => minor !== undefined);
  const newest = Math.max(...[...ranges, ...running].flatMap(({ minors }) => minors).map(order));
  const exact = running.length > 0 ? Math.max(...running.flatMap(({ minors }) => minors).map(order)) : newest;
  if (floors.length === 0) return [];
  return targets
    .filter(({ minors }) => order(minors[0]) > exact)
    .map((one) => ({
      said: `${nameOf(one)} says ${one.minors.join(", ")}, newer than what runs`,
      places: [one, ...running],
    }));
}

function summarise(main: readonly PythonVersion[]): string {
  const said = [...new Set(main.map((one) => `${nameOf(one)} ${textOf(one)}`))];
  return said.slice(0, 4).join(", ") + (said.length > 4 ? ` and ${said.length - 4} more` : "");
}
