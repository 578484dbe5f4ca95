/** What goes wrong around a scan: it is answered all the same, or the problem is clear. */
import { abortAllDurableObjects } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, it, vi } from "vitest";
import { rules } from "../../rules/index.ts";
import { judgeArchive } from "../../src/http/judge.ts";
import type { ProblemDocument } from "../../src/http/problems.ts";
import type { Report } from "../../src/report/schema.ts";
import { zip } from "../archive/build-archive.ts";
import { filesAt } from "../forge/forge-double.ts";
import { ask, post } from "./ask.ts";
import { archivesOf, read, scanRepository, settled, unique } from "./ask-worker.ts";

it("answers a scan although every object is restarted in the middle of it", async () => {
  const name = unique("slow");
  const waiting = scanRepository({ repository: `o/${name}` });
  await settled(async () => (await archivesOf(name)).length === 1);
  await abortAllDurableObjects();
  const answer = await waiting;
  expect(answer.status).toBe(200);
  const { id } = await answer.json<Report>();
  expect((await read(`/v1/scans/${id}`)).status).toBe(200);
});

it("ends a job well although every object is restarted in the middle of it", async () => {
  const name = unique("slow");
  const started = await scanRepository({ repository: `o/${name}` }, { Prefer: "respond-async" });
  await settled(async () => (await archivesOf(name)).length === 1);
  await abortAllDurableObjects();
  const location = started.headers.get("Location") ?? "";
  await settled(async () => (await (await read(location)).json<{ state: string }>()).state === "done");
  const badge = await read(`/badge/github.com/o/${name}.json`);
  expect((await badge.json<{ message: string }>()).message).toMatch(/^[A-F]$/);
});

it.each(rules.map((rule) => [rule.id, rule] as const))(
  "costs its own verdict only when %s throws",
  async (id, rule) => {
    const check = vi.spyOn(rule, "check").mockImplementation(() => {
      throw new RangeError("Maximum call stack size exceeded");
    });
    const body = (await zip(filesAt(id, "first"))) as Uint8Array<ArrayBuffer>;
    const answer = await post(body, { judge: judgeArchive }, `?artifact=repository&kind=${kindOf(rule)}`);
    check.mockRestore();
    expect(answer.status).toBe(200);
    const { results, score } = await answer.json<Report>();
    expect(results.find((result) => result.rule === id)).toMatchObject({
      outcome: "error",
      points: { earned: 0, possible: 0 },
      reason: "The rule failed: RangeError: Maximum call stack size exceeded",
    });
    expect(results.filter(({ outcome }) => outcome === "error")).toHaveLength(1);
    expect(score).toBeGreaterThan(0);
  },
);

const kindOf = ({ kinds }: (typeof rules)[number]): string =>
  kinds === "all" ? "library" : (kinds[0] ?? "");

it("does not call a configuration that cannot be read healthy", async () => {
  const answer = await ask("/health", { bindings: { UPLOAD_BYTES: "many" } });
  expect(answer.status).toBe(500);
  expect((await answer.json<ProblemDocument>()).code).toBe("internal-error");
});

it("never lists the keys of KV, which is slow and may be behind", async () => {
  const list = () => Promise.reject(new Error("KV LIST failed: 503"));
  const REPORTS = new Proxy(env.REPORTS, {
    get: (kv, name: keyof KVNamespace) =>
      name === "list" ? list : typeof kv[name] === "function" ? kv[name].bind(kv) : kv[name],
  });
  const answer = await post("project", { bindings: { REPORTS } });
  expect((await ask(answer.headers.get("Location") ?? "", { bindings: { REPORTS } })).status).toBe(200);
});
