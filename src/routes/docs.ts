/** GET /docs: Swagger UI, and GET /openapi.json: what it shows. */

import { createRoute, z } from "@hono/zod-openapi";
import type { App } from "../http/context.ts";
import { DOCS_POLICY } from "../http/headers.ts";
import { problems } from "../http/problems.ts";
import { docsPage } from "../pages/docs.tsx";

const route = createRoute({
  method: "get",
  path: "/openapi.json",
  operationId: "getOpenApi",
  tags: ["Service"],
  summary: "This document",
  description: "For generators of clients; `/docs` shows it.",
  responses: {
    200: {
      description: "OpenAPI 3.1.",
      content: {
        "application/json": {
          schema: z
            .object({ openapi: z.string().openapi({ example: "3.1.0" }) })
            .openapi({ additionalProperties: true }),
        },
      },
    },
    ...problems(),
  },
});

export function addDocs(app: App): void {
  app.openapi(route, async (c) => {
    const { default: document } = await import("../../openapi/openapi.json", { with: { type: "json" } });
    c.header("Cache-Control", "public, max-age=300");
    return c.json(document, 200);
  });
  app.get("/docs", (c) => {
    c.header("Content-Security-Policy", DOCS_POLICY);
    return c.html(docsPage());
  });
}
