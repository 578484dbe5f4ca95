/** A report whose every text from the project means harm. */
import type { Report, Result } from "../../src/report/schema.ts";
import { sampleReport } from "./sample-report.ts";

/** @param text stands wherever a project can write something */
export function hostileReport(text: string): Report {
  const evidence = { path: `src/${text}/app.py`, startLine: 3, note: text };
  const make = (rule: string, more: Partial<Result>): Result => ({
    ...sampleReport.results[0]!,
    rule,
    message: `Seen: ${text}`,
    evidence: [evidence, evidence, { path: text, startLine: 7 }],
    evidenceCount: 40,
    ...more,
  });
  return {
    ...sampleReport,
    input: {
      ...sampleReport.input,
      type: "repository",
      repository: {
        host: "github.com",
        path: "o/r",
        ref: text,
        commit: "2c3d2a1f5b6e7d8c9a0b1c2d3e4f5a6b7c8d9e0f",
        url: "https://github.com/o/r",
      },
      subdirectory: text,
    },
    project: { ...sampleReport.project, name: text, mainFile: text, frameworks: [text] },
    blockers: ["logging-not-print"],
    results: [
      make("logging-not-print", { outcome: "fail" }),
      make("log-calls-lazy", { outcome: "partial", severity: "low" }),
      make("structured-logging", { outcome: "inconclusive", reason: text }),
      make("secrets-not-logged", { outcome: "suppressed", suppressedOutcome: "fail", reason: text }),
      make("events-logged", { outcome: "suppressed", suppressedOutcome: "pass", reason: text }),
      make("logging-configured", { outcome: "error", reason: `The rule failed: ${text}` }),
      make("logger-per-module", { outcome: "fail", evidence: [], evidenceCount: 0 }),
      make("log-levels-used", { outcome: "pass" }),
    ],
    suppressed: [
      { rule: "secrets-not-logged", reason: text },
      { rule: "log-calls-lazy", paths: [text], reason: text },
    ],
    excluded: [{ paths: [text], reason: text }],
    skipped: [{ path: text, reason: "larger than 8 MiB" }],
    warnings: [text],
  };
}

export const HARM = [
  '<script>alert(1)</script><img src=x onerror="alert(1)">',
  "<!-- pyready --> <details><summary>",
  "[click](javascript:alert) ![x](https://evil.test/x.png) <https://evil.test>",
  "see https://evil.test/a www.evil.test mail@evil.test",
  "@octocat #1 GH-1 !2 &3 $4 %5 octo/repo#6 @org/team",
  "a|b|c\n| --- |\n# heading\n- item\n```\ncode",
  "`code` ``two`` **bold** __bold__ ~~gone~~ $math$ \\backslash",
  "]]> --> &amp; &lt;b&gt; '\"",
  "\u001b[31mred\u001b[0m \u0007\u0000\u009b2J \u202eright\u2066 \ud800 \ufffe",
  "- item",
  "1. item",
  "---",
  "    code",
  "x](1) {0} %s ${1}",
] as const;
