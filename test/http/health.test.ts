/** Whether the server is up, and whether its store works. */
import { reset } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, expect, it, vi } from "vitest";
import type { ProblemDocument } from "../../src/http/problems.ts";
import { failingKv, silentKv, staleKv } from "../store/doubles.ts";
import { ask } from "./ask.ts";

afterEach(async () => {
  vi.useRealTimers();
  await reset();
});

/** KV that counts what it is asked. */
function countingKv(): { REPORTS: KVNamespace; asked: string[] } {
  const asked: string[] = [];
  const REPORTS = new Proxy(env.REPORTS, {
    get: (kv, name: "get" | "put") => {
      asked.push(name);
      return kv[name].bind(kv);
    },
  });
  return { REPORTS, asked };
}

it("asks nothing else by itself", async () => {
  const { REPORTS, asked } = countingKv();
  const answer = await ask("/health", { bindings: { REPORTS } });
  expect(await answer.json()).toEqual({
    status: "ok",
    version: expect.stringMatching(/^\d+\.\d+\.\d+$/),
    ruleset: expect.any(String),
  });
  expect(answer.headers.get("Cache-Control")).toBe("no-store");
  expect(asked).toEqual([]);
});

it("tries the store where it is asked for, and not more often than it must", async () => {
  vi.useFakeTimers({ toFake: ["Date"] });
  const { REPORTS, asked } = countingKv();
  const bindings = { REPORTS };
  for (let count = 0; count < 3; count++) {
    expect(await (await ask("/health?deep=1", { bindings })).json()).toMatchObject({ store: "ok" });
  }
  expect(asked.sort()).toEqual(["get", "put"]);
  vi.advanceTimersByTime(10_000);
  await ask("/health?deep=1", { bindings });
  expect(asked).toHaveLength(4);
});

it.each([
  ["fails", failingKv, ["kv-put", "kv-get"]],
  ["never answers", silentKv, ["kv-put", "kv-get"]],
])("says what does not work when KV %s", async (_, double, names) => {
  const bindings = { REPORTS: double(env.REPORTS), STORE_WAIT_MS: "50" };
  const answer = await ask("/health?deep=1", { bindings });
  expect(answer.status).toBe(503);
  expect(answer.headers.get("Retry-After")).toBe("10");
  const { code, detail } = await answer.json<ProblemDocument>();
  expect(code).toBe("store-unavailable");
  for (const name of names) expect(detail).toContain(name);
  expect(detail).not.toContain("recent");
  expect((await ask("/health", { bindings })).status).toBe(200);
});

it("does not take a KV for broken that has not heard of a record yet", async () => {
  const bindings = { REPORTS: staleKv(env.REPORTS) };
  expect((await ask("/health?deep=1", { bindings })).status).toBe(200);
});

it("says when the recent reports do not work", async () => {
  const RECENT_REPORTS = new Proxy(env.RECENT_REPORTS, {
    get: () => () => {
      throw new Error("no such object");
    },
  });
  const { REPORTS } = countingKv();
  const answer = await ask("/health?deep=1", { bindings: { REPORTS, RECENT_REPORTS } });
  expect((await answer.json<ProblemDocument>()).detail).toContain("recent-put, recent-get");
});
