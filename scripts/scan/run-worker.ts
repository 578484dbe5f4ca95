/** The Worker of wrangler.toml in this process, under Miniflare, with nothing that leaves the machine. */
import { fileURLToPath } from "node:url";
import { unstable_startWorker } from "wrangler";

export type LocalWorker = Awaited<ReturnType<typeof unstable_startWorker>>;

/** Starts it with a KV and objects of its own, in memory. Call `dispose` when done. */
export function runWorker(): Promise<LocalWorker> {
  process.env.WRANGLER_SEND_METRICS = "false";
  process.env.CLOUDFLARE_CF_FETCH_ENABLED = "false";
  return unstable_startWorker({
    config: fileURLToPath(new URL("../../wrangler.toml", import.meta.url).href),
    dev: {
      server: { hostname: "127.0.0.1", port: 0 },
      inspector: false,
      persist: false,
      watch: false,
      liveReload: false,
      logLevel: "error",
    },
  });
}
