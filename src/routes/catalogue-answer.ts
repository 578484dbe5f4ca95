/** Answers that change with the rule set only: rules and the checklist. */
import type { z } from "@hono/zod-openapi";
import { RULESET } from "../engine/ruleset.ts";
import type { RequestContext } from "../http/context.ts";
import { matchesTag, negotiate } from "../http/negotiation.ts";
import { etagHeader, notModified } from "./report-answer.ts";

export const catalogueResponses = <Schema extends z.ZodType>(description: string, schema: Schema) => ({
  200: { description, headers: etagHeader, content: { "application/json": { schema } } },
  304: notModified,
});

export async function answerCatalogue(c: RequestContext, describe: () => Promise<object>): Promise<Response> {
  negotiate(c, ["application/json"]);
  const tag = `"${RULESET}"`;
  c.header("ETag", tag);
  c.header("Cache-Control", "public, max-age=300");
  if (matchesTag(c, tag)) return c.body(null, 304);
  return c.body(JSON.stringify(await describe()), 200, { "Content-Type": "application/json" });
}
