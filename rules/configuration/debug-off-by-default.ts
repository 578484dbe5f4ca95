import { defineRule, type Evidence, fail, notApplicable, partial, pass } from "../../src/engine/rule.ts";
import type { DebugSign } from "../../src/project/debug-commands.ts";
import { findDebug } from "../../src/project/debug-modes.ts";

export default defineRule({
  id: "debug-off-by-default",
  category: "configuration",
  severity: "high",
  kinds: ["service"],
  blocker: true,
  title: "Debug mode is off unless asked for",
  why: "Debug pages show source, settings and a console to whoever triggers an error; a default of on reaches production sooner or later.",
  fix: 'Let only the environment turn it on:\n\n```python\nDEBUG = os.getenv("DEBUG", "false").lower() == "true"\n```\n\nand start the server without `--reload` and `--debug`.',
  checklist: ["004-09"],
  ruff: ["S201"],
  examples: {
    pass: [
      {
        files: {
          "settings.py":
            'import os\n\nENV = os.getenv("APP_ENV", "production")\nDEBUG = ENV == "development"\nTRACE = os.getenv("X", "no") == "no"\n',
          "manage.py": "import django\n",
        },
        says: "off by default",
        at: "settings.py:4",
        kind: "service",
      },
      {
        files: {
          "manage.py": "import django\n",
          "shop/settings/base.py": "import django\n\nDEBUG = False\nROOT_URLCONF = 'shop.urls'\n",
          "shop/settings/unittests.py": "from .base import *\n\nDEBUG = True\n",
        },
        kind: "service",
        says: "off",
        at: "shop/settings/base.py:3",
      },
      {
        files: {
          "manage.py": "import django\n",
          "shop/settings.py": "import django\n\nDEBUG = False\nROOT_URLCONF = 'shop.urls'\n",
          ".agent/skills/live/live_settings.py": "from shop.settings import *\n\nDEBUG = True\n",
        },
        kind: "service",
        says: "off",
        at: "shop/settings.py:3",
        note: "Settings that a developer's tool keeps for itself.",
      },
      {
        kind: "service",
        files: {
          "app.py":
            "import os\nfrom sanic import Sanic\n\napp = Sanic('shop')\n\nif __name__ == '__main__':\n    app.run(debug=os.getenv('DEBUG', '0') == '1')\n",
        },
        says: "Nothing turns debug mode on",
        at: "app.py:4",
      },
      {
        kind: "service",
        files: {
          "app.py":
            "from flask import Flask\n\n\nclass Shop(Flask):\n    static_folder = 'static'\n\n\ndef create():\n    return Shop(__name__)\n",
        },
        says: "Nothing turns debug mode on",
        at: "app.py:4",
      },
      {
        files: {
          "settings.py":
            'import os\n\nDEBUG = os.getenv("DEBUG", "False") == "True"\nROOT_URLCONF = "urls"\n',
          "manage.py": "import django\n",
        },
        says: "off by default",
        at: "settings.py:3",
        kind: "service",
      },
      {
        files: { "app.py": "from flask import Flask\n\napp = Flask(__name__)\n" },
        says: "Nothing turns debug mode on",
        at: "app.py:3",
        kind: "service",
      },
      {
        files: {
          "shop/settings/base.py": "DEBUG = False\n",
          "shop/settings/dev.py": "from .base import *\nDEBUG = True\n",
          "manage.py": "import django\n",
        },
        says: "off by default",
        at: "shop/settings/base.py:1",
        kind: "service",
        note: "Development settings may turn it on.",
      },
      {
        files: {
          "cli.py":
            'import click\nimport uvicorn\nfrom fastapi import FastAPI\n\napp = FastAPI()\n\n\n@click.command()\ndef run():\n    """Run the application (for testing only)."""\n    uvicorn.run("cli:app", reload=True)\n',
        },
        says: "Nothing turns debug mode on",
        kind: "service",
        note: "A command that says it is for testing.",
      },
      {
        files: {
          "config.py":
            "class Config:\n    DEBUG = False\n\n\nclass DevelopmentConfig(Config):\n    DEBUG = True\n",
          "app.py": "from flask import Flask\napp = Flask(__name__)\n",
        },
        says: "off by default",
        at: "config.py:2",
        kind: "service",
      },
    ],
    partial: [
      {
        files: {
          "run.py":
            "import granian\n\nif __name__ == '__main__':\n    granian.Granian(target='shop:app', interface='asgi', reload=True).serve()\n",
          "shop.py": "from fastapi import FastAPI\n\napp = FastAPI()\n",
          Procfile: "web: granian --interface asgi shop:app\n",
        },
        says: "only when the module is run by hand",
        at: "run.py:4",
        kind: "service",
      },
      {
        files: {
          "shop/app.py":
            'import uvicorn\nfrom fastapi import FastAPI\n\napp = FastAPI()\n\nif __name__ == "__main__":\n    uvicorn.run("app:app", reload=True)\n',
          "shop/main.py":
            'import uvicorn\n\nif __name__ == "__main__":\n    uvicorn.run("shop.app:app", workers=4)\n',
        },
        says: "only when the module is run by hand",
        at: "shop/app.py:7",
        kind: "service",
        note: "Another module of it starts the server as it is meant for production.",
      },
      {
        files: {
          "serve.py": "from shop import create\n\napp = create()\napp.run(debug=True, host='127.0.0.1')\n",
          "shop.py": "from flask import Flask\n\n\ndef create():\n    return Flask(__name__)\n",
          Procfile: "web: gunicorn 'shop:create()'\n",
        },
        says: "only when the module is run by hand",
        at: "serve.py:4",
        kind: "service",
      },
      {
        files: {
          "app.py":
            'from flask import Flask\n\napp = Flask(__name__)\n\nif __name__ == "__main__":\n    app.run(debug=True)\n',
          Procfile: "web: gunicorn app:app\n",
        },
        says: "only when the module is run by hand",
        at: "app.py:6",
        kind: "service",
      },
    ],
    fail: [
      {
        files: {
          "shop/settings.py":
            'import os\n\nDEBUG = not os.environ.get("PRODUCTION")\nROOT_URLCONF = "shop.urls"\n',
          "manage.py": "import django\n",
        },
        says: "on by default",
        at: "shop/settings.py:3",
        kind: "service",
        note: "Whoever sets nothing has it on.",
      },
      {
        files: {
          "app.py":
            "from flask import Flask\n\napp = Flask(__name__)\napp.config.update(DEBUG=True, TESTING=False)\n",
        },
        says: "DEBUG=True in the application's configuration",
        at: "app.py:4",
        kind: "service",
      },
      {
        files: {
          "shop/settings.py":
            'import os\n\nDEBUG = os.environ.get("DEBUG", "False") == "True"\nROOT_URLCONF = "shop.urls"\n',
          "manage.py": "import django\n",
          "app.yaml": "runtime: python312\nenv_variables:\n  DEBUG: 'True'\n",
        },
        says: "DEBUG is set in the manifest",
        at: "app.yaml:3",
        kind: "service",
      },
      {
        files: {
          "app.py": "from fastapi import FastAPI\n\napp = FastAPI()\n",
          Dockerfile: 'FROM python:3.12\nCOPY . .\nCMD ["fastapi", "dev", "app.py"]\n',
        },
        says: "fastapi dev in the start command",
        at: "Dockerfile:3",
        kind: "service",
      },
      {
        files: {
          "settings.py": "import os\n\nDEBUG = os.environ.get('DEBUG') == '1'\nROOT_URLCONF = 'shop.urls'\n",
          "docker-compose.yml": "services:\n  web:\n    build: .\n    environment:\n      DEBUG: 1\n",
          "pi/docker-compose.yml": "services:\n  web:\n    build: .\n    environment:\n      DEBUG: 1\n",
          "manage.py": "import django\n",
        },
        kind: "service",
        says: "DEBUG is set in every compose file",
        at: "docker-compose.yml:2",
      },
      {
        kind: "service",
        files: {
          "app.py":
            "import os\nfrom quart import Quart\n\napp = Quart(__name__)\napp.run(debug=os.getenv('DEBUG', '1') == '1')\n",
        },
        says: "Debug mode is on by default",
        at: "app.py:5",
      },
      {
        kind: "service",
        files: {
          "manage.py": "import django\n",
          "shop/settings.py":
            "import environ\n\nenv = environ.Env(DEBUG=(bool, True))\nDEBUG = env('DEBUG')\n",
        },
        says: "Debug mode is on by default",
        at: "shop/settings.py:4",
      },
      {
        kind: "service",
        files: {
          "settings.py":
            "from pydantic import Field\nfrom pydantic_settings import BaseSettings\n\n\nclass Settings(BaseSettings):\n    debug: bool = Field(default=True, alias='DEBUG')\n",
        },
        says: "Debug mode is on by default",
        at: "settings.py:6",
      },
      {
        files: {
          "chat.py": "from shop import create_app\n\napp = create_app(debug=True)\n",
          "shop.py":
            "from flask import Flask\n\n\ndef create_app(debug=False):\n    app = Flask(__name__)\n    app.debug = debug\n    return app\n",
        },
        says: "create_app(debug=True)",
        at: "chat.py:3",
        kind: "service",
        note: "The factory's default is off, and its only call turns it on.",
      },
      {
        files: {
          "shop/settings.py": 'DEBUG = True\nROOT_URLCONF = "shop.urls"\n',
          "manage.py": "import django\n",
        },
        says: "Debug mode is on by default",
        at: "shop/settings.py:1",
        kind: "service",
      },
      {
        files: {
          "app.py":
            'from flask import Flask\n\napp = Flask(__name__)\n\nif __name__ == "__main__":\n    app.run(debug=True)\n',
        },
        says: "Debug mode is on by default",
        at: "app.py:6",
        kind: "service",
      },
      {
        files: {
          "settings.py":
            "from pydantic_settings import BaseSettings\n\n\nclass Settings(BaseSettings):\n    debug: bool = True\n",
        },
        says: "Debug mode is on by default",
        at: "settings.py:5",
        kind: "service",
      },
      {
        files: {
          "settings.py": 'import os\n\nDEBUG = os.getenv("DEBUG", "True") == "True"\n',
          "manage.py": "import django\n",
        },
        says: "Debug mode is on by default",
        at: "settings.py:3",
        kind: "service",
        note: "The environment can turn it off; unset, it is on.",
      },
      {
        files: {
          "settings.py":
            "import os\nfrom enums import Mode\n\nMODE: Mode = Mode.TEST if TESTS else Mode(os.getenv('MODE', Mode.DEBUG))\nDEBUG: bool = MODE == Mode.DEBUG\n",
          "manage.py": "import django\n",
        },
        says: "Debug mode is on by default",
        at: "settings.py:5",
        kind: "service",
        note: "Where no mode is set, it runs in that for finding faults.",
      },
      {
        files: {
          "settings.py": 'import os\n\nDEBUG = os.getenv("APP_ENV", "development") == "development"\n',
          "manage.py": "import django\n",
        },
        says: "Debug mode is on by default",
        at: "settings.py:3",
        kind: "service",
      },
      {
        files: {
          Dockerfile: "FROM python:3.12\nCOPY . .\nENV FLASK_DEBUG=1\nCMD flask run\n",
          "app.py": "from flask import Flask\napp = Flask(__name__)\n",
        },
        says: "Debug mode is on by default",
        at: "Dockerfile:3",
        kind: "service",
      },
    ],
    notApplicable: [
      {
        files: { "bot.py": "import discord\n\nclient = discord.Client()\n" },
        says: "no framework with a debug mode",
        kind: "service",
      },
    ],
  },
  check(project) {
    const { on, off, byHand, apps } = findDebug(project);
    const show = (list: readonly DebugSign[]): Evidence[] =>
      list.map(({ path, line, note }) => ({ path, startLine: line, note }));
    if (on.length > 0) return fail(`Debug mode is on by default: ${on[0]?.note}.`, show(on));
    if (byHand.length > 0)
      return partial(
        `Debug mode is on only when the module is run by hand; another command starts the server in production.`,
        show(byHand),
      );
    if (off.length > 0) return pass("Debug mode is off by default.", show(off));
    if (apps.length > 0) return pass("Nothing turns debug mode on.", show(apps));
    return notApplicable("It uses no framework with a debug mode.");
  },
});
