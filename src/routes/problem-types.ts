/** GET /problems: what the `type` of a problem document leads to. */
import type { App } from "../http/context.ts";
import { PAGE_POLICY } from "../http/headers.ts";
import { listProblems } from "../http/problems.ts";
import { problemsPage } from "../pages/problems.tsx";

export function addProblemTypes(app: App): void {
  app.get("/problems", (c) => {
    c.header("Content-Security-Policy", PAGE_POLICY);
    return c.html(problemsPage(listProblems()));
  });
}
