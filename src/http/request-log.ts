/** One structured JSON log line a request. Query values, headers and messages of errors never enter it. */
import type { MiddlewareHandler } from "hono";
import { matchedRoutes } from "hono/route";
import type { Environment, RequestContext } from "./context.ts";
import { count } from "./metrics.ts";

/** What routes add to the log line of their request. */
export interface RequestNotes {
  cache?: "hit" | "miss";
  /** Digest of what was uploaded. */
  digest?: string;
  /** Bytes of it. */
  bytes?: number;
  /** Stages of a scan with the milliseconds that each took. */
  stages?: Record<string, number>;
  /** Faults that cost no more than the cache: `kv-get-failed`, `kv-put-late`… */
  faults: string[];
  /** Code of the problem that the answer is, or that a stream ended in. */
  problem?: string;
  error?: { name: string; frames: string[] };
  /** The rest of a streamed answer: the line is written when it is done. */
  rest?: Promise<unknown>;
}

export const logRequests: MiddlewareHandler<Environment> = async (c, next) => {
  const startedAt = Date.now();
  const notes: RequestNotes = { faults: [] };
  c.set("notes", notes);
  await next();
  const { status } = c.res;
  const route = routeOf(c);
  if (notes.rest === undefined) return writeLine(c, notes, { route, status, startedAt });
  const write = () => writeLine(c, notes, { route, status, startedAt });
  c.executionCtx.waitUntil(notes.rest.then(write, write));
};

/** The route that was meant, also where a middleware refused the request before it came there. */
const routeOf = (c: RequestContext): string =>
  matchedRoutes(c).findLast(({ path }) => !path.endsWith("*"))?.path ?? "/*";

/** Who runs the server is called by `error`, and no more than told by `warn`: busy, or a forge that is away. */
function levelOf(status: number, { error }: Pick<RequestNotes, "error">): "info" | "warn" | "error" {
  if (error || status === 500) return "error";
  return status > 500 ? "warn" : "info";
}

function writeLine(
  c: RequestContext,
  { rest: _, faults, ...notes }: RequestNotes,
  { route, status, startedAt }: { route: string; status: number; startedAt: number },
): void {
  const durationMs = Date.now() - startedAt;
  const line = {
    level: levelOf(status, notes),
    event: "request",
    id: c.get("requestId"),
    method: c.req.method,
    route,
    status,
    durationMs,
    ...notes,
    ...(faults.length > 0 ? { faults } : {}),
  };
  console.log(JSON.stringify(line));
  const { cache, problem, bytes } = notes;
  const { method } = c.req;
  const counted = { event: "request", route, method, status, cache, problem, fault: faults[0], bytes };
  count(c.env.METRICS, { ...counted, durationMs });
}

/** An error's name and frames; not its message, which may quote what was scanned. */
export function noteError(notes: RequestNotes, error: unknown): void {
  if (!(error instanceof Error)) {
    notes.error = { name: typeof error, frames: [] };
    return;
  }
  const frames = (error.stack ?? "").split("\n").filter((line) => /^\s{4}at /.test(line));
  notes.error = { name: error.name, frames: frames.slice(0, 8).map((frame) => frame.trim()) };
}
