/** Projects made of thousands of the names that facts look for: a scan's time grows with their size, not its square. */
import { readFileSync } from "node:fs";
import { beforeAll, expect, it } from "vitest";
import { instantiateRuff } from "../../src/project/python/ruff-glue.js";
import { filesOf } from "../../src/project/read-files.ts";
import { scan } from "../../src/scan.ts";

const wasm = readFileSync("src/project/python/ruff.wasm");
const module: WebAssembly.Module = Reflect.construct(WebAssembly.Module, [wasm]);

const LENGTH = 600_000;
/**
 * How many times as long a project of these may take as one of plain assignments of the same length. Looking for each
 * name by itself took 1.5 to 100 times as long; now it is 0.2 to 0.8.
 */
const RATIO = 1.5;

const FLASK = "from flask import Flask, request\nimport os, requests\napp = Flask(__name__)\n";

/** @param around the file that is made so long, and what else there is */
async function secondsOf(
  head: string,
  part: (i: number) => string,
  { path = "app.py", others = {} }: { path?: string; others?: Record<string, string> } = {},
): Promise<number> {
  const parts = [head];
  for (let [i, length] = [0, head.length]; length < LENGTH; i++)
    length += parts[parts.push(part(i)) - 1]!.length;
  const requirements = "flask\nrequests\npsycopg2\n";
  const files = { "app.py": FLASK, "requirements.txt": requirements, ...others, [path]: parts.join("") };
  const before = process.cpuUsage();
  const { results } = await scan(
    { ...filesOf(files), skipped: [], contentDigest: "", bytes: 0 },
    { artifact: "repository" },
    () => instantiateRuff(module),
  );
  const { user, system } = process.cpuUsage(before);
  expect(results.filter(({ outcome }) => outcome === "error")).toEqual([]);
  return (user + system) / 1e6;
}

let plain = 0;
beforeAll(async () => {
  // The second time, when the code has run before.
  for (let run = 0; run < 2; run++) plain = await secondsOf(FLASK, (i) => `x${i} = 1\n`);
});

type Around = NonNullable<Parameters<typeof secondsOf>[2]>;

it.each<[string, string, (i: number) => string, Around?]>([
  ["loggers", "import logging\n", (i) => `l${i} = logging.info\nl${i}('a')\n`],
  [
    "readers of variables",
    FLASK,
    (i) => `def env${i}(n):\n    return os.getenv(n)\nA${i} = env${i}('X_${i}')\n`,
  ],
  ["passed on arguments", FLASK, (i) => `def f${i}(u, **kw):\n    requests.get(u, **kw)\nf${i}(1)\n`],
  ["clients", `${FLASK}import httpx\n`, (i) => `c${i} = httpx.Client()\nc${i}.get(u, 1)\n`],
  ["engines", `${FLASK}import sqlalchemy\n`, (i) => `e = sqlalchemy.create_engine(U, connect_args=c${i})\n`],
  [
    "shared state",
    `${FLASK}import threading\n`,
    (i) => `k${i} = threading.Lock()\nS${i} = {}\ndef f${i}(a):\n    with z:\n        S${i}[a] = 1\n`,
  ],
  ["guarded calls", "import requests\n", () => "try:\n    a()\nexcept E:\n    b()\nrequests.get(u)\n"],
  ["servers", FLASK, () => "app.run(debug=True)\n"],
  [
    "statements",
    `${FLASK}import sqlite3\nc = sqlite3.connect('x')\ndef f(a):\n`,
    () => `    s = "select " + a\n    c.execute(s)\n`,
  ],
  ["imports of a submodule", "", () => "import a.b\na.b.go()\n"],
  [
    "loops that go on",
    "",
    () => "for job in jobs:\n    try:\n        run(job)\n    except Exception as e:\n        print(e)\n",
  ],
  [
    "imports of settings that git leaves out",
    FLASK,
    () => "import config\napp.run(config.token)\n",
    { others: { ".gitignore": "config.py\n" } },
  ],
  ["pins of one name", "", () => "flask==3.1.2\n", { path: "requirements.txt" }],
  [
    "commands in a README",
    "",
    () => "# Notes\n\n```sh\npip install notes\n```\n\n```yaml\nplugins:\n  - notes\n```\n",
    { path: "README.md" },
  ],
])("a project full of %s costs no more than its length", { timeout: 120_000 }, async (...shape) => {
  const [, head, part, around] = shape;
  const seconds = await secondsOf(head, part, around);
  expect(seconds).toBeLessThan(RATIO * plain);
});
