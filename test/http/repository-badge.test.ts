/** Badges of repositories: at once, of the same record as the report, and never an error kept for long. */
import { expect, it } from "vitest";
import type { Report } from "../../src/report/schema.ts";
import { commitOf } from "../forge/forge-double.ts";
import { ageRefs, archivesOf, asked, moveRef, read, scanRepository, settled, unique } from "./ask-worker.ts";

const shield = async (path: string) =>
  (await read(`/badge/github.com/o/${path}`)).json<{ message: string; isError?: true }>();

it("says at once that it scans, and shows the grade when that is done", async () => {
  const name = unique("slow");
  const first = await read(`/badge/github.com/o/${name}.svg`);
  expect(first.status).toBe(200);
  expect(await first.text()).toContain("scanning");
  expect(first.headers.get("Cache-Control")).toBe("public, max-age=5");
  await settled(async () => /^[A-F]$/.test((await shield(`${name}.json`)).message));
  const badge = await (await read(`/badge/github.com/o/${name}.svg`)).text();
  const answer = await read(`/v1/repositories/github.com/o/${name}`);
  expect(answer.headers.get("X-Cache")).toBe("hit");
  const { score, scannedAt } = await answer.json<Report>();
  const title = /<title>([^<]*)<\/title>/.exec(badge)?.[1];
  for (const part of [`score ${score} `, scannedAt.slice(0, 10), commitOf(name, "first").slice(0, 12)])
    expect(title).toContain(part);
  expect(await archivesOf(name)).toHaveLength(1);
});

it("starts one scan for fifty badges", async () => {
  const name = unique("slow");
  await Promise.all(Array.from({ length: 50 }, () => shield(`${name}.json`)));
  await scanRepository({ repository: `o/${name}` });
  expect(await archivesOf(name)).toHaveLength(1);
});

it("answers who has it with 304", async () => {
  const name = unique("plain");
  await scanRepository({ repository: `o/${name}` });
  const path = `/badge/github.com/o/${name}.svg?style=flat-square&label=ready&metric=score`;
  const badge = await read(path);
  expect(badge.headers.get("Cache-Control")).toBe("public, max-age=300");
  const again = await read(path, { "If-None-Match": badge.headers.get("ETag") ?? "" });
  expect(again.status).toBe(304);
});

it("takes ref and folder, and slashes as they come", async () => {
  const name = unique("plain");
  const repository = `https://gitlab.com/group/sub/${name}`;
  const report = await (
    await scanRepository({ repository, ref: "feature/x", subdirectory: "services/api" })
  ).json<Report>();
  const query = "?ref=feature/x&subdirectory=services/api&metric=score";
  for (const path of [`group/sub/${name}`, `group%2Fsub%2F${name}`]) {
    const badge = await read(`/badge/gitlab.com/${path}.json${query}`);
    expect(await badge.json()).toMatchObject({ message: `${report.score} / 100` });
    const again = await read(`/v1/repositories/gitlab.com/${path}?ref=feature/x&subdirectory=services/api`);
    expect((await again.json<Report>()).id).toBe(report.id);
  }
});

it.each([
  ["gone", "not found"],
  ["down", "forge unavailable"],
  ["limited", "forge unavailable"],
  ["snakeless", "no Python"],
  ["cut", "forge unavailable"],
])("is grey for a %s repository, and says why", async (word, message) => {
  const name = unique(word);
  await settled(async () => (await shield(`${name}.json`)).message === message);
  const badge = await read(`/badge/github.com/o/${name}.svg`);
  expect(badge.status).toBe(200);
  expect(badge.headers.get("Cache-Control")).toBe("public, max-age=60");
  expect(await badge.text()).toMatch(/<title>[A-Z][^<]{10,}<\/title>/);
  const before = (await asked(name)).length;
  await shield(`${name}.json`);
  expect((await asked(name)).length).toBe(before);
});

it.each(["example.com/o/r", "github.com/only-an-owner", "127.0.0.1/o/r"])(
  "asks nothing of %s",
  async (path) => {
    const badge = await read(`/badge/${path}.json`);
    expect(await badge.json()).toMatchObject({ isError: true });
    expect(await asked(path)).toEqual([]);
  },
);

it("shows the commit before while it scans a new one", async () => {
  const name = unique("slow");
  await scanRepository({ repository: `o/${name}` });
  await moveRef(name, "refs/heads/main", "second");
  await ageRefs(name);
  const title = async () => (await read(`/badge/github.com/o/${name}.svg`)).text();
  expect(await title()).toContain(commitOf(name, "first").slice(0, 12));
  await settled(async () => (await title()).includes(commitOf(name, "second").slice(0, 12)));
});

it("shows the commit before of a branch that stood where another did", async () => {
  const name = unique("slow");
  await moveRef(name, "refs/heads/topic", "first");
  await scanRepository({ repository: `o/${name}` });
  await scanRepository({ repository: `o/${name}`, ref: "topic" });
  await moveRef(name, "refs/heads/topic", "second");
  await ageRefs(name);
  const title = async () => (await read(`/badge/github.com/o/${name}.svg?ref=topic`)).text();
  for (let count = 0; count < 3; count++) expect(await title()).toContain("commit");
  await settled(async () => (await title()).includes(commitOf(name, "second").slice(0, 12)));
});

it("lists what was scanned, newest first, a page at a time", async () => {
  const name = unique("plain");
  const contents = ["first", "second", "third"];
  for (const content of contents) {
    await moveRef(name, "refs/heads/main", content);
    await scanRepository({ repository: `o/${name}`, refresh: true });
  }
  const path = `/v1/repositories/github.com/o/${name}/-/history?limit=2`;
  type History = { scans: { commit: string; ref: string }[]; next?: string };
  const first = await (await read(path)).json<History>();
  const second = await (await read(`${path}&cursor=${first.next}`)).json<History>();
  expect([...first.scans, ...second.scans].map(({ commit }) => commit)).toEqual(
    contents.map((content) => commitOf(name, content)).reverse(),
  );
  expect(second.next).toBeUndefined();
});

it("compares two reports", async () => {
  const name = unique("plain");
  const id = async (subdirectory?: string) =>
    (
      await (
        await scanRepository({ repository: `o/${name}`, ...(subdirectory ? { subdirectory } : {}) })
      ).json<Report>()
    ).id;
  const [base, head] = [await id(), await id("services/api")];
  type Comparison = { score: number; fixed: { rule: string }[]; broken: { rule: string }[] };
  const forth = await (await read(`/v1/compare?base=${base}&head=${head}`)).json<Comparison>();
  const back = await (await read(`/v1/compare?base=${head}&head=${base}`)).json<Comparison>();
  expect(forth.score).toBeCloseTo(-back.score);
  expect(forth.fixed.map(({ rule }) => rule)).toEqual(back.broken.map(({ rule }) => rule));
  expect([...forth.fixed, ...forth.broken]).not.toEqual([]);
});
