/** Pages as a browser asks for them, over the Worker's own storage. */
import { reset } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, expect, it } from "vitest";
import staticHeaders from "../../public/_headers?raw";
import versions from "../../src/pages/asset-versions.json" with { type: "json" };
import { ask, post } from "./ask.ts";
import { moveRef, scanRepository, settled, unique } from "./ask-worker.ts";

afterEach(() => reset());

const BROWSER = { Accept: "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8" };
const open = (path: string, headers: Record<string, string> = {}): Promise<Response> =>
  ask(path, { headers: { ...BROWSER, ...headers }, redirect: "manual" });

it("a report is a page with a tag, and not sent again to those who have it", async () => {
  const { id } = await (await post("one")).json<{ id: string }>();
  const page = await open(`/report/scans/${id}`);
  expect(page.status).toBe(200);
  expect(page.headers.get("Content-Type")).toBe("text/html; charset=UTF-8");
  const html = await page.text();
  expect(html).toContain("grade C");
  expect(html).toContain(`/badge/scans/${id}.svg`);
  const again = await open(`/report/scans/${id}`, { "If-None-Match": page.headers.get("ETag") ?? "" });
  expect(again.status).toBe(304);
});

it("a repository that was never scanned shows that it is being scanned, then the report", async () => {
  const path = `/report/github.com/o/${unique("plain")}`;
  const waiting = await open(path);
  expect(waiting.status).toBe(202);
  expect(waiting.headers.get("Cache-Control")).toBe("no-store");
  const again = /<meta http-equiv="refresh" content="\d+;url=([^"]+)"/.exec(await waiting.text())?.[1] ?? "";
  expect(again).toContain(`${path}?job=`);
  await settled(async () => (await open(again)).status === 303);
  expect((await open(again)).headers.get("Location")).toBe(path);
  const html = await (await open(path)).text();
  expect(html).toContain(`/badge${path.slice("/report".length)}.svg`);
});

it("a scan that failed is a page that says so, and starts no other", async () => {
  const path = `/report/github.com/o/${unique("snakeless")}`;
  const again = /url=([^"]+)"/.exec(await (await open(path)).text())?.[1] ?? "";
  await settled(async () => (await open(again)).status === 422);
  expect(await (await open(again)).text()).toContain("There is no Python in the archive");
});

it("draws the scores of a branch up to the report itself", async () => {
  const name = unique("growing");
  const repository = `o/${name}`;
  const scores: number[] = [];
  const scan = async (more: object): Promise<{ id: string; score: number }> =>
    (await scanRepository({ repository, refresh: true, ...more })).json();
  const ids: string[] = [];
  for (const content of ["first", "second", "third"]) {
    await moveRef(name, "refs/heads/main", content);
    const { id, score } = await scan({});
    ids.push(id);
    scores.push(score);
    await scan({ ref: "v1.0" });
  }
  expect(new Set(scores).size).toBe(3);
  const lineOf = async (path: string): Promise<string | undefined> =>
    /oldest first: ([\d., ]+)"/.exec(await (await open(path)).text())?.[1];
  expect(await lineOf(`/report/github.com/${repository}`)).toBe(scores.join(", "));
  expect(await lineOf(`/report/scans/${ids[1]}`)).toBe(scores.slice(0, 2).join(", "));
  expect(await lineOf(`/report/github.com/${repository}?ref=v1.0`)).toBeUndefined();
});

it("private code has a page without badge, which no shared cache keeps", async () => {
  const answer = await post(JSON.stringify({ repository: `o/${unique("private")}` }), {
    headers: { "Content-Type": "application/json", "X-Forge-Token": "token" },
  });
  const { id } = await answer.json<{ id: string }>();
  const page = await open(`/report/scans/${id}`);
  expect(page.headers.get("Cache-Control")).toContain("private");
  expect(await page.text()).not.toContain("/badge/");
});

it.each([
  ["pallets/flask", "/report/github.com/pallets/flask"],
  ["https://gitlab.com/g/s/p", "/report/gitlab.com/g/s/p"],
  [
    "https://github.com/o/r/tree/main/services/api",
    "/report/github.com/o/r?ref=main&subdirectory=services%2Fapi",
  ],
  ["https://github.com/o/r/tree/feature/x", "/report/github.com/o/r?ref=feature%2Fx"],
  [
    "https://gitlab.com/g/s/p/-/tree/feature/x/services/api",
    "/report/gitlab.com/g/s/p?ref=feature%2Fx&subdirectory=services%2Fapi",
  ],
  ["https://github.com/o/r/blob/feature/x/src/shop/app.py", "/report/github.com/o/r?ref=feature%2Fx"],
])("the form leads from %s to its page", async (repository, location) => {
  const answer = await open(`/report?${new URLSearchParams({ repository })}`);
  expect([answer.status, answer.headers.get("Location")]).toEqual([303, location]);
});

it("problems are pages for browsers, and JSON for programs", async () => {
  for (const path of ["/report/scans/unknown", "/rules/unknown", "/nowhere", "/v1/scans/unknown"]) {
    const page = await open(path);
    expect(page.status).toBe(404);
    expect(page.headers.get("Content-Type")).toContain("text/html");
    expect(page.headers.get("Vary")).toContain("Accept");
    expect(await page.text()).toContain(page.headers.get("X-Request-Id"));
    const told = await ask(path);
    expect(told.headers.get("Content-Type")).toBe("application/problem+json");
  }
});

it("rules are found by words, category and severity", async () => {
  const listed = async (query: string): Promise<number> => {
    const html = await (await open(`/rules${query}`)).text();
    return [...html.matchAll(/<li data-category/g)].length;
  };
  const all = await listed("");
  expect(all).toBeGreaterThan(100);
  const found = await listed("?q=lock+file&category=environment");
  expect(found).toBeGreaterThan(0);
  expect(found).toBeLessThan(10);
  expect(await listed("?q=no-such-word")).toBe(0);
});

it("a rule's page shows its examples with what it says of them", async () => {
  const html = await (await open("/rules/errors-told-apart")).text();
  expect(html).toContain("<h4>1 of 1 raised exceptions is a bare Exception");
  expect(html).toContain("<mark>    raise Exception(&#39;it went wrong&#39;)</mark>");
  expect(html).toContain("errors-told-apart = &quot;");
});

it("files whose address changes with their content are kept for a year, and others are not", async () => {
  for (const name of Object.keys(versions)) {
    expect(staticHeaders).toContain(`/assets/${name}\n  Cache-Control: public, max-age=31536000, immutable`);
    const file = await env.ASSETS.fetch(`https://pyready.test/assets/${name}`);
    expect(file.headers.get("Cache-Control")).toContain("immutable");
  }
  const example = await env.ASSETS.fetch("https://pyready.test/assets/example.zip");
  expect(example.headers.get("Cache-Control") ?? "").not.toContain("immutable");
});
