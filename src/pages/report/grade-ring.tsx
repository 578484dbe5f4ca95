/** The grade as a letter in a ring that the score fills. */
import type { Report } from "../../report/schema.ts";

const RADIUS = 52;
const LENGTH = 2 * Math.PI * RADIUS;

export const GradeRing = ({ grade, score }: Pick<Report, "grade" | "score">) => (
  <svg
    class={`ring g-${grade}`}
    viewBox="0 0 120 120"
    role="img"
    aria-label={`Grade ${grade}, ${score} of 100 points`}
  >
    <circle class="track" cx="60" cy="60" r={RADIUS} />
    <circle
      class="fill"
      cx="60"
      cy="60"
      r={RADIUS}
      transform="rotate(-90 60 60)"
      stroke-dasharray={`${((LENGTH * score) / 100).toFixed(1)} ${LENGTH.toFixed(1)}`}
    />
    <text class="letter" x="60" y="72">
      {grade}
    </text>
    <text class="points" x="60" y="93">
      {score}
    </text>
  </svg>
);
