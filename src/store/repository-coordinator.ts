/**
 * One object a repository: where its refs stand, which reports there are, and what is under way, so that any number
 * of callers in any isolate wait for one scan. The scan itself runs in an object of its own, so that this one
 * always answers at once.
 */
import { DurableObject } from "cloudflare:workers";
import { ForgeError } from "../forge/forge-error.ts";
import type { Revision } from "../forge/parse-repository.ts";
import { type Resolved, resolveRevision } from "../forge/resolve-revision.ts";
import type { Summary } from "../report/summary.ts";
import { describeFailure } from "./describe-failure.ts";
import { RepositoryTables } from "./repository-tables.ts";
import type {
  Failure,
  FoundReport,
  Job,
  ScanQuery,
  ScanTarget,
  Standing,
  WatchedJob,
} from "./scan-request.ts";

/** How long a failure is told to those who did not ask for a scan, badges above all: seconds. */
const FAILURE_SECONDS = 60;
/** Failures that are remembered. */
const MOST_FAILURES = 200;
/** How long one call waits for news of a job: milliseconds. */
const WATCH_MS = 20_000;

export type Outcome = { report: { id: string; summary: Summary } } | { failure: Failure };

export class RepositoryCoordinator extends DurableObject<Cloudflare.Env> {
  readonly #tables: RepositoryTables;
  readonly #resolving = new Map<string, Promise<Resolved>>();
  readonly #failures = new Map<string, { failure: Failure; until: number }>();
  readonly #watchers = new Map<string, Set<() => void>>();

  constructor(state: DurableObjectState, env: Cloudflare.Env) {
    super(state, env);
    this.#tables = new RepositoryTables(state.storage.sql);
  }

  /** The report, or the job that will make it. Waits for the forge where it is not known where the ref stands. */
  async ask(query: ScanQuery): Promise<Standing> {
    const key = refKeyOf(query);
    const known = query.refresh ? undefined : this.#tables.findRef(key);
    const held = this.#failureOf(key);
    if (!known && held?.failure.toldByForge) return { state: "failed", failure: remaining(held) };
    if (!known && query.may !== "scan") return { state: "unknown" };
    try {
      if (known && known.age > query.refTtlMs) this.#revalidate(key, query);
      const resolved = known?.resolved ?? (await this.#resolve(key, query));
      const target = targetOf(query, resolved);
      const busy = this.#failureOf(targetKeyOf(target));
      if (!busy?.failure.toldByForge || this.#tables.findReport(target)) return this.#stand(query, resolved);
      const earlier =
        query.may === "scan" ? undefined : this.#tables.findEarlier(target, known?.previous ?? null);
      return earlier ? { state: "found", report: earlier } : { state: "failed", failure: remaining(busy) };
    } catch (error) {
      return { state: "failed", failure: describeFailure(error) };
    }
  }

  /** The same for those who do not wait: what is not known goes on behind the answer. */
  glance(query: ScanQuery): Standing {
    const key = refKeyOf(query);
    const known = this.#tables.findRef(key);
    if (!known) {
      const held = this.#failureOf(key);
      if (held) return { state: "failed", failure: remaining(held) };
      if (query.may !== "scan") return { state: "unknown" };
      this.ctx.waitUntil(this.ask(query));
      return { state: "resolving" };
    }
    if (known.age > query.refTtlMs) this.#revalidate(key, query);
    const target = targetOf(query, known.resolved);
    const held = this.#failureOf(targetKeyOf(target));
    if (!held || this.#tables.findReport(target)) return this.#stand(query, known.resolved);
    const earlier = this.#tables.findEarlier(target, known.previous);
    return earlier && held.failure.code === "upstream-unavailable"
      ? { state: "found", report: earlier }
      : { state: "failed", failure: remaining(held) };
  }

  /** A job; `undefined` where there is none of that name. */
  findJob(id: string): Job | undefined {
    return this.#tables.findJob(id);
  }

  /** The same once there is news. @param seen `seq` of the last stage that is known to the caller */
  async watch(id: string, seen: number): Promise<WatchedJob | undefined> {
    const before = this.#look(id, seen);
    if (!before || before.told.length > 0 || before.state === "done" || before.state === "failed")
      return before;
    await this.#news(id);
    return this.#look(id, seen);
  }

  #look(id: string, seen: number): WatchedJob | undefined {
    const job = this.#tables.findJob(id);
    return job && { ...job, told: this.#tables.listStages(id, seen) };
  }

  /** Told by the runner. */
  progress(id: string, stage: string, share: number): void {
    this.#tables.updateJob({ id, state: "running", stage, share });
    this.#tables.addStage(id, stage, share);
    this.#tell(id);
  }

  /** Told by the runner, with what came of it. */
  finish(id: string, target: ScanTarget, outcome: Outcome): void {
    const share = 1;
    if ("report" in outcome) {
      this.#tables.keepReport(target, outcome.report);
      this.#tables.updateJob({ id, state: "done", stage: "done", share, report: outcome.report.id });
      this.#failures.delete(targetKeyOf(target));
    } else {
      this.#tables.updateJob({ id, state: "failed", stage: "failed", share, failure: outcome.failure });
      this.#hold(targetKeyOf(target), outcome.failure);
    }
    this.#tell(id);
  }

  /** The store has lost this report. */
  forget(id: string): void {
    this.#tables.dropReport(id);
  }

  history(limit: number, before = Number.MAX_SAFE_INTEGER): (FoundReport & { seq: number })[] {
    return this.#tables.listReports(limit, before);
  }

  #stand(query: ScanQuery, resolved: Resolved): Standing {
    const target = targetOf(query, resolved);
    const report = this.#tables.findReport(target);
    if (report) return { state: "found", report, ref: resolved.ref };
    const previous = this.#tables.findRef(refKeyOf(query))?.previous ?? null;
    const earlier = this.#tables.findEarlier(target, previous);
    const known = earlier ? { earlier } : {};
    const running = this.#tables.findRunning(target);
    if (!running && query.may !== "scan") return { state: "unknown", ...known };
    return { state: "running", job: running ?? this.#start(target), ...known };
  }

  #start(target: ScanTarget): string {
    const id = `${this.ctx.id}${crypto.randomUUID().replaceAll("-", "").slice(0, 16)}`;
    this.#tables.addJob(id, target);
    const started = this.env.SCAN_RUNNERS.getByName(id).start(id, target);
    this.ctx.waitUntil(
      started.catch(() => {
        const detail = "The scan could not be started. Please try again.";
        this.finish(id, target, { failure: { code: "internal-error", detail } });
      }),
    );
    return id;
  }

  /** Any number of callers ask the forge once. */
  #resolve(key: string, query: ScanQuery): Promise<Resolved> {
    const running = this.#resolving.get(key);
    if (running) return running;
    const resolving = resolveRevision(query.name, query, query.upstream)
      .then((resolved) => {
        const byName =
          query.ref === undefined && query.tree === undefined ? refKeyOf({ ref: resolved.ref }) : key;
        for (const one of new Set([key, byName])) {
          this.#failures.delete(one);
          this.#tables.keepRef(one, resolved);
        }
        return resolved;
      })
      .catch((error: unknown) => {
        if (error instanceof ForgeError && error.code === "repository-not-found") this.#tables.dropRef(key);
        this.#hold(key, describeFailure(error));
        throw error;
      })
      .finally(() => this.#resolving.delete(key));
    this.#resolving.set(key, resolving);
    return resolving;
  }

  /** Looks again behind the answer, and scans what has come since. A forge that is away costs freshness only. */
  #revalidate(key: string, query: ScanQuery): void {
    if (query.may === "read" || this.#resolving.has(key) || this.#failureOf(key)) return;
    const looked = this.#resolve(key, query).then((resolved) =>
      this.#stand({ ...query, may: "scan" }, resolved),
    );
    this.ctx.waitUntil(looked.catch(() => {}));
  }

  #failureOf(key: string): { failure: Failure; until: number } | undefined {
    const held = this.#failures.get(key);
    return held && held.until > Date.now() ? held : undefined;
  }

  #hold(key: string, failure: Failure): void {
    if (this.#failures.size >= MOST_FAILURES) this.#failures.delete(this.#failures.keys().next().value ?? "");
    const seconds = failure.retryAfter ?? FAILURE_SECONDS;
    this.#failures.set(key, { failure, until: Date.now() + seconds * 1_000 });
  }

  #tell(id: string): void {
    for (const wake of this.#watchers.get(id) ?? []) wake();
  }

  /** Comes back when something is told of a job, or some seconds have passed. */
  async #news(id: string): Promise<void> {
    const watchers = this.#watchers.get(id) ?? new Set();
    this.#watchers.set(id, watchers);
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, WATCH_MS);
    watchers.add(resolve);
    await promise;
    clearTimeout(timer);
    watchers.delete(resolve);
    if (watchers.size === 0) this.#watchers.delete(id);
  }
}

const refKeyOf = ({ ref, tree, ofFile }: Revision): string =>
  JSON.stringify([ref ?? null, tree ?? null, ...(ofFile ? ["file"] : [])]);
const targetKeyOf = ({ commit, subdirectory, kind }: ScanTarget): string =>
  JSON.stringify([commit, subdirectory ?? null, kind ?? null]);

function targetOf({ name, subdirectory, kind }: ScanQuery, resolved: Resolved): ScanTarget {
  const { ref, commit } = resolved;
  const folder = subdirectory ?? resolved.subdirectory;
  return { name, ref, commit, ...(folder ? { subdirectory: folder } : {}), ...(kind ? { kind } : {}) };
}

const remaining = ({ failure, until }: { failure: Failure; until: number }): Failure =>
  failure.retryAfter === undefined
    ? failure
    : { ...failure, retryAfter: Math.max(1, Math.ceil((until - Date.now()) / 1_000)) };
