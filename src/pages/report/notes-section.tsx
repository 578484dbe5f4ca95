/** What was left out of the judgement, and why. */

import type { Child } from "hono/jsx";
import type { Report } from "../../report/schema.ts";

/** Files that are listed by name. */
const MOST = 50;

export const NotesSection = ({ report }: { report: Report }) => {
  const { suppressed, excluded, skipped, warnings, score, scoreWithoutSuppressions } = report;
  if (suppressed.length + excluded.length + skipped.length + warnings.length === 0) return null;
  return (
    <section id="notes" aria-labelledby="notes-title">
      <h2 id="notes-title">Left out</h2>
      <div class="card notes">
        <List title="Warnings" items={warnings.map((warning) => [warning])} />
        <List
          title="Rules that the project's configuration ignores"
          items={suppressed.map(({ rule, paths, reason }) => [
            <>
              <a href={`/rules/${rule}`}>{rule}</a>
              {paths ? <> in {paths.join(", ")}</> : null}
            </>,
            reason,
          ])}
        />
        {score === scoreWithoutSuppressions ? null : (
          <p>Without them the score would be {scoreWithoutSuppressions}.</p>
        )}
        <List
          title="Files that the project's configuration leaves out"
          items={excluded.map(({ paths, reason }) => [<code>{paths.join(", ")}</code>, reason])}
        />
        <List
          title="Files that were not read"
          items={skipped.slice(0, MOST).map(({ path, reason }) => [<code>{path}</code>, reason])}
        />
        {skipped.length > MOST ? <p>and {skipped.length - MOST} more, in the JSON report.</p> : null}
      </div>
    </section>
  );
};

const List = ({ title, items }: { title: string; items: (readonly [Child, string?])[] }) =>
  items.length === 0 ? null : (
    <>
      <h3>{title}</h3>
      <ul>
        {items.map(([what, reason]) => (
          <li>
            {what}
            {reason === undefined ? null : `: ${reason}`}
          </li>
        ))}
      </ul>
    </>
  );
