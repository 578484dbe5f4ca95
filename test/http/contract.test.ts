/** Every status that the OpenAPI document promises is produced here, and every answer is what the document says. */
import { reset } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { createHmac } from "node:crypto";
import { afterEach, expect, it } from "vitest";
import { Hold } from "../../src/http/bytes-in-flight.ts";
import { Problem, type ProblemCode } from "../../src/http/problems.ts";
import { failingKv } from "../store/doubles.ts";
import { type Asked, ask, post } from "./ask.ts";
import { settled, unique } from "./ask-worker.ts";
import { documentedStatuses, expectDocumented } from "./documented.ts";

afterEach(() => reset());

const seen = new Set<string>();

async function check(operation: string, status: number, answer: Response): Promise<Response> {
  expect(answer.status, operation).toBe(status);
  await expectDocumented(operation, answer);
  seen.add(`${operation} ${status}`);
  return answer;
}

/** A configuration that cannot be read stands for anything unforeseen. */
const BROKEN: Asked = { bindings: { UPLOAD_BYTES: "many" } };

const failing = (code: ProblemCode): Asked => ({
  judge: async () => {
    throw new Problem(code, "For the test.");
  },
});

it("scans are answered as documented", async () => {
  const scan = "POST /v1/scans";
  await check(scan, 200, await post("one"));
  await check(scan, 200, await post("two", { headers: { Accept: "application/x-ndjson" } }));
  await check(scan, 400, await post("one", {}, "?kind=website"));
  await check(scan, 406, await post("one", { headers: { Accept: "application/pdf" } }));
  await check(scan, 413, await post("12345", { bindings: { UPLOAD_BYTES: "4" } }));
  await check(scan, 408, await post(new ReadableStream(), { bindings: { UPLOAD_STALL_MS: "20" } }));
  await check(scan, 415, await post("one", { headers: { "Content-Type": "text/plain" } }));
  for (const code of [
    "archive-unreadable",
    "archive-unsafe",
    "no-python-project",
    "subdirectory-not-found",
  ] as const) {
    await check(scan, 422, await post("three", failing(code)));
  }
  await check(scan, 500, await post("one", BROKEN));
});

/** No room for anything. */
const none = { limit: async () => ({ success: false }) };
const FULL: Asked = { bindings: { SCANS: none, REFRESHES: none, READS: none } };

it("what is counted is refused as documented", async () => {
  await check("POST /v1/scans", 429, await post("one", FULL));
  await check("POST /webhooks/github", 429, await ask("/webhooks/github", { method: "POST", ...FULL }));
  for (const status of documentedStatuses().filter((status) => /^GET .* 429$/.test(status))) {
    const operation = status.slice(0, -" 429".length);
    const path = operation
      .slice("GET ".length)
      .replace("{host}", "github.com")
      .replaceAll(/\{\w+\}/g, "x");
    await check(operation, 429, await ask(path, FULL));
  }
});

it("what needs a token is refused as documented", async () => {
  const bindings = { API_TOKENS: "token" };
  await check("POST /v1/scans", 401, await post("one", { bindings }));
  const path = `/v1/repositories/github.com/o/${unique("plain")}`;
  await check("GET /v1/repositories/{host}/{path}", 401, await ask(path, { bindings }));
});

const byUrl = (repository: string, headers: Record<string, string> = {}): Promise<Response> =>
  post(JSON.stringify({ repository }), { headers: { "Content-Type": "application/json", ...headers } });

it("scans of repositories and their jobs are answered as documented", async () => {
  const scan = "POST /v1/scans";
  const name = `o/${unique("slow")}`;
  const started = await check(scan, 202, await byUrl(name, { Prefer: "respond-async" }));
  const location = started.headers.get("Location") ?? "";
  await check("GET /v1/jobs/{id}", 200, await ask(location));
  await check(scan, 200, await byUrl(name));
  await check("GET /v1/jobs/{id}", 200, await ask(location));
  await check("GET /v1/jobs/{id}", 400, await ask(`/v1/jobs/${"a".repeat(101)}`));
  await check("GET /v1/jobs/{id}", 404, await ask("/v1/jobs/unknown"));
  await check("GET /v1/jobs/{id}", 406, await ask(location, { headers: { Accept: "text/html" } }));
  await check("GET /v1/jobs/{id}", 500, await ask(location, BROKEN));
  await check(scan, 422, await byUrl("https://example.com/o/r"));
  await check(scan, 404, await byUrl(`o/${unique("gone")}`));
  await check(scan, 502, await byUrl(`o/${unique("lying")}`));
  await check(scan, 503, await byUrl(`o/${unique("limited")}`));
  await check(scan, 503, await whileBusy(() => post("one")));
  const failed = await byUrl(`o/${unique("cut")}`, { Prefer: "respond-async" });
  const job = failed.headers.get("Location") ?? "";
  await settled(async () => (await (await ask(job)).json<{ state: string }>()).state === "failed");
  await check("GET /v1/jobs/{id}", 200, await ask(job));
});

it("what is known of repositories is answered as documented", async () => {
  const name = unique("plain");
  const path = `/v1/repositories/github.com/o/${name}`;
  const get = "GET /v1/repositories/{host}/{path}";
  const found = await check(get, 200, await ask(path));
  const { id } = await found.clone().json<{ id: string }>();
  const headers = { "If-None-Match": found.headers.get("ETag") ?? "" };
  await check(get, 304, await ask(path, { headers }));
  await check(get, 400, await ask(`${path}?ref=a..b`));
  await check(get, 404, await ask(`/v1/repositories/github.com/o/${unique("gone")}`));
  await check(get, 406, await ask(`${path}?format=yaml`));
  await check(get, 422, await ask(`/v1/repositories/github.com/o/${unique("snakeless")}`));
  await check(get, 422, await ask("/v1/repositories/example.com/o/r"));
  await check(get, 413, await ask(`/v1/repositories/github.com/o/${unique("endless")}`));
  await check(get, 500, await ask(path, BROKEN));
  await check(get, 502, await ask(`/v1/repositories/github.com/o/${unique("lying")}`));
  await check(get, 503, await ask(`/v1/repositories/github.com/o/${unique("limited")}`));
  const history = "GET /v1/repositories/{host}/{path}/-/history";
  await check(history, 200, await ask(`${path}/-/history`));
  await check(history, 400, await ask(`${path}/-/history?limit=0`));
  await check(history, 406, await ask(`${path}/-/history`, { headers: { Accept: "text/html" } }));
  await check(history, 422, await ask("/v1/repositories/example.com/o/r/-/history"));
  await check(history, 500, await ask(`${path}/-/history`, BROKEN));
  for (const extension of ["svg", "json"]) {
    const operation = `GET /badge/{host}/{path}.${extension}`;
    const badge = `/badge/github.com/o/${name}.${extension}`;
    const answer = await check(operation, 200, await ask(badge));
    const tag = { "If-None-Match": answer.headers.get("ETag") ?? "" };
    await check(operation, 304, await ask(badge, { headers: tag }));
    await check(operation, 400, await ask(`${badge}?style=round`));
    await check(operation, 500, await ask(badge, BROKEN));
  }
  const compare = "GET /v1/compare";
  await check(compare, 200, await ask(`/v1/compare?base=${id}&head=${id}`));
  await check(compare, 400, await ask("/v1/compare"));
  await check(compare, 404, await ask(`/v1/compare?base=${id}&head=unknown`));
  await check(compare, 406, await ask("/v1/compare?base=a&head=b", { headers: { Accept: "text/html" } }));
  await check(compare, 500, await ask("/v1/compare?base=a&head=b", BROKEN));
});

/** Other requests of the isolate hold all there is. */
async function whileBusy(asks: () => Promise<Response>): Promise<Response> {
  const others = new Hold();
  others.resize(2 ** 30);
  return asks().finally(() => others.letGo());
}

it("webhooks are answered as documented", async () => {
  const operation = "POST /webhooks/github";
  const push = (body: string, more: Asked & { event?: string } = {}) =>
    ask("/webhooks/github", {
      method: "POST",
      body,
      ...more,
      headers: {
        "X-GitHub-Event": more.event ?? "push",
        "X-Hub-Signature-256": `sha256=${createHmac("sha256", "secret").update(body).digest("hex")}`,
      },
      bindings: { WEBHOOK_SECRET: "secret", ...more.bindings },
    });
  const event = (url: string) =>
    JSON.stringify({ ref: "refs/heads/main", repository: { html_url: url, default_branch: "main" } });
  const body = event(`https://github.com/o/${unique("gone")}`);
  await check(operation, 202, await push(body));
  await check(operation, 204, await push(body, { event: "ping" }));
  await check(operation, 400, await push("{}"));
  await check(operation, 401, await push(body, { bindings: { WEBHOOK_SECRET: "another" } }));
  await check(operation, 503, await whileBusy(() => push(body)));
  await check(operation, 422, await push(event("https://example.com/o/r")));
  await check(operation, 500, await push(body, BROKEN));
});

it("a stream that ends in a problem is as documented", async () => {
  const answer = await post("x", {
    ...failing("archive-unreadable"),
    headers: { Accept: "application/x-ndjson" },
  });
  await check("POST /v1/scans", 200, answer);
});

it("reports and their badges are answered as documented", async () => {
  const { id } = await (await post("one")).json<{ id: string }>();
  for (const [operation, path] of [
    ["GET /v1/scans/{id}", `/v1/scans/${id}`],
    ["GET /badge/scans/{id}.svg", `/badge/scans/${id}.svg`],
    ["GET /badge/scans/{id}.json", `/badge/scans/${id}.json`],
  ] as const) {
    const answer = await check(operation, 200, await ask(path));
    const headers = { "If-None-Match": answer.headers.get("ETag") ?? "" };
    await check(operation, 304, await ask(path, { headers }));
    await check(operation, 500, await ask(path, BROKEN));
  }
  await check("GET /v1/scans/{id}", 400, await ask(`/v1/scans/${"a".repeat(65)}`));
  await check("GET /v1/scans/{id}", 404, await ask("/v1/scans/unknown"));
  await check("GET /v1/scans/{id}", 406, await ask(`/v1/scans/${id}?format=yaml`));
  await check("GET /badge/scans/{id}.svg", 400, await ask(`/badge/scans/${id}.svg?style=round`));
  await check("GET /badge/scans/{id}.json", 400, await ask(`/badge/scans/${id}.json?metric=luck`));
  await check("GET /badge/scans/{id}.json", 200, await ask("/badge/scans/unknown.json"));
});

it("rules and the checklist are answered as documented", async () => {
  const { rules } = await (await ask("/v1/rules")).json<{ rules: { id: string }[] }>();
  for (const [operation, path] of [
    ["GET /v1/rules", "/v1/rules"],
    ["GET /v1/rules/{id}", `/v1/rules/${rules[0]?.id}`],
    ["GET /v1/checklist", "/v1/checklist"],
  ] as const) {
    const answer = await check(operation, 200, await ask(path));
    const headers = { "If-None-Match": answer.headers.get("ETag") ?? "" };
    await check(operation, 304, await ask(path, { headers }));
    await check(operation, 406, await ask(path, { headers: { Accept: "text/html" } }));
    await check(operation, 500, await ask(path, BROKEN));
  }
  await check("GET /v1/rules/{id}", 404, await ask("/v1/rules/unknown"));
});

it("the service's own pages are answered as documented", async () => {
  for (const path of ["/openapi.json", "/example.zip", "/health"]) {
    await check(`GET ${path}`, 200, await ask(path));
    await check(`GET ${path}`, 500, await ask(path, BROKEN));
  }
});

it("the store's health is answered as documented", async () => {
  await check("GET /health", 400, await ask("/health?deep=maybe"));
  const REPORTS = failingKv(env.REPORTS);
  await check("GET /health", 503, await ask("/health?deep=1", { bindings: { REPORTS } }));
  await check("GET /health", 200, await ask("/health?deep=1"));
});

it("no documented status was left out", () => {
  expect(documentedStatuses().filter((status) => !seen.has(status))).toEqual([]);
});
