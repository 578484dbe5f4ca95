/** What a report says rule by rule, demand by demand, and category by category. */
import { z } from "@hono/zod-openapi";
import { evidenceSchema, ruleIdSchema } from "./place-schema.ts";

export const GRADES = ["A", "B", "C", "D", "F"] as const;
export const VERDICTS = ["ready", "nearly", "not-ready"] as const;

export const categoryIdSchema = z
  .string()
  .openapi({ description: "Id of a category.", example: "environment" });

export const severitySchema = z.enum(["critical", "high", "medium", "low"]).openapi("Severity", {
  description: "Weight of a rule: critical 10 points, high 7.5, medium 5, low 2.5.",
  example: "high",
});

export const outcomeSchema = z
  .enum(["pass", "partial", "fail", "not-applicable", "inconclusive", "suppressed", "error"])
  .openapi("Outcome", {
    description:
      "`pass`, `partial` and `fail` count towards the score. `not-applicable`: the project does nothing of the kind; " +
      "`inconclusive`: the archive cannot decide; `suppressed`: ignored by the project's configuration; `error`: the " +
      "rule itself went wrong.",
    example: "pass",
  });

export const gradeSchema = z.enum(GRADES).openapi("Grade", {
  description: "A from 90 points, B from 80, C from 70, D from 60, else F; then capped.",
  example: "B",
});

export const verdictSchema = z.enum(VERDICTS).openapi("Verdict", {
  description: "`ready` from 80, `nearly` from 60, else `not-ready`; capped by failing blockers.",
  example: "ready",
});

const points = z.number().min(0);

export const resultSchema = z
  .object({
    rule: ruleIdSchema,
    title: z.string().openapi({ description: "The good state.", example: "Dependencies are locked" }),
    category: categoryIdSchema,
    severity: severitySchema,
    outcome: outcomeSchema,
    suppressedOutcome: outcomeSchema.optional().openapi({
      description: "What the rule says where the outcome is `suppressed`.",
      example: "fail",
    }),
    points: z
      .object({
        earned: points.openapi({ description: "Points earned, to 0.01.", example: 7.5 }),
        possible: points.openapi({
          description: "Points that could be earned; 0 where it does not count.",
          example: 7.5,
        }),
      })
      .openapi({ description: "What the result adds to the score." }),
    share: z.number().min(0).max(1).optional().openapi({
      description: "How much of what was counted is as it should be.",
      example: 0.96,
    }),
    message: z
      .string()
      .openapi({ description: "What was seen.", example: "uv.lock holds all 12 dependencies." }),
    reason: z.string().optional().openapi({
      description: "Why the rule does not apply, cannot be decided, is suppressed or went wrong.",
    }),
    evidence: z.array(evidenceSchema).openapi({ description: "Where it was seen: the first places." }),
    evidenceCount: z.int().min(0).openapi({ description: "How many places there are in all.", example: 1 }),
    fix: z
      .string()
      .openapi({ description: "How to reach the good state, in Markdown.", example: "Run `uv lock`." }),
    docs: z.string().openapi({
      description: "The rule's page, relative to the server that made the report.",
      example: "/rules/dependencies-locked",
    }),
  })
  .openapi("Result", { description: "What one rule found." });

export const categorySchema = z
  .object({
    id: categoryIdSchema,
    title: z.string().openapi({ description: "Its title.", example: "Environment and dependencies" }),
    score: z.number().min(0).max(100).nullable().openapi({
      description: "0 to 100, one decimal; null where fewer than 10 points could be earned.",
      example: 83.3,
    }),
    earned: points.openapi({ description: "Points earned.", example: 25 }),
    possible: points.openapi({ description: "Points that could be earned.", example: 30 }),
  })
  .openapi("CategoryScore", { description: "The score of one category." });

export const checklistAnswerSchema = z
  .object({
    item: z
      .string()
      .openapi({ description: "Id of the demand, as in `GET /v1/checklist`.", example: "000-03" }),
    answer: z.enum(["yes", "no", "partly", "not-applicable", "ask-a-person"]).openapi({
      description:
        "`yes` when every applicable rule passes, `no` when every one fails, `partly` in between, `ask-a-person` where " +
        "only a person could tell.",
      example: "yes",
    }),
    rules: z.array(ruleIdSchema).openapi({ description: "Rules that answer it." }),
    question: z.string().optional().openapi({
      description: "The question for a person.",
      example: "Who is called when an alert fires?",
    }),
    evidence: z.array(evidenceSchema).optional().openapi({ description: "Where the answer was seen." }),
  })
  .openapi("ChecklistAnswer", { description: "The answer to one demand of the source documents." });

export const nextGradeSchema = z
  .object({
    grade: gradeSchema,
    steps: z
      .array(
        z.object({
          rule: ruleIdSchema,
          gain: points.openapi({ description: "What the score gains when it passes.", example: 2.4 }),
        }),
      )
      .openapi({ description: "The fewest rules to mend, largest gain first." }),
  })
  .openapi("NextGrade", { description: "What would reach the next grade." });
