/** GET /health */
import { createRoute, z } from "@hono/zod-openapi";
import { RULESET } from "../engine/ruleset.ts";
import type { App, RequestContext } from "../http/context.ts";
import { Problem, problems } from "../http/problems.ts";
import { VERSION } from "../version.ts";

const healthSchema = z
  .object({
    status: z.literal("ok").openapi({ description: "It answers." }),
    version: z.string().openapi({ description: "Version of pyready.", example: "0.1.0" }),
    ruleset: z.string().openapi({ description: "Id of the rule set.", example: "2026.11.21-0123456789ab" }),
    store: z.literal("ok").optional().openapi({ description: "It was tried, where `deep` asked for it." }),
  })
  .openapi("Health");

const route = createRoute({
  method: "get",
  path: "/health",
  operationId: "getHealth",
  tags: ["Service"],
  summary: "Whether the server is up",
  description:
    "By itself it touches nothing else. `?deep=1` also writes and reads a record of its own in KV and in the objects " +
    "that hold recent reports. What it finds stands for ten seconds. Where they fail, scans are still answered; their reports may not be " +
    "found again. So watch it, and do not take servers out of use by it.",
  request: {
    query: z.object({
      deep: z
        .enum(["0", "1", "false", "true"])
        .optional()
        .openapi({ description: "`1` tries the store, too.", example: "1" }),
    }),
  },
  responses: {
    200: { description: "It is.", content: { "application/json": { schema: healthSchema } } },
    ...problems("invalid-request", "store-unavailable"),
  },
});

export function addHealth(app: App): void {
  app.openapi(route, async (c) => {
    const { deep } = c.req.valid("query");
    c.header("Cache-Control", "no-store");
    const known = { status: "ok" as const, version: VERSION, ruleset: RULESET };
    if (deep !== "1" && deep !== "true") return c.json(known, 200);
    const failing = await tryStore(c);
    if (failing.length === 0) return c.json({ ...known, store: "ok" as const }, 200);
    throw new Problem("store-unavailable", `What does not work: ${failing.join(", ")}.`, {
      "Retry-After": `${STANDS_MS / 1_000}`,
    });
  });
}

/** Anyone may ask, and a try costs a write to KV. Milliseconds. */
const STANDS_MS = 10_000;

const lastTries = new WeakMap<object, { at: number; failing: string[] }>();

async function tryStore(c: RequestContext): Promise<string[]> {
  const last = lastTries.get(c.env.REPORTS);
  if (last && Date.now() - last.at < STANDS_MS) return last.failing;
  const failing = await c.get("store").check();
  lastTries.set(c.env.REPORTS, { at: Date.now(), failing });
  return failing;
}
