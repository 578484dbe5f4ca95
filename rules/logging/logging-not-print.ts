import { defineRule, type Evidence, judgeShare, notApplicable } from "../../src/engine/rule.ts";
import { isCommandOutput } from "../../src/project/command-output.ts";
import { findLogCalls } from "../../src/project/log-calls.ts";
import { type PrintCall, printCallsOf } from "../../src/project/print-calls.ts";
import type { Project } from "../../src/project/project.ts";

export default defineRule({
  id: "logging-not-print",
  category: "logging",
  severity: "high",
  kinds: ["service", "library", "pipeline"],
  title: "Code logs and does not print",
  why: "What is printed has no level, no time and no origin, cannot be routed or switched off, and is lost in a container that buffers it.",
  fix: 'Give each module a logger and say how much it matters:\n\n```python\nimport logging\n\nlogger = logging.getLogger(__name__)\n\nlogger.info("order %s paid", order.id)\n```\n\nRuff finds the places: `ruff check --select T20`.',
  checklist: ["000-14", "001-09", "003-04"],
  examples: {
    pass: [
      {
        kind: "service",
        files: {
          "app.py":
            "import logging\n\nlogger = logging.getLogger(__name__)\n\ndef pay():\n    logger.info('paid')\n",
        },
        says: "All output of the code goes through logging (1 call)",
        at: "app.py:6",
      },
      {
        kind: "library",
        files: {
          "lib/core.py":
            "import structlog\n\nlog = structlog.get_logger()\n\ndef run():\n    log.info('ran')\n",
          "lib/__main__.py": "print('lib 1.0')\n",
        },
        says: "All output of the code goes through logging",
        at: "lib/core.py:6",
        note: "What a command prints is its result.",
      },
      {
        kind: "service",
        files: {
          "app/views.py": "from loguru import logger\n\ndef view():\n    logger.warning('slow')\n",
          "app/management/commands/load.py": "def handle():\n    print('loaded')\n",
          "app/cli.py": "import click\n\n@click.command()\ndef seed():\n    print('seeded')\n",
        },
        says: "All output of the code goes through logging",
        at: "app/views.py:4",
      },
      {
        kind: "service",
        files: {
          "app.py":
            "import logging\n\ndef pay(out):\n    logging.info('paid')\n    print('receipt', file=out)\n",
        },
        says: "All output of the code goes through logging",
        at: "app.py:4",
        note: "Text that is printed into a file is no log.",
      },
      {
        kind: "service",
        files: {
          "app/log.py":
            "import logging\n\nlogger = logging.getLogger(__name__)\n\ndef note():\n    logger.info('x')\n",
          "check_status.py": "import app.log\n\nprint('Status OK')\n",
        },
        says: "All output of the code goes through logging",
        at: "app/log.py:6",
        note: "A file that nothing imports, and that prints when it is run, is a script.",
      },
    ],
    partial: [
      {
        kind: "service",
        files: {
          "shop/accounts.py":
            "import getpass\nimport logging\n\nlog = logging.getLogger(__name__)\n\n\ndef create(name):\n    password = getpass.getpass()\n    print('creating', name)\n    save(name, password)\n    log.info('created')\n\n\ndef save(name, password):\n    print('saving')\n",
        },
        says: "1 print call beside 1 logging call",
        at: "shop/accounts.py:15",
        note: "Who asks for a password sits at a terminal and reads what is printed there.",
      },
      {
        kind: "service",
        files: {
          "app.py":
            "import logging\n\nlog = logging.getLogger(__name__)\n\ndef pay():\n    print('paying')\n    log.info('paid')\n",
        },
        says: "1 print call beside 1 logging call",
        at: "app.py:6",
      },
    ],
    fail: [
      {
        kind: "pipeline",
        files: {
          "jobs/daily.py":
            "from pyspark.sql import SparkSession\n\ndef run(spark):\n    df = spark.read.json('a')\n    print('rows', df.count())\n\nif __name__ == '__main__':\n    run(SparkSession.builder.getOrCreate())\n",
        },
        says: "1 print call and no logging call",
        at: "jobs/daily.py:5",
        note: "A scheduler starts the job.",
      },
      {
        kind: "service",
        files: {
          "app.py":
            "import pprint\nfrom pprint import pp as show\n\ndef handle(order):\n    pprint.pprint(order)\n    show(order)\n",
        },
        says: "2 print calls and no logging call",
        at: "app.py:5",
        note: "By a module's name, and by another name.",
      },
      {
        kind: "service",
        files: {
          "lib/log.py":
            "from sys import stderr, stdout\n\n\ndef log(message, error=False):\n    print(message, file=stdout if not error else stderr)\n",
        },
        says: "1 print call and no logging call",
        at: "lib/log.py:5",
        note: "A logger of one's own over print is none.",
      },
      {
        kind: "service",
        files: {
          "app.py":
            "from flask import Flask\n\napp = Flask(__name__)\n\n@app.route('/')\ndef index():\n    print('hit')\n    return ''\n\nif __name__ == '__main__':\n    app.run()\n",
        },
        says: "1 print call and no logging call",
        at: "app.py:7",
        note: "The main guard starts a server: what its handlers print is no command's output.",
      },
      {
        kind: "library",
        files: { "lib/core.py": "def work(x):\n    print('working on', x)\n    return x\n" },
        says: "1 print call and no logging call",
        at: "lib/core.py:2",
      },
    ],
    notApplicable: [
      {
        kind: "library",
        files: {
          "lib/core.py":
            "def work(x):\n    return fingerprint(x)\n\n\nif __name__ == '__main__':\n    print(work(1))\n",
        },
        says: "neither prints nor logs",
      },
      { kind: "cli", files: { "tool.py": "print('hello')\n" }, says: "It speaks to" },
    ],
  },
  check(project) {
    const logged = findLogCalls(project);
    const all = findPrints(project);
    const printed = all.filter((call) => !isMeant(call));
    const meant = all.length - printed.length;
    const aside = `commands and scripts aside${meant > 0 ? `, and ${meant} marked with noqa` : ""}`;
    const total = logged.length + printed.length;
    if (total === 0) return notApplicable(`The code neither prints nor logs, ${aside}.`);
    if (printed.length === 0) {
      const message = `All output of the code goes through logging (${count(logged.length, "call")}), ${aside}.`;
      const evidence = logged.map(({ module, line, receiver }) => module.at(line, receiver || undefined));
      return judgeShare(total, total, message, evidence);
    }
    const beside =
      logged.length === 0 ? "and no logging call" : `beside ${count(logged.length, "logging call")}`;
    const message = `${count(printed.length, "print call")} ${beside}, ${aside}.`;
    return judgeShare(logged.length, total, message, printed.map(describe));
  },
});

const count = (n: number, what: string): string => `${n} ${what}${n === 1 ? "" : "s"}`;

/** Ruff's codes for it: the project has said that it means this call. */
const isMeant = ({ module, line }: PrintCall): boolean =>
  module.silenced({ code: "T201", line }) || module.silenced({ code: "T203", line });

/** Prints that are no output of a command. */
function findPrints(project: Project): PrintCall[] {
  return project.source.flatMap((module) =>
    printCallsOf(module).filter(
      (call) => !writesElsewhere(call) && !isCommandOutput(project, module, call.line),
    ),
  );
}

/** `print(…, file=f)` writes into a file; `pprint(x, f)` too. */
const writesElsewhere = ({ args }: PrintCall): boolean =>
  args.some(
    ({ name, text }) =>
      (name === "file" || name === "stream") && !/^(?:(?:sys\.)?(?:__)?std(?:out|err)\b|None$)/.test(text),
  );

const describe = ({ module, line, method }: PrintCall): Evidence => module.at(line, method);
