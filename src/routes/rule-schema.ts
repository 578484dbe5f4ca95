/** A rule as the API tells it. */
import { z } from "@hono/zod-openapi";
import { type Rule, SEVERITY_POINTS } from "../engine/rule.ts";
import { artifactSchema, KINDS, kindSchema, ruleIdSchema } from "../report/place-schema.ts";
import { categoryIdSchema, severitySchema } from "../report/result-schema.ts";

const exampleSchema = z
  .object({
    files: z.record(z.string(), z.string()).openapi({
      description: "Content by path.",
      example: { "requirements.txt": "flask==3.1.2\n" },
    }),
    says: z.string().openapi({ description: "A part of what the rule says about it." }),
    at: z
      .string()
      .optional()
      .openapi({ description: "A place in its evidence.", example: "requirements.txt:1" }),
    kind: kindSchema.optional(),
    artifact: artifactSchema.optional(),
    note: z.string().optional().openapi({ description: "What it shows." }),
  })
  .openapi("RuleExample", { description: "A small project that the test suite runs through the rule." });

const examples = (description: string) => z.array(exampleSchema).openapi({ description });

export const ruleSchema = z
  .object({
    id: ruleIdSchema,
    category: categoryIdSchema,
    severity: severitySchema,
    points: z.number().openapi({ description: "What it is worth.", example: 7.5 }),
    blocker: z.boolean().openapi({ description: "A failure caps grade and verdict." }),
    kinds: z.array(kindSchema).openapi({ description: "The kinds of project that it speaks to." }),
    title: z.string().openapi({ description: "The good state.", example: "Dependencies are locked" }),
    why: z.string().openapi({ description: "Why a team should care." }),
    fix: z.string().openapi({ description: "How to reach the good state, in Markdown." }),
    checklist: z
      .array(z.string())
      .openapi({ description: "Ids of the demands that it answers.", example: ["000-03"] }),
    question: z
      .string()
      .optional()
      .openapi({ description: "For a person, where the archive cannot decide." }),
    ruff: z
      .array(z.string())
      .optional()
      .openapi({ description: "Ruff codes that it reads.", example: ["T201"] }),
    examples: z
      .object({
        pass: examples("It passes."),
        fail: examples("It fails."),
        notApplicable: examples("It does not apply."),
        partial: examples("It passes in part.").optional(),
        inconclusive: examples("The archive cannot decide.").optional(),
      })
      .openapi({ description: "Small projects by what the rule says of them." }),
    docs: z.string().openapi({ description: "Its page.", example: "/rules/dependencies-locked" }),
  })
  .openapi("Rule", { description: "One thing that is checked, and why." });

export type RuleDescription = z.infer<typeof ruleSchema>;

export function describeRule(rule: Rule): RuleDescription {
  const { id, category, severity, title, why, fix, question, ruff, examples } = rule;
  return {
    id,
    category,
    severity,
    points: SEVERITY_POINTS[severity],
    blocker: severity === "critical" || rule.blocker === true,
    kinds: [...(rule.kinds === "all" ? KINDS : rule.kinds)],
    title,
    why,
    fix,
    checklist: [...rule.checklist],
    ...(question === undefined ? {} : { question }),
    ...(ruff === undefined ? {} : { ruff: [...ruff] }),
    examples,
    docs: `/rules/${id}`,
  };
}
