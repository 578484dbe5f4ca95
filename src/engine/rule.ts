/**
 * What a rule is. A rule file holds everything about one rule: what it is called, why it matters, how to mend
 * what it finds, examples that the test suite runs, and the check itself. See CONTRIBUTING.md.
 */
import type { Artifact, Kind, Project } from "../project/project.ts";

export const CATEGORIES = {
  environment: "Environment and dependencies",
  configuration: "Configuration and secrets",
  errors: "Error handling",
  testing: "Testing",
  logging: "Logging",
  observability: "Observability",
  quality: "Code quality",
  structure: "Structure and packaging",
  security: "Security",
  delivery: "Delivery",
  concurrency: "Concurrency and serving",
  documentation: "Documentation",
} as const;
export type Category = keyof typeof CATEGORIES;

/** Points that a rule of each severity is worth. */
export const SEVERITY_POINTS = { critical: 10, high: 7.5, medium: 5, low: 2.5 } as const;
export type Severity = keyof typeof SEVERITY_POINTS;

/** A place in the archive. Lines and columns count from 1; `endLine` is inclusive. */
export interface Evidence {
  path: string;
  startLine: number;
  endLine?: number;
  startColumn?: number;
  /** What is to be seen there, in a few words. Never holds a secret. */
  note?: string;
}

export type Finding =
  | { outcome: "pass" | "fail"; message: string; evidence: Evidence[]; share?: number }
  | { outcome: "partial"; message: string; evidence: Evidence[]; share?: number }
  | { outcome: "not-applicable"; reason: string }
  | { outcome: "inconclusive"; reason: string; evidence: Evidence[] };

export type Outcome = Finding["outcome"] | "suppressed" | "error";

/** The good state holds. */
export const pass = (message: string, evidence: Evidence[] = []): Finding => ({
  outcome: "pass",
  message,
  evidence,
});

/** The good state does not hold. */
export const fail = (message: string, evidence: Evidence[] = []): Finding => ({
  outcome: "fail",
  message,
  evidence,
});

/** The good state holds in part. `share` (0 to 1) gives the points earned; without it, half of them. */
export const partial = (message: string, evidence: Evidence[] = [], share?: number): Finding => ({
  outcome: "partial",
  message,
  evidence,
  ...(share === undefined ? {} : { share: toFour(clamp(share)) }),
});

/** The project does nothing that the rule speaks of. */
export const notApplicable = (reason: string): Finding => ({ outcome: "not-applicable", reason });

/** The archive cannot decide the question; the reason says what a person would have to look at. */
export const inconclusive = (reason: string, evidence: Evidence[] = []): Finding => ({
  outcome: "inconclusive",
  reason,
  evidence,
});

/**
 * A share as a verdict: pass from `passFrom`, fail under `failUnder`, partial between, with points in proportion.
 *
 * @param good how many of the things counted are as they should be
 * @param total how many there are; must be over 0 (a share over nothing is not applicable)
 */
export function judgeShare(
  good: number,
  total: number,
  message: string,
  evidence: Evidence[],
  bounds: { passFrom?: number; failUnder?: number } = {},
): Finding {
  const share = clamp(good / total);
  const { passFrom = 0.9, failUnder = 0.2 } = bounds;
  const outcome = share >= passFrom ? "pass" : share < failUnder ? "fail" : "partial";
  return { outcome, message, evidence, share: toFour(share) };
}

const toFour = (share: number): number => Math.round(share * 10_000) / 10_000;
const clamp = (share: number): number => Math.min(1, Math.max(0, share));

/** A small project, held in memory, that shows one verdict of a rule. */
export interface Example {
  files: Record<string, string>;
  /** A part of the message or reason that the rule must give. */
  says: string;
  /** A place that must stand in the evidence: `path:line`. */
  at?: string;
  /** Declares the project's kind, where the files alone would not show it. */
  kind?: Kind;
  artifact?: Artifact;
  /** What the example shows that a naive check would get wrong. */
  note?: string;
}

export interface Examples {
  pass: Example[];
  fail: Example[];
  notApplicable: Example[];
  partial?: Example[];
  inconclusive?: Example[];
}

export interface Rule {
  /** Kebab case; the file's name. */
  id: string;
  category: Category;
  severity: Severity;
  /** The project kinds that the rule speaks to. */
  kinds: "all" | readonly Kind[];
  /** The good state, as a sentence: "Dependencies are locked". */
  title: string;
  /** Why a team should care, in one or two sentences. */
  why: string;
  /** How to reach the good state: Markdown with a snippet to paste. */
  fix: string;
  /** Ids of the checklist demands that the rule answers. */
  checklist: readonly string[];
  /** A failure caps grade and verdict (every critical rule does so by itself). */
  blocker?: boolean;
  /** The rule has something to judge in every project, so it has no not-applicable example. */
  alwaysApplies?: boolean;
  /** The question for a person where the archive cannot decide. */
  question?: string;
  /** Ruff codes whose diagnostics the rule reads of the project's own code (`project.source`). */
  ruff?: readonly string[];
  /** Those that it reads of every module: tests, examples, migrations. Each costs a pass over all of them. */
  ruffEverywhere?: readonly string[];
  /** Dotted names of modules, functions or classes whose uses the rule asks for. */
  uses?: readonly string[];
  /** Artefacts that cannot show what the rule looks for: a failure there is inconclusive. */
  unseenIn?: readonly Artifact[];
  examples: Examples;
  check(project: Project): Finding;
}

/** Gives a rule its type. */
export const defineRule = (rule: Rule): Rule => rule;
