import { reset } from "cloudflare:test";
import { afterEach, expect, it } from "vitest";
import type { Judge } from "../../src/http/judge.ts";
import type { ProblemDocument } from "../../src/http/problems.ts";
import type { Report } from "../../src/report/schema.ts";
import { ask, post, sampleJudge } from "./ask.ts";

afterEach(() => reset());

/** Counts what is judged anew. */
function countingJudge(): { judge: Judge; judged: () => number } {
  let count = 0;
  const judge: Judge = async (bytes, options, limits, hooks) => {
    const judged = await sampleJudge(bytes, options, limits, hooks);
    if (!judged.recalled) count++;
    return judged;
  };
  return { judge, judged: () => count };
}

it("answers a second post from the store, with the very same report", async () => {
  const { judge, judged } = countingJudge();
  const first = await post("project", { judge });
  const second = await post("project", { judge });
  expect(first.headers.get("X-Cache")).toBe("miss");
  expect(second.headers.get("X-Cache")).toBe("hit");
  expect(judged()).toBe(1);
  expect(await second.text()).toBe(await first.text());
  for (const name of ["Location", "ETag"]) expect(second.headers.get(name)).toBe(first.headers.get(name));
});

it("leads to the same report again", async () => {
  const answer = await post("project");
  const location = answer.headers.get("Location") ?? "";
  const again = await ask(location);
  expect(location).toMatch(/^\/v1\/scans\/[0-9a-f]{32}$/);
  expect(await again.text()).toBe(await answer.text());
  expect(again.headers.get("ETag")).toBe(answer.headers.get("ETag"));
});

it("knows the digest of what was sent", async () => {
  const { input } = await (await post("abc")).json<Report>();
  expect(input).toEqual({
    type: "upload",
    artifact: "repository",
    digest: "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
  });
});

it("judges the same files once, whatever archive they come in", async () => {
  const { judge, judged } = countingJudge();
  const zip = await (await post("tree|zip", { judge })).json<Report>();
  const answer = await post("tree|tar", { judge });
  const tar = await answer.json<Report>();
  expect(judged()).toBe(1);
  expect(answer.headers.get("X-Cache")).toBe("hit");
  expect(tar.results).toEqual(zip.results);
  expect(tar.id).not.toBe(zip.id);
  expect(tar.input.digest).not.toBe(zip.input.digest);
});

it("keeps apart what was asked with other options", async () => {
  const { judge, judged } = countingJudge();
  for (const query of ["", "?kind=library", "?subdirectory=api", "?artifact=sdist"]) {
    expect((await post("project", { judge }, query)).headers.get("X-Cache")).toBe("miss");
  }
  expect(judged()).toBe(4);
});

it("hands the options to the scan", async () => {
  const asked: unknown[] = [];
  const judge: Judge = (bytes, options, ...rest) => {
    asked.push(options);
    return sampleJudge(bytes, options, ...rest);
  };
  await post("project", { judge }, "?kind=cli&subdirectory=/tools/&artifact=worktree");
  expect(asked).toEqual([{ kind: "cli", subdirectory: "tools", artifact: "worktree" }]);
});

it.each([
  "kind=website",
  "artifact=egg",
  "subdirectory=../up",
  "subdirectory=a/../b",
  "subdirectory=a%5Cb",
  "kinds=cli",
])("refuses ?%s", async (query) => {
  const answer = await post("project", {}, `?${query}`);
  expect(answer.status).toBe(400);
  const { code, detail } = await answer.json<ProblemDocument>();
  expect(code).toBe("invalid-request");
  expect(detail).toContain(query.split("=")[0]);
});

it("streams the stages, then the report that a plain post gives", async () => {
  const answer = await post("project", { headers: { Accept: "application/x-ndjson" } });
  expect(answer.headers.get("Content-Type")).toBe("application/x-ndjson");
  const lines = (await answer.text()).trimEnd().split("\n");
  expect(lines.slice(0, -1).map((line) => JSON.parse(line))).toEqual([
    { stage: "unpack", share: 0 },
    { stage: "judge", share: 1 },
    { stage: "store", share: 0 },
  ]);
  expect(lines.at(-1)).toBe(await (await post("project")).text());
});

it("streams a known report as the only line", async () => {
  await post("project");
  const answer = await post("project", { headers: { Accept: "application/x-ndjson" } });
  expect(answer.headers.get("X-Cache")).toBe("hit");
  expect((await answer.text()).trimEnd().split("\n")).toHaveLength(1);
});

it("prefers JSON where a client takes both alike", async () => {
  const answer = await post("project", { headers: { Accept: "application/x-ndjson, application/json" } });
  expect(answer.headers.get("Content-Type")).toBe("application/json");
});

it.each(["pdf", "yaml", "constructor"])("has no format %s", async (format) => {
  expect((await post("project", {}, `?format=${format}`)).status).toBe(406);
});

it("takes the format asked for before Accept", async () => {
  const answer = await post("project", { headers: { Accept: "application/x-ndjson" } }, "?format=json");
  expect(answer.headers.get("Content-Type")).toBe("application/json");
});

it("says what to send where a form of plain curl is sent", async () => {
  const answer = await post("project", { headers: { "Content-Type": "application/x-www-form-urlencoded" } });
  expect(answer.status).toBe(415);
  expect((await answer.json<ProblemDocument>()).detail).toContain("Content-Type: application/zip");
});

it("takes bytes of no declared type for an archive", async () => {
  const answer = await ask("/v1/scans", { method: "POST", body: new TextEncoder().encode("project") });
  expect(answer.status).toBe(200);
});

it("answers a reader who has the report with 304", async () => {
  const answer = await post("project");
  const path = answer.headers.get("Location") ?? "";
  const tag = answer.headers.get("ETag") ?? "";
  for (const header of [tag, `W/${tag}`, `"other", ${tag}`, "*"]) {
    const again = await ask(path, { headers: { "If-None-Match": header } });
    expect(again.status).toBe(304);
    expect(again.headers.get("ETag")).toBe(tag);
  }
  expect((await ask(path, { headers: { "If-None-Match": '"other"' } })).status).toBe(200);
});
