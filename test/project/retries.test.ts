/** Where a failed call is tried again, and whether it waits. */
import { expect, it } from "vitest";
import { buildProject } from "../../src/project/build-project.ts";
import { ModuleReader } from "../../src/project/python/read-modules.ts";
import { filesOf } from "../../src/project/read-files.ts";
import { findRetries } from "../../src/project/retries.ts";

const retriesOf = (text: string, path = "app/a.py") => {
  const files = filesOf({ [path]: text });
  const never = () => {
    throw new Error("not linted here");
  };
  const reader = new ModuleReader(
    never,
    { codes: [], everywhere: [], apis: [], targetVersion: "py313" },
    { file: 1_048_576, total: 0 },
    "",
  );
  reader.read(files, path);
  const project = buildProject({
    files,
    root: "",
    modules: reader.modules,
    artifact: "repository",
    skipped: [],
  });
  return findRetries(project).map(({ what, delay }) => [what, delay]);
};

it.each([
  ["from tenacity import retry\n@retry\ndef f(): ...\n", [["tenacity", "none"]]],
  [
    "from tenacity import retry, wait_fixed\n@retry(wait=wait_fixed(2))\ndef f(): ...\n",
    [["tenacity", "backoff"]],
  ],
  ["import backoff\n@backoff.on_exception(backoff.expo, E)\ndef f(): ...\n", [["backoff", "backoff"]]],
  ["from urllib3.util import Retry\nr = Retry(3)\n", [["urllib3's Retry", "none"]]],
  ["from urllib3.util import Retry\nr = Retry(3, backoff_factor=1)\n", [["urllib3's Retry", "backoff"]]],
  ["import httpx\nt = httpx.HTTPTransport(retries=3)\n", [["httpx's transport retries", "backoff"]]],
  ["@app.task(autoretry_for=(E,))\ndef f(): ...\n", [["a task queue's retries", "backoff"]]],
  ["create_engine(URL, pool_pre_ping=True)\n", [["pool_pre_ping", "reconnect"]]],
  ["retries = 3\n# backoff.on_exception(\n", []],
])("%j", (text, signs) => expect(retriesOf(text)).toEqual(signs));

it("sees a loop that waits after a failure to reach something", () => {
  const loop = (tried: string, handler: string) =>
    `for i in range(3):\n    try:\n        ${tried}\n    except E:\n        ${handler}\n`;
  expect(retriesOf(loop("client.fetch()", "time.sleep(1)"))).toEqual([
    ["a loop that sleeps and tries again", "backoff"],
  ]);
  expect(retriesOf(loop("client.fetch()", "pass"))).toEqual([]);
  expect(retriesOf(loop("x = int(y)", "time.sleep(1)"))).toEqual([]);
});

it.each([
  // Tries are counted, and none waits.
  [
    "for attempt in range(3):\n    try:\n        return client.fetch()\n    except E:\n        pass\n",
    "none",
  ],
  [
    "for i in range(3):\n    r = client.fetch()\n    if r.ok:\n        break\n    time.sleep(2 ** i)\n",
    "backoff",
  ],
  [
    "def fetch(n=0):\n    try:\n        return client.get()\n    except E:\n        sleep(n)\n        return fetch(n + 1)\n",
    "backoff",
  ],
  [
    "def retry(n):\n    for _ in range(n):\n        try:\n            return f()\n        except E:\n            sleep(1)\n",
    "backoff",
  ],
])("sees a loop of the project's own: %j", (text, delay) => {
  expect(retriesOf(text).map((one) => one[1])).toEqual([delay]);
});

it.each([
  // The next round is another thing, a page of a list, a thing to wait for, a list of entries.
  "for url in urls:\n    try:\n        client.fetch(url)\n    except E:\n        time.sleep(1)\n",
  "for page in range(9):\n    r = client.fetch(page)\n    if not r:\n        break\n    time.sleep(1)\n",
  "for i in range(20):\n    sleep(1)\n    r = client.search()\n    if r == 0:\n        break\n",
  "while self.entries:\n    song = client.get()\n    if not song:\n        break\n",
])("sees none in %j", (text) => expect(retriesOf(text)).toEqual([]));

it("asks no scripts", () => {
  expect(retriesOf("import backoff\n@backoff.on_exception(E)\ndef f(): ...\n", "scripts/a.py")).toEqual([]);
});
