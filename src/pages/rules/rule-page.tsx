/** One rule: why it matters, how to mend what it finds, and small projects with what it says of them. */
import type { ChecklistItem } from "../../../rules/checklist.ts";
import type { RuleDescription } from "../../routes/rule-schema.ts";
import { renderPage } from "../layout.tsx";
import { InlineMarkdown, Markdown } from "../markdown.tsx";
import { count, decimal, KIND_NAMES } from "../words.ts";
import type { ExampleResults } from "./example-result.ts";
import { RuleExamples } from "./rule-examples.tsx";

interface Shown {
  rule: RuleDescription;
  category: string;
  /** The demands that it answers. */
  demands: readonly ChecklistItem[];
  /** What it says of its examples. */
  results: ExampleResults | undefined;
}

export const rulePage = (shown: Shown): string =>
  renderPage({
    title: `${shown.rule.title}: pyready`,
    description: shown.rule.why,
    at: "rules",
    scripts: ["report.js"],
    head: <link rel="alternate" type="application/json" href={`/v1/rules/${shown.rule.id}`} />,
    body: <RuleBody {...shown} />,
  });

const RuleBody = ({ rule, category, demands, results }: Shown) => (
  <article class="rule">
    <p class="meta">
      <a href="/rules">Rules</a> <span aria-hidden="true">›</span>{" "}
      <a href={`/rules?category=${rule.category}`}>{category}</a>
    </p>
    <h1>{rule.title}</h1>
    <p class="lead">
      <InlineMarkdown text={rule.why} />
    </p>
    <Standing rule={rule} />
    <h2 id="fix">How to mend it</h2>
    <Markdown text={rule.fix} />
    {rule.question ? (
      <>
        <h2>Ask a person</h2>
        <p>{rule.question}</p>
      </>
    ) : null}
    <h2>What it says</h2>
    <p class="soft">
      Small projects, each of them a test of this rule, with its own words about them. The lines that it
      points at are marked.
    </p>
    <RuleExamples examples={rule.examples} results={results} />
    <h2>What it answers</h2>
    <ul>
      {demands.map(({ item, document }) => (
        <li>
          {item} <span class="soft">({document})</span>
        </li>
      ))}
    </ul>
    <h2>Where it does not fit</h2>
    <p>
      A project can ignore it, with a reason that its report shows. In <code>pyproject.toml</code>:
    </p>
    <pre tabindex={0}>
      <code>{`[tool.pyready.ignore]\n${rule.id} = "why it does not matter here"`}</code>
    </pre>
  </article>
);

const Standing = ({ rule }: { rule: RuleDescription }) => (
  <dl class="facts card">
    <dt>Id</dt>
    <dd>
      <code>{rule.id}</code>
    </dd>
    <dt>Severity</dt>
    <dd>
      {rule.severity}, {count(Number(decimal(rule.points)), "point")}
      {rule.blocker ? (
        <>
          ; <strong>a failure caps the grade</strong>
        </>
      ) : null}
    </dd>
    <dt>Speaks to</dt>
    <dd>
      {rule.kinds.length === Object.keys(KIND_NAMES).length
        ? "every kind of project"
        : rule.kinds.map((kind) => KIND_NAMES[kind].toLowerCase()).join(", ")}
    </dd>
    {rule.ruff ? (
      <>
        <dt>Reads of Ruff</dt>
        <dd>{rule.ruff.join(", ")}</dd>
      </>
    ) : null}
  </dl>
);
