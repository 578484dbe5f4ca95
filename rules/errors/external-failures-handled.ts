import {
  defineRule,
  type Evidence,
  type Finding,
  inconclusive,
  judgeShare,
  notApplicable,
} from "../../src/engine/rule.ts";
import { type ExternalCall, findNetworkCalls } from "../../src/project/external-calls.ts";
import { findGuardedModules, type GuardedModule } from "../../src/project/guarded-calls.ts";

export default defineRule({
  id: "external-failures-handled",
  category: "errors",
  severity: "medium",
  kinds: "all",
  title: "Failures from outside are handled",
  why: "Networks drop, disks fill and other systems answer nonsense; code that never asks what came back turns their trouble into its own crash or, worse, into wrong data.",
  fix: "Decide at each call out, or in one place around it, what a failure means:\n\n```python\ntry:\n    response = client.get(url, timeout=5)\n    response.raise_for_status()\nexcept httpx.HTTPError as error:\n    raise RatesUnavailable(url) from error\n```\n\nWeb frameworks take one handler for all: `@app.exception_handler(RatesUnavailable)`.",
  checklist: ["002-01", "001-03", "001-33"],
  examples: {
    pass: [
      {
        files: {
          "app.py":
            "import httpx\nfrom starlette.applications import Starlette\n\napp = Starlette(exception_handlers={httpx.HTTPError: away})\n\ndef price(sku):\n    return httpx.get(URL + sku).json()\n",
        },
        says: "The one module that makes calls",
        at: "app.py:4",
        note: "The application is given a handler for what the client raises.",
      },
      {
        files: {
          "app.py":
            "import httpx\nfrom aiohttp import web\n\n@web.middleware\nasync def errors(request, handler):\n    try:\n        return await handler(request)\n    except Exception:\n        return web.json_response({}, status=500)\n\ndef price(sku):\n    return httpx.get(URL + sku).json()\n",
        },
        says: "The one module that makes calls",
        at: "app.py:8",
        note: "A middleware handles what rises below it.",
      },
      {
        files: {
          "errors.py":
            "from contextlib import contextmanager\n\n@contextmanager\ndef translated():\n    try:\n        yield\n    except OSError as e:\n        raise GatewayDown from e\n",
          "gateway.py":
            "import httpx\nfrom errors import translated\n\ndef price(sku):\n    with translated():\n        return httpx.get(URL + sku).json()\n",
        },
        says: "The one module that makes calls",
        at: "gateway.py:5",
        note: "The context manager handles what rises inside it.",
      },
      {
        files: {
          "gateway.py":
            "import httpx\n\ndef guarded(f):\n    def inner(*args):\n        try:\n            return f(*args)\n        except httpx.HTTPError:\n            return None\n    return inner\n\n@guarded\ndef price(sku):\n    return httpx.get(URL + sku).json()\n",
        },
        says: "The one module that makes calls",
        at: "gateway.py:11",
        note: "The decorator handles what the function raises.",
      },
      {
        files: {
          "dags/common.py": "def arguments():\n    return {'default_args': {'on_failure_callback': alert}}\n",
          "dags/send.py":
            "import paramiko\nfrom airflow import DAG\nfrom dags.common import arguments\n\n\ndef send():\n    paramiko.SSHClient().connect(hostname='a')\n\n\nwith DAG('send', **arguments()) as dag:\n    pass\n",
        },
        says: "handle",
        at: "dags/common.py:2",
        note: "The scheduler calls it for whatever fails.",
      },
      {
        files: {
          "app.py":
            "import requests\n\ntry:\n    requests.get(URL)\nexcept requests.RequestException:\n    retry_later()\n",
        },
        says: "The one module that makes calls which can fail from outside handles their failures",
        at: "app.py:5",
      },
      {
        files: {
          "app.py":
            "import httpx\n\ndef rates():\n    r = httpx.get(URL)\n    r.raise_for_status()\n    return r.json()\n",
        },
        says: "The one module",
        at: "app.py:5",
      },
      {
        files: {
          "app/client.py": "import requests\n\ndef fetch_rates():\n    return requests.get(URL).json()\n",
          "app/views.py":
            "from .client import fetch_rates\n\ndef view():\n    try:\n        return fetch_rates()\n    except OSError:\n        return None\n",
        },
        says: "The one module",
        at: "app/views.py:6",
        note: "The caller handles what the call may raise.",
      },
      {
        files: {
          "main.py":
            "from fastapi import FastAPI\nimport requests\n\napp = FastAPI()\n\n@app.exception_handler(Exception)\ndef failed(request, error):\n    return 503\n\n@app.get('/')\ndef index():\n    return requests.get(URL).text\n",
        },
        says: "The one module",
        at: "main.py:6",
      },
    ],
    partial: [
      {
        files: {
          "shop/app.py":
            "import aiohttp\n\nasync def main():\n    async with aiohttp.ClientSession() as session:\n        await Shop(http_session=session).start()\n",
          "shop/names.py":
            "async def names(shop):\n    try:\n        return await shop.http_session.get(URL)\n    except OSError:\n        return []\n",
          "shop/rates.py": "async def rates(shop):\n    return await shop.http_session.get(URL)\n",
        },
        says: "1 of 2 modules",
        at: "shop/rates.py:2",
        note: "The client is known by the name that it is handed on as.",
      },
      {
        files: {
          "chat/bot.py":
            "import discord\n\nclass Bot(discord.Client):\n    async def on_error(self, event):\n        tell(event)\n\nif __name__ == '__main__':\n    Bot().run(TOKEN)\n",
          "chat/rates.py": "import requests\n\ndef rates():\n    return requests.get(URL).json()\n",
          "mail/send.py": "import requests\n\nif __name__ == '__main__':\n    requests.post(URL)\n",
          "sync/run.py": "import sync.work\n\nif __name__ == '__main__':\n    sync.work.go()\n",
        },
        says: "1 of 2 modules",
        at: "mail/send.py:4",
        note: "The handler of one program is none for another in the same repository.",
      },
      {
        files: {
          "a.py": "import subprocess\n\nsubprocess.run(['make'], check=True)\n",
          "b.py": "import requests\n\nprint(requests.get(URL).text)\n",
        },
        says: "1 of 2 modules that make calls which can fail from outside handles none of their failures",
        at: "b.py:3",
      },
    ],
    fail: [
      {
        files: {
          "client.py":
            "import requests\n\n\ndef exception_handler(name):\n    raise LookupError(name)\n\n\ndef price(sku):\n    return requests.get(URL + sku).json()\n",
        },
        says: "1 of 1 modules that make calls",
        at: "client.py:9",
        note: "A function of that name which is given no exception belongs to no framework.",
      },
      {
        files: {
          "app.py":
            "import httpx\nfrom starlette.applications import Starlette\n\napp = Starlette(exception_handlers={404: gone})\n\ndef price(sku):\n    return httpx.get(URL + sku).json()\n",
        },
        says: "1 of 1 modules that make calls",
        at: "app.py:7",
        note: "A missing page is no failure of what is called.",
      },
      {
        files: {
          "main.py":
            "import asyncpg\nfrom fastapi import FastAPI\nfrom starlette.exceptions import HTTPException\n\napp = FastAPI()\napp.add_exception_handler(HTTPException, show)\n\n\nasync def connect():\n    app.state.pool = await asyncpg.create_pool(URL)\n",
        },
        says: "none of their failures",
        at: "main.py:10",
        note: "A handler of what the routes answer with sees no failing database.",
      },
      {
        files: {
          "settings.py": 'REST_FRAMEWORK = {"EXCEPTION_HANDLER": "rest_framework.views.exception_handler"}\n',
          "views.py": "import requests\n\ndef view(request):\n    return requests.get(URL).json()\n",
        },
        says: "1 of 1 modules",
        at: "views.py:4",
        note: "REST framework's own handler answers its own exceptions only.",
      },
      {
        files: {
          "bot.py":
            "import aiohttp\n\nclass Bot:\n    async def start(self):\n        self.session = aiohttp.ClientSession()\n",
          "cogs/cats.py":
            "class Cats:\n    async def cat(self):\n        async with self.bot.session.get(URL) as answer:\n            return await answer.json()\n",
        },
        says: "1 of 1 modules",
        at: "cogs/cats.py:3",
        note: "The client is made in one module and called in another.",
      },
      {
        files: {
          "app.py":
            "import requests\nfrom flask_wtf.csrf import CSRFError\n\n@app.errorhandler(404)\ndef lost(error):\n    return page(error), 404\n\n@app.errorhandler(CSRFError)\ndef forged(error):\n    return page(error), 400\n\n@app.route('/')\ndef index():\n    return requests.get(URL).text\n",
        },
        says: "1 of 1 modules",
        at: "app.py:14",
        note: "Handlers for the mistakes of clients never see a failure of another service.",
      },
      {
        files: { "app.py": "import requests\n\nprint(requests.get(URL).json())\n" },
        says: "1 of 1 modules",
        at: "app.py:3",
      },
      {
        files: {
          "app.py":
            "import psycopg2\n\ntry:\n    count = int(text)\nexcept ValueError:\n    count = 0\nconnection = psycopg2.connect(DSN)\n",
        },
        says: "1 of 1 modules",
        at: "app.py:7",
        note: "A handler around something else handles nothing here.",
      },
    ],
    inconclusive: [
      {
        files: {
          "chain.py": "from web3 import HTTPProvider\n\n\ndef provider(uri):\n    return HTTPProvider(uri)\n",
        },
        says: "Clients of databases or networks are made here",
        at: "chain.py:5",
        note: "It connects when it is called.",
      },
      {
        files: {
          "db.py":
            "from sqlalchemy.ext.asyncio import create_async_engine\n\ndef make():\n    return create_async_engine('postgresql+asyncpg://' + HOST)\n",
        },
        says: "cannot be followed",
        at: "db.py:4",
        note: "An ORM's sessions are handed on under many names.",
      },
    ],
    notApplicable: [
      {
        files: {
          "settings.py":
            "import json\nimport os\n\nOPTIONS = json.loads(os.environ['OPTIONS'])\nwith open(DEFAULTS) as f:\n    TEXT = f.read()\n",
        },
        says: "makes no calls that can fail from outside",
        note: "The project's own settings and files come from no stranger.",
      },
      {
        files: { "app.py": "def add(a, b):\n    return a + b\n" },
        says: "makes no calls that can fail from outside",
      },
    ],
  },
  check(project) {
    const modules = findGuardedModules(project);
    const total = modules.length;
    if (total === 0) return judgeNoCalls(findNetworkCalls(project));
    const open = modules.filter(({ guard }) => guard === undefined);
    if (open.length === 0) {
      const all =
        total === 1
          ? "The one module that makes calls which can fail from outside handles"
          : `All ${total} modules that make calls which can fail from outside handle`;
      return judgeShare(total, total, `${all} their failures.`, distinct(modules.map(evidenceOf)));
    }
    const verb = open.length === 1 ? "handles" : "handle";
    const message = `${open.length} of ${total} modules that make calls which can fail from outside ${verb} none of their failures.`;
    return judgeShare(total - open.length, total, message, open.map(evidenceOf));
  },
});

/** Clients may be handed on to code that is called by other names. */
const judgeNoCalls = (made: readonly ExternalCall[]): Finding =>
  made.length === 0
    ? notApplicable("The code makes no calls that can fail from outside.")
    : inconclusive(
        "Clients of databases or networks are made here; where they are called, and what handles their failures, cannot be followed.",
        made.map(({ module, line, callee }) => module.at(line, callee)),
      );

/** Many modules may stand under one handler. */
const distinct = (evidence: Evidence[]): Evidence[] => [
  ...new Map(evidence.map((one) => [`${one.path}:${one.startLine}`, one])).values(),
];

const evidenceOf = ({ module, lines, guard }: GuardedModule): Evidence =>
  guard
    ? { path: guard.path, startLine: guard.line, note: guard.what }
    : module.at(
        lines[0] ?? 1,
        lines.length === 1
          ? "nothing handles its failure"
          : `${lines.length} calls, nothing handles their failures`,
      );
