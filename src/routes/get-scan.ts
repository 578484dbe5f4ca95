/** GET /v1/scans/{id} */
import { createRoute, z } from "@hono/zod-openapi";
import type { App } from "../http/context.ts";
import { Problem, problems } from "../http/problems.ts";
import { findReport, isPrivate } from "../store/report-store.ts";
import {
  answerUnlessKnown,
  chooseFormat,
  formatSchema,
  notModified,
  reportHeaders,
} from "./report-answer.ts";
import { reportContent } from "./report-formats.ts";

export const scanIdSchema = z.string().max(64).openapi({
  description: "Id of a report, as `POST /v1/scans` gave it.",
  example: "3f0c5d2e9b7a41d8c6e4f1a2b3c4d5e6",
});

const route = createRoute({
  method: "get",
  path: "/v1/scans/{id}",
  operationId: "getScan",
  tags: ["Scans"],
  summary: "Read a report again",
  description: "In any format. A report never changes: another archive, commit or rule set has another id.",
  request: { params: z.object({ id: scanIdSchema }), query: z.object({ format: formatSchema }) },
  responses: {
    200: {
      description: "The report as it was stored.",
      headers: reportHeaders,
      content: reportContent,
    },
    304: notModified,
    ...problems("invalid-request", "scan-not-found", "not-acceptable"),
  },
});

export function addGetScan(app: App): void {
  app.openapi(route, async (c) => {
    const format = chooseFormat(c, c.req.valid("query").format);
    const report = await findReport(c.get("store"), c.req.valid("param").id);
    if (!report) throw new Problem("scan-not-found", "No report has this id. Scan the project to get one.");
    c.header("Cache-Control", isPrivate(report.id) ? "private, no-store" : "public, max-age=3600");
    return answerUnlessKnown(c, report, format);
  });
}
