/** The badge to paste, and the report in other formats. */
import type { Report } from "../../report/schema.ts";
import type { ReportContext } from "./report-context.ts";

/** What each format is for. */
const FORMATS = [
  ["json", "JSON", "everything, for programs"],
  ["sarif", "SARIF", "for code scanning"],
  ["markdown", "Markdown", "for a pull request"],
  ["junit", "JUnit", "for a CI system"],
] as const;

export const ShareSection = ({ report, context }: { report: Report; context: ReportContext }) => (
  <section id="share" aria-labelledby="share-title">
    <h2 id="share-title">Take it along</h2>
    <div class="card">
      <p class="formats">
        {FORMATS.map(([format, name, purpose]) => (
          <span>
            <a href={`/v1/scans/${report.id}?format=${format}`}>{name}</a> <span class="soft">{purpose}</span>
          </span>
        ))}
      </p>
      <Badge context={context} />
    </div>
  </section>
);

const Badge = ({ context: { badge, origin, path } }: { context: ReportContext }) => {
  if (!badge) return null;
  const image = `${badge.path}.svg${badge.query}`;
  const [from, to] = [`${origin}${image}`, `${origin}${path}`];
  return (
    <>
      <h3>Badge</h3>
      <p>
        <img src={image} alt="Badge: production ready" height={20} />
      </p>
      <Snippet name="Markdown" text={`[![production ready](${from})](${to})`} />
      <Snippet
        name="reStructuredText"
        text={`.. image:: ${from}\n   :target: ${to}\n   :alt: production ready`}
      />
      <Snippet name="HTML" text={`<a href="${to}"><img src="${from}" alt="production ready"></a>`} />
    </>
  );
};

const Snippet = ({ name, text }: { name: string; text: string }) => (
  <figure class="snippet">
    <figcaption>{name}</figcaption>
    <pre tabindex={0}>
      <code>{text}</code>
    </pre>
  </figure>
);
