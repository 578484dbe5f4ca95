/** The operator's token for GitHub, and a rule set that is new. */
import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import { readConfig } from "../../src/http/environment.ts";
import { scanRepository as scan } from "../../src/http/scan-repository.ts";
import { createRecordStore } from "../../src/store/record-store.ts";
import { commitOf } from "../forge/forge-double.ts";
import { sampleJudge } from "./ask.ts";
import { archivesOf, asked, read, scanRepository, unique } from "./ask-worker.ts";

const store = createRecordStore({
  kv: env.REPORTS,
  recent: env.RECENT_REPORTS,
  waitMs: 1_000,
  onFault: () => {},
  waitUntil: () => {},
});

it.each([
  ["github.com", "https://github.com", true],
  ["github.com", "http://127.0.0.1:9000", false],
  ["gitlab.com", "https://gitlab.com", false],
])("is sent to GitHub alone (%s at %s)", async (host, baseUrl, sent) => {
  const name = unique("plain");
  const config = { ...readConfig(env).repositories, githubToken: "operators-own" };
  const forge = { host, kind: host === "gitlab.com" ? ("gitlab" as const) : ("github" as const), baseUrl };
  const target = { name: { forge, path: `o/${name}` }, ref: "main", commit: commitOf(name, "first") };
  await scan(target, { store, config, judge: sampleJudge, onStage: () => {} });
  const hosts = (await asked(name))
    .filter(({ headers }) => JSON.stringify(headers).includes("operators-own"))
    .map(({ headers }) => headers.host);
  expect(hosts).toEqual(sent ? ["api.github.com"] : []);
});

it("is not used for what has become private since its ref was looked up", async () => {
  const name = unique("private");
  const config = { ...readConfig(env).repositories, githubToken: "operators-own" };
  const forge = { host: "github.com", kind: "github" as const, baseUrl: "https://github.com" };
  const target = { name: { forge, path: `o/${name}` }, ref: "main", commit: commitOf(name, "first") };
  const scanned = scan(target, { store, config, judge: sampleJudge, onStage: () => {} });
  await expect(scanned).rejects.toMatchObject({ code: "repository-not-found" });
  expect(JSON.stringify(await asked(name))).not.toContain("operators-own");
});

it("serves the report of the rule set before until that of the new one is there", async () => {
  const name = unique("slow");
  await scanRepository({ repository: `o/${name}` });
  const coordinator = env.REPOSITORIES.getByName(`github.com/o/${name}`);
  await runInDurableObject(coordinator, (_, state) => {
    state.storage.sql.exec("UPDATE reports SET ruleset = 'before'");
  });
  const badge = await read(`/badge/github.com/o/${name}.json`);
  expect((await badge.json<{ message: string }>()).message).toMatch(/^[A-F]$/);
  expect(badge.headers.get("Cache-Control")).toBe("public, max-age=60");
  const answer = await scanRepository({ repository: `o/${name}` });
  expect(answer.headers.get("X-Cache")).toBe("miss");
  expect(await archivesOf(name)).toHaveLength(2);
});
