/** A report as the comment on a pull request: the verdict, what stands in the way, what to do next, and the rest folded. */
import { markdownCode, markdownLink, markdownText } from "./markdown-text.ts";
import { listOpen, type RenderContext, VERDICT_WORDS } from "./rendering.ts";
import type { Report, Result } from "./schema.ts";

/** First line of every comment, by which a workflow finds its own again. */
export const COMMENT_MARK = "<!-- pyready -->";

/** GitHub refuses a comment over 65,536 characters; some room is left for what a workflow adds. */
const MOST_CHARACTERS = 60_000;
const PLACES_SHOWN = 5;
const STEPS_SHOWN = 5;

const MARKS = { A: "🟢", B: "🟢", C: "🟡", D: "🟠", F: "🔴" } as const;

export function renderMarkdown(report: Report, context: RenderContext): string {
  const { origin } = context;
  const linkRule = ({ title, docs }: Result): string =>
    markdownLink(markdownText(title), origin === undefined ? undefined : origin + docs);
  const byRule = new Map(report.results.map((result) => [result.rule, result]));
  const ruleOf = (rule: string): string => {
    const result = byRule.get(rule);
    return result ? linkRule(result) : markdownCode(rule);
  };
  const parts = [
    COMMENT_MARK,
    describeHead(report),
    describeBlockers(report, ruleOf),
    describeNext(report, ruleOf),
    describeCategories(report),
  ];
  const foot = describeFoot(report, origin);
  const room = MOST_CHARACTERS - [...parts, foot].join("\n\n").length;
  const open = listOpen(report);
  parts.push(fold(open.length, describeOpen(open, linkRule, room)), describeIgnored(report, ruleOf), foot);
  return `${parts.filter((part) => part !== "").join("\n\n")}\n`;
}

function describeHead({ score, grade, verdict, project, results }: Report): string {
  const count = (outcome: Result["outcome"]): number =>
    results.filter((result) => result.outcome === outcome).length;
  const name = project.name === "" ? "The project" : `Project ${markdownText(project.name)}`;
  return [
    `## ${MARKS[grade]} Grade ${grade}, ${score} of 100: ${VERDICT_WORDS[verdict]}`,
    `${name}, judged as a ${project.kind}: ${count("pass")} pass, ${count("partial")} in part, ` +
      `${count("fail")} fail; ${count("inconclusive")} cannot be decided from the files.`,
  ].join("\n\n");
}

function describeBlockers({ blockers }: Report, ruleOf: (rule: string) => string): string {
  if (blockers.length === 0) return "";
  return ["### What stands in the way", "", ...blockers.map((rule) => `- ❌ ${ruleOf(rule)}`)].join("\n");
}

function describeNext({ nextGrade }: Report, ruleOf: (rule: string) => string): string {
  if (nextGrade === null || nextGrade.steps.length === 0) return "";
  const { grade, steps } = nextGrade;
  const shown = steps
    .slice(0, STEPS_SHOWN)
    .map(({ rule, gain }, index) => `${index + 1}. ${ruleOf(rule)} (+${gain.toFixed(1)})`);
  const rest = steps.length - shown.length;
  const more = rest > 0 ? [`\nand ${rest} more.`] : [];
  return [`### Next steps, to grade ${grade}`, "", ...shown, ...more].join("\n");
}

function describeCategories({ categories }: Report): string {
  const rows = categories
    .filter(({ possible }) => possible > 0)
    .map(
      ({ title, score, earned, possible }) =>
        `| ${markdownText(title)} | ${score === null ? "–" : score} | ${earned} of ${possible} |`,
    );
  return rows.length === 0
    ? ""
    : ["| Category | Score | Points |", "| --- | ---: | ---: |", ...rows].join("\n");
}

const fold = (count: number, body: string): string =>
  count === 0
    ? ""
    : `<details>\n<summary>${count} ${count === 1 ? "thing" : "things"} to mend</summary>\n\n${body}\n\n</details>`;

/** As many as there is room for. */
function describeOpen(open: Result[], linkRule: (result: Result) => string, room: number): string {
  const described: string[] = [];
  let left = room - 1_000;
  for (const result of open) {
    const text = describeResult(result, linkRule);
    if (text.length + 2 > left) break;
    left -= text.length + 2;
    described.push(text);
  }
  const rest = open.length - described.length;
  return [...described, ...(rest > 0 ? [`And ${rest} more, for which there is no room here.`] : [])].join(
    "\n\n",
  );
}

function describeResult(result: Result, linkRule: (result: Result) => string): string {
  const { rule, severity, outcome, message, evidence, evidenceCount, points, fix } = result;
  const lost = Number((points.possible - points.earned).toFixed(2));
  const places = evidence.slice(0, PLACES_SHOWN).map(({ path, startLine, note }) => {
    return `- ${markdownCode(`${path}:${startLine}`)}${note ? ` ${markdownText(note)}` : ""}`;
  });
  const rest = evidenceCount - places.length;
  return [
    `${outcome === "fail" ? "❌" : "⚠️"} **${linkRule(result)}** (${markdownCode(rule)}, ${severity}, −${lost})<br>` +
      markdownText(message),
    ...(places.length === 0 ? [] : ["", ...places]),
    ...(places.length > 0 && rest > 0 ? [`- and ${rest} more`] : []),
    "",
    fix,
  ].join("\n");
}

/** A reader of the comment should know what is not held against the project, and why. */
function describeIgnored({ suppressed, excluded }: Report, ruleOf: (rule: string) => string): string {
  const rules = suppressed.map(({ rule, paths, reason }) => {
    const where = paths ? ` in ${paths.map(markdownCode).join(", ")}` : "";
    return `- ${ruleOf(rule)}${where}: ${markdownText(reason)}`;
  });
  const files = excluded.map(
    ({ paths, reason }) => `- ${paths.map(markdownCode).join(", ")}: ${markdownText(reason)}`,
  );
  const all = [...rules, ...files];
  if (all.length === 0) return "";
  const shown = all.slice(0, IGNORED_SHOWN);
  const rest = all.length - shown.length;
  const more = rest > 0 ? [`- and ${rest} more`] : [];
  return `<details>\n<summary>${all.length} ignored by configuration</summary>\n\n${[...shown, ...more].join("\n")}\n\n</details>`;
}

const IGNORED_SHOWN = 20;

function describeFoot({ id, tool, input, scannedAt }: Report, origin: string | undefined): string {
  const commit = input.repository ? `commit ${markdownCode(input.repository.commit.slice(0, 12))}, ` : "";
  const where = input.subdirectory ? `folder ${markdownCode(input.subdirectory)}, ` : "";
  const page = origin === undefined ? "" : `[Full report](${origin}/report/scans/${id}) · `;
  return `<sub>${page}${where}${commit}${scannedAt.slice(0, 10)}, pyready ${tool.version}, rules ${tool.ruleset}</sub>`;
}
