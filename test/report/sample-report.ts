/** A report with something in every part, for tests of what is made from reports. */
import type { Judgement, Report } from "../../src/report/schema.ts";

const evidence = { path: "src/shop/app.py", startLine: 3, note: "print(total)" };

export const sampleJudgement: Judgement = {
  schemaVersion: "1",
  tool: { name: "pyready", version: "0.1.0", ruleset: "2026.11.21-000000000000", ruff: "0.16.9" },
  project: {
    name: "shop",
    kind: "service",
    kinds: [{ kind: "service", evidence: [{ path: "src/shop/app.py", startLine: 1 }] }],
    python: ">=3.12",
    frameworks: ["fastapi"],
    files: 12,
    pythonFiles: 5,
    pythonLines: 340,
    environment: [
      { name: "DATABASE_URL", path: "src/shop/app.py", line: 2, documented: false, secret: true },
    ],
  },
  projects: [],
  score: 75,
  grade: "C",
  caps: [],
  verdict: "nearly",
  blockers: [],
  nextGrade: { grade: "B", steps: [{ rule: "logging-not-print", gain: 6.3 }] },
  categories: [
    { id: "environment", title: "Environment and dependencies", score: 100, earned: 15, possible: 15 },
    { id: "logging", title: "Logging", score: null, earned: 0, possible: 5 },
  ],
  results: [
    {
      rule: "logging-not-print",
      title: "Output goes through logging",
      category: "logging",
      severity: "medium",
      outcome: "fail",
      points: { earned: 0, possible: 5 },
      message: "1 call of print.",
      evidence: [evidence],
      evidenceCount: 1,
      fix: "Use `logging`.",
      docs: "/rules/logging-not-print",
    },
  ],
  checklist: [{ item: "000-03", answer: "yes", rules: ["dependencies-locked"] }],
  suppressed: [],
  excluded: [],
  scoreWithoutSuppressions: 75,
  skipped: [],
  warnings: [],
};

export const sampleReport: Report = {
  ...sampleJudgement,
  id: "0123456789abcdef0123456789abcdef",
  scannedAt: "2026-11-21T09:30:00.000Z",
  durationMs: 12,
  input: { type: "upload", artifact: "repository", digest: "sha256:00" },
};
