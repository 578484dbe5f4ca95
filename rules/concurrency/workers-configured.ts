import { defineRule, fail, inconclusive, notApplicable, pass } from "../../src/engine/rule.ts";
import { startsServer } from "../../src/project/delivery/servers.ts";
import { HTTP_FRAMEWORKS } from "../../src/project/http-listeners.ts";
import { findDeploymentElsewhere } from "../../src/project/operations.ts";
import { answersProbesOnly } from "../../src/project/probe-routes.ts";
import type { Project } from "../../src/project/project.ts";
import { findServerRuns } from "../../src/project/server-runs.ts";
import { findWorkerCounts } from "../../src/project/worker-counts.ts";

export default defineRule({
  id: "workers-configured",
  category: "concurrency",
  severity: "low",
  kinds: ["service"],
  title: "The number of workers is chosen",
  why: "Most servers start one worker unless told otherwise: one slow request then stops all others, whatever the machine.",
  fix: "Say it where the server is started:\n\n```sh\ngunicorn shop.wsgi --workers 4 --threads 8\nuvicorn shop.main:app --workers 4\n```\n\nor let the platform scale: `replicas: 3` with an autoscaler.",
  checklist: ["004-17"],
  unseenIn: ["sdist", "wheel"],
  question: "How many workers or replicas run in production, and what scales them?",
  examples: {
    pass: [
      {
        files: {
          "docker-compose.yml":
            'services:\n  web:\n    build: .\n    restart: unless-stopped\n    volumes:\n      - .:/app\n    command: sh -c "npm run build && gunicorn --workers 2 app:app"\n',
          "app.py": "from flask import Flask\napp = Flask(__name__)\n",
        },
        kind: "service",
        says: "--workers 2",
        at: "docker-compose.yml:7",
        note: "The code is mounted, and the server is no one's for development.",
      },
      {
        files: {
          "shop/gunicorn.py":
            "from multiprocessing import cpu_count\nfrom typing import Final\n\nworkers: Final[int] = cpu_count() * 2 + 1\n",
          "app.py": "from flask import Flask\n\napp = Flask(__name__)\n",
        },
        kind: "service",
        says: "workers",
        at: "shop/gunicorn.py:4",
      },
      {
        kind: "service",
        files: {
          "app.py": "from pyramid.config import Configurator\n\napp = Configurator().make_wsgi_app()\n",
          "shop.ini": "[server:main]\nuse = egg:gunicorn\nhost = 0.0.0.0\nworkers = 2\n",
        },
        says: "shop.ini",
        at: "shop.ini:2",
      },
      {
        files: {
          "site.py": "from flask import Flask\n\napp = Flask(__name__)\n",
          "apache/site.conf":
            "<VirtualHost *:80>\nWSGIDaemonProcess site processes=2 threads=30\n</VirtualHost>\n",
        },
        says: "WSGIDaemonProcess site processes=",
        at: "apache/site.conf:2",
        kind: "service",
      },
      {
        files: {
          "serve.py":
            "from concurrent import futures\nimport grpc\n\nserver = grpc.server(futures.ThreadPoolExecutor(max_workers=10))\n",
        },
        says: "gRPC's server with a number of workers",
        at: "serve.py:4",
        kind: "service",
      },
      {
        files: {
          "serve.py":
            "from flask import Flask\nfrom waitress import serve\n\nserve(Flask(__name__), threads=8)\n",
        },
        says: "waitress with a number of workers",
        at: "serve.py:4",
        kind: "service",
      },
      {
        files: {
          Procfile: "web: gunicorn app:app --workers 4\n",
          "app.py": "from flask import Flask\napp = Flask(__name__)\n",
        },
        says: "--workers 4",
        at: "Procfile:1",
        kind: "service",
      },
      {
        files: {
          "gunicorn.conf.py": "import multiprocessing\nworkers = multiprocessing.cpu_count()\n",
          Procfile: "web: gunicorn app:app\n",
          "app.py": "from flask import Flask\napp = Flask(__name__)\n",
        },
        says: "gunicorn.conf.py",
        at: "gunicorn.conf.py:2",
        kind: "service",
      },
      {
        files: {
          "deploy/web.yaml":
            "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: web\nspec:\n  replicas: 3\n",
          "app.py": "from flask import Flask\napp = Flask(__name__)\n",
        },
        says: "replicas",
        at: "deploy/web.yaml:6",
        kind: "service",
      },
      {
        files: {
          Dockerfile: 'FROM python:3.12\nCOPY . .\nENV WEB_CONCURRENCY=4\nCMD ["uvicorn", "app:app"]\n',
          "app.py": "from fastapi import FastAPI\napp = FastAPI()\n",
        },
        says: "WEB_CONCURRENCY",
        at: "Dockerfile:3",
        kind: "service",
      },
    ],
    fail: [
      {
        files: {
          Dockerfile: "FROM python:3.13\nCOPY . .\nCMD uvicorn main:app --host 0.0.0.0 --reload\n",
          "main.py": "from fastapi import FastAPI\n\napp = FastAPI()\n",
        },
        says: "as a development server",
        at: "Dockerfile:3",
        kind: "service",
      },
      {
        files: {
          Procfile: "web: gunicorn -c $CONFIG --worker-class gevent app:app\n",
          "app.py": "from flask import Flask\napp = Flask(__name__)\n",
          ".env.example": "MAX_WORKERS=8\n",
        },
        says: "sets no number of workers",
        at: "Procfile:1",
        kind: "service",
        note: "The class of the workers is not their number, and -c of gunicorn names a file.",
      },
      {
        files: {
          "app.py":
            "import uvicorn\nfrom fastapi import FastAPI\n\napp = FastAPI()\n\nif __name__ == '__main__':\n    uvicorn.run(app, port=8000)\n",
        },
        says: "uvicorn is started in app.py, which sets no number of workers",
        at: "app.py:7",
        kind: "service",
      },
      {
        files: {
          Procfile: "web: gunicorn app:app\n",
          "app.py": "from flask import Flask\napp = Flask(__name__)\n",
        },
        says: "sets no number of workers",
        at: "Procfile:1",
        kind: "service",
      },
      {
        files: {
          Dockerfile: 'FROM python:3.12\nCOPY . .\nCMD ["uvicorn", "app:app", "--host", "0.0.0.0"]\n',
          "app.py": "from fastapi import FastAPI\napp = FastAPI()\n",
        },
        says: "sets no number of workers",
        at: "Dockerfile:3",
        kind: "service",
      },
    ],
    inconclusive: [
      {
        files: { "app.py": "from flask import Flask\napp = Flask(__name__)\n" },
        says: "does not show how it is served",
        kind: "service",
      },
    ],
    notApplicable: [
      {
        kind: "service",
        files: {
          "bot.py":
            "import discord\nfrom aiohttp import web\n\n\nasync def start(bot):\n    app = web.Application()\n    app.router.add_get('/health', health)\n    app.router.add_get('/metrics', metrics)\n    await web.AppRunner(app).setup()\n\n\nclient = discord.Client()\nclient.run(token)\n",
        },
        says: "no HTTP server",
      },
      {
        files: { "bot.py": "import discord\nclient = discord.Client()\nclient.run('x')\n" },
        says: "no HTTP server",
        kind: "service",
      },
    ],
  },
  check(project) {
    if (!serves(project)) return notApplicable("It runs no HTTP server: a bot or worker is one process.");
    const chosen = findWorkerCounts(project);
    if (chosen[0]) return pass(`The number of workers is chosen: ${chosen[0].note}.`, chosen);
    const starts = project.delivery.startCommands.filter(
      ({ text, development, source }) =>
        !development && source !== "docs" && startsServer(text) !== undefined,
    );
    const [first] = starts;
    if (first)
      return fail(
        `${first.server ?? "The server"} is started in ${first.path}, which sets no number of workers.`,
        starts.map(({ path, line, text }) => ({ path, startLine: line, note: text.slice(0, 80) })),
      );
    const elsewhere = findDeploymentElsewhere(project);
    const [single, ...more] = project.delivery.startCommands.filter(
      ({ text, source }) => SHIPPED.has(source) && startsServer(text)?.development === true,
    );
    if (single && !elsewhere && findServerRuns(project).every(({ development }) => development))
      return fail(
        `${single.server ?? "The server"} is started in ${single.path} as a development server, which has one process.`,
        [single, ...more].map(({ path, line, text }) => ({ path, startLine: line, note: text.slice(0, 80) })),
      );
    const [run, ...others] = findServerRuns(project).filter(({ development }) => !development);
    if (run && !elsewhere)
      return fail(
        `${run.server} is started in ${run.path}, which sets no number of workers.`,
        [run, ...others].map(({ module, line, server }) => module.at(line, server)),
      );
    return inconclusive(
      "The repository does not show how it is served in production.",
      elsewhere ? [{ path: elsewhere.path, startLine: elsewhere.line, note: elsewhere.note }] : [],
    );
  },
});

/** Where a start command stands that goes to production. */
const SHIPPED: ReadonlySet<string> = new Set(["docker", "compose", "platform", "kubernetes", "systemd"]);

const serves = (project: Project): boolean =>
  !answersProbesOnly(project) &&
  (project.frameworks.some(({ name }) => HTTP_FRAMEWORKS.has(name)) ||
    project.delivery.startCommands.some(({ server }) => server !== undefined));
