/** Every status that the OpenAPI document promises is produced here, and every answer is what the document says. */
import { reset } from "cloudflare:test";
import { afterEach, expect, it } from "vitest";
import { Problem, type ProblemCode } from "../../src/http/problems.ts";
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
  await check(scan, 406, await post("one", { headers: { Accept: "text/html" } }));
  await check(scan, 413, await post("12345", { bindings: { UPLOAD_BYTES: "4" } }));
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
  await check(scan, 503, await byUrl(`o/${unique("limited")}`));
  const failed = await byUrl(`o/${unique("cut")}`, { Prefer: "respond-async" });
  const job = failed.headers.get("Location") ?? "";
  await settled(async () => (await (await ask(job)).json<{ state: string }>()).state === "failed");
  await check("GET /v1/jobs/{id}", 200, await ask(job));
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
  await check("GET /v1/scans/{id}", 406, await ask(`/v1/scans/${id}?format=sarif`));
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

it("no documented status was left out", () => {
  expect(documentedStatuses().filter((status) => !seen.has(status))).toEqual([]);
});
