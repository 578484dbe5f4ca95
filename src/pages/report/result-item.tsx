/** One result: in full where there is something to do, as a line where there is not. */
import type { Result } from "../../report/schema.ts";
import { InlineMarkdown, Markdown } from "../markdown.tsx";
import { decimal } from "../words.ts";
import { EvidenceList } from "./evidence-list.tsx";
import type { ReportContext } from "./report-context.ts";

interface Shown {
  result: Result;
  context: ReportContext;
  /** Places that are shown at most. */
  most: number;
  /** Points of score that it would bring. */
  gain?: number;
  /** Shows how to mend it at once. */
  unfolded?: boolean;
}

/** What is to be mended or decided: why it matters, where it is, and how to mend it. */
export const OpenResult = ({ result, context, most, gain = 0, unfolded = false }: Shown) => {
  const { rule, title, category, severity, outcome, message, evidence, evidenceCount, fix, docs } = result;
  const why = context.whys[rule];
  return (
    <article class={`r open c-${category}`} id={rule}>
      <h4>
        <a href={docs}>{title}</a>
      </h4>
      <p class="tags">
        <span>{severity}</span>
        {gain > 0 ? <span class="gain">+{decimal(gain)} points</span> : null}
      </p>
      <p class="seen">{message}</p>
      <EvidenceList evidence={evidence} total={evidenceCount} most={most} commit={context.commit} />
      {why ? (
        <p class="why">
          <InlineMarkdown text={why} />
        </p>
      ) : null}
      {outcome === "fail" || outcome === "partial" ? (
        <details class="fix" {...(unfolded ? { open: true } : {})}>
          <summary>How to mend it</summary>
          <Markdown text={fix} />
        </details>
      ) : null}
    </article>
  );
};

/** What is as it should be, with the first places that show it. */
export const SettledResult = ({ result, context, most }: Shown) => {
  const { rule, title, category, message, evidence, evidenceCount, docs } = result;
  return (
    <li class={`r c-${category}`} id={rule}>
      <h4>
        <a href={docs}>{title}</a>
      </h4>
      <p>{message}</p>
      <EvidenceList evidence={evidence} total={evidenceCount} most={most} commit={context.commit} />
    </li>
  );
};
