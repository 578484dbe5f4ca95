/** Points → score, grade, verdict, and what would reach the next grade. */
import { CATEGORIES, type Category, type Rule, SEVERITY_POINTS } from "./rule.ts";
import { type RuleResult, round } from "./run.ts";

export type Grade = "A" | "B" | "C" | "D" | "F";
export type Verdict = "ready" | "nearly" | "not-ready";

const GRADES: readonly { grade: Grade; from: number }[] = [
  { grade: "A", from: 90 },
  { grade: "B", from: 80 },
  { grade: "C", from: 70 },
  { grade: "D", from: 60 },
  { grade: "F", from: 0 },
];
const ORDER: readonly Grade[] = ["A", "B", "C", "D", "F"];
const worse = (a: Grade, b: Grade): Grade => (ORDER.indexOf(a) > ORDER.indexOf(b) ? a : b);

export interface Score {
  /** 0 to 100, one decimal: the plain share of points. */
  score: number;
  grade: Grade;
  /** Failing rules that hold the grade down, each with the best grade that it leaves. */
  caps: { rule: string; grade: Grade }[];
  verdict: Verdict;
  /** Failing blockers, critical rules first. */
  blockers: string[];
  /** The cheapest way to a better grade; `null` at the top, or where nothing reaches one. */
  nextGrade: { grade: Grade; steps: { rule: string; gain: number }[] } | null;
  categories: { id: Category; title: string; score: number | null; earned: number; possible: number }[];
}

/** The grade that a score alone gives, before anything caps it. */
export const gradeOfScore = (score: number): Grade => GRADES.find(({ from }) => score >= from)?.grade ?? "F";

type Weighed = Pick<RuleResult, "rule" | "category" | "severity" | "outcome" | "points">;

/** @param blockers ids of rules that are marked as blockers; every critical rule is one anyway */
export function scoreResults(results: readonly Weighed[], blockers: ReadonlySet<string>): Score {
  const { score, grade, caps } = gradeOf(results, blockers);
  return {
    score,
    grade,
    caps,
    verdict: verdictOf(score, caps),
    blockers: caps.map(({ rule }) => rule),
    nextGrade: findNextGrade(results, blockers, grade),
    categories: scoreCategories(results),
  };
}

export const blockersOf = (rules: readonly Rule[]): Set<string> =>
  new Set(rules.filter(({ blocker, severity }) => blocker || severity === "critical").map(({ id }) => id));

function gradeOf(results: readonly Weighed[], blockers: ReadonlySet<string>) {
  const score = share(results) ?? 0;
  const caps = results
    .filter(({ rule, outcome }) => outcome === "fail" && blockers.has(rule))
    .map(({ rule, severity }) => ({ rule, grade: severity === "critical" ? ("D" as const) : ("C" as const) }))
    .sort((a, b) => ORDER.indexOf(b.grade) - ORDER.indexOf(a.grade) || (a.rule < b.rule ? -1 : 1));
  const grade = caps.reduce<Grade>((so, cap) => worse(so, cap.grade), gradeOfScore(score));
  return { score, caps, grade };
}

function verdictOf(score: number, caps: readonly { grade: Grade }[]): Verdict {
  if (caps.some(({ grade }) => grade === "D") || score < 60) return "not-ready";
  return caps.length > 0 || score < 80 ? "nearly" : "ready";
}

function share(results: readonly Weighed[]): number | undefined {
  const earned = results.reduce((sum, { points }) => sum + points.earned, 0);
  const possible = results.reduce((sum, { points }) => sum + points.possible, 0);
  return possible === 0 ? undefined : round((100 * earned) / possible, 1);
}

function scoreCategories(results: readonly Weighed[]): Score["categories"] {
  return (Object.keys(CATEGORIES) as Category[]).map((id) => {
    const own = results.filter(({ category }) => category === id);
    const earned = round(
      own.reduce((sum, { points }) => sum + points.earned, 0),
      2,
    );
    const possible = round(
      own.reduce((sum, { points }) => sum + points.possible, 0),
      2,
    );
    return {
      id,
      title: CATEGORIES[id],
      score: possible < 10 ? null : round((100 * earned) / possible, 1),
      earned,
      possible,
    };
  });
}

/** Mends what caps the grade first, then what gains most, until the grade is better. */
function findNextGrade(
  results: readonly Weighed[],
  blockers: ReadonlySet<string>,
  grade: Grade,
): Score["nextGrade"] {
  if (grade === "A") return null;
  const possible = results.reduce((sum, { points }) => sum + points.possible, 0);
  const gain = ({ points }: Weighed): number =>
    round((100 * (points.possible - points.earned)) / possible, 1);
  const open = results.filter(({ outcome }) => outcome === "fail" || outcome === "partial");
  const target = ORDER[ORDER.indexOf(grade) - 1] ?? "A";
  const capping = open.filter(
    (one) => one.outcome === "fail" && blockers.has(one.rule) && blocks(one, target),
  );
  const rest = open
    .filter((one) => !capping.includes(one))
    .sort((a, b) => gain(b) - gain(a) || (a.rule < b.rule ? -1 : 1));
  const mended = new Map(results.map((one) => [one.rule, one]));
  const steps: { rule: string; gain: number }[] = [];
  for (const one of [...capping, ...rest]) {
    const reached = gradeOf([...mended.values()], blockers).grade;
    if (ORDER.indexOf(reached) <= ORDER.indexOf(target)) break;
    mended.set(one.rule, {
      ...one,
      outcome: "pass",
      points: { earned: one.points.possible, possible: one.points.possible },
    });
    steps.push({ rule: one.rule, gain: gain(one) });
  }
  return steps.length === 0 ? null : { grade: gradeOf([...mended.values()], blockers).grade, steps };
}

/** Whether a failing blocker stands between a project and a grade. */
const blocks = ({ severity }: Weighed, target: Grade): boolean =>
  ORDER.indexOf(severity === "critical" ? "D" : "C") > ORDER.indexOf(target);

/** The most that a rule can bring. */
export const weightOf = ({ severity }: Rule): number => SEVERITY_POINTS[severity];
