/** What holds for every page: accessible, in both schemes, from a small phone to a wide screen, and on paper. */
import { expect, it } from "vitest";
import { expectComplaint, visit } from "./browser.ts";
import { findViolations } from "./find-violations.ts";

const PAGES = [
  "/",
  "/report/example",
  "/report/git.example.com/o/plain-axe",
  "/rules",
  "/rules/secrets-not-in-code",
  "/problems",
  "/docs",
  "/report/scans/unknown",
] as const;

const SCREENS = [
  { name: "a phone", width: 360, height: 740 },
  { name: "a desktop", width: 1440, height: 900 },
] as const;

/** Swagger UI's own markup is not ours to mend; docs.spec.ts looks at what is. */
const OURS = { exclude: ["#swagger"] };

for (const { name, ...viewport } of SCREENS)
  for (const colorScheme of ["light", "dark"] as const)
    it.each(PAGES)(`%s is accessible on ${name} in ${colorScheme}`, async (path) => {
      expectComplaint(/404/);
      const page = await visit(path, { viewport, colorScheme });
      await page.locator("#main h1").first().waitFor();
      if (path.includes("git.example.com")) await page.waitForSelector(".report h1");
      if (path === "/docs") await page.waitForSelector("#swagger main");
      await page.evaluate('for (const fold of document.querySelectorAll("details")) fold.open = true');
      expect(await findViolations(page, OURS)).toEqual([]);
      const overflow = await page.evaluate<number>("document.documentElement.scrollWidth - innerWidth");
      expect(overflow, "pixels that stand out to the right").toBeLessThanOrEqual(0);
    });

it("on paper everything that is folded is seen", async () => {
  const page = await visit("/report/example");
  await page.emulateMedia({ media: "print" });
  const demand = page.locator("#review li").last();
  expect((await demand.boundingBox())?.height).toBeGreaterThan(0);
  expect(await page.locator(".filters").isVisible()).toBe(false);
});
