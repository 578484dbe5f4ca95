/** A report as a page. Everything that a scanned project wrote is escaped where it is put in. */
import type { Report } from "../report/schema.ts";
import { renderPage } from "./layout.tsx";
import { CategoryChart } from "./report/category-chart.tsx";
import { ChecklistSection } from "./report/checklist-section.tsx";
import { fitDetail } from "./report/detail.ts";
import { NextGrade } from "./report/next-grade.tsx";
import { NotesSection } from "./report/notes-section.tsx";
import { OutcomeBar } from "./report/outcome-bar.tsx";
import { ProjectSection } from "./report/project-section.tsx";
import type { DetailedContext, ReportContext } from "./report/report-context.ts";
import { ResultsSection } from "./report/results-section.tsx";
import { ShareSection } from "./report/share-section.tsx";
import { nameOf, SummarySection } from "./report/summary-section.tsx";
import { VERDICTS } from "./words.ts";

/** Bytes of a page without its pictures, so that it opens at once on a slow line. */
const MOST_BYTES = 100_000;

/** In as much detail as fits. */
export function renderReportPage(report: Report, context: ReportContext): string {
  const json = `/v1/scans/${report.id}?format=json`;
  return fitDetail(
    (detail) => renderInDetail(report, { ...context, json, detail }),
    (html) => encoder.encode(html).length < MOST_BYTES,
  );
}

const encoder = new TextEncoder();

function renderInDetail(report: Report, context: DetailedContext): string {
  const { grade, score, verdict } = report;
  const name = nameOf(report);
  return renderPage({
    title: `${name}: grade ${grade}, ${VERDICTS[verdict].toLowerCase()}`,
    description: `Production readiness of ${name}: ${score} of 100 points, grade ${grade}.`,
    scripts: ["report.js"],
    head: <link rel="alternate" type="application/json" href={`/v1/scans/${report.id}`} />,
    body: <ReportBody report={report} context={context} />,
  });
}

const SECTIONS = [
  ["results", "Results"],
  ["review", "Review"],
  ["project", "Project"],
  ["share", "Share"],
] as const;

const ReportBody = ({ report, context }: { report: Report; context: DetailedContext }) => (
  <div class="report">
    {context.isEarlier ? (
      <p class="notice" role="status">
        This is the report of an earlier commit; a newer one is being scanned.{" "}
        <a href={context.path}>Look again</a>
      </p>
    ) : null}
    <SummarySection report={report} context={context} />
    <nav class="sections" aria-label="Parts of the report">
      {SECTIONS.map(([id, title]) => (
        <a href={`#${id}`}>{title}</a>
      ))}
    </nav>
    <div class="overview">
      <div>
        <NextGrade report={report} />
        <OutcomeBar report={report} />
      </div>
      <CategoryChart categories={report.categories} />
    </div>
    <ResultsSection report={report} context={context} />
    <ChecklistSection report={report} />
    <ProjectSection report={report} context={context} />
    <NotesSection report={report} />
    <ShareSection report={report} context={context} />
    <p class="meta tool">
      pyready {report.tool.version}, rule set <code>{report.tool.ruleset}</code>, Ruff {report.tool.ruff}
    </p>
  </div>
);
