import { defineRule, type Evidence, fail, partial, pass } from "../../src/engine/rule.ts";
import { findEndpoints, isFallback } from "../../src/project/endpoint-literals.ts";
import { findEnvironmentReads } from "../../src/project/environment-reads.ts";

export default defineRule({
  id: "endpoints-not-hardcoded",
  category: "configuration",
  severity: "medium",
  kinds: ["service", "cli", "pipeline"],
  title: "Addresses of services are not in the code",
  why: "A database or host in the code means that staging writes to production, or that moving a service needs a new release.",
  fix: 'Take the address from the environment:\n\n```python\nDATABASE_URL = os.environ["DATABASE_URL"]\n```',
  checklist: ["004-09", "004-10"],
  ruff: ["S104"],
  alwaysApplies: true,
  examples: {
    pass: [
      {
        files: { "cli.py": 'DEFAULT_BROKER = "amqp://broker:5672/"\n' },
        says: "No address of a service",
        kind: "service",
        note: "By its name a default that something else replaces.",
      },
      {
        files: {
          "hub.py":
            "import httpx\n\n\ndef make(docker, image, path):\n    docker.run(image, extra_hosts={'host.docker.internal': 'host-gateway'})\n    return httpx.Client(\n        base_url='http://localhost',\n        transport=httpx.HTTPTransport(uds=path),\n    )\n",
        },
        says: "No address of a service",
        kind: "service",
        note: "The name of whatever machine a container runs on, and a socket that is a file.",
      },
      {
        files: {
          "db.py":
            'import os\n\n\ndef _default_url():\n    return "postgresql://shop@db:5432/shop"\n\n\nURL = os.environ.get("DATABASE_URL") or _default_url()\n',
        },
        says: "No address of a service",
        kind: "service",
        note: "A function of that name gives a default.",
      },
      {
        files: { "settings.py": 'APP_HOST = "localhost"\n', "app.py": "import settings\n" },
        says: "No address of a service",
        kind: "service",
        note: "Where it listens, on the machine that it runs on.",
      },
      {
        files: {
          "urls.py":
            'def with_port(url):\n    """As in http://solr:8983/."""\n    return url or "http://host:80/"\n',
        },
        says: "No address of a service",
        kind: "service",
        note: "What stands for any address.",
      },
      {
        files: {
          "fetch.py": 'import urllib.request\n\nurllib.request.urlopen("ftp://ftp.example.gov/bills.csv")\n',
        },
        says: "No address of a service",
        kind: "pipeline",
        note: "What others publish for everyone is no service of one's own.",
      },
      {
        files: {
          "names.py": 'from x509 import ObjectIdentifier\n\nORGANISATION = ObjectIdentifier("2.5.4.97")\n',
        },
        says: "No address of a service",
        kind: "service",
        note: "An object identifier has the form of an address.",
      },
      {
        files: { "mail.py": 'domain = getattr(settings, "DOMAIN_NAME", "localhost")\n' },
        says: "No address of a service",
        kind: "service",
        note: "A default that the settings replace.",
      },
      {
        kind: "service",
        files: {
          "app.py":
            "def configure(app, url):\n    if url:\n        app.config['REDIS_URL'] = url\n    elif app.config.get('REDIS_URL') is None:\n        app.config['REDIS_URL'] = 'redis://redis:6379/0'\n",
        },
        says: "No address of a service",
        note: "Only where nothing else is set.",
      },
      {
        kind: "service",
        files: {
          "settings.py": "from os import environ as env\n\nHOST = env.get('APP_HOST', '0.0.0.0')\n",
          "player.py": "OPTIONS = {'source_address': '0.0.0.0'}\n",
        },
        says: "No address of a service",
        note: "A default of the environment, and an address to call from.",
      },
      {
        files: { "app.py": 'import os\n\nURL = os.environ["DATABASE_URL"]\n' },
        says: "No address",
        kind: "service",
      },
      {
        files: { "settings.py": 'import os\n\nURL = os.getenv("REDIS_URL", "redis://localhost:6379/0")\n' },
        says: "No address",
        kind: "service",
        note: "A default that the environment replaces is no hard-coded address.",
      },
      {
        files: {
          "config.py":
            'from pydantic_settings import BaseSettings\n\n\nclass Settings(BaseSettings):\n    host: str = "0.0.0.0"\n    redis: str | None = None\n\n    def url(self):\n        if self.redis is None:\n            return "redis://localhost:6379/0"\n        return self.redis\n',
        },
        says: "No address",
        kind: "service",
        note: "Neither is the default of a setting, or what stands in for one that is not set.",
      },
      {
        files: {
          "app.py": '"""Connects to postgresql://db.internal/shop."""\n\nAPI = "https://api.github.com"\n',
        },
        says: "No address",
        kind: "cli",
        note: "Public APIs have one address; a docstring has none.",
      },
      {
        files: {
          "login.py":
            'from http.server import HTTPServer\n\n\ndef redirect():\n    return ("localhost", 8888)\n\n\ndef wait(handler):\n    HTTPServer(("localhost", 0), handler).handle_request()\n',
        },
        says: "No address",
        kind: "cli",
        note: "A tool's user sits at that machine.",
      },
      {
        files: {
          "shop/default.py": 'class Defaults:\n    DEBUG = False\n    REDIS_URL = "redis://localhost:6379"\n',
          "shop/app.py":
            "from flask import Flask\n\n\ndef create_app(path):\n    app = Flask('shop')\n    app.config.from_object('shop.default.Defaults')\n    app.config.from_pyfile(path)\n    return app\n",
        },
        says: "No address",
        kind: "service",
        note: "Settings that a file of the installation's own replaces.",
      },
      {
        files: {
          "names.py":
            "from cryptography import x509\n\nORGANISATION = x509.ObjectIdentifier('2.5.4.97')\n\n\ndef own_address(s):\n    ip = '127.0.0.1'\n    s.connect(('8.8.8.8', 80))\n    return s.getsockname()[0] or ip\n",
        },
        says: "No address",
        kind: "service",
        note: "Numbers of X.509, and a resolver that has one address for everybody.",
      },
      {
        files: {
          "db.py":
            "def dig(url, hook):\n    tunnel = hook.get_tunnel(remote_host=url.host)\n    tunnel.start()\n    url.host = '127.0.0.1'\n    url.port = tunnel.local_bind_port\n    return url\n",
        },
        says: "No address",
        note: "The near end of a tunnel.",
        kind: "service",
      },
      {
        files: {
          "app.py":
            "import uvicorn\nfrom fastapi import FastAPI\n\napp = FastAPI()\n\nif __name__ == '__main__':\n    uvicorn.run(\n        app,\n        host='127.0.0.1',\n    )\n",
          "scripts/report.py": "BASE = 'http://localhost:9000'\n",
        },
        says: "No address",
        kind: "service",
        note: "Where it listens when it is tried, and what a script beside it talks to.",
      },
      {
        files: {
          "setup_site.py":
            "def make(settings, development):\n    if development:\n        settings['server_name'] = 'localhost:5000'\n    return settings\n",
        },
        says: "No address",
        kind: "service",
        note: "Only for development.",
      },
      {
        files: {
          "urls.py":
            "def base(request, site):\n    host = request.get_host()\n    if host == 'localhost:8888':\n        host = 'localhost:3000'\n    url = 'https://' + site\n    if 'shop.local' in url:\n        url = 'http://localhost:4000'\n    return url, host, visits.exclude(address='127.0.0.1')\n",
        },
        says: "No address",
        kind: "service",
        note: "Where it is asked for by that name, and what is compared with it.",
      },
    ],
    partial: [
      {
        files: {
          "db.py":
            'from sqlalchemy import create_engine\n\n\ndef engine():\n    """\n    "postgresql://shop@db.internal/shop"\n    """\n    return create_engine(\n        "postgresql+asyncpg://localhost:5432/shop",\n        echo=True,\n    )\n',
        },
        says: "postgresql+asyncpg URL",
        at: "db.py:9",
        kind: "service",
        note: "On a line of its own; a docstring is none.",
      },
      {
        files: { "app.py": 'import redis\n\nclient = redis.Redis(host="localhost")\n' },
        says: "localhost",
        at: "app.py:3",
        kind: "service",
      },
      {
        files: { "tool.py": 'import redis\n\nclient = redis.Redis(host="localhost")\n' },
        says: "localhost",
        at: "tool.py:3",
        kind: "cli",
      },
    ],
    fail: [
      {
        files: {
          "app.py":
            "import os\n\nimport psycopg2\n\nconn = psycopg2.connect(host='db.prod.acme.io', user='y', password=os.environ['P'])\n",
        },
        says: "host db.prod.acme.io",
        at: "app.py:5",
        kind: "service",
        note: "The password comes from the environment, and the host beside it does not.",
      },
      {
        files: {
          "views.py": 'import redis\n\n\ndef count():\n    return redis.Redis(host="redis", port=6379)\n',
        },
        says: "host redis",
        at: "views.py:5",
        kind: "service",
        note: "The name of a container.",
      },
      {
        files: { "config.py": 'def solr_url():\n    return "http://solr-shard-01:8983/solr"\n' },
        says: "http URL of solr-shard-01",
        at: "config.py:2",
        kind: "service",
      },
      {
        files: {
          "shop/config.py": 'class Config:\n    BROKER = "redis://cache.internal:6379"\n',
          "shop/app.py":
            "from flask import Flask\n\napp = Flask('shop')\napp.config.from_object('shop.config.Config')\n",
        },
        says: "redis URL",
        at: "shop/config.py:2",
        kind: "service",
        note: "Nothing replaces these settings.",
      },
      {
        files: {
          "app.py":
            'import requests\n\n\ndef stock():\n    return requests.get("http://10.20.0.7/stock", timeout=3)\n',
        },
        says: "http URL of 10.20.0.7",
        at: "app.py:5",
        kind: "service",
      },
      {
        files: {
          "app.py":
            'import psycopg2\n\nconnection = psycopg2.connect("postgresql://shop@db.internal:5432/shop")\n',
        },
        says: "postgresql URL",
        at: "app.py:3",
        kind: "service",
      },
      {
        files: { "job.py": 'HOST = "10.20.0.7"\n' },
        says: "IP address 10.20.0.7",
        at: "job.py:1",
        kind: "pipeline",
      },
    ],
    notApplicable: [],
  },
  check(project) {
    const tool = project.judgedAs.every((kind) => kind === "cli" || kind === "library");
    // Who runs a script beside the program sits at that machine, too.
    const found = findEndpoints(project).filter(
      ({ here, sure, module }) => !(tool && here) && (sure || module.role !== "script"),
    );
    const sure = found.filter((one) => one.sure);
    const show = (list: typeof found): Evidence[] =>
      list.map(({ module, line, what }) => module.at(line, what));
    const noun = (count: number) =>
      `${count} ${count === 1 ? "address stands" : "addresses stand"} in the code`;
    if (sure.length > 0)
      return fail(`${noun(sure.length)}: ${sure[0]?.what}.`, [
        ...show(sure),
        ...show(found.filter((one) => !one.sure)),
      ]);
    const reads = findEnvironmentReads(project);
    const binds = project.source.flatMap((module) =>
      module
        .diagnostics("S104")
        .filter(
          ({ line }) =>
            !/getenv|environ|default|add_argument|option\(|source_address|local_addr/i.test(
              module.lineText(line),
            ) &&
            !reads.some((read) => read.module === module && read.line === line) &&
            project.module(module.path)?.functionAt(line)?.line !== line &&
            !isFallback(module, line),
        )
        .map(({ line }) => module.at(line, "binds to all interfaces")),
    );
    if (found.length > 0)
      return partial(`${noun(found.length)} that only a developer's machine has: ${found[0]?.what}.`, [
        ...show(found),
        ...binds,
      ]);
    return binds.length > 0
      ? partial("The address to listen on, all interfaces, stands in the code.", binds, 0.75)
      : pass("No address of a service stands in the code.");
  },
});
