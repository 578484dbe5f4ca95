/** How long a ref is taken to stand where it stood. */
import { env } from "cloudflare:workers";
import { afterEach, expect, it, vi } from "vitest";
import { readConfig } from "../../src/http/environment.ts";

afterEach(() => {
  vi.restoreAllMocks();
});

const lifetimeOf = (seconds: string): number =>
  readConfig({ ...env, REF_TTL_SECONDS: seconds }).repositories.refTtlMs;

it("is what was configured", () => {
  const warn = vi.spyOn(console, "warn").mockImplementation(() => {});
  expect([lifetimeOf("60"), lifetimeOf("3600")]).toEqual([60_000, 3_600_000]);
  expect(warn).not.toHaveBeenCalled();
});

it("is a minute at least, and the log says so where less was configured", () => {
  const warn = vi.spyOn(console, "warn").mockImplementation(() => {});
  expect(lifetimeOf("5")).toBe(60_000);
  expect(warn.mock.calls.map(([line]) => JSON.parse(line))).toEqual([
    {
      level: "warning",
      event: "configuration",
      detail: "REF_TTL_SECONDS is 60 at least; 5 is taken for 60.",
    },
  ]);
});
