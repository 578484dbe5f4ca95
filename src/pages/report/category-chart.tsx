/** The categories as bars. The numbers stand beside them, so the drawing itself says nothing more. */
import type { CategoryScore } from "../../report/schema.ts";
import { decimal } from "../words.ts";

export const CategoryChart = ({ categories }: { categories: readonly CategoryScore[] }) => (
  <section class="card" aria-labelledby="categories">
    <h2 id="categories">By category</h2>
    <table class="bars">
      <caption class="sr">Score of each category, of 100, and the points behind it</caption>
      <thead class="sr">
        <tr>
          <th scope="col">Category</th>
          <th scope="col">Bar</th>
          <th scope="col">Score</th>
        </tr>
      </thead>
      <tbody>
        {categories.map((category) => (
          <CategoryRow {...category} />
        ))}
      </tbody>
    </table>
  </section>
);

/** Leads to the filter that leaves this category's results; a script sets it at once. */
const CategoryRow = ({ id, title, score, earned, possible }: CategoryScore) => (
  <tr>
    <th scope="row">
      <a href={`#g-${id}`}>{title}</a>
    </th>
    <td>
      {score === null ? null : (
        <svg
          class={`bar ${levelOf(score)}`}
          viewBox="0 0 100 8"
          preserveAspectRatio="none"
          aria-hidden="true"
        >
          <rect class="track" width="100" height="8" />
          <rect width={score} height="8" />
        </svg>
      )}
    </td>
    <td title={`${decimal(earned)} of ${decimal(possible)} points`}>
      {score === null ? <span class="soft">not rated</span> : decimal(score)}
    </td>
  </tr>
);

/** The same bounds as the verdict has. */
function levelOf(score: number): string {
  if (score >= 80) return "good";
  return score >= 60 ? "fair" : "poor";
}
