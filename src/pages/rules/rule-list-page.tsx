/** All rules, by category. What does not match is hidden, so that a script can search without asking again. */
import type { RuleDescription } from "../../routes/rule-schema.ts";
import { renderPage } from "../layout.tsx";
import { InlineMarkdown } from "../markdown.tsx";
import { count } from "../words.ts";

export interface RuleSearch {
  /** Words that must all stand in title, id or reason. */
  q: string;
  category: string;
  severity: string;
}

interface Listed {
  rules: readonly RuleDescription[];
  /** Titles by id. */
  categories: Readonly<Record<string, string>>;
  search: RuleSearch;
}

export const ruleListPage = (listed: Listed): string =>
  renderPage({
    title: "Rules: pyready",
    description: "What pyready looks at, why it matters, and how to mend it.",
    at: "rules",
    scripts: ["rules.js"],
    body: <RuleList {...listed} />,
  });

const RuleList = ({ rules, categories, search }: Listed) => {
  const shown = new Set(rules.filter((rule) => matches(rule, search)));
  return (
    <div class="rules">
      <h1>Rules</h1>
      <p class="lead">
        {count(rules.length, "rule")} look for evidence of what five production checklists demand.
      </p>
      <SearchForm categories={categories} search={search} />
      <p role="status" class="soft">
        {count(shown.size, "rule")} of {rules.length}
      </p>
      {Object.entries(categories).map(([id, title]) => {
        const own = rules.filter(({ category }) => category === id);
        return (
          <section aria-labelledby={id} hidden={!own.some((rule) => shown.has(rule))}>
            <h2 id={id}>{title}</h2>
            <ul class="settled">
              {own.map((rule) => (
                <Row rule={rule} hidden={!shown.has(rule)} />
              ))}
            </ul>
          </section>
        );
      })}
    </div>
  );
};

const Row = ({ rule, hidden }: { rule: RuleDescription; hidden: boolean }) => (
  <li hidden={hidden} data-category={rule.category} data-severity={rule.severity}>
    <h3>
      <a href={rule.docs}>{rule.title}</a>
    </h3>
    <p class="tags">
      <code>{rule.id}</code>
      <span>{rule.blocker ? `${rule.severity}, blocks` : rule.severity}</span>
    </p>
    <p>
      <InlineMarkdown text={rule.why} />
    </p>
  </li>
);

function matches(rule: RuleDescription, { q, category, severity }: RuleSearch): boolean {
  const text = `${rule.id} ${rule.title} ${rule.why}`.toLowerCase();
  return (
    (category === "" || rule.category === category) &&
    (severity === "" || rule.severity === severity) &&
    q
      .toLowerCase()
      .split(/\s+/)
      .every((word) => text.includes(word))
  );
}

const SEVERITIES = { critical: "Critical", high: "High", medium: "Medium", low: "Low" };

const SearchForm = ({ categories, search }: Pick<Listed, "categories" | "search">) => (
  <search>
    <form action="/rules" method="get" class="row seek" id="seek">
      <label>
        Words
        <input type="search" name="q" value={search.q} maxlength={100} />
      </label>
      <Choice label="Category" name="category" options={categories} chosen={search.category} />
      <Choice label="Severity" name="severity" options={SEVERITIES} chosen={search.severity} />
      <button type="submit">Search</button>
    </form>
  </search>
);

interface ChoiceProps {
  label: string;
  name: string;
  options: Readonly<Record<string, string>>;
  chosen: string;
}

const Choice = ({ label, name, options, chosen }: ChoiceProps) => (
  <label>
    {label}
    <select name={name}>
      <option value="">All</option>
      {Object.entries(options).map(([id, title]) => (
        <option value={id} selected={id === chosen}>
          {title}
        </option>
      ))}
    </select>
  </label>
);
