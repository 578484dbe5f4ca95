/** Servers that want a token for scans: what is there is shown to anyone, nothing is scanned without one. */
import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import { readConfig } from "../../src/http/environment.ts";
import type { ProblemDocument } from "../../src/http/problems.ts";
import type { Report } from "../../src/report/schema.ts";
import { commitOf } from "../forge/forge-double.ts";
import { type Asked, ask, post } from "./ask.ts";
import { ageRefs, archivesOf, asked, moveRef, settled, unique } from "./ask-worker.ts";

const bindings = { API_TOKENS: "first-token, second-token" };
const withToken = (token: string): Asked => ({ bindings, headers: { Authorization: `Bearer ${token}` } });
const repositoryPath = (name: string): string => `/v1/repositories/github.com/o/${name}`;

it("takes any of its tokens, and no other", async () => {
  for (const token of ["first-token", "second-token"])
    expect((await post("one", withToken(token))).status).toBe(200);
  for (const token of ["first-toke", "first-token,", "first-tokem", "", "first-token second-token"])
    expect((await post("one", withToken(token))).status).toBe(401);
  const headers = { Authorization: "Basic first-token" };
  expect((await post("one", { bindings, headers })).status).toBe(401);
  expect((await post("one", { bindings, headers: { Authorization: "bearer first-token" } })).status).toBe(
    200,
  );
});

it("says what it wants", async () => {
  const none = await post("one", { bindings });
  expect(none.headers.get("WWW-Authenticate")).toBe('Bearer realm="pyready"');
  expect(await none.json<ProblemDocument>()).toMatchObject({ status: 401, code: "unauthorized" });
  const wrong = await post("one", withToken("guessed"));
  expect(wrong.headers.get("WWW-Authenticate")).toBe('Bearer realm="pyready", error="invalid_token"');
  expect(await wrong.text()).not.toContain("guessed");
});

it("refuses before it reads what is sent", async () => {
  let pulled = 0;
  const body = new ReadableStream({
    pull() {
      pulled++;
    },
  });
  expect((await post(body, { bindings })).status).toBe(401);
  expect(pulled).toBeLessThan(2);
});

it("scans no repository for who has none, however it is asked for", async () => {
  const name = unique("plain");
  const init = {
    method: "POST",
    body: JSON.stringify({ repository: `o/${name}` }),
    headers: { "Content-Type": "application/json" },
  };
  const cold = await ask(repositoryPath(name), { bindings });
  expect(cold.status).toBe(401);
  expect(cold.headers.get("WWW-Authenticate")).toBe('Bearer realm="pyready"');
  expect((await ask("/v1/scans", { bindings, ...init })).status).toBe(401);
  const forged = { ...init.headers, "X-Forge-Token": "a-forge-token" };
  expect((await ask("/v1/scans", { bindings, ...init, headers: forged })).status).toBe(401);
  const badge = await ask(`/badge/github.com/o/${name}.json`, { bindings });
  expect(badge.status).toBe(200);
  expect(await badge.json()).toMatchObject({ message: "unknown", isError: true });
  const svg = await (await ask(`/badge/github.com/o/${name}.svg`, { bindings })).text();
  expect(svg).toContain("token");
  expect(await asked(name)).toEqual([]);
});

it("asks for a token on the page of a repository that was never scanned", async () => {
  const name = unique("plain");
  expect((await ask(`/report/github.com/o/${name}`, { bindings })).status).toBe(401);
  expect(await asked(name)).toEqual([]);
});

it("shows what is there to anyone, and starts nothing for them", async () => {
  const name = unique("plain");
  expect((await ask(repositoryPath(name), withToken("first-token"))).status).toBe(200);
  await moveRef(name, "refs/heads/main", "second");
  await ageRefs(name);
  const before = (await asked(name)).length;
  const report = await ask(repositoryPath(name), { bindings });
  expect((await report.json<Report>()).input.repository?.commit).toBe(commitOf(name, "first"));
  const badge = await ask(`/badge/github.com/o/${name}.json`, { bindings });
  expect((await badge.json<{ message: string }>()).message).toMatch(/^[A-F]$/);
  await scheduler.wait(200);
  expect(await asked(name)).toHaveLength(before);
  expect(await archivesOf(name)).toHaveLength(1);
});

it("shows the report of the rule set before to those who may not have it scanned anew", async () => {
  const name = unique("plain");
  await (await ask(repositoryPath(name), withToken("first-token"))).text();
  await runInDurableObject(env.REPOSITORIES.getByName(`github.com/o/${name}`), (_, { storage }) => {
    storage.sql.exec("UPDATE reports SET ruleset = 'before'");
  });
  expect((await ask(repositoryPath(name), { bindings })).status).toBe(200);
  const badge = await ask(`/badge/github.com/o/${name}.json`, { bindings });
  expect((await badge.json<{ message: string }>()).message).toMatch(/^[A-F]$/);
  expect(await archivesOf(name)).toHaveLength(1);
  await ask(`/badge/github.com/o/${name}.json`, withToken("second-token"));
  await settled(async () => (await archivesOf(name)).length === 2);
});

it("leads from the address of a folder to its report without a token, and asks no forge for it", async () => {
  const name = unique("plain");
  const folder = "?ref=feature/x&subdirectory=services/api";
  expect((await ask(`${repositoryPath(name)}${folder}`, withToken("first-token"))).status).toBe(200);
  const before = (await asked(name)).length;
  const lead = (way: string) =>
    ask(`/report?${new URLSearchParams({ repository: `https://github.com/o/${name}/${way}` })}`, {
      bindings: { ...bindings, SCANS: { limit: async () => ({ success: false }) } },
    });
  const known = await lead("tree/feature/x/services/api");
  expect([known.status, known.headers.get("Location")]).toEqual([
    303,
    `/report/github.com/o/${name}?ref=feature%2Fx&subdirectory=services%2Fapi`,
  ]);
  for (const way of ["tree/feature/x/services", "tree/feature/x", "tree/main/services/api"])
    expect((await lead(way)).status).toBe(401);
  expect(await asked(name)).toHaveLength(before);
});

it("waits with anyone for a scan that another has started", async () => {
  const name = unique("slow");
  const first = ask(repositoryPath(name), withToken("first-token"));
  await settled(async () => (await archivesOf(name)).length === 1);
  expect((await ask(repositoryPath(name), { bindings })).status).toBe(200);
  expect((await first).status).toBe(200);
});

it.each([
  ["one", ["one"]],
  [" one ,two\nthree\r\n", ["one", "two", "three"]],
  ["", undefined],
  [" \n", undefined],
])("reads API_TOKENS %j", (API_TOKENS, tokens) => {
  expect(readConfig({ ...env, API_TOKENS }).apiTokens).toEqual(tokens);
});

it("does not start with separators for tokens", () => {
  expect(() => readConfig({ ...env, API_TOKENS: ",," })).toThrow("API_TOKENS");
});
