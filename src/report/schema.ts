/** The report: the one record that JSON, pages, badges and other formats are made from. */
import { z } from "@hono/zod-openapi";
import { type evidenceSchema, ruleIdSchema, skippedSchema } from "./place-schema.ts";
import {
  inputSchema,
  type kindEvidenceSchema,
  nestedProjectSchema,
  projectSchema,
  toolSchema,
} from "./project-schema.ts";
import {
  categorySchema,
  checklistAnswerSchema,
  gradeSchema,
  nextGradeSchema,
  resultSchema,
  verdictSchema,
} from "./result-schema.ts";

export const SCHEMA_VERSION = "1";

const paths = z.array(z.string()).openapi({ description: "Globs.", example: ["legacy/**"] });
const reason = z.string().openapi({ description: "The reason given.", example: "replaced in spring" });

const capSchema = z
  .object({ rule: ruleIdSchema, grade: gradeSchema.openapi({ description: "The best grade left." }) })
  .openapi("Cap", { description: "A failing rule that holds the grade down." });

const suppressedSchema = z
  .object({ rule: ruleIdSchema, paths: paths.optional(), reason })
  .openapi("Suppression", {
    description: "A rule that the project's configuration ignores, wholly or for some paths.",
  });

const excludedSchema = z
  .object({ paths, reason })
  .openapi("Exclusion", { description: "Files that the project's configuration leaves out." });

export const reportSchema = z
  .object({
    schemaVersion: z.literal(SCHEMA_VERSION).openapi({ description: "Version of this shape." }),
    id: z.string().openapi({
      description: "Id of the report: the same input under the same rule set has the same id.",
      example: "3f0c5d2e9b7a41d8c6e4f1a2b3c4d5e6",
    }),
    scannedAt: z.iso
      .datetime()
      .openapi({ description: "When it was scanned, UTC.", example: "2026-11-21T09:30:00.000Z" }),
    durationMs: z
      .int()
      .min(0)
      .openapi({ description: "How long the scan took, in milliseconds.", example: 840 }),
    tool: toolSchema,
    input: inputSchema,
    project: projectSchema,
    projects: z
      .array(nestedProjectSchema)
      .openapi({ description: "All projects, where the archive holds several." }),
    score: z.number().min(0).max(100).openapi({
      description: "100 × points earned / points possible, one decimal.",
      example: 84.6,
    }),
    grade: gradeSchema,
    caps: z.array(capSchema).openapi({ description: "What holds the grade down." }),
    verdict: verdictSchema,
    blockers: z
      .array(ruleIdSchema)
      .openapi({ description: "Failing rules that stand between the project and production." }),
    nextGrade: nextGradeSchema.nullable().openapi({ description: "Null at A." }),
    categories: z.array(categorySchema).openapi({ description: "Scores by category." }),
    results: z.array(resultSchema).openapi({ description: "Every rule's result, by category and rule." }),
    checklist: z
      .array(checklistAnswerSchema)
      .openapi({ description: "Every demand of the source documents." }),
    suppressed: z.array(suppressedSchema).openapi({ description: "Rules ignored by configuration." }),
    excluded: z.array(excludedSchema).openapi({ description: "Files left out by configuration." }),
    scoreWithoutSuppressions: z.number().min(0).max(100).openapi({
      description: "The score if nothing were suppressed.",
      example: 84.6,
    }),
    skipped: z.array(skippedSchema).openapi({ description: "Files that were not read." }),
    warnings: z.array(z.string()).openapi({
      description: "What went not quite as it should, such as a bad configuration.",
      example: [],
    }),
  })
  .openapi("Report", { description: "Is it ready for production? Every verdict with its evidence." });

export type Report = z.infer<typeof reportSchema>;

/** A report without what only this scan knows: the same bytes under the same rule set give the same judgement. */
export type Judgement = Omit<Report, "id" | "scannedAt" | "durationMs" | "input">;

export type Result = z.infer<typeof resultSchema>;
export type ReportedEvidence = z.infer<typeof evidenceSchema>;
export type CategoryScore = z.infer<typeof categorySchema>;
export type ChecklistAnswer = z.infer<typeof checklistAnswerSchema>;
export type NextGrade = z.infer<typeof nextGradeSchema>;
export type Grade = z.infer<typeof gradeSchema>;
export type Verdict = z.infer<typeof verdictSchema>;
export type Cap = z.infer<typeof capSchema>;
export type Suppression = z.infer<typeof suppressedSchema>;
export type Exclusion = z.infer<typeof excludedSchema>;
export type NestedProject = z.infer<typeof nestedProjectSchema>;
export type ProjectFacts = z.infer<typeof projectSchema>;
export type ReportedKind = z.infer<typeof kindEvidenceSchema>;
export type Input = z.infer<typeof inputSchema>;
