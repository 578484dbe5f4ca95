/** The shortest way to the next grade, with what each step brings. */
import type { Report } from "../../report/schema.ts";
import { count, decimal } from "../words.ts";

/** Steps that are shown at once. */
const FIRST = 6;

export const NextGrade = ({ report }: { report: Report }) => {
  const { nextGrade } = report;
  if (!nextGrade) return <Top report={report} />;
  const { grade, steps } = nextGrade;
  const rest = steps.slice(FIRST);
  const gain = steps.reduce((sum, step) => sum + step.gain, 0);
  const reached = decimal(scoreAfter(report, new Set(steps.map(({ rule }) => rule))));
  return (
    <section class="card" aria-labelledby="next">
      <h2 id="next">
        {count(steps.length, "step")} to grade {grade}
      </h2>
      <p class="soft">
        {steps.length === 1
          ? `Nothing else stands in between. It brings the score to ${reached}.`
          : `The shortest way: together they bring ${decimal(gain)} points, and the score to ${reached}.`}
      </p>
      <ol class="steps">
        {steps.slice(0, FIRST).map((step) => (
          <Step report={report} {...step} />
        ))}
      </ol>
      {rest.length > 0 ? (
        <details>
          <summary>{count(rest.length, "more step")}</summary>
          <ol class="steps" start={FIRST + 1}>
            {rest.map((step) => (
              <Step report={report} {...step} />
            ))}
          </ol>
        </details>
      ) : null}
    </section>
  );
};

/** The gains are rounded, each by itself; their sum may miss the grade by a tenth. */
function scoreAfter({ results, categories }: Report, mended: ReadonlySet<string>): number {
  const [earned, possible] = categories.reduce(
    ([some, all], category) => [some + category.earned, all + category.possible],
    [0, 0],
  );
  const gained = results
    .filter(({ rule }) => mended.has(rule))
    .reduce((sum, { points }) => sum + points.possible - points.earned, 0);
  return possible === 0 ? 0 : (100 * (earned + gained)) / possible;
}

export const Step = ({ report, rule, gain }: { report: Report; rule: string; gain: number }) => (
  <li>
    <span>
      <a href={`#${rule}`}>{report.results.find((result) => result.rule === rule)?.title ?? rule}</a>
      {report.blockers.includes(rule) ? <span class="blocks">blocker</span> : null}
    </span>
    <span class="gain">
      +{decimal(gain)}
      <span class="sr"> points</span>
    </span>
  </li>
);

/** At the top, or where nothing that was found would lead further. */
const Top = ({ report: { grade, results } }: { report: Report }) => {
  const open = results.filter(({ outcome }) => outcome === "fail" || outcome === "partial").length;
  return (
    <section class="card" aria-labelledby="next">
      <h2 id="next">{grade === "A" ? "The best grade" : "What is left"}</h2>
      <p>
        {open === 0
          ? "Everything that could be checked is in place."
          : `${count(open, "thing")} could still be better; none of them stands in the way of the grade.`}
      </p>
      <p class="soft">What no file can show is in the review below, as questions to a person.</p>
    </section>
  );
};
