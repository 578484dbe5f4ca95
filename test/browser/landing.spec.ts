/** The landing page, from what a person has to their report. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, expect, it } from "vitest";
import { expectComplaint, tabTo, visit } from "./browser.ts";

const EXAMPLE = join(import.meta.dirname, "../../public/assets/example.zip");
const scratch = mkdtempSync(join(tmpdir(), "pyready-"));
afterAll(() => rmSync(scratch, { recursive: true }));

function writeFolder(name: string, files: Record<string, string>): string {
  const folder = join(scratch, name);
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}

/** Drops files of this machine onto the page, as a hand would: a script cannot make a folder. */
async function drop(page: Page, path: string): Promise<void> {
  const session = await page.context().newCDPSession(page);
  const data = { items: [], files: [path], dragOperationsMask: 1 };
  for (const type of ["dragEnter", "dragOver", "drop"] as const)
    await session.send("Input.dispatchDragEvent", { type, x: 300, y: 300, data });
}

const SHOP = {
  ".gitignore": "/data/\n*.log\n",
  "app.py": "print('shop')\n",
  "debug.log": "secret\n",
  "data/orders.csv": "1\n",
  "node_modules/left/index.py": "",
  "lib/.gitignore": "made.py\n",
  "lib/made.py": "",
  "lib/kept.py": "",
};

/** What a scan of the folder has read, by its report. */
async function countFiles(page: Page): Promise<{ files: number; pythonFiles: number }> {
  const id = page.url().split("/").at(-1);
  const report = await (await page.request.get(`/v1/scans/${id}`)).json();
  return { files: report.project.files, pythonFiles: report.project.pythonFiles };
}

it("a dropped archive becomes a report", async () => {
  const page = await visit("/");
  await drop(page, EXAMPLE);
  await page.waitForURL("**/report/scans/*");
  expect(await page.locator("h1").textContent()).toBe("bookmarks");
  expect(await page.locator(".ring").getAttribute("aria-label")).toMatch(
    /^Grade [A-DF], [\d.]+ of 100 points$/,
  );
  expect(await page.locator(".results .r").count()).toBeGreaterThan(100);
});

it("a dropped folder is packed without what git ignores", async () => {
  const page = await visit("/");
  await drop(page, writeFolder("shop", SHOP));
  await page.waitForURL("**/report/scans/*");
  expect(await countFiles(page)).toEqual({ files: 4, pythonFiles: 2 });
});

it("a chosen folder is packed alike", async () => {
  const page = await visit("/");
  await page.setInputFiles("#folder", writeFolder("chosen", { ...SHOP, "more.py": "" }));
  await page.waitForURL("**/report/scans/*");
  expect(await countFiles(page)).toEqual({ files: 5, pythonFiles: 3 });
});

it("an empty folder is told so in plain words", async () => {
  const page = await visit("/");
  await drop(page, writeFolder("bare", { ".gitignore": "*\n", "app.py": "" }));
  await page.waitForSelector("#problem:not([hidden])");
  expect(await page.textContent("#problem")).toBe("The folder holds no files that git would keep.");
});

it("what is no archive is told so in plain words, and another can follow", async () => {
  expectComplaint(/422/);
  const page = await visit("/");
  const path = join(writeFolder("notes", { "notes.zip": "not a zip" }), "notes.zip");
  await page.setInputFiles("#archive", path);
  await page.waitForSelector("#problem:not([hidden])");
  expect(await page.textContent("#problem")).toMatch(/^The archive cannot be read\. /);
  expect(await page.getAttribute("#problem", "role")).toBe("alert");
  await page.setInputFiles("#archive", EXAMPLE);
  await page.waitForURL("**/report/scans/*");
});

/** Tells the test every text of the stage: the page itself is left when the report is there. */
const LISTEN_TO_STAGES = `
  const stage = document.getElementById("stage");
  new MutationObserver(() => tell(stage.textContent)).observe(stage, { childList: true });
`;

it("the stages are told while a repository is scanned, by keyboard alone", async () => {
  const page = await visit("/");
  const stages: string[] = [];
  await page.exposeFunction("tell", (stage: string) => stages.push(stage));
  await page.evaluate(LISTEN_TO_STAGES);
  await tabTo(page, "#repository");
  await page.keyboard.type("https://git.example.com/o/slow-keyboard");
  await page.keyboard.press("Enter");
  await page.waitForURL("**/report/git.example.com/o/slow-keyboard");
  expect(stages).toEqual(expect.arrayContaining(["Asking the forge…", "Downloading…"]));
  expect(await page.textContent("h1")).toBe("shop");
});

it("a repository that is not there is told so", async () => {
  expectComplaint(/404/);
  const page = await visit("/");
  await page.fill("#repository", "https://git.example.com/o/gone-1");
  await page.press("#repository", "Enter");
  await page.waitForSelector("#problem:not([hidden])");
  expect(await page.textContent("#problem")).toMatch(/no such public repository/i);
});

it("the archive is chosen by keyboard", async () => {
  const page = await visit("/");
  // Listened for before the keys: the browser must know by then that no dialogue is to be opened.
  const chooser = page.waitForEvent("filechooser");
  await tabTo(page, "#archive");
  await page.keyboard.press("Enter");
  await (await chooser).setFiles(EXAMPLE);
  await page.waitForURL("**/report/scans/*");
});

it("without scripts a repository is scanned all the same", async () => {
  const page = await visit("/", { javaScriptEnabled: false });
  await page.fill("#repository", "https://git.example.com/o/slow-plain");
  await page.click("#repository-scan button");
  expect(page.url()).toContain("/report/git.example.com/o/slow-plain");
  expect(await page.textContent("h1")).toBe("git.example.com/o/slow-plain");
  await page.waitForSelector(".report h1");
  expect(page.url().endsWith("/report/git.example.com/o/slow-plain")).toBe(true);
});

it("without scripts an archive is scanned all the same", async () => {
  const page = await visit("/", { javaScriptEnabled: false });
  await page.setInputFiles("#archive", EXAMPLE);
  await page.click("#scan button");
  await page.waitForSelector(".report h1");
  expect(await page.textContent("h1")).toBe("bookmarks");
});

it("without scripts, what is no archive is told so on a page", async () => {
  expectComplaint(/422/);
  const page = await visit("/", { javaScriptEnabled: false });
  await page.setInputFiles("#archive", join(writeFolder("text", { "notes.zip": "not a zip" }), "notes.zip"));
  await page.click("#scan button");
  await page.waitForSelector(".trouble");
  expect(await page.textContent("h1")).toBe("The archive cannot be read");
});
