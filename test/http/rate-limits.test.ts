/** How often one client may ask, and what it is told. */
import { reset } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, expect, it } from "vitest";
import type { ProblemDocument } from "../../src/http/problems.ts";
import { clientOf, RATE_LIMITS } from "../../src/http/rate-limits.ts";
import settings from "../../wrangler.toml?raw";
import { ask, post } from "./ask.ts";
import { settled, unique } from "./ask-worker.ts";

afterEach(() => reset());

/** A limiter with room for so many requests of each client. */
function limiter(room: number): RateLimit & { keys: string[] } {
  const keys: string[] = [];
  const limit = async ({ key = "" }: { key?: string }) => {
    keys.push(key);
    return { success: keys.filter((one) => one === key).length <= room };
  };
  return { keys, limit };
}

const from = (address: string): RequestInit => ({ headers: { "CF-Connecting-IP": address } });

it.each(Object.entries(RATE_LIMITS))(
  "wrangler.toml has the limit of %s that clients are told",
  (name, limit) => {
    const { requests, seconds } = limit;
    const block = `name = "${name.toUpperCase()}"\nnamespace_id = "\\d+"\nsimple = { limit = ${requests}, period = ${seconds} }`;
    expect(settings.match(new RegExp(block, "g"))).toHaveLength(2);
  },
);

it("gives every limiter a count of its own", () => {
  const ids = [...settings.matchAll(/namespace_id = "(\d+)"/g)].map(([, id]) => id);
  expect(ids).toHaveLength(6);
  expect(new Set(ids).size).toBe(6);
});

it("answers what is past a limit with 429, and when to come back", async () => {
  const bindings = { SCANS: limiter(2) };
  for (let count = 0; count < 2; count++) expect((await post("one", { bindings })).status).toBe(200);
  const answer = await post("one", { bindings });
  expect(answer.status).toBe(429);
  expect((await answer.json<ProblemDocument>()).code).toBe("too-many-requests");
  expect(answer.headers.get("Retry-After")).toBe("60");
  expect(answer.headers.get("RateLimit-Policy")).toBe('"scans";q=600;w=60');
  expect(answer.headers.get("RateLimit")).toBe('"scans";r=0');
  expect(answer.headers.get("Access-Control-Allow-Origin")).toBe("*");
});

it("refuses an upload before it is read", async () => {
  let pulled = 0;
  const body = new ReadableStream({
    pull() {
      pulled++;
    },
  });
  await post(body, { bindings: { SCANS: limiter(0) } });
  expect(pulled).toBeLessThan(2);
});

it("counts scans, refreshes and reads apart", async () => {
  const bindings = { SCANS: limiter(0), REFRESHES: limiter(0), READS: limiter(9) };
  expect((await post("one", { bindings })).status).toBe(429);
  const read = await ask("/v1/rules", { bindings });
  expect(read.status).toBe(200);
  expect(read.headers.get("RateLimit-Policy")).toBe('"reads";q=6000;w=60');
  const refresh = {
    method: "POST",
    body: JSON.stringify({ repository: `o/${unique("plain")}`, refresh: true }),
    headers: { "Content-Type": "application/json" },
  };
  const refused = await ask("/v1/scans", { ...refresh, bindings: { ...bindings, SCANS: limiter(9) } });
  expect(refused.status).toBe(429);
  expect(refused.headers.get("RateLimit")).toBe('"refreshes";r=0');
});

it.each(["/", "/docs", "/openapi.json", "/v1/rules", "/v1/scans/unknown", "/nowhere"])(
  "counts a read of %s",
  async (path) => {
    expect((await ask(path, { bindings: { READS: limiter(0) } })).status).toBe(429);
  },
);

it("never refuses health, badges of reports, or what asks whether it may ask", async () => {
  const none = { SCANS: limiter(0), REFRESHES: limiter(0), READS: limiter(0) };
  const { id } = await (await post("one")).json<{ id: string }>();
  for (const path of ["/health", `/badge/scans/${id}.svg`, "/badge/scans/unknown.json"])
    expect((await ask(path, { bindings: none })).status).toBe(200);
  const headers = { Origin: "https://elsewhere.test", "Access-Control-Request-Method": "GET" };
  expect((await ask("/v1/rules", { method: "OPTIONS", headers, bindings: none })).status).toBe(204);
});

it("never refuses a warm badge, and begins no scan for a cold one past the limit", async () => {
  const bindings = { SCANS: limiter(0) };
  const name = unique("plain");
  const badge = `/badge/github.com/o/${name}.json`;
  const cold = await (await ask(badge, { bindings })).json();
  expect(cold).toMatchObject({ message: "unknown", isError: true });
  expect((await ask(`/v1/repositories/github.com/o/${name}`, { bindings })).status).toBe(429);
  await (await ask(`/v1/repositories/github.com/o/${name}`)).text();
  await settled(async () => {
    const { message } = await (await ask(badge, { bindings })).json<{ message: string }>();
    return /^[A-F]$/.test(message);
  });
  expect((await ask(`/v1/repositories/github.com/o/${name}`, { bindings })).status).toBe(200);
  expect(bindings.SCANS.keys).toHaveLength(2);
});

it("counts each client for itself", async () => {
  const bindings = { READS: limiter(1) };
  expect((await ask("/docs", { bindings, ...from("192.0.2.1") })).status).toBe(200);
  expect((await ask("/docs", { bindings, ...from("192.0.2.2") })).status).toBe(200);
  expect((await ask("/docs", { bindings, ...from("192.0.2.1") })).status).toBe(429);
  expect((await ask("/docs", { bindings, ...from("2001:db8:1:2::1") })).status).toBe(200);
  expect((await ask("/docs", { bindings, ...from("2001:db8:1:2:ffff::9") })).status).toBe(429);
});

it.each([
  ["192.0.2.1", "192.0.2.1"],
  ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"],
  ["2001:0DB8:0001:0002::", "2001:db8:1:2::/64"],
  ["2001:db8::1", "2001:db8:0:0::/64"],
  ["::1", "0:0:0:0::/64"],
  ["fe80::1:2:3:4:5", "fe80:0:0:1::/64"],
  ["::ffff:192.0.2.1", "192.0.2.1"],
  ["", ""],
])("takes %s for %s", (address, client) => {
  expect(clientOf(address)).toBe(client);
});

it("stops nobody where a limiter fails, and notes it", async () => {
  const failing = { limit: () => Promise.reject(new Error("overloaded")) };
  expect((await ask("/v1/rules", { bindings: { READS: failing } })).status).toBe(200);
});

it("counts by the platform's own binding", async () => {
  const key = `client-${crypto.randomUUID()}`;
  let allowed = 0;
  for (let count = 0; count < 70; count++) if ((await env.REFRESHES.limit({ key })).success) allowed++;
  expect(allowed).toBe(60);
});
