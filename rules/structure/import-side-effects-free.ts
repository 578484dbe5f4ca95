import { defineRule, judgeShare, notApplicable } from "../../src/engine/rule.ts";
import type { PythonModule } from "../../src/project/python/module.ts";
import type { Statement } from "../../src/project/python/statements.ts";

export default defineRule({
  id: "import-side-effects-free",
  category: "structure",
  severity: "low",
  kinds: "all",
  title: "Importing a module does nothing but define",
  why: "A module that connects, prints or starts a server when it is imported cannot be tested, documented or reused without doing it.",
  fix: 'Move what acts into a function, and call it where the program starts:\n\n```python\ndef main() -> int:\n    with connect(settings.database_url) as db:\n        return run(db)\n\n\nif __name__ == "__main__":\n    raise SystemExit(main())\n```',
  checklist: ["001-28", "001-27"],
  examples: {
    pass: [
      {
        files: { "a.py": "from settings import settings\n\nKEY = settings.key.get_secret_value()\n" },
        says: "1 of 1 module",
        note: "Pydantic only uncovers what it holds.",
      },
      {
        files: { "a.py": 'import swapper\n\nPage = swapper.load_model("shop", "Page")\n' },
        says: "1 of 1 module",
        at: "a.py:1",
        note: "A class of Django's registry, not a model read from a file.",
      },
      {
        files: { "a.py": "import os\n\nURL = os.environ['URL']\n\n\ndef f():\n    print(1)\n" },
        says: "1 of 1 module",
        at: "a.py:1",
        note: "Reading the environment is configuration, no side effect.",
      },
      {
        files: { "a.py": "def main():\n    print(1)\n\n\nif __name__ == '__main__':\n    main()\n" },
        says: "1 of 1 module",
      },
      {
        files: {
          "a.py":
            "import logging\nfrom flask import Flask\n\nlog = logging.getLogger(__name__)\napp = Flask(__name__)\n\n\n@app.get('/')\ndef index():\n    return open('x').read()\n",
        },
        says: "1 of 1 module",
        note: "Application objects and registries are definitions.",
      },
    ],
    partial: [
      {
        files: {
          "a.py": "x = 1\n",
          "b.py": "import requests\n\nDATA = requests.get('https://example.org').json()\n",
        },
        says: "1 of 2 modules",
        at: "b.py:3",
      },
      {
        files: {
          "names.py": "x = 1\n",
          "definitions.py":
            "from vault import vault\n\ntry:\n    login = vault.client.secrets.kv.v1.read_secret(path='sheets')\nexcept OSError:\n    login = {}\n",
        },
        says: "1 of 2 modules",
        at: "definitions.py:4",
        note: "A vault is asked over the network.",
      },
      {
        files: {
          "names.py":
            "from pathlib import Path\n\nVERSION = (Path(__file__).parent / 'VERSION').read_text()\nDATA = Path('data')\n",
          "stars.py":
            "import json\nfrom pathlib import Path\n\nwith Path('data/stars.json').open() as file:\n    STARS = json.load(file)\n",
        },
        says: "1 of 2 modules",
        at: "stars.py:4",
        note: "A file that is found only where the program is started in the right folder; a version beside the module is no effect.",
      },
      {
        files: {
          "dags/names.py": "x = 1\n",
          "dags/daily.py":
            "from airflow import DAG\nfrom airflow.models import Variable\nfrom airflow.operators.bash import BashOperator\n\nwith DAG('daily') as dag:\n    BashOperator(task_id='dump', bash_command=f\"pg_dump > {Variable.get('path')}\")\n",
        },
        says: "1 of 2 modules",
        at: "dags/daily.py:6",
        note: "A field of a string is asked for just the same.",
      },
      {
        files: {
          "dags/names.py": "x = 1\n",
          "dags/daily.py":
            "from airflow import DAG\nfrom airflow.models import Variable\n\nwith DAG('daily') as dag:\n    bucket = Variable.get('bucket')\n\n\ndef load():\n    return Variable.get('owner')\n",
        },
        says: "1 of 2 modules",
        at: "dags/daily.py:5",
        note: "Airflow's database is asked each time that the scheduler imports the DAG.",
      },
    ],
    fail: [
      {
        files: {
          "app.py":
            'import gradio as gr\n\ndemo = gr.Interface(fn=str, inputs="text", outputs="text")\ndemo.launch()\n',
        },
        says: "0 of 1 module",
        at: "app.py:4",
        note: "It starts a server.",
      },
      {
        files: { "a.py": "from xgboost import Booster\n\nmodel = Booster()\nmodel.load_model('a.model')\n" },
        says: "0 of 1 module",
        at: "a.py:4",
        note: "It reads a model, whoever imports it for what.",
      },
      { files: { "a.py": "print('loading')\n" }, says: "0 of 1 module", at: "a.py:1" },
      {
        files: { "a.py": "import sqlite3\n\nif True:\n    db = sqlite3.connect('x.db')\n" },
        says: "0 of 1 module",
        at: "a.py:4",
      },
    ],
    notApplicable: [{ files: { "nb.ipynb": '{"cells": [], "nbformat": 4}' }, says: "no modules" }],
  },
  check({ source }) {
    const modules = source.filter(
      ({ notebook, lineCount, path }) =>
        !notebook && lineCount > 0 && !/(?:^|\/)(?:__main__|gunicorn[\w.]{0,20}|conf)\.py$/.test(path),
    );
    if (modules.length === 0) return notApplicable("There are no modules that could be imported.");
    const acting = modules.flatMap((module) => {
      const statement = firstEffect(module);
      return statement ? [{ module, statement }] : [];
    });
    const total = modules.length;
    const good = total - acting.length;
    const noun = total === 1 ? "module" : "modules";
    const message = `${good} of ${total} ${noun} can be imported without anything happening.`;
    if (acting.length === 0)
      return judgeShare(
        good,
        total,
        message,
        modules.slice(0, 5).map((module) => module.at(1)),
      );
    return judgeShare(
      good,
      total,
      message,
      acting.map(({ module, statement }) =>
        module.at(statement.line, module.lineText(statement.line).trim().split("(")[0]?.slice(0, 60)),
      ),
    );
  },
});

/** Calls that reach out of the process, by their names in code. */
const EFFECTS =
  /(?<![\w.])(?:print|input|open|exec|exit|quit)\(|(?<!\w)(?:os\.(?:system|popen|mkdir|makedirs|remove|unlink|rmdir|rename|chdir|fork|kill)|subprocess\.\w{1,20}|shutil\.\w{1,20}|requests\.(?:get|post|put|patch|delete|head|request)|httpx\.(?:get|post|put|patch|delete|head|request)|urllib\.request\.\w{1,20}|urlopen|urlretrieve|sqlite3\.connect|psycopg2?\.connect|pymysql\.connect|MySQLdb\.connect|pymongo\.MongoClient\(\S{0,200}\)\.\w{1,20}|socket\.(?:create_connection|socket)|smtplib\.SMTP\w{0,5}|time\.sleep|asyncio\.run|uvicorn\.run|nltk\.download|pickle\.load|np\.load|joblib\.load|spacy\.load|torch\.load|pd\.read_\w{1,12}|pandas\.read_\w{1,12}|plt\.(?:show|plot|savefig)|webbrowser\.open|threading\.Thread\(\S{0,200}\)\.start|driver\.get|cv2\.(?:imread|imshow|VideoCapture|waitKey))\(|\.(?:run_polling|start_polling|infinity_polling|serve_forever|mainloop|run_forever|executescript|create_all|from_pretrained)\(|\.(?:get_secret_value|access_secret_version|read_secret(?:_version)?)\((?!\s{0,20}\))|(?<!swapper)\.load_model\(|(?<![\w.])(?:app|bot|client|application|server)\.run\(|(?<![\w.])(?:demo|app|iface|interface|ui|gui|webui|blocks)\.launch\(|(?<![\w.])app\.exec_?\(|(?<![\w.])pygame\.(?:init|display\.set_mode)\(|(?<!\w)Path\([^()\n]{0,200}\)[^()\n]{0,80}\)?\.(?:open|(?:read|write)_(?:text|bytes)|mkdir|touch|unlink|rmdir)\(/;

/** The first statement at import that acts: at the top level or in blocks there that always run. */
function firstEffect(module: PythonModule): Statement | undefined {
  const { statements } = module;
  for (let i = 0; i < statements.length; i++) {
    const one = statements[i]!;
    if (one.keyword === "import" || one.keyword === "from") continue;
    if (one.keyword === "def" || one.keyword === "class") {
      while ((statements[i + 1]?.indent ?? 0) > one.indent) i++;
    } else if (
      (EFFECTS.test(headOf(one, module)) || asksAirflow(one, module)) &&
      isTopLevel(one, module) &&
      !reads(one, module)
    )
      return one;
  }
  return undefined;
}

/**
 * The scheduler imports DAGs every few seconds: variables and connections asked for then are queries each time
 * (https://airflow.apache.org/docs/apache-airflow/stable/best-practices.html#airflow-variables).
 */
const asksAirflow = (one: Statement, module: PythonModule): boolean =>
  (ASKS_AIRFLOW.test(headOf(one, module)) ||
    FIELD_ASKS.test(module.text.slice(one.start, Math.min(one.end, one.start + 2_000)))) &&
  module.importsPackage("airflow");

const ASKS_AIRFLOW =
  /(?<![\w.])(?:Variable\.get|BaseHook\.get_connection|Connection\.get_connection_from_secrets)\(/;
/** In a field of an f-string. */
const FIELD_ASKS = /\b[fF][rR]?["'][^"'\n]{0,200}\{\s{0,8}(?:Variable\.get|BaseHook\.get_connection)\(/;

const headOf = (one: Statement, module: PythonModule): string =>
  module.code.slice(one.start, Math.min(one.end, one.start + 2_000));

/** Outside functions, classes, main guards and handlers of failed imports. */
function isTopLevel(one: Statement, module: PythonModule): boolean {
  if (["def", "class", "@", "except", "assert", "raise"].includes(one.keyword)) return false;
  if (/\blambda\b/.test(headOf(one, module))) return false;
  for (let block = one.parent; block; block = block.parent) {
    if (block.keyword === "def" || block.keyword === "class" || block.keyword === "except") return false;
    const head = module.text.slice(block.start, block.end);
    if (/__name__|TYPE_CHECKING|sys\.version_info|sys\.platform|\bDEBUG\b/.test(head)) return false;
  }
  return true;
}

/** A version or a README read beside the module, and a message before leaving, are none. */
const reads = (one: Statement, module: PythonModule): boolean => {
  const text = module.text.slice(one.start, one.end);
  return /open\(|\.read_/.test(text) && /README|VERSION|__file__|__version__|dirname/.test(text);
};
