/** Steps that may fail at first, so that the others run too, and whose failure a later step makes the job's own. */
import type { YamlNode } from "./yaml-node.ts";

const FAILED = /\bsteps\.([\w-]{1,80})\.(?:outcome\s{0,4}(?:==\s{0,4}["']failure|!=\s{0,4}["']success))/g;

/** Ids of the steps that a later one asks for: `if: steps.lint.outcome == 'failure'` above `exit 1`. */
export function failedLater(steps: YamlNode): ReadonlySet<string> {
  const ids = new Set<string>();
  for (const step of steps.items) {
    if (!/\bexit\s{1,4}[1-9]/.test(step.textAt("run") ?? "")) continue;
    for (const [, id] of (step.textAt("if") ?? "").matchAll(FAILED)) if (id !== undefined) ids.add(id);
  }
  return ids;
}
