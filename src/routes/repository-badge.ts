/** GET /badge/{host}/{path}.svg and .json: never waits for a scan, and is always an image that can be shown. */
import { createRoute, type z } from "@hono/zod-openapi";
import { ForgeError } from "../forge/forge-error.ts";
import { refuseScan } from "../http/admission.ts";
import { coordinatorOf } from "../http/ask-repository.ts";
import type { App, RequestContext } from "../http/context.ts";
import { problems } from "../http/problems.ts";
import { noteError } from "../http/request-log.ts";
import { type Badge, describeBadge, describeNoBadge } from "../report/badge.ts";
import { describeFailure } from "../store/describe-failure.ts";
import type { Failure, Standing } from "../store/scan-request.ts";
import { answerBadge, type BadgeExtension, badgeContents, badgeQuerySchema } from "./badge-answer.ts";
import { etagHeader, notModified } from "./report-answer.ts";
import { HOST, queryRepository, repositoryParams, revisionSchema } from "./repository-options.ts";

const querySchema = badgeQuerySchema.extend(revisionSchema.shape);

/** Seconds that a badge may be kept. */
const MAX_AGE = { found: 300, earlier: 60, scanning: 5, failed: 60 } as const;

const describeRoute = (extension: BadgeExtension) => {
  const route = createRoute({
    method: "get",
    path: `/badge/{host}/{path}.${extension}`,
    operationId: extension === "svg" ? "getRepositoryBadge" : "getRepositoryShield",
    tags: ["Badges"],
    summary: extension === "svg" ? "Badge of a repository" : "The same as a Shields endpoint document",
    description:
      "Answers at once: where there is no report yet, the badge says so and the scan begins. What stands in the way of " +
      "one is in the title of a grey badge.",
    request: { params: repositoryParams, query: querySchema },
    responses: {
      200: { description: "The badge.", headers: etagHeader, content: badgeContents[extension] },
      304: notModified,
      ...problems("invalid-request"),
    },
  });
  return {
    documented: route,
    served: { ...route, path: `/badge/${HOST}/:path{.+\\.${extension}}`, hide: true },
  };
};

export function addRepositoryBadge(app: App): void {
  for (const extension of ["svg", "json"] as const) {
    const { documented, served } = describeRoute(extension);
    app.openAPIRegistry.registerPath(documented);
    app.openapi(served, async (c) => {
      const query = c.req.valid("query");
      const { host, path } = c.req.valid("param");
      const standing = await glance(c, { host, path: path.slice(0, -extension.length - 1) }, query);
      const { badge, maxAge } = describeStanding(standing, query);
      return answerBadge(c, badge, query, extension, maxAge);
    });
  }
}

async function glance(
  c: RequestContext,
  params: z.infer<typeof repositoryParams>,
  query: z.infer<typeof querySchema>,
): Promise<Standing> {
  try {
    const asked = queryRepository(c, params, query);
    const coordinator = coordinatorOf(c, asked.name);
    const standing = (await coordinator.glance(asked)) as Standing;
    if (standing.state !== "unknown") return standing;
    const refusal = await refuseScan(c);
    if (!refusal) return (await coordinator.glance({ ...asked, may: "scan" })) as Standing;
    const { code, message: detail } = refusal;
    return standing.earlier ? standing : { state: "failed", failure: { code, detail } };
  } catch (error) {
    if (!(error instanceof ForgeError)) noteError(c.get("notes"), error);
    return { state: "failed", failure: describeFailure(error) };
  }
}

function describeStanding(
  standing: Standing,
  { metric, label }: z.infer<typeof querySchema>,
): { badge: Badge; maxAge: number } {
  if (standing.state === "found") {
    return { badge: describeBadge(standing.report.summary, metric, label), maxAge: MAX_AGE.found };
  }
  if (standing.state === "failed") {
    const { failure } = standing;
    return { badge: describeNoBadge(wordOf(failure), failure.detail, label), maxAge: MAX_AGE.failed };
  }
  const earlier = "earlier" in standing ? standing.earlier : undefined;
  if (earlier) return { badge: describeBadge(earlier.summary, metric, label), maxAge: MAX_AGE.earlier };
  const badge = describeNoBadge("scanning", "The repository is being scanned; look again in a moment", label);
  return { badge, maxAge: MAX_AGE.scanning };
}

const WORDS = new Map([
  ["repository-not-found", "not found"],
  ["host-not-allowed", "unknown forge"],
  ["upstream-unavailable", "forge unavailable"],
  ["no-python-project", "no Python"],
  ["subdirectory-not-found", "no such folder"],
  ["archive-too-large", "too large"],
  ["archive-unsafe", "too large"],
]);

const wordOf = ({ code }: Failure): string => WORDS.get(code) ?? "unknown";
