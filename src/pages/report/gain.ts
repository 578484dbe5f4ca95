/** What mending a result would bring. */
import type { Report, Result } from "../../report/schema.ts";

/** Points of score that the project gains when the result passes. */
export function gainOf({ points }: Result, { categories }: Report): number {
  const possible = categories.reduce((sum, category) => sum + category.possible, 0);
  return possible === 0 ? 0 : (100 * (points.possible - points.earned)) / possible;
}
