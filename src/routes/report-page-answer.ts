/** A stored report as a page, with what the page shows beside it. */
import { coordinatorOf } from "../http/ask-repository.ts";
import type { RequestContext } from "../http/context.ts";
import type { ScannedCommit } from "../pages/forge-links.ts";
import type { HistoryPoint, ReportContext } from "../pages/report/report-context.ts";
import { renderReportPage } from "../pages/report-page.tsx";
import type { Report } from "../report/schema.ts";
import { findSummary, type StoredReport } from "../store/report-store.ts";
import type { FoundReport } from "../store/scan-request.ts";
import { answerTaggedPage } from "./page-answer.ts";
import { renderContext } from "./report-formats.ts";

/** Commits in the line of scores, and reports among which they are looked for. */
const HISTORY = 30;
const LOOKED_AT = 100;

export interface PageOptions {
  /** A repository's own page and badge, which show its newest commit; else they are those of this one report. */
  own?: { path: string; badge: { path: string; query: string } };
  isEarlier?: boolean;
}

export async function answerReportPage(
  c: RequestContext,
  stored: StoredReport,
  options: PageOptions = {},
): Promise<Response> {
  const report = JSON.parse(stored.body) as Report;
  const isPublic = (await findSummary(c.get("store"), stored.id)) !== undefined;
  const html = renderReportPage(report, await describeContext(c, report, isPublic, options));
  const cached = isPublic ? "public, max-age=60" : "private, no-cache";
  c.header("Cache-Control", c.req.method === "POST" ? "no-store" : cached);
  return answerTaggedPage(c, html);
}

async function describeContext(
  c: RequestContext,
  report: Report,
  isPublic: boolean,
  { own, isEarlier = false }: PageOptions,
): Promise<ReportContext> {
  const history = isPublic ? await findHistory(c, report) : [];
  const { origin } = new URL(c.req.url);
  const badge = own?.badge ?? { path: `/badge/scans/${report.id}`, query: "" };
  return {
    origin,
    why: renderContext(origin).why,
    path: own?.path ?? `/report/scans/${report.id}`,
    history,
    isEarlier,
    commit: commitOf(c, report),
    ...(isPublic ? { badge } : {}),
  };
}

function commitOf(c: RequestContext, { input: { repository } }: Report): ScannedCommit | undefined {
  const forge = repository && c.get("config").repositories.forges.get(repository.host);
  return forge && { forge: forge.kind, url: repository.url, commit: repository.commit };
}

/** Scores of the same branch and folder, up to the report itself. Without them, the page lacks its line. */
async function findHistory(c: RequestContext, { input }: Report): Promise<HistoryPoint[]> {
  const { repository, subdirectory } = input;
  const forge = repository && c.get("config").repositories.forges.get(repository.host);
  if (!forge) return [];
  const coordinator = coordinatorOf(c, { forge, path: repository.path });
  const rows = (await coordinator.history(LOOKED_AT).catch(() => [])) as FoundReport[];
  const own = rows.filter((row) => row.subdirectory === subdirectory);
  const at = own.findIndex(({ commit }) => commit === repository.commit);
  return own
    .slice(Math.max(0, at))
    .filter(({ ref, commit }) => ref === repository.ref || commit === repository.commit)
    .slice(0, HISTORY)
    .map(({ id, commit, summary: { scannedAt, score, grade } }) => ({ id, commit, scannedAt, score, grade }))
    .reverse();
}
