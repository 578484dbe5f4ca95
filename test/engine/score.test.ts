/** Points, grades, caps, verdicts, and the way to the next grade. */
import { describe, expect, it } from "vitest";
import type { Category, Severity } from "../../src/engine/rule.ts";
import { SEVERITY_POINTS } from "../../src/engine/rule.ts";
import { scoreResults } from "../../src/engine/score.ts";

const result = (rule: string, severity: Severity, share: number, category: Category = "errors") => {
  const possible = SEVERITY_POINTS[severity];
  const outcome = share === 1 ? ("pass" as const) : share === 0 ? ("fail" as const) : ("partial" as const);
  return { rule, category, severity, outcome, points: { earned: possible * share, possible } };
};
const none = new Set<string>();

describe("score", () => {
  it("is the plain share of points", () => {
    const scored = scoreResults(
      [result("a", "high", 1), result("b", "low", 0), result("c", "medium", 0.5)],
      none,
    );
    expect(scored.score).toBe(66.7);
    expect(scored.grade).toBe("D");
    expect(scored.verdict).toBe("nearly");
  });

  it("is zero where nothing could be judged", () => {
    expect(scoreResults([], none)).toMatchObject({ score: 0, grade: "F", nextGrade: null });
  });

  it("is withheld from categories under ten possible points", () => {
    const { categories } = scoreResults(
      [result("a", "high", 1), result("b", "critical", 1, "security")],
      none,
    );
    expect(categories.find(({ id }) => id === "errors")).toMatchObject({
      score: null,
      earned: 7.5,
      possible: 7.5,
    });
    expect(categories.find(({ id }) => id === "security")).toMatchObject({ score: 100 });
  });
});

describe("caps", () => {
  const good = Array.from({ length: 20 }, (_, i) => result(`ok${i}`, "high", 1));

  it("hold a project with a failing critical rule at D and not ready", () => {
    const scored = scoreResults([...good, result("secrets", "critical", 0)], new Set(["secrets"]));
    expect(scored).toMatchObject({
      grade: "D",
      verdict: "not-ready",
      blockers: ["secrets"],
      caps: [{ rule: "secrets", grade: "D" }],
    });
    expect(scored.score).toBeGreaterThan(90);
  });

  it("hold a project with a failing blocker at C and nearly", () => {
    expect(scoreResults([...good, result("tests", "high", 0)], new Set(["tests"]))).toMatchObject({
      grade: "C",
      verdict: "nearly",
    });
  });

  it("do not follow from a blocker that is met in part", () => {
    expect(scoreResults([...good, result("tests", "high", 0.5)], new Set(["tests"]))).toMatchObject({
      grade: "A",
      caps: [],
    });
  });

  it("stand first among the steps to the next grade", () => {
    const scored = scoreResults(
      [...good, result("secrets", "critical", 0), result("big", "high", 0)],
      new Set(["secrets"]),
    );
    expect(scored.nextGrade?.steps[0]).toMatchObject({ rule: "secrets" });
    expect(scored.nextGrade?.grade).toBe("A");
  });
});

describe("next grade", () => {
  it("names the fewest rules, largest gain first, and their gains reach it", () => {
    const scored = scoreResults(
      [result("a", "critical", 1), result("b", "high", 0), result("c", "low", 0), result("d", "low", 0)],
      none,
    );
    expect(scored.grade).toBe("F");
    expect(scored.nextGrade).toEqual({ grade: "C", steps: [{ rule: "b", gain: 33.3 }] });
  });
});
