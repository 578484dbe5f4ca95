import { defineRule, type Evidence, fail, notApplicable, partial, pass } from "../../src/engine/rule.ts";
import { isLauncherVariable } from "../../src/project/launcher-variables.ts";
import { mainGuard } from "../../src/project/main-guard.ts";
import type { PythonModule } from "../../src/project/python/module.ts";

/** Lines under which one module can hold everything and still be read at a glance. */
const ONE_SCREENFUL = 150;

export default defineRule({
  id: "concerns-separated",
  category: "structure",
  severity: "low",
  kinds: ["service", "cli", "pipeline"],
  title: "Configuration, logic and entry point live apart",
  why: "Where they are mixed, changing a setting means editing logic, and the logic cannot be tested without starting the program.",
  fix: "Split them:\n\n```\nshop/settings.py   # reads the environment, nothing else\nshop/orders.py     # logic: takes values, returns values\nshop/main.py       # reads settings, calls the logic\n```",
  checklist: ["001-27"],
  examples: {
    pass: [
      {
        files: {
          "shop/config.py": "import os\nURL = os.environ['URL']\n",
          "shop/labels.py":
            "def label(x):\n    return x\n\n\nif __name__ == '__main__':\n    print(label(1))\n",
          "shop/manage.py": "from shop.labels import label\n\nif __name__ == '__main__':\n    label(1)\n",
        },
        says: "entry point (shop/manage.py)",
        at: "shop/manage.py:3",
        kind: "service",
        note: "Another module is run to try it only.",
      },
      {
        files: {
          "shop/settings.py": "import os\nURL = os.environ['URL']\n",
          "shop/orders.py": "def total(x):\n    return sum(x)\n",
          "shop/main.py": "from shop.orders import total\nif __name__ == '__main__':\n    total([1])\n",
        },
        says: "live in modules of their own",
        at: "shop/settings.py:2",
        kind: "cli",
      },
      {
        files: {
          "shop/config.py": "from pydantic_settings import BaseSettings\nclass Settings(BaseSettings): ...\n",
          "shop/stock.py": "def left():\n    return 1\n",
          "shop/app.py": "from fastapi import FastAPI\napp = FastAPI()\n",
        },
        says: "live in modules of their own",
        at: "shop/config.py:1",
        kind: "service",
      },
      {
        files: {
          "shop/orders.py": "def total(x):\n    return sum(x)\n",
          "shop/cli.py": "from shop.orders import total\nif __name__ == '__main__':\n    total([1])\n",
        },
        says: "The logic and the entry point (shop/cli.py)",
        at: "shop/cli.py:2",
        kind: "cli",
        note: "What has nothing to configure needs no settings module.",
      },
      {
        files: {
          "shop/config.py": "import json\n\n\ndef load(path):\n    return json.loads(path.read_text())\n",
          "shop/orders.py": "import os\nTAX = os.environ['TAX']\n",
          "shop/stock.py": "import os\nURL = os.environ['URL']\n",
          "shop/labels.py": "import os\nLANG = os.environ['SHOP_LANG']\n",
          "shop/run.py":
            "import os, subprocess\nenv = os.environ.copy()\nif __name__ == '__main__':\n    subprocess.run(['x'], env=env)\n",
        },
        says: "live in modules of their own",
        at: "shop/run.py:3",
        kind: "cli",
        note: "A settings module may read a file; handing the environment on reads no setting.",
      },
      {
        files: {
          "shop/configs/default.py": "class Config:\n    DEBUG = False\n    MAIL_PORT = 25\n    TAX = 19\n",
          "shop/orders.py": "import os\nTAX = os.environ['TAX']\n",
          "shop/stock.py": "import os\nURL = os.environ['URL']\n",
          "shop/labels.py": "import os\nLANG = os.environ['SHOP_LANG']\n",
          "shop/run.py": "if __name__ == '__main__':\n    print(1)\n",
        },
        says: "live in modules of their own",
        at: "shop/orders.py:2",
        kind: "cli",
        note: "Settings may be plain constants of a class.",
      },
      {
        files: {
          "shop/config.py": "import os\nTAX = os.environ['TAX']\n",
          "shop/try_database.py": "if __name__ == '__main__':\n    print(1)\n",
          "dags/prices.py":
            "from airflow import DAG\nfrom shop.config import TAX\nwith DAG('prices', schedule='@daily') as dag:\n    pass\n",
        },
        says: "entry point (dags/prices.py)",
        at: "dags/prices.py:3",
        kind: "pipeline",
        note: "What the scheduler loads is where it starts.",
      },
      {
        files: {
          "shop/shell.py": "import os\nWHO = os.environ.get('USER', '')\n",
          "shop/stock.py": "import os\nPAGER = os.environ['PAGER']\n",
          "shop/labels.py": "import os\nLANG = os.environ['LANG']\n",
          "shop/run.py": "if __name__ == '__main__':\n    print(1)\n",
        },
        says: "The logic and the entry point",
        at: "shop/run.py:1",
        kind: "cli",
        note: "What the shell sets is no configuration of the project.",
      },
    ],
    partial: [
      {
        files: {
          "dags/daily.py":
            "import os\nfrom airflow import DAG\nfrom names import label\n\nURL = os.environ['URL']\n\nwith DAG('daily') as dag:\n    label(URL)\n",
          "dags/names.py": "def label(x):\n    return x\n",
        },
        says: "read where the program starts, in dags/daily.py",
        at: "dags/daily.py:5",
        kind: "pipeline",
      },
      {
        files: {
          "shop/orders.py": "import os\ndef total(x):\n    return sum(x) * int(os.environ['TAX'])\n",
          "shop/stock.py": "import os\nURL = os.environ['URL']\n",
          "shop/main.py":
            "import os\nfrom shop.orders import total\nif __name__ == '__main__':\n    total([os.environ['A']])\n",
        },
        says: "the environment is read in 3 modules",
        at: "shop/orders.py:3",
        kind: "cli",
      },
    ],
    fail: [
      {
        files: {
          "main.py": `import os\nURL = os.environ['URL']\n\n\ndef work(x):\n${"    x = x + 1\n".repeat(200)}    return x\n\n\nif __name__ == '__main__':\n    work(1)\n`,
        },
        says: "all in main.py",
        at: "main.py:1",
        kind: "cli",
      },
      {
        files: {
          "app.py": `from flask import Flask\napp = Flask(__name__)\nSECRET = 'x'\n\n\n@app.get('/')\ndef work():\n    x = 0\n${"    x = x + 1\n".repeat(200)}    return x\n\n\nif __name__ == '__main__':\n    app.run()\n`,
        },
        says: "all in app.py",
        at: "app.py:1",
        kind: "service",
      },
    ],
    notApplicable: [{ files: { "a.py": "print(1)\n" }, says: "one short module", kind: "cli" }],
  },
  check({ source, kind, kinds }) {
    const pipelines = kinds.filter((one) => one.kind === "pipeline").flatMap(({ evidence }) => evidence);
    const isLoaded = (path: string): boolean => pipelines.some((one) => one.path === path);
    const own = source.filter(
      ({ lineCount, notebook, role }) => lineCount > 0 && !notebook && role === "source",
    );
    const lines = own.reduce((sum, { lineCount }) => sum + lineCount, 0);
    const largest = [...own].sort((a, b) => b.lineCount - a.lineCount)[0];
    if (!largest || (own.length === 1 && lines < ONE_SCREENFUL)) {
      return notApplicable("It is one short module: there is nothing to separate yet.");
    }
    if (own.length === 1)
      return fail(
        `Configuration, logic and entry point are all in ${largest.path}, ${largest.lineCount} lines.`,
        [largest.at(1)],
      );
    const readers = own.flatMap((module) =>
      configLine(module) === undefined ? [] : [{ module, line: configLine(module) ?? 1 }],
    );
    const entries = own.filter((module) => entryLine(module) !== undefined);
    const dedicated = own.filter(
      (module) =>
        SETTINGS.test(module.path) &&
        (configLine(module) !== undefined ||
          READS_FILE.test(module.code) ||
          (HOLDS_SETTINGS.test(module.path) && [...module.code.matchAll(CONSTANT)].length > 1)),
    );
    const scattered = readers.filter(({ module }) => !SETTINGS.test(module.path));
    const evidence: Evidence[] = [
      ...readers.map(({ module, line }) => module.at(line, "configuration")),
      ...entries.map((module) => module.at(entryLine(module) ?? 1, "entry point")),
    ];
    const crowded = entries.find(({ lineCount }) => lineCount > lines / 2 && lineCount > ONE_SCREENFUL);
    if (crowded)
      return partial(
        `The entry point ${crowded.path} holds ${crowded.lineCount} of ${lines} lines of code.`,
        [crowded.at(entryLine(crowded) ?? 1)],
      );
    if (dedicated.length === 0 && scattered.length > 2)
      return partial(
        `There is no module for the configuration: the environment is read in ${scattered.length} modules.`,
        scattered.map(({ module, line }) => module.at(line)),
      );
    const starts = new Set([
      ...entries,
      ...(kind === "pipeline" ? own.filter(({ path }) => isLoaded(path)) : []),
    ]);
    if (dedicated.length === 0 && readers.length > 0 && readers.every(({ module }) => starts.has(module)))
      return partial(
        `There is no module for the configuration: the environment is read where the program starts, in ${readers[0]?.module.path}.`,
        readers.map(({ module, line }) => module.at(line, "configuration")),
      );
    if (kind === "cli" && entries.length > own.length / 2 && own.length > 3)
      return partial(
        `${entries.length} of ${own.length} modules are scripts of their own, each with its logic inside.`,
        evidence,
      );
    const named = entries.find(({ path }) => ENTRY.test(path)) ?? entries[0];
    // What the scheduler loads is where a pipeline starts; a guard beside it is for trying a module.
    const main = kind === "pipeline" ? kinds.find((one) => one.kind === kind) : undefined;
    const loaded = main?.evidence[main.notes.findIndex((note) => !/ of pyspark$/.test(note))];
    const start = named && (ENTRY.test(named.path) || !loaded) ? named : (loaded ?? named);
    const what =
      readers.length === 0 ? "The logic and the entry point" : "Configuration, logic and entry point";
    const at = start ? ` (${start.path})` : "";
    const first =
      loaded && start === loaded ? [{ path: loaded.path, startLine: loaded.line, note: "entry point" }] : [];
    return pass(`${what}${at} live in modules of their own.`, [...first, ...evidence]);
  },
});

const SETTINGS =
  /(?:^|\/)(?:settings?|config(?:uration|s)?|conf|constants|env(?:ironment)?|options)(?:\.py$|\/|_\w{1,30}\.py$)|_(?:settings|config)\.py$/i;

/** A helper may be tried by running it; these are what one runs. */
const ENTRY =
  /(?:^|\/)(?:__main__|main|manage|app|application|cli|run|start|server|wsgi|asgi|bot|worker)\.py$|(?:^|\/)bin\//;

/** A settings module may read a file instead of the environment. */
const READS_FILE = /\b(?:json|ya?ml|toml|tomllib|tomli)\.(?:safe_)?loads?\(/;

/** A settings module may be made of constants, at its top level or in a class. */
const HOLDS_SETTINGS = /(?:^|[/_])(?:settings?|config(?:uration|s)?)(?:\.py$|\/)/i;
const CONSTANT = /^[ \t]{0,8}[A-Z][A-Z0-9_]{2,60}[ \t]{0,4}[:=](?!=)/gm;

/** One of them stands in the code wherever the pattern below matches. */
const CONFIG_WORDS = "environ getenv BaseSettings decouple Dynaconf load_dotenv Env ConfigParser".split(" ");

/** Where the module reads configuration. */
function configLine(module: PythonModule): number | undefined {
  if (!module.mentionsAny(CONFIG_WORDS)) return undefined;
  const { code, text } = module;
  for (const { index, 0: whole } of code.matchAll(CONFIG)) {
    // The name of the variable, where one is written.
    const name = /^(?:\.get\s{0,4}\(|\[|\()?\s{0,8}["'](\w{1,80})["']/.exec(
      text.slice(index + whole.length),
    )?.[1];
    if (name === undefined || !isLauncherVariable(name)) return module.lineAt(index);
  }
  return undefined;
}

const CONFIG =
  /(?<!\*\*|dict\()\bos\.environ\b(?!\s{0,4}\.(?:copy|update|setdefault|pop)\(|\s{0,4}\||\[[^\]\n]{0,80}\]\s{0,4}=(?!=))|\bgetenv\(|\bBaseSettings\b|\bdecouple\b|\bDynaconf\(|\bload_dotenv\(|\bEnv\(|\bConfigParser\(/g;

function entryLine(module: PythonModule): number | undefined {
  const guard = mainGuard(module);
  if (guard !== undefined) return guard;
  if (!module.mentions("FastAPI", "Flask", "Starlette", "Litestar", "Sanic", "Quart", "Celery"))
    return undefined;
  const at = module.code.search(
    /^\w{1,60}(?::\s{0,4}[\w.]{1,60})?\s{0,4}=\s{0,4}(?:\w{1,40}\.)?(?:FastAPI|Flask|Starlette|Litestar|Sanic|Quart|Celery)\(/m,
  );
  return at === -1 ? undefined : module.code.slice(0, at).split("\n").length;
}
