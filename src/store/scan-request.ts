/** What goes between routes, the coordinator of a repository and the runner of a scan: plain data. */
import type { UpstreamPolicy } from "../forge/fetch-upstream.ts";
import type { RepositoryName, Revision } from "../forge/parse-repository.ts";
import type { Kind } from "../project/project.ts";
import type { Summary } from "../report/summary.ts";

/** What of a repository is to be judged, as it was asked for. */
export interface ScanQuery extends Revision {
  name: RepositoryName;
  subdirectory?: string;
  kind?: Kind;
  /** Asks the forge again where the ref stands. */
  refresh: boolean;
  /**
   * What may be started: nothing; a look behind the answer whether a known ref has moved, with what follows from
   * it; or anything.
   */
  may: "read" | "look" | "scan";
  /** Milliseconds that a ref is taken to stand where it stood. */
  refTtlMs: number;
  upstream: UpstreamPolicy;
}

/** The same with its commit: it has one judgement under a rule set. */
export interface ScanTarget {
  name: RepositoryName;
  ref: string;
  commit: string;
  subdirectory?: string;
  kind?: Kind;
}

/** A report that was made of a target. */
export interface FoundReport {
  id: string;
  ref: string;
  commit: string;
  subdirectory?: string;
  summary: Summary;
}

/** Why there is none: code and detail of a problem. */
export interface Failure {
  code: string;
  detail: string;
  /** Seconds. */
  retryAfter?: number;
  /** The forge itself named them. */
  toldByForge?: true;
  /** The forge answered, and what it sent is of no use. */
  badAnswer?: true;
}

export type Standing =
  /** `ref`: what was asked for, where the report is of the commit that it stands at. */
  | { state: "found"; report: FoundReport; ref?: string }
  /** `earlier`: of an earlier commit or rule set. */
  | { state: "running"; job: string; earlier?: FoundReport }
  /** Only a scan could tell, and it may not be started. */
  | { state: "unknown"; earlier?: FoundReport }
  /** The forge is asked where the ref stands. */
  | { state: "resolving" }
  | { state: "failed"; failure: Failure };

export interface Job {
  id: string;
  state: "queued" | "running" | "done" | "failed";
  stage: string;
  /** 0 to 1. */
  share: number;
  report?: string;
  failure?: Failure;
}

/** A stage that a job went through; a type, since rows of a table are read as one. */
export type ToldStage = { seq: number; stage: string; share: number };

export interface WatchedJob extends Job {
  /** What was not seen before, in order. */
  told: ToldStage[];
}
