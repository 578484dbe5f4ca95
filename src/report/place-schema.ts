/** The parts of a report that point into the archive or name a rule. */
import { z } from "@hono/zod-openapi";

export const KINDS = ["service", "pipeline", "cli", "library", "research"] as const;
export const ARTIFACTS = ["repository", "worktree", "sdist", "wheel"] as const;

export const kindSchema = z.enum(KINDS).openapi("Kind", {
  description:
    "What sort of project it is; decides which rules apply. `service`: web application, API, worker or bot; " +
    "`pipeline`: scheduled or batch work; `cli`: command line application or scripts; `library`: made for others " +
    "to import; `research`: mostly notebooks or experiments.",
});

export const artifactSchema = z.enum(ARTIFACTS).openapi("Artifact", {
  description:
    "What was scanned. A `repository` shows everything; a `worktree` is a zipped working folder and may hold ignored " +
    "files; an `sdist` lacks CI; a `wheel` lacks tests and pyproject. What it cannot show is inconclusive.",
});

/** A path in the archive, relative to its root. */
export const pathSchema = z.string().openapi({
  description: "Path in the archive, parts joined by `/`, a single top folder stripped.",
  example: "src/shop/app.py",
});

export const lineSchema = z.int().min(1).openapi({ description: "Line, counted from 1.", example: 12 });

export const placeSchema = z
  .object({ path: pathSchema, line: lineSchema })
  .openapi("Place", { description: "A line of a file in the archive." });

export const evidenceSchema = z
  .object({
    path: pathSchema,
    startLine: lineSchema.openapi({ description: "First line, counted from 1." }),
    endLine: lineSchema
      .optional()
      .openapi({ description: "Last line, inclusive; the first where left out." }),
    startColumn: z.int().min(1).optional().openapi({ description: "Column, counted from 1.", example: 5 }),
    note: z.string().optional().openapi({
      description: "What is to be seen there, in a few words. Secrets are redacted.",
      example: "requests.get(url) without timeout",
    }),
  })
  .openapi("Evidence", { description: "The place in the archive that gave the verdict." });

export const ruleIdSchema = z.string().openapi({
  description: "Id of a rule, as in `GET /v1/rules/{id}`.",
  example: "dependencies-locked",
});

export const skippedSchema = z
  .object({
    path: pathSchema,
    reason: z.string().openapi({ description: "Why it was not read.", example: "larger than 8 MiB" }),
  })
  .openapi("SkippedFile", { description: "A file that was passed over." });
