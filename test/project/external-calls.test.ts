/** Calls that leave the process, and whether each is bounded in time. */
import { describe, expect, it } from "vitest";
import { buildProject } from "../../src/project/build-project.ts";
import { findExternalCalls, findProgramCalls } from "../../src/project/external-calls.ts";
import { ModuleReader } from "../../src/project/python/read-modules.ts";
import { filesOf } from "../../src/project/read-files.ts";

const projectOf = (texts: Record<string, string>) => {
  const files = filesOf(texts);
  const never = () => {
    throw new Error("not linted here");
  };
  const options = { codes: [], everywhere: [], apis: [], targetVersion: "py313" };
  const reader = new ModuleReader(never, options, { file: 1_048_576, total: 0 }, "");
  for (const path of files.paths.filter((one) => one.endsWith(".py"))) reader.read(files, path);
  return buildProject({ files, root: "", modules: reader.modules, artifact: "repository", skipped: [] });
};

const callsOf = (...lines: string[]) =>
  findExternalCalls(projectOf({ "app.py": `${lines.join("\n")}\n` })).map(({ callee, bounded }) => [
    callee,
    bounded,
  ]);

describe("HTTP", () => {
  it.each([
    ["requests.get(u)", "no"],
    ["requests.get(u, timeout=3)", "yes"],
    ["requests.get(u, timeout=None)", "no"],
    ["requests.request('GET', u, timeout=(3, 5))", "yes"],
  ])("%s: %s", (line, bounded) => {
    expect(callsOf("import requests", line).map((one) => one[1])).toEqual([bounded]);
  });

  it("follows sessions, their adapters and partials", () => {
    expect(callsOf("import requests", "s = requests.Session()", "s.get(u)")).toEqual([
      ["requests.Session().get", "no"],
    ]);
    const adapter = [
      "from requests.adapters import HTTPAdapter",
      "class Slow(HTTPAdapter):",
      "    def send(self, request, timeout=5, **kw): ...",
    ];
    expect(
      callsOf(
        "import requests",
        ...adapter,
        "s = requests.Session()",
        "s.mount('https://', Slow())",
        "s.get(u)",
      ),
    ).toEqual([["requests.Session().get", "yes"]]);
  });

  it("follows sessions that the project makes in one place", () => {
    const maker =
      "import requests\ndef new_session():\n    s = requests.Session()\n    s.request = partial(s.request, timeout=5)\n    return s\n";
    const user = "from lib import new_session\ns = new_session()\ns.get(u)\n";
    const calls = findExternalCalls(projectOf({ "lib.py": maker, "app.py": user }));
    expect(calls.map(({ module, bounded }) => [module.path, bounded])).toEqual([["app.py", "yes"]]);
    const plain = findExternalCalls(
      projectOf({ "lib.py": maker.replace(/ {4}s\.request.*\n/, ""), "app.py": user }),
    );
    expect(plain.map(({ bounded }) => bounded)).toEqual(["no"]);
  });

  it("takes what goes with a session's requests, however they are made", () => {
    const made = ["import requests", "s = requests.Session()", "verb = getattr(s, 'get')"];
    expect(callsOf(...made, "verb(u, timeout=5)")).toEqual([["requests.Session", "yes"]]);
    expect(callsOf(...made, "verb(u)")).toEqual([["requests.Session", "unknown"]]);
  });

  it("follows pools of urllib3 that are made in one place", () => {
    const made = (given: string) => [
      "import urllib3",
      "def pool():",
      `    return urllib3.PoolManager(${given})`,
    ];
    expect(callsOf(...made(""), "pool().request('GET', u)")).toEqual([["urllib3.PoolManager", "no"]]);
    expect(callsOf(...made("timeout=5"), "pool().request('GET', u)")).toEqual([
      ["urllib3.PoolManager", "yes"],
    ]);
    expect(callsOf(...made(""), "pool().request('GET', u, timeout=5)")).toEqual([
      ["urllib3.PoolManager", "yes"],
    ]);
  });

  it("takes Scrapy's engine once, and feeds only where they are fetched", () => {
    const spider = "import scrapy\n\nclass A(scrapy.Spider):\n    name = 'a'\n";
    const calls = findExternalCalls(projectOf({ "a.py": spider, "b.py": spider }));
    expect(calls.map(({ callee, bounded }) => [callee, bounded])).toEqual([["scrapy.Spider", "yes"]]);
    expect(callsOf("import feedparser", "feedparser.parse(text)")).toEqual([]);
    expect(callsOf("import feedparser", "feedparser.parse(FEED_URL)")).toEqual([["feedparser.parse", "no"]]);
  });

  it("sees a request that takes away the time-out of its client", () => {
    const client = ["import httpx", "c = httpx.Client()"];
    expect(callsOf(...client, "c.get(u, timeout=None)")).toEqual([["httpx.Client().get", "no"]]);
    expect(callsOf(...client, "c.get(u)", "c.get(u, timeout=None)")).toEqual([
      ["httpx.Client", "yes"],
      ["httpx.Client().get", "no"],
    ]);
    expect(callsOf(...client, "c.get(u, timeout=9)")).toEqual([["httpx.Client", "yes"]]);
  });

  it("knows what libraries do by themselves", () => {
    expect(callsOf("import httpx, aiohttp", "httpx.Client()", "aiohttp.ClientSession()")).toEqual([
      ["httpx.Client", "yes"],
      ["aiohttp.ClientSession", "yes"],
    ]);
    expect(
      callsOf(
        "import httpx, aiohttp",
        "httpx.Client(timeout=httpx.Timeout(None))",
        "aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=None))",
      ).map((one) => one[1]),
    ).toEqual(["no", "no"]);
  });

  it("lets a default of the socket module reach what is built on it", () => {
    const lines = ["import socket, urllib.request", "urllib.request.urlopen(u)"];
    expect(callsOf(...lines)).toEqual([["urllib.request.urlopen", "no"]]);
    expect(callsOf(...lines, "socket.setdefaulttimeout(5)")).toEqual([["urllib.request.urlopen", "yes"]]);
    expect(callsOf("from urllib.request import urlopen", "urlopen(u, None, 5)")).toEqual([
      ["urllib.request.urlopen", "yes"],
    ]);
  });
});

describe("values", () => {
  const wrapped = (header: string, value: string, ...body: string[]) =>
    callsOf(
      "import requests",
      "LIMIT = 5",
      "NONE = None",
      `def ask(${header}):`,
      ...body.map((line) => `    ${line}`),
      `    return requests.get(u, timeout=${value})`,
    ).map((one) => one[1]);

  it.each([
    ["timeout", "timeout", "yes"],
    ["timeout=5", "timeout", "yes"],
    ["timeout: float = 5, *, b=None", "timeout", "yes"],
    ["timeout=None", "timeout", "no"],
    ["timeout: float | None = None", "timeout", "no"],
    ["a", "LIMIT", "yes"],
    ["a", "NONE", "no"],
    ["a", "settings.TIMEOUT", "yes"],
    ["timeout=None", "timeout or 5", "yes"],
  ])("def ask(%s) with timeout=%s: %s", (header, value, bounded) => {
    expect(wrapped(header, value)).toEqual([bounded]);
  });

  it("sees a default that the body sets", () => {
    expect(wrapped("timeout=None", "timeout", "timeout = timeout or 5")).toEqual(["yes"]);
  });
});

describe("passed on arguments", () => {
  it.each([
    [["def ask(**kw):", "    kw.setdefault('timeout', 5)", "    requests.get(u, **kw)"], "yes"],
    [["def ask(**kw):", "    requests.get(u, **kw)", "ask(timeout=3)"], "yes"],
    [["def ask(**kw):", "    requests.get(u, **kw)", "ask(verify=False)"], "no"],
    [["def ask(**kw):", "    requests.get(u, **kw)", "ask(**other)"], "unknown"],
    [["def ask(**kw):", "    requests.get(u, **kw)"], "unknown"],
  ])("%j: %s", (lines, bounded) => {
    expect(callsOf("import requests", ...lines)).toEqual([["requests.get", bounded]]);
  });

  it.each([
    [["DB = {'host': 'a', 'port': 1}", "psycopg2.connect(**DB)"], "no"],
    [["DB = dict(host='a', connect_timeout=5)", "psycopg2.connect(**DB)"], "yes"],
    [["DB = {'host': 'a', **MORE}", "psycopg2.connect(**DB)"], "unknown"],
    [["DB = {'host': 'a'}", "DB['x'] = more()", "psycopg2.connect(**DB)"], "unknown"],
    [
      [
        "class D:",
        "    def args(self):",
        "        return {'host': self.h}",
        "psycopg2.connect(**D().args())",
      ],
      "unknown",
    ],
    [
      ["class D:", "    def args(self):", "        return {'host': self.h}", "psycopg2.connect(**d.args())"],
      "no",
    ],
  ])("what is written out can be read, %j: %s", (lines, bounded) => {
    expect(callsOf("import psycopg2", ...lines)).toEqual([["psycopg2.connect", bounded]]);
  });
});

describe("processes and sockets", () => {
  it("counts waits, not starts", () => {
    expect(callsOf("import subprocess", "p = subprocess.Popen(['a'])")).toEqual([]);
    expect(
      callsOf("import subprocess", "p = subprocess.Popen(['a'])", "p.wait(timeout=3)", "p.communicate()"),
    ).toEqual([
      ["subprocess.Popen().wait", "yes"],
      ["subprocess.Popen().communicate", "no"],
    ]);
  });

  it("leaves out what waits for a person", () => {
    expect(
      callsOf("import subprocess", "def open_editor(path):", "    subprocess.call([EDITOR, path])"),
    ).toEqual([]);
  });

  it("takes a time-out of asyncio around it", () => {
    const lines = [
      "import asyncio",
      "async def f():",
      "    async with asyncio.timeout(5):",
      "        await asyncio.open_connection(h, 1)",
    ];
    expect(callsOf(...lines)).toEqual([["asyncio.open_connection", "yes"]]);
    expect(callsOf("import asyncio", "async def f():", "    await asyncio.open_connection(h, 1)")).toEqual([
      ["asyncio.open_connection", "no"],
    ]);
  });

  it("asks sockets for settimeout, and datagrams for nothing", () => {
    const lines = ["import socket", "s = socket.socket()", "s.connect(a)"];
    expect(callsOf(...lines)).toEqual([["socket.socket().connect", "no"]]);
    expect(callsOf(...lines, "s.settimeout(3)")).toEqual([["socket.socket().connect", "yes"]]);
    expect(callsOf("import socket", "s = socket.socket(type=socket.SOCK_DGRAM)", "s.connect(a)")).toEqual([]);
  });
});

describe("databases", () => {
  const engine = (line: string, requirements = "psycopg2") =>
    findExternalCalls(
      projectOf({
        "app.py": `from sqlalchemy import create_engine\n${line}\n`,
        "requirements.txt": `${requirements}\n`,
      }),
    ).map(({ bounded }) => bounded);

  it.each([
    ["create_engine('sqlite:///a.db')", []],
    ["create_engine('postgresql://a')", ["no"]],
    ["create_engine('postgresql+asyncpg://a')", ["yes"]],
    ["create_engine(URL)", ["no"]],
    ["create_engine(URL, connect_args={'connect_timeout': 5})", ["yes"]],
    ["create_engine(URL, pool_timeout=5)", ["yes"]],
    ["create_engine(URL, **options)", ["unknown"]],
  ])("%s: %j", (line, bounded) => expect(engine(line)).toEqual(bounded));

  it("looks up a URL that the code writes elsewhere", () => {
    expect(engine("URL = 'sqlite:///a.db'\ncreate_engine(URL)")).toEqual([]);
    expect(engine("DSN: str = 'postgresql+asyncpg://{host}'\ncreate_engine(DSN.format(host=h))")).toEqual([
      "yes",
    ]);
  });

  it("is embedded where no driver for a network is declared", () => {
    expect(engine("create_engine(URL)", "flask")).toEqual([]);
    expect(engine("create_engine(URL)", "asyncpg")).toEqual(["yes"]);
  });

  it("knows from which version on redis-py bounds itself", () => {
    const of = (requirement: string) =>
      findExternalCalls(
        projectOf({ "app.py": "import redis\nredis.Redis()\n", "requirements.txt": `${requirement}\n` }),
      ).map(({ bounded }) => bounded);
    expect([of("redis"), of("redis==5.0.1"), of("redis>=8.0")]).toEqual([["no"], ["no"], ["yes"]]);
  });

  it("reads the settings of Django", () => {
    const of = (text: string) =>
      findExternalCalls(projectOf({ "a/settings.py": text, "requirements.txt": "psycopg2\n" })).map(
        ({ bounded }) => bounded,
      );
    expect(of("DATABASES = {'default': {'ENGINE': 'django.db.backends.sqlite3'}}\n")).toEqual([]);
    expect(of("DATABASES = {'default': env.db()}\n")).toEqual(["no"]);
    expect(
      of("DATABASES = {'default': {'ENGINE': 'x.postgresql', 'OPTIONS': {'connect_timeout': 5}}}\n"),
    ).toEqual(["yes"]);
  });
});

it("asks scripts of the repository only where the program makes no calls", () => {
  const script = { "scripts/release.py": "import requests\nrequests.get(u)\n" };
  const program = { "app/client.py": "import requests\nrequests.get(u, timeout=1)\n" };
  const pathsOf = (texts: Record<string, string>) =>
    findProgramCalls(projectOf(texts)).map(({ module }) => module.path);
  expect(pathsOf({ ...script, ...program })).toEqual(["app/client.py"]);
  expect(pathsOf({ ...script, "app/x.py": "x = 1\n" })).toEqual(["scripts/release.py"]);
});

it("is no user of itself", () => {
  expect(
    findExternalCalls(
      projectOf({ "requests/__init__.py": "", "requests/a.py": "import requests\nrequests.get(u)\n" }),
    ),
  ).toEqual([]);
});
