/** A scan that is under way, as it is told. */
import { z } from "@hono/zod-openapi";
import type { RequestContext } from "../http/context.ts";
import { describeProblem, problemOf, problemSchema } from "../http/problems.ts";
import type { Job } from "../store/scan-request.ts";

export const jobSchema = z
  .object({
    id: z.string().openapi({ description: "Id of the job." }),
    state: z
      .enum(["queued", "running", "done", "failed"])
      .openapi({ description: "How far it is; `done` and `failed` are the end." }),
    stage: z.string().openapi({ description: "What is being done.", example: "download" }),
    share: z.number().min(0).max(1).openapi({ description: "How much of the stage is done.", example: 0.5 }),
    scan: z
      .string()
      .optional()
      .openapi({ description: "Id of the report, once done: `GET /v1/scans/{id}` reads it." }),
    problem: problemSchema.optional(),
  })
  .openapi("Job", { description: "A scan that goes on after its answer." });

export type JobDocument = z.infer<typeof jobSchema>;

export function describeJob(
  c: RequestContext,
  { id, state, stage, share, report, failure }: Job,
): JobDocument {
  const { origin } = new URL(c.req.url);
  return {
    id,
    state,
    stage,
    share,
    ...(report === undefined ? {} : { scan: report }),
    ...(failure === undefined
      ? {}
      : { problem: describeProblem(problemOf(failure), origin, c.get("requestId")) }),
  };
}
