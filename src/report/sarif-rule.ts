/** A rule as a SARIF reporting descriptor, with the properties that GitHub code scanning reads. */
import type { RenderContext } from "./rendering.ts";
import type { Result } from "./schema.ts";

type Level = "error" | "warning" | "note";

const LEVELS: Record<Result["severity"], Level> = {
  critical: "error",
  high: "error",
  medium: "warning",
  low: "note",
};
const MILDER: Record<Level, Level> = { error: "warning", warning: "note", note: "note" };
const PROBLEM_SEVERITIES = { error: "error", warning: "warning", note: "recommendation" } as const;

/** In the middle of the range that GitHub gives each name: critical over 9.0, high from 7.0, medium from 4.0, low. */
const SECURITY_SEVERITIES: Record<Result["severity"], string> = {
  critical: "9.5",
  high: "8.0",
  medium: "5.5",
  low: "2.0",
};

/** Rules of other categories whose failure lets a stranger in or a secret out. */
export const EXPOSURE_RULES: ReadonlySet<string> = new Set([
  "debug-off-by-default",
  "env-file-not-committed",
  "secrets-not-in-code",
  "secrets-not-logged",
]);

/** What is partly as it should be is one level milder. */
export const levelOf = (severity: Result["severity"], outcome: Result["outcome"]): Level =>
  outcome === "partial" ? MILDER[LEVELS[severity]] : LEVELS[severity];

export function describeSarifRule(result: Result, { origin, why }: RenderContext) {
  const { rule, title, category, severity, fix, docs } = result;
  const reason = why(rule) ?? `${title}.`;
  const page = origin === undefined ? undefined : origin + docs;
  const security = category === "security" || EXPOSURE_RULES.has(rule);
  const level = LEVELS[severity];
  const more = page === undefined ? "" : `\n\n[About this rule](${page})`;
  return {
    id: rule,
    // Titles say the good state; an alert says that it is not there.
    shortDescription: { text: `Not yet: ${title}` },
    fullDescription: { text: reason },
    ...(page === undefined ? {} : { helpUri: page }),
    help: {
      text: `${reason}\n\nHow to mend it: ${fix}`,
      markdown: `${reason}\n\n### How to mend it\n\n${fix}${more}`,
    },
    defaultConfiguration: { level },
    properties: {
      tags: [...new Set([category, "production-readiness", ...(security ? ["security"] : [])])],
      precision: "high",
      "problem.severity": PROBLEM_SEVERITIES[level],
      ...(security ? { "security-severity": SECURITY_SEVERITIES[severity] } : {}),
      severity,
    },
  };
}
