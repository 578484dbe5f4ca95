/** What may be left out of the results: radio buttons, so that the style alone can filter. */
import type { Report, Result } from "../../report/schema.ts";
import { OUTCOMES } from "../words.ts";

export const ResultFilters = ({ report: { results, categories } }: { report: Report }) => (
  <form class="filters" aria-label="Filter the results">
    <fieldset>
      <legend>Outcome</legend>
      <Choice name="outcome" id="f-all" label="All" number={results.length} checked />
      {Object.entries(OUTCOMES).map(([outcome, title]) => {
        const own = results.filter((result) => result.outcome === outcome).length;
        return own === 0 ? null : <Choice name="outcome" id={`f-${outcome}`} label={title} number={own} />;
      })}
    </fieldset>
    <fieldset>
      <legend>Category</legend>
      <Choice name="category" id="g-all" label="All" checked />
      {categories.map(({ id, title }) => (
        <Choice name="category" id={`g-${id}`} label={title} number={openIn(results, id)} />
      ))}
    </fieldset>
    <p class="soft">Beside a category stands how much is open in it.</p>
    <p class="sr" role="status" />
  </form>
);

const openIn = (results: readonly Result[], id: string): number =>
  results.filter(
    ({ category, outcome }) =>
      category === id && outcome !== "pass" && outcome !== "not-applicable" && outcome !== "suppressed",
  ).length;

interface ChoiceProps {
  name: string;
  id: string;
  label: string;
  number?: number;
  checked?: boolean;
}

const Choice = ({ name, id, label, number, checked = false }: ChoiceProps) => (
  <label>
    <input type="radio" name={name} id={id} {...(checked ? { checked: true } : {})} /> {label}
    {number === undefined ? null : <span class="n">{number}</span>}
  </label>
);
