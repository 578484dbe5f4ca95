/** A server whose operator wants a token for scans: the landing page asks for it, and goes on with what was chosen. */
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type LocalWorker, runWorker } from "../../scripts/scan/run-worker.ts";
import { expectComplaint, tabTo, visit } from "./browser.ts";

const EXAMPLE = join(import.meta.dirname, "../../public/assets/example.zip");

let worker: LocalWorker;
let baseURL: string;
beforeAll(async () => {
  worker = await runWorker({ API_TOKENS: "right-token" });
  baseURL = (await worker.url).origin;
});
afterAll(() => worker.dispose());

it("asks for a token, says when it is wrong, and scans with the right one, by keyboard alone", async () => {
  expectComplaint(/401/);
  const page = await visit("/", { baseURL });
  expect(await page.isVisible("#token")).toBe(false);
  const chooser = page.waitForEvent("filechooser");
  await tabTo(page, "#archive");
  await page.keyboard.press("Enter");
  await (await chooser).setFiles(EXAMPLE);
  await page.waitForSelector("#token:focus");
  expect(await page.textContent("#problem")).toMatch(/^This server scans only for those who have a token/);
  expect(await page.getAttribute("#token", "type")).toBe("password");
  expect(await page.getByLabel("Token of this server").count()).toBe(1);
  await page.keyboard.type("wrong-token");
  await page.keyboard.press("Enter");
  await page.locator("#problem", { hasText: "This token is not one of this server's" }).waitFor();
  await page.waitForSelector("#token:focus");
  await page.keyboard.type("right-token");
  await page.keyboard.press("Enter");
  await page.waitForURL("**/report/scans/*");
  expect(await page.textContent("h1")).toBe("bookmarks");
});

it("keeps the token for the tab, and nowhere else", async () => {
  expectComplaint(/401/);
  const page = await visit("/", { baseURL });
  await page.setInputFiles("#archive", EXAMPLE);
  await page.fill("#token", "right-token");
  await page.press("#token", "Enter");
  await page.waitForURL("**/report/scans/*");
  expect(page.url()).not.toContain("token");
  await page.goto("/");
  await page.setInputFiles("#archive", EXAMPLE);
  await page.waitForURL("**/report/scans/*");
  expect(await page.evaluate("document.cookie + JSON.stringify(localStorage)")).toBe("{}");
  const other = await visit("/", { baseURL });
  await other.setInputFiles("#archive", EXAMPLE);
  await other.waitForSelector("#token:focus");
});
