import { defineRule, type Evidence, inconclusive, judgeShare, notApplicable } from "../../src/engine/rule.ts";
import { startsServer, startsWorker } from "../../src/project/delivery/servers.ts";
import { type ExternalCall, findProgramCalls } from "../../src/project/external-calls.ts";

export default defineRule({
  id: "timeouts-set",
  category: "errors",
  severity: "high",
  kinds: "all",
  title: "External calls have time-outs",
  why: "A call without a time-out waits for ever when the other side hangs: workers fill up one by one, and the outage of a neighbour becomes your own.",
  fix: 'Say how long each call may take; set it once, where the client is made, if the library allows that:\n\n```python\nrequests.get(url, timeout=(3, 10))\nhttpx.AsyncClient(timeout=10)\nredis.Redis.from_url(url, socket_timeout=5, socket_connect_timeout=2)\ncreate_engine(url, connect_args={"connect_timeout": 5})\nsubprocess.run(command, timeout=60, check=True)\n```\n\nRuff finds the HTTP calls: `ruff check --select S113`.',
  checklist: ["001-33"],
  question: "Are the waits of calls whose arguments come from elsewhere bounded?",
  examples: {
    pass: [
      {
        files: {
          "web.py":
            "import requests\n\nclass Session(requests.Session):\n    def request(self, method, url, **kwargs):\n        kwargs.setdefault('timeout', 10)\n        return super().request(method, url, **kwargs)\n",
          "app.py": "from web import Session\n\nSession().get(URL)\n",
        },
        says: "The one external call is bounded in time",
        at: "app.py:3",
        note: "The class of the session sets it.",
      },
      {
        files: { "app.py": "import requests\n\nrequests.get('https://a.example', timeout=5)\n" },
        says: "The one external call is bounded in time",
        at: "app.py:3",
      },
      {
        files: {
          "cli.py":
            "import subprocess\n\nimport requests\n\n\ndef worker(level):\n    subprocess.run(['celery', '-A', 'shop.tasks', 'worker', '-l', f'{level}'])\n\n\ndef check():\n    requests.get('https://a.example', timeout=5)\n",
        },
        says: "The one external call is bounded in time",
        at: "cli.py:11",
        note: "A worker that a command starts runs until it is stopped.",
      },
      {
        files: { "app.py": "import httpx\n\nclient = httpx.AsyncClient(base_url='https://a.example')\n" },
        says: "The one external call is bounded in time",
        at: "app.py:3",
        note: "httpx waits 5 seconds where nothing else is said.",
      },
      {
        files: {
          "client.py":
            "import requests\n\ndef fetch(url, timeout=10, **kwargs):\n    return requests.get(url, timeout=timeout, **kwargs)\n\ndef load():\n    return fetch('https://a.example')\n",
        },
        says: "The one external call is bounded in time",
        at: "client.py:4",
        note: "The default of the project's own wrapper is followed.",
      },
      {
        files: {
          "jobs.py":
            "import asyncio, subprocess\n\nasync def ask():\n    return await asyncio.wait_for(asyncio.open_connection('a.example', 80), 5)\n\nsubprocess.run(['make'], timeout=60)\n",
        },
        says: "All 2 external calls are bounded in time",
        at: "jobs.py:4",
      },
      {
        files: {
          "db.py":
            "from sqlalchemy import create_engine\n\nengine = create_engine(URL, connect_args={'connect_timeout': 5})\n",
          "requirements.txt": "sqlalchemy\npsycopg2-binary\n",
        },
        says: "The one external call is bounded in time",
        at: "db.py:3",
      },
    ],
    partial: [
      {
        files: {
          "app.py":
            "import requests\nimport redis\n\ncache = redis.Redis(host='a', socket_timeout=5)\nrequests.post('https://a.example')\n",
        },
        says: "1 of 2 external calls has no time-out: requests.post",
        at: "app.py:5",
      },
    ],
    fail: [
      {
        files: {
          "curl.py":
            "import pycurl\n\n\ndef get(url, timeout=None):\n    curl = pycurl.Curl()\n    if timeout is not None:\n        curl.setopt(pycurl.TIMEOUT, timeout)\n    curl.setopt(pycurl.URL, url)\n    curl.perform()\n",
        },
        says: "1 of 1 external calls has no time-out: pycurl.Curl",
        at: "curl.py:5",
        note: "A wrapper waits for ever unless its callers say otherwise.",
      },
      {
        files: {
          "client.py":
            "import requests\n\n\ndef login(url, session=None):\n    return (session or requests).post(url)\n",
        },
        says: "1 of 1 external calls has no time-out: requests.post",
        at: "client.py:5",
        note: "A session that may be given stands for the library.",
      },
      {
        files: {
          "settings.py":
            "DATABASES = {\n    'default': {\n        'ENGINE': 'django.db.backends.postgresql',\n        # 'OPTIONS': {'connect_timeout': 5},\n    }\n}\n",
          "requirements.txt": "django==5.2\npsycopg2==2.9.11\n",
        },
        says: "1 of 1 external calls",
        at: "settings.py:1",
        note: "What stands in a comment bounds nothing.",
      },
      {
        files: {
          "db.py":
            'import os\nfrom sqlalchemy import create_engine\n\nurl = os.environ["URL"]\nconnect_args = {"check_same_thread": False} if url.startswith("sqlite") else {}\nmore = (\n    {"pool_size": 5}\n    if url.startswith("postgresql")\n    else {}\n)\nengine = create_engine(url, connect_args=connect_args, **more)\n',
          "requirements.txt": "sqlalchemy==2.0.44\npsycopg2-binary==2.9.11\n",
        },
        says: "1 of 1 external calls",
        at: "db.py:11",
        note: "What is handed over is written out, and holds no time-out in either case.",
      },
      {
        files: {
          "app.py": "import requests\n\nrequests.post(URL, json={'timeout': 5})\n",
        },
        says: "1 of 1 external calls has no time-out: requests.post",
        at: "app.py:3",
        note: "What is sent bounds nothing.",
      },
      {
        files: {
          "default_config.py": "SQLALCHEMY_DATABASE_URI = 'sqlite:///shop.db'\n",
          "app.py":
            "from flask import Flask\nfrom flask_sqlalchemy import SQLAlchemy\n\napp = Flask('shop')\napp.config.from_object('default_config')\napp.config.from_prefixed_env()\n",
          "requirements.txt": "flask-sqlalchemy\npsycopg2-binary\n",
        },
        says: "1 of 1 external calls has no time-out: SQLALCHEMY_DATABASE_URI",
        at: "default_config.py:1",
        note: "The environment replaces the file by the database whose driver is declared.",
      },
      {
        files: {
          "config.py":
            "import os\n\nSQLALCHEMY_DATABASE_URI = '{}://{}@{}/shop'.format(\n    os.getenv('DB_ENGINE', 'mysql'), os.getenv('DB_USER'), os.getenv('DB_HOST')\n)\n",
          "oauth.py":
            "from flask_dance.contrib.github import github\nfrom flask_sqlalchemy import SQLAlchemy\n\ndef account():\n    return github.get('/user').json()\n",
        },
        says: "2 of 2 external calls have no time-out: flask_dance.contrib.github.github.get",
        at: "config.py:3",
        note: "The URI tells the database though no driver is declared.",
      },
      {
        files: {
          "app.py":
            "import urllib3\n\ndef pool():\n    return urllib3.PoolManager(num_pools=4)\n\nhttp = pool()\nhttp.request('GET', 'https://a.example')\n",
        },
        says: "1 of 1 external calls has no time-out: urllib3.PoolManager",
        at: "app.py:4",
        note: "The pool is made in one function and asked in another.",
      },
      {
        files: { "app.py": "from requests import get as fetch\n\nfetch('https://a.example', headers={})\n" },
        says: "1 of 1 external calls has no time-out: requests.get",
        at: "app.py:3",
      },
      {
        files: {
          "app.py":
            "import httpx\nimport subprocess\n\nclient = httpx.Client(timeout=None)\nsubprocess.check_output(['git', 'log'])\n",
        },
        says: "2 of 2 external calls have no time-out",
        at: "app.py:4",
        note: "A time-out of None is none.",
      },
      {
        files: {
          "app.py":
            "import requests\n\ndef ask(path, **kwargs):\n    return requests.get(BASE + path, **kwargs)\n\nask('/a')\nask('/b', headers={})\n",
        },
        says: "1 of 1 external calls has no time-out",
        at: "app.py:4",
        note: "The wrapper passes on what its callers say, and none of them says a time-out.",
      },
      {
        files: {
          "site/settings.py":
            "DATABASES = {\n    'default': {'ENGINE': 'django.db.backends.postgresql', 'NAME': 'a'},\n}\n",
          "requirements.txt": "django\npsycopg2\n",
        },
        says: "1 of 1 external calls has no time-out: DATABASES",
        at: "site/settings.py:1",
      },
    ],
    notApplicable: [
      {
        files: { "app.py": "import sqlite3\n\nsqlite3.connect('a.db')\n# requests.get(url)\n" },
        says: "makes no external calls",
        note: "An embedded database is no external call.",
      },
    ],
    inconclusive: [
      {
        files: {
          "client.py":
            "import requests\n\nclass Client:\n    def get(self, **kwargs):\n        return requests.get(self.url, **kwargs)\n",
        },
        says: "1 external call",
        at: "client.py:5",
      },
    ],
  },
  check(project) {
    const calls = findProgramCalls(project).filter((call) => !runsOn(call));
    if (calls.length === 0) return notApplicable("The code makes no external calls.");
    const unbounded = calls.filter(({ bounded }) => bounded === "no");
    const bounded = calls.filter((call) => call.bounded === "yes");
    const total = unbounded.length + bounded.length;
    if (total === 0) {
      const reason = `Whether ${calls.length === 1 ? "1 external call is" : `${calls.length} external calls are`} bounded in time cannot be seen: ${calls[0]!.how}.`;
      return inconclusive(reason, calls.map(describe));
    }
    if (unbounded.length === 0) {
      const all = total === 1 ? "The one external call is" : `All ${total} external calls are`;
      const unseen = calls.length - total;
      const rest = unseen > 0 ? `; of ${unseen} more it cannot be seen` : "";
      return judgeShare(total, total, `${all} bounded in time${rest}.`, bounded.map(describe));
    }
    const names = [...new Set(unbounded.map(({ callee }) => callee))];
    const named = `${names.slice(0, 3).join(", ")}${names.length > 3 ? " and others" : ""}`;
    const verb = unbounded.length === 1 ? "has" : "have";
    const message = `${unbounded.length} of ${total} external calls ${verb} no time-out: ${named}.`;
    return judgeShare(bounded.length, total, message, unbounded.map(describe));
  },
});

/** A server or worker that a command starts runs until it is stopped. */
function runsOn({ module, line, callee }: ExternalCall): boolean {
  if (!callee.startsWith("subprocess.")) return false;
  const found = module.statementAt(line);
  const written = found ? module.text.slice(found.start, Math.min(found.end, found.start + 1_000)) : "";
  const words = [...written.matchAll(/["']([^"'\n]{1,200})["']/g)].map(([, word = ""]) => word).join(" ");
  return words !== "" && (startsServer(words) !== undefined || startsWorker(words) !== undefined);
}

const describe = ({ module, line, callee, how }: ExternalCall): Evidence =>
  module.at(line, `${callee}: ${how}`);
