/** GET /v1/jobs/{id} */
import { createRoute, z } from "@hono/zod-openapi";
import { findJob } from "../http/ask-repository.ts";
import type { App } from "../http/context.ts";
import { negotiate } from "../http/negotiation.ts";
import { Problem, problems } from "../http/problems.ts";
import { describeJob, jobSchema } from "./job-answer.ts";

const idSchema = z
  .string()
  .max(100)
  .openapi({
    description: "Id of a job, as `POST /v1/scans` gave it in `Location`.",
    example: "0".repeat(80),
  });

const route = createRoute({
  method: "get",
  path: "/v1/jobs/{id}",
  operationId: "getJob",
  tags: ["Scans"],
  summary: "See how a scan goes",
  description: "Jobs are kept for an hour after their end; their reports longer.",
  request: { params: z.object({ id: idSchema }) },
  responses: {
    200: { description: "The job.", content: { "application/json": { schema: jobSchema } } },
    ...problems("invalid-request", "job-not-found", "not-acceptable"),
  },
});

export function addGetJob(app: App): void {
  app.openapi(route, async (c) => {
    negotiate(c, ["application/json"]);
    const job = await findJob(c, c.req.valid("param").id);
    if (!job) throw new Problem("job-not-found", "No job has this id. Ask for the repository again.");
    c.header("Cache-Control", "no-store");
    return c.json(describeJob(c, job), 200);
  });
}
