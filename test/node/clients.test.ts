/** The commands of README.md and docs/clients.md, one after the other, as a reader would paste them. */
import { cpSync, existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type LocalServer, makeRepository, ROOT, runShell, startServer } from "./server.ts";

let server: LocalServer;
let folder: string;

beforeAll(async () => {
  [server, folder] = await Promise.all([startServer(), makeRepository()]);
  cpSync(join(ROOT, "docs/clients/pyready.py"), join(folder, "pyready.py"));
});
afterAll(() => server.close());

const blocksOf = (document: string, language: string): string[] =>
  [
    ...readFileSync(join(ROOT, document), "utf8").matchAll(
      new RegExp(`\`\`\`${language}\n([\\s\\S]*?)\`\`\``, "g"),
    ),
  ].map(([, block = ""]) => block);
const read = (name: string): string => readFileSync(join(folder, name), "utf8");
const here = (text: string): string => text.replaceAll(/http:\/\/localhost:8787|YOUR-HOST/g, server.url);

const guide = blocksOf("docs/clients.md", "sh");
const find = (part: string): string => guide.find((block) => block.includes(part)) ?? "";

it("README.md: an archive and a repository are scanned", async () => {
  const scans = blocksOf("README.md", "sh").filter((block) => block.includes("/v1/scans"));
  expect(scans).toHaveLength(2);
  for (const block of scans) {
    const { stdout, code, stderr } = await runShell(
      here(block).replaceAll("curl ", "curl -sS --fail-with-body "),
      folder,
    );
    expect(code, stderr).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ project: { name: "shop" }, schemaVersion: "1" });
  }
});

it("docs/clients.md: curl scans, and reads the report in other formats", async () => {
  const { stdout, code, stderr } = await runShell(here(find("git archive")), folder);
  expect(code, stderr).toBe(0);
  expect(stdout).toMatch(/^[A-F] [\d.]+ (?:ready|nearly|not-ready)\n$/);
  expect(read("report.md")).toContain("<!-- pyready -->");
  expect(JSON.parse(read("report.sarif")).version).toBe("2.1.0");
  expect(read("badge.svg")).toContain("<svg");
});

it("docs/clients.md: curl shows the stages of a scan", async () => {
  const { stdout, code, stderr } = await runShell(here(find("--no-buffer")), folder);
  expect(code, stderr).toBe(0);
  expect(stdout.trimEnd()).toMatch(/(?:^|\n)[A-F]$/);
});

it("docs/clients.md: curl scans a repository without waiting", async () => {
  const { stdout, code, stderr } = await runShell(here(find("respond-async")), folder);
  expect(code, stderr).toBe(0);
  expect(stdout).toContain('"scans":[{');
  expect(JSON.parse(read("flask.json")).input.repository.path).toBe("pallets/flask");
});

it("docs/clients.md: curl reads the code of a problem", async () => {
  expect((await runShell(here(find("scans/unknown")), folder)).stdout).toBe("scan-not-found\n");
});

it("docs/clients.md: the Python client scans archives and repositories", async () => {
  const { stdout, code, stderr } = await runShell(here(find("python3")), folder);
  expect(code, stderr).toBe(0);
  expect(stdout).toContain("Grade");
  // Expat refuses what is not well-formed.
  const parse =
    "import xml.dom.minidom as d; print(d.parse('pyready.xml').documentElement.getAttribute('tests'))";
  const parsed = await runShell(`python3 -c "${parse}"`, folder);
  expect(parsed.code, parsed.stderr).toBe(0);
  expect(Number(parsed.stdout)).toBeGreaterThan(50);
});

it("the Python client says what went wrong, and by its status what came of it", async () => {
  const python = (rest: string) => runShell(`python3 pyready.py --server ${server.url} ${rest}`, folder);
  expect(await python("README.md")).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/^archive-unreadable: /),
  });
  expect(await python("https://github.com/o/gone-1")).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/^repository-not-found: /),
  });
  expect((await python("project.zip --fail-under 100")).code).toBe(1);
});

it("docs/clients.md: every block is one that is tried here", () => {
  const tried = ["git archive", "--no-buffer", "respond-async", "scans/unknown", "python3"].map(find);
  expect(guide.filter((block) => !tried.includes(block))).toEqual([]);
});

it("docs/clients.md links to files that are there", () => {
  const links = [...readFileSync(join(ROOT, "docs/clients.md"), "utf8").matchAll(/\]\((?!https?:)([^)#]+)/g)];
  expect(links.length).toBeGreaterThan(4);
  for (const [, path = ""] of links) expect(existsSync(join(ROOT, "docs", path)), path).toBe(true);
});

it("docs/clients.md: the TypeScript example runs", async () => {
  const [block = ""] = blocksOf("docs/clients.md", "ts");
  const script = here(block).replace("./typescript.ts", `${ROOT}/docs/clients/typescript.ts`);
  const { stdout, code, stderr } = await runShell(
    `node --input-type=module-typescript -e '${script.replaceAll("'", `'"'"'`)}'`,
    folder,
  );
  expect(code, stderr).toBe(0);
  expect(stdout).toMatch(/^[A-F] \[/);
});
