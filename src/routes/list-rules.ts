/** GET /v1/rules and GET /v1/rules/{id} */
import { createRoute, z } from "@hono/zod-openapi";
import type { App } from "../http/context.ts";
import { Problem, problems } from "../http/problems.ts";
import { ruleIdSchema } from "../report/place-schema.ts";
import { answerCatalogue, catalogueResponses } from "./catalogue-answer.ts";
import { describeRule, ruleSchema } from "./rule-schema.ts";

const listRoute = createRoute({
  method: "get",
  path: "/v1/rules",
  operationId: "listRules",
  tags: ["Rules"],
  summary: "All rules",
  description: "What is checked by this server. The list changes with the rule set, as `ETag` does.",
  responses: {
    ...catalogueResponses(
      "Every rule with why it matters, how to mend what it finds, and examples.",
      z
        .object({ rules: z.array(ruleSchema).openapi({ description: "By category and id." }) })
        .openapi("RuleList"),
    ),
    ...problems("not-acceptable"),
  },
});

const getRoute = createRoute({
  method: "get",
  path: "/v1/rules/{id}",
  operationId: "getRule",
  tags: ["Rules"],
  summary: "One rule",
  description: "The same as in the list. `/rules/{id}` is its page.",
  request: { params: z.object({ id: ruleIdSchema }) },
  responses: {
    ...catalogueResponses("The rule.", ruleSchema),
    ...problems("rule-not-found", "not-acceptable"),
  },
});

export function addRules(app: App): void {
  app.openapi(listRoute, (c) =>
    answerCatalogue(c, async () => ({ rules: (await loadRules()).map(describeRule) })),
  );
  app.openapi(getRoute, async (c) => {
    const { id } = c.req.valid("param");
    const rules = await loadRules();
    const rule = rules.find((rule) => rule.id === id);
    if (!rule) throw new Problem("rule-not-found", "No rule has this id; GET /v1/rules lists them.");
    return answerCatalogue(c, async () => describeRule(rule));
  });
}

/** With all that they read through: badges and reports do without. */
const loadRules = async () => (await import("../../rules/index.ts")).rules;
