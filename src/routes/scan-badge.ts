/** GET /badge/scans/{id}.svg and .json */
import { createRoute, z } from "@hono/zod-openapi";
import { CATEGORIES } from "../engine/rule.ts";
import type { App, RequestContext } from "../http/context.ts";
import { matchesTag } from "../http/negotiation.ts";
import { problems } from "../http/problems.ts";
import {
  BADGE_STYLES,
  type Badge,
  describeBadge,
  describeNoBadge,
  describeShield,
  renderBadge,
} from "../report/badge.ts";
import { sha256 } from "../store/digest.ts";
import { findSummary } from "../store/report-store.ts";
import { scanIdSchema } from "./get-scan.ts";
import { etagHeader, etagOf, notModified } from "./report-answer.ts";

const METRICS = ["grade", "score", "verdict", ...Object.keys(CATEGORIES)] as const;

const querySchema = z.object({
  style: z.enum(BADGE_STYLES).default("flat").openapi({ description: "How it is drawn." }),
  label: z.string().max(60).optional().openapi({ description: "Text on the left." }),
  metric: z.enum(METRICS).default("grade").openapi({
    description: "What it shows: grade, score, verdict, or the score of a category.",
  }),
});
type Query = z.infer<typeof querySchema>;

const shieldSchema = z
  .object({
    schemaVersion: z.literal(1),
    label: z.string().openapi({ example: "production ready" }),
    message: z.string().openapi({ example: "B" }),
    color: z.string().openapi({ example: "green" }),
    style: z.enum(BADGE_STYLES),
    isError: z.literal(true).optional().openapi({ description: "There is nothing to show." }),
  })
  .openapi("ShieldsEndpoint", { description: "See https://shields.io/badges/endpoint-badge." });

const describeRoute = (extension: "svg" | "json", content: Record<string, { schema: z.ZodType }>) => {
  const route = createRoute({
    method: "get",
    path: `/badge/scans/{id}.${extension}`,
    operationId: extension === "svg" ? "getScanBadge" : "getScanShield",
    tags: ["Badges"],
    summary: extension === "svg" ? "Badge of a report" : "The same as a Shields endpoint document",
    description: "Always an image that can be shown: an unknown report has a grey badge that says so.",
    request: { params: z.object({ id: scanIdSchema }), query: querySchema },
    responses: {
      200: { description: "The badge.", headers: etagHeader, content },
      304: notModified,
      ...problems("invalid-request"),
    },
  });
  // Hono takes a parameter with what follows it in one segment, and has the extension in its value.
  return { documented: route, served: { ...route, path: `/badge/scans/:id{.+\\.${extension}}`, hide: true } };
};

const svg = describeRoute("svg", {
  "image/svg+xml": {
    schema: z.string().openapi({ description: "SVG; commit, date and score are in its title." }),
  },
});
const json = describeRoute("json", { "application/json": { schema: shieldSchema } });

export function addScanBadge(app: App): void {
  for (const { documented } of [svg, json]) app.openAPIRegistry.registerPath(documented);
  app.openapi(svg.served, async (c) => {
    const query = c.req.valid("query");
    const badge = await findBadge(c, c.req.valid("param").id.slice(0, -".svg".length), query);
    return answerBadge(c, badge, await renderBadge(badge, query.style), "image/svg+xml");
  });
  app.openapi(json.served, async (c) => {
    const query = c.req.valid("query");
    const badge = await findBadge(c, c.req.valid("param").id.slice(0, -".json".length), query);
    return answerBadge(c, badge, JSON.stringify(describeShield(badge, query.style)), "application/json");
  });
}

async function findBadge(c: RequestContext, id: string, { metric, label }: Query): Promise<Badge> {
  const summary = await findSummary(c.get("store"), id);
  return summary
    ? describeBadge(summary, metric, label)
    : describeNoBadge("unknown", "No report has this id: scan the project again", label);
}

/** Long enough for image proxies, and no longer than a minute where there is nothing to show. */
function answerBadge(c: RequestContext, badge: Badge, body: string, type: string): Response {
  const tag = etagOf(sha256(body));
  c.header("ETag", tag);
  c.header("Cache-Control", badge.isError ? "public, max-age=60" : "public, max-age=3600");
  if (matchesTag(c, tag)) return c.body(null, 304);
  return c.body(body, 200, { "Content-Type": type });
}
