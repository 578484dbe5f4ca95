/** All results: what blocks, what is to be mended, what is in place. Filters are radio buttons that the style reads. */
import type { Report, Result } from "../../report/schema.ts";
import { OUTCOMES, titleOf } from "../words.ts";
import { gainOf } from "./gain.ts";
import type { DetailedContext } from "./report-context.ts";
import { ResultFilters } from "./result-filters.tsx";
import { OpenResult, SettledResult } from "./result-item.tsx";

interface Shown {
  report: Report;
  context: DetailedContext;
}

interface Group {
  id: string;
  title: string;
  outcome: Result["outcome"];
  results: Result[];
}

export const ResultsSection = ({ report, context }: Shown) => {
  const groups = groupsOf(report);
  return (
    <section class="results" id="results" aria-labelledby="results-title">
      <h2 id="results-title">Results</h2>
      <ResultFilters report={report} />
      <div class="groups">
        {groups.map((group, at) => (
          <ResultGroup
            group={group}
            before={groups.slice(0, at).reduce((sum, { results }) => sum + results.length, 0)}
            report={report}
            context={context}
          />
        ))}
        <p class="empty" hidden>
          No result matches both filters.
        </p>
      </div>
    </section>
  );
};

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

/** @param before results in the groups above it */
const ResultGroup = ({ group, before, report, context }: Shown & { group: Group; before: number }) => {
  const { id, title, outcome, results } = group;
  const { places, fixes } = context.detail;
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
        results.map((result, at) => (
          <OpenResult
            result={result}
            context={context}
            most={id === "blockers" ? places.blocking : places.open}
            saysFix={before + at < fixes}
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
  context: DetailedContext;
  most: number;
}

/** There may be eighty of them, so they stand by category. */
const SettledList = ({ results, context, most }: Settled) => (
  <>
    {[...Map.groupBy(results, ({ category }) => category)].map(([category, own]) => (
      <div class={`kin c-${category}`}>
        <p>{titleOf(category)}</p>
        <ul class="settled">
          {own.map((result) => (
            <SettledResult result={result} context={context} most={most} />
          ))}
        </ul>
      </div>
    ))}
  </>
);
