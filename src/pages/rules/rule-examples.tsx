/** A rule's examples with what it says of them: the engine's own verdicts. */
import type { RuleDescription } from "../../routes/rule-schema.ts";
import { KIND_NAMES } from "../words.ts";
import type { ExamplePlace, ExampleResult, ExampleResults } from "./example-result.ts";

type Examples = RuleDescription["examples"];
type RuleExample = Examples["pass"][number];

const GROUPS = [
  { key: "fail", outcome: "fail", title: "Fails" },
  { key: "partial", outcome: "partial", title: "Passes in part" },
  { key: "pass", outcome: "pass", title: "Passes" },
  { key: "inconclusive", outcome: "inconclusive", title: "A person must decide" },
  { key: "notApplicable", outcome: "not-applicable", title: "Does not apply" },
] as const;

interface Shown {
  examples: Examples;
  results: ExampleResults | undefined;
}

export const RuleExamples = ({ examples, results }: Shown) => (
  <>
    {GROUPS.map(({ key, outcome, title }) => {
      const own = examples[key] ?? [];
      return own.length === 0 ? null : (
        <details class={`card examples o-${outcome}`} {...(key === "fail" ? { open: true } : {})}>
          <summary>
            <h3>
              {title} <span class="n">{own.length}</span>
            </h3>
          </summary>
          {own.map((example, at) => (
            <Example example={example} result={results?.[key]?.[at] ?? [example.says]} />
          ))}
        </details>
      );
    })}
  </>
);

const Example = ({
  example,
  result: [message, ...places],
}: {
  example: RuleExample;
  result: ExampleResult;
}) => (
  <div class="example r">
    <h4>{message}</h4>
    <Places places={places} />
    <p class="soft">
      {[
        example.kind ? `As ${KIND_NAMES[example.kind].toLowerCase()}.` : "",
        example.artifact ? `In a ${example.artifact}.` : "",
        example.note ?? "",
      ]
        .filter((part) => part !== "")
        .join(" ")}
    </p>
    {Object.entries(example.files).map(([path, text]) => (
      <figure class="file">
        <figcaption>
          <code>{path}</code>
        </figcaption>
        <pre tabindex={0}>
          <code>
            {markLines(text, new Set(places.filter(([at]) => at === path).map(([, line]) => line)))}
          </code>
        </pre>
      </figure>
    ))}
  </div>
);

const Places = ({ places }: { places: readonly ExamplePlace[] }) =>
  places.length === 0 ? null : (
    <ul class="ev">
      {places.map(([path, line, note]) => (
        <li>
          <b>
            {path}:{line}
          </b>
          {note === undefined ? null : ` ${note}`}
        </li>
      ))}
    </ul>
  );

/** @param marked numbers of lines, from 1 */
function markLines(text: string, marked: ReadonlySet<number>) {
  const lines = text.replace(/\n$/, "").split("\n");
  return lines.map((line, at) => (
    <>
      {marked.has(at + 1) && line !== "" ? <mark>{line}</mark> : line}
      {at + 1 < lines.length ? "\n" : ""}
    </>
  ));
}
