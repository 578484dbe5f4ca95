import { describe, expect, it } from "vitest";
import { projectOf } from "./project-of.ts";

const kindsOf = (files: Record<string, string>): string =>
  projectOf(files)
    .kinds.map(({ kind }) => kind)
    .join(" ");

const PACKAGE = `[project]
name = "shoplib"
version = "1.0"
description = "Shops"
classifiers = ["Programming Language :: Python :: 3"]

[project.urls]
Home = "https://example.org"

[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"
`;
const TOOL = PACKAGE.replace(
  "[project.urls]",
  '[project.scripts]\nshop = "shoplib.cli:main"\n\n[project.urls]',
);
const FLASK = "from flask import Flask\n\napp = Flask(__name__)\n";

describe("services", () => {
  const services: Record<string, Record<string, string>> = {
    "FastAPI by another name": {
      "main.py": "import fastapi as fa\n\napp = fa.FastAPI()\n",
    },
    "a loop that systemd starts": {
      "watcher.py": "import time\n\nwhile True:\n    look()\n    time.sleep(60)\n",
      "deploy/watcher.service": "[Service]\nExecStart=/opt/venv/bin/python /opt/watcher.py\nRestart=always\n",
    },
    "a consumer that goes through its messages": {
      "main.py":
        "from kafka import KafkaConsumer\n\n\ndef main():\n    for message in KafkaConsumer('orders'):\n        print(message)\n\n\nif __name__ == '__main__':\n    main()\n",
    },
    "a worker that waits for jobs in Redis": {
      "worker.py":
        "import redis\n\n\ndef main():\n    while True:\n        print(redis.Redis().blpop('jobs'))\n\n\nif __name__ == '__main__':\n    main()\n",
    },
    "a Slack app over sockets": {
      "app.py":
        "from slack_bolt import App\nfrom slack_bolt.adapter.socket_mode import SocketModeHandler\n\napp = App()\nSocketModeHandler(app, 'x').start()\n",
    },
    "Tornado's loop": {
      "main.py":
        "import tornado.ioloop\nimport tornado.web\n\n\ndef make_app():\n    return tornado.web.Application([])\n\n\nmake_app().listen(8888)\ntornado.ioloop.IOLoop.current().start()\n",
    },
    "Bottle's run": {
      "app.py": "from bottle import Bottle, run\n\napp = Bottle()\nrun(app, host='0.0.0.0')\n",
    },
    "a worker of RQ": {
      "worker.py": "from rq import Worker\n\nWorker(['mail']).work()\n",
    },
    "Django by manage.py and settings": {
      "manage.py": "import os\n\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'shop.settings')\n",
      "shop/__init__.py": "",
      "shop/settings.py": "ROOT_URLCONF = 'shop.urls'\n",
    },
    "Flask behind gunicorn": { "web.py": FLASK, Procfile: "web: gunicorn web:app\n" },
    "an application factory of PasteDeploy behind gunicorn": {
      "setup.py":
        'from setuptools import setup\n\nentry_points = """\n[paste.app_factory]\nmain = shop:main\n"""\n\nsetup(name="shop", version="1", packages=["shop"], entry_points=entry_points)\n',
      "shop/__init__.py": "from common import configurator\n\n\ndef main():\n    return configurator()\n",
      Dockerfile: 'FROM python:3.13\nCOPY . .\nCMD ["gunicorn", "--paste", "shop.ini"]\n',
    },
    "an MCP server that listens": {
      "server.py":
        "from mcp.server.fastmcp import FastMCP\n\nmcp = FastMCP('shop', port=8000)\n\nif __name__ == '__main__':\n    mcp.run(transport='streamable-http')\n",
    },
    "FastAPI found by its own command": { "main.py": "from fastapi import FastAPI\n\napp = FastAPI()\n" },
    "FastAPI with a declared server": {
      "shop.py": "from fastapi import FastAPI\n\napi = FastAPI()\n",
      "requirements.txt": "fastapi\nuvicorn\n",
    },
    "a package whose own command becomes the server": {
      "pyproject.toml": TOOL,
      "shoplib/__init__.py": "from flask import Flask\n\n\nclass Shop(Flask):\n    pass\n",
      "shoplib/cli.py":
        "import os\n\nimport flask\n\n\ndef main():\n    os.execvp('gunicorn', ['gunicorn', 'shoplib.web:app'])\n",
    },
    "workers of a class of their own": {
      "app/worker.py": "from celery import Celery\n\n\nclass Workers(Celery):\n    pass\n",
    },
    "one of many modules, found by its name, with a declared server": {
      ...Object.fromEntries([..."abcdefghijkl"].map((name) => [`shop/domain/${name}.py`, "x = 1\n"])),
      "shop/main.py": "from fastapi import FastAPI\n\napp = FastAPI()\n",
      "requirements.txt": "fastapi\nuvicorn\n",
    },
    "Flask on Vercel": { "api/hook.py": FLASK, "vercel.json": '{"builds": [{"use": "@vercel/python"}]}' },
    "Django by manage.py": {
      "manage.py": "import django\n",
      "shop/settings.py": "import django\n\nROOT_URLCONF = 'shop.urls'\n",
    },
    "Pyramid with its full name": {
      "shop/app.py":
        "import pyramid.config\n\ndef create():\n    return pyramid.config.Configurator().make_wsgi_app()\n",
      "conf/supervisord.conf": "[program:web]\ncommand=gunicorn --paste conf/production.ini\n",
    },
    Twisted: {
      "push/push.py":
        "from twisted.internet import reactor\nfrom twisted.web.server import Site\n\ndef main():\n    reactor.listenTCP(80, Site(None))\n    reactor.run()\n\nif __name__ == '__main__':\n    main()\n",
    },
    "a server of the standard library": {
      "serve.py":
        "from http.server import HTTPServer\n\nif __name__ == '__main__':\n    HTTPServer(('', 80), H).serve_forever()\n",
    },
    "CherryPy started deep inside, a copy of it beside": {
      "cherrypy/__init__.py": "x = 1\n",
      "tv/web.py":
        "import cherrypy\n\ndef start():\n    cherrypy.tree.mount(Home())\n    cherrypy.server.start()\n",
      "tv.py": "from tv import web\n\nif __name__ == '__main__':\n    web.start()\n",
    },
    "nameko in folders of their own": {
      "orders/setup.py": "from setuptools import setup\nsetup(name='orders')\n",
      "orders/orders/service.py":
        "from nameko.rpc import rpc\n\nclass Orders:\n    @rpc\n    def get(self): ...\n",
      "orders/run.sh": "#!/bin/sh\nnameko run orders.service\n",
    },
    "a Telegram bot among many scripts that it imports": {
      ...Object.fromEntries([...Array(25).keys()].map((n) => [`part${n}.py`, `def f():\n    return ${n}\n`])),
      "bot.py": `${[...Array(10).keys()].map((n) => `from part${n} import f`).join("\n")}\nfrom telegram.ext import Application\n\nasync def main():\n    app = Application.builder().token(T).build()\n    await app.updater.start_polling()\n\nif __name__ == '__main__':\n    run(main())\n`,
    },
    "an application that embeds gunicorn": {
      "web.py":
        "import gunicorn.app.base\n\nclass App(gunicorn.app.base.BaseApplication): ...\n\nif __name__ == '__main__':\n    App().run()\n",
      Dockerfile: 'FROM python:3.13\nCOPY . .\nCMD ["python", "web.py"]\n',
    },
    "a Discord bot": { "bot.py": "import discord\n\nclient = discord.Client()\nclient.run(TOKEN)\n" },
    Streamlit: { "page.py": "import streamlit as st\n\nst.title('Shop')\n" },
    "an AWS Lambda handler": { "lambda_function.py": "def lambda_handler(event, context):\n    return {}\n" },
    "a handler of a SAM template": {
      "src/app.py": "def handler(event, context):\n    return {}\n",
      "template.yaml": "Transform: AWS::Serverless-2016-10-31\nResources: {}\n",
    },
    "Azure Functions": {
      "function_app.py": "import azure.functions as func\n\napp = func.FunctionApp()\n",
      "host.json": '{"version": "2.0"}',
    },
    "an SQS consumer in a container": {
      "worker.py": "import boto3\n\nwhile True:\n    boto3.client('sqs').receive_message(QueueUrl=Q)\n",
      Dockerfile: 'FROM python:3.13\nCOPY . .\nCMD ["python", "worker.py"]\n',
    },
    "an exporter that can be installed": {
      "pyproject.toml": PACKAGE,
      "shoplib/cli.py":
        "from flask import Flask\nfrom waitress import serve\n\ndef main():\n    serve(Flask('x'))\n",
      Dockerfile:
        'FROM python:3.13\nCOPY shoplib shoplib\nEXPOSE 9808\nENTRYPOINT ["python", "-m", "shoplib.cli"]\n',
    },
    "a project that is all examples": {
      "examples/shop/main.py": FLASK,
      "examples/shop/Procfile": "web: gunicorn main:app\n",
    },
  };
  it.each(Object.entries(services))("%s", (_name, files) => {
    expect(projectOf(files).kind).toBe("service");
  });

  it("is no library beside for metadata alone", () => {
    expect(
      kindsOf({
        "pyproject.toml": PACKAGE,
        "shoplib/app.py": FLASK,
        Procfile: "web: gunicorn shoplib.app:app\n",
      }),
    ).toBe("service");
  });
  it("has a pipeline beside it, where a folder is called like its framework", () => {
    const files = {
      "airflow/dags/load.py": "from airflow import DAG\n\ndag = DAG('load')\n",
      "api/manage.py": "import django\n",
      "api/shop/settings.py": "import django\n\nROOT_URLCONF = 'x'\n",
    };
    expect(kindsOf(files)).toBe("service pipeline");
  });
});

describe("libraries", () => {
  const libraries: Record<string, Record<string, string>> = {
    "a package that can be built and nothing runs": {
      "pyproject.toml":
        '[project]\nname = "shop"\nversion = "1"\n\n[build-system]\nrequires = ["hatchling"]\nbuild-backend = "hatchling.build"\n',
      "src/shop/__init__.py": "def f(): ...\n",
    },
    "a reusable application with a site to try it out in": {
      "pyproject.toml": PACKAGE,
      "manage.py": "import os\n\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'settings')\n",
      "settings.py": "ROOT_URLCONF = 'urls'\n",
      "shoplib/__init__.py": "",
    },
    "a web framework with benchmarks": {
      "pyproject.toml": PACKAGE.replace("shoplib", "falcon"),
      "falcon/__init__.py": "class App: ...\n",
      "falcon/bench/app.py": FLASK,
      Dockerfile: 'FROM python:3.13\nCOPY . .\nCMD ["gunicorn", "falcon.bench.app:app"]\n',
    },
    "a pipeline framework with commands": {
      "pyproject.toml": TOOL.replace('"shoplib"', '"luigi"'),
      "luigi/__init__.py": "class Task: ...\n",
      "luigi/spark.py": "from pyspark import SparkContext\n\nSparkContext()\n",
    },
    "a reusable Django app with a sandbox": {
      "setup.py":
        "from setuptools import setup\nsetup(name='django-shop', classifiers=['Framework :: Django'])\n",
      "shop/apps.py": "from django.apps import AppConfig\n\nclass Shop(AppConfig): ...\n",
      "sandbox/settings.py": "import django\n\nROOT_URLCONF = 'x'\n",
      "sandbox/manage.py": "import django\n",
      Dockerfile: 'FROM python:3.13\nCOPY . .\nWORKDIR /app/sandbox\nCMD ["uwsgi", "--ini", "uwsgi.ini"]\n',
    },
    "packages in folders": {
      "pyproject.toml": "[tool.ruff]\nline-length = 100\n",
      "driver/pyproject.toml": PACKAGE,
      "driver/shoplib/core.py": "def f():\n    return 1\n",
    },
    "a name that only a run would show": {
      "setup.py":
        "from setuptools import setup\nsetup(name=about['title'], packages=['slug'], classifiers=['Programming Language :: Python'])\n",
      "slug/core.py": "def f():\n    return 1\n",
    },
    "an integration of Home Assistant": {
      "custom_components/shop/manifest.json": '{"domain": "shop"}',
      "custom_components/shop/sensor.py": "from homeassistant.core import HomeAssistant\n",
    },
    "a small library with a large notebook": {
      "pyproject.toml": PACKAGE,
      "README.md": "# shoplib\n\n```\npip install shoplib\n```\n",
      "shoplib/core.py": "def f():\n    return 1\n",
      "demo.ipynb": JSON.stringify({
        nbformat: 4,
        cells: [{ cell_type: "code", source: "x = 1\n".repeat(50) }],
        metadata: {},
      }),
    },
  };
  it.each(Object.entries(libraries))("%s", (_name, files) => {
    expect(kindsOf(files)).toBe("library");
  });
});

describe("pipelines", () => {
  const pipelines: Record<string, Record<string, string>> = {
    "a schedule that a container keeps to": {
      "main.py":
        "import time\n\nimport schedule\n\nschedule.every().day.do(print)\nwhile True:\n    schedule.run_pending()\n    time.sleep(1)\n",
      Dockerfile: 'FROM python:3.13\nCOPY . .\nCMD ["python", "main.py"]\n',
    },
    "a script that a CronJob starts": {
      "sync.py": "print(1)\n",
      "k8s/cron.yaml":
        "apiVersion: batch/v1\nkind: CronJob\nmetadata: {name: sync}\nspec:\n  schedule: '0 3 * * *'\n",
    },
    "a script in a crontab": {
      "sync.py": "print(1)\n",
      crontab: "0 3 * * * python sync.py\n",
    },
    Airflow: { "dags/load.py": "from airflow import DAG\n\ndag = DAG('x')\n" },
    "scripts that call themselves so": {
      "README.md": "# orders-etl\n\nLoads the orders.\n",
      "load/run.py": "print(1)\n",
    },
    "steps by name": {
      "etl/extract.py": "def extract_orders(): ...\n",
      "etl/transform.py": "def transform_orders(rows): ...\n",
      "etl/load.py": "def load(rows): ...\n",
    },
    Nextflow: { "main.nf": "process load { script: 'python load.py' }\n", "load.py": "print(1)\n" },
    "a script that CI runs on a schedule by the tool of its environment": {
      "scripts/scout.py": "import requests\n\nprint(requests.get('https://example.org', timeout=3))\n",
      ".github/workflows/run.yml":
        "on:\n  schedule:\n    - cron: '0 * * * *'\njobs:\n  run:\n    runs-on: ubuntu-latest\n    steps:\n      - run: poetry run scripts/scout.py\n",
    },
    "pages of Spatula": {
      "people.py":
        "from spatula import HtmlListPage\n\n\nclass People(HtmlListPage):\n    source = 'https://example.org'\n",
    },
    "a loop of the schedule package": {
      "run.py": "import schedule\n\nwhile True:\n    schedule.run_pending()\n",
    },
    "a schedule of CI": {
      "scrape.py": "import requests\n\nprint(requests.get('https://example.org', timeout=3))\n",
      ".github/workflows/run.yml":
        "on:\n  schedule:\n    - cron: '0 * * * *'\njobs:\n  run:\n    runs-on: ubuntu-latest\n    steps:\n      - run: python scrape.py\n",
    },
  };
  it.each(Object.entries(pipelines))("%s", (_name, files) => {
    expect(kindsOf(files)).toBe("pipeline");
  });
});

it("is a pipeline, too, where a tool that others install calls itself so", () => {
  const tool = TOOL.replace('"Shops"', '"Command line ETL for orders"');
  const readme = "# shop\n\n```sh\npip install shoplib\nshop run\n```\n";
  const files = { "shoplib/__init__.py": "", "shoplib/cli.py": "def main(): ...\n", "README.md": readme };
  expect(kindsOf({ ...files, "pyproject.toml": tool })).toBe("cli pipeline");
  expect(kindsOf({ ...files, "pyproject.toml": TOOL })).not.toContain("pipeline");
});

it("is no service for a server of the standard library in a tool with commands of its own", () => {
  const files = {
    "pyproject.toml": TOOL,
    "shoplib/cli.py": "def main(): ...\n",
    "shoplib/monitor.py":
      "import http.server\n\n\ndef serve(handler):\n    http.server.HTTPServer(('', 8086), handler).serve_forever()\n\n\nif __name__ == '__main__':\n    serve(None)\n",
    ...Object.fromEntries([..."abcdefghijklmnopqrst"].map((name) => [`shoplib/${name}.py`, "x = 1\n"])),
    Dockerfile: "FROM python:3.13\nCOPY . .\nRUN pip install .\nEXPOSE 8086\nCMD ['shop']\n",
  };
  expect(kindsOf(files)).not.toContain("service");
});

it("is no service for the servers of the orchestrator that runs a pipeline, nor for a login that comes back", () => {
  const files = {
    "etl/definitions.py":
      "import dagster\n\n\n@dagster.asset\ndef orders():\n    return 1\n\n\ndefs = dagster.Definitions(assets=[orders])\n",
    ...Object.fromEntries([..."abcdefghijkl"].map((name) => [`etl/assets/${name}.py`, "x = 1\n"])),
    "etl/login.py":
      "from http.server import HTTPServer\n\n\ndef wait_for_callback(handler):\n    server = HTTPServer(('localhost', 8250), handler)\n    server.serve_forever()\n",
    Dockerfile: "FROM python:3.13\nCOPY . .\nRUN pip install dagster dagster-webserver\n",
    "compose.yaml":
      "services:\n  web:\n    build: .\n    entrypoint: [dagster-webserver, -h, 0.0.0.0]\n  daemon:\n    build: .\n    entrypoint: [dagster-daemon, run]\n",
  };
  expect(kindsOf(files)).toBe("pipeline");
});

describe("tools, collections and research", () => {
  it("is a command line tool first where its server is on the side", () => {
    const files = {
      "pyproject.toml": TOOL.replace('"shoplib"', '"shop"'),
      "README.md": "# shop\n\n```\npip install shop\nshop --list\n```\n",
      "shoplib/cli.py": "import argparse\n\ndef main():\n    argparse.ArgumentParser()\n",
      ...Object.fromEntries(
        [...Array(8).keys()].map((n) => [`shoplib/m${n}.py`, `def f():\n    return ${n}\n`]),
      ),
      "server/app.py": FLASK,
      Dockerfile: 'FROM python:3.13\nCOPY . .\nCMD ["gunicorn", "server.app:app"]\n',
    };
    expect(kindsOf(files)).toBe("cli service");
  });
  it("is a command line tool beside, where the steps of a pipeline are its commands", () => {
    const files = {
      "main.nf": "process load { script: 'python -m shop load' }\n",
      "shop/__init__.py": "",
      "shop/__main__.py": "from shop.cli import cli\n\ncli()\n",
      "shop/cli.py": "import click\n\n\n@click.group()\ndef cli():\n    pass\n",
    };
    expect(kindsOf(files)).toBe("pipeline cli");
  });

  it("is a command line tool beside its library, where all speaks for the command", () => {
    const files = {
      "pyproject.toml": TOOL.replace('"shoplib"', '"shop"'),
      "README.md":
        "# Shop\n\n```bash\npipx install shop\nshop --help\nshop list\nshop sell 3\n```\n\n```python\nimport shoplib\n\nshoplib.list()\n```\n",
      "shoplib/__init__.py": "def list():\n    return []\n",
      "shoplib/cli.py": "import argparse\n\n\ndef main():\n    argparse.ArgumentParser()\n",
      ...Object.fromEntries(
        [...Array(20).keys()].map((n) => [`shoplib/m${n}.py`, `def f():\n    return ${n}\n`]),
      ),
    };
    expect(kindsOf(files).split(" ").toSorted()).toEqual(["cli", "library"]);
  });
  it("is no service for the server of a framework that it does not use", () => {
    const files = {
      "pyproject.toml": PACKAGE,
      "README.md": "# shoplib\n\n```bash\npip install shoplib\n```\n\n```python\nimport shoplib\n```\n",
      "shoplib/__init__.py": "def f():\n    return 1\n",
      "shoplib/ui.py":
        "from http.server import HTTPServer\n\n\ndef main():\n    server = HTTPServer(('', 80), None)\n    server.serve_forever()\n",
      Makefile: "serve:\n\tfunc start\n",
    };
    expect(kindsOf(files)).toBe("library");
  });

  it("is no service for a few of many programs", () => {
    const programs = Object.fromEntries(
      [...Array(25).keys()].map((n) => [`projects/p${n}/main.py`, "print(1)\n"]),
    );
    expect(
      kindsOf({
        ...programs,
        "projects/todo/app.py": `${FLASK}\nif __name__ == '__main__':\n    app.run()\n`,
      }),
    ).toBe("cli");
  });
  it("is research with a demo that nothing deploys", () => {
    const experiments = Object.fromEntries(
      [...Array(12).keys()].map((n) => [`exp/m${n}.py`, `import torch\n\nx${n} = torch.ones(1)\n`]),
    );
    expect(
      kindsOf({
        ...experiments,
        "tools/demo.py": FLASK.replace("app", "demo"),
        "requirements.txt": "gunicorn\n",
      }),
    ).toBe("research");
  });
  it("is no research for the use of arrays", () => {
    const files = {
      "crop.py":
        "import argparse\nimport numpy as np\n\nif __name__ == '__main__':\n    argparse.ArgumentParser()\n",
    };
    expect(kindsOf(files)).toBe("cli");
    expect(kindsOf({ ...files, "README.md": "# Code of our paper\n\nSee arXiv.\n" })).toBe("research");
  });

  it("is no service for one page of many scripts that stand alone", () => {
    const scripts = Object.fromEntries(
      [...Array(24).keys()].map((n) => [
        `wiki/s${n}.py`,
        "import argparse\n\nif __name__ == '__main__':\n    argparse.ArgumentParser()\n",
      ]),
    );
    const page = { "archive/page.py": "import streamlit as st\n\nst.title('Shrines')\n" };
    expect(kindsOf({ ...scripts, ...page })).toBe("cli");
    expect(kindsOf(page)).toMatch(/^service/);
  });

  it("is a tool by its description, whatever plugins it has", () => {
    const classifiers = '["Framework :: shoptest", "Topic :: Software Development :: Libraries"]';
    const metadata = `[build-system]\nrequires = ["hatchling"]\nbuild-backend = "hatchling.build"\n\n[project]\nname = "shoptest"\nversion = "1.0"\ndescription = "A test command line tool"\nclassifiers = ${classifiers}\n\n[project.scripts]\nshoptest = "shoptest:main"\n`;
    expect(kindsOf({ "pyproject.toml": metadata, "shoptest/__init__.py": "def main(): ...\n" })).toMatch(
      /^cli/,
    );
  });

  it("is no library for the metadata beside scripts at the top", () => {
    const script = "import argparse\n\nif __name__ == '__main__':\n    argparse.ArgumentParser()\n";
    const metadata =
      '[build-system]\nrequires = ["setuptools"]\nbuild-backend = "setuptools.build_meta"\n\n[project]\nname = "SHOPv5"\nversion = "1.0"\ndescription = "Finds shops"\nclassifiers = ["Intended Audience :: Developers"]\n\n[project.urls]\nHomepage = "https://example.org"\n';
    const files = { "pyproject.toml": metadata, "models/__init__.py": "", "models/net.py": "x = 1\n" };
    expect(kindsOf({ ...files, "train.py": script, "detect.py": script, "val.py": script })).toBe("cli");
    expect(kindsOf(files)).toMatch(/^library/);
  });

  it("an extension whose demonstration is served beside its package", () => {
    const files = {
      "pyproject.toml": PACKAGE,
      "README.md":
        "# shoplib\n\n```bash\npip install shoplib\n```\n\n```python\nfrom shoplib import Shop\n```\n",
      "shoplib/__init__.py":
        "from flask import Blueprint\n\n\nclass Shop:\n    blueprint = Blueprint('shop', __name__)\n",
      "app.py": "from flask import Flask\nfrom shoplib import Shop\n\napp = Flask(__name__)\n",
      Dockerfile: "FROM python:3.13\nCOPY . .\nRUN pip install .\nEXPOSE 8000\nCMD gunicorn app:app\n",
    };
    expect(kindsOf(files)).toMatch(/^library/);
    expect(kindsOf({ ...files, "shoplib/app.py": FLASK })).toMatch(/^service/);
  });
});
