/** GET /v1/checklist */
import { createRoute, z } from "@hono/zod-openapi";
import { checklist } from "../../rules/checklist.ts";
import type { App } from "../http/context.ts";
import { problems } from "../http/problems.ts";
import { ruleIdSchema } from "../report/place-schema.ts";
import { answerCatalogue, catalogueResponses } from "./catalogue-answer.ts";

const itemSchema = z
  .object({
    id: z
      .string()
      .openapi({ description: "Number of the document and of the demand in it.", example: "000-03" }),
    document: z.string().openapi({
      description: "The document that asks.",
      example: "From prototype to production checklist",
    }),
    section: z.string().openapi({ description: "Its section.", example: "environment" }),
    item: z.string().openapi({
      description: "The demand.",
      example: "a frozen or locked set of versions is taken before deployment",
    }),
    rules: z
      .array(ruleIdSchema)
      .openapi({ description: "Rules that answer it; none where only a person can." }),
  })
  .openapi("ChecklistItem", { description: "A demand of the documents that the rules stand on." });

const route = createRoute({
  method: "get",
  path: "/v1/checklist",
  operationId: "listChecklist",
  tags: ["Rules"],
  summary: "All demands of the source documents",
  description:
    "Of the five documents that say what ready means. A report answers each of them under `checklist`.",
  responses: {
    ...catalogueResponses(
      "Every demand, with the rules that answer it.",
      z.object({ items: z.array(itemSchema).openapi({ description: "By number." }) }).openapi("Checklist"),
    ),
    ...problems("not-acceptable"),
  },
});

export function addChecklist(app: App): void {
  app.openapi(route, (c) => answerCatalogue(c, describeChecklist));
}

async function describeChecklist() {
  const { rules } = await import("../../rules/index.ts");
  const answering = (item: string): string[] =>
    rules.filter(({ checklist }) => checklist.includes(item)).map(({ id }) => id);
  return { items: checklist.map((item) => ({ ...item, rules: answering(item.id) })) };
}
