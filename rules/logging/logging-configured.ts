import { defineRule, type Evidence, fail, notApplicable, partial, pass } from "../../src/engine/rule.ts";
import { incidentalCommand, isQuietTool } from "../../src/project/app-kind.ts";
import { findLogSetups, type LogSetup } from "../../src/project/logging-setup.ts";

export default defineRule({
  id: "logging-configured",
  category: "logging",
  severity: "medium",
  kinds: ["service", "cli", "pipeline"],
  title: "Logging is configured",
  why: "Without a configuration Python drops everything below warning and prints the rest without time or origin; with one, operations decide what is kept and where it goes.",
  fix: 'Configure logging once, where the program starts:\n\n```python\nimport logging.config\n\nlogging.config.dictConfig(\n    {\n        "version": 1,\n        "disable_existing_loggers": False,\n        "formatters": {"plain": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},\n        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},\n        "root": {"level": "INFO", "handlers": ["console"]},\n    }\n)\n```\n\nDjango reads the same from `LOGGING` in its settings; `gunicorn --log-config` and `uvicorn --log-config` from a file.',
  checklist: ["001-11", "004-08", "000-41"],
  examples: {
    pass: [
      {
        files: {
          "app.py":
            "from traitlets.config import Application\n\n\nclass Viewer(Application):\n    def start(self):\n        self.log.info('started')\n",
        },
        kind: "service",
        says: "traitlets' Application",
        at: "app.py:4",
      },
      {
        kind: "service",
        files: {
          "app.py":
            "from logging import basicConfig as set_up, getLogger\n\nset_up(level='INFO')\ngetLogger(__name__).info('up')\n",
        },
        says: "Logging is configured by basicConfig",
        at: "app.py:3",
        note: "By another name.",
      },
      {
        kind: "service",
        files: { "app.py": "import logging\n\nlogging.basicConfig(level='INFO')\n" },
        says: "Logging is configured by basicConfig",
        at: "app.py:3",
      },
      {
        kind: "service",
        files: { "site/settings.py": "LOGGING = {\n    'version': 1,\n}\n" },
        says: "Logging is configured by LOGGING",
        at: "site/settings.py:1",
      },
      {
        kind: "service",
        files: {
          "app.py":
            "import structlog\n\nstructlog.configure(processors=[structlog.processors.JSONRenderer()])\n",
        },
        says: "structlog.configure",
        at: "app.py:3",
      },
      {
        kind: "service",
        files: {
          "app.py": "import app\n",
          "logging.ini": "[loggers]\nkeys=root\n",
          Dockerfile:
            'FROM python:3.12\nCOPY . .\nCMD ["uvicorn", "app:app", "--log-config", "logging.ini"]\n',
        },
        says: "a logging configuration file",
        at: "logging.ini:1",
      },
      {
        kind: "service",
        files: {
          "app.py":
            "from house.logging import configure_logging\n\nconfigure_logging(name='shop', level='INFO')\n",
        },
        says: "house.logging.configure_logging",
        at: "app.py:3",
      },
      {
        kind: "service",
        files: {
          "log.py":
            "from tamga import Tamga\n\nLog = Tamga(\n    console_output=True,\n    file_path='app.log',\n)\n",
        },
        says: "Tamga()",
        at: "log.py:3",
        note: "A logger of another library, told where it writes.",
      },
      {
        kind: "cli",
        files: {
          "tool.py": "import sys\nfrom loguru import logger\n\nlogger.add(sys.stderr, level='INFO')\n",
        },
        says: "loguru's logger",
        at: "tool.py:4",
      },
    ],
    partial: [
      {
        kind: "service",
        files: {
          "app.py": "import logging\n\nlogging.getLogger('app').setLevel('INFO')\nlogging.info('x')\n",
        },
        says: "all there is: a level",
        at: "app.py:3",
      },
      {
        kind: "pipeline",
        files: {
          "spider.py":
            "import scrapy\n\nclass Quotes(scrapy.Spider):\n    def parse(self, r):\n        self.logger.info('x')\n",
        },
        says: "all there is: Scrapy's own logging",
        at: "spider.py:1",
      },
    ],
    fail: [
      {
        kind: "service",
        files: {
          "app.py":
            "import logging\nfrom flask import Flask\n\napp = Flask(__name__)\nlogging.getLogger(__name__).info('up')\n",
          "scripts/seed.py": "import logging\n\nlogging.basicConfig()\n",
        },
        says: "Nothing configures logging",
        note: "A script sets logging up for itself, not for the server.",
      },
      {
        kind: "service",
        files: { "app.py": "import logging\n\nlogger = logging.getLogger(__name__)\nlogger.info('x')\n" },
        says: "Nothing configures logging",
      },
      {
        kind: "service",
        files: {
          "app.py":
            "import logging\n\nlogging.getLogger(__name__).addHandler(logging.NullHandler())\nlogging.info('x')\n",
          "alembic.ini": "[loggers]\nkeys=root\n",
          "alembic/env.py":
            "from logging.config import fileConfig\nfrom alembic import context\n\nfileConfig('alembic.ini')\n",
        },
        says: "Nothing configures logging",
        note: "A handler that drops everything is none, and the migrations' logs are not the service's.",
      },
    ],
    notApplicable: [
      {
        kind: "cli",
        files: { "tool.py": "print('result')\n" },
        says: "its output is its result",
        note: "A command line tool that logs nothing.",
      },
      { kind: "library", files: { "lib/a.py": "import logging\n" }, says: "It speaks to" },
    ],
  },
  check(project) {
    const incidental = incidentalCommand(project);
    if (incidental !== undefined) return notApplicable(incidental);
    const setups = findLogSetups(project);
    const routed = setups.filter(({ strength }) => strength === "routed");
    if (routed.length > 0) return pass(`Logging is configured by ${names(routed)}.`, routed.map(evidenceOf));
    if (setups.length > 0) {
      const message = `The project says nothing of handlers; all there is: ${names(setups)}.`;
      return partial(message, setups.map(evidenceOf));
    }
    if (isQuietTool(project))
      return notApplicable("It is a command line tool that logs nothing: its output is its result.");
    return fail(
      "Nothing configures logging: no dictConfig, basicConfig, LOGGING, structlog or log configuration file.",
    );
  },
});

const names = (setups: readonly LogSetup[]): string =>
  [...new Set(setups.map(({ what }) => what))].slice(0, 3).join(", ");

const evidenceOf = ({ path, line, what }: LogSetup): Evidence => ({ path, startLine: line, note: what });
