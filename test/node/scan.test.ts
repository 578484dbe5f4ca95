/** `npm run scan`: what it writes to a terminal, and to files. */
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { printReport } from "../../scripts/scan/print-report.ts";
import { NotStarted, runWorker } from "../../scripts/scan/run-worker.ts";
import { savePage } from "../../scripts/scan/save-page.ts";
import { HARM, hostileReport } from "../report/hostile-report.ts";
import { ROOT, runShell } from "./server.ts";

it.each(HARM)("prints %j without what a terminal would obey", (text) => {
  const printed = printReport(hostileReport(text), { color: false, all: true });
  expect(printed).not.toMatch(/(?!\n)[\p{Cc}\u202a-\u202e\u2066-\u2069]/u);
  expect(printed).toContain("Output goes through logging");
});

const PAGE =
  '<link rel="stylesheet" href="/a.css"/><script defer src="/a.js"></script><img alt="" src="/a.svg"/>' +
  '<a class="x" href="/rules/one">one</a><a href="#two">two</a><a href="https://example.com/">three</a>';

it("saves a page with all that it loads, and without links that lead nowhere", async () => {
  const files: Record<string, string> = {
    "/page": PAGE,
    "/a.css": "p{}",
    "/a.js": "f('</script>')",
    "/a.svg": "<svg/>",
  };
  const saved = await savePage(async (url) => new Response(files[new URL(url).pathname]), "/page");
  expect(saved).toContain("<style>p{}</style>");
  expect(saved).toContain("f('<\\/script>')</script>");
  expect(saved).toContain('src="data:image/svg+xml;base64,PHN2Zy8+"');
  expect(saved).toContain(
    '<a class="x">one</a><a href="#two">two</a><a href="https://example.com/">three</a>',
  );
});

it("says what it cannot load", async () => {
  await expect(savePage(async () => new Response("", { status: 404 }), "/page")).rejects.toThrow(
    "/page: 404",
  );
});

it("writes a page that needs no server, and refuses formats that it has not", async () => {
  const file = join(mkdtempSync(join(tmpdir(), "pyready-")), "report.html");
  const ran = await runShell(`node scripts/scan.ts example --format html --output ${file}`, ROOT);
  expect(ran.code, ran.stderr).toBe(0);
  const page = readFileSync(file, "utf8");
  expect(page).toContain("bookmarks");
  expect(page).not.toMatch(/<(?:script|img|link rel="(?:stylesheet|icon)")[^>]*(?:src|href)="\//);
  const refused = await runShell("node scripts/scan.ts example --format pdf", ROOT);
  expect(refused).toMatchObject({
    code: 2,
    stderr: expect.stringContaining("json, sarif, markdown, junit, html"),
  });
});

it("ends quietly when its reader leaves", async () => {
  const ran = await runShell("node scripts/scan.ts example --json | head -c 1", ROOT);
  expect(ran).toMatchObject({ code: 0, stdout: "{" });
  expect(ran.stderr).not.toContain("EPIPE");
});

it.each([
  ["does not build", "export default <<<<<<< HEAD"],
  ["imports what does not build", 'import "./broken.ts"; export default { fetch: () => new Response() };'],
  ["fails when it is loaded", 'throw new Error("broken"); export default {};'],
])("ends when the Worker %s", async (_, worker) => {
  const folder = mkdtempSync(join(tmpdir(), "pyready-"));
  writeFileSync(
    join(folder, "wrangler.toml"),
    'name = "x"\nmain = "x.ts"\ncompatibility_date = "2026-10-01"\n',
  );
  writeFileSync(join(folder, "x.ts"), worker);
  writeFileSync(join(folder, "broken.ts"), "<<<<<<< HEAD");
  await expect(runWorker({}, join(folder, "wrangler.toml"))).rejects.toThrow(NotStarted);
});
