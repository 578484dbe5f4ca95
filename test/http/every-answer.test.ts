/** What every answer has, whatever was asked. */
import { reset } from "cloudflare:test";
import { afterEach, expect, it, vi } from "vitest";
import type { ProblemDocument } from "../../src/http/problems.ts";
import { ask, post } from "./ask.ts";

afterEach(async () => {
  vi.restoreAllMocks();
  await reset();
});

function logLines(): Record<string, unknown>[] {
  const log = vi.spyOn(console, "log").mockImplementation(() => {});
  return new Proxy([], {
    get: (_, key) =>
      Reflect.get(
        log.mock.calls.map(([line]) => JSON.parse(line)),
        key,
      ),
  });
}

it("names each request, and takes a name that is sent along", async () => {
  const [first, second] = [await ask("/health"), await ask("/health")];
  expect(first.headers.get("X-Request-Id")).not.toBe(second.headers.get("X-Request-Id"));
  const named = await ask("/nowhere", { headers: { "X-Request-Id": "mine-1" } });
  expect(named.headers.get("X-Request-Id")).toBe("mine-1");
  expect((await named.json<ProblemDocument>()).requestId).toBe("mine-1");
});

it("makes up a name where the one sent is none", async () => {
  const answer = await ask("/health", { headers: { "X-Request-Id": "a b <script>" } });
  expect(answer.headers.get("X-Request-Id")).toMatch(/^[\w-]{36}$/);
});

it.each([
  ["GET", "/", 200],
  ["GET", "/docs", 200],
  ["GET", "/problems", 200],
  ["GET", "/health", 200],
  ["GET", "/nowhere", 404],
  ["DELETE", "/v1/rules", 405],
])("secures %s %s", async (method, path, status) => {
  const answer = await ask(path, { method });
  expect(answer.status).toBe(status);
  expect(answer.headers.get("X-Content-Type-Options")).toBe("nosniff");
  const policy = answer.headers.get("Content-Security-Policy") ?? "";
  expect(policy).toContain("default-src 'none'");
  expect(policy).toContain("frame-ancestors 'none'");
  expect(policy).not.toMatch(/script-src[^;]*(unsafe|\*|http)/);
});

it("answers what is nowhere with a problem", async () => {
  const answer = await ask("/v2/scans");
  expect(answer.headers.get("Content-Type")).toBe("application/problem+json");
  expect(await answer.json()).toMatchObject({
    type: "https://pyready.test/problems#not-found",
    status: 404,
    code: "not-found",
  });
});

it.each([
  ["PUT", "/v1/scans", "POST"],
  ["GET", "/v1/scans", "POST"],
  ["POST", "/v1/rules/some-rule", "GET, HEAD"],
  ["DELETE", "/badge/scans/abc.svg", "GET, HEAD"],
  ["POST", "/", "GET, HEAD"],
])("answers %s %s with the methods that are served there", async (method, path, allowed) => {
  const answer = await ask(path, { method });
  expect(answer.status).toBe(405);
  expect(answer.headers.get("Allow")).toBe(allowed);
  expect((await answer.json<ProblemDocument>()).code).toBe("method-not-allowed");
});

it.each(["/", "/docs", "/health", "/v1/rules", "/openapi.json"])(
  "answers HEAD %s without a body",
  async (path) => {
    const answer = await ask(path, { method: "HEAD" });
    expect(answer.status).toBe(200);
    expect(await answer.text()).toBe("");
  },
);

it("lets any page read and scan", async () => {
  const headers = { Origin: "https://elsewhere.test", "Access-Control-Request-Method": "POST" };
  const preflight = await ask("/v1/scans", { method: "OPTIONS", headers });
  expect(preflight.status).toBe(204);
  expect(preflight.headers.get("Access-Control-Allow-Methods")).toContain("POST");
  const answer = await post("one", { headers: { Origin: "https://elsewhere.test" } });
  expect(answer.headers.get("Access-Control-Allow-Origin")).toBe("*");
  for (const name of ["Location", "ETag", "X-Cache", "X-Request-Id", "Retry-After", "RateLimit-Policy"]) {
    expect(answer.headers.get("Access-Control-Expose-Headers")).toContain(name);
  }
});

it("lets pages read problems too", async () => {
  const answer = await ask("/v1/scans/unknown");
  expect(answer.headers.get("Access-Control-Allow-Origin")).toBe("*");
});

it("says that JSON answers vary by Accept", async () => {
  for (const path of ["/v1/rules", "/v1/checklist"])
    expect((await ask(path)).headers.get("Vary")).toBe("Accept");
  expect((await post("one")).headers.get("Vary")).toBe("Accept");
  const refused = await ask("/v1/rules", { headers: { Accept: "text/html" } });
  expect(refused.headers.get("Vary")).toBe("Accept");
});

it("takes JSON for browsers, which accept anything last", async () => {
  const headers = { Accept: "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8" };
  expect((await ask("/v1/rules", { headers })).status).toBe(200);
});

it.each(["application/json;q=0", "text/html", "application/json;q=0, */*"])(
  "has nothing for Accept: %s",
  async (Accept) => {
    expect((await ask("/v1/rules", { headers: { Accept } })).status).toBe(406);
  },
);

it("writes one line a request, without values of the query", async () => {
  const lines = logLines();
  await ask("/badge/scans/abc.svg?label=secret-value", { headers: { Authorization: "Bearer secret-token" } });
  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatchObject({
    level: "info",
    method: "GET",
    status: 200,
    durationMs: expect.any(Number),
  });
  expect(lines[0]?.route).toBe("/badge/scans/:id{.+\\.svg}");
  expect(JSON.stringify(lines[0])).not.toContain("secret");
});

it("writes of a scan what was sent, how long its stages took, and whether it was known", async () => {
  const lines = logLines();
  await post("logged");
  await post("logged");
  expect(lines[0]).toMatchObject({
    cache: "miss",
    stages: { unpack: expect.any(Number), judge: expect.any(Number) },
  });
  expect(lines[0]?.digest).toMatch(/^sha256:[0-9a-f]{64}$/);
  expect(lines[1]).toMatchObject({ cache: "hit", digest: lines[0]?.digest });
});

it("writes the line of a stream when it is done, with the problem that it ended in", async () => {
  const lines = logLines();
  const judge = async () => {
    throw new Error("quoted secret-value of a file");
  };
  const answer = await post("one", { judge, headers: { Accept: "application/x-ndjson" } });
  expect(JSON.parse(await answer.text())).toMatchObject({ code: "internal-error", status: 500 });
  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatchObject({
    level: "error",
    status: 200,
    problem: "internal-error",
    error: { name: "Error" },
  });
});

it("tells neither client nor log what an unforeseen error says", async () => {
  const lines = logLines();
  const judge = async () => {
    throw new TypeError("quoted secret-value of a file\n    at secret-value");
  };
  const answer = await post("one", { judge });
  expect(answer.status).toBe(500);
  expect(await answer.text()).not.toContain("secret");
  expect(lines[0]).toMatchObject({ level: "error", error: { name: "TypeError" } });
  expect(JSON.stringify(lines[0])).not.toContain("quoted");
});

it("explains every sort of problem on the page that problems lead to", async () => {
  const { type, code } = await (await ask("/nowhere")).json<ProblemDocument>();
  const page = await (await ask(new URL(type).pathname)).text();
  expect(page).toContain(`id="${code}"`);
});
