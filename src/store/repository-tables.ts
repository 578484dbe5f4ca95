/** The tables of a repository's coordinator. */
import { RULESET } from "../engine/ruleset.ts";
import type { Resolved } from "../forge/resolve-revision.ts";
import type { Summary } from "../report/summary.ts";
import type { Failure, FoundReport, Job, ScanTarget, ToldStage } from "./scan-request.ts";

const SCHEMA = `
CREATE TABLE IF NOT EXISTS refs (key TEXT PRIMARY KEY, resolved TEXT NOT NULL, previous TEXT,
  checked_at INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS reports (
  seq INTEGER PRIMARY KEY AUTOINCREMENT, commit_id TEXT NOT NULL, subdirectory TEXT NOT NULL, kind TEXT NOT NULL,
  ruleset TEXT NOT NULL, ref TEXT NOT NULL, id TEXT NOT NULL, summary TEXT NOT NULL,
  UNIQUE (commit_id, subdirectory, kind, ruleset));
CREATE TABLE IF NOT EXISTS jobs (
  id TEXT PRIMARY KEY, target TEXT NOT NULL, state TEXT NOT NULL, stage TEXT NOT NULL, share REAL NOT NULL,
  report TEXT, failure TEXT, updated_at INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS stages (
  seq INTEGER PRIMARY KEY AUTOINCREMENT, job TEXT NOT NULL, stage TEXT NOT NULL, share REAL NOT NULL);
CREATE INDEX IF NOT EXISTS stages_of_jobs ON stages (job, seq);`;

/** Rows that are kept: anyone may ask for any ref. */
const MOST_REFS = 1_000;
const MOST_REPORTS = 5_000;
const JOBS_KEPT_MS = 60 * 60_000;
/** A scan tells how it goes every few seconds; one that has been silent for this long has died. */
const SILENT_MS = 120_000;

type ReportRow = {
  seq: number;
  commit_id: string;
  subdirectory: string;
  ref: string;
  id: string;
  summary: string;
};
type RefRow = { resolved: string; previous: string | null; checked_at: number };
type JobRow = {
  id: string;
  state: Job["state"];
  stage: string;
  share: number;
  report: string | null;
  failure: string | null;
};

const keyOf = ({ commit, subdirectory, kind }: ScanTarget): [string, string, string] => [
  commit,
  subdirectory ?? "",
  kind ?? "",
];

export interface KnownRef {
  resolved: Resolved;
  /** Commit that it stood at before. */
  previous: string | null;
  /** Milliseconds since it was looked up. */
  age: number;
}

export class RepositoryTables {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
    sql.exec(SCHEMA);
  }

  /** Where a ref stood when it was last looked up, and how long ago that is, in milliseconds. */
  findRef(key: string): KnownRef | undefined {
    const query = "SELECT resolved, previous, checked_at FROM refs WHERE key = ?";
    const [row] = this.#sql.exec<RefRow>(query, key).toArray();
    if (!row) return undefined;
    const { resolved, previous, checked_at } = row;
    return { resolved: JSON.parse(resolved) as Resolved, previous, age: Date.now() - checked_at };
  }

  keepRef(key: string, resolved: Resolved): void {
    const before = this.findRef(key);
    const moved = before !== undefined && before.resolved.commit !== resolved.commit;
    const previous = moved ? before.resolved.commit : (before?.previous ?? null);
    const insert = "INSERT OR REPLACE INTO refs VALUES (?, ?, ?, ?)";
    this.#sql.exec(insert, key, JSON.stringify(resolved), previous, Date.now());
    this.#sql.exec(
      "DELETE FROM refs WHERE key NOT IN (SELECT key FROM refs ORDER BY checked_at DESC LIMIT ?)",
      MOST_REFS,
    );
  }

  dropRef(key: string): void {
    this.#sql.exec("DELETE FROM refs WHERE key = ?", key);
  }

  /** The report of a target under this rule set. */
  findReport(target: ScanTarget): FoundReport | undefined {
    const query =
      "SELECT * FROM reports WHERE commit_id = ? AND subdirectory = ? AND kind = ? AND ruleset = ?";
    const [row] = this.#sql.exec<ReportRow>(query, ...keyOf(target), RULESET).toArray();
    return row && describeRow(row);
  }

  /**
   * What is shown until a target's own report is there: of its commit, or of its ref.
   *
   * @param previous commit that the ref stood at before
   */
  findEarlier(target: ScanTarget, previous: string | null): FoundReport | undefined {
    const [commit, subdirectory, kind] = keyOf(target);
    const query =
      "SELECT * FROM reports WHERE (commit_id IN (?, ?) OR ref = ?) AND subdirectory = ? AND kind = ? ORDER BY seq DESC LIMIT 1";
    const [row] = this.#sql
      .exec<ReportRow>(query, commit, previous, target.ref, subdirectory, kind)
      .toArray();
    return row && describeRow(row);
  }

  keepReport(target: ScanTarget, { id, summary }: { id: string; summary: Summary }): void {
    const insert =
      "INSERT OR REPLACE INTO reports (commit_id, subdirectory, kind, ruleset, ref, id, summary) VALUES (?, ?, ?, ?, ?, ?, ?)";
    this.#sql.exec(insert, ...keyOf(target), RULESET, target.ref, id, JSON.stringify(summary));
    this.#sql.exec("DELETE FROM reports WHERE seq <= (SELECT MAX(seq) FROM reports) - ?", MOST_REPORTS);
  }

  dropReport(id: string): void {
    this.#sql.exec("DELETE FROM reports WHERE id = ?", id);
  }

  /** The latest report of each commit (and folder), newest first. @param before `seq` of the last one seen */
  listReports(limit: number, before: number): (FoundReport & { seq: number })[] {
    const query = `SELECT * FROM reports WHERE seq < ? AND seq IN
      (SELECT MAX(seq) FROM reports WHERE kind = '' GROUP BY commit_id, subdirectory) ORDER BY seq DESC LIMIT ?`;
    const rows = this.#sql.exec<ReportRow>(query, before, limit).toArray();
    return rows.map((row) => ({ ...describeRow(row), seq: row.seq }));
  }

  /** The job that is under way for a target. */
  findRunning(target: ScanTarget): string | undefined {
    const query =
      "SELECT id FROM jobs WHERE target = ? AND state IN ('queued', 'running') AND updated_at > ? LIMIT 1";
    const since = Date.now() - SILENT_MS;
    return this.#sql.exec<{ id: string }>(query, JSON.stringify(keyOf(target)), since).toArray()[0]?.id;
  }

  addJob(id: string, target: ScanTarget): void {
    this.#sql.exec("DELETE FROM jobs WHERE updated_at < ?", Date.now() - JOBS_KEPT_MS);
    this.#sql.exec("DELETE FROM stages WHERE job NOT IN (SELECT id FROM jobs)");
    const insert = "INSERT INTO jobs VALUES (?, ?, 'queued', 'queued', 0, NULL, NULL, ?)";
    this.#sql.exec(insert, id, JSON.stringify(keyOf(target)), Date.now());
  }

  addStage(id: string, stage: string, share: number): void {
    this.#sql.exec("INSERT INTO stages (job, stage, share) VALUES (?, ?, ?)", id, stage, share);
  }

  /** What a job went through, in order. @param after `seq` of the last one seen */
  listStages(id: string, after: number): ToldStage[] {
    const query = "SELECT seq, stage, share FROM stages WHERE job = ? AND seq > ? ORDER BY seq";
    return this.#sql.exec<ToldStage>(query, id, after).toArray();
  }

  updateJob({ id, state, stage, share, report, failure }: Job): void {
    this.#sql.exec(
      "UPDATE jobs SET state = ?, stage = ?, share = ?, report = ?, failure = ?, updated_at = ? WHERE id = ?",
      state,
      stage,
      share,
      report ?? null,
      failure === undefined ? null : JSON.stringify(failure),
      Date.now(),
      id,
    );
  }

  findJob(id: string): Job | undefined {
    const query = `SELECT id, stage, share, report, failure,
      CASE WHEN state IN ('queued', 'running') AND updated_at < ? THEN 'silent' ELSE state END AS state
      FROM jobs WHERE id = ?`;
    const rows = this.#sql.exec<Omit<JobRow, "state"> & { state: JobRow["state"] | "silent" }>(
      query,
      Date.now() - SILENT_MS,
      id,
    );
    const [row] = rows.toArray();
    if (!row) return undefined;
    const { state, stage, share, report, failure } = row;
    if (state === "silent") return { id, state: "failed", stage, share, failure: SILENT };
    return {
      id,
      state,
      stage,
      share,
      ...(report === null ? {} : { report }),
      ...(failure === null ? {} : { failure: JSON.parse(failure) as Failure }),
    };
  }
}

const SILENT: Failure = {
  code: "internal-error",
  detail: "The scan did not come to its end. Please try again.",
};

function describeRow({ id, ref, commit_id, subdirectory, summary }: ReportRow): FoundReport {
  return {
    id,
    ref,
    commit: commit_id,
    ...(subdirectory === "" ? {} : { subdirectory }),
    summary: JSON.parse(summary) as Summary,
  };
}
