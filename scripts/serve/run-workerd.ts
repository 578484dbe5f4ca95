/** The bundled Worker under workerd, on a port of its own that only this machine reaches. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { convertV4MiniflareOptions, Log, LogLevel, Miniflare, type V4MiniflareOptions } from "miniflare";

const DIST = join(import.meta.dirname, "../../dist");

/** What `build.ts` leaves in dist/worker.json. */
export interface BuiltWorker {
  options: Record<string, unknown>;
  /** Names of the variables and secrets that the Worker reads. */
  variables: string[];
}

export interface RunningWorker {
  /** Where it listens. */
  url: URL;
  stop(): Promise<void>;
}

/**
 * @param data folder that keeps reports and objects
 * @param environment of which the Worker gets the variables that it knows, and nothing else
 * @param onLog gets what the Worker logs, a line at a time
 * @throws Error where dist/ holds no Worker: `npm run build` makes one
 */
export async function runWorkerd(
  data: string,
  environment: NodeJS.ProcessEnv,
  onLog = (line: string): void => void process.stdout.write(line),
): Promise<RunningWorker> {
  const { options, variables } = JSON.parse(readFileSync(join(DIST, "worker.json"), "utf8")) as BuiltWorker;
  const given = variables.flatMap((name) => {
    const value = environment[name];
    return value === undefined ? [] : [[name, value]];
  });
  const modules = readdirSync(DIST)
    .filter((name) => name.endsWith(".wasm"))
    .map((path) => ({ type: "CompiledWasm", path }));
  const all = {
    ...options,
    name: "pyready",
    rootPath: DIST,
    modulesRoot: DIST,
    modules: [{ type: "ESModule", path: "worker.js" }, ...modules],
    // workerd resets the connection of a sender that it answers half-way, who then never reads why.
    bindings: { HEAR_OUT: "1", ...(options.bindings as object), ...Object.fromEntries(given) },
    host: "127.0.0.1",
    port: 0,
    // Nothing is asked of the network but what a scan asks of a forge.
    cf: false,
    telemetry: { enabled: false },
    resourcePersistencePath: data,
    log: new Log(LogLevel.ERROR),
    handleStructuredLogs: ({ message }: { message: string }) => onLog(`${message}\n`),
  };
  const miniflare = new Miniflare(convertV4MiniflareOptions(all as V4MiniflareOptions));
  const url = await miniflare.ready;
  // Miniflare ends the process at once at these; whoever asked for this server ends it in order.
  for (const signal of ["SIGINT", "SIGTERM"]) process.removeAllListeners(signal);
  return { url, stop: () => miniflare.dispose() };
}
