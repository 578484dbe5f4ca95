/** Which modules call out, where, and what handles the failures. */
import { describe, expect, it } from "vitest";
import { findGuardedModules } from "../../src/project/guarded-calls.ts";
import { projectOf } from "./project-of.ts";

const guardsOf = (texts: Record<string, string>) =>
  findGuardedModules(projectOf(texts)).map(({ module, lines, guard }) => [
    module.path,
    lines,
    guard && `${guard.path}:${guard.line}`,
  ]);

describe("calls", () => {
  const made = { "core.py": "import redis\nredis_client = redis.Redis()\n" };

  it("are followed to the modules that import a client", () => {
    const user = "from core import redis_client\n\ndef view():\n    return redis_client.get('a')\n";
    expect(guardsOf({ ...made, "views.py": user })).toEqual([["views.py", [4], undefined]]);
  });

  it("are followed through attributes, but for those of other things", () => {
    const bot =
      "import aiohttp\n\nclass Bot:\n    async def go(self):\n        self.session = aiohttp.ClientSession()\n";
    const cog = "async def cat(self):\n    return await self.bot.session.get(URL)\n";
    const web = "def login(request):\n    return request.session.get('user')\n";
    expect(guardsOf({ "bot.py": bot, "cog.py": cog, "web.py": web })).toEqual([["cog.py", [2], undefined]]);
  });

  it("are those of the clients that take a pool", () => {
    const limiter =
      "import redis\n\nclass Limiter:\n    def start(self):\n        self.pool = redis.ConnectionPool.from_url(URL)\n        self.client = redis.Redis(connection_pool=self.pool)\n\n    def hit(self):\n        try:\n            self.client.incr('a')\n        except redis.RedisError:\n            raise Limited\n";
    expect(guardsOf({ "limiter.py": limiter })).toEqual([["limiter.py", [10], "limiter.py:11"]]);
  });
});

describe("reads", () => {
  it("count where there are no calls, by names that are given", () => {
    const given = "def main(path):\n    with open(path) as f:\n        return f.read()\n";
    expect(guardsOf({ "tool.py": given })).toEqual([["tool.py", [2], undefined]]);
  });

  it.each([
    "CONFIG = 'a.json'\nwith open(CONFIG) as f:\n    print(f.read())\n",
    "import json, os\nprint(json.loads(os.environ['A']))\n",
  ])("are none where the project knows what it reads: %j", (text) => {
    expect(guardsOf({ "tool.py": text })).toEqual([]);
  });
});

describe("handlers", () => {
  const guard = "\nif __name__ == '__main__':\n    go()\n";
  const bot = `class Bot:\n    async def on_error(self): ...\n${guard}`;
  const call = "import requests\n\ndef rates():\n    return requests.get(URL)\n";

  it("of a framework reach the whole of a single program", () => {
    expect(guardsOf({ "bot/main.py": bot, "rates/client.py": call })).toEqual([
      ["rates/client.py", [4], "bot/main.py:2"],
    ]);
  });

  it("of one program are none for another", () => {
    const others = { "mail/run.py": `x = 1\n${guard}`, "sync/run.py": `x = 1\n${guard}` };
    const apart = { "bot/main.py": bot, "rates/client.py": call, ...others };
    expect(guardsOf(apart)).toEqual([["rates/client.py", [4], undefined]]);
    const joined = { ...apart, "bot/main.py": `from rates.client import rates\n${bot}` };
    expect(guardsOf(joined)).toEqual([["rates/client.py", [4], "bot/main.py:3"]]);
  });

  it("in a caller of a caller count, too", () => {
    const chained = `${call}\ndef total():\n    return sum(rates())\n`;
    const view =
      "from client import total\n\ndef view():\n    try:\n        return total()\n    except OSError:\n        return 0\n";
    expect(guardsOf({ "client.py": chained, "views.py": view })).toEqual([["client.py", [4], "views.py:6"]]);
  });
});
