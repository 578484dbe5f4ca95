import {
  defineRule,
  type Evidence,
  fail,
  judgeShare,
  notApplicable,
  partial,
} from "../../src/engine/rule.ts";
import { incidentalCommand, isQuietTool } from "../../src/project/app-kind.ts";
import { findLogCalls, type LogCall, logCatchesOf } from "../../src/project/log-calls.ts";
import { findWorkingModules, handsOver, type WorkingModule } from "../../src/project/working-modules.ts";

const isFailure = ({ level }: LogCall): boolean =>
  level === "warning" || level === "error" || level === "critical";

export default defineRule({
  id: "events-logged",
  category: "logging",
  severity: "medium",
  kinds: ["service", "cli", "pipeline"],
  title: "Failures and key events are logged",
  why: "When something goes wrong at night, the log is all there is: a module that does work and writes nothing cannot be asked what happened.",
  fix: 'Log what the module did, and what it could not do:\n\n```python\nlogger = logging.getLogger(__name__)\n\ndef charge(order):\n    try:\n        receipt = gateway.charge(order.total)\n    except GatewayError:\n        logger.exception("charging order %s failed", order.id)\n        raise\n    logger.info("order %s charged, receipt %s", order.id, receipt.id)\n```',
  checklist: ["000-15", "001-10"],
  examples: {
    pass: [
      {
        kind: "service",
        files: {
          "shop/__init__.py": "",
          "shop/orders.py":
            "import logging\n\nlogger = logging.getLogger(__name__)\n\n\nclass PlaceOrder:\n    async def execute(self):\n        logger.info('placing')\n        logger.warning('late')\n",
          "shop/router.py":
            "from fastapi import APIRouter\nfrom shop.orders import PlaceOrder\n\nrouter = APIRouter()\n\n\n@router.post('/orders')\nasync def place(handler: PlaceOrder) -> None:\n    await handler.execute()\n",
        },
        says: "1 of 1 modules that do work log what they do",
        at: "shop/orders.py:8",
        note: "The handler only hands over to what logs.",
      },
      {
        kind: "service",
        files: {
          "app.py":
            "from flask import Flask\n\napp = Flask(__name__)\n\n@app.route('/pay')\ndef pay():\n    app.logger.info('paid')\n    try:\n        charge()\n    except CardError:\n        app.logger.exception('not paid')\n",
          "models.py":
            "from sqlalchemy import event\n\n\n@event.listens_for(Order, 'after_insert')\ndef count(mapper, connection, target):\n    target.count = 1\n",
        },
        says: "1 of 1 modules that do work log what they do",
        at: "app.py:7",
        note: "A hook on the rows of an ORM runs inside the work that writes them.",
      },
      {
        kind: "service",
        files: {
          "app.py":
            "from flask import Flask\n\napp = Flask(__name__)\n\n@app.route('/pay')\ndef pay():\n    app.logger.info('paid')\n    try:\n        charge()\n    except CardError:\n        app.logger.exception('not paid')\n",
        },
        says: "1 of 1 modules that do work log what they do",
        at: "app.py:7",
      },
      {
        kind: "service",
        files: {
          "tasks.py":
            "from celery import shared_task\nimport structlog\n\nlog = structlog.get_logger()\n\n@shared_task\ndef send():\n    log.info('sent')\n    log.error('lost')\n",
          "models.py": "class Order:\n    total = 0\n",
          "sinks.py": "import logging\n\n\nclass Sink(logging.Handler):\n    def emit(self, record): ...\n",
        },
        says: "1 of 1 modules that do work log",
        at: "tasks.py:8",
        note: "A module of data does no work, nor does a handler of log records.",
      },
      {
        kind: "service",
        files: {
          "tasks.py":
            "from celery import shared_task\nimport structlog\n\nlog = structlog.get_logger()\n\n@shared_task\ndef send():\n    log.info('sent')\n    log.error('lost')\n",
          "pipeline.py": "class Pipeline(Generic[Task, Result]):\n    stages = []\n",
        },
        says: "1 of 1 modules that do work log",
        at: "tasks.py:8",
        note: "A class that is generic in tasks is none.",
      },
      {
        kind: "cli",
        files: {
          "tool.py":
            "import logging\nimport subprocess\n\nlog = logging.getLogger('tool')\n\ndef main():\n    log.info('copied')\n    log.warning('skipped')\n    subprocess.run(['cp', 'a', 'b'])\n\nif __name__ == '__main__':\n    main()\n",
        },
        says: "1 of 1 modules that do work log",
        at: "tool.py:7",
      },
    ],
    partial: [
      {
        kind: "service",
        files: {
          "shop/__init__.py": "",
          "shop/orders.py":
            "import logging\n\nlogger = logging.getLogger(__name__)\n\n\nclass PlaceOrder:\n    async def execute(self):\n        logger.info('placing')\n        logger.warning('late')\n",
          "shop/router.py":
            "from fastapi import APIRouter, HTTPException\nfrom shop.orders import PlaceOrder\n\nrouter = APIRouter()\n\n\n@router.post('/orders')\nasync def place(handler: PlaceOrder, count: int) -> None:\n    if count > 9:\n        raise HTTPException(400)\n    await handler.execute()\n",
        },
        says: "1 of 2 modules that do work log",
        at: "shop/router.py:7",
        note: "What it refuses by itself is told nowhere.",
      },
      {
        kind: "service",
        files: {
          "a.py": "import requests\n\nlogger.info('x')\nlogger.error('y')\nrequests.get(URL)\n",
          "b.py": "import requests\n\nrequests.post(URL)\n",
        },
        says: "1 of 2 modules that do work log",
        at: "b.py:3",
      },
      {
        kind: "service",
        files: { "a.py": "import requests\n\nlogger.info('fetched')\nrequests.get(URL)\n" },
        says: "but no failure is logged",
        at: "a.py:3",
      },
      {
        kind: "service",
        files: { "a.py": "import requests\n\nlogger.error('not fetched')\nrequests.get(URL)\n" },
        says: "but only failures",
        at: "a.py:3",
      },
    ],
    fail: [
      {
        kind: "service",
        files: {
          "app.py":
            "from fastapi import FastAPI\n\napp = FastAPI()\n\n@app.get('/')\ndef index():\n    print('hit')\n    return {}\n",
        },
        says: "None of 1 modules that do work logs anything",
        at: "app.py:5",
      },
      {
        kind: "pipeline",
        files: {
          "spider.py":
            "import scrapy\n\nclass Quotes(scrapy.Spider):\n    def parse(self, r):\n        yield {}\n",
          "log.py": "import logging\n\nlogger = logging.getLogger('unused')\n",
        },
        says: "None of 1 modules that do work logs anything",
        note: "A logger that nobody calls logs nothing.",
      },
    ],
    notApplicable: [
      {
        kind: "cli",
        files: { "tool.py": "if __name__ == '__main__':\n    print('result')\n" },
        says: "its output is its result",
      },
    ],
  },
  check(project) {
    const incidental = incidentalCommand(project);
    if (incidental !== undefined) return notApplicable(incidental);
    if (isQuietTool(project))
      return notApplicable("It is a command line tool that logs nothing: its output is its result.");
    const calls = findLogCalls(project);
    // A module that logs does something worth a line, whatever it is.
    const loud = new Set(calls.filter(({ module }) => module.role !== "script").map(({ module }) => module));
    const silent = findWorkingModules(project).filter(
      (one) => !loud.has(one.module) && !handsOver(one, loud),
    );
    const total = loud.size + silent.length;
    if (total === 0) return notApplicable("No module of the project does work that a log would show.");
    if (loud.size === 0)
      return fail(`None of ${total} modules that do work logs anything.`, silent.map(describe));
    const message = `${loud.size} of ${total} modules that do work log what they do`;
    const lacks = lacking(
      calls,
      project.source.some((module) => logCatchesOf(module).length > 0),
    );
    const share = loud.size / total;
    const evidence = silent.length === 0 ? calls.map(evidenceOf) : silent.map(describe);
    if (lacks !== undefined && share >= 0.2)
      return partial(
        `${message}, but ${lacks}.`,
        [...calls.map(evidenceOf), ...evidence],
        Math.min(0.8, share),
      );
    // Both kinds are there, though in few places.
    if (lacks === undefined && share < 0.2)
      return partial(`${message}; failures and key events both are logged.`, evidence, 0.2);
    return judgeShare(loud.size, total, `${message}.`, evidence);
  },
});

/** What kind of line is missing altogether. */
function lacking(calls: readonly LogCall[], catches: boolean): string | undefined {
  if (!catches && !calls.some(isFailure)) return "no failure is logged, nothing at warning or above";
  if (calls.every(isFailure)) return "only failures, no key events";
  return undefined;
}

const describe = ({ module, line, what }: WorkingModule): Evidence =>
  module.at(line, `${what}, nothing logged`);

const evidenceOf = ({ module, line, level }: LogCall): Evidence => module.at(line, level);
