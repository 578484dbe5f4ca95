/** Swagger UI under our policy. */
import { expect, it } from "vitest";
import { visit } from "./browser.ts";

it("the API's page scans the example when Execute is pressed", async () => {
  const page = await visit("/docs#/Scans/createScan");
  const operation = page.locator("#operations-Scans-createScan");
  await operation.locator("input[type=file]").waitFor();
  await operation.locator(".execute").click();
  const answer = operation.locator(".responses-table.live-responses-table");
  await answer.waitFor();
  expect(await answer.locator("tbody .response-col_status").first().textContent()).toContain("200");
  expect(await answer.textContent()).toContain('"bookmarks"');
});
