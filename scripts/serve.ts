/**
 * Serves on one's own machine, under workerd and without an account: `npm run serve -- --port 8080`. What `npm run
 * build` has made is served as it is; nothing is watched. Variables and secrets of the Worker come from the
 * environment (docs/operating.md).
 */
import { mkdirSync } from "node:fs";
import { resolve } from "node:path";
import { env, exit } from "node:process";
import { parseArgs } from "node:util";
import { openFront } from "./serve/front.ts";
import { runWorkerd } from "./serve/run-workerd.ts";

/** Longer than most scans take; orchestrators wait for 30 seconds and more before they kill. */
const DRAIN_MS = 25_000;

const log = (event: string, more: object = {}): void =>
  console.log(JSON.stringify({ level: "info", event, ...more }));

const { values } = parseArgs({
  options: {
    host: { type: "string", default: env.LISTEN_HOST ?? "127.0.0.1" },
    port: { type: "string", default: env.PORT ?? "8787" },
    data: { type: "string", default: env.DATA_DIR ?? ".data" },
    "trust-proxy": { type: "boolean", default: env.TRUST_PROXY === "1" },
  },
});

const { host, port, data } = values;
if (!/^\d{1,5}$/.test(port)) {
  console.error(`--port ${port} is no port.`);
  exit(2);
}
const folder = resolve(data);
mkdirSync(folder, { recursive: true });
const worker = await runWorkerd(folder, env);
const front = await openFront({
  worker: worker.url,
  host,
  port: Number(port),
  trustProxy: values["trust-proxy"],
});
log("listening", { host, port: front.port, data: folder });

let stopping = false;
async function stop(signal: string): Promise<void> {
  if (stopping) return;
  stopping = true;
  log("stopping", { signal });
  await front.drain(DRAIN_MS);
  await worker.stop();
  log("stopped");
  exit(0);
}
for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => void stop(signal));
