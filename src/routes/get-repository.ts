/** GET /v1/repositories/{host}/{path} */
import { createRoute } from "@hono/zod-openapi";
import { askRepository, awaitJob } from "../http/ask-repository.ts";
import type { App } from "../http/context.ts";
import { TOKEN_WHERE_SET } from "../http/openapi.ts";
import { problems } from "../http/problems.ts";
import {
  answerUnlessKnown,
  chooseFormat,
  formatSchema,
  notModified,
  reportHeaders,
} from "./report-answer.ts";
import { reportContent } from "./report-formats.ts";
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
      content: reportContent,
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
    const { format: asked, ...revision } = c.req.valid("query");
    const format = chooseFormat(c, asked);
    const found = await askRepository(c, queryRepository(c, c.req.valid("param"), revision));
    const known = "report" in found ? found.report : found.earlier;
    c.get("notes").cache = known ? "hit" : "miss";
    const report = known ?? (await awaitJob(c, "job" in found ? found.job : ""));
    c.header("Cache-Control", "public, max-age=60");
    return answerUnlessKnown(c, report, format);
  });
}
