/** The few facts of a report that a badge shows. */
import type { Report } from "./schema.ts";

export interface Summary {
  score: Report["score"];
  grade: Report["grade"];
  verdict: Report["verdict"];
  /** Scores by category id; null where the category has none. */
  categories: Record<string, { title: string; score: number | null }>;
  scannedAt: string;
  commit?: string;
}

export function summarise(report: Report): Summary {
  const { score, grade, verdict, scannedAt, input } = report;
  const categories = report.categories.map(({ id, title, score }) => [id, { title, score }] as const);
  const commit = input.repository?.commit;
  return {
    score,
    grade,
    verdict,
    scannedAt,
    categories: Object.fromEntries(categories),
    ...(commit ? { commit } : {}),
  };
}
