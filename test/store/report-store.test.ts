import { reset } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, expect, it } from "vitest";
import { judgementKey } from "../../src/store/report-store.ts";
import { ask, post } from "../http/ask.ts";
import { damagingKv, failingKv, silentKv, staleKv } from "./doubles.ts";

afterEach(() => reset());

it("names a judgement by files, options and rule set", () => {
  const keys = [
    judgementKey("files", {}, "rules"),
    judgementKey("other", {}, "rules"),
    judgementKey("files", {}, "newer"),
    judgementKey("files", { kind: "cli" }, "rules"),
    judgementKey("files", { artifact: "sdist" }, "rules"),
    judgementKey("files", { subdirectory: "cli" }, "rules"),
  ];
  expect(new Set(keys).size).toBe(keys.length);
  expect(judgementKey("files", { kind: undefined }, "rules")).toBe(keys[0]);
});

it.each([
  ["fails", failingKv],
  ["never answers", silentKv],
  ["answers stale misses", staleKv],
  ["gives back damaged records", damagingKv],
])("a scan is answered, and found again, when KV %s", async (_, double) => {
  const bindings = { REPORTS: double(env.REPORTS), STORE_WAIT_MS: "50" };
  const first = await post("project", { bindings });
  expect(first.status).toBe(200);
  const second = await post("project", { bindings });
  expect(second.headers.get("X-Cache")).toBe("hit");
  expect(await second.text()).toBe(await first.text());
  const location = first.headers.get("Location") ?? "";
  expect((await ask(location, { bindings })).status).toBe(200);
  const badge = await ask(`/badge${location.slice("/v1".length)}.json`, { bindings });
  expect(await badge.json()).toMatchObject({ message: "C" });
});

it("a scan is answered when nothing can be stored at all", async () => {
  const RECENT_REPORTS = new Proxy(env.RECENT_REPORTS, {
    get: () => () => {
      throw new Error("no such object");
    },
  });
  const bindings = { REPORTS: failingKv(env.REPORTS), RECENT_REPORTS };
  const first = await post("project", { bindings });
  expect(first.status).toBe(200);
  expect((await post("project", { bindings })).headers.get("X-Cache")).toBe("miss");
  expect((await ask(first.headers.get("Location") ?? "", { bindings })).status).toBe(404);
});
