import { defineRule, type Evidence, inconclusive, judgeShare, notApplicable } from "../../src/engine/rule.ts";
import { type ImagePart, readBases, readInstallations } from "../../src/project/image-contents.ts";
import { findImages } from "../../src/project/images.ts";

const APP = { "app.py": "import flask\n" };
const PINNED = { ...APP, "requirements.txt": "flask==3.1.2\n" };
const dockerfile = (from: string, run: string): string =>
  `FROM ${from}\nCOPY . /app\nRUN ${run}\nCMD ["python", "/app/app.py"]\n`;

export default defineRule({
  id: "container-reproducible",
  category: "delivery",
  severity: "medium",
  kinds: "all",
  title: "The image fixes Python and the dependencies",
  why: "An image that takes whatever is newest on the day of its build cannot be built again to find a fault, or to go back.",
  fix: "Name the version of the base, and install from the lock:\n\n```dockerfile\nFROM python:3.13-slim\nCOPY --from=ghcr.io/astral-sh/uv:0.9 /uv /bin/\nCOPY pyproject.toml uv.lock ./\nRUN uv sync --locked --no-dev --no-install-project\n```",
  checklist: ["000-05", "000-27"],
  question: "What fixes the base image and the dependencies that the build puts into the image?",
  unseenIn: ["sdist", "wheel"],
  examples: {
    pass: [
      {
        files: {
          ...PINNED,
          Dockerfile:
            "FROM python:3.13-slim\nCOPY requirements.txt requirements-private.txt* ./\nRUN pip install -r requirements.txt && \\\n    if [ -f requirements-private.txt ]; then pip install -r requirements-private.txt; fi\nCOPY . .\n",
        },
        says: "dependencies are fixed",
        at: "Dockerfile:3",
        note: "A list that is only installed where it is there.",
      },
      {
        files: {
          ...PINNED,
          Dockerfile: dockerfile("python:2.7-alpine", "pip install -r /app/requirements.txt"),
        },
        says: "base image (python:2.7-alpine) and dependencies are fixed",
        at: "Dockerfile:3",
      },
      {
        files: {
          "shop/requirements/python3/requirements.txt": "flask==3.1.0\n",
          "shop/setup.py": "from setuptools import setup\n\nsetup(name='shop', version='1')\n",
          "shop/app.py": "import flask\n",
          Dockerfile:
            "FROM python:3.13-slim\nCOPY . /opt/shop\nRUN pip install -r /opt/shop/shop/requirements/python3/requirements.txt\n",
        },
        says: "dependencies are fixed",
        at: "Dockerfile:3",
        note: "A list deep inside the repository, by its path in the image.",
      },
      {
        files: {
          ...PINNED,
          Dockerfile: dockerfile("python:3.13-slim", "pip install -r /app/requirements.txt"),
        },
        says: "base image (python:3.13-slim) and dependencies are fixed",
        at: "Dockerfile:3",
      },
      {
        files: {
          ...APP,
          "pyproject.toml": '[project]\nname = "app"\nversion = "1"\ndependencies = ["flask"]\n',
          "uv.lock": 'version = 1\n\n[[package]]\nname = "flask"\nversion = "3.1.2"\n',
          Dockerfile: dockerfile("python:3.13", "cd /app && uv sync --frozen"),
        },
        says: "are fixed",
        at: "Dockerfile:3",
      },
      {
        files: { ...APP, Dockerfile: dockerfile("python:3.13", "pip install flask==3.1.2 gunicorn==23.0.0") },
        says: "are fixed",
        at: "Dockerfile:1",
      },
      {
        files: {
          ...PINNED,
          Dockerfile: dockerfile(
            "python:3.13-slim",
            "python -m pip install -U pip wheel && pip install -r /app/requirements.txt",
          ),
        },
        says: "base image (python:3.13-slim) and dependencies are fixed",
        at: "Dockerfile:3",
        note: "Installers are no dependencies.",
      },
      {
        files: {
          ...APP,
          "requirements.txt": "bleach==6.3.0\nbleach[css]\n",
          Dockerfile: dockerfile(
            "python:3.13-slim",
            "pip3 wheel --wheel-dir=/tmp/wheels -r ./requirements.txt",
          ),
        },
        says: "base image (python:3.13-slim) and dependencies are fixed",
        at: "Dockerfile:3",
        note: "An extra of what is pinned one line above.",
      },
      {
        files: {
          ...PINNED,
          Dockerfile: `ARG VERSION=3.13\n${dockerfile("python:${VERSION}-slim", "pip install -r /app/requirements.txt")}`,
        },
        says: "python:3.13-slim",
        at: "Dockerfile:2",
        note: "The argument's default names the version.",
      },
      {
        files: {
          Dockerfile:
            "FROM python:3.13-slim\nARG REQ=requirements/prod.txt\nRUN pip install -r ${REQ}\nCOPY . .\n",
          "requirements/prod.txt": "flask==3.1.0\n",
          "app.py": "import flask\n",
        },
        says: "and dependencies are fixed",
        at: "Dockerfile:1",
        note: "The build's argument has a default.",
      },
    ],
    partial: [
      {
        files: {
          ...APP,
          "requirements.txt": "poetry==2.2.1\n",
          "pyproject.toml": '[tool.poetry]\nname = "a"\n\n[tool.poetry.dependencies]\nflask = "^3"\n',
          Dockerfile: dockerfile(
            "python:3.13",
            "pip install -r /app/requirements.txt && poetry build && pip install dist/*.whl",
          ),
        },
        says: "pip install of the project, whose dependencies may be any that fit",
        at: "Dockerfile:3",
        note: "A list of nothing but an installer fixes no dependency.",
      },
      {
        files: { ...PINNED, Dockerfile: dockerfile("python:slim", "pip install -r /app/requirements.txt") },
        says: "no minor version of Python",
        at: "Dockerfile:1",
        note: "A tag without a version moves to the next Python by itself.",
      },
      {
        files: {
          ...APP,
          "pyproject.toml": '[project]\nname = "my-shop"\nversion = "1"\ndependencies = ["flask>=3"]\n',
          Dockerfile: dockerfile("python:3.13", "pip install my_shop==$VERSION"),
        },
        says: "pip install of the project, whose dependencies may be any that fit",
        at: "Dockerfile:3",
        note: "One release of the project allows many of each dependency.",
      },
      {
        files: { ...APP, Dockerfile: dockerfile("python:3.13", "pip install flask") },
        says: "pip install of flask without an exact version",
        at: "Dockerfile:3",
      },
    ],
    fail: [
      {
        files: { ...APP, Dockerfile: dockerfile("python:latest", "pip install flask") },
        says: "no version",
        at: "Dockerfile:1",
      },
      {
        files: {
          ...APP,
          "requirements.txt": "flask\n",
          Dockerfile: dockerfile("python", "pip install -r /app/requirements.txt"),
        },
        says: "which pins not everything",
        at: "Dockerfile:3",
      },
    ],
    notApplicable: [
      { files: APP, says: "No Dockerfile" },
      {
        files: { ...APP, "tests/Dockerfile": dockerfile("python:latest", "pip install flask") },
        says: "No Dockerfile",
        note: "An image for the tests is not what is shipped.",
      },
    ],
    inconclusive: [
      {
        files: { ...PINNED, Dockerfile: dockerfile("${BASE}", "pip install -r /app/requirements.txt") },
        says: "the build names the base image",
        at: "Dockerfile:1",
      },
    ],
  },
  check(project) {
    const images = findImages(project);
    if (images.length === 0) return notApplicable("No Dockerfile makes an image that runs the project.");
    const judged = images.map((file) => ({
      bases: readBases(file),
      installs: readInstallations(project, file),
    }));
    const parts = judged.flatMap(({ bases, installs }) => [...bases, ...installs]);
    const loose = parts.filter(({ state }) => state === "loose");
    const unknown = parts.filter(({ state }) => state === "unknown");
    const shares = judged
      .flatMap(({ bases, installs }) => [shareOf(bases), shareOf(installs)])
      .filter((share) => share !== undefined);
    if (loose.length === 0 && unknown.length > 0)
      return inconclusive(
        `The archive does not show everything: ${unknown[0]!.note}.`,
        unknown.map(toEvidence),
      );
    const good = shares.reduce((sum, share) => sum + share, 0);
    const message =
      loose.length === 0
        ? `The base image (${judged[0]?.bases[0]?.note}) ${judged.some(({ installs }) => installs.length > 0) ? "and dependencies are fixed" : "is fixed, and no Python package is installed into it"}.`
        : `The image is not the same on every build: ${[...new Set(loose.map(({ note }) => note))].slice(0, 3).join("; ")}.`;
    return judgeShare(
      good,
      Math.max(1, shares.length),
      message,
      (loose.length === 0 ? parts : loose).map(toEvidence),
    );
  },
});

/** The share of what is fixed, `undefined` where there is nothing to judge. */
function shareOf(parts: readonly ImagePart[]): number | undefined {
  const seen = parts.filter(({ state }) => state !== "unknown");
  return seen.length === 0 ? undefined : seen.filter(({ state }) => state === "fixed").length / seen.length;
}

const toEvidence = ({ path, line, note }: ImagePart): Evidence => ({ path, startLine: line, note });
