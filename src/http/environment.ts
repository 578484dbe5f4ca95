/** The environment that wrangler gives the Worker: bindings, and variables parsed once into a typed configuration. */
import { z } from "@hono/zod-openapi";
import type { UpstreamPolicy } from "../forge/fetch-upstream.ts";
import { type Forges, forgesSchema } from "../forge/forges.ts";
import type { RecentReports } from "../store/recent-reports.ts";
import type { RepositoryCoordinator } from "../store/repository-coordinator.ts";
import type { JudgeLimits } from "./judge.ts";
import type { ScanRunner } from "./scan-runner.ts";

/** What wrangler.toml binds. Every variable arrives as a string. */
export interface Bindings extends Partial<Record<keyof z.input<typeof variablesSchema>, string>> {
  REPORTS: KVNamespace;
  RECENT_REPORTS: DurableObjectNamespace<RecentReports>;
  REPOSITORIES: DurableObjectNamespace<RepositoryCoordinator>;
  SCAN_RUNNERS: DurableObjectNamespace<ScanRunner>;
  /** Limits by client; see `rate-limits.ts`. */
  SCANS: RateLimit;
  REFRESHES: RateLimit;
  READS: RateLimit;
  ASSETS: Fetcher;
  /** Counters, where Workers Analytics Engine is bound. */
  METRICS?: AnalyticsEngineDataset;
}

const MIB = 1024 * 1024;
const count = (standard: number) => z.coerce.number().int().positive().default(standard);

/**
 * Tokens, separated by commas or white space. Blank text is as good as none; separators alone are a slip that must
 * not leave the door open.
 */
const tokensSchema = z
  .string()
  .transform((text) =>
    text.trim() === "" ? undefined : text.split(/[\s,]+/).filter((token) => token !== ""),
  )
  .refine((tokens) => tokens === undefined || tokens.length > 0, "holds no token");

/** Secrets, one a line: they may hold anything else. */
const secretsSchema = z.string().transform((text) => text.split(/[\r\n]+/).filter((secret) => secret !== ""));

export const variablesSchema = z.object({
  /** Largest upload, in bytes. */
  UPLOAD_BYTES: count(64 * MIB),
  /** What the uploads that an isolate reads at once may hold of its 128 MB, in bytes. */
  IN_FLIGHT_BYTES: count(80 * MIB),
  /** Whether a sender who is refused is heard out first: for servers without an edge that does. */
  HEAR_OUT: z.enum(["0", "1"]).default("0"),
  /** Milliseconds for which the sender of an upload may send next to nothing. */
  UPLOAD_STALL_MS: count(20_000),
  /** What may be inflated of one archive, in bytes. */
  INFLATED_BYTES: count(512 * MIB),
  /** Inflated to compressed bytes at most, once INFLATE_RATIO_FROM_BYTES have been inflated. */
  INFLATE_RATIO: count(200),
  INFLATE_RATIO_FROM_BYTES: count(64 * MIB),
  /** Entries of an archive, of any kind. */
  ARCHIVE_ENTRIES: count(50_000),
  /** Largest file that is read, in bytes. */
  FILE_BYTES: count(8 * MIB),
  /** What the texts of an archive may take up in memory, in bytes; a scan takes about twice as much. */
  TEXT_BYTES: count(48 * MIB),
  /** Largest Python file that is linted, and Python linted in all, in bytes. */
  PYTHON_FILE_BYTES: count(MIB),
  PYTHON_BYTES: count(64 * MIB),
  /** How long a request waits for the report store before it goes on without, in milliseconds. */
  STORE_WAIT_MS: count(1_000),
  /** Forges beside the known ones, as JSON: `{"git.example.com": {"kind": "gitea", "baseUrl": "https://…"}}`. */
  REPOSITORY_HOSTS: forgesSchema.default(forgesSchema.parse("{}")),
  /** How long a branch is taken to stand where it stood; forges are not asked more often than once a minute. */
  REF_TTL_SECONDS: count(300),
  /** Milliseconds that a forge may take to answer, and between two pieces of an archive. */
  UPSTREAM_TIMEOUT_MS: count(15_000),
  /** Archive of a repository, in bytes as it is sent and inflated. */
  REPOSITORY_BYTES: count(512 * MIB),
  REPOSITORY_INFLATED_BYTES: count(2_048 * MIB),
  /** Secret: raises GitHub's limits for repositories that were seen to be public without it. */
  GITHUB_TOKEN: z.string().min(1).optional(),
  /** Secret that GitHub signs its webhooks with; while it is changed, the new one and the old, one a line. */
  WEBHOOK_SECRET: secretsSchema.default([]),
  /** Secret: tokens of which whatever would start a scan needs one. Without it anyone may. */
  API_TOKENS: tokensSchema.optional(),
});

export interface Config {
  /** Bytes. */
  uploadBytes: number;
  /** Bytes. */
  inFlightBytes: number;
  hearOut: boolean;
  /** Milliseconds. */
  uploadStallMs: number;
  scan: JudgeLimits;
  /** Milliseconds. */
  storeWaitMs: number;
  repositories: RepositoryConfig;
  webhookSecrets: readonly string[];
  /** One of them is needed for a scan; `undefined` where anyone may. */
  apiTokens: readonly string[] | undefined;
}

export interface RepositoryConfig {
  forges: Forges;
  /** Milliseconds. */
  refTtlMs: number;
  upstream: UpstreamPolicy;
  /** Bytes of an archive as it is sent. */
  bytes: number;
  scan: JudgeLimits;
  githubToken: string | undefined;
}

const configs = new WeakMap<object, Config>();

/**
 * The configuration in an environment; parsed once for each environment object.
 *
 * @throws Error that names the variable when a value is not what it should be
 */
export function readConfig(bindings: Bindings): Config {
  const known = configs.get(bindings);
  if (known) return known;
  const parsed = variablesSchema.safeParse(bindings);
  if (!parsed.success) throw new Error(`wrangler.toml [vars]: ${z.prettifyError(parsed.error)}`);
  const vars = parsed.data;
  const archive = {
    entries: vars.ARCHIVE_ENTRIES,
    inflated: vars.INFLATED_BYTES,
    ratio: vars.INFLATE_RATIO,
    ratioFrom: vars.INFLATE_RATIO_FROM_BYTES,
    file: vars.FILE_BYTES,
  };
  const lint = { file: vars.PYTHON_FILE_BYTES, total: vars.PYTHON_BYTES };
  const config: Config = {
    uploadBytes: vars.UPLOAD_BYTES,
    inFlightBytes: vars.IN_FLIGHT_BYTES,
    hearOut: vars.HEAR_OUT === "1",
    uploadStallMs: vars.UPLOAD_STALL_MS,
    scan: { archive, text: vars.TEXT_BYTES, lint },
    storeWaitMs: vars.STORE_WAIT_MS,
    repositories: {
      forges: vars.REPOSITORY_HOSTS,
      refTtlMs: atLeast(SHORTEST_REF_TTL, vars.REF_TTL_SECONDS, "REF_TTL_SECONDS") * 1_000,
      upstream: { timeoutMs: vars.UPSTREAM_TIMEOUT_MS, attempts: 3 },
      bytes: vars.REPOSITORY_BYTES,
      scan: {
        archive: { ...archive, inflated: vars.REPOSITORY_INFLATED_BYTES },
        text: vars.TEXT_BYTES,
        lint,
      },
      githubToken: vars.GITHUB_TOKEN,
    },
    webhookSecrets: vars.WEBHOOK_SECRET,
    apiTokens: vars.API_TOKENS,
  };
  configs.set(bindings, config);
  return config;
}

const SHORTEST_REF_TTL = 60;

/** The value, or what it is raised to; then the log says so, once for each environment. */
function atLeast(least: number, value: number, variable: string): number {
  if (value >= least) return value;
  const detail = `${variable} is ${least} at least; ${value} is taken for ${least}.`;
  console.warn(JSON.stringify({ level: "warning", event: "configuration", detail }));
  return least;
}

declare global {
  namespace Cloudflare {
    interface Env extends Bindings {}
    interface GlobalProps {
      mainModule: typeof import("../worker.ts");
    }
  }
}
