/**
 * Whole answers as examples in the OpenAPI document; read when that is made, and by no request. The formats are
 * renderings of the example report.
 */
import { rules } from "../../rules/index.ts";
import { describeBadge, describeShield, renderBadge } from "../report/badge.ts";
import { summarise } from "../report/summary.ts";
import { FORMATS, renderContext } from "../routes/report-formats.ts";
import { describeRule } from "../routes/rule-schema.ts";
import { exampleReport as report } from "./example-report.ts";

const context = renderContext("https://pyready.example");
const { sarif, markdown, junit } = FORMATS;
const { id, score, grade, verdict, tool, scannedAt, input } = report;
const commit = input.repository?.commit ?? "";

const reports = {
  "application/json": report,
  "application/sarif+json": JSON.parse(sarif.render(report, context)),
  "text/markdown": markdown.render(report, context),
  "application/xml": junit.render(report),
  "text/html": '<!doctype html>\n<html lang="en">…</html>\n',
};
const running = { id: "0".repeat(80), state: "running", stage: "download", share: 0.5 };
const side = { id, score, grade, verdict, ruleset: tool.ruleset, commit };
const fixed = { rule: "dependencies-locked", title: "Dependencies are locked", base: "fail", head: "pass" };
const badge = describeBadge(summarise(report), "grade");
const svg = { "image/svg+xml": await renderBadge(badge, "flat") };
const shield = { "application/json": describeShield(badge, "flat") };
const [rule] = rules.map(describeRule).sort((a, b) => JSON.stringify(a).length - JSON.stringify(b).length);

/** By operation and status: an answer of each media type. */
export const ANSWERS: Record<string, Record<number, Record<string, unknown>>> = {
  createScan: {
    200: { ...reports, "application/x-ndjson": { stage: "unpack", share: 0.1 } },
    202: { "application/json": running },
  },
  getScan: { 200: reports },
  getRepository: { 200: reports },
  getJob: { 200: { "application/json": running } },
  compareScans: {
    200: {
      "application/json": {
        base: { ...side, id: "0123456789abcdef0123456789abcdef", score: 70.4, grade: "C", verdict: "nearly" },
        head: side,
        score: 14.2,
        fixed: [fixed],
        broken: [],
        changed: [],
      },
    },
  },
  getRepositoryHistory: {
    200: {
      "application/json": {
        scans: [{ id, commit, ref: "main", scannedAt, score, grade, verdict }],
        next: "41",
      },
    },
  },
  listRules: { 200: { "application/json": { rules: [rule] } } },
  getRule: { 200: { "application/json": rule } },
  listChecklist: {
    200: {
      "application/json": {
        items: [
          {
            id: "000-03",
            document: "From prototype to production checklist",
            section: "environment",
            item: "a frozen or locked set of versions is taken before deployment",
            rules: ["dependencies-locked"],
          },
        ],
      },
    },
  },
  getScanBadge: { 200: svg },
  getRepositoryBadge: { 200: svg },
  getScanShield: { 200: shield },
  getRepositoryShield: { 200: shield },
  getHealth: { 200: { "application/json": { status: "ok", version: tool.version, ruleset: tool.ruleset } } },
  getOpenApi: { 200: { "application/json": { openapi: "3.1.0" } } },
};

interface Described {
  operationId?: string;
  responses?: Record<string, { content?: Record<string, { example?: unknown; examples?: unknown }> }>;
}

/** Puts them into a document that `describeApi` made. */
export function addExamples(document: { paths?: Record<string, Record<string, unknown>> }): void {
  for (const operations of Object.values(document.paths ?? {})) {
    for (const { operationId = "", responses = {} } of Object.values(operations) as Described[]) {
      for (const [status, answers] of Object.entries(ANSWERS[operationId] ?? {})) {
        for (const [type, content] of Object.entries(responses[status]?.content ?? {})) {
          if (answers[type] !== undefined) content.example = answers[type];
        }
      }
    }
  }
}
