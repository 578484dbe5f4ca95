/** Which server or worker a command starts, and whether for development. */
import { hasOption, type Invocation, optionValue, readInvocations, startsWith } from "./invocations.ts";

export interface ServerStart {
  /** `gunicorn`, `uvicorn`, `flask run`, `manage.py runserver`… */
  tool: string;
  /** A development server, or a production server that reloads. */
  development: boolean;
}

const RELOADS = ["--reload", "--debug", "--dev", "--auto-reload", "--autoreload", "--py-autoreload", "-d"];

/** Servers fit for production, with the words that start them and the options that make them development servers. */
const PRODUCTION: Readonly<Record<string, { words?: readonly string[][]; reload?: readonly string[] }>> = {
  gunicorn: { reload: ["--reload"] },
  uvicorn: { reload: ["--reload"] },
  hypercorn: { reload: ["--reload", "--debug"] },
  granian: { reload: ["--reload"] },
  "waitress-serve": {},
  waitress: {},
  daphne: {},
  uwsgi: { reload: ["--py-autoreload", "--py-auto-reload"] },
  pyuwsgi: {},
  "mod_wsgi-express": { words: [["start-server"], ["setup-server"]], reload: ["--reload-on-changes"] },
  fastapi: { words: [["run"]], reload: ["--reload"] },
  litestar: { words: [["run"]], reload: RELOADS },
  sanic: { reload: ["--dev", "--debug", "--reload", "--auto-reload", "-d", "-r"] },
  airflow: { words: [["webserver"], ["api-server"], ["standalone"]], reload: ["-d", "--debug"] },
  superset: { words: [["run"]], reload: ["--reload", "--debugger"] },
  streamlit: { words: [["run"]] },
  chainlit: { words: [["run"]], reload: ["-w", "--watch"] },
  panel: { words: [["serve"]], reload: ["--autoreload", "--dev"] },
  bokeh: { words: [["serve"]], reload: ["--dev"] },
  voila: {},
  datasette: { words: [["serve"], []], reload: ["--reload"] },
  mlflow: { words: [["server"], ["models", "serve"]] },
  bentoml: { words: [["serve"]], reload: ["--reload", "--development"] },
  serve: { words: [["run"], ["deploy"]] },
  "functions-framework": { reload: ["--debug"] },
  "functions-framework-python": { reload: ["--debug"] },
  awslambdaric: {},
  twistd: {},
  cherryd: {},
  pserve: { reload: ["--reload"] },
  chaussette: {},
  robyn: { reload: ["--dev"] },
  reflex: { words: [["run"]] },
  unitd: {},
  "dagster-webserver": {},
  dagit: {},
  prefect: { words: [["server", "start"]] },
  sentry: { words: [["run", "web"]] },
};

/** Servers that are for development whatever their options. */
const DEVELOPMENT: Readonly<Record<string, readonly string[][]>> = {
  flask: [["run"]],
  quart: [["run"]],
  fastapi: [["dev"]],
  adev: [["runserver"], []],
  chalice: [["local"]],
  sam: [["local"]],
  func: [["start"], ["host", "start"]],
  "http.server": [[]],
  hupper: [[]],
  dagster: [["dev"]],
  sls: [["offline"]],
  "django-admin": [["runserver"]],
  django: [["runserver"]],
  "aiohttp.web": [[]],
};

const RUNSERVER = new Set([
  "runserver",
  "runserver_plus",
  "runsslserver",
  "testserver",
  "livereload",
  "tailwind",
]);

/** The server that a command starts. Programs of the project's own (`python app.py`) are not known by their text. */
export function startsServer(text: string): ServerStart | undefined {
  for (const invocation of readInvocations(text)) {
    const found = serverOf(invocation);
    if (found) return found;
  }
  return undefined;
}

function serverOf(invocation: Invocation): ServerStart | undefined {
  const { args, wrappers } = invocation;
  // `python -m gunicorn.app.wsgiapp`
  const program = invocation.program.replace(/\.(?:app\.wsgiapp|__main__|main|cli)$/, "");
  if (hasOption(args, "--version", "--help", "--check-config", "--print-config")) return undefined;
  const django = djangoServer(program, args);
  if (django) return django;
  const developments = Object.hasOwn(DEVELOPMENT, program) ? DEVELOPMENT[program] : undefined;
  const words = developments?.find((each) => startsWith(args, each));
  if (words) {
    return { tool: [program, ...words].join(" "), development: true };
  }
  const server = Object.hasOwn(PRODUCTION, program) ? PRODUCTION[program] : undefined;
  const match = server && (server.words ?? [[]]).find((each) => startsWith(args, each));
  if (!server || !match) return undefined;
  const reloads =
    hasOption(args, ...(server.reload ?? [])) ||
    wrappers.some((wrapper) => /^(?:watchmedo|watchfiles|nodemon)/.test(wrapper)) ||
    (program === "reflex" && optionValue(args, "--env") !== "prod") ||
    (program === "pserve" && args.some((arg) => /development\.ini/.test(arg)));
  return { tool: [program, ...match].join(" "), development: reloads };
}

function djangoServer(program: string, args: readonly string[]): ServerStart | undefined {
  const at = args.findIndex((arg) => /(?:^|\/)(?:manage|manage\.py|[\w-]{0,40}manage)\.py$/.test(arg));
  const command =
    program === "python" && at !== -1 ? args.slice(at + 1).find((arg) => !arg.startsWith("-")) : undefined;
  if (command !== undefined && RUNSERVER.has(command))
    return { tool: `manage.py ${command}`, development: true };
  if (command === "run_gunicorn" || command === "run_gunicorn_paster")
    return { tool: "gunicorn", development: false };
  return undefined;
}

/** Queue workers, schedulers and consumers. */
const WORKERS: Readonly<Record<string, readonly string[][]>> = {
  celery: [["worker"], ["beat"], ["multi"]],
  rq: [["worker"], ["worker-pool"]],
  rqworker: [[]],
  rqscheduler: [[]],
  dramatiq: [[]],
  arq: [[]],
  saq: [[]],
  huey_consumer: [[]],
  "huey_consumer.py": [[]],
  taskiq: [["worker"], ["scheduler"]],
  faust: [["worker"]],
  procrastinate: [["worker"]],
  airflow: [["scheduler"], ["worker"], ["celery", "worker"], ["triggerer"], ["dag-processor"]],
  prefect: [
    ["worker", "start"],
    ["agent", "start"],
  ],
  "dagster-daemon": [["run"]],
  scrapyd: [[]],
  nameko: [["run"]],
  faststream: [["run"]],
  luigid: [[]],
  "dask-worker": [[]],
  "dask-scheduler": [[]],
  flower: [[]],
};
const DJANGO_WORKERS = new Set([
  "rqworker",
  "rqscheduler",
  "qcluster",
  "run_huey",
  "rundramatiq",
  "runworker",
  "process_tasks",
  "db_worker",
  "celery",
]);

/** The queue worker, scheduler or consumer that a command starts. */
export function startsWorker(text: string): string | undefined {
  for (const { program, args } of readInvocations(text)) {
    const django = program === "python" ? args.find((arg) => DJANGO_WORKERS.has(arg)) : undefined;
    if (django && args.some((arg) => arg.endsWith("manage.py"))) return `manage.py ${django}`;
    if (!Object.hasOwn(WORKERS, program)) continue;
    // `celery -A proj --loglevel=info worker`: any option may stand before the word.
    const words = WORKERS[program]!.find((each) => each.every((word) => args.includes(word)));
    if (words) return [program, ...words].join(" ");
  }
  return undefined;
}
