/** Chromium without anything that it would ask of the network by itself. */
import { existsSync } from "node:fs";
import { type Browser, chromium } from "playwright-core";

const FLAGS = [
  "--headless",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  ...(process.getuid?.() === 0 ? ["--no-sandbox"] : []),
];

/** @throws Error that says how to get one */
function findChromium(): string {
  const paths = [
    process.env.CHROMIUM,
    "/usr/bin/chromium",
    "/usr/bin/chromium-browser",
    "/usr/bin/google-chrome",
  ];
  const found = paths.find((path) => path !== undefined && existsSync(path));
  if (found) return found;
  throw new Error("No Chromium was found: install Debian's chromium, or name one in CHROMIUM.");
}

/** Playwright gives every launch a profile of its own. */
export const launch = (): Promise<Browser> =>
  chromium.launch({ executablePath: findChromium(), args: FLAGS, chromiumSandbox: process.getuid?.() !== 0 });
