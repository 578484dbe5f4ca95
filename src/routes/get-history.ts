/** GET /v1/repositories/{host}/{path}/-/history */
import { createRoute, z } from "@hono/zod-openapi";
import { nameRepository } from "../forge/parse-repository.ts";
import { coordinatorOf } from "../http/ask-repository.ts";
import type { App } from "../http/context.ts";
import { negotiate } from "../http/negotiation.ts";
import { problems } from "../http/problems.ts";
import { gradeSchema, verdictSchema } from "../report/result-schema.ts";
import type { FoundReport } from "../store/scan-request.ts";
import { HOST, repositoryParams } from "./repository-options.ts";

const summarySchema = z
  .object({
    id: z.string().openapi({ description: "Id of the report: `GET /v1/scans/{id}` reads it." }),
    commit: z.string().openapi({ description: "Full commit id that was scanned." }),
    ref: z.string().openapi({ description: "What was asked for when it was scanned.", example: "main" }),
    subdirectory: z
      .string()
      .optional()
      .openapi({ description: "The folder that was judged, where not the top." }),
    scannedAt: z.iso.datetime().openapi({ description: "When it was scanned, UTC." }),
    score: z.number().min(0).max(100).openapi({ description: "Points of 100." }),
    grade: gradeSchema,
    verdict: verdictSchema,
  })
  .openapi("ScanSummary", { description: "A report in a few facts." });

const historySchema = z
  .object({
    scans: z.array(summarySchema).openapi({ description: "The page, newest first." }),
    next: z.string().optional().openapi({ description: "Cursor of the next page; left out on the last." }),
  })
  .openapi("History", { description: "Reports of a repository's commits, newest first." });

const route = createRoute({
  method: "get",
  path: "/v1/repositories/{host}/{path}/-/history",
  operationId: "getRepositoryHistory",
  tags: ["Repositories"],
  summary: "List the reports of a repository",
  description:
    "One of each commit that was scanned by URL, newest first. Private scans and uploads are not listed.",
  request: {
    params: repositoryParams,
    query: z.object({
      limit: z.coerce
        .number()
        .int()
        .min(1)
        .max(100)
        .default(20)
        .openapi({ description: "Reports a page.", example: 20 }),
      cursor: z
        .string()
        .regex(/^\d{1,15}$/)
        .optional()
        .openapi({ description: "`next` of the page before.", example: "41" }),
    }),
  },
  responses: {
    200: { description: "A page of them.", content: { "application/json": { schema: historySchema } } },
    ...problems("invalid-request", "not-acceptable", "host-not-allowed"),
  },
});

export function addGetHistory(app: App): void {
  app.openAPIRegistry.registerPath(route);
  app.openapi({ ...route, path: `/v1/repositories/${HOST}/:path{.+/-/history}`, hide: true }, async (c) => {
    negotiate(c, ["application/json"]);
    const { host, path } = c.req.valid("param");
    const { limit, cursor } = c.req.valid("query");
    const { forges } = c.get("config").repositories;
    const name = nameRepository(host, path.slice(0, -"/-/history".length), forges);
    const before = cursor === undefined ? undefined : Number(cursor);
    const rows = (await coordinatorOf(c, name).history(limit + 1, before)) as Row[];
    const last = rows.length > limit ? rows[limit - 1] : undefined;
    c.header("Cache-Control", "public, max-age=60");
    const scans = rows.slice(0, limit).map(describeRow);
    return c.json({ scans, ...(last ? { next: `${last.seq}` } : {}) }, 200);
  });
}

type Row = FoundReport & { seq: number };

function describeRow({ id, commit, ref, subdirectory, summary }: Row): z.infer<typeof summarySchema> {
  const { scannedAt, score, grade, verdict } = summary;
  const folder = subdirectory === undefined ? {} : { subdirectory };
  return { id, commit, ref, ...folder, scannedAt, score, grade, verdict };
}
