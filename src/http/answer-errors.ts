/** Whatever is thrown becomes a problem document here, and nowhere else. */
import type { Context } from "hono";
import { HTTPException } from "hono/http-exception";
import { ForgeError } from "../forge/forge-error.ts";
import { problemPage } from "../pages/problem-page.tsx";
import { describeFailure } from "../store/describe-failure.ts";
import type { Environment, RequestContext } from "./context.ts";
import { PAGE_POLICY } from "./headers.ts";
import { prefersPage } from "./negotiation.ts";
import { describeProblem, Problem, type ProblemDocument, problemOf } from "./problems.ts";
import { noteError } from "./request-log.ts";

/** What to tell a client about an error. An unexpected one is noted in the log line, and only there. */
export function explainError(error: unknown, c: RequestContext): ProblemDocument {
  return describeProblem(toProblem(error, c), new URL(c.req.url).origin, c.get("requestId"));
}

export function answerError(error: Error, c: Context<Environment>): Response {
  const problem = toProblem(error, c);
  c.get("notes").problem = problem.code;
  const document = describeProblem(problem, new URL(c.req.url).origin, c.get("requestId"));
  const headers = { ...problem.headers, "Cache-Control": "no-store", Vary: "Accept" };
  if (problem.code !== "not-acceptable" && prefersPage(c)) {
    c.header("Content-Security-Policy", PAGE_POLICY);
    return c.html(problemPage(document), problem.status, headers);
  }
  const type = { "Content-Type": "application/problem+json" };
  return c.body(JSON.stringify(document), problem.status, { ...headers, ...type });
}

function toProblem(error: unknown, c: RequestContext): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof ForgeError) return problemOf(describeFailure(error));
  if (error instanceof HTTPException && error.status < 500)
    return new Problem("invalid-request", error.message);
  noteError(c.get("notes"), error);
  return new Problem("internal-error", "Please try again; the request id leads us to what happened.");
}
