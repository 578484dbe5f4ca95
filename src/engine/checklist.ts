/** The pre-launch review: every demand of the source documents answered from the verdicts. */
import type { Evidence, Rule } from "./rule.ts";
import type { RuleResult } from "./run.ts";

export interface ChecklistItem {
  id: string;
  /** Title of the document that asks. */
  document: string;
  section: string;
  item: string;
}

export interface ChecklistAnswer {
  item: string;
  answer: "yes" | "no" | "partly" | "not-applicable" | "ask-a-person";
  rules: string[];
  /** What to ask, where the archive cannot tell. */
  question?: string;
  /** What speaks for or against it so far, at most five places. */
  evidence?: Evidence[];
}

export function answerChecklist(
  items: readonly ChecklistItem[],
  rules: readonly Rule[],
  results: readonly RuleResult[],
): ChecklistAnswer[] {
  const byRule = new Map(results.map((result) => [result.rule, result]));
  return items.map((item) => {
    const asked = rules.filter(({ checklist }) => checklist.includes(item.id));
    const own = asked.flatMap(({ id }) => byRule.get(id) ?? []);
    const answer = asked.length === 0 ? "ask-a-person" : answerOf(own);
    const evidence = own.flatMap((result) => result.evidence).slice(0, 5);
    return {
      item: item.id,
      answer,
      rules: asked.map(({ id }) => id),
      ...(answer === "ask-a-person" ? { question: questionOf(item, asked, own) } : {}),
      ...(evidence.length > 0 ? { evidence } : {}),
    };
  });
}

/** Yes when every applicable rule passes, no when every one fails, partly between. */
function answerOf(results: readonly RuleResult[]): ChecklistAnswer["answer"] {
  const judged = results.filter(
    ({ outcome }) => outcome === "pass" || outcome === "partial" || outcome === "fail",
  );
  if (judged.length > 0) {
    if (judged.every(({ outcome }) => outcome === "pass")) return "yes";
    return judged.every(({ outcome }) => outcome === "fail") ? "no" : "partly";
  }
  return results.some(({ outcome }) => outcome === "inconclusive" || outcome === "error")
    ? "ask-a-person"
    : "not-applicable";
}

function questionOf(item: ChecklistItem, rules: readonly Rule[], results: readonly RuleResult[]): string {
  const unsure = results.find(({ outcome }) => outcome === "inconclusive")?.rule;
  const question =
    rules.find(({ id }) => id === unsure)?.question ?? rules.find((rule) => rule.question)?.question;
  return question ?? `Is it so that ${item.item}?`;
}
