import { defineRule, type Evidence, fail, notApplicable, partial, pass } from "../../src/engine/rule.ts";
import { jobTools } from "../../src/project/delivery/action-kinds.ts";
import { runsTests } from "../../src/project/delivery/command-kinds.ts";
import { readInvocations } from "../../src/project/delivery/invocations.ts";
import type { CiFile } from "../../src/project/delivery/types.ts";
import type { Files } from "../../src/project/files.ts";
import { dependenciesAnywhere } from "../../src/project/nested-manifests.ts";
import type { Project } from "../../src/project/project.ts";

const TESTS =
  "on: [push, pull_request]\njobs:\n  test:\n    runs-on: ubuntu-latest\n    steps:\n      - run: pytest\n";
const DEPENDABOT =
  'version: 2\nupdates:\n  - package-ecosystem: "pip"\n    directory: "/"\n    schedule:\n      interval: "weekly"\n';

export default defineRule({
  id: "dependency-updates-automated",
  category: "environment",
  severity: "low",
  kinds: "all",
  title: "Dependency updates arrive by themselves and are tested",
  why: "Pinned versions age: without updates that come by themselves, security fixes wait until somebody remembers.",
  fix: 'Let Dependabot propose updates, and CI test them:\n\n```yaml\n# .github/dependabot.yml\nversion: 2\nupdates:\n  - package-ecosystem: "uv"      # or pip\n    directory: "/"\n    schedule:\n      interval: "weekly"\n```',
  checklist: ["000-38", "001-25"],
  unseenIn: ["sdist", "wheel"],
  examples: {
    pass: [
      {
        files: {
          ".github/dependabot.yml": DEPENDABOT,
          ".github/workflows/ci.yml": TESTS,
          "requirements.txt": "flask==3.1.0\n",
          "app.py": "import flask\n",
        },
        says: "Dependabot proposes updates of Python packages (pip), and CI tests them",
        at: ".github/dependabot.yml:3",
      },
      {
        files: {
          "renovate.json": '{\n  "extends": ["config:recommended"]\n}\n',
          ".github/workflows/ci.yml": TESTS,
          "pyproject.toml": '[project]\nname = "a"\ndependencies = ["httpx"]\n',
          "a.py": "import httpx\n",
        },
        says: "Renovate proposes updates",
        at: "renovate.json:1",
      },
      {
        files: {
          ".github/workflows/upgrade.yml":
            "on:\n  schedule:\n    - cron: '0 4 * * 1'\njobs:\n  upgrade:\n    runs-on: ubuntu-latest\n    steps:\n      - run: uv lock --upgrade\n",
          ".github/workflows/ci.yml": TESTS,
          "requirements.txt": "flask==3.1.0\n",
          "app.py": "import flask\n",
        },
        says: "A scheduled job upgrades",
        at: ".github/workflows/upgrade.yml:8",
      },
    ],
    partial: [
      {
        files: {
          ".github/dependabot.yml": DEPENDABOT,
          "requirements.txt": "flask==3.1.0\n",
          "app.py": "import flask\n",
        },
        says: "no CI tests them",
        at: ".github/dependabot.yml:3",
      },
      {
        files: {
          ".github/dependabot.yml": DEPENDABOT.replace("pip", "github-actions"),
          ".github/workflows/ci.yml": TESTS,
          "requirements.txt": "flask==3.1.0\n",
          "app.py": "import flask\n",
        },
        says: "only of github-actions",
        at: ".github/dependabot.yml:3",
        note: "Updates of actions leave the Python packages as they are.",
      },
    ],
    fail: [
      {
        files: {
          "renovate.json": '{"extends": ["config:recommended"], "enabled": false}\n',
          ".github/workflows/ci.yml":
            "on: push\njobs:\n  test:\n    runs-on: ubuntu-latest\n    steps:\n      - run: pytest\n",
          "requirements.txt": "flask==3.1.0\n",
        },
        says: "Nothing proposes updates",
        note: "Renovate is switched off.",
      },
      {
        files: {
          "requirements.txt": "flask==3.1.2\n",
          ".github/dependabot.yml":
            'version: 2\nupdates:\n  - package-ecosystem: "pip"\n    directory: "/"\n    schedule:\n      interval: "monthly"\n    open-pull-requests-limit: 0\n',
        },
        says: "open-pull-requests-limit is 0",
        at: ".github/dependabot.yml:1",
      },
      {
        files: {
          "apps/fetch/src/requirements.txt": "requests==2.32.0\n",
          "apps/fetch/src/fetch.py": "import requests\n",
        },
        says: "Nothing proposes updates",
        note: "The dependencies of a part of the repository.",
      },
      {
        files: {
          "requirements.txt": "flask\n",
          ".github/dependabot.yml":
            'version: 2\nupdates:\n  - package-ecosystem: "" # See documentation for possible values\n    directory: /\n',
        },
        says: "names no package ecosystem",
        at: ".github/dependabot.yml:1",
        note: "The template as GitHub makes it.",
      },
      {
        files: {
          "requirements.txt": "flask==3.1.0\n",
          ".github/workflows/ci.yml": TESTS,
          "app.py": "import flask\n",
        },
        says: "Nothing proposes updates",
      },
      {
        files: {
          ".github/workflows/upgrade.yml":
            "on: workflow_dispatch\njobs:\n  upgrade:\n    runs-on: ubuntu-latest\n    steps:\n      - run: uv lock --upgrade\n",
          "requirements.txt": "flask==3.1.0\n",
          "app.py": "import flask\n",
        },
        says: "Nothing proposes updates",
        note: "A job that somebody has to start is not automated.",
      },
    ],
    notApplicable: [{ files: { "app.py": "import json\n" }, says: "declares no dependency" }],
  },
  check(project) {
    const { delivery, files } = project;
    const updater = findUpdater(project);
    if (dependenciesAnywhere(project).length === 0 && !updater)
      return notApplicable("The project declares no dependency.");
    const [empty] = DEPENDABOT_FILES.filter((path) => files.has(path));
    if (!updater && empty !== undefined)
      return /package-ecosystem["']?\s{0,9}:\s{0,9}["']?\w/.test(files.text(empty) ?? "")
        ? fail(`${empty} lets Dependabot propose no updates of versions: open-pull-requests-limit is 0.`, [
            { path: empty, startLine: 1 },
          ])
        : fail(`${empty} names no package ecosystem, so that Dependabot proposes nothing.`, [
            { path: empty, startLine: 1 },
          ]);
    if (!updater)
      return fail(
        "Nothing proposes updates of the dependencies: no Dependabot, Renovate, PyUp or scheduled upgrade.",
      );
    const { name, evidence, python } = updater;
    if (!python) return partial(`${name}, yet not of Python packages.`, evidence);
    const tests = findTests(delivery.ci);
    if (!tests) return partial(`${name}, and no CI tests them.`, evidence);
    return pass(`${name}, and CI tests them.`, [...evidence, tests]);
  },
});

interface Updater {
  /** Who it is and what it does, without a full stop. */
  name: string;
  evidence: Evidence[];
  /** Whether it looks at Python packages. */
  python: boolean;
}

const DEPENDABOT_FILES = [".github/dependabot.yml", ".github/dependabot.yaml"];
const RENOVATE = /^(?:\.github\/|\.gitlab\/)?(?:renovate|\.renovaterc)(?:\.json5?)?$|^\.renovaterc$/;

function findUpdater({ files, delivery, manifests }: Project): Updater | undefined {
  const dependabot = readDependabot(files);
  if (dependabot?.python) return dependabot;
  const renovate = files.paths.find((path) => RENOVATE.test(path));
  const text = renovate === undefined ? "" : (files.text(renovate) ?? "");
  if (renovate !== undefined && !isOff(text)) {
    const only = /"enabledManagers"\s{0,9}:\s{0,9}\[([^\]]{0,500})\]/.exec(text)?.[1];
    const python = only === undefined || /pep621|pip|poetry|uv|pipenv|setup-cfg/.test(only);
    return { name: "Renovate proposes updates", evidence: [{ path: renovate, startLine: 1 }], python };
  }
  if (manifests.pyproject?.get("tool", "renovate") !== undefined) {
    const at = { path: manifests.pyproject.path, startLine: manifests.pyproject.line("tool", "renovate") };
    return { name: "Renovate proposes updates", evidence: [at], python: true };
  }
  const other = files.paths.find((path) =>
    /^\.?pyup\.ya?ml$|^\.scala-steward\.conf$|^\.github\/depfu\.yml$|^\.depfu\.yml$/.test(path),
  );
  if (other?.includes("pyup"))
    return { name: "PyUp proposes updates", evidence: [{ path: other, startLine: 1 }], python: true };
  return findScheduled(delivery.ci) ?? dependabot;
}

/** Renovate's `enabled: false` for all; deeper down it speaks of some packages only. */
function isOff(text: string): boolean {
  const at = /^[\s\S]{0,4000}?["']?\benabled["']?\s{0,9}:\s{0,9}false\b/.exec(text)?.[0] ?? "";
  const depth = (at.match(/[{[]/g)?.length ?? 0) - (at.match(/[}\]]/g)?.length ?? 0);
  return at !== "" && depth === 1;
}

/** https://docs.github.com/en/code-security/dependabot/working-with-dependabot/dependabot-options-reference */
function readDependabot(files: Files): Updater | undefined {
  const path = DEPENDABOT_FILES.find((each) => files.has(each)) ?? "";
  const text = files.text(path);
  if (text === undefined) return undefined;
  const lines = text.split("\n");
  const listed = lines.flatMap((line, index) => {
    const name = /^\s{0,40}-?\s{0,9}["']?package-ecosystem["']?\s{0,9}:\s{0,9}["']?([\w-]{1,40})/.exec(
      line,
    )?.[1];
    return name === undefined ? [] : [{ name, line: index + 1 }];
  });
  const isHeld = (at: number, next: number | undefined): boolean =>
    lines.slice(at, next === undefined ? at + 60 : next - 1).some((line) => HELD.test(line));
  const ecosystems = listed.filter(({ line }, i) => !isHeld(line, listed[i + 1]?.line));
  const python = ecosystems.filter(({ name }) => /^(?:pip|uv|poetry|pipenv|conda)$/.test(name));
  const shown = python.length > 0 ? python : ecosystems;
  if (shown.length === 0) return undefined;
  const names = [...new Set(shown.map(({ name }) => name))].join(", ");
  const name =
    python.length > 0
      ? `Dependabot proposes updates of Python packages (${names})`
      : `Dependabot proposes updates only of ${names}`;
  return {
    name,
    evidence: shown.map(({ line, name: note }) => ({ path, startLine: line, note })),
    python: python.length > 0,
  };
}

/** No updates of versions; those that mend a weakness depend on the repository's settings. */
const HELD = /^\s{1,40}["']?open-pull-requests-limit["']?\s{0,9}:\s{0,9}0\s{0,20}(?:#|$)/;

/** Upgrades that a schedule starts: locks written anew, by a command or an action made for it. */
function findScheduled(ci: readonly CiFile[]): Updater | undefined {
  for (const file of ci) {
    if (!file.triggers.some(({ event }) => event === "schedule")) continue;
    for (const job of file.jobs) {
      const command = job.commands.find(({ text }) => upgrades(text));
      const step = job.steps.find(({ uses }) =>
        /renovate|pip-tools-compile|update-lock|upgrade-requirements|poetry-up|pip-compile-upgrade|python-requirements-update/i.test(
          uses ?? "",
        ),
      );
      const at = command ?? step;
      if (!at) continue;
      const name = "A scheduled job upgrades the dependencies";
      return {
        name,
        evidence: [
          { path: at.path, startLine: at.line, note: command?.text.slice(0, 120) ?? step?.uses ?? "" },
        ],
        python: true,
      };
    }
  }
  return undefined;
}

function upgrades(text: string): boolean {
  return readInvocations(text).some(({ program, args }) => {
    const has = (...words: string[]): boolean => words.some((word) => args.includes(word));
    if (program === "renovate" || program === "pyup" || program === "pip-upgrade") return true;
    if (program === "pip-compile") return has("--upgrade", "-U");
    if (program === "uv")
      return (has("lock", "sync") && has("--upgrade", "-U")) || (has("compile") && has("--upgrade", "-U"));
    if (program === "poetry" || program === "pdm" || program === "pipenv") return has("update", "upgrade");
    return (
      /^(?:make|just|tox|nox|invoke)$/.test(program) &&
      args.some((arg) =>
        /(?:up(?:grade|date)|bump)[-_]?(?:deps|dependencies|requirements|lock)|(?:deps|dependencies|requirements|lock)[-_]?(?:up(?:grade|date)|bump)/.test(
          arg,
        ),
      )
    );
  });
}

function findTests(ci: readonly CiFile[]): Evidence | undefined {
  for (const file of ci) {
    for (const job of file.jobs) {
      const [tool] = jobTools("tests", job);
      if (tool) return { path: tool.path, startLine: tool.line, note: `tests: ${tool.tool}` };
      const command = job.commands.find(({ text }) => runsTests(text));
      if (command) return { path: command.path, startLine: command.line, note: "tests" };
    }
  }
  return undefined;
}
