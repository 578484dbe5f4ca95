import { defineRule, fail, partial, pass } from "../../src/engine/rule.ts";
import type { StartCommand } from "../../src/project/delivery/types.ts";
import type { Project } from "../../src/project/project.ts";
import { findServerRuns } from "../../src/project/server-runs.ts";
import { findGrace, findHooks } from "../../src/project/shutdown-hooks.ts";

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
        kind: "service",
        files: {
          "app.py":
            "from contextlib import asynccontextmanager\n\nfrom fastapi import FastAPI\n\n\ndef make_lifespan():\n    @asynccontextmanager\n    async def lifespan(app):\n        yield\n        await app.state.pool.close()\n\n    return lifespan\n\n\napp = FastAPI(lifespan=make_lifespan())\n",
        },
        says: "in order: lifespan lifespan closes",
        at: "app.py:10",
        note: "A function makes it.",
      },
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
