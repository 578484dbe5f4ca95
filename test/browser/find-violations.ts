/** Accessibility of a page by axe: rules of WCAG 2.2 A and AA and best practices. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { ElementContext, RunOptions } from "axe-core";
import type { Page } from "playwright-core";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** @param where what of the page is looked at */
export async function findViolations(
  page: Page,
  where: ElementContext,
  options: RunOptions = {},
): Promise<string[]> {
  // Runs beside the page's own scripts, past its policy.
  await page.evaluate(axe);
  return page.evaluate(
    async ({ where, options }) => {
      const { axe: engine } = globalThis as unknown as { axe: typeof import("axe-core") };
      const { violations } = await engine.run(where, options);
      return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 200)}`));
    },
    { where, options },
  );
}
