/** The Worker of wrangler.toml in this process, under Miniflare, with nothing that leaves the machine. */
import { fileURLToPath } from "node:url";
import { unstable_startWorker } from "wrangler";

export type LocalWorker = Awaited<ReturnType<typeof unstable_startWorker>>;

const START_BOUND_MS = 60_000;

/**
 * Starts it with a KV and objects of its own, in memory. Call `dispose` when done.
 *
 * @param variables of its environment, beside those of wrangler.toml
 */
export async function runWorker(variables: Record<string, string> = {}): Promise<LocalWorker> {
  process.env.WRANGLER_SEND_METRICS = "false";
  process.env.CLOUDFLARE_CF_FETCH_ENABLED = "false";
  const worker = await unstable_startWorker({
    config: fileURLToPath(new URL("../../wrangler.toml", import.meta.url).href),
    bindings: Object.fromEntries(
      Object.entries(variables).map(([name, value]) => [name, { type: "plain_text" as const, value }]),
    ),
    dev: {
      server: { hostname: "127.0.0.1", port: 0 },
      inspector: false,
      persist: false,
      watch: false,
      liveReload: false,
      logLevel: "error",
    },
  });
  // A Worker that does not build never becomes ready; what is wrong with it has been printed by then.
  const late = setTimeout(() => {
    console.error("The Worker did not start within a minute.");
    process.exit(2);
  }, START_BOUND_MS);
  await worker.ready;
  clearTimeout(late);
  return worker;
}
