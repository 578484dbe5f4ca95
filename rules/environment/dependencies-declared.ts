import {
  defineRule,
  type Evidence,
  fail,
  inconclusive,
  notApplicable,
  partial,
  pass,
} from "../../src/engine/rule.ts";
import { type ImportedDistribution, importedDistributions } from "../../src/project/import-declarations.ts";

const fix =
  'List what the code needs in pyproject.toml:\n\n```toml\n[project]\ndependencies = [\n    "httpx>=0.28",\n    "pydantic>=2.10",\n]\n```\n\n`uv add httpx pydantic` writes it for you. A `requirements.txt` that names them does too.';

export default defineRule({
  id: "dependencies-declared",
  category: "environment",
  severity: "high",
  kinds: "all",
  title: "Dependencies are declared",
  why: "Who installs the project next has to know what it needs; without a list they find out by import errors, one at a time.",
  fix,
  checklist: ["003-01", "004-04", "002-03"],
  unseenIn: ["wheel"],
  question: "Where is it written down which packages the project needs?",
  examples: {
    pass: [
      {
        files: {
          "pyproject.toml": '[project]\nname = "shop"\ndependencies = ["cheroot"]\n',
          "shop/serve.py":
            "import cheroot\n\n\ndef mako():\n    import mako\n\n\ndef genshi():\n    import genshi\n",
        },
        says: "declares 1 of 1 imported distribution",
        at: "pyproject.toml:3",
        note: "Adapters import what their callers have chosen.",
      },
      {
        files: {
          "pyproject.toml": '[project]\nname = "a"\ndependencies = ["httpx>=0.28"]\n',
          "a.py": "import httpx\n",
        },
        says: "pyproject.toml declares",
        at: "pyproject.toml:3",
      },
      {
        files: {
          "pyproject.toml":
            '[tool.poetry]\nname = "a"\n\n[tool.poetry.dependencies]\npython = "^3.12"\nPyYAML = "^6.0"\n',
          "a.py": "import yaml\n",
        },
        says: "pyproject.toml declares",
        at: "pyproject.toml:6",
        note: "The distribution has another name than its import.",
      },
      {
        files: { "requirements.txt": "flask==3.1.0\n", "app.py": "from flask import Flask\n" },
        says: "requirements.txt declares",
        at: "requirements.txt:1",
      },
      {
        files: {
          "environment.yml": "name: a\ndependencies:\n  - python=3.12\n  - numpy\n",
          "a.py": "import numpy as np\n",
        },
        says: "environment.yml declares",
        at: "environment.yml:4",
      },
      {
        files: {
          "services/mail/requirements.txt": "jinja2\n",
          "services/mail/main.py": "import jinja2\n",
          "services/cart/requirements.txt": "redis\n",
          "services/cart/main.py": "import redis\n",
        },
        says: "declare",
        at: "services/mail/requirements.txt:1",
        note: "Each service of the repository declares for itself.",
      },
    ],
    partial: [
      {
        files: {
          Dockerfile: 'FROM python:3.12\nRUN pip install flask\nCOPY app.py .\nCMD ["python", "app.py"]\n',
          "app.py": "import flask\n",
        },
        says: "Only commands that install them name",
        at: "Dockerfile:2",
      },
      {
        files: {
          "requirements.txt": "flask\n",
          "app.py": "import flask\nimport redis\nimport pandas\nimport boto3\n",
        },
        says: "1 of 4 imported distributions",
        at: "requirements.txt:1",
      },
    ],
    fail: [
      {
        files: { "app.py": "import requests\n\nprint(requests.get('https://example.org', timeout=3))\n" },
        says: "No manifest declares a dependency, yet the code imports requests",
        at: "app.py:1",
      },
      {
        files: {
          "pyproject.toml":
            '[build-system]\nrequires = ["setuptools"]\n\n[project]\nname = "a"\nversion = "1"\n',
          "a.py": "import numpy\nimport pandas\n",
        },
        says: "the code imports numpy, pandas",
        at: "a.py:1",
        note: "A pyproject.toml without dependencies declares none; those of the build are not the code's.",
      },
    ],
    inconclusive: [
      {
        files: {
          "setup.py":
            "from setuptools import setup\nfrom build_tools import needed\nsetup(name='a', install_requires=needed())\n",
          "a.py": "import requests\n",
        },
        says: "cannot be read without running",
        at: "setup.py:3",
      },
    ],
    notApplicable: [
      {
        files: {
          "app.py":
            "import json\nimport helpers\ntry:\n    import ujson\nexcept ImportError:\n    ujson = None\n",
          "helpers.py": "",
        },
        says: "imports nothing",
        note: "What the code can do without is no dependency.",
      },
      { files: { "app.py": "import os\n", "tests/test_app.py": "import pytest\n" }, says: "imports nothing" },
    ],
  },
  check(project) {
    const needed = importedDistributions(project).filter(({ required }) => required.length > 0);
    if (needed.length === 0)
      return notApplicable("The code imports nothing but itself and the standard library.");
    const declared = needed.filter(({ standing }) => standing === "declared");
    if (declared.length > 0) {
      // What only some callers ever reach is the question of another rule alone.
      const judged = needed.filter(({ standing, required }) => standing !== "missing" || isAtTop(required));
      const missing = judged.filter(({ standing }) => standing === "missing").length;
      return judgeDeclared(declared, judged.length, missing);
    }
    const { undetermined, broken, dependencies } = project.manifests;
    const [unread] = [...undetermined, ...broken];
    if (unread) {
      const at = { path: unread.path, startLine: unread.line, note: unread.reason };
      return inconclusive(
        `What ${unread.path} declares cannot be read without running it: ${unread.reason}.`,
        [at],
      );
    }
    const supplied = needed.filter(({ standing }) => standing === "supplied");
    if (supplied.length === needed.length) {
      return pass(`${supplied[0]?.by ?? "An image"} supplies ${listNames(supplied)}.`, supplied.map(atPlace));
    }
    const installed = needed.filter(({ standing }) => standing === "installed" || standing === "supplied");
    if (installed.length > 0) {
      return partial(
        `Only commands that install them name ${listNames(installed)}; no manifest does.`,
        installed.map(atPlace),
      );
    }
    const brought = needed.filter(({ standing, place }) => standing === "brought" && place);
    if (brought.length > 0) {
      return partial(
        `Only the requirements of other distributions bring ${listNames(brought)} along.`,
        brought.map(atPlace),
      );
    }
    const others = dependencies.some(({ group }) => group === "runtime") ? "that the code imports" : "";
    const none =
      others === "" ? "No manifest declares a dependency" : `No manifest declares a dependency ${others}`;
    return fail(`${none}, yet the code imports ${listNames(needed)}.`, needed.map(atImport));
  },
});

const isAtTop = (imports: ImportedDistribution["required"]): boolean =>
  imports.some(({ guard }) => guard === undefined);

/** Which ones are left out is the question of another rule; here most of them must not be. */
function judgeDeclared(declared: readonly ImportedDistribution[], total: number, missing: number) {
  const paths = [...new Set(declared.flatMap(({ dependency }) => (dependency ? [dependency.path] : [])))];
  const evidence = declared.map(atPlace);
  const count = `${declared.length} of ${total} imported distribution${total === 1 ? "" : "s"}`;
  const [first = "", second] = paths;
  const who =
    second === undefined
      ? `${first} declares`
      : `${paths.length} manifests (${first}, ${second}${paths.length > 2 ? "…" : ""}) declare`;
  if (missing * 2 <= total) return pass(`${who} ${count}.`, evidence);
  return partial(`${who} ${count}.`, evidence, declared.length / total);
}

const atPlace = ({ place, name, by }: ImportedDistribution): Evidence => ({
  path: place?.path ?? "",
  startLine: place?.line ?? 1,
  note: place?.path === by ? name : `${name}: ${by}`,
});

function atImport({ required, name }: ImportedDistribution): Evidence {
  const [first] = required;
  return first ? first.module.at(first.line, `imports ${name}`) : { path: "", startLine: 1 };
}

const listNames = (all: readonly ImportedDistribution[]): string => {
  const names = all.slice(0, 5).map(({ name }) => name);
  return names.join(", ") + (all.length > 5 ? ` and ${all.length - 5} more` : "");
};
