/** How a badge is asked for and answered, whatever it is of. */
import { z } from "@hono/zod-openapi";
import { CATEGORIES } from "../engine/rule.ts";
import type { RequestContext } from "../http/context.ts";
import { etagOf, matchesTag } from "../http/negotiation.ts";
import { BADGE_STYLES, type Badge, describeShield, renderBadge } from "../report/badge.ts";
import { sha256 } from "../store/digest.ts";

const METRICS = ["grade", "score", "verdict", ...Object.keys(CATEGORIES)] as const;

export const badgeQuerySchema = z.object({
  style: z.enum(BADGE_STYLES).default("flat").openapi({ description: "How it is drawn.", example: "flat" }),
  label: z
    .string()
    .max(60)
    .optional()
    .openapi({ description: "Text on the left.", example: "production ready" }),
  metric: z.enum(METRICS).default("grade").openapi({
    description: "What it shows: grade, score, verdict, or the score of a category.",
    example: "score",
  }),
});
export type BadgeQuery = z.infer<typeof badgeQuerySchema>;

const shieldSchema = z
  .object({
    schemaVersion: z.literal(1).openapi({ description: "Version of this shape." }),
    label: z.string().openapi({ description: "Text on the left.", example: "production ready" }),
    message: z.string().openapi({ description: "Text on the right.", example: "B" }),
    color: z.string().openapi({ description: "Colour of the right.", example: "green" }),
    style: z.enum(BADGE_STYLES).openapi({ description: "How it is drawn." }),
    isError: z.literal(true).optional().openapi({ description: "There is nothing to show." }),
  })
  .openapi("ShieldsEndpoint", { description: "See https://shields.io/badges/endpoint-badge." });

export type BadgeExtension = "svg" | "json";

export const badgeContents: Record<BadgeExtension, Record<string, { schema: z.ZodType }>> = {
  svg: {
    "image/svg+xml": {
      schema: z.string().openapi({ description: "SVG; commit, date and score are in its title." }),
    },
  },
  json: { "application/json": { schema: shieldSchema } },
};

interface Drawn {
  body: string;
  tag: string;
}

const withTag = (body: string): Drawn => ({ body, tag: etagOf(sha256(body)) });

/** Badges that were drawn last: drawing costs more than all else that a badge takes. */
const drawn = new Map<string, Drawn>();
const DRAWN_KEPT = 200;

async function drawOnce(badge: Badge, style: BadgeQuery["style"]): Promise<Drawn> {
  const key = JSON.stringify([badge, style]);
  const known = drawn.get(key);
  if (known) return known;
  const made = withTag(await renderBadge(badge, style));
  if (drawn.size >= DRAWN_KEPT) drawn.clear();
  drawn.set(key, made);
  return made;
}

/** @param maxAge seconds that image proxies may keep it */
export async function answerBadge(
  c: RequestContext,
  badge: Badge,
  { style }: BadgeQuery,
  extension: BadgeExtension,
  maxAge: number,
): Promise<Response> {
  const svg = extension === "svg";
  const { body, tag } = svg
    ? await drawOnce(badge, style)
    : withTag(JSON.stringify(describeShield(badge, style)));
  c.header("ETag", tag);
  c.header("Cache-Control", `public, max-age=${maxAge}`);
  if (matchesTag(c, tag)) return c.body(null, 304);
  return c.body(body, 200, { "Content-Type": svg ? "image/svg+xml" : "application/json" });
}
