/** GET /rules and GET /rules/{id}: the rules as web pages. */
import { checklist } from "../../rules/checklist.ts";
import { CATEGORIES } from "../engine/rule.ts";
import type { App, RequestContext } from "../http/context.ts";
import { Problem } from "../http/problems.ts";
import type { ExampleResults } from "../pages/rules/example-result.ts";
import { ruleListPage } from "../pages/rules/rule-list-page.tsx";
import { rulePage } from "../pages/rules/rule-page.tsx";
import { answerTaggedPage } from "./page-answer.ts";
import { describeRule } from "./rule-schema.ts";

export function addRulePages(app: App): void {
  app.get("/rules", async (c) => {
    const { rules } = await import("../../rules/index.ts");
    const asked = (name: string): string => (c.req.query(name) ?? "").slice(0, 100);
    const search = { q: asked("q"), category: asked("category"), severity: asked("severity") };
    return answer(c, ruleListPage({ rules: rules.map(describeRule), categories: CATEGORIES, search }));
  });
  app.get("/rules/:id", async (c) => {
    const [{ rules }, { default: told }] = await Promise.all([
      import("../../rules/index.ts"),
      import("../pages/rules/example-results.json", { with: { type: "json" } }),
    ]);
    const rule = rules.find(({ id }) => id === c.req.param("id"));
    if (!rule) throw new Problem("rule-not-found", "No rule has this id; /rules lists them.");
    const demands = checklist.filter(({ id }) => rule.checklist.includes(id));
    const category = CATEGORIES[rule.category];
    const results = (told.rules as unknown as Record<string, ExampleResults>)[rule.id];
    return answer(c, rulePage({ rule: describeRule(rule), category, demands, results }));
  });
}

function answer(c: RequestContext, html: string): Response {
  c.header("Cache-Control", "public, max-age=300");
  return answerTaggedPage(c, html);
}
