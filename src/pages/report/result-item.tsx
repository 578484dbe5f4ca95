/** One result: in full where there is something to do, as a line where there is not. */
import type { Result } from "../../report/schema.ts";
import { InlineMarkdown, Markdown } from "../markdown.tsx";
import { decimal, titleOf } from "../words.ts";
import { EvidenceList } from "./evidence-list.tsx";
import type { DetailedContext } from "./report-context.ts";

interface Shown {
  result: Result;
  context: DetailedContext;
  /** Places that are shown at most. */
  most: number;
  /** Points of score that it would bring. */
  gain?: number;
  /** Says here how to mend it, and not only on the page of its rule. */
  saysFix?: boolean;
  /** Shows that at once. */
  unfolded?: boolean;
}

/** What is to be mended or decided: why it matters, where it is, and how to mend it. */
export const OpenResult = ({ result, context, most, gain = 0, saysFix = true, unfolded = false }: Shown) => {
  const { rule, title, category, severity, outcome, message, evidence, evidenceCount, fix, docs } = result;
  const why = context.detail.whys ? context.why(rule) : undefined;
  return (
    <article class={`r open c-${category}`} id={rule}>
      <h4>
        <a href={docs}>{title}</a>
      </h4>
      <p class="tags">
        <span>{titleOf(category)}</span>
        <span>{severity}</span>
        {gain > 0 ? <span class="gain">+{decimal(gain)} points</span> : null}
      </p>
      <p class="seen">{message}</p>
      <EvidenceList
        evidence={evidence}
        total={evidenceCount}
        most={most}
        commit={context.commit}
        json={context.json}
      />
      {why ? (
        <p class="why">
          <InlineMarkdown text={why} />
        </p>
      ) : null}
      {outcome === "fail" || outcome === "partial" ? (
        <Fix text={saysFix ? fix : undefined} page={docs} unfolded={unfolded} />
      ) : null}
    </article>
  );
};

const Fix = ({ text, page, unfolded }: { text: string | undefined; page: string; unfolded: boolean }) =>
  text === undefined ? (
    <a href={`${page}#fix`}>How to mend it</a>
  ) : (
    <details class="fix" {...(unfolded ? { open: true } : {})}>
      <summary>How to mend it</summary>
      <Markdown text={text} />
    </details>
  );

/** What is as it should be, with the first places that show it. It stands in the list of its category. */
export const SettledResult = ({ result, context, most }: Shown) => {
  const { rule, title, message, evidence, evidenceCount, docs } = result;
  return (
    <li class="r" id={rule}>
      <h4>
        <a href={docs}>{title}</a>
      </h4>
      <p>{message}</p>
      <EvidenceList
        evidence={evidence}
        total={evidenceCount}
        most={most}
        commit={context.detail.settledLinks ? context.commit : undefined}
      />
    </li>
  );
};
