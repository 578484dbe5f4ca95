import { defineRule, type Evidence, fail, notApplicable, pass } from "../../src/engine/rule.ts";
import type { Project } from "../../src/project/project.ts";
import type { PythonModule } from "../../src/project/python/module.ts";

export default defineRule({
  id: "io-concurrent",
  category: "concurrency",
  severity: "low",
  kinds: ["service", "pipeline"],
  title: "Waiting is done concurrently",
  why: "A program that waits for a hundred answers one after another takes a hundred times as long as it must.",
  fix: "```python\nasync with httpx.AsyncClient(timeout=10) as client:\n    answers = await asyncio.gather(*(client.get(url) for url in urls))\n```\n\nor `ThreadPoolExecutor.map` for blocking clients, or a task queue for work that nobody waits for.",
  checklist: ["004-18"],
  examples: {
    pass: [
      {
        files: {
          "a.py":
            "import httpx\n\n\nasync def f(urls):\n    async with httpx.AsyncClient() as client:\n        return [await client.get(url) for url in urls]\n",
        },
        says: "async",
        at: "a.py:4",
        kind: "service",
      },
      {
        files: {
          "a.py":
            "import requests\nfrom concurrent.futures import ThreadPoolExecutor\n\nwith ThreadPoolExecutor() as pool:\n    answers = list(pool.map(requests.get, urls))\n",
        },
        says: "concurrent.futures",
        at: "a.py:2",
        kind: "pipeline",
      },
      {
        files: {
          "tasks.py":
            "import requests\nfrom celery import shared_task\n\n\n@shared_task\ndef fetch(url):\n    requests.get(url)\n",
        },
        says: "celery",
        at: "tasks.py:2",
        kind: "service",
      },
      {
        files: {
          "shop/extensions.py": "from celery import Celery\n\nqueue = Celery('shop')\n",
          "shop/mail.py":
            "import smtplib\nfrom shop.extensions import queue\n\n\n@queue.task\ndef send(to):\n    smtplib.SMTP('mail').send_message(to)\n",
        },
        says: "celery",
        at: "shop/mail.py:5",
        kind: "service",
        note: "The queue is made in one module and given its tasks in another.",
      },
    ],
    fail: [
      {
        files: {
          "a.py":
            "import requests\n\n\ndef f(urls):\n    for url in urls:\n        requests.get(url, timeout=3)\n",
        },
        says: "1 loop",
        at: "a.py:5",
        kind: "pipeline",
      },
      {
        files: {
          "a.py":
            "import requests\n\n\ndef f(urls):\n    return [requests.get(url, timeout=3) for url in urls]\n",
        },
        says: "1 loop",
        at: "a.py:5",
        kind: "service",
      },
    ],
    notApplicable: [
      { files: { "a.py": "x = [1]\nfor y in x:\n    z = y\n" }, says: "no input or output", kind: "service" },
      {
        files: {
          "a.py":
            "import requests\n\n\ndef f():\n    return requests.get('https://example.org', timeout=3)\n",
        },
        says: "no loops",
        kind: "service",
        note: "One request at a time has nothing to wait beside.",
      },
    ],
  },
  check(project) {
    const signs = findConcurrency(project);
    if (signs[0]) return pass(`Waiting is done concurrently, by ${signs[0].note}.`, signs);
    const talks = project.source.filter(({ text }) => CLIENT.test(text));
    if (talks.length === 0)
      return notApplicable(
        "The code does no input or output over the network that could be done side by side.",
      );
    const loops = talks.flatMap(findLoops);
    if (loops.length > 0)
      return fail(
        `${loops.length} ${loops.length === 1 ? "loop sends" : "loops send"} requests one after another, and nothing is done concurrently.`,
        loops,
      );
    return notApplicable(
      "It sends single requests, and no loops of them: there is nothing to wait for side by side.",
    );
  },
});

const CLIENT = /\b(?:requests|httpx|urllib|urllib3|boto3|aiohttp|grpc|ftplib|paramiko|smtplib)\b/;
const TOOLS =
  /^(?:asyncio|trio|anyio|concurrent\.futures|multiprocessing|threading|celery|rq|dramatiq|huey|arq|taskiq|gevent|eventlet|joblib|ray|dask|aiohttp|twisted|pyspark|apache_beam|airflow|dagster|prefect|luigi|scrapy|temporalio|apscheduler|procrastinate|django_q|background_task|saq|streaq|faststream|tornado|sanic|discord|disnake|nextcord|aiogram|hikari)(?:$|\.)/;

function findConcurrency({ source }: Project): Evidence[] {
  const queue = source.flatMap((module) => module.imports).find(({ module: name }) => QUEUES.test(name));
  const tasks = queue ? source.flatMap((module) => findTask(module, queue.module.split(".")[0] ?? "")) : [];
  const signs = source.flatMap((module) => {
    const found = module.imports.find(
      ({ module: name, level, guard }) => level === 0 && guard !== "type-checking" && TOOLS.test(name),
    );
    const uses =
      found &&
      /(?:gather|TaskGroup|create_task|as_completed|Executor|Pool|Thread|Process|shared_task|\.task\b|@actor|@job|delay\(|apply_async|enqueue|async def|\bDAG\b|@dag|@flow|@asset|Spider|Task\)|spawn|add_job|Parallel)/.test(
        module.code,
      );
    const async = module.functions.find((one) => one.async);
    if (found && uses)
      return [
        module.at(
          found.line,
          found.module.startsWith("asyncio")
            ? "asyncio"
            : found.module.startsWith("concurrent")
              ? "concurrent.futures"
              : (found.module.split(".")[0] ?? ""),
        ),
      ];
    return async ? [module.at(async.line, "async functions")] : [];
  });
  return signs.length > 0 ? signs : tasks;
}

const QUEUES = /^(?:celery|rq|dramatiq|huey|arq|taskiq|procrastinate)(?:$|\.)/;

/** A task of a queue whose application object another module of the project makes. */
function findTask(module: PythonModule, queue: string): Evidence[] {
  if (!module.mentions("task", "delay", "apply_async", "enqueue")) return [];
  const at = module.code.search(/^[ \t]{0,20}@\w{1,40}\.task\b|(?<=\w)\.(?:delay|apply_async|enqueue)\(/m);
  return at === -1 ? [] : [module.at(module.lineAt(at), queue)];
}

const REQUEST =
  /(?<!\w)(?:requests|httpx|session|client|http|s)\.(?:get|post|put|patch|delete|request)\(\s{0,40}[a-z_f"']|(?<!\w)(?:urlopen|urlretrieve)\(/;

/** Loops and comprehensions whose bodies send a request. */
function findLoops(module: PythonModule): Evidence[] {
  if (!REQUEST.test(module.code)) return [];
  return module.statements.flatMap((one) => {
    const code = module.code.slice(one.start, Math.min(one.end, one.start + 4_000));
    if (!REQUEST.test(code) || /\.get\(\s{0,8}["']/.test(code.replace(/(?:requests|httpx)\.get/g, "")))
      return [];
    if (/[[({][^\n]{0,400}\bfor\b[^\n]{0,200}\bin\b/.test(code) && one.keyword !== "for")
      return [module.at(one.line, "requests in a comprehension")];
    for (let block = one.parent; block && block.keyword !== "def"; block = block.parent)
      if (block.keyword === "for") return [module.at(block.line, "requests in a loop")];
    return [];
  });
}
