/** Bundles the Worker as a deploy would, without an account or network, and holds its gzipped size to a bound. */
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, rmSync } from "node:fs";
import { gzipSync } from "node:zlib";

const OUT = "dist";
/** The platform's own bound is 10 MB; leave room. */
const BOUND = 6 * 1024 * 1024;

rmSync(OUT, { recursive: true, force: true });
execFileSync("wrangler", ["deploy", "--dry-run", "--outdir", OUT], {
  stdio: ["ignore", "ignore", "inherit"],
});
const files = readdirSync(OUT).filter((name) => !name.endsWith(".map") && !name.endsWith(".md"));
const sizes = files.map((name) => ({ name, gzipped: gzipSync(readFileSync(`${OUT}/${name}`)).length }));
const total = sizes.reduce((sum, { gzipped }) => sum + gzipped, 0);
const inMegabytes = (bytes: number): string => `${(bytes / 1024 / 1024).toFixed(2)} MB`;
for (const { name, gzipped } of sizes) console.log(`${inMegabytes(gzipped).padStart(10)}  ${name}`);
console.log(`${inMegabytes(total).padStart(10)}  gzipped in all, of ${inMegabytes(BOUND)} allowed`);
if (total > BOUND) {
  console.error("The bundle is too large.");
  process.exitCode = 1;
}
