/** One browser for a file of tests, and pages that are watched: nothing may be logged, refused or asked of elsewhere. */
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, inject } from "vitest";
import { launch } from "./launch.ts";

export const origin = inject("origin");

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser.close());

const complaints: string[] = [];
const expected: RegExp[] = [];
const open: Page[] = [];

afterEach(async () => {
  await Promise.all(open.splice(0).map((page) => page.context().close()));
  const patterns = expected.splice(0);
  const left = complaints.splice(0).filter((one) => !patterns.some((pattern) => pattern.test(one)));
  expect(left, "what the browser complained of").toEqual([]);
});

/** The console line of an answer that a test means to get, such as a 422. */
export const expectComplaint = (pattern: RegExp): number => expected.push(pattern);

/** Opens a page of the service in a context of its own; `baseURL` names another server than the usual one. */
export async function visit(path: string, options: BrowserContextOptions = {}): Promise<Page> {
  const { baseURL = origin } = options;
  const context = await browser.newContext({ baseURL, ...options });
  const page = await context.newPage();
  open.push(page);
  page.setDefaultTimeout(30_000);
  page.on("console", (message) => {
    // The policy's violations come as errors, too.
    if (["error", "warning"].includes(message.type())) complaints.push(`console: ${message.text()}`);
  });
  page.on("pageerror", (error) => complaints.push(`error: ${error.message}`));
  page.on("request", (request) => {
    const url = new URL(request.url());
    if (url.origin !== baseURL && !["data:", "blob:"].includes(url.protocol))
      complaints.push(`request to ${url.origin}`);
  });
  await page.goto(path);
  return page;
}

/** Moves the focus by the Tab key alone until `selector` has it. */
export async function tabTo(page: Page, selector: string, most = 60): Promise<void> {
  for (let pressed = 0; pressed < most; pressed++) {
    await page.keyboard.press("Tab");
    if (await page.evaluate<boolean>(`document.activeElement.matches(${JSON.stringify(selector)})`)) return;
  }
  throw new Error(`${selector} is not reached by ${most} presses of Tab`);
}
