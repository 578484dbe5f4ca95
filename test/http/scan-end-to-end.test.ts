/** The deployed Worker itself, Ruff and all, on real archives. */
import { reset } from "cloudflare:test";
import { env, exports } from "cloudflare:workers";
import JSZip from "jszip";
import { afterEach, beforeAll, expect, it } from "vitest";
import type { ProblemDocument } from "../../src/http/problems.ts";
import type { Report } from "../../src/report/schema.ts";
import { expectDocumented } from "./documented.ts";

let example: Uint8Array<ArrayBuffer>;
beforeAll(async () => {
  const file = await env.ASSETS.fetch("https://pyready.test/assets/example.zip");
  example = new Uint8Array(await file.arrayBuffer());
});
afterEach(() => reset());

const post = (body: BodyInit, query = "", headers: Record<string, string> = {}): Promise<Response> =>
  exports.default.fetch(`https://pyready.test/v1/scans${query}`, {
    method: "POST",
    body,
    headers: { "Content-Type": "application/zip", ...headers },
  });

async function zip(files: Record<string, string>): Promise<Uint8Array<ArrayBuffer>> {
  const archive = new JSZip();
  for (const [path, text] of Object.entries(files)) archive.file(path, text);
  return new Uint8Array(await archive.generateAsync({ type: "arraybuffer" }));
}

it("judges the example project as the document says", async () => {
  const answer = await post(example);
  expect(answer.status).toBe(200);
  await expectDocumented("POST /v1/scans", answer);
  const report = await answer.json<Report>();
  expect(report.project).toMatchObject({ name: "bookmarks", pythonFiles: 6 });
  expect(report.results.filter(({ outcome }) => outcome === "error")).toEqual([]);
});

it("gives points that add up to score and categories", async () => {
  const { results, score, categories } = await (await post(example)).json<Report>();
  const sum = (key: "earned" | "possible", category?: string) =>
    results
      .filter((result) => category === undefined || result.category === category)
      .reduce((total, { points }) => total + points[key], 0);
  expect(score).toBeCloseTo((100 * sum("earned")) / sum("possible"), 1);
  for (const { id, earned, possible } of categories) {
    expect(earned).toBeCloseTo(sum("earned", id), 2);
    expect(possible).toBeCloseTo(sum("possible", id), 2);
  }
});

it("points only to files and lines that are there", async () => {
  const files = await JSZip.loadAsync(example);
  const { results, project, checklist } = await (await post(example)).json<Report>();
  const evidence = [...results, ...project.kinds, ...checklist].flatMap(({ evidence }) => evidence ?? []);
  for (const { path, startLine } of evidence) {
    const text = await files.file(`bookmarks/${path}`)?.async("string");
    expect(text, path).toBeDefined();
    expect(startLine).toBeLessThanOrEqual(text?.split("\n").length ?? 0);
  }
});

it("answers the second post with the same bytes, and finds report and badge under the id", async () => {
  const first = await post(example);
  const second = await post(example);
  const body = await first.text();
  expect([first, second].map(({ headers }) => headers.get("X-Cache"))).toEqual(["miss", "hit"]);
  expect(await second.text()).toBe(body);
  const { id, grade } = JSON.parse(body) as Report;
  const read = (path: string) => exports.default.fetch(`https://pyready.test${path}`);
  expect(await (await read(`/v1/scans/${id}`)).text()).toBe(body);
  expect(await (await read(`/badge/scans/${id}.json`)).json()).toMatchObject({ message: grade });
});

it("tells the stages of a scan in their order", async () => {
  const answer = await post(example, "", { Accept: "application/x-ndjson" });
  const lines = new TextDecoder()
    .decode(await answer.arrayBuffer())
    .trimEnd()
    .split("\n");
  const stages = lines.slice(0, -1).map((line) => (JSON.parse(line) as { stage: string }).stage);
  expect([...new Set(stages)]).toEqual(["unpack", "lint", "judge", "store"]);
  expect(JSON.parse(lines.at(-1) ?? "")).toHaveProperty("score");
});

it.each([
  ["archive-unreadable", async () => "no archive", ""],
  ["archive-unreadable", async () => example.slice(0, 1_500), ""],
  ["no-python-project", () => zip({ "README.md": "Hello" }), ""],
  ["subdirectory-not-found", async () => example, "?subdirectory=nowhere"],
])("answers %s", async (code, body, query) => {
  const answer = await post(await body(), query);
  expect(answer.status).toBe(422);
  expect((await answer.json<ProblemDocument>()).code).toBe(code);
});

it("survives a project of broken files", async () => {
  const files = {
    "pyproject.toml": "[project\nname=",
    "setup.cfg": "[[[",
    "app.py": "def (:\n",
    "poetry.lock": "\0\0",
  };
  const answer = await post(await zip(files));
  expect(answer.status).toBe(200);
  const { results } = await answer.json<Report>();
  expect(results.filter(({ outcome }) => outcome === "error")).toEqual([]);
});
