/** Counters: one data point a request, where a dataset is bound. */
import { reset } from "cloudflare:test";
import { afterEach, expect, it, vi } from "vitest";
import { ask, post } from "./ask.ts";

afterEach(async () => {
  vi.restoreAllMocks();
  await reset();
});

function dataset(): { METRICS: AnalyticsEngineDataset; points: AnalyticsEngineDataPoint[] } {
  const points: AnalyticsEngineDataPoint[] = [];
  return { METRICS: { writeDataPoint: (point) => points.push(point ?? {}) }, points };
}

it("counts a scan with what it was, and names nobody", async () => {
  const { METRICS, points } = dataset();
  const headers = { "CF-Connecting-IP": "192.0.2.1", Authorization: "Bearer secret-token" };
  await post("project", { bindings: { METRICS }, headers });
  expect(points).toEqual([
    {
      indexes: ["request /v1/scans"],
      blobs: ["request", "/v1/scans", "POST", "200", "miss", "", ""],
      doubles: [1, expect.any(Number), 7],
    },
  ]);
});

it("counts problems by their code, and what went wrong behind an answer", async () => {
  const { METRICS, points } = dataset();
  await ask("/nowhere", { bindings: { METRICS } });
  const READS = { limit: () => Promise.reject(new Error("overloaded")) };
  await ask("/v1/rules", { bindings: { METRICS, READS } });
  expect(points.map(({ blobs }) => blobs?.slice(3))).toEqual([
    ["404", "", "not-found", ""],
    ["200", "", "", "limit-reads-failed"],
  ]);
});

it("answers where counting fails, and where nothing is bound", async () => {
  const METRICS = {
    writeDataPoint: () => {
      throw new Error("too many");
    },
  };
  expect((await ask("/health", { bindings: { METRICS } })).status).toBe(200);
  expect((await ask("/health")).status).toBe(200);
});
