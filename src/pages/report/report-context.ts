/** What a report's page shows beside the report itself. */
import type { Report } from "../../report/schema.ts";
import type { ScannedCommit } from "../forge-links.ts";
import type { Detail } from "./detail.ts";

export interface HistoryPoint {
  id: string;
  commit: string;
  scannedAt: string;
  score: number;
  grade: Report["grade"];
}

export interface ReportContext {
  /** Scheme and host of this service, for what is pasted elsewhere. */
  origin: string;
  /** Path of this page; what the badge links to. */
  path: string;
  /** Why a team should care about a rule; `undefined` for one that this rule set no longer has. */
  why(rule: string): string | undefined;
  /** Where evidence can be looked at. */
  commit?: ScannedCommit | undefined;
  /** Path of the badge without its extension, and the query that chooses it; none for private code. */
  badge?: { path: string; query: string } | undefined;
  /** Oldest first. */
  history: readonly HistoryPoint[];
  /** A newer commit is being scanned. */
  isEarlier?: boolean;
}

/** The same for the parts that show results. */
export interface DetailedContext extends ReportContext {
  detail: Detail;
  /** Where all places are. */
  json: string;
}
