import {
  createExecutionContext,
  reset,
  runDurableObjectAlarm,
  runInDurableObject,
  waitOnExecutionContext,
} from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, expect, it, vi } from "vitest";
import { createRecordStore } from "../../src/store/record-store.ts";
import { damagingKv, failingKv, silentKv, staleKv, throwingKv } from "./doubles.ts";

afterEach(async () => {
  vi.useRealTimers();
  await reset();
});

const KEY = "report:0a";
const shard = () => env.RECENT_REPORTS.getByName("0");

function storeWith(kv: KVNamespace, recent = env.RECENT_REPORTS) {
  const faults: string[] = [];
  const context = createExecutionContext();
  const store = createRecordStore({
    kv,
    recent,
    waitMs: 100,
    onFault: (fault) => faults.push(fault),
    waitUntil: (work) => context.waitUntil(work),
  });
  return { store, faults, settle: () => waitOnExecutionContext(context) };
}

it("keeps a record", async () => {
  const { store, faults } = storeWith(env.REPORTS);
  await store.put({ [KEY]: "grün" });
  expect((await store.get(KEY))?.body).toBe("grün");
  expect(await store.get("report:0b")).toBeUndefined();
  expect(faults).toEqual([]);
});

it("finds a new record although KV still says that it has none", async () => {
  const { store } = storeWith(staleKv(env.REPORTS));
  expect(await store.get(KEY)).toBeUndefined();
  await store.put({ [KEY]: "new" });
  expect((await store.get(KEY))?.body).toBe("new");
});

it.each([
  ["fails", failingKv, "failed"],
  ["is not there", throwingKv, "failed"],
  ["never answers", silentKv, "late"],
])("goes on without KV when it %s", async (_, double, fault) => {
  const { store, faults, settle } = storeWith(double(env.REPORTS));
  await store.put({ [KEY]: "body" });
  expect((await store.get(KEY))?.body).toBe("body");
  expect(await store.get("report:0b")).toBeUndefined();
  expect(new Set(faults)).toEqual(new Set([`kv-put-${fault}`, `kv-get-${fault}`]));
  await settle();
});

it("goes on without the recent records when they fail", async () => {
  const recent = new Proxy(env.RECENT_REPORTS, {
    get: () => () => ({
      get: () => Promise.reject(new Error("overloaded")),
      put: () => Promise.reject(new Error()),
    }),
  });
  const { store, faults } = storeWith(env.REPORTS, recent);
  await store.put({ [KEY]: "body" });
  expect((await store.get(KEY))?.body).toBe("body");
  expect(await store.get("report:0b")).toBeUndefined();
  expect(faults).toEqual(["recent-put-failed", "recent-get-failed"]);
});

it("never gives back what is not what was stored", async () => {
  const { store, faults } = storeWith(damagingKv(env.REPORTS));
  await store.put({ [KEY]: "body" });
  expect((await store.get(KEY))?.body).toBe("body");
  expect(faults).toEqual(["kv-damaged"]);
  await env.REPORTS.put("report:0c", '{"half":');
  expect(await storeWith(env.REPORTS).store.get("report:0c")).toBeUndefined();
});

it("forgets recent records after some minutes, and keeps the alarm for those that came later", async () => {
  const started = Date.now();
  vi.useFakeTimers({ toFake: ["Date"], now: started });
  await shard().put(KEY, "first");
  vi.setSystemTime(started + 5 * 60_000);
  await shard().put("report:0b", "second");
  vi.setSystemTime(started + 10 * 60_000 + 1);
  expect(await shard().get(KEY)).toBeUndefined();
  expect(await shard().get("report:0b")).toBe("second");
  expect(await runDurableObjectAlarm(shard())).toBe(true);
  const { count, alarm } = await runInDurableObject(shard(), async (_, { storage }) => ({
    count: storage.sql.exec("SELECT COUNT(*) AS count FROM records").one().count,
    alarm: await storage.getAlarm(),
  }));
  expect(count).toBe(1);
  expect(alarm).toBe(started + 15 * 60_000);
  vi.setSystemTime(started + 15 * 60_000 + 1);
  expect(await runDurableObjectAlarm(shard())).toBe(true);
  expect(await runDurableObjectAlarm(shard())).toBe(false);
});

it("leaves a record to KV that is too large for the recent ones", async () => {
  const { store, faults } = storeWith(env.REPORTS);
  const body = "x".repeat(3_000_000);
  await store.put({ [KEY]: body });
  expect((await store.get(KEY))?.body).toBe(body);
  expect(faults).toEqual([]);
});
