/** Private code, and pushes: what nobody else may read, and who may have a repository scanned. */

import { exports } from "cloudflare:workers";
import { createHmac } from "node:crypto";
import { expect, it, vi } from "vitest";
import type { Report } from "../../src/report/schema.ts";
import { zip } from "../archive/build-archive.ts";
import { commitOf, filesAt } from "../forge/forge-double.ts";
import { archivesOf, asked, moveRef, read, scanRepository, settled, unique } from "./ask-worker.ts";

const TOKEN = "glpat-secret-token";

it.each(["github.com", "gitlab.com", "codeberg.org", "bitbucket.org"])(
  "reads a private repository of %s with its owner's token, which goes nowhere else",
  async (host) => {
    const name = unique("private");
    const log = vi.spyOn(console, "log").mockImplementation(() => {});
    const answer = await scanRepository(
      { repository: `https://${host}/o/${name}` },
      { "X-Forge-Token": TOKEN },
    );
    expect(answer.status).toBe(200);
    expect((await answer.json<Report>()).input.repository?.commit).toBe(commitOf(name, "first"));
    expect(JSON.stringify(log.mock.calls)).not.toContain(TOKEN);
    log.mockRestore();
    for (const { path, headers } of await asked(name)) {
      const sent = JSON.stringify(headers).includes(TOKEN) || JSON.stringify(headers).includes("Basic");
      expect(sent, path).toBe(path.startsWith(host) || path.startsWith(`api.${host}`));
    }
  },
);

it("lets nobody else find or join a private scan", async () => {
  const name = unique("private-slow");
  const repository = `o/${name}`;
  const own = scanRepository({ repository }, { "X-Forge-Token": TOKEN });
  const stranger = await scanRepository({ repository });
  expect(stranger.status).toBe(404);
  const { id } = await (await own).json<Report>();
  const again = await (await scanRepository({ repository }, { "X-Forge-Token": TOKEN })).json<Report>();
  expect(again.id).not.toBe(id);
  expect(await archivesOf(name)).toHaveLength(2);
  expect((await scanRepository({ repository })).status).toBe(404);
  expect((await scanRepository({ repository, ref: commitOf(name, "first") })).status).toBe(404);
  expect((await read(`/v1/repositories/github.com/${repository}`)).status).toBe(404);
  expect(await (await read(`/v1/repositories/github.com/${repository}/-/history`)).json()).toEqual({
    scans: [],
  });
  expect(await (await read(`/badge/github.com/${repository}.json`)).json()).toMatchObject({ isError: true });
  expect(await (await read(`/badge/scans/${id}.json`)).json()).toMatchObject({ message: "unknown" });
  const report = await read(`/v1/scans/${id}`);
  expect(report.status).toBe(200);
  expect(report.headers.get("Cache-Control")).toBe("private, no-store");
});

it("takes nothing from a private scan for an upload of the same files", async () => {
  const name = unique("private");
  await scanRepository({ repository: `o/${name}` }, { "X-Forge-Token": TOKEN });
  const upload = await exports.default.fetch("https://pyready.test/v1/scans", {
    method: "POST",
    body: (await zip(filesAt(name, "first"))) as Uint8Array<ArrayBuffer>,
    headers: { "Content-Type": "application/zip" },
  });
  expect(upload.status).toBe(200);
  expect(upload.headers.get("X-Cache")).toBe("miss");
});

it("makes no job of a private scan", async () => {
  const headers = { "X-Forge-Token": TOKEN, Prefer: "respond-async" };
  expect((await scanRepository({ repository: `o/${unique("private")}` }, headers)).status).toBe(200);
});

it.each(["", "two words", "line\u00e9"])("refuses %j for a token", async (token) => {
  const answer = await scanRepository({ repository: "o/r" }, { "X-Forge-Token": token });
  expect(answer.status).toBe(400);
});

const push = (body: string, signature: string, event = "push"): Promise<Response> =>
  exports.default.fetch("https://pyready.test/webhooks/github", {
    method: "POST",
    body,
    headers: {
      "X-Hub-Signature-256": signature,
      "X-GitHub-Event": event,
      "Content-Type": "application/json",
    },
  });

const sign = (body: string): string =>
  `sha256=${createHmac("sha256", "It's a Secret to Everybody").update(body).digest("hex")}`;

const event = (name: string, more: object = {}): string =>
  JSON.stringify({
    ref: "refs/heads/main",
    repository: { html_url: `https://github.com/o/${name}`, default_branch: "main" },
    ...more,
  });

it("knows GitHub's signature by the example of its documentation", () => {
  const signature = "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17";
  expect(sign("Hello, World!")).toBe(signature);
});

it("looks at a repository when a push tells of it", async () => {
  const name = unique("plain");
  await scanRepository({ repository: `o/${name}` });
  await moveRef(name, "refs/heads/main", "second");
  const body = event(name);
  expect((await push(body, sign(body))).status).toBe(202);
  for (const query of ["", "?ref=main"])
    await settled(async () =>
      (await (await read(`/badge/github.com/o/${name}.svg${query}`)).text()).includes(
        commitOf(name, "second").slice(0, 12),
      ),
    );
  expect(await asked(`${name}.git/info/refs`)).toHaveLength(2);
});

it.each([
  ["no signature", ""],
  ["another secret's", `sha256=${createHmac("sha256", "guess").update(event("plain")).digest("hex")}`],
  ["an empty secret's", `sha256=${createHmac("sha256", "").update(event("plain")).digest("hex")}`],
  ["another body's", sign("Hello, World!")],
  ["SHA-1", "sha1=0123"],
])("refuses a push with %s", async (_, signature) => {
  const answer = await push(event("plain"), signature);
  expect(answer.status).toBe(401);
  expect(await answer.json()).toMatchObject({ code: "unauthorized" });
});

it.each([
  ["a ping", event("quiet"), "ping"],
  ["another branch", event("quiet", { ref: "refs/heads/topic" }), "push"],
  ["a tag", event("quiet", { ref: "refs/tags/v1" }), "push"],
  ["a deletion", event("quiet", { deleted: true }), "push"],
])("does nothing about %s", async (_, body, kind) => {
  expect((await push(body, sign(body), kind)).status).toBe(204);
  expect(await asked("o/quiet")).toEqual([]);
});
