import { defineRule, type Evidence, fail, pass } from "../../src/engine/rule.ts";
import type { Project } from "../../src/project/project.ts";

export default defineRule({
  id: "environment-not-committed",
  category: "environment",
  severity: "high",
  kinds: "all",
  alwaysApplies: true,
  title: "No environment or compiled code is committed",
  why: "A committed environment works on one machine, hides which packages are really needed, and ships old vulnerabilities with every clone.",
  fix: "Take it out of the repository and keep it out:\n\n```console\ngit rm -r --cached .venv '*.pyc' '**/__pycache__'\nprintf '.venv/\\n__pycache__/\\n*.pyc\\n' >> .gitignore\n```",
  checklist: ["000-01", "004-01"],
  examples: {
    pass: [
      {
        files: { "app.py": "x = 1\n", "requirements.txt": "flask\n" },
        says: "no virtual environment",
      },
      {
        files: { "app/env/__init__.py": "", "app/env/settings.py": "x = 1\n", "venv.py": "y = 2\n" },
        says: "no virtual environment",
        note: "A package called `env` is no environment.",
      },
      {
        files: { "app.py": "x = 1\n", "tests/fixtures/venv/pyvenv.cfg": "home = /usr/bin\n" },
        says: "1 file of fixtures",
        note: "Fixtures of a tool that works on environments are no environment.",
      },
    ],
    fail: [
      {
        files: { "app.py": "x = 1\n", "__pycache__/app.cpython-312.pyc": "" },
        says: "1 file of compiled code",
        at: "__pycache__/app.cpython-312.pyc:1",
      },
      {
        files: {
          "app.py": "import flask\n",
          "venv/pyvenv.cfg": "home = /usr/bin\n",
          "venv/lib/python3.12/site-packages/flask/__init__.py": "",
        },
        says: "A virtual environment is committed: venv",
        at: "venv/pyvenv.cfg:1",
      },
      {
        files: { "app.py": "import flask\n", "env/Lib/site-packages/flask/__init__.py": "" },
        says: "Installed packages are committed: env/Lib/site-packages",
        at: "env/Lib/site-packages/flask/__init__.py:1",
      },
      {
        files: { "app.py": "x = 1\n", "frontend/node_modules/left-pad/index.js": "" },
        says: "frontend/node_modules",
        at: "frontend/node_modules/left-pad/index.js:1",
      },
    ],
    notApplicable: [],
  },
  check(project) {
    const { found, aside } = findRemains(project);
    const spared =
      aside > 0 ? ` ${aside} file${aside === 1 ? "" : "s"} of fixtures or templates left out.` : "";
    const all = [...found.values()];
    if (all.length === 0) {
      return pass(
        `The archive holds no virtual environment, no installed packages and no compiled code.${spared}`,
      );
    }
    const { gitignore } = project.delivery;
    // A zipped working folder holds what Git leaves out.
    const kept =
      project.artifact === "worktree" && gitignore
        ? all.filter(({ folder, path }) => !gitignore.ignores(folder === "" ? path : `${folder}/`))
        : all;
    const evidence = all.map(atFirst);
    const [first] = kept;
    if (!first) {
      return pass(
        `What the working folder holds of environments, ${gitignore?.path} ignores.${spared}`,
        evidence,
      );
    }
    const more = kept.length > 1 ? `, and ${kept.length - 1} more` : "";
    return fail(`${describe(first)}${more}.${spared}`, kept.map(atFirst));
  },
});

interface Remains {
  kind: "environment" | "packages" | "compiled";
  folder: string;
  /** The first file, by which it is shown. */
  path: string;
  count: number;
}

/** Folders that are there to be data of the project: what lies in them was put there on purpose. */
const ASIDE =
  /(?:^|\/)(?:tests?|testing|test[-_]?data|fixtures?|testdata|examples?|templates?|data|vendor(?:ed)?|third[-_]party|_vendor|typeshed|stubs)\//i;
const PACKAGES = /^((?:.{0,400}\/)?(?:site-packages|dist-packages|node_modules|bower_components))\/./;
const COMPILED = /(?:^|\/)__pycache__\/[^/]+$|\.py[co]$/;

function findRemains({ files, artifact }: Project): { found: Map<string, Remains>; aside: number } {
  const found = new Map<string, Remains>();
  let aside = 0;
  const environments = files.paths
    .filter((path) => /(?:^|\/)pyvenv\.cfg$/.test(path))
    .map((path) => path.slice(0, -"pyvenv.cfg".length));
  const add = (key: string, remains: Omit<Remains, "count">): void => {
    const known = found.get(key);
    if (known) known.count++;
    else found.set(key, { ...remains, count: 1 });
  };
  for (const path of files.paths) {
    const environment = environments.find((prefix) => path.startsWith(prefix));
    const packages = environment === undefined ? PACKAGES.exec(path)?.[1] : undefined;
    const compiled = COMPILED.test(path);
    if (environment === undefined && packages === undefined && !compiled) continue;
    // Wheels and sdists of others may bring compiled files; a repository has its own.
    if (ASIDE.test(environment ?? packages ?? path) || (compiled && artifact === "wheel")) aside++;
    else if (environment !== undefined) {
      const folder = environment.slice(0, -1) || ".";
      add(folder, { kind: "environment", folder, path: `${environment}pyvenv.cfg` });
    } else if (packages !== undefined) add(packages, { kind: "packages", folder: packages, path });
    else add("compiled", { kind: "compiled", folder: "", path });
  }
  return { found, aside };
}

function describe({ kind, folder, count }: Remains): string {
  const files = countFiles(count);
  if (kind === "compiled") return `${files} of compiled code ${count === 1 ? "is" : "are"} committed`;
  const what = kind === "environment" ? "A virtual environment is" : "Installed packages are";
  return `${what} committed: ${folder} (${files})`;
}

const countFiles = (count: number): string => `${count} file${count === 1 ? "" : "s"}`;

const atFirst = ({ path, count, kind, folder }: Remains): Evidence => ({
  path,
  startLine: 1,
  note: `${kind === "compiled" ? "compiled code" : folder}: ${countFiles(count)}`,
});
