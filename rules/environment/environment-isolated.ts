import { defineRule, type Evidence, fail, notApplicable, pass } from "../../src/engine/rule.ts";
import type { ComposeService } from "../../src/project/delivery/types.ts";
import { importedDistributions } from "../../src/project/import-declarations.ts";
import type { Project } from "../../src/project/project.ts";

export default defineRule({
  id: "environment-isolated",
  category: "environment",
  severity: "medium",
  kinds: "all",
  title: "The project has its own environment",
  why: "Packages installed for one project must not change another, nor the system's Python.",
  fix: "Let a tool keep an environment for the project (`uv sync`, `poetry install`), run it in a container, or write the step into the README:\n\n```console\npython -m venv .venv\n. .venv/bin/activate\npip install -r requirements.txt\n```",
  checklist: ["000-01", "001-21", "003-02", "004-01"],
  unseenIn: ["sdist", "wheel"],
  examples: {
    pass: [
      {
        files: {
          "pyproject.toml": '[project]\nname = "a"\ndependencies = ["httpx"]\n',
          "uv.lock": 'version = 1\n\n[[package]]\nname = "httpx"\nversion = "0.28.1"\n',
          "a.py": "import httpx\n",
        },
        says: "uv keeps an environment",
        at: "uv.lock:1",
      },
      {
        files: {
          Dockerfile:
            'FROM python:3.12\nCOPY requirements.txt app.py ./\nRUN pip install -r requirements.txt\nCMD ["python", "app.py"]\n',
          "requirements.txt": "flask\n",
          "app.py": "import flask\n",
        },
        says: "A container holds it",
        at: "Dockerfile:1",
      },
      {
        files: {
          "README.md":
            "# A\n\nInstall:\n\n```\npython3 -m venv .venv\n. .venv/bin/activate\npip install -r requirements.txt\n```\n",
          "requirements.txt": "flask\n",
          "app.py": "import flask\n",
        },
        says: "README.md tells to make a virtual environment",
        at: "README.md:6",
      },
      {
        files: {
          "tox.ini": "[tox]\nenvlist = py312\n\n[testenv]\ncommands = pytest\n",
          "setup.py": "from setuptools import setup\nsetup(name='a', install_requires=['six'])\n",
          "a.py": "import six\n",
        },
        says: "tox makes environments",
        at: "tox.ini:1",
      },
      {
        files: {
          "environment.yml": "name: a\ndependencies:\n  - python=3.12\n  - numpy\n",
          "a.py": "import numpy\n",
        },
        says: "conda makes an environment",
        at: "environment.yml:1",
      },
    ],
    fail: [
      {
        files: {
          ".gitignore": "*.pyc\n.venv/\nenv/\n",
          "requirements.txt": "flask\n",
          "app.py": "import flask\n",
        },
        says: "Nothing gives the project an environment of its own",
        note: "Patterns that every .gitignore for Python has say nothing of how this project is set up.",
      },
      {
        files: {
          "docker-compose.yml": "services:\n  db:\n    image: postgres:17\n",
          "requirements.txt": "flask\n",
          "app.py": "import flask\n",
        },
        says: "Nothing gives the project an environment of its own",
        note: "A database in a container leaves Python where it is.",
      },
      {
        files: {
          "README.md": "# A\n\n```\nsudo pip install -r requirements.txt\n```\n",
          "requirements.txt": "flask\n",
          "app.py": "import flask\n",
        },
        says: "Nothing gives the project an environment of its own",
      },
      {
        files: {
          "pyproject.toml": '[project]\nname = "a"\ndependencies = ["httpx"]\n',
          "README.md":
            "# A\n\nThe environment of the canvas is drawn by `venvy`. The place differs in a virtualenv or\nelsewhere.\n",
          "a.py": "import httpx\n",
        },
        says: "Nothing gives the project an environment of its own",
        note: "The word alone is no step.",
      },
    ],
    notApplicable: [{ files: { "app.py": "import json\n" }, says: "needs no package" }],
  },
  check(project) {
    const { manifests } = project;
    const signs = findSigns(project);
    const [first] = signs;
    if (first) {
      const others = [...new Set(signs.slice(1).map(({ said }) => said))].filter(
        (said) => said !== first.said,
      );
      const more = others.length > 0 ? `; ${others.slice(0, 3).join("; ")}` : "";
      return pass(
        `${first.said.replace(/^an? /, (article) => article[0]!.toUpperCase() + article.slice(1))}${more}.`,
        signs.map(({ evidence }) => evidence),
      );
    }
    const needs = importedDistributions(project).some(({ required }) => required.length > 0);
    if (!needs && manifests.dependencies.length === 0) return notApplicable("The project needs no package.");
    return fail(
      "Nothing gives the project an environment of its own: no tool that keeps one, no container, no documented step.",
    );
  },
});

interface Sign {
  said: string;
  evidence: Evidence;
}

const LOCKS: Readonly<Record<string, string>> = {
  uv: "uv keeps an environment",
  poetry: "Poetry keeps an environment",
  pdm: "PDM keeps an environment",
  pipenv: "Pipenv keeps an environment",
  "conda-lock": "conda makes an environment",
  pixi: "Pixi keeps an environment",
};

/** Everything that gives an environment, the tools that keep one first. */
function findSigns(project: Project): Sign[] {
  const { manifests, delivery, files } = project;
  const signs: Sign[] = [];
  const add = (said: string, path: string, startLine = 1, note?: string): void => {
    signs.push({ said, evidence: { path, startLine, ...(note === undefined ? {} : { note }) } });
  };
  for (const { format, path } of manifests.locks)
    if (Object.hasOwn(LOCKS, format)) add(LOCKS[format] ?? "", path);
  for (const tool of ["uv", "poetry", "pdm", "hatch", "rye", "pixi"]) {
    for (const pyproject of [manifests.pyproject, ...manifests.members]) {
      // Hatch is a build backend as well: only its environments are environments.
      const keys = tool === "hatch" ? ["tool", "hatch", "envs"] : ["tool", tool];
      if (pyproject?.get(...keys) === undefined) continue;
      add(
        LOCKS[tool] ?? `${tool} keeps an environment`,
        pyproject.path,
        pyproject.line(...keys),
        `[${keys.join(".")}]`,
      );
    }
  }
  if (manifests.pipfile) add("Pipenv keeps an environment", manifests.pipfile.path);
  for (const { path } of manifests.conda) add("conda makes an environment", path);
  const images = delivery.dockerfiles.filter(({ runsProject }) => runsProject);
  for (const { path } of images.slice(0, 3)) add("a container holds it", path);
  for (const { path, services } of delivery.compose) {
    const service = services.find(runsCode);
    if (service) add("compose runs it in a container", path, service.line, service.name);
  }
  for (const path of files.paths) {
    if (/^(?:.{1,200}\/)?\.devcontainer(?:\/(?:[^/]{1,80}\/)?devcontainer)?\.json$/.test(path))
      add("a development container holds it", path);
    if (path === "noxfile.py" || path === "tox.toml" || (path === "tox.ini" && isTox(files.text(path))))
      add(`${path.slice(0, 3)} makes environments`, path);
    if (/^(?:shell|flake|default)\.nix$|^devenv\.nix$|^Vagrantfile$|^\.envrc$/.test(path))
      addOther(project, path, add);
  }
  for (const manifest of [manifests.pyproject, manifests.setupCfg]) {
    const keys = manifest === manifests.pyproject ? ["tool", "tox"] : ["tox:tox"];
    if (manifest?.get(...keys) !== undefined)
      add("tox makes environments", manifest.path, manifest.line(...keys));
  }
  return [...signs, ...findSteps(project)];
}

/** tox.ini holds the settings of Flake8 and pytest as well. */
const isTox = (text = ""): boolean => /^\[(?:tox|testenv)/m.test(text);

const BACKING =
  /postgres|mysql|maria|mongo|redis|valkey|nginx|rabbit|elastic|opensearch|kafka|minio|mail|traefik|caddy|prometheus|grafana|memcached|localstack/i;

/** A service that is built here, or that has the project's files mounted. */
const runsCode = ({ builds, volumes, image = "" }: ComposeService): boolean =>
  builds || (!BACKING.test(image) && volumes.some((volume) => /^\.{1,2}(?:\/[^:]{0,200})?:/.test(volume)));

function addOther(project: Project, path: string, add: (said: string, path: string) => void): void {
  if (path === "Vagrantfile") add("a virtual machine holds it", path);
  else if (path !== ".envrc") add("Nix makes an environment", path);
  else if (
    /\blayout (?:python|poetry|pipenv|uv)|\buse (?:nix|flake)|venv/.test(project.files.text(path) ?? "")
  ) {
    add("direnv makes an environment", path);
  }
}

/** A command that makes a virtual environment, as people write it. */
const STEP =
  /(?:^|[\s`$>;&|(])(?:(?:(?:python|py)[\d.]{0,5}|["']?\$[{(]?[A-Za-z_]{1,30}[})]?["']?)(?: -\d[\d.]{0,4})? -m (?:venv|virtualenv)\b|virtualenv(?! (?:or|and|is|to|for|with|in|if|it|that|you|can|will|should|environment|instead|as|by|on|from|which|are|so|please|then|first|not|the|of|at|when|has|may|but)\b)(?: [^\s`]{1,60}){0,6} [\w./~${}-]{1,60}|pyenv virtualenv\b|mkvirtualenv \S|uv (?:venv|sync|run)\b|uvx \S|poetry (?:install|shell|run)\b|pipenv (?:install|shell|sync|run)\b|pdm (?:install|sync|run)\b|hatch (?:env|shell|run)\b|pixi (?:install|run)\b|(?:conda|mamba|micromamba) (?:env )?create\b|conda activate \S|(?:source|\.) [\w./~-]{0,60}bin\/activate|pipx (?:install|run)\b)/;

/** The documented step: in README, docs and CONTRIBUTING, or a task that does it. */
function findSteps({ delivery, files }: Project): Sign[] {
  const signs: Sign[] = [];
  for (const { path, text, role } of delivery.docs) {
    if (role !== "changelog")
      signs.push(...stepsIn(path, text, `${path} tells to make a virtual environment`));
  }
  for (const path of files.paths.filter((each) => SCRIPT.test(each)).slice(0, 100)) {
    signs.push(...stepsIn(path, files.text(path) ?? "", `${path} makes a virtual environment`));
  }
  for (const { commands, name, tool } of delivery.tasks) {
    const command = commands.find(({ text }) => STEP.test(text.slice(0, 500)));
    if (!command) continue;
    const evidence = { path: command.path, startLine: command.line, note: `${tool} ${name}` };
    signs.push({ said: `${tool} ${name} runs in an environment`, evidence });
  }
  return signs.slice(0, 20);
}

const SCRIPT =
  /^(?:(?:scripts?|bin|tools|dev|contrib)\/)?(?:[\w-]{1,60}\.(?:sh|bash|ps1|bat|cmd)|(?:setup|install|bootstrap|init|update|venv)[\w-]{0,40})$/;

/** A word of every such step, looked for before lines are. */
const NAMED = /venv|pipenv|virtualenv|activate|pipx|\b(?:uvx?|poetry|pdm|hatch|pixi|conda|mamba|micromamba) /;

/** Every line with such a step, the first few of them. */
function stepsIn(path: string, text: string, said: string): Sign[] {
  if (!NAMED.test(text)) return [];
  const lines = text.slice(0, 500_000).split("\n");
  const found = lines.flatMap((line, index): Sign[] => {
    const step = STEP.exec(line.slice(0, 500))?.[0];
    if (step === undefined) return [];
    const runs = /(?:uvx|pipx|uv run)\b/.test(step);
    return [
      {
        said: runs ? `${path} runs it in an environment of its own` : said,
        evidence: { path, startLine: index + 1 },
      },
    ];
  });
  return found.slice(0, 5);
}
