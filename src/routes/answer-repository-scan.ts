/** POST /v1/scans with the URL of a repository. */
import { parseRepository } from "../forge/parse-repository.ts";
import { askRepository, awaitJob, describeQuery, findJob, scanWithToken } from "../http/ask-repository.ts";
import { readBody } from "../http/body.ts";
import type { RequestContext } from "../http/context.ts";
import type { Judge } from "../http/judge.ts";
import { Problem } from "../http/problems.ts";
import { spend } from "../http/rate-limits.ts";
import type { OnStage } from "../http/scan-upload.ts";
import { NDJSON, streamScan } from "../http/stream-scan.ts";
import type { Kind } from "../project/project.ts";
import type { StoredReport } from "../store/report-store.ts";
import type { ScanQuery } from "../store/scan-request.ts";
import { describeJob } from "./job-answer.ts";
import { answerReport } from "./report-answer.ts";
import type { Format } from "./report-formats.ts";
import { repositoryScanSchema } from "./scan-options.ts";

/** Bytes of a JSON body. */
const MOST_BYTES = 16 * 1024;

/** @param defaults options from the query, which the body overrides */
export async function answerRepositoryScan(
  c: RequestContext,
  judge: Judge,
  format: Format | typeof NDJSON,
  defaults: { kind?: Kind | undefined; subdirectory?: string | undefined },
): Promise<Response> {
  const query = await readQuery(c, defaults);
  if (query.refresh) await spend(c, "refreshes");
  const token = c.req.header("X-Forge-Token");
  c.header("Cache-Control", "no-store");
  const { notes } = c.var;
  const answerScan = async (scan: (onStage?: OnStage) => Promise<StoredReport>): Promise<Response> => {
    notes.cache = "miss";
    return format === NDJSON ? streamScan(c, scan) : answerReport(c, await scan(), format);
  };
  if (token !== undefined) return answerScan((onStage) => scanWithToken(c, judge, query, token, onStage));
  const found = await askRepository(c, query);
  notes.cache = "report" in found ? "hit" : "miss";
  if ("report" in found) return answerReport(c, found.report, format);
  if (wantsAsync(c)) return answerJob(c, found.job);
  return answerScan(async (onStage) => {
    await onStage?.("resolve", 1);
    return awaitJob(c, found.job, onStage);
  });
}

async function readQuery(
  c: RequestContext,
  defaults: { kind?: Kind | undefined; subdirectory?: string | undefined },
): Promise<ScanQuery> {
  const { repository, ...options } = await readOptions(c);
  const { forge, path, ...way } = parseRepository(repository, c.get("config").repositories.forges);
  const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
  return describeQuery(c, { name: { forge, path }, ...way, ...defaults, ...given });
}

async function readOptions(c: RequestContext) {
  const bytes = await readBody(c.req.raw, { limit: MOST_BYTES }).catch((error: unknown) => {
    if (error instanceof Problem && error.code === "archive-too-large")
      throw new Problem("invalid-request", `The JSON is longer than ${MOST_BYTES} bytes.`);
    throw error;
  });
  let body: unknown;
  try {
    body = JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    throw new Problem("invalid-request", "The body is no JSON.");
  }
  const parsed = repositoryScanSchema.safeParse(body);
  if (parsed.success) return parsed.data;
  const details = parsed.error.issues.map(({ path, message }) => [...path, message].join(": "));
  throw new Problem("invalid-request", `${details.join("; ").slice(0, 500)}.`);
}

/** RFC 7240, section 4.1. */
const wantsAsync = (c: RequestContext): boolean =>
  /(?:^|,)\s{0,9}respond-async\s{0,9}(?:[,;]|$)/i.test(c.req.header("Prefer")?.slice(0, 1_000) ?? "");

async function answerJob(c: RequestContext, id: string): Promise<Response> {
  const job = await findJob(c, id);
  if (!job) throw new Error("a job was forgotten while it ran");
  c.header("Location", `/v1/jobs/${id}`);
  c.header("Preference-Applied", "respond-async");
  c.header("Retry-After", "1");
  return c.json(describeJob(c, job), 202);
}
