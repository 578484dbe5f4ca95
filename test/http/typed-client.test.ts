/** The typed client of docs/clients, over every operation of the document that its types are made from. */
import { reset } from "cloudflare:test";
import { exports } from "cloudflare:workers";
import { afterEach, expect, it } from "vitest";
import { connect, ProblemError, scanArchive, scanRepository, unwrap } from "../../docs/clients/typescript.ts";
import openapi from "../../openapi/openapi.json" with { type: "json" };
import { tarGz } from "../archive/build-archive.ts";
import { unique } from "./ask-worker.ts";

afterEach(() => reset());

const called = new Set<string>();
const client = connect("https://pyready.test", (request) => exports.default.fetch(request));
client.use({
  onRequest({ request, schemaPath }) {
    called.add(`${request.method} ${schemaPath}`);
  },
});

const archive = async (content = "print(1)\n"): Promise<Blob> =>
  new Blob([
    (await tarGz({
      "pyproject.toml": '[project]\nname = "shop"\n',
      "shop.py": content,
    })) as Uint8Array<ArrayBuffer>,
  ]);

it("scans an archive, and reads the report again in every format", async () => {
  const report = await scanArchive(client, await archive());
  expect(report.project.name).toBe("shop");
  const path = { id: report.id };
  expect(unwrap(await client.GET("/v1/scans/{id}", { params: { path } }))).toEqual(report);
  const sarif = unwrap(
    await client.GET("/v1/scans/{id}", { params: { path, query: { format: "sarif" } } }),
  ) as { version: string };
  expect(sarif.version).toBe("2.1.0");
  for (const format of ["markdown", "junit", "html"] as const) {
    const text = await client.GET("/v1/scans/{id}", { params: { path, query: { format } }, parseAs: "text" });
    expect(unwrap(text)).toContain("shop");
  }
  const svg = await client.GET("/badge/scans/{id}.svg", { params: { path }, parseAs: "text" });
  expect(unwrap(svg)).toContain("<svg");
  expect(unwrap(await client.GET("/badge/scans/{id}.json", { params: { path } })).message).toBe(report.grade);
});

it("compares two reports", async () => {
  const base = await scanArchive(client, await archive());
  const head = await scanArchive(
    client,
    await archive("import logging\n\nlogging.getLogger(__name__).info(1)\n"),
  );
  const query = { base: base.id, head: head.id };
  const { fixed } = unwrap(await client.GET("/v1/compare", { params: { query } }));
  expect(fixed.map(({ rule }) => rule)).toContain("import-side-effects-free");
});

it("scans a repository by its URL, looking how it goes", async () => {
  const name = unique("slow");
  const report = await scanRepository(client, `https://github.com/o/${name}`, 50);
  expect(report.input.repository?.path).toBe(`o/${name}`);
});

it("names repositories in groups, whose paths have slashes", async () => {
  const path = { host: "gitlab.com", path: `group/subgroup/${unique("plain")}` };
  const report = unwrap(await client.GET("/v1/repositories/{host}/{path}", { params: { path } }));
  expect(report).toMatchObject({ input: { repository: { host: "gitlab.com", path: path.path } } });
  const history = await client.GET("/v1/repositories/{host}/{path}/-/history", { params: { path } });
  expect(unwrap(history).scans).toHaveLength(1);
  const svg = await client.GET("/badge/{host}/{path}.svg", { params: { path }, parseAs: "text" });
  expect(unwrap(svg)).toContain("<svg");
  const shield = await client.GET("/badge/{host}/{path}.json", { params: { path } });
  expect(unwrap(shield).message).toMatch(/^[A-F]$/);
});

it("reads rules, the checklist and what the service says of itself", async () => {
  const { rules } = unwrap(await client.GET("/v1/rules"));
  const id = rules[0]?.id ?? "";
  expect(unwrap(await client.GET("/v1/rules/{id}", { params: { path: { id } } })).id).toBe(id);
  expect(unwrap(await client.GET("/v1/checklist")).items.length).toBeGreaterThan(100);
  expect(unwrap(await client.GET("/health")).status).toBe("ok");
  expect(unwrap(await client.GET("/openapi.json")).openapi).toMatch(/^3\.1/);
  const zip = unwrap(await client.GET("/example.zip", { parseAs: "blob" }));
  expect((await scanArchive(client, zip)).project.name).toBe("bookmarks");
});

it("throws problems, by their code", async () => {
  const params = { path: { id: "unknown" } };
  const missing = await client.GET("/v1/scans/{id}", { params });
  expect(() => unwrap(missing)).toThrow(ProblemError);
  expect(missing.error?.code).toBe("scan-not-found");
  const broken = scanArchive(client, new Blob(["no archive"]));
  await expect(broken).rejects.toMatchObject({ problem: { code: "archive-unreadable", status: 422 } });
  const push = await client.POST("/webhooks/github", {
    params: { header: { "x-github-event": "push", "x-hub-signature-256": "sha256=0" } },
    body: {} as never,
  });
  expect(push.error?.code).toBe("unauthorized");
});

it("was asked for every operation", () => {
  const documented = Object.entries(openapi.paths).flatMap(([path, operations]) =>
    Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`),
  );
  expect(documented.filter((operation) => !called.has(operation))).toEqual([]);
});
