/**
 * A report as SARIF 2.1.0 (OASIS), in the part of it that GitHub code scanning reads
 * (https://docs.github.com/en/code-security/reference/code-scanning/sarif-files/sarif-support). One result a rule:
 * its first place is the alert's, the others are related locations that the message links to.
 */
import type { RenderContext } from "./rendering.ts";
import { listOpen, mainFileOf } from "./rendering.ts";
import { describeSarifRule, levelOf } from "./sarif-rule.ts";
import type { Report, ReportedEvidence, Result } from "./schema.ts";
import { toVisible, toVisibleLine } from "./visible-text.ts";

const SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";
const ROOT = "%SRCROOT%";

/** Places that a message names; all that the report shows are related locations. */
const PLACES_NAMED = 5;

export function renderSarif(report: Report, context: RenderContext): string {
  const indexes = new Map(report.results.map(({ rule }, index) => [rule, index]));
  const { tool } = report;
  const run = {
    tool: {
      driver: {
        name: tool.name,
        semanticVersion: tool.version,
        ...(context.origin === undefined ? {} : { informationUri: `${context.origin}/` }),
        rules: report.results.map((result) => describeSarifRule(result, context)),
        properties: { ruleset: tool.ruleset, ruff: tool.ruff },
      },
    },
    invocations: [describeInvocation(report)],
    // What stands before the last slash is the category under which GitHub keeps the alerts.
    automationDetails: { id: ["pyready", ...folderOf(report), report.id].join("/") },
    ...describeVersion(report),
    originalUriBaseIds: {
      [ROOT]: { description: { text: "The top folder of the project that was scanned." } },
    },
    results: listReported(report).map((result) => describeResult(result, report, indexes)),
    properties: { score: report.score, grade: report.grade, verdict: report.verdict },
  };
  return JSON.stringify({ $schema: SCHEMA, version: "2.1.0", runs: [run] }, null, 1);
}

/** What asks for work, and what would if the project's configuration did not ignore it. */
const listReported = (report: Report): Result[] => [
  ...listOpen(report),
  ...report.results.filter(
    ({ suppressedOutcome }) => suppressedOutcome === "fail" || suppressedOutcome === "partial",
  ),
];

function describeResult(result: Result, report: Report, indexes: ReadonlyMap<string, number>) {
  const { rule, outcome, suppressedOutcome, severity, evidence } = result;
  const places = evidence.filter(({ path }) => path !== "");
  const [first = { path: mainFileOf(report), startLine: 1 }, ...others] = places;
  return {
    ruleId: rule,
    ruleIndex: indexes.get(rule) ?? -1,
    kind: "fail",
    level: levelOf(severity, suppressedOutcome ?? outcome),
    message: { text: describeMessage(result, first, others) },
    locations: [describeLocation(first)],
    ...(others.length === 0
      ? {}
      : { relatedLocations: others.map((place, index) => ({ id: index + 1, ...describeLocation(place) })) }),
    partialFingerprints: { "pyreadyRule/v1": [...folderOf(report), rule].join("/") },
    ...(outcome === "suppressed"
      ? {
          suppressions: [
            { kind: "external", status: "accepted", justification: toVisible(result.reason ?? "") },
          ],
        }
      : {}),
    properties: { outcome, points: result.points, evidenceCount: result.evidenceCount },
  };
}

/** Related places are linked by their id (SARIF 2.1.0, section 3.11.6). */
function describeMessage(result: Result, first: ReportedEvidence, others: ReportedEvidence[]): string {
  const note = first.note ? ` Here: ${unlinked(first.note)}.` : "";
  const named = others
    .slice(0, PLACES_NAMED)
    .map(({ path, startLine }, index) => `[${escapeLink(`${path}:${startLine}`)}](${index + 1})`);
  const rest = result.evidenceCount - 1 - named.length;
  const more = rest > 0 ? ` and ${rest} more` : "";
  const also = named.length > 0 ? ` Also: ${named.join(", ")}${more}.` : "";
  return `${unlinked(result.message)}${note}${also}`;
}

const escapeLink = (text: string): string => toVisibleLine(text).replace(/[\\[\]]/g, "\\$&");

/** What a project wrote never becomes a link. */
const unlinked = (text: string): string => toVisible(text).replaceAll("](", "] (");

function describeLocation({ path, startLine, endLine, startColumn, note }: ReportedEvidence) {
  return {
    physicalLocation: {
      artifactLocation: { uri: encodePath(path), uriBaseId: ROOT },
      region: {
        startLine,
        ...(startColumn === undefined ? {} : { startColumn }),
        ...(endLine === undefined || endLine < startLine ? {} : { endLine }),
      },
    },
    ...(note ? { message: { text: unlinked(note) } } : {}),
  };
}

/** A relative reference (RFC 3986): a colon in its first part would make a scheme of it. */
const encodePath = (path: string): string => path.toWellFormed().split("/").map(encodeURIComponent).join("/");

const folderOf = ({ input }: Report): string[] =>
  input.subdirectory ? [encodePath(input.subdirectory)] : [];

/** Rules that went wrong and what else was odd are no findings about the project. */
function describeInvocation({ scannedAt, results, warnings, skipped }: Report) {
  const broken = results
    .filter(({ outcome }) => outcome === "error")
    .map(({ rule, reason }) => ({
      level: "error",
      message: { text: toVisible(reason ?? "The rule failed.") },
      associatedRule: { id: rule },
    }));
  const odd = [...warnings, ...skipped.map(({ path, reason }) => `${path} was not read: ${reason}`)];
  const notes = odd.map((text) => ({ level: "warning", message: { text: toVisible(text) } }));
  return {
    executionSuccessful: true,
    endTimeUtc: scannedAt,
    toolExecutionNotifications: [...broken, ...notes],
  };
}

function describeVersion({ input }: Report) {
  const { repository } = input;
  if (!repository) return {};
  const { url, commit } = repository;
  return {
    versionControlProvenance: [{ repositoryUri: url, revisionId: commit, mappedTo: { uriBaseId: ROOT } }],
  };
}
