/** The Worker of wrangler.toml in this process, under Miniflare, with nothing that leaves the machine. */
import { fileURLToPath } from "node:url";
import { unstable_DevEnv } from "wrangler";

export type LocalWorker = Awaited<ReturnType<unstable_DevEnv["startWorker"]>>;

const CONFIG = fileURLToPath(new URL("../../wrangler.toml", import.meta.url).href);
const START_BOUND_MS = 60_000;

/** The process has to be ended then: parts of the Worker may still run, and cannot be disposed of. */
export class NotStarted extends Error {}

/**
 * Starts it with a KV and objects of its own, in memory. Call `dispose` when done.
 *
 * @param variables of its environment, beside those of wrangler.toml
 * @param config path of a wrangler.toml
 * @throws NotStarted where it cannot be built or started; where the build fails, why has been printed by then
 */
export async function runWorker(
  variables: Record<string, string> = {},
  config = CONFIG,
): Promise<LocalWorker> {
  process.env.WRANGLER_SEND_METRICS = "false";
  process.env.CLOUDFLARE_CF_FETCH_ENABLED = "false";
  const environment = new unstable_DevEnv();
  const failure = watchFailure(environment);
  // `ready` says that connections are taken; until it is built, too, `fetch` would wait without end.
  const built = new Promise((resolve) => environment.once("reloadComplete", resolve));
  try {
    const worker = await Promise.race([
      failure.happens,
      environment.startWorker(optionsOf(variables, config)),
    ]);
    await Promise.race([failure.happens, Promise.all([built, worker.ready])]);
    return worker;
  } catch (error) {
    throw error instanceof NotStarted ? error : new NotStarted(describe(error));
  } finally {
    clearTimeout(failure.late);
  }
}

type Options = Parameters<unstable_DevEnv["startWorker"]>[0];

const optionsOf = (variables: Record<string, string>, config: string): Options => ({
  config,
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

/** That a Worker does not build is told by an event alone: starting it succeeds all the same. */
function watchFailure(environment: unstable_DevEnv): { happens: Promise<never>; late: NodeJS.Timeout } {
  const { promise, reject } = Promise.withResolvers<never>();
  const late = setTimeout(
    () => reject(new NotStarted("The Worker did not start within a minute.")),
    START_BOUND_MS,
  );
  environment.once("buildFailed", () => reject(new NotStarted("The Worker could not be built.")));
  environment.once("error", (event) => reject(new NotStarted(describe(event))));
  // Once it has started, nobody waits for this any longer.
  promise.catch(() => {});
  return { happens: promise, late };
}

/** Errors of the tools wrap one another; the innermost says what happened. */
function describe(error: unknown): string {
  let inner = error;
  while (inner instanceof Object && "cause" in inner && inner.cause !== undefined) inner = inner.cause;
  return `The Worker could not be started: ${inner instanceof Error ? inner.message : String(inner)}`;
}
