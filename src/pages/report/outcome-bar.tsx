/** How many rules ended how, as one bar. */
import type { Report } from "../../report/schema.ts";
import { count, OUTCOMES } from "../words.ts";
import { gainOf } from "./gain.ts";
import { Step } from "./next-grade.tsx";

export const OutcomeBar = ({ report }: { report: Report }) => {
  const { results, blockers } = report;
  const counts = Object.entries(OUTCOMES)
    .map(([outcome, title]) => ({
      outcome,
      title,
      number: results.filter((result) => result.outcome === outcome).length,
    }))
    .filter(({ number }) => number > 0);
  let from = 0;
  return (
    <section class="card" aria-labelledby="found">
      <h2 id="found">{count(results.length, "rule")} looked at</h2>
      <svg class="stack" viewBox={`0 0 ${results.length} 1`} preserveAspectRatio="none" aria-hidden="true">
        {counts.map(({ outcome, number }) => {
          from += number;
          return <rect class={`o-${outcome}`} x={from - number} width={number} height="1" />;
        })}
      </svg>
      <ul class="legend">
        {counts.map(({ outcome, title, number }) => {
          const anchor = results.some((one) => one.outcome === outcome && !blockers.includes(one.rule));
          return (
            <li class={`o-${outcome}`}>
              <strong>{number}</strong>{" "}
              <a href={`#${anchor ? outcome : "blockers"}`}>{title.toLowerCase()}</a>
            </li>
          );
        })}
      </ul>
      <Heaviest report={report} />
    </section>
  );
};

/** Results that are named beside the steps to the next grade. */
const MOST = 3;

/** What brings most beside the steps to the next grade. */
const Heaviest = ({ report }: { report: Report }) => {
  const steps = new Set(report.nextGrade?.steps.map(({ rule }) => rule));
  const open = report.results
    .filter(({ rule, outcome }) => (outcome === "fail" || outcome === "partial") && !steps.has(rule))
    .map((result) => ({ rule: result.rule, gain: gainOf(result, report) }))
    .sort((a, b) => b.gain - a.gain)
    .slice(0, MOST);
  return open.length === 0 ? null : (
    <>
      <h3>{steps.size > 0 ? "What else brings most" : "What would bring most"}</h3>
      <ol class="steps">
        {open.map((step) => (
          <Step report={report} {...step} />
        ))}
      </ol>
    </>
  );
};
