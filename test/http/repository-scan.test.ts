/** Scans by URL: the deployed Worker, with its objects, against forges of the test suite's own. */
import { env, exports } from "cloudflare:workers";
import { expect, it } from "vitest";
import type { ProblemDocument } from "../../src/http/problems.ts";
import type { Report } from "../../src/report/schema.ts";
import { zip } from "../archive/build-archive.ts";
import { commitOf, filesAt } from "../forge/forge-double.ts";
import { ageRefs, archivesOf, asked, moveRef, read, scanRepository, settled, unique } from "./ask-worker.ts";

it("scans the default branch at its commit", async () => {
  const name = unique("plain");
  const answer = await scanRepository({ repository: `https://github.com/o/${name}` });
  expect(answer.status).toBe(200);
  expect(answer.headers.get("X-Cache")).toBe("miss");
  const { input, project } = await answer.json<Report>();
  expect(project.name).toBe("shop");
  expect(input).toMatchObject({
    type: "repository",
    artifact: "repository",
    repository: {
      host: "github.com",
      path: `o/${name}`,
      ref: "main",
      commit: commitOf(name, "first"),
      url: `https://github.com/o/${name}`,
    },
  });
});

it("gives the verdicts that the uploaded zip gives", async () => {
  const name = unique("plain");
  const byUrl = await (await scanRepository({ repository: `o/${name}` })).json<Report>();
  const body = await zip(filesAt(name, "first"), `${name}-main/`);
  const headers = { "Content-Type": "application/zip" };
  const upload = await exports.default.fetch("https://pyready.test/v1/scans", {
    method: "POST",
    body: body as Uint8Array<ArrayBuffer>,
    headers,
  });
  expect(upload.headers.get("X-Cache")).toBe("hit");
  const { id: _, input: _input, scannedAt: _at, durationMs: _ms, ...verdicts } = await upload.json<Report>();
  expect(byUrl).toMatchObject(verdicts);
});

it.each([
  ["https://gitlab.com/group/sub/NAME", "first"],
  ["https://codeberg.org/o/NAME.git", "first"],
  ["https://bitbucket.org/o/NAME", "first"],
  ["http://127.0.0.1:9000/o/NAME", "first"],
  ["git@git.example.com:o/NAME.git", "first"],
  ["https://github.com/o/NAME/tree/feature/x", "feature"],
  ["https://github.com/o/NAME/releases/tag/v1.0", "release"],
  ["https://github.com/o/NAME/blob/feature/x/src/shop/app.py", "feature"],
  ["https://codeberg.org/o/NAME/src/tag/v1.0", "release"],
])("reads %s", async (pattern, ref) => {
  const name = unique("plain");
  const answer = await scanRepository({ repository: pattern.replace("NAME", name) });
  expect(answer.status).toBe(200);
  expect((await answer.json<Report>()).input.repository?.commit).toBe(commitOf(name, ref));
});

it("reads refs by protocol v0 where a forge knows no other", async () => {
  const name = unique("old");
  for (const [ref, content] of [
    [undefined, "first"],
    ["feature/x", "feature"],
    ["v1.0", "release"],
  ] as const) {
    const answer = await scanRepository({ repository: `o/${name}`, ...(ref ? { ref } : {}) });
    const { repository } = (await answer.json<Report>()).input;
    expect(repository?.commit).toBe(commitOf(name, content));
    expect(repository?.ref).toBe(ref ?? "main");
  }
});

it("takes a full commit for a ref", async () => {
  const name = unique("plain");
  const ref = commitOf(name, "release");
  const answer = await scanRepository({ repository: `o/${name}`, ref });
  expect((await answer.json<Report>()).input.repository).toMatchObject({ ref, commit: ref });
});

it("tells branch and folder apart in an address", async () => {
  const name = unique("plain");
  const repository = `https://github.com/o/${name}/tree/feature/x/services/api`;
  const { input, project } = await (await scanRepository({ repository })).json<Report>();
  expect(input).toMatchObject({ subdirectory: "services/api", repository: { ref: "feature/x" } });
  expect(project.name).toBe("api");
});

it("follows a repository to its new name on its own host", async () => {
  const name = unique("renamed");
  expect((await scanRepository({ repository: `https://codeberg.org/o/${name}`, ref: "v9" })).status).toBe(
    404,
  );
  expect((await asked(name.replace("renamed", "newname"))).length).toBeGreaterThan(0);
});

it("downloads once for 50 who ask at once", async () => {
  const name = unique("slow");
  const answers = await Promise.all(
    Array.from({ length: 50 }, (_, at) =>
      scanRepository({ repository: `o/${name}`, ...(at % 2 ? { ref: "main" } : {}) }),
    ),
  );
  expect(answers.map(({ status }) => status)).toEqual(Array(50).fill(200));
  expect(new Set(await Promise.all(answers.map((answer) => answer.text()))).size).toBe(1);
  expect(await archivesOf(name)).toHaveLength(1);
});

it("answers a commit that is known without a download, until its ref moves", async () => {
  const name = unique("plain");
  await scanRepository({ repository: `o/${name}` });
  expect((await scanRepository({ repository: `o/${name}` })).headers.get("X-Cache")).toBe("hit");
  expect((await scanRepository({ repository: `o/${name}`, ref: "main" })).headers.get("X-Cache")).toBe("hit");
  await moveRef(name, "refs/heads/main", "second");
  const fresh = await scanRepository({ repository: `o/${name}`, refresh: true });
  expect((await fresh.json<Report>()).input.repository?.commit).toBe(commitOf(name, "second"));
  expect(await archivesOf(name)).toHaveLength(2);
});

it("names the ref that was asked for, whichever its commit was scanned for", async () => {
  const name = unique("plain");
  await moveRef(name, "refs/heads/topic", "first");
  const main = await (await scanRepository({ repository: `o/${name}` })).json<Report>();
  const answer = await scanRepository({ repository: `o/${name}`, ref: "topic" });
  expect(answer.headers.get("X-Cache")).toBe("hit");
  const topic = await answer.json<Report>();
  expect([main, topic].map(({ input }) => input.repository?.ref)).toEqual(["main", "topic"]);
  expect({ ...topic, id: main.id, input: main.input }).toEqual(main);
  expect(await (await read(answer.headers.get("Location") ?? "")).json()).toEqual(topic);
  expect(await archivesOf(name)).toHaveLength(1);
});

it("serves what was there while it looks whether the ref has moved", async () => {
  const name = unique("plain");
  const commit = async () =>
    (await (await scanRepository({ repository: `o/${name}` })).json<Report>()).input.repository?.commit;
  expect(await commit()).toBe(commitOf(name, "first"));
  await moveRef(name, "refs/heads/main", "second");
  await ageRefs(name);
  expect(await commit()).toBe(commitOf(name, "first"));
  await settled(async () => (await commit()) === commitOf(name, "second"));
});

it.each([
  ["gone", 404, "repository-not-found", null],
  ["private", 404, "repository-not-found", null],
  ["page", 404, "repository-not-found", null],
  ["elsewhere", 404, "repository-not-found", null],
  ["lost", 404, "repository-not-found", null],
  ["astray", 404, "repository-not-found", null],
  ["limited", 503, "upstream-unavailable", "120"],
  ["busy", 503, "upstream-unavailable", "90"],
  ["quota", 503, "upstream-unavailable", "300"],
  ["down", 503, "upstream-unavailable", "30"],
  ["silent", 503, "upstream-unavailable", "30"],
  ["stalling", 503, "upstream-unavailable", "30"],
  ["gibberish", 502, "upstream-unavailable", "30"],
  ["mute", 502, "upstream-unavailable", "30"],
  ["circling", 502, "upstream-unavailable", "30"],
  ["cut", 502, "upstream-unavailable", "30"],
  ["broken", 502, "upstream-unavailable", "30"],
  ["lying", 502, "upstream-unavailable", "30"],
  ["login", 502, "upstream-unavailable", "30"],
  ["snakeless", 422, "no-python-project", null],
])("answers a %s repository with %i %s", async (word, status, code, retryAfter) => {
  const answer = await scanRepository({ repository: `https://github.com/o/${unique(word)}` });
  const problem = await answer.json<ProblemDocument>();
  expect(problem).toMatchObject({ status, code });
  expect(answer.status).toBe(status);
  const wait = answer.headers.get("Retry-After");
  if (retryAfter === null) expect(wait).toBeNull();
  else expect(Math.abs(Number(wait) - Number(retryAfter))).toBeLessThan(5);
});

it("tries again what is worth it", async () => {
  const name = unique("flaky");
  expect((await scanRepository({ repository: `https://codeberg.org/o/${name}` })).status).toBe(200);
  expect(await archivesOf(name)).toHaveLength(3);
});

it("reads once more what broke off", async () => {
  const name = unique("breaking");
  expect((await scanRepository({ repository: `https://codeberg.org/o/${name}` })).status).toBe(200);
  expect(await asked(`${name}.git/info/refs`)).toHaveLength(2);
  expect(await archivesOf(name)).toHaveLength(2);
});

it("answers what is known while a forge wants to be left alone", async () => {
  const name = unique("tiring");
  const scan = (more: object = {}) => scanRepository({ repository: `o/${name}`, ...more });
  expect((await scan()).status).toBe(200);
  await ageRefs(name);
  for (let count = 0; count < 3; count++) expect((await scan()).status).toBe(200);
  await settled(async () => (await asked(`${name}.git/info/refs`)).length === 2);
  expect((await scan()).status).toBe(200);
  const refreshed = await scan({ refresh: true });
  expect(refreshed.status).toBe(503);
  expect(Number(refreshed.headers.get("Retry-After"))).toBeGreaterThan(100);
  expect(await asked(`${name}.git/info/refs`)).toHaveLength(2);
});

it("leaves a forge alone for as long as it asks", async () => {
  const name = unique("limited");
  for (let count = 0; count < 3; count++) {
    expect((await scanRepository({ repository: `o/${name}` })).status).toBe(503);
  }
  expect(await asked(name)).toHaveLength(1);
});

it.each([
  [{ repository: "https://example.com/o/r" }, 422, "host-not-allowed"],
  [{ repository: "http://127.0.0.1:9001/o/r" }, 422, "host-not-allowed"],
  [{ repository: "https://github.com/o" }, 400, "invalid-request"],
  [{ repository: "o/r", ref: "a..b" }, 400, "invalid-request"],
  [{ repository: "o/r", ref: "--upload-pack=x" }, 400, "invalid-request"],
  [{ repository: "o/r", subdirectory: "../x" }, 400, "invalid-request"],
  [{ repository: "o/r", commit: "x" }, 400, "invalid-request"],
  [{ repository: 1 }, 400, "invalid-request"],
  [[], 400, "invalid-request"],
  ["no json", 400, "invalid-request"],
])("refuses %j", async (body, status, code) => {
  const answer = await scanRepository(body);
  expect(await answer.json()).toMatchObject({ status, code });
});

it("says which ref there is none of", async () => {
  const answer = await scanRepository({ repository: `o/${unique("plain")}`, ref: "nowhere" });
  expect(await answer.json()).toMatchObject({ status: 404, code: "repository-not-found" });
});

it("tells the stages of a scan to all who wait for it, whenever they came", async () => {
  const repository = `o/${unique("slow")}`;
  const scan = async () => {
    const answer = await scanRepository({ repository }, { Accept: "application/x-ndjson" });
    const lines = (await answer.text()).trimEnd().split("\n");
    expect(JSON.parse(lines.at(-1) ?? "")).toHaveProperty("score");
    return lines.slice(0, -1).map((line) => (JSON.parse(line) as { stage: string }).stage);
  };
  const late = scheduler.wait(100).then(scan);
  for (const stages of await Promise.all([scan(), scan(), late]))
    expect([...new Set(stages)]).toEqual(["resolve", "download", "lint", "judge", "store"]);
});

it("answers at once with a job where a client prefers that", async () => {
  const name = unique("slow");
  const answer = await scanRepository({ repository: `o/${name}` }, { Prefer: "respond-async, wait=5" });
  expect(answer.status).toBe(202);
  const location = answer.headers.get("Location") ?? "";
  await settled(async () => (await (await read(location)).json<{ state: string }>()).state === "done");
  const { scan } = await (await read(location)).json<{ scan: string }>();
  expect((await (await read(`/v1/scans/${scan}`)).json<Report>()).input.repository?.path).toBe(`o/${name}`);
});

it("shows in a job what went wrong", async () => {
  const answer = await scanRepository({ repository: `o/${unique("cut")}` }, { Prefer: "respond-async" });
  const location = answer.headers.get("Location") ?? "";
  await settled(async () => (await (await read(location)).json<{ state: string }>()).state === "failed");
  expect(await (await read(location)).json()).toMatchObject({
    problem: { code: "upstream-unavailable", status: 502 },
  });
});

it.each(["nonsense", "0".repeat(80)])("knows no job %s", async (id) => {
  expect((await read(`/v1/jobs/${id}`)).status).toBe(404);
});

it("makes a report anew that the store has lost", async () => {
  const name = unique("plain");
  const { id } = await (await scanRepository({ repository: `o/${name}` })).json<Report>();
  await env.REPORTS.put(`report:${id}`, "damaged");
  await env.RECENT_REPORTS.getByName(id.charAt(0)).put(`report:${id}`, "damaged");
  expect((await scanRepository({ repository: `o/${name}` })).status).toBe(200);
});
