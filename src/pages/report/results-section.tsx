/** All results: what blocks, what is to be mended, what is in place. Filters are radio buttons that the style reads. */
import type { Report, Result } from "../../report/schema.ts";
import { OUTCOMES } from "../words.ts";
import { gainOf } from "./gain.ts";
import type { ReportContext } from "./report-context.ts";
import { ResultFilters } from "./result-filters.tsx";
import { OpenResult, SettledResult } from "./result-item.tsx";

interface Shown {
  report: Report;
  context: ReportContext;
}

interface Group {
  id: string;
  title: string;
  outcome: Result["outcome"];
  results: Result[];
}

export const ResultsSection = ({ report, context }: Shown) => (
  <section class="results" id="results" aria-labelledby="results-title">
    <h2 id="results-title">Results</h2>
    <ResultFilters report={report} />
    <div class="groups">
      {groupsOf(report).map((group) => (
        <ResultGroup group={group} report={report} context={context} />
      ))}
      <p class="empty" hidden>
        No result matches both filters.
      </p>
    </div>
  </section>
);

const MOST_PLACES = 8;

/**
 * Places that are shown of one result, open or settled. Long reports show fewer of each, which keeps the page light;
 * the JSON has them all.
 */
function placesOf({ results }: Report): { open: number; settled: number } {
  const settled = results.filter(({ outcome }) => outcome === "pass").length;
  const open = results.filter(({ outcome }) => outcome === "fail" || outcome === "partial").length;
  return {
    open: Math.min(MOST_PLACES, Math.max(2, Math.floor(100 / open))),
    settled: settled > 40 ? 1 : 2,
  };
}

/** What weighs most comes first; blockers before all. */
function groupsOf({ results, blockers }: Report): Group[] {
  const blocking = new Set(blockers);
  const lost = ({ points }: Result): number => points.possible - points.earned;
  const groups = Object.entries(OUTCOMES).map(([outcome, title]) => ({
    id: outcome,
    title,
    outcome: outcome as Result["outcome"],
    results: results.filter((result) => result.outcome === outcome && !blocking.has(result.rule)),
  }));
  for (const { results: own } of groups) own.sort((a, b) => lost(b) - lost(a));
  const order = new Map(blockers.map((rule, index) => [rule, index]));
  const first = results
    .filter(({ rule }) => blocking.has(rule))
    .sort((a, b) => (order.get(a.rule) ?? 0) - (order.get(b.rule) ?? 0));
  return [{ id: "blockers", title: "Blockers", outcome: "fail" as const, results: first }, ...groups].filter(
    (group) => group.results.length > 0,
  );
}

const ResultGroup = ({ group, report, context }: Shown & { group: Group }) => {
  const { id, title, outcome, results } = group;
  const places = placesOf(report);
  const heading = (
    <h3 id={id}>
      {title} <span class="n">{results.length}</span>
    </h3>
  );
  const categories = [...new Set(results.map(({ category }) => `c-${category}`))].join(" ");
  if (outcome === "not-applicable") {
    return (
      <details class={`group o-${outcome} ${categories}`}>
        <summary>{heading}</summary>
        <SettledList results={results} context={context} most={places.settled} />
      </details>
    );
  }
  return (
    <section
      class={`group o-${outcome} ${categories}${id === "blockers" ? " blocking" : ""}`}
      aria-labelledby={id}
    >
      {heading}
      {outcome === "pass" || outcome === "suppressed" ? (
        <SettledList results={results} context={context} most={places.settled} />
      ) : (
        results.map((result) => (
          <OpenResult
            result={result}
            context={context}
            most={id === "blockers" ? MOST_PLACES : places.open}
            gain={gainOf(result, report)}
            unfolded={id === "blockers"}
          />
        ))
      )}
    </section>
  );
};

interface Settled {
  results: Result[];
  context: ReportContext;
  most: number;
}

const SettledList = ({ results, context, most }: Settled) => (
  <ul class="settled">
    {results.map((result) => (
      <SettledResult result={result} context={context} most={most} />
    ))}
  </ul>
);
