/** GET /v1/compare */
import { createRoute, z } from "@hono/zod-openapi";
import type { App, RequestContext } from "../http/context.ts";
import { negotiate } from "../http/negotiation.ts";
import { Problem, problems } from "../http/problems.ts";
import { ruleIdSchema } from "../report/place-schema.ts";
import { gradeSchema, resultSchema, verdictSchema } from "../report/result-schema.ts";
import type { Report, Result } from "../report/schema.ts";
import { findReport } from "../store/report-store.ts";
import { scanIdSchema } from "./get-scan.ts";

const outcomeSchema = resultSchema.shape.outcome.optional();

const changeSchema = z
  .object({
    rule: ruleIdSchema,
    title: z.string().openapi({ description: "Title of the rule." }),
    base: outcomeSchema.openapi({ description: "Outcome in the base; left out where it has no such rule." }),
    head: outcomeSchema.openapi({ description: "Outcome in the head; left out where it has no such rule." }),
  })
  .openapi("Change", { description: "A rule whose outcome is another." });

const sideSchema = z
  .object({
    id: z.string().openapi({ description: "Id of the report." }),
    score: z.number().min(0).max(100).openapi({ description: "Points of 100." }),
    grade: gradeSchema,
    verdict: verdictSchema,
    ruleset: z.string().openapi({ description: "Id of the rule set that judged it." }),
    commit: z.string().optional().openapi({ description: "Commit, where a repository was scanned." }),
  })
  .openapi("ComparedScan", { description: "One of the two." });

const comparisonSchema = z
  .object({
    base: sideSchema,
    head: sideSchema,
    score: z.number().openapi({ description: "Points of score won, negative where lost.", example: 4.2 }),
    fixed: z.array(changeSchema).openapi({ description: "Rules that fare better." }),
    broken: z.array(changeSchema).openapi({ description: "Rules that fare worse." }),
    changed: z.array(changeSchema).openapi({
      description: "Rules that changed otherwise: now applicable, or no longer; new, or gone.",
    }),
  })
  .openapi("Comparison", { description: "What changed between two reports." });

const route = createRoute({
  method: "get",
  path: "/v1/compare",
  operationId: "compareScans",
  tags: ["Scans"],
  summary: "Compare two reports",
  description: "Rule by rule: of two commits, of a branch and its base, or before and after a change.",
  request: { query: z.object({ base: scanIdSchema, head: scanIdSchema }) },
  responses: {
    200: { description: "What changed.", content: { "application/json": { schema: comparisonSchema } } },
    ...problems("invalid-request", "scan-not-found", "not-acceptable"),
  },
});

export function addCompare(app: App): void {
  app.openapi(route, async (c) => {
    negotiate(c, ["application/json"]);
    const { base, head } = c.req.valid("query");
    const [before, after] = await Promise.all([readReport(c, base), readReport(c, head)]);
    c.header("Cache-Control", "no-store");
    return c.json(compare(before, after), 200);
  });
}

async function readReport(c: RequestContext, id: string): Promise<Report> {
  const stored = await findReport(c.get("store"), id);
  if (stored) return JSON.parse(stored.body) as Report;
  throw new Problem("scan-not-found", `No report has the id ${id}. Scan the project to get one.`);
}

function compare(base: Report, head: Report): z.infer<typeof comparisonSchema> {
  const before = new Map(base.results.map((result) => [result.rule, result]));
  const after = new Map(head.results.map((result) => [result.rule, result]));
  const rules = [...new Set([...before.keys(), ...after.keys()])].sort();
  const changes = rules
    .map((rule) => describeChange(rule, before.get(rule), after.get(rule)))
    .filter((change) => change.base !== change.head);
  const of = (...directions: number[]) =>
    changes.filter((change) => directions.includes(directionOf(change)));
  return {
    base: describeSide(base),
    head: describeSide(head),
    score: Math.round((head.score - base.score) * 10) / 10,
    fixed: of(1),
    broken: of(-1),
    changed: of(0),
  };
}

type Change = z.infer<typeof changeSchema>;

function describeChange(rule: string, before: Result | undefined, after: Result | undefined): Change {
  return {
    rule,
    title: (after ?? before)?.title ?? rule,
    ...(before ? { base: before.outcome } : {}),
    ...(after ? { head: after.outcome } : {}),
  };
}

const RANKS = new Map<string | undefined, number>([
  ["fail", 0],
  ["partial", 1],
  ["pass", 2],
]);

function directionOf({ base, head }: Change): number {
  const [from, to] = [RANKS.get(base), RANKS.get(head)];
  return from === undefined || to === undefined ? 0 : Math.sign(to - from);
}

function describeSide({ id, score, grade, verdict, tool, input }: Report): z.infer<typeof sideSchema> {
  const commit = input.repository?.commit;
  return { id, score, grade, verdict, ruleset: tool.ruleset, ...(commit === undefined ? {} : { commit }) };
}
