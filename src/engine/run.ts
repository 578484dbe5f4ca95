/** Runs rules over a project: each in its own frame, so that one that throws costs its own verdict only. */
import type { Artifact, Kind, Project } from "../project/project.ts";
import { toVisible } from "../report/visible-text.ts";
import { type Evidence, type Finding, type Outcome, type Rule, SEVERITY_POINTS } from "./rule.ts";

/** Evidence entries shown a result. */
export const EVIDENCE_SHOWN = 20;

export interface RuleResult {
  rule: string;
  title: string;
  category: Rule["category"];
  severity: Rule["severity"];
  outcome: Outcome;
  /** What it was before the project's configuration had it ignored. */
  suppressedOutcome?: Outcome;
  points: { earned: number; possible: number };
  share?: number;
  message: string;
  reason?: string;
  evidence: Evidence[];
  /** All places found, shown or not. */
  evidenceCount: number;
  fix: string;
  /** Path of the rule's page. */
  docs: string;
}

/**
 * Characters of Python from which a project is taken up afresh for each category: what facts hold of it, which rules of
 * one category share, would together take more memory than an isolate has.
 */
const AFRESH_FROM = 10 * 1024 * 1024;

/** Whether what is read of a project must be let go in between. */
export const isLarge = ({ modules }: Project, from: number = AFRESH_FROM): boolean =>
  modules.reduce((sum, { text }) => sum + text.length, 0) >= from;

/** Verdicts of all rules, sorted by category and rule. */
export function runRules(
  project: Project,
  rules: readonly Rule[],
  afreshFrom: number = AFRESH_FROM,
): RuleResult[] {
  const large = isLarge(project, afreshFrom);
  let current = project;
  let category: string | undefined;
  const results = rules.map((rule) => {
    if (large && rule.category !== category) [current, category] = [current.afresh(), rule.category];
    return runRule(current, rule);
  });
  return results.sort(byCategoryAndRule);
}

export function byCategoryAndRule(a: RuleResult, b: RuleResult): number {
  return a.category === b.category ? compare(a.rule, b.rule) : compare(a.category, b.category);
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** One rule's verdict. */
export function runRule(project: Project, rule: Rule): RuleResult {
  try {
    const finding = applies(rule, project) ?? rule.check(project);
    return resultOf(rule, settle(rule, finding, project.artifact));
  } catch (error) {
    const said = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    const reason = `The rule failed: ${clean(said).slice(0, 200)}`;
    return { ...resultOf(rule, { outcome: "not-applicable", reason }), outcome: "error" };
  }
}

const KIND_NAMES: Record<Kind, string> = {
  service: "services",
  pipeline: "pipelines",
  cli: "command line tools",
  library: "libraries",
  research: "research code",
};

/** Why a rule does not speak to this kind of project. Research code gets only the rules for all. */
function applies(rule: Rule, project: Project): Finding | undefined {
  const { kinds } = rule;
  if (kinds === "all") return undefined;
  if (project.judgedAs.some((kind) => kinds.includes(kind))) return undefined;
  const meant = kinds.map((kind) => KIND_NAMES[kind]).join(", ");
  return {
    outcome: "not-applicable",
    reason: `It speaks to ${meant}; this project is ${describeKind(project.kind)}.`,
  };
}

const describeKind = (kind: Kind): string =>
  ({
    service: "a service",
    pipeline: "a pipeline",
    cli: "a command line tool",
    library: "a library",
    research: "research code",
  })[kind];

/** What an artefact cannot show is no failure. */
function settle(rule: Rule, finding: Finding, artifact: Artifact): Finding {
  if (finding.outcome === "fail" && rule.unseenIn?.includes(artifact)) {
    return {
      outcome: "inconclusive",
      reason: `${finding.message} A ${artifact} cannot show it.`,
      evidence: finding.evidence,
    };
  }
  return finding;
}

function resultOf(rule: Rule, finding: Finding): RuleResult {
  const evidence = "evidence" in finding ? onceEach(finding.evidence) : [];
  const said = "message" in finding ? finding.message : finding.reason;
  const share = "share" in finding ? finding.share : undefined;
  return {
    rule: rule.id,
    title: rule.title,
    category: rule.category,
    severity: rule.severity,
    outcome: finding.outcome,
    points: pointsOf(rule, finding),
    ...(share === undefined ? {} : { share }),
    message: clean(said),
    ...("reason" in finding ? { reason: clean(finding.reason) } : {}),
    evidence: evidence.slice(0, EVIDENCE_SHOWN).map(cleanEvidence),
    evidenceCount: evidence.length,
    fix: rule.fix,
    docs: `/rules/${rule.id}`,
  };
}

const MAX_COLUMN = 2 ** 20;

/** Several environments or jobs may run the same line: a place is shown once for what is to be seen there. */
function onceEach(evidence: readonly Evidence[]): Evidence[] {
  // By file first: a rule may find tens of thousands of places, and joining the parts of each to a key is dear.
  const files = new Map<string, Map<number, Set<string>>>();
  return evidence.filter(({ path, startLine, startColumn = 0, note = "" }) => {
    const places = files.get(path) ?? new Map<number, Set<string>>();
    files.set(path, places);
    const place = startLine * MAX_COLUMN + Math.min(startColumn, MAX_COLUMN - 1);
    const notes = places.get(place);
    if (notes?.has(note)) return false;
    if (notes) notes.add(note);
    else places.set(place, new Set([note]));
    return true;
  });
}

function pointsOf(rule: Rule, finding: Finding): { earned: number; possible: number } {
  const possible = SEVERITY_POINTS[rule.severity];
  if (finding.outcome === "pass") return { earned: possible, possible };
  if (finding.outcome === "fail") return { earned: 0, possible };
  if (finding.outcome === "partial") return { earned: round(possible * (finding.share ?? 0.5), 2), possible };
  return { earned: 0, possible: 0 };
}

export const round = (value: number, digits: number): number =>
  Math.round(value * 10 ** digits) / 10 ** digits;

const clean = (text: string): string => toVisible(text.slice(0, 2_000));

function cleanEvidence(evidence: Evidence): Evidence {
  return evidence.note === undefined
    ? { ...evidence }
    : { ...evidence, note: clean(evidence.note).slice(0, 300) };
}
