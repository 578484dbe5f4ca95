/** A report's page: filters, links and snippets, with and without scripts. */
import type { Page } from "playwright-core";
import { expect, it } from "vitest";
import { expectComplaint, tabTo, visit } from "./browser.ts";

const shown = (page: Page): Promise<number> => page.locator(".results .r:visible").count();

it.each([true, false])("filters leave what they name (scripts: %s)", async (javaScriptEnabled) => {
  const page = await visit("/report/example", { javaScriptEnabled });
  const failing = Number(await page.locator("label:has(#f-fail) .n").textContent());
  expect(failing).toBeGreaterThan(0);
  await page.check("#f-fail");
  expect(await shown(page)).toBe(failing);
  await page.check("#g-testing");
  const both = await shown(page);
  expect(both).toBeLessThan(failing);
  expect(await page.locator(".results :is(.r.c-testing, .c-testing .r):visible").count()).toBe(both);
  await page.check("#f-all");
  await page.check("#g-all");
  expect(await shown(page)).toBeGreaterThan(failing);
});

it("filters are reached and changed by keyboard, and tell what is left", async () => {
  const page = await visit("/report/example");
  await tabTo(page, "#f-all");
  await page.keyboard.press("ArrowDown");
  expect(await page.isChecked("#f-fail")).toBe(true);
  expect(await page.textContent(".filters [role=status]")).toMatch(/^\d+ of 1\d\d results$/);
});

it("a link to a result that is filtered away shows it", async () => {
  const page = await visit("/report/example");
  const passing = await page.locator(".group.o-pass .r").first().getAttribute("id");
  await page.check("#f-fail");
  await page.evaluate(`location.hash = "#${passing}"`);
  await page.waitForSelector(`#${passing}:visible`);
});

it("a category of the chart leads to what is in it, as often as one likes", async () => {
  const page = await visit("/report/example");
  const link = page.locator(".bars a", { hasText: "Testing" });
  for (let times = 0; times < 2; times++) {
    await link.click();
    await page.waitForSelector("#g-testing:checked");
    expect(await page.locator(".results :is(.open, .kin).c-errors:visible").count()).toBe(0);
    await page.check("#g-all");
  }
});

it("every step to the next grade leads to its result", async () => {
  const page = await visit("/report/example");
  const steps = page.locator(".steps a");
  expect(await steps.count()).toBeGreaterThan(0);
  for (const href of await steps.evaluateAll((links) => links.map((link) => link.getAttribute("href") ?? "")))
    expect(await page.locator(href).count()).toBe(1);
});

it("the review answers all 134 demands", async () => {
  const page = await visit("/report/example");
  expect(await page.locator("#review li").count()).toBe(134);
});

it("the rules that a demand names lead to their results", async () => {
  const page = await visit("/report/example");
  const hrefs = await page
    .locator("#review small a")
    .evaluateAll((links) => links.map((link) => link.getAttribute("href") ?? ""));
  expect(hrefs.length).toBeGreaterThan(100);
  const ids = await page.locator(".results .r").evaluateAll((results) => results.map(({ id }) => `#${id}`));
  expect(hrefs.filter((href) => !ids.includes(href))).toEqual([]);
});

it("code is copied by a button", async () => {
  const page = await visit("/report/example", { permissions: ["clipboard-read", "clipboard-write"] });
  const figure = page.locator(".snippet", { hasText: "Markdown" });
  await figure.locator("button").click();
  const copied = await page.evaluate<string>("navigator.clipboard.readText()");
  expect(copied).toMatch(
    /^\[!\[production ready\]\(http:.*\/badge\/scans\/\w+\.svg\)\]\(http:.*\/report\/scans\/\w+\)$/,
  );
});

it("evidence of a repository links to the line on its forge at the commit", async () => {
  const page = await visit("/report/git.example.com/o/plain-evidence");
  await page.waitForSelector(".report h1");
  const link = await page.locator(".ev a").first().getAttribute("href");
  expect(link).toMatch(
    /^https:\/\/git\.example\.com\/o\/plain-evidence\/src\/commit\/[0-9a-f]{40}\/\S+#L\d+/,
  );
});

it("a scan that fails is told on the page that waits for it", async () => {
  const page = await visit("/report/git.example.com/o/cut-short");
  await page.waitForSelector("#problem:not([hidden])");
  expect(await page.textContent("#problem")).toContain("The forge cannot be read at the moment. ");
});

it("without scripts a failed scan becomes a page that says so", async () => {
  expectComplaint(/422/);
  const page = await visit("/report/git.example.com/o/snakeless-plain", { javaScriptEnabled: false });
  await page.waitForSelector(".trouble");
  expect(await page.textContent("h1")).toBe("There is no Python in the archive");
});

it("rules are searched as one types", async () => {
  const page = await visit("/rules");
  await page.fill("input[type=search]", "lock file");
  const left = await page.locator(".rules li:visible").count();
  expect(left).toBeGreaterThan(0);
  expect(left).toBeLessThan(20);
  expect(await page.textContent("[role=status]")).toContain(`${left} `);
  const plain = await visit("/rules?q=lock+file", { javaScriptEnabled: false });
  expect(await plain.locator(".rules li:visible").count()).toBe(left);
});
