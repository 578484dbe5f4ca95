/** The pre-launch review: every demand of the source documents, answered. */
import { type ChecklistItem, checklist } from "../../../rules/checklist.ts";
import type { ChecklistAnswer, Report } from "../../report/schema.ts";
import { ANSWERS, count } from "../words.ts";

/** In class names: there are 134 of them on a page. */
const SHORT: Record<ChecklistAnswer["answer"], string> = {
  yes: "y",
  no: "n",
  partly: "p",
  "ask-a-person": "q",
  "not-applicable": "x",
};

type Answered = ChecklistItem & { answer: ChecklistAnswer };

export const ChecklistSection = ({ report }: { report: Report }) => {
  const answers = new Map(report.checklist.map((answer) => [answer.item, answer]));
  const answered = checklist.flatMap((item): Answered[] => {
    const answer = answers.get(item.id);
    return answer ? [{ ...item, answer }] : [];
  });
  if (answered.length === 0) return null;
  return (
    <section id="review" aria-labelledby="review-title" class="review">
      <h2 id="review-title">Pre-launch review</h2>
      <p class="soft">
        The {count(answered.length, "demand")} of five published checklists, each with the rules that answer
        it.
      </p>
      <Tally answers={answered} />
      {[...Map.groupBy(answered, ({ document }) => document)].map(([document, items]) => (
        <Document title={document} items={items} />
      ))}
    </section>
  );
};

const Document = ({ title, items }: { title: string; items: Answered[] }) => (
  <details class="card">
    <summary>
      <h3>{title}</h3>
      <Tally answers={items} />
    </summary>
    {[...Map.groupBy(items, ({ section }) => section)].map(([section, own]) => (
      <>
        <h4>{section}</h4>
        <ul>
          {own.map((item) => (
            <Demand {...item} />
          ))}
        </ul>
      </>
    ))}
  </details>
);

/** A script makes links of the rules' names: as markup, the three hundred of them would take a tenth of the page. */
const Demand = ({ item, answer: { answer, rules, question } }: Answered) => (
  <li class={`a-${SHORT[answer]}`}>
    <b>{ANSWERS[answer]}</b> {item}
    {question ? <i>{question}</i> : null}
    {answer === "not-applicable" || rules.length === 0 ? null : <small> {rules.join(" ")}</small>}
  </li>
);

/** How many of each answer. */
const Tally = ({ answers }: { answers: Answered[] }) => {
  const counts = Object.entries(ANSWERS).map(([answer, word]) => ({
    answer: answer as ChecklistAnswer["answer"],
    word,
    number: answers.filter((one) => one.answer.answer === answer).length,
  }));
  return (
    <p class="tally">
      {counts
        .filter(({ number }) => number > 0)
        .map(({ answer, word, number }) => (
          <span class={`a-${SHORT[answer]}`}>
            <b>{word}</b> {number}{" "}
          </span>
        ))}
    </p>
  );
};
