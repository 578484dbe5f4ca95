/** The app: what every request passes through, and all routes. */
import { requestId } from "hono/request-id";
import { addCompare } from "../routes/compare-scans.ts";
import { addCreateScan } from "../routes/create-scan.ts";
import { addDocs } from "../routes/docs.ts";
import { addExample } from "../routes/get-example.ts";
import { addHealth } from "../routes/get-health.ts";
import { addGetHistory } from "../routes/get-history.ts";
import { addGetJob } from "../routes/get-job.ts";
import { addGetRepository } from "../routes/get-repository.ts";
import { addGetScan } from "../routes/get-scan.ts";
import { addGithubWebhook } from "../routes/github-webhook.ts";
import { addHome } from "../routes/home.ts";
import { addChecklist } from "../routes/list-checklist.ts";
import { addRules } from "../routes/list-rules.ts";
import { addProblemTypes } from "../routes/problem-types.ts";
import { addReportPages } from "../routes/report-pages.ts";
import { addRepositoryBadge } from "../routes/repository-badge.ts";
import { addRulePages } from "../routes/rule-pages.ts";
import { addScanBadge } from "../routes/scan-badge.ts";
import { createRecordStore } from "../store/record-store.ts";
import { answerError } from "./answer-errors.ts";
import { type App, createRouter } from "./context.ts";
import { readConfig } from "./environment.ts";
import { allowOrigins, secureResponses } from "./headers.ts";
import { hearOutRefused, holdBytes } from "./hold-bytes.ts";
import { type Judge, judgeArchive } from "./judge.ts";
import { Problem } from "./problems.ts";
import { limitRequests } from "./rate-limits.ts";
import { logRequests } from "./request-log.ts";

/** What any page may ask for. */
const OPEN_PATHS = ["/v1/*", "/badge/*", "/openapi.json", "/example.zip", "/health"];

/** @param judge tests give one of their own where Ruff has nothing to say */
export function createApp(judge: Judge = judgeArchive): App {
  const app = createRouter();
  app.onError(answerError);
  app.notFound((c) =>
    answerError(new Problem("not-found", "Nothing is served here; GET /docs shows what is."), c),
  );
  addMiddleware(app);
  addHome(app);
  addDocs(app);
  addProblemTypes(app);
  addReportPages(app, judge);
  addRulePages(app);
  addCreateScan(app, judge);
  addGetScan(app);
  addGetJob(app);
  addCompare(app);
  addGetHistory(app);
  addGetRepository(app);
  addGithubWebhook(app);
  addRules(app);
  addChecklist(app);
  addScanBadge(app);
  addRepositoryBadge(app);
  addExample(app);
  addHealth(app);
  refuseOtherMethods(app);
  return app;
}

function addMiddleware(app: App): void {
  app.use(requestId(), logRequests, secureResponses, hearOutRefused);
  for (const path of OPEN_PATHS) app.use(path, allowOrigins);
  app.use(limitRequests);
  app.use(async (c, next) => {
    const config = readConfig(c.env);
    c.set("config", config);
    c.set(
      "store",
      createRecordStore({
        kv: c.env.REPORTS,
        recent: c.env.RECENT_REPORTS,
        waitMs: config.storeWaitMs,
        onFault: (fault) => c.get("notes").faults.push(fault),
        waitUntil: (work) => c.executionCtx.waitUntil(work),
      }),
    );
    await next();
  });
  app.use(holdBytes);
}

/** A path that exists answers other methods with 405 and what it allows (RFC 9110, section 15.5.6). */
function refuseOtherMethods(app: App): void {
  const served = app.routes.filter(({ method }) => method !== "ALL");
  for (const [path, routes] of Map.groupBy(served, (route) => route.path)) {
    const methods = new Set(routes.map(({ method }) => method));
    const allowed = [...methods, ...(methods.has("GET") ? ["HEAD"] : [])].join(", ");
    app.all(path, (c) => {
      throw new Problem("method-not-allowed", `${c.req.method} is not served here.`, { Allow: allowed });
    });
  }
}
