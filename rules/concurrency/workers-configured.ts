import { defineRule, type Evidence, fail, inconclusive, notApplicable, pass } from "../../src/engine/rule.ts";
import { startsServer, startsWorker } from "../../src/project/delivery/servers.ts";
import { findLine } from "../../src/project/files.ts";
import { findDeploymentElsewhere } from "../../src/project/operations.ts";
import type { Project } from "../../src/project/project.ts";
import { findServerRuns } from "../../src/project/server-runs.ts";

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
        files: { "bot.py": "import discord\nclient = discord.Client()\nclient.run('x')\n" },
        says: "no HTTP server",
        kind: "service",
      },
    ],
  },
  check(project) {
    if (!serves(project)) return notApplicable("It runs no HTTP server: a bot or worker is one process.");
    const chosen = [...inCommands(project), ...inFiles(project), ...inManifests(project), ...inCode(project)];
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

const HTTP = [
  "flask",
  "django",
  "fastapi",
  "starlette",
  "aiohttp.web",
  "litestar",
  "sanic",
  "tornado",
  "quart",
  "bottle",
  "falcon",
  "pyramid",
  "cherrypy",
  "connexion",
  "ninja",
  "rest_framework",
  "grpc",
  "dash",
  "streamlit",
  "gradio",
  "robyn",
  "chalice",
  "blacksheep",
];
const serves = ({ frameworks, delivery }: Project): boolean =>
  frameworks.some(({ name }) => HTTP.includes(name)) ||
  delivery.startCommands.some(({ server }) => server !== undefined);

const OPTION =
  /(?<!\S)(?:--workers(?:-per-\w{1,10})?|--threads|--concurrency|--autoscale|--processes|--web-concurrency|--max-concurrency|--worker-connections|--scale)[= ]{0,2}["']?(?:[\d$"{(]|auto\b)|(?<!\S)--fast(?!\S)/;
/** Short options by the programs for which they are a count: elsewhere `-c` is a file and `-p` a port. */
const SHORT: readonly [program: RegExp, option: RegExp][] = [
  [/\b(?:gunicorn|hypercorn|granian|sanic)\b/, /(?<!\S)-w[= ]?["']?[\d${(]/],
  [/\bcelery\b/, /(?<!\S)-c[= ]?["']?[\d${(]/],
  [/\b(?:dramatiq|rundramatiq)\b/, /(?<!\S)-[pt][= ]?["']?[\d${(]/],
  [/\buwsgi\b/, /(?<!\S)-p[= ]?["']?[\d${(]/],
];

/** The option that gives a count, with its value. */
function countIn(text: string): string | undefined {
  const found =
    OPTION.exec(text) ??
    SHORT.map(([program, option]) => (program.test(text) ? option.exec(text) : null)).find(
      (one) => one !== null,
    );
  if (!found) return undefined;
  return found[0] + (text.slice(found.index + found[0].length).split(" ", 1)[0] ?? "");
}
/** Platforms that run as many instances as requests ask for. */
const SCALES_ITSELF =
  /^(?:App Engine|Cloud Run|Vercel|AWS SAM|Serverless|Zappa|Chalice|AWS CDK|Azure Functions|Google Cloud Functions|Modal|Mangum)/i;

function inCommands({ delivery }: Project): Evidence[] {
  return delivery.startCommands.flatMap(({ text, path, line, development }) => {
    const starts =
      startsServer(text) !== undefined ||
      startsWorker(text) !== undefined ||
      /gunicorn|uvicorn|uwsgi|hypercorn|granian|celery/.test(text);
    const count = development || !starts ? undefined : countIn(text);
    return count === undefined ? [] : [{ path, startLine: line, note: count }];
  });
}

const COUNTS =
  /\b(?:workers|threads|processes|max_workers|numproc|backpressure)\s{0,4}=\s{0,4}\S|["']workers["']\s{0,4}:/;

/** `uvicorn.run("app:app", workers=4)`; for gRPC the threads of its pool, for Tornado the processes it forks. */
function inCode(project: Project): Evidence[] {
  return findServerRuns(project).flatMap(({ module, line, server, args, development }) => {
    const forks = server === "Tornado" && /\.start\(\s{0,4}\d|fork_processes\(/.test(module.code);
    const custom = server === "gunicorn" && COUNTS.test(module.text);
    if (development || (!COUNTS.test(args.slice(0, 2_000)) && !forks && !custom)) return [];
    return [module.at(line, `${server} with a number of workers`)];
  });
}

const SETTINGS: readonly [RegExp, RegExp][] = [
  [
    /(?:^|\/)(?:gunicorn[\w.-]{0,40}|gunicorn\/[\w.-]{1,40})\.py$/i,
    /^\s{0,8}(?:workers|threads|worker_connections)\s{0,4}=/m,
  ],
  [/(?:^|\/)(?:hypercorn|granian)[\w.-]{0,40}\.(?:toml|py)$/i, /^\s{0,8}(?:workers|threads)\s{0,4}=/m],
  [
    /(?:^|\/)[\w.-]{0,60}uwsgi[\w.-]{0,40}\.(?:ini|ya?ml|cfg|toml)$|(?:^|\/)uwsgi\//i,
    /^\s{0,8}(?:processes|workers|threads|cheaper|%p)\s{0,4}[=:]/m,
  ],
  [
    /(?:^|\/)(?:Dockerfile[\w.-]{0,40}|[\w.-]{1,60}\.Dockerfile|Containerfile|docker-compose[\w.-]{0,40}\.ya?ml|compose[\w.-]{0,20}\.ya?ml|Procfile|app\.json|render\.ya?ml|fly\.toml|[\w.-]{1,40}\.sh|\.env[\w.-]{0,20})$/i,
    /\b(?:WEB_CONCURRENCY|GUNICORN_(?:WORKERS|CMD_ARGS|THREADS)|UVICORN_WORKERS|WORKERS_PER_CORE|GUNICORN_CMD)\b\s{0,4}[=:]/,
  ],
];

function inFiles({ files }: Project): Evidence[] {
  return files.paths.flatMap((path) => {
    const known = SETTINGS.find(
      ([name]) => name.test(path) && !/(?:^|\/)(?:tests?|examples?|docs)\//.test(path),
    );
    const text = known && files.text(path);
    const line = text === undefined || !known ? undefined : findLine(text.slice(0, 200_000), known[1]);
    return line === undefined
      ? []
      : [
          {
            path,
            startLine: line,
            note: `${known?.[1].exec((text ?? "").split("\n")[line - 1] ?? "")?.[0].trim() ?? "workers"} in ${path}`,
          },
        ];
  });
}

function inManifests({ delivery, files }: Project): Evidence[] {
  const scaled = delivery.kubernetes.flatMap(({ path, kind, line }) => {
    if (kind === "HorizontalPodAutoscaler" || kind === "ScaledObject")
      return [{ path, startLine: line, note: kind }];
    if (kind !== "Deployment" && kind !== "StatefulSet") return [];
    const at = (files.text(path) ?? "")
      .split("\n")
      .findIndex((one, index) => index + 1 >= line && /^\s{1,20}replicas\s{0,4}:/.test(one));
    return at === -1 ? [] : [{ path, startLine: at + 1, note: "replicas" }];
  });
  const composed = delivery.compose
    .filter(({ development }) => !development)
    .flatMap(({ path, services }) =>
      services
        .filter(({ replicas }) => replicas !== undefined)
        .map(({ line }) => ({ path, startLine: line, note: "replicas" })),
    );
  const platforms = delivery.platforms
    .filter(({ name }) => SCALES_ITSELF.test(name))
    .map(({ path, line, name }) => ({ path, startLine: line, note: `${name} scales it` }));
  const fly = files.paths
    .filter((path) => /(?:^|\/)(?:fly\.toml|app\.ya?ml|render\.ya?ml|values[\w.-]{0,20}\.ya?ml)$/.test(path))
    .flatMap((path) => {
      const line = findLine(
        files.text(path) ?? "",
        /^\s{0,12}(?:min_machines_running|auto_start_machines|automatic_scaling|max_instances|numInstances|scaling|replicaCount|autoscaling)\b/m,
      );
      return line === undefined ? [] : [{ path, startLine: line, note: `scaling in ${path}` }];
    });
  return [...scaled, ...composed, ...platforms, ...fly];
}
