import { defineRule, type Evidence, fail, partial, pass } from "../../src/engine/rule.ts";
import type { StartCommand } from "../../src/project/delivery/types.ts";
import { FOREIGN_IMAGE } from "../../src/project/health-probes.ts";
import type { Project } from "../../src/project/project.ts";
import type { FunctionOutline } from "../../src/project/python/functions.ts";
import type { PythonModule } from "../../src/project/python/module.ts";
import { oncePer } from "../../src/project/remember.ts";
import { findServerRuns } from "../../src/project/server-runs.ts";

export default defineRule({
  id: "shutdown-graceful",
  category: "concurrency",
  severity: "low",
  kinds: ["service"],
  title: "It shuts down in order",
  why: "Every deployment stops the old process. One that does not finish its requests and close its connections loses work each time.",
  fix: 'Close what you opened, in a lifespan:\n\n```python\n@asynccontextmanager\nasync def lifespan(app):\n    pool = await create_pool(settings.database_url)\n    yield {"pool": pool}\n    await pool.close()\n```\n\nLet a shell entry point hand signals on: `exec gunicorn …`.',
  checklist: ["000-43", "004-17"],
  alwaysApplies: true,
  examples: {
    pass: [
      {
        files: {
          "bootsteps.py":
            "from celery import bootsteps\n\n\nclass Receiver(bootsteps.StartStopStep):\n    def stop(self, consumer):\n        self.thread.join()\n",
        },
        kind: "service",
        says: "Receiver.stop closes what it opened",
        at: "bootsteps.py:5",
      },
      {
        files: {
          "bot.py":
            "from aiogram import Bot, Dispatcher\n\ndp = Dispatcher()\n\n\nasync def on_shutdown(bot: Bot):\n    await bot.session.close()\n\n\nif __name__ == '__main__':\n    dp.shutdown.register(on_shutdown)\n    dp.run_polling(Bot(TOKEN))\n",
        },
        kind: "service",
        says: "shutdown hook",
        at: "bot.py:11",
      },
      {
        files: {
          "cogs/remind.py":
            "from discord.ext import commands\n\n\nclass Remind(commands.Cog):\n    def cog_unload(self):\n        self.scheduler.cancel_all()\n",
        },
        says: "Remind.cog_unload",
        at: "cogs/remind.py:5",
        kind: "service",
        note: "A bot that closes unloads its cogs.",
      },
      {
        kind: "service",
        files: {
          "app.py":
            "from fastapi import FastAPI\n\napp = FastAPI()\napp.add_event_handler(\n    'shutdown',\n    close_pool,\n)\n",
        },
        says: "shutdown hook",
        at: "app.py:4",
      },
      {
        kind: "service",
        files: {
          "app.py":
            "from sanic import Sanic\n\napp = Sanic('shop')\n\n\nasync def close(app, loop):\n    await app.ctx.db.close()\n\n\napp.listener('after_server_stop')(close)\n",
        },
        says: "shutdown hook",
        at: "app.py:10",
      },
      {
        files: {
          "app.py":
            "from contextlib import asynccontextmanager\nfrom fastapi import FastAPI\n\n\n@asynccontextmanager\nasync def lifespan(app):\n    pool = await connect()\n    yield\n    await pool.close()\n\n\napp = FastAPI(lifespan=lifespan)\n",
        },
        says: "lifespan",
        at: "app.py:9",
        kind: "service",
      },
      {
        files: {
          "worker.py":
            "import signal\n\n\ndef stop(*_):\n    queue.close()\n\n\nsignal.signal(signal.SIGTERM, stop)\n",
        },
        says: "signal",
        at: "worker.py:8",
        kind: "service",
      },
      {
        files: {
          "app.py":
            'from fastapi import FastAPI\n\napp = FastAPI()\n\n\n@app.on_event("shutdown")\nasync def close():\n    await pool.close()\n',
        },
        says: "shutdown",
        at: "app.py:6",
        kind: "service",
      },
      {
        files: {
          "docker-compose.yml":
            "services:\n  web:\n    build: .\n    restart: always\n    stop_grace_period: 30s\n",
          "app.py": "x = 1\n",
        },
        says: "stop_grace_period",
        at: "docker-compose.yml:5",
        kind: "service",
      },
    ],
    partial: [
      {
        files: {
          "app.py": "from flask import Flask\n\napp = Flask(__name__)\n",
          Dockerfile: 'FROM python:3.13\nCOPY . .\nENTRYPOINT ["/entrypoint.sh"]\nCMD ["api"]\n',
          "entrypoint.sh":
            '#!/bin/sh\nset -eu\n\ncase "${1:-api}" in\n  api)\n    set -- gunicorn \\\n      --bind 0.0.0.0:8000 app:app\n    ;;\nesac\n\nexec "$@"\n',
        },
        says: "gunicorn finishes its requests",
        at: "entrypoint.sh:6",
        kind: "service",
      },
      {
        files: {
          Dockerfile: 'FROM python:3.13\nCOPY . .\nCMD ["./start.sh"]\n',
          "start.sh": "#!/bin/sh\npython migrate.py\nuvicorn app:app --host 0.0.0.0\n",
          "app.py":
            'from fastapi import FastAPI\n\napp = FastAPI()\n\n\n@app.on_event("shutdown")\nasync def close():\n    await pool.close()\n',
        },
        says: "without exec",
        at: "start.sh:3",
        kind: "service",
        note: "The hook never runs: the shell hands no signal on.",
      },
      {
        files: {
          "app.py":
            "import uvicorn\nfrom fastapi import FastAPI\n\napp = FastAPI()\n\nif __name__ == '__main__':\n    uvicorn.run(app)\n",
        },
        says: "uvicorn, which its code starts",
        at: "app.py:7",
        kind: "service",
      },
      {
        files: {
          Procfile: "web: gunicorn app:app\n",
          "app.py": "from flask import Flask\napp = Flask(__name__)\n",
        },
        says: "gunicorn finishes its requests",
        at: "Procfile:1",
        kind: "service",
        note: "The server stops in order; the application has no hook of its own.",
      },
    ],
    fail: [
      {
        files: {
          "app.py":
            "from tornado.httpserver import HTTPServer\nfrom tornado.ioloop import IOLoop\n\nif __name__ == '__main__':\n    HTTPServer(make()).listen(8080)\n    IOLoop.current().start()\n",
        },
        says: "Nothing is done at shutdown",
        kind: "service",
        note: "Tornado handles no signal by itself.",
      },
      {
        files: {
          "docker-compose.yml":
            "services:\n  web:\n    build: .\n    restart: always\n  postgresql-server:\n    build: db\n    restart: always\n    stop_grace_period: 5m\n",
          "app.py": "x = 1\n",
        },
        says: "Nothing is done at shutdown",
        kind: "service",
        note: "The database is given time, the service is not.",
      },
      {
        files: {
          "app.py": "from flask import Flask\n\napp = Flask(__name__)\n",
          Dockerfile: 'FROM python:3.13\nCOPY . .\nCMD ["/serve.sh"]\n',
          "serve.sh": "#!/bin/bash\nset -e\ngunicorn --bind 0.0.0.0:8000 app:app\n",
        },
        says: "serve.sh starts gunicorn without exec",
        at: "serve.sh:3",
        kind: "service",
        note: "The shell waits for the server and hands no signal on.",
      },
      {
        files: {
          "app.py":
            "from contextlib import contextmanager\nfrom flask import Flask\n\napp = Flask(__name__)\n\n\n@contextmanager\ndef session_scope():\n    session = Session()\n    yield session\n    session.close()\n\n\n@app.teardown_appcontext\ndef done(error):\n    db.remove()\n",
        },
        says: "Nothing is done",
        kind: "service",
        note: "The end of a session or of a request is not that of the process.",
      },
      {
        files: { "app.py": "from flask import Flask\napp = Flask(__name__)\napp.run()\n" },
        says: "Nothing is done",
        kind: "service",
      },
      {
        files: {
          "app.py":
            "from contextlib import asynccontextmanager\nfrom fastapi import FastAPI\n\n\n@asynccontextmanager\nasync def lifespan(app):\n    await connect()\n    yield\n\n\napp = FastAPI(lifespan=lifespan)\n",
        },
        says: "Nothing is done",
        kind: "service",
        note: "A lifespan with nothing behind its yield closes nothing.",
      },
    ],
    notApplicable: [],
  },
  check(project) {
    const hooks = [...project.source.flatMap(findHooks), ...findGrace(project)];
    const served = project.delivery.startCommands.filter(
      ({ server, development, source }) =>
        server !== undefined &&
        !development &&
        source !== "docs" &&
        /gunicorn|uvicorn|hypercorn|granian|uwsgi|daphne|celery|fastapi|litestar|sanic/i.test(server),
    );
    const started = served.filter(({ path }) => !path.endsWith(".py"));
    const reached = started.filter((one) => !isHeldByShell(project, one));
    const [first] = started.length === 0 ? served : reached;
    const [held] = reached.length === 0 ? started : [];
    const shell = held && { path: held.path, startLine: held.line, note: held.text.slice(0, 80) };
    if (hooks[0] && held && shell)
      return partial(
        `There is a ${hooks[0].note}, but ${held.path} starts ${held.server} without exec, so that the shell gets the signal to stop and the server does not.`,
        [shell, ...hooks],
      );
    if (hooks[0]) return pass(`It shuts down in order: ${hooks[0].note}.`, hooks);
    const [run, ...others] = findServerRuns(project).filter(
      ({ development, server }) => !development && !DIES_AT_ONCE.test(server),
    );
    if (!first && run)
      return partial(
        `The application has no hook of its own; ${run.server}, which its code starts, finishes its requests when it is told to stop.`,
        [run, ...others].map(({ module, line, server }) => module.at(line, server)),
      );
    if (first)
      return partial(
        `The application has no hook of its own; ${first.server} finishes its requests when it is told to stop.`,
        served.map(({ path, line, text }) => ({ path, startLine: line, note: text.slice(0, 80) })),
      );
    if (held && shell)
      return fail(
        `${held.path} starts ${held.server} without exec, so that the shell gets the signal to stop and the server does not.`,
        [shell],
      );
    return fail(
      "Nothing is done at shutdown: no lifespan or shutdown hook, no signal handler, no grace in a manifest.",
    );
  },
});

/** Servers that leave SIGTERM to its default, which ends the process with its requests. */
const DIES_AT_ONCE = /waitress|Tornado|gRPC|gevent|Cheroot|eventlet/;

/** A shell waits for the server that it starts, and hands no signal on. */
function isHeldByShell({ files }: Project, { path, line, text: said }: StartCommand): boolean {
  if (!/\.(?:sh|bash)$/.test(path) || /^exec\b/.test(said)) return false;
  const text = files.text(path) ?? "";
  return !/\bexec\b/.test(text.split("\n")[line - 1] ?? "") && !/^[ \t]{0,40}(?:trap|wait)\b/m.test(text);
}

/** Hooks whose bodies do something, and handlers of signals. */
const REGISTERS =
  /(?<!\w)(?:signal\.signal\(\s{0,20}(?:signal\.)?SIGTERM(?!\s{0,4},\s{0,20}(?:signal\.)?SIG_)|\w{1,40}\.add_signal_handler\(|atexit\.register\(|\w{1,60}\.(?:on_shutdown|on_cleanup|cleanup_ctx|on_stop|after_server_stop|before_server_stop|after_serving)\.append\(|\w{1,60}\.add_event_handler\(\s{0,20}["']|\w{1,40}\.shutdown\.register\(|worker_shutdown\.connect|worker_process_shutdown\.connect)|(?<!@)\b\w{1,40}\.(?:listener|register_listener)\(|\bon_shutdown\s{0,4}=\s{0,4}\[\s{0,20}\w/g;
/** One of them stands in the code wherever that pattern matches. */
const REGISTER_WORDS =
  "sigterm add_signal_handler atexit on_shutdown on_cleanup cleanup_ctx on_stop after_server_stop before_server_stop after_serving add_event_handler register worker_shutdown worker_process_shutdown listener register_listener".split(
    " ",
  );
/** One of them stands in the code of a module that has any hook. */
const HOOK_WORDS = [
  ...REGISTER_WORDS,
  ..."yield signal shutdown stop close aclose aexit teardown cleanup lifespan cog_unload on_event".split(" "),
];
const DECORATES =
  /^(?:\w[\w.]{0,60}\.)?(?:on_event\(\s{0,4}["']shutdown["']|after_serving|after_server_stop|before_server_stop|main_process_stop|listener\(\s{0,4}["'](?:after_server_stop|before_server_stop)["']|on_shutdown|worker_shutdown\.connect|worker_process_shutdown\.connect|on_stop|atexit\.register|(?:\w{0,20}dp|dispatcher|router)\.shutdown\()/;
/** The body of a one-line function stands behind its header's colon. */
const bodyOf = ({ body, header }: FunctionOutline): string =>
  body.trim() === "" ? header.slice(header.lastIndexOf(":") + 1) : body;
const STOPS =
  /^(?:close|aclose|shutdown|stop|cleanup|on_shutdown|on_stop|__aexit__|setup_hook_close|post_shutdown|teardown)$/;

function findHooks(module: PythonModule): Evidence[] {
  if (!module.mentionsAny(HOOK_WORDS)) return [];
  const found: Evidence[] = [];
  const handsOver = module.mentions("lifespan", "cleanup_ctx");
  const yields = module.mentions("yield");
  for (const one of module.functions) {
    const decorator = one.decorators.find(({ text }) => DECORATES.test(text));
    if (decorator && acts(bodyOf(one))) found.push(module.at(decorator.line, `shutdown hook ${one.name}`));
    const waits = (yields && one.code.includes("yield")) || (handsOver && one.code.includes("async"));
    const closing = waits && isLifespan(module, one, handsOver) ? behindYield(module, one) : undefined;
    if (closing !== undefined) found.push(module.at(closing, `lifespan ${one.name} closes what it opened`));
    if (isStopMethod(module, one))
      found.push(module.at(one.line, `${one.className}.${one.name} closes what it opened`));
  }
  const registers = module.mentionsAny(REGISTER_WORDS) ? module.code.matchAll(REGISTERS) : [];
  for (const match of registers) {
    const line = module.lineAt(match.index);
    // The event's name is the first argument, or the second one.
    const named = module.text.slice(match.index, match.index + match[0].length + 120);
    if (/add_event_handler/.test(match[0]) && !/\(\s{0,20}["']shutdown\b/.test(named)) continue;
    if (
      /listener/.test(match[0]) &&
      !/["'](?:(?:after|before)_server_stop|main_process_stop)["']/.test(named)
    )
      continue;
    found.push(module.at(line, /signal/i.test(match[0]) ? "signal handler" : "shutdown hook"));
  }
  return found;
}

/** A generator of the application: by its name, by its argument, or handed over as one. Sessions of a request are none. */
function isLifespan(
  module: PythonModule,
  { name, header, decorators }: FunctionOutline,
  handsOver: boolean,
): boolean {
  const made = decorators.map((one) => one.text).join(" ");
  if (/lifespan/i.test(name) || /lifespan/i.test(made)) return true;
  if (
    /\(\s{0,20}_?\w{0,20}(?:app|application)_?\s{0,4}[:,)]|:\s{0,4}(?:FastAPI|Starlette|Litestar|Quart|Sanic|web\.Application)\b/.test(
      header,
    )
  )
    return true;
  return handsOver && handedOver(module).has(name);
}

/** Names that stand behind what takes a lifespan, on the same line. */
const handedOver = oncePer(({ text }: PythonModule) => {
  const names = new Set<string>();
  for (const [, behind = ""] of text.matchAll(/\b(?:lifespan|cleanup_ctx)\b(?=([^\n]{0,120}))/g))
    for (const name of behind.match(/\w{1,120}/g) ?? []) names.add(name);
  return names;
});

const BOT_PACKAGES = ["discord", "disnake", "nextcord", "hikari", "interactions", "twitchio"];

/** Methods that a server, worker or bot library calls, or its owner, when the process ends. */
function isStopMethod(module: PythonModule, { className, name, async, body }: FunctionOutline): boolean {
  // A bot that closes unloads its cogs, whether their method waits or not.
  if (name === "cog_unload") return acts(body) && BOT_PACKAGES.some((one) => module.importsPackage(one));
  if (className === undefined || !STOPS.test(name)) return false;
  // Celery's worker stops its bootsteps in order.
  if (!async) return module.text.includes("bootsteps") && module.importsPackage("celery") && acts(body);
  if (!/\.(?:a?close|stop|shutdown|disconnect|cancel)\(/.test(body)) return false;
  if (/Bot|Runner|Worker|App(?:lication)?$|Server/.test(className)) return true;
  return /Client/.test(className) && BOT_PACKAGES.some((one) => module.importsPackage(one));
}

const acts = (body: string): boolean =>
  /[\w\])]\(|\bdel\b|=/.test(body.replace(/\b(?:print|pass)\b\(?/g, ""));

/** The first line behind the yield of a lifespan that does something. */
function behindYield(module: PythonModule, { line, endLine, name }: FunctionOutline): number | undefined {
  const inside = module.statementsBetween(line, endLine);
  const at = inside.findIndex(
    (one) =>
      one.keyword === "yield" ||
      /^\s{0,80}(?:\w{1,40}\s{0,4}=\s{0,4})?yield\b/.test(module.code.slice(one.start, one.start + 120)),
  );
  if (at === -1) {
    // Any other function that takes the application and opens something has nothing to do with its end.
    if (!/lifespan/i.test(name)) return undefined;
    const wrapped = inside.find((one) => one.keyword === "with" && one.async);
    return wrapped?.line;
  }
  const opened = inside.slice(0, at).find((one) => one.keyword === "with");
  const after = inside
    .slice(at + 1)
    .find((one) => one.keyword === "" || one.keyword === "await" || one.keyword === "with");
  const does =
    after &&
    !/^\s{0,80}(?:await )?(?:\w{0,20}log\w{0,10}\.\w{1,20}|print)\(/.test(
      module.code.slice(after.start, after.start + 120),
    );
  return does ? after.line : opened?.line;
}

/** Time that a manifest gives to stop, and entry points that hand signals on. */
function findGrace({ delivery, files }: Project): Evidence[] {
  const composed = delivery.compose.flatMap(({ path, services, development }) =>
    development
      ? []
      : services
          .filter(({ data }) => data.stop_grace_period !== undefined || data.stop_signal !== undefined)
          // A database has its own way to stop.
          .filter(({ name, image = "" }) => !FOREIGN_IMAGE.test(image) && !FOREIGN_IMAGE.test(name))
          .map(({ line }) => ({
            path,
            startLine: lineOf(files.text(path) ?? "", /^\s{1,20}stop_(?:grace_period|signal)\s{0,4}:/, line),
            note: "stop_grace_period in compose",
          })),
  );
  const objects = delivery.kubernetes.flatMap(({ path }) => {
    const text = files.text(path) ?? "";
    const line = lineOf(text, /^\s{1,20}(?:terminationGracePeriodSeconds|preStop)\s{0,4}:/);
    return line > 1 ? [{ path, startLine: line, note: "grace in the manifest" }] : [];
  });
  const options = delivery.startCommands
    .filter(
      ({ text, development }) =>
        !development &&
        /--(?:graceful-timeout|timeout-graceful-shutdown|shutdown-timeout|stop-timeout|graceful)/.test(text),
    )
    .map(({ path, line }) => ({ path, startLine: line, note: "graceful time-out of the server" }));
  const fly = files.paths
    .filter((path) => /(?:^|\/)fly\.toml$/.test(path))
    .flatMap((path) => {
      const line = lineOf(files.text(path) ?? "", /^\s{0,8}kill_(?:signal|timeout)\b/);
      return line > 1 ? [{ path, startLine: line, note: "kill_timeout in fly.toml" }] : [];
    });
  return [...composed, ...objects, ...options, ...fly];
}

const lineOf = (text: string, pattern: RegExp, from = 1): number =>
  text.split("\n").findIndex((line, index) => index >= from - 1 && pattern.test(line)) + 1 || from;
