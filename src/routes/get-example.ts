/** GET /example.zip: a small project to try a scan with. */
import { createRoute, z } from "@hono/zod-openapi";
import type { App } from "../http/context.ts";
import { problems } from "../http/problems.ts";

const route = createRoute({
  method: "get",
  path: "/example.zip",
  operationId: "getExample",
  tags: ["Scans"],
  summary: "A small project to try a scan with",
  description: "A web service of some hundred lines that does much right and some things wrong.",
  responses: {
    200: {
      description: "A zip archive.",
      content: { "application/zip": { schema: z.string().openapi({ format: "binary" }) } },
    },
    ...problems(),
  },
});

export function addExample(app: App): void {
  app.openapi(route, async (c) => {
    const file = await c.env.ASSETS.fetch(new URL("/assets/example.zip", c.req.url));
    if (!file.ok) throw new Error(`assets/example.zip: ${file.status}`);
    c.header("Content-Disposition", 'attachment; filename="example.zip"');
    c.header("Cache-Control", "public, max-age=300");
    return c.body(await file.arrayBuffer(), 200, { "Content-Type": "application/zip" });
  });
}
