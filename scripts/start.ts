/** Serves on this machine at http://localhost:8787, with KV kept under .wrangler and no connection to anywhere. */
import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import process, { argv, env, execPath, exit } from "node:process";

const wrangler = join(
  dirname(createRequire(import.meta.url).resolve("wrangler/package.json")),
  "bin/wrangler.js",
);
const QUIET = {
  WRANGLER_SEND_METRICS: "false",
  WRANGLER_HIDE_BANNER: "true",
  CLOUDFLARE_CF_FETCH_ENABLED: "false",
};

const server = spawn(execPath, [wrangler, "dev", "--show-interactive-dev-session=false", ...argv.slice(2)], {
  cwd: join(import.meta.dirname, ".."),
  stdio: "inherit",
  env: { ...env, ...QUIET },
});
// Both get the terminal's Ctrl-C; the server ends first, and this after it.
for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => server.kill(signal));
// npm ends the shell that it runs this in, and nobody tells this process.
const shell = process.ppid;
const isOrphan = (): boolean => env.npm_lifecycle_event !== undefined && process.ppid !== shell;
setInterval(() => isOrphan() && server.kill("SIGTERM"), 500).unref();
server.on("exit", (code) => exit(code ?? 0));
