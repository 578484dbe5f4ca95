/** From a request for a repository to its coordinator, and back with the report. */
import { ForgeError } from "../forge/forge-error.ts";
import type { RepositoryName, Revision } from "../forge/parse-repository.ts";
import { resolveRevision } from "../forge/resolve-revision.ts";
import type { Kind } from "../project/project.ts";
import { findReport, keepUnderRef, type StoredReport } from "../store/report-store.ts";
import type { FoundReport, Job, ScanQuery, Standing, WatchedJob } from "../store/scan-request.ts";
import { isAuthorised, refuseScan } from "./admission.ts";
import type { RequestContext } from "./context.ts";
import type { Judge } from "./judge.ts";
import { Problem, problemOf } from "./problems.ts";
import { scanPrivately } from "./scan-repository.ts";
import { type OnStage, timeStages } from "./scan-upload.ts";

export interface AskedScan extends Revision {
  name: RepositoryName;
  subdirectory?: string | undefined;
  kind?: Kind | undefined;
  refresh?: boolean | undefined;
}

/** @param may what may be started for it; a request that got this far as a scan may start one */
export function describeQuery(
  c: RequestContext,
  asked: AskedScan,
  may: ScanQuery["may"] = "scan",
): ScanQuery {
  const { name, ref, tree, ofFile, subdirectory, kind, refresh } = asked;
  const { refTtlMs, upstream } = c.get("config").repositories;
  return {
    name,
    ...(ref === undefined ? {} : { ref }),
    ...(tree === undefined || ref !== undefined ? {} : { tree, ...(ofFile && { ofFile }) }),
    ...(subdirectory ? { subdirectory } : {}),
    ...(kind === undefined ? {} : { kind }),
    refresh: refresh ?? false,
    may,
    refTtlMs,
    upstream,
  };
}

/** What a request that reads may have started before it is known whether anything must be. */
export const mayOfReader = (c: RequestContext): ScanQuery["may"] => (isAuthorised(c) ? "look" : "read");

/** Forges tell upper from lower case in no name. */
export const coordinatorOf = (c: RequestContext, { forge, path }: RepositoryName) =>
  c.env.REPOSITORIES.getByName(`${forge.host}/${path.toLowerCase()}`);

export type Found = { report: StoredReport } | { job: string; earlier?: StoredReport };

/**
 * What there is of a repository. A report that the store has lost is made anew.
 *
 * @throws Problem where the forge does not answer, there is no such repository or ref, or who asks may not have it
 *   scanned
 */
export async function askRepository(c: RequestContext, asked: ScanQuery): Promise<Found> {
  let query = asked;
  for (let attempt = 0; attempt < 4; attempt++) {
    const standing = await askCoordinator(c, query);
    if (standing.state === "unknown") {
      const refusal = await refuseScan(c);
      if (refusal) return earlierOr(refusal, c, query.name, standing.earlier);
      query = { ...query, may: "scan" };
    }
    if (standing.state === "failed") throw problemOf(standing.failure);
    if (standing.state === "found") {
      const { ref = standing.report.ref } = standing;
      const report = await readFound(c, query.name, standing.report);
      if (report)
        return {
          report: ref === standing.report.ref ? report : await keepUnderRef(c.get("store"), report, ref),
        };
    }
    if (standing.state === "running") {
      const { job, earlier } = standing;
      const report = earlier && (await readFound(c, query.name, earlier));
      return { job, ...(report ? { earlier: report } : {}) };
    }
  }
  throw new Error("reports are lost as they are stored");
}

/** Parts that a ref has where it is looked for in a `tree`. */
const MOST_REF_PARTS = 5;

/**
 * The ref and folder of a `tree` by what was scanned before: the longest beginning that is known as a ref, with a
 * report of the rest. Asks no forge and starts nothing.
 */
export async function recallTree(
  c: RequestContext,
  name: RepositoryName,
  { tree = "", ofFile }: Revision,
): Promise<{ ref: string; subdirectory?: string } | undefined> {
  const parts = tree.split("/");
  for (let count = Math.min(parts.length, MOST_REF_PARTS); count > 0; count--) {
    const subdirectory = ofFile ? "" : parts.slice(count).join("/");
    const asked = { name, ref: parts.slice(0, count).join("/"), subdirectory };
    const { state } = await askCoordinator(c, describeQuery(c, asked, "read"));
    if (state === "found" || state === "running")
      return { ref: asked.ref, ...(subdirectory && { subdirectory }) };
  }
  return undefined;
}

async function earlierOr(
  refusal: Problem,
  c: RequestContext,
  name: RepositoryName,
  earlier: FoundReport | undefined,
): Promise<Found> {
  const report = earlier && (await readFound(c, name, earlier));
  if (report) return { report };
  throw refusal;
}

async function askCoordinator(c: RequestContext, query: ScanQuery): Promise<Standing> {
  return (await coordinatorOf(c, query.name).ask(query)) as Standing;
}

async function readFound(
  c: RequestContext,
  name: RepositoryName,
  { id }: FoundReport,
): Promise<StoredReport | undefined> {
  const report = await findReport(c.get("store"), id);
  if (!report) await coordinatorOf(c, name).forget(id);
  return report;
}

export async function findJob(c: RequestContext, id: string): Promise<Job | undefined> {
  return (await coordinatorOfJob(c, id)?.findJob(id)) as Job | undefined;
}

/** Names of jobs begin with the id of the object that knows them. */
function coordinatorOfJob(c: RequestContext, id: string) {
  if (!/^[0-9a-f]{80}$/.test(id)) return undefined;
  const { REPOSITORIES } = c.env;
  try {
    return REPOSITORIES.get(REPOSITORIES.idFromString(id.slice(0, 64)));
  } catch {
    return undefined;
  }
}

/**
 * Waits for the report of a job, and tells all that it went through.
 *
 * @throws Problem that it ended in
 */
export async function awaitJob(
  c: RequestContext,
  id: string,
  onStage: OnStage = () => {},
): Promise<StoredReport> {
  let seen = 0;
  for (;;) {
    const job = await watchJob(c, id, seen);
    if (job === undefined) throw new Error("a job was forgotten while it ran");
    for (const { seq, stage, share } of job.told) {
      seen = seq;
      await onStage(stage, share);
    }
    if (job.state === "failed") throw problemOf(job.failure ?? { code: "internal-error", detail: "" });
    if (job.state === "done") {
      const report = await findReport(c.get("store"), job.report ?? "");
      if (report) return report;
      throw new Problem("internal-error", "The report could not be stored. Please try again.");
    }
  }
}

/** An object that moves to another machine breaks off the calls that wait for it, and answers the next. */
async function watchJob(c: RequestContext, id: string, seen: number): Promise<WatchedJob | undefined> {
  const watch = async () => (await coordinatorOfJob(c, id)?.watch(id, seen)) as WatchedJob | undefined;
  return watch().catch(async () => {
    await scheduler.wait(500);
    return watch();
  });
}

/** A scan with a client's own token: in this request, and nowhere near what others ask for. */
export async function scanWithToken(
  c: RequestContext,
  judge: Judge,
  query: ScanQuery,
  token: string,
  onStage: OnStage = () => {},
): Promise<StoredReport> {
  if (!/^[\x21-\x7e]{1,500}$/.test(token)) {
    throw new ForgeError("invalid-request", "X-Forge-Token holds no token.");
  }
  const clock = timeStages(c);
  const tell: OnStage = async (stage, share) => {
    clock(stage);
    await onStage(stage, share);
  };
  try {
    await tell("resolve", 0);
    const { name, kind } = query;
    const resolved = await resolveRevision(name, query, query.upstream, token);
    const subdirectory = query.subdirectory ?? resolved.subdirectory;
    const target = {
      name,
      ref: resolved.ref,
      commit: resolved.commit,
      ...(subdirectory ? { subdirectory } : {}),
      ...(kind ? { kind } : {}),
    };
    const config = c.get("config").repositories;
    return await scanPrivately(target, { store: c.get("store"), config, judge, onStage: tell }, token);
  } finally {
    clock();
  }
}
