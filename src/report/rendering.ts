/** What renderings of a report need beside the report. */
import type { Report, Result } from "./schema.ts";

export interface RenderContext {
  /** Scheme and host of the server that has the pages which are linked to; without it there are no links. */
  origin?: string | undefined;
  /** Why a team should care about a rule; `undefined` for a rule that this rule set no longer has. */
  why(rule: string): string | undefined;
}

export type Render = (report: Report, context: RenderContext) => string;

/** Verdicts that ask for work, the weightiest first. */
export function listOpen({ results, blockers }: Report): Result[] {
  const weight = ({ rule, points }: Result): number =>
    (blockers.includes(rule) ? 1_000 : 0) + points.possible - points.earned;
  return results
    .filter(({ outcome }) => outcome === "fail" || outcome === "partial")
    .sort((a, b) => weight(b) - weight(a));
}

/** The file that stands for the project as a whole, where a verdict has no place of its own. */
export function mainFileOf({ project, results }: Report): string {
  return project.mainFile ?? results.flatMap(({ evidence }) => evidence)[0]?.path ?? "README.md";
}

export const VERDICT_WORDS = {
  ready: "ready for production",
  nearly: "nearly ready for production",
  "not-ready": "not ready for production",
} as const;
