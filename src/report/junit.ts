/**
 * A report as JUnit XML, in the part that Jenkins, GitLab and others agree on: a suite a category, a case a rule.
 * `fail` and `partial` are failures, since both ask for work; `type` tells them apart. What does not count
 * (not applicable, inconclusive, suppressed) is skipped, with the reason. A rule that went wrong is an error.
 */
import { escapeMarkup } from "./escape-markup.ts";
import { mainFileOf } from "./rendering.ts";
import type { Report, Result } from "./schema.ts";
import { toVisible } from "./visible-text.ts";

export function renderJunit(report: Report): string {
  const suites = report.categories
    .map(({ id, title }) => ({ id, title, cases: report.results.filter(({ category }) => category === id) }))
    .filter(({ cases }) => cases.length > 0);
  const time = (report.durationMs / 1_000).toFixed(3);
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites${attributes({ name: "pyready", ...countOf(report.results), time })}>`,
    ...suites.flatMap(({ id, title, cases }) => [
      `  <testsuite${attributes({ name: title, ...countOf(cases), timestamp: report.scannedAt.slice(0, 19) })}>`,
      ...cases.flatMap((result) => describeCase(result, `pyready.${id}`, report)),
      "  </testsuite>",
    ]),
    "</testsuites>",
    "",
  ].join("\n");
}

function countOf(results: Result[]): Record<string, number> {
  const of = (element: string): number => results.filter((result) => elementOf(result) === element).length;
  return { tests: results.length, failures: of("failure"), errors: of("error"), skipped: of("skipped") };
}

function elementOf({ outcome }: Result): "failure" | "error" | "skipped" | undefined {
  if (outcome === "pass") return undefined;
  if (outcome === "fail" || outcome === "partial") return "failure";
  return outcome === "error" ? "error" : "skipped";
}

function describeCase(result: Result, suite: string, report: Report): string[] {
  const { rule, title, outcome, evidence } = result;
  const [first = { path: mainFileOf(report), startLine: 1 }] = evidence;
  const place = { file: first.path, line: first.startLine };
  const head = `    <testcase${attributes({ classname: `${suite}.${rule}`, name: title, ...place })}`;
  const element = elementOf(result);
  if (element === undefined) return [`${head}/>`];
  const said = outcome === "suppressed" ? (result.reason ?? result.message) : result.message;
  const message = { message: said };
  if (element === "skipped") return [`${head}>`, `      <skipped${attributes(message)}/>`, "    </testcase>"];
  const open = `      <${element}${attributes({ ...message, type: outcome })}>`;
  return [`${head}>`, `${open}${escapeXml(describeFailure(result))}</${element}>`, "    </testcase>"];
}

function describeFailure({ rule, severity, message, evidence, evidenceCount, fix, docs }: Result): string {
  const places = evidence.map(({ path, startLine, note }) => `${path}:${startLine}${note ? ` ${note}` : ""}`);
  const rest = evidenceCount - places.length;
  const more = rest > 0 ? [`and ${rest} more`] : [];
  return [`${rule} (${severity}): ${message}`, ...places, ...more, "", fix, "", docs].join("\n");
}

const attributes = (values: Record<string, string | number>): string =>
  Object.entries(values)
    .map(([name, value]) => ` ${name}="${escapeXml(`${value}`).replaceAll("\n", "&#10;")}"`)
    .join("");

/** XML 1.0 has no way to write most control characters, lone surrogates and two noncharacters (section 2.2). */
const escapeXml = (text: string): string => escapeMarkup(toVisible(text).replace(/[\ufffe\uffff]/g, "�"));
