/** A badge: one fact of a report in a few words and a colour, as SVG and as a Shields endpoint document. */
import { gradeOfScore } from "../engine/score.ts";
import { escapeMarkup } from "./escape-markup.ts";
import type { Summary } from "./summary.ts";

export const BADGE_STYLES = ["flat", "flat-square", "plastic", "for-the-badge", "social"] as const;
export type BadgeStyle = (typeof BADGE_STYLES)[number];

export interface Badge {
  label: string;
  message: string;
  color: string;
  /** A sentence for those who point at it. */
  title: string;
  /** There is nothing to show, and the title says why. */
  isError?: true;
}

const GRADE_COLORS = { A: "brightgreen", B: "green", C: "yellow", D: "orange", F: "red" } as const;
const VERDICT_COLORS = { ready: "brightgreen", nearly: "yellow", "not-ready": "red" } as const;
const VERDICT_WORDS = { ready: "ready", nearly: "nearly ready", "not-ready": "not ready" } as const;
const NO_COLOR = "lightgrey";

/**
 * @param metric `grade`, `score`, `verdict` or the id of a category
 * @param label replaces the standing text on the left
 */
export function describeBadge(summary: Summary, metric: string, label?: string): Badge {
  const commit = summary.commit ? `, commit ${summary.commit.slice(0, 12)}` : "";
  const facts = `score ${summary.score} of 100, grade ${summary.grade}, ${VERDICT_WORDS[summary.verdict]}`;
  const title = `Production readiness: ${facts}, scanned ${summary.scannedAt.slice(0, 10)}${commit}`;
  return {
    label: "production ready",
    title,
    ...measure(summary, metric),
    ...(label === undefined ? {} : { label }),
  };
}

/** A grey badge that says why there is nothing to show. */
export const describeNoBadge = (message: string, reason: string, label = "production ready"): Badge => ({
  label,
  message,
  color: NO_COLOR,
  title: reason,
  isError: true,
});

function measure(summary: Summary, metric: string): { message: string; color: string; label?: string } {
  if (metric === "grade") return { message: summary.grade, color: GRADE_COLORS[summary.grade] };
  if (metric === "score") return { message: `${summary.score} / 100`, color: colorOf(summary.score) };
  if (metric === "verdict") {
    return { message: VERDICT_WORDS[summary.verdict], color: VERDICT_COLORS[summary.verdict] };
  }
  const category = Object.hasOwn(summary.categories, metric) ? summary.categories[metric] : undefined;
  const label = category?.title.toLowerCase() ?? metric;
  const score = category?.score ?? null;
  return score === null
    ? { label, message: "not rated", color: NO_COLOR }
    : { label, message: `${score} / 100`, color: colorOf(score) };
}

const colorOf = (score: number): string => GRADE_COLORS[gradeOfScore(score)];

/**
 * The badge as SVG. The title is what a screen reader says and what a pointer shows. The drawing library brings
 * font tables of 0.9 MB, which nothing else should wait for.
 */
export async function renderBadge(badge: Badge, style: BadgeStyle): Promise<string> {
  const { makeBadge } = await import("badge-maker");
  const { label, message, color } = badge;
  const svg = makeBadge({ label, message, color, style });
  const title = escapeMarkup(badge.title);
  return svg
    .replace(/ aria-label="[^"]*"/, () => ` aria-label="${title}"`)
    .replace(/<title>[^<]*<\/title>/, () => `<title>${title}</title>`);
}

/** The badge as a Shields endpoint document (https://shields.io/badges/endpoint-badge). */
export function describeShield({ label, message, color, isError }: Badge, style: BadgeStyle) {
  return { schemaVersion: 1 as const, label, message, color, style, ...(isError ? { isError } : {}) };
}
