import Ajv from "ajv";
import addFormats from "ajv-formats";
import fc from "fast-check";
import { expect, it } from "vitest";
import { rules } from "../../rules/index.ts";
import { renderSarif } from "../../src/report/sarif.ts";
import { EXPOSURE_RULES } from "../../src/report/sarif-rule.ts";
import type { Report, Result } from "../../src/report/schema.ts";
import { renderContext } from "../../src/routes/report-formats.ts";
import { HARM, hostileReport } from "./hostile-report.ts";
import { sampleReport } from "./sample-report.ts";
import schema from "./sarif-schema-2.1.0.json" with { type: "json" };

const ajv = new Ajv({ strict: false, allErrors: true });
addFormats.default(ajv);
// Draft 4 names itself by `id`; nothing else in it is of that draft alone.
const { id: _id, $schema: _schema, ...definition } = schema;
const isSarif = ajv.compile(definition);

interface Place {
  physicalLocation: { artifactLocation: { uri: string; uriBaseId: string }; region: { startLine: number } };
}
interface SarifResult {
  ruleId: string;
  ruleIndex: number;
  level: string;
  message: { text: string };
  locations: Place[];
  relatedLocations?: (Place & { id: number })[];
  partialFingerprints: Record<string, string>;
  suppressions?: { justification: string }[];
}
interface SarifRule {
  id: string;
  help: { text: string; markdown: string };
  helpUri?: string;
  fullDescription: { text: string };
  defaultConfiguration: { level: string };
  properties: { tags: string[]; precision: string; "security-severity"?: string };
}
interface SarifRun {
  tool: { driver: { rules: SarifRule[] } };
  invocations: { toolExecutionNotifications: { level: string; associatedRule?: { id: string } }[] }[];
  automationDetails: { id: string };
  versionControlProvenance?: { repositoryUri: string; revisionId: string }[];
  results: SarifResult[];
}

function runOf(report: Report, origin: string | undefined = "https://pyready.test"): SarifRun {
  const log = JSON.parse(renderSarif(report, renderContext(origin)));
  isSarif(log);
  expect(isSarif.errors ?? []).toEqual([]);
  expect(log.version).toBe("2.1.0");
  expect(log.runs).toHaveLength(1);
  return log.runs[0];
}

const withResult = (more: Partial<Result>, report: Partial<Report> = {}): Report => ({
  ...sampleReport,
  ...report,
  results: [{ ...sampleReport.results[0]!, ...more }],
});
const only = (report: Report): SarifResult => runOf(report).results[0]!;

it("tells where a failing rule was seen", () => {
  const result = only(sampleReport);
  expect(result.ruleId).toBe("logging-not-print");
  expect(result.level).toBe("warning");
  expect(result.message.text).toBe("1 call of print. Here: print(total).");
  expect(result.locations).toMatchObject([
    {
      physicalLocation: {
        artifactLocation: { uri: "src/shop/app.py", uriBaseId: "%SRCROOT%" },
        region: { startLine: 3 },
      },
    },
  ]);
});

it("describes each rule with its reason, fix, page, level and tags", () => {
  const rule = runOf(sampleReport).tool.driver.rules[0]!;
  const why = rules.find(({ id }) => id === "logging-not-print")?.why ?? "none";
  expect(rule.fullDescription.text).toBe(why);
  expect(rule.help.text).toContain("Use `logging`.");
  expect(rule.help.markdown).toContain("https://pyready.test/rules/logging-not-print");
  expect(rule.helpUri).toBe("https://pyready.test/rules/logging-not-print");
  expect(rule.defaultConfiguration.level).toBe("warning");
  expect(rule.properties.tags).toEqual(["logging", "production-readiness"]);
  expect(rule.properties["security-severity"]).toBeUndefined();
});

it("gives rules on security a severity that GitHub sorts by", () => {
  const severities = (["critical", "high", "medium", "low"] as const).map((severity) => {
    const run = runOf(withResult({ category: "security", severity }));
    const { properties } = run.tool.driver.rules[0]!;
    expect(properties.tags).toContain("security");
    return Number(properties["security-severity"]);
  });
  expect(severities[0]).toBeGreaterThan(9);
  expect(severities[1]).toBeGreaterThanOrEqual(7);
  expect(severities[2]).toBeGreaterThanOrEqual(4);
  expect(severities[3]).toBeGreaterThan(0);
});

it("knows the rules outside of security that are about exposure", () => {
  const ids = new Set(rules.map(({ id }) => id));
  expect([...EXPOSURE_RULES].filter((id) => !ids.has(id))).toEqual([]);
});

it.each([
  ["fail", "critical", "error"],
  ["fail", "high", "error"],
  ["fail", "medium", "warning"],
  ["fail", "low", "note"],
  ["partial", "high", "warning"],
  ["partial", "medium", "note"],
  ["partial", "low", "note"],
] as const)("reports %s of a %s rule as %s", (outcome, severity, level) => {
  expect(only(withResult({ outcome, severity })).level).toBe(level);
});

it.each(["pass", "not-applicable", "inconclusive", "error"] as const)("has no result for %s", (outcome) => {
  expect(runOf(withResult({ outcome })).results).toEqual([]);
});

it("links further places from the message, as many as GitHub takes", () => {
  const evidence = Array.from({ length: 20 }, (_, line) => ({ path: "src/a[1].py", startLine: line + 1 }));
  const result = only(withResult({ evidence, evidenceCount: 300 }));
  expect(result.locations).toHaveLength(1);
  expect(result.relatedLocations).toHaveLength(19);
  expect(result.relatedLocations?.map(({ id }) => id)).toEqual(evidence.slice(1).map((_, i) => i + 1));
  expect(result.message.text).toContain("[src/a\\[1\\].py:2](1)");
  expect(result.message.text).toContain("and 294 more");
});

it("puts what has no place at the project's main file", () => {
  const nowhere = { evidence: [], evidenceCount: 0 };
  const project = { ...sampleReport.project, mainFile: "services/shop/pyproject.toml" };
  const uriOf = (report: Report) => only(report).locations[0]?.physicalLocation;
  expect(uriOf(withResult(nowhere, { project }))).toMatchObject({
    artifactLocation: { uri: "services/shop/pyproject.toml" },
    region: { startLine: 1 },
  });
  // Reports of earlier versions do not name it.
  expect(uriOf(withResult(nowhere))?.artifactLocation.uri).toBe("README.md");
});

it("keeps its fingerprint when lines shift and places come and go", () => {
  const before = only(sampleReport).partialFingerprints;
  const evidence = [{ path: "src/shop/app.py", startLine: 90 }, ...sampleReport.results[0]!.evidence];
  expect(only(withResult({ evidence, message: "2 calls of print." })).partialFingerprints).toEqual(before);
  const input = { ...sampleReport.input, subdirectory: "services/shop" };
  expect(only({ ...sampleReport, input }).partialFingerprints).not.toEqual(before);
});

it("names what the project ignores, with the reason, where it would have asked for work", () => {
  const reason = "the mesh does it";
  const failing = withResult({ outcome: "suppressed", suppressedOutcome: "fail", reason });
  expect(only(failing).suppressions).toMatchObject([{ kind: "external", justification: reason }]);
  const passing = withResult({ outcome: "suppressed", suppressedOutcome: "pass", reason });
  expect(runOf(passing).results).toEqual([]);
});

it("names commit and category, where they are known", () => {
  const run = runOf(hostileReport("shop"));
  expect(run.versionControlProvenance).toMatchObject([
    { repositoryUri: "https://github.com/o/r", revisionId: "2c3d2a1f5b6e7d8c9a0b1c2d3e4f5a6b7c8d9e0f" },
  ]);
  expect(run.automationDetails.id).toBe(`pyready/shop/${sampleReport.id}`);
  expect(runOf(sampleReport).versionControlProvenance).toBeUndefined();
  expect(runOf(sampleReport).automationDetails.id).toBe(`pyready/${sampleReport.id}`);
});

it("tells of rules that went wrong and of warnings beside the results", () => {
  const notes = runOf(hostileReport("odd")).invocations[0]?.toolExecutionNotifications;
  expect(notes?.map(({ level }) => level)).toEqual(["error", "warning", "warning"]);
  expect(notes?.[0]?.associatedRule?.id).toBe("logging-configured");
});

it("has no links where there is no server", () => {
  const text = renderSarif(sampleReport, renderContext());
  isSarif(JSON.parse(text));
  expect(isSarif.errors ?? []).toEqual([]);
  expect(text).not.toContain("/rules/logging-not-print");
});

function expectHarmless(report: Report): void {
  const text = renderSarif(report, renderContext("https://pyready.test"));
  const run = runOf(report);
  expect(JSON.stringify(JSON.parse(text))).not.toMatch(/[\u0080-\u009f\u202a-\u202e\u2066-\u2069]/);
  expect(text).not.toMatch(/\\u00[01]/);
  for (const { message, locations, relatedLocations, ruleId, ruleIndex } of run.results) {
    expect(run.tool.driver.rules[ruleIndex]?.id).toBe(ruleId);
    const ids = new Set(relatedLocations?.map(({ id }) => `${id}`));
    const linked = [...message.text.matchAll(/(?<!\\)\]\(([^)]*)\)/g)].map(([, target]) => target ?? "");
    expect(linked.filter((target) => !ids.has(target))).toEqual([]);
    for (const { physicalLocation } of [...locations, ...(relatedLocations ?? [])]) {
      const { uri } = physicalLocation.artifactLocation;
      expect(new URL(uri, "file:///root/").protocol).toBe("file:");
      expect(uri).toMatch(/^[\w.!~*'()%/-]+$/);
    }
  }
}

it.each(HARM)("shows %j as text", (text) => expectHarmless(hostileReport(text)));

it("is valid whatever a project writes", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", minLength: 1 }), (text) => expectHarmless(hostileReport(text))),
    {
      numRuns: 100,
    },
  );
});
