/** GET /badge/scans/{id}.svg and .json */
import { createRoute, z } from "@hono/zod-openapi";
import type { App, RequestContext } from "../http/context.ts";
import { problems } from "../http/problems.ts";
import { type Badge, describeBadge, describeNoBadge } from "../report/badge.ts";
import { findSummary } from "../store/report-store.ts";
import {
  answerBadge,
  type BadgeExtension,
  type BadgeQuery,
  badgeContents,
  badgeQuerySchema,
} from "./badge-answer.ts";
import { scanIdSchema } from "./get-scan.ts";
import { etagHeader, notModified } from "./report-answer.ts";

const describeRoute = (extension: BadgeExtension) => {
  const route = createRoute({
    method: "get",
    path: `/badge/scans/{id}.${extension}`,
    operationId: extension === "svg" ? "getScanBadge" : "getScanShield",
    tags: ["Badges"],
    summary: extension === "svg" ? "Badge of a report" : "The same as a Shields endpoint document",
    description: "Always an image that can be shown: an unknown report has a grey badge that says so.",
    request: { params: z.object({ id: scanIdSchema }), query: badgeQuerySchema },
    responses: {
      200: { description: "The badge.", headers: etagHeader, content: badgeContents[extension] },
      304: notModified,
      ...problems("invalid-request"),
    },
  });
  // Hono takes a parameter with what follows it in one segment, and has the extension in its value.
  return { documented: route, served: { ...route, path: `/badge/scans/:id{.+\\.${extension}}`, hide: true } };
};

export function addScanBadge(app: App): void {
  for (const extension of ["svg", "json"] as const) {
    const { documented, served } = describeRoute(extension);
    app.openAPIRegistry.registerPath(documented);
    app.openapi(served, async (c) => {
      const query = c.req.valid("query");
      const badge = await findBadge(c, c.req.valid("param").id.slice(0, -extension.length - 1), query);
      return answerBadge(c, badge, query, extension, badge.isError ? 60 : 3_600);
    });
  }
}

async function findBadge(c: RequestContext, id: string, { metric, label }: BadgeQuery): Promise<Badge> {
  const summary = await findSummary(c.get("store"), id);
  return summary
    ? describeBadge(summary, metric, label)
    : describeNoBadge("unknown", "No report has this id: scan the project again", label);
}
