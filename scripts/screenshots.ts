/** `npm run screenshots`: pictures of the example project's report for the README and the landing page. */
import { mkdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { launch } from "../test/browser/launch.ts";
import { runWorker } from "./scan/run-worker.ts";

const DOCS = join(import.meta.dirname, "../docs");
/** Bytes that a picture may have: a README should load at once. */
const MOST_BYTES = 150 * 1024;

const PICTURES = [
  { name: "report.png", width: 1200, height: 880, colorScheme: "light" },
  { name: "report-dark.png", width: 1200, height: 880, colorScheme: "dark" },
] as const;

mkdirSync(DOCS, { recursive: true });
const worker = await runWorker();
const browser = await launch();
try {
  for (const { name, width, height, colorScheme } of PICTURES) {
    const page = await browser.newPage({ viewport: { width, height }, colorScheme });
    await page.goto(new URL("/report/example", await worker.url).href);
    await page.waitForSelector(".ring");
    const path = join(DOCS, name);
    await page.screenshot({ path });
    const { size } = statSync(path);
    console.log(`${name}: ${Math.round(size / 1024)} KB`);
    if (size > MOST_BYTES) throw new Error(`${name} has more than ${MOST_BYTES / 1024} KB`);
  }
} finally {
  await browser.close();
  await worker.dispose();
}
