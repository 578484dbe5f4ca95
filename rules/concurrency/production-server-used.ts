import {
  defineRule,
  type Evidence,
  type Finding,
  fail,
  inconclusive,
  notApplicable,
  partial,
  pass,
} from "../../src/engine/rule.ts";
import { startsServer } from "../../src/project/delivery/servers.ts";
import type { StartCommand } from "../../src/project/delivery/types.ts";
import { familyOf } from "../../src/project/frameworks.ts";
import { HTTP_FRAMEWORKS } from "../../src/project/http-listeners.ts";
import type { Place } from "../../src/project/manifests/types.ts";
import { findDeploymentElsewhere } from "../../src/project/operations.ts";
import { answersProbesOnly } from "../../src/project/probe-routes.ts";
import {
  declaredServers,
  deployedServers,
  developmentNameOf,
  documentedServers,
  isOfDevelopment,
  isReplaced,
  nameOf,
  runsOf,
  servingImage,
  servingPlatform,
} from "../../src/project/production-servers.ts";
import type { Project } from "../../src/project/project.ts";
import { findRoutes } from "../../src/project/routes.ts";
import { findServerRuns, type ServerRun } from "../../src/project/server-runs.ts";

export default defineRule({
  id: "production-server-used",
  category: "concurrency",
  severity: "high",
  kinds: ["service"],
  blocker: true,
  title: "A production server serves it",
  why: "Development servers answer one request at a time, restart when a file changes, and say themselves that they are neither fast nor safe.",
  fix: 'Start it with a server made for it:\n\n```dockerfile\nCMD ["gunicorn", "shop.wsgi", "--bind", "0.0.0.0:8000", "--workers", "4"]\n```\n\nor `uvicorn shop.main:app --workers 4` for ASGI.',
  checklist: ["002-17", "004-17"],
  unseenIn: ["sdist", "wheel"],
  question: "Which server, started by which command, serves it in production?",
  examples: {
    pass: [
      {
        files: {
          Dockerfile: "FROM tiangolo/uvicorn-gunicorn-fastapi:python3.11\nCOPY ./api /app/app\n",
          "api/main.py": "from fastapi import FastAPI\napp = FastAPI()\n",
        },
        says: "its base image",
        at: "Dockerfile:1",
        kind: "service",
      },
      {
        kind: "service",
        files: {
          Dockerfile: "FROM apache/airflow:3.0.2-python3.12\nCOPY plugins /opt/airflow/plugins\n",
          "compose.prod.yaml":
            "services:\n  api:\n    build: .\n    command: api-server\n    restart: always\n  init:\n    build: .\n    command: version\n    volumes:\n      - ./dags:/opt/airflow/dags\n",
          "plugins/upload.py": "from fastapi import FastAPI\n\napp = FastAPI()\n",
        },
        says: "airflow api-server serves it",
        at: "compose.prod.yaml:4",
        note: "Airflow serves the applications of its plugins.",
      },
      {
        kind: "service",
        files: {
          "bot.py":
            "import discord\nimport uvicorn\nfrom starlette.applications import Starlette\nfrom starlette.routing import Mount, Route\n\nclient = discord.Client()\napp = Starlette(routes=[Mount('/api', app=api), Route('/health', endpoint=health)])\n\n\nasync def main():\n    await uvicorn.Server(uvicorn.Config(app, port=8000)).serve()\n",
        },
        says: "uvicorn",
        at: "bot.py:11",
        note: "What is mounted answers more than probes.",
      },
      {
        kind: "service",
        files: {
          "site.py":
            "from flask import Flask\n\napp = Flask(__name__)\n\nif __name__ == '__main__':\n    app.run()\n",
          "roles/app/templates/site.conf":
            "<VirtualHost *:80>\nWSGIScriptAlias / /var/www/site.wsgi\n</VirtualHost>\n",
        },
        says: "Apache mod_wsgi serves it",
        at: "roles/app/templates/site.conf:2",
      },
      {
        kind: "service",
        files: {
          "app.py": "from flask import Flask\n\napp = Flask(__name__)\n",
          Dockerfile: 'FROM python:3.13\nCOPY . .\nENTRYPOINT ["/entrypoint.sh"]\nCMD ["api"]\n',
          "entrypoint.sh":
            '#!/bin/sh\nset -eu\n\ncase "${1:-api}" in\n  api)\n    set -- gunicorn \\\n      --bind 0.0.0.0:8000 app:app\n    ;;\nesac\n\nexec "$@"\n',
        },
        says: "gunicorn serves it",
        at: "entrypoint.sh:6",
      },
      {
        kind: "service",
        files: {
          "app.py": "from flask import Flask\n\napp = Flask(__name__)\n",
          "compose.yaml":
            "services:\n  web:\n    build: .\n    volumes: ['.:/app']\n    command: flask run --debug\n",
          "docs/production.md": "# Production\n\n```bash\ngunicorn app:app --workers 3\n```\n",
        },
        says: "The documentation starts it by gunicorn",
        at: "docs/production.md:4",
        note: "A compose file for development says nothing of production.",
      },
      {
        kind: "service",
        files: {
          "app/cli.py":
            "import os\n\n\ndef webserver(arguments):\n    os.execvp('gunicorn', ['gunicorn', *arguments, 'app.web:app'])\n",
          "app/web.py": "from flask import Flask\n\napp = Flask(__name__)\n",
        },
        says: "gunicorn",
        at: "app/cli.py:5",
        note: "A command of its own that becomes the server.",
      },
      {
        files: {
          Procfile: "web: gunicorn app:app\n",
          "app.py": "from flask import Flask\napp = Flask(__name__)\n",
        },
        says: "gunicorn",
        at: "Procfile:1",
        kind: "service",
      },
      {
        files: {
          Dockerfile: 'FROM python:3.12\nCOPY . .\nCMD ["uvicorn", "app:app", "--host", "0.0.0.0"]\n',
          "app.py": "from fastapi import FastAPI\napp = FastAPI()\n",
        },
        says: "uvicorn",
        at: "Dockerfile:3",
        kind: "service",
      },
      {
        files: {
          "app.py":
            "import uvicorn\nfrom fastapi import FastAPI\n\napp = FastAPI()\n\nif __name__ == '__main__':\n    uvicorn.run(app, port=8000)\n",
        },
        says: "uvicorn",
        at: "app.py:7",
        kind: "service",
        note: "The code itself runs a production server, without reload.",
      },
      {
        files: {
          "main.py":
            "import uvicorn\nfrom app import ENV\nfrom fastapi import FastAPI\n\nuvicorn.run('app:app', reload=True if ENV == 'local' else False)\n",
        },
        says: "uvicorn",
        at: "main.py:5",
        kind: "service",
        note: "It reloads for development only.",
      },
      {
        files: {
          "lambda.py":
            "from fastapi import FastAPI\nfrom mangum import Mangum\n\napp = FastAPI()\nhandler = Mangum(app)\n",
        },
        says: "Mangum",
        at: "lambda.py:5",
        kind: "service",
      },
    ],
    partial: [
      {
        files: {
          "requirements.txt": "flask==3.0\ngunicorn==22.0\n",
          "app.py":
            "from flask import Flask\napp = Flask(__name__)\nif __name__ == '__main__':\n    app.run()\n",
        },
        says: "gunicorn is declared",
        at: "requirements.txt:2",
        kind: "service",
      },
      {
        files: {
          "requirements.txt": "django==6.1\ngunicorn==26.0\n",
          Procfile: "web: make run\nscss: make watch\n",
          Makefile: "run:\n\tpython -m manage runserver\n",
          "manage.py": "from django.core.management import execute_from_command_line\n",
        },
        says: "gunicorn is declared",
        at: "requirements.txt:2",
        kind: "service",
        note: "foreman starts this at home.",
      },
    ],
    fail: [
      {
        files: {
          Dockerfile: 'FROM python:3.13\nCOPY . .\nENTRYPOINT ["/code/entrypoint.sh"]\n',
          "entrypoint.sh":
            '#!/bin/bash\nset -e\ncase "$1" in\n  start)\n    alembic upgrade head\n    exec uvicorn app:make --factory --reload\n    ;;\n  *)\n    exec "$@"\n    ;;\nesac\n',
          "app.py":
            "import uvicorn\nfrom fastapi import FastAPI\n\n\ndef make():\n    return FastAPI()\n\n\nif __name__ == '__main__':\n    uvicorn.run(make())\n",
        },
        says: "development server: uvicorn",
        at: "entrypoint.sh:6",
        kind: "service",
        note: "The image runs this, and the guard is for who starts the module by hand.",
      },
      {
        files: {
          "requirements.txt": "fastapi==0.111.0\nuvicorn==0.30.0\n",
          Dockerfile: 'FROM python:3.12\nCOPY . .\nCMD ["python", "-m", "api"]\n',
          "api/main.py": "from fastapi import FastAPI\napp = FastAPI()\n",
          "api/__main__.py":
            "import uvicorn\n\nif __name__ == '__main__':\n    uvicorn.run('api.main:app', reload=True)\n",
        },
        says: "development server: uvicorn",
        at: "Dockerfile:3",
        kind: "service",
        note: "The module that the image runs.",
      },
      {
        files: {
          Dockerfile: "FROM python:3.12\nCOPY . .\nCMD python manage.py runserver 0.0.0.0:8000\n",
          "manage.py": "import django\n",
          "shop/settings.py": "ROOT_URLCONF = 'x'\n",
        },
        says: "development server",
        at: "Dockerfile:3",
        kind: "service",
      },
      {
        files: {
          "app.py":
            "from flask import Flask\napp = Flask(__name__)\nif __name__ == '__main__':\n    app.run(host='0.0.0.0')\n",
        },
        says: "development server",
        at: "app.py:4",
        kind: "service",
      },
      {
        files: {
          Dockerfile: 'FROM python:3.12\nCOPY . .\nCMD ["uvicorn", "app:app", "--reload"]\n',
          "app.py": "from fastapi import FastAPI\napp = FastAPI()\n",
        },
        says: "development server",
        at: "Dockerfile:3",
        kind: "service",
        note: "With --reload, uvicorn is a development server too.",
      },
      {
        files: {
          "requirements.txt": "fastapi==0.115.0\nuvicorn==0.32.0\n",
          "compose.yml": "services:\n  api:\n    build: .\n    command: uvicorn app:app --reload\n",
          "app.py": "from fastapi import FastAPI\napp = FastAPI()\n",
        },
        says: "development server: uvicorn",
        at: "compose.yml:4",
        kind: "service",
        note: "That it is declared shows no other start.",
      },
    ],
    inconclusive: [
      {
        files: {
          "shop/wsgi.py":
            "from django.core.wsgi import get_wsgi_application\napplication = get_wsgi_application()\n",
          "shop/settings.py": "ROOT_URLCONF = 'x'\n",
          "manage.py": "import django\n",
        },
        says: "does not show",
        kind: "service",
      },
    ],
    notApplicable: [
      {
        kind: "service",
        files: {
          "bot.py":
            "import discord\nfrom flask import Flask\n\napp = Flask(__name__)\n\n\n@app.route('/')\ndef home():\n    return 'alive'\n\n\nclient = discord.Client()\nclient.run(token)\n",
        },
        says: "no HTTP listener",
        note: "A page that keeps it awake.",
      },
      {
        kind: "service",
        files: {
          "bot.py":
            "import discord\nfrom aiohttp import web\n\n\nasync def start(bot):\n    app = web.Application()\n    app.router.add_get('/health', health)\n    app.router.add_get('/metrics', metrics)\n    await web.AppRunner(app).setup()\n\n\nclient = discord.Client()\nclient.run(token)\n",
        },
        says: "no HTTP listener",
        note: "A bot that is only asked for its health.",
      },
      {
        files: { "bot.py": "import discord\n\nclient = discord.Client()\nclient.run('x')\n" },
        says: "no HTTP",
        kind: "service",
      },
    ],
  },
  check(project) {
    if (!listens(project)) return notApplicable("It has no HTTP listener: a bot or worker needs no server.");
    return servedFor(project) ?? servedByHand(project) ?? withoutDeployment(project);
  },
});

/** By a server for production, or by the module of a development server that is deployed: a command's, the code's own, a platform's, an image's. */
function servedFor(project: Project): Finding | undefined {
  const deployed = deployedServers(project);
  const production = deployed.filter(
    ({ text, development }) => !development && startsServer(text)?.development === false,
  );
  if (production[0]) return pass(`${nameOf(production[0])} serves it.`, production.map(show));
  const inCode = findServerRuns(project);
  const serving = inCode.filter(({ development }) => !development);
  if (serving[0] && !isReplaced(project, serving, deployed))
    return pass(`${serving[0].server} serves it.`, serving.map(showRun));
  const byHand = runsOf(
    project,
    inCode.filter(({ development }) => development),
  );
  if (byHand[0])
    return fail(`It is started by a development server: ${byHand[0].run.server}.`, [
      ...byHand.map(({ command }) => show(command)),
      ...byHand.map(({ run }) => showRun(run)),
    ]);
  const platform = servingPlatform(project);
  if (platform) return pass(`${platform.name} serves it.`, [placeOf(platform, platform.name)]);
  const image = servingImage(project);
  return image && pass("The server of its base image serves it.", [placeOf(image, image.image)]);
}

/** By a command for development, unless that is not what runs in production: another server is documented or declared. */
function servedByHand(project: Project): Finding | undefined {
  const deployed = deployedServers(project);
  const tools = new Set(deployed.map(nameOf));
  const other =
    documentedServers(project)[0] ?? declaredServers(project).find(({ name }) => !tools.has(name));
  const [first] = deployed;
  if (!first || (other && deployed.every((one) => isOfDevelopment(project, one)))) return undefined;
  return fail(`It is started by a development server: ${developmentNameOf(first)}.`, deployed.map(show));
}

const showRun = ({ module, line, server }: ServerRun): Evidence => module.at(line, server);

const show = ({ path, line, text }: StartCommand): Evidence => ({
  path,
  startLine: line,
  note: text.slice(0, 80),
});

const placeOf = ({ path, line }: Place, note: string): Evidence => ({ path, startLine: line, note });

/** Nothing that ships says how it is served: the documents, the dependencies, the code of the main guard. */
function withoutDeployment(project: Project): Finding {
  const documented = documentedServers(project);
  if (documented[0])
    return pass(
      `${documented[0].source === "docs" ? "The documentation" : "A make target"} starts it by ${nameOf(documented[0])}.`,
      documented.map(show),
    );
  const declared = declaredServers(project);
  const [first] = declared;
  if (first)
    return partial(
      `${first.name} is declared, but no start command uses it.`,
      declared.map((one) => placeOf(one, one.name)),
    );
  const elsewhere = findDeploymentElsewhere(project);
  if (elsewhere)
    return inconclusive("Its deployment lives elsewhere, so this repository does not show what serves it.", [
      placeOf(elsewhere, elsewhere.note),
    ]);
  const runs = findServerRuns(project).map(showRun);
  if (runs[0]) return fail(`It is started by a development server: ${runs[0].note}.`, runs);
  const shown = project.delivery.startCommands.filter(({ text }) => startsServer(text)?.development === true);
  if (shown[0])
    return fail(
      `The only way shown to start it is a development server: ${nameOf(shown[0])}.`,
      shown.map(show),
    );
  const application = project.source.flatMap((module) => {
    const at = module.code.search(
      /(?<!\w)get_[aw]sgi_application\(|(?<![\w.])(?:Flask|FastAPI|Starlette|Litestar|Sanic|Quart)\(/,
    );
    return at === -1 ? [] : [module.at(module.code.slice(0, at).split("\n").length, "application object")];
  });
  return inconclusive("The repository does not show what serves it in production.", application);
}

/** A bot that imports a web framework listens only where it has routes, and other ones than probes ask for. */
const listens = (project: Project): boolean =>
  !answersProbesOnly(project) &&
  project.frameworks.some(({ name }) => HTTP_FRAMEWORKS.has(name)) &&
  (!project.frameworks.some(({ name }) => familyOf(name) === "bot") || findRoutes(project).length > 0);
