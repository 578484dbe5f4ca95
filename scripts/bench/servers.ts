/** The real Worker as `npm run build` made it, and the worker that it is compared with; each in a workerd of its own. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { env } from "node:process";
import { convertV4MiniflareOptions, Log, LogLevel, Miniflare, type V4MiniflareOptions } from "miniflare";
import { runWorkerd } from "../serve/run-workerd.ts";
import { listWorkerds } from "./processes.ts";

export interface Server {
  url: URL;
  /** Of workerd; `undefined` where /proc does not tell. */
  pid: number | undefined;
  /** Milliseconds from nothing to listening. */
  startMs: number;
  stop(): Promise<void>;
}

async function start(run: (folder: string) => Promise<{ url: URL; stop(): Promise<void> }>): Promise<Server> {
  const folder = mkdtempSync(join(tmpdir(), "pyready-bench-"));
  const before = new Set(listWorkerds());
  const at = performance.now();
  const { url, stop } = await run(folder);
  const startMs = performance.now() - at;
  const [pid] = listWorkerds().filter((one) => !before.has(one));
  return {
    url,
    pid,
    startMs,
    async stop() {
      await stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** @param variables of its environment */
export const startReal = (variables: Record<string, string> = {}): Promise<Server> =>
  start((folder) => runWorkerd(folder, variables, () => {}));

const CONFIG = join(import.meta.dirname, "worker/wrangler.toml");

/** Bundles the worker for comparison as the real one is bundled. @returns its folder, to be removed by the caller */
export function bundleFloor(): string {
  const folder = mkdtempSync(join(tmpdir(), "pyready-bench-"));
  execFileSync("wrangler", ["deploy", "--dry-run", "--config", CONFIG, "--outdir", folder], {
    stdio: ["ignore", "ignore", "inherit"],
    env: { ...env, WRANGLER_SEND_METRICS: "false", CLOUDFLARE_CF_FETCH_ENABLED: "false" },
  });
  return folder;
}

/** @param bundle from `bundleFloor` */
export const startFloor = (bundle: string): Promise<Server> =>
  start(async (folder) => {
    const wasm = readdirSync(bundle).filter((name) => name.endsWith(".wasm"));
    const options = {
      name: "bench",
      rootPath: bundle,
      modulesRoot: bundle,
      modules: [
        { type: "ESModule", path: "bench-worker.js" },
        ...wasm.map((path) => ({ type: "CompiledWasm", path })),
      ],
      compatibilityDate: "2026-10-01",
      compatibilityFlags: ["nodejs_compat"],
      kvNamespaces: { KV: "KV" },
      host: "127.0.0.1",
      port: 0,
      cf: false,
      telemetry: { enabled: false },
      resourcePersistencePath: folder,
      log: new Log(LogLevel.ERROR),
    };
    const miniflare = new Miniflare(convertV4MiniflareOptions(options as V4MiniflareOptions));
    return { url: await miniflare.ready, stop: () => miniflare.dispose() };
  });
