/** Calls without a syntax tree: the same as with one, wherever both can see them. */
import { describe, expect, it } from "vitest";
import { PythonModule } from "../../../src/project/python/module.ts";

const moduleOf = (text: string): PythonModule =>
  new PythonModule({ path: "a.py", role: "source", name: "a", text });
const callees = (text: string): string[] => moduleOf(text).callSites.map(({ callee }) => callee);

const AGREED = [
  "import requests as r\nr.get(url, timeout=10)\n",
  "import httpx\nclient = httpx.Client(timeout=5)\nclient.get(url).json()\n",
  "import httpx\n\nclass A:\n    def __init__(self):\n        self.c = httpx.AsyncClient()\n\n    async def get(self):\n        return (await self.c.get('/x')).json()\n",
  "import httpx\nasync def f():\n    async with httpx.AsyncClient() as c, other() as o:\n        await c.get(u)\n",
  "items[0].load(a, *b, **c)\n",
  "x = f(a)(b)[c](d)\n",
  "@app.get('/x', deps=[Depends(y)])\ndef f(a=Query(1), *, b: int = Body(...)):\n    pass\n",
  "class A(Base, metaclass=make(Meta)):\n    x = field()\n",
  "y = (\n    query\n    .filter(a == 1)  # why (\n    .all()\n)\n",
  "call(\"text (with\", 'brackets)', key=')')\n",
  "if (a) and not (b) or c(d) in (e):\n    return (f)\n",
  "x = sorted(items, key=lambda a: (a.x, a.y), reverse=True)\n",
  "try:\n    import a\nexcept (ValueError, TypeError) as e:\n    raise Boom(e) from e\n",
  "a, b = f(), g()\nfor i in range(3): h(i)\n",
  "print('x')\nsubprocess.run(['ls', *args], check=True)\n",
];

describe("call sites", () => {
  it.each(AGREED)("agree with the syntax tree: %j", (text) => {
    const module = moduleOf(text);
    const shown = (calls: readonly { callee: string; text: string; line: number; endLine: number }[]) =>
      calls.map(({ callee, text, line, endLine }) => ({ callee, text, line, endLine }));
    expect(shown(module.callSites)).toEqual(shown(module.calls));
    const argumentsOf = (calls: readonly { args: readonly object[] }[]) =>
      calls.map(({ args }) => args.map((one) => ({ ...one, node: undefined, type: undefined })));
    expect(argumentsOf(module.callSites)).toEqual(
      argumentsOf(module.calls).map((args) => args.map((one) => one)),
    );
  });

  it("resolves a name that is bound to one kind of call only", () => {
    expect(callees("import redis\nr = redis.Redis()\nr.get(k)\n")).toEqual([
      "redis.Redis",
      "redis.Redis().get",
    ]);
    expect(callees("import redis\nr = redis.Redis()\nr = other()\nr.get(k)\n").at(-1)).toBe("r.get");
    expect(callees("import redis\nr.x = redis.Redis()\nr.get(k)\n").at(-1)).toBe("r.get");
  });

  it("tells within which call another stands", () => {
    const [outer, inner] = moduleOf("await asyncio.wait_for(client.get(url), 5)\n").callSites;
    expect(outer?.callee).toBe("asyncio.wait_for");
    expect(inner?.within).toBe(outer);
    expect(outer?.within).toBeUndefined();
  });

  it("sees calls of a match statement, which the tree does not", () => {
    expect(callees("match kind:\n    case 1:\n        load(x)\n")).toEqual(["load"]);
  });

  it("goes on behind what is broken", () => {
    expect(callees("f(a\ndef g(:\n    h(b)\n")).toContain("h");
  });

  it.each([
    ["nested calls", `${"f(".repeat(20_000)}${")".repeat(20_000)}\n`],
    ["a long chain", `a${".b()".repeat(20_000)}\n`],
    ["lambdas with many parameters", `f(${"lambda a, b, ".repeat(20_000)})\n`],
    ["brackets that close nothing", `${")".repeat(50_000)}f()\n`],
  ])("takes little time over %s", (_, text) => {
    const from = performance.now();
    expect(moduleOf(text).callSites.length).toBeGreaterThan(0);
    expect(performance.now() - from).toBeLessThan(3_000);
  });
});
