/** Swagger UI under our policy. */
import { expect, it } from "vitest";
import { visit } from "./browser.ts";
import { findViolations } from "./find-violations.ts";

/** What our style and script can see to. */
const SEEN_TO = ["color-contrast", "label", "select-name", "scrollable-region-focusable"];

/** Milliseconds: axe looks at some thousand words. */
const BOUND = 120_000;

it.each(["light", "dark"] as const)(
  "the API's page scans the example in %s",
  async (colorScheme) => {
    const page = await visit("/docs#/Scans/createScan", { colorScheme });
    const operation = page.locator("#operations-Scans-createScan");
    await operation.locator("input[type=file]").waitFor();
    // Before there is an answer of thousands of words, each of which would be looked at.
    expect(await findViolations(page, "#swagger", { runOnly: SEEN_TO })).toEqual([]);
    await operation.locator(".execute").click();
    const answer = operation.locator(".responses-table.live-responses-table");
    await answer.waitFor();
    expect(await answer.locator("tbody .response-col_status").first().textContent()).toContain("200");
    expect(await answer.textContent()).toContain('"bookmarks"');
    const ground = await page.evaluate<string>(
      "getComputedStyle(document.getElementById('swagger')).background",
    );
    expect(ground).toMatch(colorScheme === "dark" ? /^rgb\(28, 32, 34\)/ : /^rgb\(255, 255, 255\)/);
  },
  BOUND,
);
