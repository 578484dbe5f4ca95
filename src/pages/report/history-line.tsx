/** Scores of a repository's commits as a small line, with the numbers for those who do not see it. */
import { decimal, longDate } from "../words.ts";
import type { HistoryPoint } from "./report-context.ts";

const WIDTH = 160;
const HEIGHT = 40;
const MARGIN = 4;

export const HistoryLine = ({ history }: { history: readonly HistoryPoint[] }) => {
  const [first] = history;
  const last = history.at(-1);
  if (!first || !last || history.length < 2) return null;
  const change = Math.round((last.score - first.score) * 10) / 10;
  const sign = change > 0 ? "+" : change < 0 ? "−" : "±";
  const places = placesOf(history.map(({ score }) => score));
  const spoken = `Scores of the last ${history.length} commits, oldest first: ${history.map(({ score }) => score).join(", ")}`;
  return (
    <figure class="history">
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={spoken}>
        <polyline points={places.map(({ x, y }) => `${x},${y}`).join(" ")} />
        {places.slice(-1).map(({ x, y }) => (
          <circle cx={x} cy={y} r="3.5" />
        ))}
      </svg>
      <figcaption>
        <strong>
          {sign}
          {decimal(Math.abs(change))}
        </strong>{" "}
        over {history.length} commits, <span>since {longDate(first.scannedAt)}</span>
      </figcaption>
    </figure>
  );
};

/** Scaled to the range that there is, of at least ten points, so that small changes look small. */
function placesOf(scores: readonly number[]): { x: number; y: number }[] {
  const middle = (Math.max(...scores) + Math.min(...scores)) / 2;
  const range = Math.max(10, Math.max(...scores) - Math.min(...scores));
  const step = (WIDTH - 2 * MARGIN) / (scores.length - 1);
  return scores.map((score, index) => ({
    x: Math.round((MARGIN + index * step) * 10) / 10,
    y: Math.round((HEIGHT / 2 - ((score - middle) / range) * (HEIGHT - 2 * MARGIN)) * 10) / 10,
  }));
}
