/**
 * The last look at a judgement before it leaves: names, paths and settings of a project come from it as they are
 * written, and a token may stand in any of them.
 */

import { redactTokens } from "../project/secret-formats.ts";
import { toVisible } from "./visible-text.ts";

/** Texts of our own: examples in them look like secrets. */
const OWN = new Set(["fix", "title", "docs", "rule", "question"]);

/** A copy in which every text is without tokens, and without characters that steer a terminal or turn text around. */
export function redactJudgement<T>(value: T): T;
export function redactJudgement(value: unknown): unknown {
  if (typeof value === "string") return redactTokens(toVisible(value));
  if (Array.isArray(value)) return value.map((one) => redactJudgement<unknown>(one));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key,
      OWN.has(key) ? inner : redactJudgement<unknown>(inner),
    ]),
  );
}
