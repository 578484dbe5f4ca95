/** GET /v1/repositories/{host}/{path} */
import { createRoute } from "@hono/zod-openapi";
import { askRepository, awaitJob } from "../http/ask-repository.ts";
import type { App } from "../http/context.ts";
import { matchesTag } from "../http/negotiation.ts";
import { TOKEN_WHERE_SET } from "../http/openapi.ts";
import { problems } from "../http/problems.ts";
import { reportSchema } from "../report/schema.ts";
import {
  answerReport,
  chooseFormat,
  etagOf,
  formatSchema,
  notModified,
  reportHeaders,
} from "./report-answer.ts";
import { HOST, queryRepository, repositoryParams, revisionSchema } from "./repository-options.ts";

const route = createRoute({
  method: "get",
  path: "/v1/repositories/{host}/{path}",
  operationId: "getRepository",
  tags: ["Repositories"],
  security: TOKEN_WHERE_SET,
  summary: "Read the latest report of a repository",
  description:
    "Of the commit that its default branch (or `ref`) stands at; scanned now if there is no report yet. While a newer " +
    "commit is being scanned, the report before it is answered.",
  request: { params: repositoryParams, query: revisionSchema.extend({ format: formatSchema }) },
  responses: {
    200: {
      description: "The report.",
      headers: reportHeaders,
      content: { "application/json": { schema: reportSchema } },
    },
    304: notModified,
    ...problems(
      "invalid-request",
      "unauthorized",
      "repository-not-found",
      "not-acceptable",
      "archive-too-large",
      "host-not-allowed",
      "archive-unsafe",
      "no-python-project",
      "subdirectory-not-found",
      "upstream-unavailable",
    ),
  },
});

export function addGetRepository(app: App): void {
  app.openAPIRegistry.registerPath(route);
  app.openapi({ ...route, path: `/v1/repositories/${HOST}/:path{.+}`, hide: true }, async (c) => {
    const { format, ...revision } = c.req.valid("query");
    const type = chooseFormat(c, format);
    const found = await askRepository(c, queryRepository(c, c.req.valid("param"), revision));
    const known = "report" in found ? found.report : found.earlier;
    c.get("notes").cache = known ? "hit" : "miss";
    const report = known ?? (await awaitJob(c, "job" in found ? found.job : ""));
    c.header("Cache-Control", "public, max-age=60");
    const answer = answerReport(c, report, type);
    return matchesTag(c, etagOf(report.digest)) ? c.body(null, 304) : answer;
  });
}
