/**
 * Bundles the Worker into dist/ with what wrangler.toml says of it, so that `serve.ts` needs nothing of the tools
 * for development.
 */
import { execFileSync } from "node:child_process";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { env } from "node:process";
import { unstable_getMiniflareWorkerOptions, unstable_readConfig } from "wrangler";
import { variablesSchema } from "../../src/http/environment.ts";
import type { BuiltWorker } from "./run-workerd.ts";

const ROOT = join(import.meta.dirname, "../..");
const DIST = join(ROOT, "dist");
const CONFIG = join(ROOT, "wrangler.toml");

rmSync(DIST, { recursive: true, force: true });
execFileSync("wrangler", ["deploy", "--dry-run", "--env=", "--outdir", DIST], {
  cwd: ROOT,
  stdio: ["ignore", "ignore", "inherit"],
  env: { ...env, WRANGLER_SEND_METRICS: "false", CLOUDFLARE_CF_FETCH_ENABLED: "false" },
});
const { workerOptions } = unstable_getMiniflareWorkerOptions(CONFIG);
const { rootPath: _, ...options } = workerOptions;
// Not what .dev.vars holds: secrets are given to `serve.ts`, and stand in no file that is built.
const { vars } = unstable_readConfig({ config: CONFIG });
const built: BuiltWorker = {
  options: { ...options, bindings: vars, assets: { ...(options.assets as object), directory: "../public" } },
  variables: Object.keys(variablesSchema.shape),
};
writeFileSync(join(DIST, "worker.json"), JSON.stringify(built, null, 2));
