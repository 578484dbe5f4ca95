/** Counters for Workers Analytics Engine, where the dataset is bound: one data point a request and a scan. */

export interface Counted {
  /** What happened: `request`, `repository-scan`. */
  event: string;
  route?: string;
  method?: string;
  status?: number;
  cache?: string | undefined;
  /** Code of the problem that it ended in. */
  problem?: string | undefined;
  /** Code of the first fault that cost the cache only. */
  fault?: string | undefined;
  durationMs: number;
  /** Bytes that were uploaded. */
  bytes?: number | undefined;
}

/**
 * Blobs: event, route, method, status, cache, problem, fault. Doubles: 1, milliseconds, bytes. What is counted
 * names no client and nothing that was scanned. A dataset that fails costs the count only.
 */
export function count(dataset: AnalyticsEngineDataset | undefined, counted: Counted): void {
  const { event, route = "", method = "", status, cache = "", problem = "", fault = "" } = counted;
  try {
    dataset?.writeDataPoint({
      indexes: [`${event} ${route}`.slice(0, 96)],
      blobs: [event, route, method, status === undefined ? "" : `${status}`, cache, problem, fault],
      doubles: [1, counted.durationMs, counted.bytes ?? 0],
    });
  } catch {
    // Nobody waits for it.
  }
}
