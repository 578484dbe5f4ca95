/** GET /health */
import { createRoute, z } from "@hono/zod-openapi";
import { RULESET } from "../engine/ruleset.ts";
import type { App } from "../http/context.ts";
import { problems } from "../http/problems.ts";
import { VERSION } from "../version.ts";

const healthSchema = z
  .object({
    status: z.literal("ok"),
    version: z.string().openapi({ example: "0.1.0" }),
    ruleset: z.string().openapi({ example: "2026.11.21-0123456789ab" }),
  })
  .openapi("Health");

const route = createRoute({
  method: "get",
  path: "/health",
  operationId: "getHealth",
  tags: ["Service"],
  summary: "Whether the server is up",
  responses: {
    200: { description: "It is.", content: { "application/json": { schema: healthSchema } } },
    ...problems(),
  },
});

export function addHealth(app: App): void {
  app.openapi(route, (c) => {
    c.header("Cache-Control", "no-store");
    return c.json({ status: "ok" as const, version: VERSION, ruleset: RULESET }, 200);
  });
}
