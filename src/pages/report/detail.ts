/** How much of each result a page shows. The JSON has all places, and a rule's page how to mend what it finds. */
export interface Detail {
  /** Places of a result that blocks, is open, or is settled. */
  places: { blocking: number; open: number; settled: number };
  /** Open results that say how to mend them, those that weigh most first; the others link to their rule. */
  fixes: number;
  /** Open results say why they matter. */
  whys: boolean;
}

/** From all that fits a page to what a report needs that has something to say of every rule. */
export const DETAILS: readonly [Detail, ...Detail[]] = [
  { places: { blocking: 8, open: 5, settled: 2 }, fixes: Number.POSITIVE_INFINITY, whys: true },
  { places: { blocking: 8, open: 4, settled: 1 }, fixes: Number.POSITIVE_INFINITY, whys: true },
  { places: { blocking: 5, open: 3, settled: 1 }, fixes: 32, whys: true },
  { places: { blocking: 5, open: 2, settled: 1 }, fixes: 16, whys: true },
  { places: { blocking: 3, open: 1, settled: 0 }, fixes: 8, whys: true },
  { places: { blocking: 3, open: 1, settled: 0 }, fixes: 8, whys: false },
  { places: { blocking: 1, open: 1, settled: 0 }, fixes: 0, whys: false },
  { places: { blocking: 1, open: 0, settled: 0 }, fixes: 0, whys: false },
];
