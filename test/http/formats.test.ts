/** The formats of a report over HTTP: which of them is answered, and how. */
import { reset } from "cloudflare:test";
import { afterEach, expect, it } from "vitest";
import type { ProblemDocument } from "../../src/http/problems.ts";
import type { Report } from "../../src/report/schema.ts";
import { FORMAT_NAMES, FORMATS } from "../../src/routes/report-formats.ts";
import { ask, post } from "./ask.ts";
import { unique } from "./ask-worker.ts";
import { expectDocumented } from "./documented.ts";

afterEach(() => reset());

/** By what they begin with. */
const STARTS = {
  json: '{"schemaVersion":',
  sarif: '{\n "$schema":',
  markdown: "<!-- pyready -->\n",
  junit: '<?xml version="1.0"',
  html: "<!doctype html>",
} as const;

const idOf = async (): Promise<string> => (await (await post("one")).json<Report>()).id;

it.each(FORMAT_NAMES)("answers %s wherever a report is answered", async (format) => {
  const id = await idOf();
  const { mediaType } = FORMATS[format];
  for (const [operation, path] of [
    ["GET /v1/scans/{id}", `/v1/scans/${id}`],
    ["GET /v1/repositories/{host}/{path}", `/v1/repositories/github.com/o/${unique("plain")}`],
  ] as const) {
    for (const answer of [
      await ask(`${path}?format=${format}`),
      await ask(path, { headers: { Accept: mediaType } }),
    ]) {
      expect(answer.status).toBe(200);
      expect(answer.headers.get("Content-Type")?.split(";")[0]).toBe(mediaType);
      expect(answer.headers.get("Vary")).toContain("Accept");
      await expectDocumented(operation, answer);
      expect((await answer.text()).startsWith(STARTS[format])).toBe(true);
    }
  }
  for (const answer of [
    await post("two", {}, `?format=${format}`),
    await post("two", { headers: { Accept: mediaType } }),
  ]) {
    await expectDocumented("POST /v1/scans", answer);
    expect(answer.headers.get("Location")).toMatch(/^\/v1\/scans\/[0-9a-f]{32}$/);
    expect((await answer.text()).startsWith(STARTS[format])).toBe(true);
  }
});

it("says which characters Markdown is written in", async () => {
  const answer = await ask(`/v1/scans/${await idOf()}?format=markdown`);
  expect(answer.headers.get("Content-Type")).toBe("text/markdown; charset=utf-8");
});

it.each([
  ["application/sarif+json, application/json;q=0.9", "application/sarif+json"],
  ["application/sarif+json;q=0.1, application/json;q=0.9", "application/json"],
  ["text/markdown;q=0.5, application/xml;q=0.6", "application/xml"],
  ["*/*;q=0.1, text/markdown", "text/markdown"],
  ["application/json;q=0, */*", "application/sarif+json"],
  ["text/*", "text/markdown"],
  ["text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "text/html"],
  ["TEXT/Markdown ; Q=1", "text/markdown"],
  ["application/*", "application/json"],
  ["*/*", "application/json"],
  ["", "application/json"],
])("for Accept: %s answers %s", async (Accept, type) => {
  const answer = await ask(`/v1/scans/${await idOf()}`, { headers: { Accept } });
  expect(answer.headers.get("Content-Type")?.split(";")[0]).toBe(type);
});

it.each([
  ["application/pdf", ""],
  ["application/sarif+json;q=0", ""],
  ["*/*", "?format=yaml"],
  ["*/*", "?format=constructor"],
])("has nothing for Accept: %s and %s", async (Accept, query) => {
  const answer = await ask(`/v1/scans/${await idOf()}${query}`, { headers: { Accept } });
  expect(answer.status).toBe(406);
  expect(answer.headers.get("Vary")).toContain("Accept");
  expect((await answer.json<ProblemDocument>()).code).toBe("not-acceptable");
});

it("takes the format from the query before the header", async () => {
  const headers = { Accept: "application/json" };
  const answer = await ask(`/v1/scans/${await idOf()}?format=junit`, { headers });
  expect(answer.headers.get("Content-Type")).toBe("application/xml");
});

it("has a tag for each format, by which it is not sent twice", async () => {
  const id = await idOf();
  const tags = new Set<string>();
  for (const format of FORMAT_NAMES) {
    const path = `/v1/scans/${id}?format=${format}`;
    const tag = (await ask(path)).headers.get("ETag") ?? "";
    tags.add(tag);
    const again = await ask(path, { headers: { "If-None-Match": tag } });
    expect(again.status).toBe(304);
    expect(again.headers.get("ETag")).toBe(tag);
    expect(await again.text()).toBe("");
  }
  expect(tags.size).toBe(FORMAT_NAMES.length);
  const other = { headers: { "If-None-Match": [...tags][0] ?? "" } };
  expect((await ask(`/v1/scans/${id}?format=sarif`, other)).status).toBe(200);
});

it("lets the page load its own scripts, and nothing cache the answer to a scan", async () => {
  const page = await ask(`/v1/scans/${await idOf()}?format=html`);
  expect(page.headers.get("Content-Security-Policy")).toContain("script-src 'self'");
  const scan = await post("four", {}, "?format=html");
  expect(scan.headers.get("Cache-Control")).toBe("no-store");
});

it("links to the server that was asked", async () => {
  const text = await (await ask(`/v1/scans/${await idOf()}?format=markdown`)).text();
  expect(text).toContain("](https://pyready.test/rules/logging-not-print)");
});

it("streams for those who want to see how it goes", async () => {
  const headers = { Accept: "application/sarif+json;q=0.5, application/x-ndjson" };
  const answer = await post("three", { headers });
  expect(answer.headers.get("Content-Type")).toBe("application/x-ndjson");
});
