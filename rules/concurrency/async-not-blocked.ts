import { defineRule, type Evidence, fail, notApplicable, partial, pass } from "../../src/engine/rule.ts";
import type { FunctionOutline } from "../../src/project/python/functions.ts";
import type { PythonModule } from "../../src/project/python/module.ts";
import { oncePer } from "../../src/project/remember.ts";

const CODES = ["ASYNC210", "ASYNC220", "ASYNC221", "ASYNC222", "ASYNC230", "ASYNC251"];

export default defineRule({
  id: "async-not-blocked",
  category: "concurrency",
  severity: "high",
  kinds: "all",
  title: "Async functions do not block the event loop",
  why: "One blocking call in an async function stops every request of that process until it returns.",
  fix: "Use the asynchronous client, or move the call to a thread:\n\n```python\nasync with httpx.AsyncClient(timeout=10) as client:\n    answer = await client.get(url)\n\ndata = await asyncio.to_thread(path.read_bytes)\nawait asyncio.sleep(1)\n```",
  checklist: ["004-18", "004-19"],
  ruff: CODES,
  examples: {
    pass: [
      {
        files: {
          "a.py":
            "import httpx\n\n\nasync def f():\n    async with httpx.AsyncClient() as client:\n        return await client.get('https://example.org')\n",
        },
        says: "1 async function",
        at: "a.py:4",
      },
      {
        files: {
          "a.py":
            "import asyncio\nimport time\n\n\nasync def f():\n    await asyncio.to_thread(time.sleep, 1)\n",
        },
        says: "1 async function",
        at: "a.py:5",
        note: "Handed to a thread, it blocks nothing.",
      },
      {
        files: {
          "a.py": "import time\n\n\ndef slow():\n    time.sleep(1)\n\n\nasync def f():\n    return 1\n",
        },
        says: "1 async function",
        at: "a.py:8",
        note: "Plain functions may block.",
      },
      {
        files: {
          "app.py": "async def f():\n    return 1\n",
          "scripts/once.py": "import time\n\n\nasync def main():\n    time.sleep(5)\n",
        },
        says: "1 async function",
        at: "app.py:1",
        note: "Nothing else waits in a script beside the program.",
      },
    ],
    partial: [
      {
        files: { "a.py": "async def f(path):\n    with open(path) as file:\n        return file.read()\n" },
        says: "small files",
        at: "a.py:2",
        note: "Opening a local file blocks for moments, not for as long as a network does.",
      },
    ],
    fail: [
      {
        files: {
          "a.py":
            "import redis\n\ncache = redis.Redis(socket_timeout=1)\n\n\nasync def f(name):\n    return cache.get(name)\n",
        },
        says: "1 blocking call",
        at: "a.py:7",
        note: "redis-py's plain client.",
      },
      {
        files: { "a.py": "import time\n\n\nasync def f():\n    time.sleep(5)\n" },
        says: "1 blocking call",
        at: "a.py:5",
      },
      {
        files: {
          "a.py":
            "import requests\n\n\nasync def f():\n    return requests.get('https://example.org', timeout=3)\n",
        },
        says: "1 blocking call",
        at: "a.py:5",
      },
      {
        files: {
          "a.py":
            "import requests\n\nsession = requests.Session()\n\n\nasync def f():\n    return session.get('https://example.org', timeout=3)\n",
        },
        says: "1 blocking call",
        at: "a.py:7",
        note: "A session of requests blocks as its functions do.",
      },
      {
        files: { "a.py": "import subprocess\n\n\nasync def f():\n    subprocess.run(['ls'])\n" },
        says: "1 blocking call",
        at: "a.py:5",
      },
    ],
    notApplicable: [{ files: { "a.py": "import time\n\ntime.sleep(1)\n" }, says: "no async functions" }],
  },
  check({ source: all }) {
    // A script beside the program waits for itself alone.
    const own = all.filter(({ role, text }) => role !== "script" && text.includes("async def"));
    const source = own.some(({ functions: some }) => some.some((one) => one.async)) ? own : all;
    const functions = source.flatMap((module) =>
      module.text.includes("async def")
        ? module.functions.filter(({ async }) => async).map((one) => ({ module, one }))
        : [],
    );
    const total = functions.length;
    if (total === 0) return notApplicable("There are no async functions.");
    const found = source.flatMap((module) => findBlocking(module));
    const sure = found.filter(({ brief }) => !brief).map(({ evidence }) => evidence);
    const brief = found.filter((one) => one.brief).map(({ evidence }) => evidence);
    const noun = `${total} async ${total === 1 ? "function" : "functions"}`;
    if (sure.length > 0)
      return fail(`${sure.length} blocking ${sure.length === 1 ? "call" : "calls"} in ${noun}.`, [
        ...sure,
        ...brief,
      ]);
    if (brief.length > 0)
      return partial(
        `In ${noun}, ${brief.length} ${brief.length === 1 ? "place opens" : "places open"} small files without a thread.`,
        brief,
        0.75,
      );
    return pass(
      `No blocking call was found in ${noun}.`,
      functions.slice(0, 20).map(({ module, one }) => module.at(one.line, one.name)),
    );
  },
});

/** ASYNC230 is about files; what Ruff does not know: database drivers and other clients that block. */
function findBlocking(module: PythonModule): { evidence: Evidence; brief: boolean }[] {
  if (!module.text.includes("async def")) return [];
  const lines = new Map<number, boolean>();
  for (const { code, line } of module.diagnostics(...CODES)) lines.set(line, code === "ASYNC230");
  const clients = blockingClients(module);
  for (const one of module.functions)
    if (one.async) for (const line of findOthers(module, one, clients)) lines.set(line, false);
  return [...lines]
    .filter(([line]) => isInAsync(module, line))
    .sort(([a], [b]) => a - b)
    .map(([line, brief]) => ({
      evidence: module.at(line, module.lineText(line).trim().slice(0, 80)),
      brief,
    }));
}

/** The innermost function is the async one: a plain function inside may be handed to a thread. */
const isInAsync = (module: PythonModule, line: number): boolean =>
  module.functionAt(line)?.async === true &&
  !/\blambda\b|to_thread|run_in_executor|run_sync|run_in_threadpool|sync_to_async/.test(
    module.lineText(line),
  );

const OTHERS =
  /(?<![\w.])(?:urlopen|urlretrieve)\(|(?<!\w)(?:psycopg2|pymysql|MySQLdb|sqlite3)\.connect\(|(?<!\w)urllib\.request\.\w{1,20}\(|(?<!\w)(?:smtplib\.SMTP|ftplib\.FTP|pymongo\.MongoClient)\w{0,5}\(|(?<!\w)boto3\.(?:client|resource)\(|(?<!\w)os\.system\(/g;

const CLIENTS =
  /(?<![\w.])((?:self\.)?\w{1,60})\s{0,4}(?::[^=\n]{0,60})?=\s{0,4}(?:requests\.[sS]ession|httpx\.Client)\(|\bwith (?:requests\.[sS]ession|httpx\.Client)\([^()\n]{0,200}\) as (\w{1,60})/g;

/** Calls of sessions and clients that the module makes and that block. */
function blockingClients({ code }: PythonModule): ReadonlySet<string> {
  if (!/requests\.[sS]ession\(|httpx\.Client\(/.test(code)) return new Set();
  const names = new Set([...code.matchAll(CLIENTS)].map((found) => found[1] ?? found[2] ?? ""));
  for (const [, line = ""] of code.matchAll(ASYNCHRONOUS))
    for (const [, name = ""] of line.matchAll(/ as (\w{1,60})\b/g)) names.delete(name);
  return names;
}

/** Clients whose every call goes over the network and waits: those of language models, and redis-py's plain one. */
const SDK =
  /(?<![\w.])((?:self\.)?\w{1,60})\s{0,4}(?::[^=\n]{0,60})?=\s{0,4}((?:openai\.)?(?:Azure)?OpenAI|(?:anthropic\.)?Anthropic|(?:redis\.)?(?:Strict)?Redis(?:\.from_url)?|redis\.from_url)\(/g;
const SDK_CALL =
  /(?<![\w.])(?<!await )((?:self\.)?\w{1,60})\.(?:\w{1,40}\.){0,3}(?:create|parse|stream|get|set|delete|incr|expire|hget|hset|lpush|rpush|publish|exists)\(/g;

/** By what their names were imported as: `import redis.asyncio as redis` makes one that does not block. */
const blockingSdks = oncePer((module: PythonModule): ReadonlySet<string> => {
  if (!module.mentions("OpenAI", "AzureOpenAI", "Anthropic", "redis")) return new Set();
  return new Set(
    [...module.code.matchAll(SDK)].flatMap(([, name = "", made = ""]) => {
      const root = made.split(".")[0] ?? "";
      return /asyncio|aioredis/.test(module.aliases.get(root) ?? "") ? [] : [name];
    }),
  );
});

const ASYNCHRONOUS = /\b(?:AsyncClient|ClientSession)\((?=([^\n]{0,260}))/g;
const REQUESTS =
  /(?<![\w.])(?<!await )((?:self\.)?\w{1,60})\.(?:get|post|put|patch|delete|head|request|send)\(/g;

function findOthers(
  module: PythonModule,
  { body, statement }: FunctionOutline,
  clients: ReadonlySet<string>,
): number[] {
  const requests = clients.size === 0 ? [] : [...body.matchAll(REQUESTS)];
  const sdks = blockingSdks(module);
  const asked = sdks.size === 0 ? [] : [...body.matchAll(SDK_CALL)].filter(([, name = ""]) => sdks.has(name));
  const found = [
    ...body.matchAll(OTHERS),
    ...requests.filter(([, name = ""]) => clients.has(name)),
    ...asked,
  ];
  return found.map(({ index }) => module.lineAt(statement.end + index));
}
