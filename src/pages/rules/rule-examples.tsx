/** A rule's examples with what it says of them: the very words that the test suite expects. */
import type { RuleDescription } from "../../routes/rule-schema.ts";
import { KIND_NAMES } from "../words.ts";

type Examples = RuleDescription["examples"];
type RuleExample = Examples["pass"][number];

const GROUPS = [
  { key: "fail", outcome: "fail", title: "Fails" },
  { key: "partial", outcome: "partial", title: "Passes in part" },
  { key: "pass", outcome: "pass", title: "Passes" },
  { key: "inconclusive", outcome: "inconclusive", title: "A person must decide" },
  { key: "notApplicable", outcome: "not-applicable", title: "Does not apply" },
] as const;

export const RuleExamples = ({ examples }: { examples: Examples }) => (
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
          {own.map((example) => (
            <Example example={example} />
          ))}
        </details>
      );
    })}
  </>
);

const Example = ({ example }: { example: RuleExample }) => (
  <div class="example">
    <p>
      “{example.says}”{example.at ? <span class="soft"> at {example.at}</span> : null}
      {example.kind ? <span class="soft">, as {KIND_NAMES[example.kind].toLowerCase()}</span> : null}
      {example.artifact ? <span class="soft">, in a {example.artifact}</span> : null}
    </p>
    {example.note ? <p class="soft">{example.note}</p> : null}
    {Object.entries(example.files).map(([path, text]) => (
      <figure class="file">
        <figcaption>
          <code>{path}</code>
        </figcaption>
        <pre tabindex={0}>
          <code>{markLine(text, path, example.at)}</code>
        </pre>
      </figure>
    ))}
  </div>
);

/** @param at `path:line` */
function markLine(text: string, path: string, at: string | undefined) {
  const lines = text.replace(/\n$/, "").split("\n");
  const marked = at?.startsWith(`${path}:`) ? Number(at.slice(path.length + 1)) : 0;
  const before = lines.slice(0, Math.max(0, marked - 1)).map((line) => `${line}\n`);
  if (marked < 1 || marked > lines.length) return lines.join("\n");
  const after = lines.slice(marked).map((line) => `\n${line}`);
  return (
    <>
      {before.join("")}
      <mark>{lines[marked - 1]}</mark>
      {after.join("")}
    </>
  );
}
