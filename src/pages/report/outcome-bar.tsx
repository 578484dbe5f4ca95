/** How many rules ended how, as one bar. */
import type { Report } from "../../report/schema.ts";
import { count, OUTCOMES } from "../words.ts";

export const OutcomeBar = ({ report: { results, blockers } }: { report: Report }) => {
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
    </section>
  );
};
