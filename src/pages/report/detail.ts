/** How much of each result a page shows. The JSON has all places, and a rule's page how to mend what it finds. */
export interface Detail {
  /** Places of a result that blocks, is open, or is settled. */
  places: { blocking: number; open: number; settled: number };
  /** Places of settled results and of variables are links. An address on a forge takes a hundred bytes and more. */
  settledLinks: boolean;
  /** Rows of the table of environment variables. */
  variables: number;
  /** Open results that say how to mend them, those that weigh most first; the others link to their rule. */
  fixes: number;
  /** Open results say why they matter. */
  whys: boolean;
}

const detail = (
  blocking: number,
  open: number,
  settled: number,
  settledLinks: boolean,
  fixes: number,
  whys: boolean,
): Detail => ({
  places: { blocking, open, settled },
  settledLinks,
  variables: settledLinks ? 40 : 20,
  fixes,
  whys,
});

/**
 * From all that fits a page to what a report needs that has something to say of every rule. Fixes and reasons stand
 * on the rules' pages, too; places stand nowhere else that is as easy to read, so the last of them go last.
 */
const DETAILS: readonly [Detail, ...Detail[]] = [
  detail(8, 5, 2, true, Number.POSITIVE_INFINITY, true),
  detail(8, 5, 1, true, Number.POSITIVE_INFINITY, true),
  detail(8, 4, 1, true, 40, true),
  detail(8, 4, 1, true, 30, true),
  detail(8, 3, 1, false, 40, true),
  detail(8, 3, 1, false, 30, true),
  detail(6, 3, 1, false, 24, true),
  detail(6, 3, 1, false, 18, true),
  detail(6, 3, 1, false, 12, true),
  detail(5, 2, 1, false, 12, true),
  detail(5, 2, 1, false, 8, true),
  detail(4, 2, 1, false, 5, true),
  detail(4, 1, 1, false, 5, true),
  detail(3, 1, 1, false, 5, false),
  detail(3, 1, 1, false, 0, false),
  detail(1, 1, 0, false, 0, false),
  detail(1, 0, 0, false, 0, false),
];

/**
 * In as much detail as fits, found by halving: rendering takes some milliseconds a time.
 *
 * @param fits whether it does; the least detail is taken in any case
 */
export function fitDetail(render: (detail: Detail) => string, fits: (html: string) => boolean): string {
  let found: string | undefined;
  let [from, to] = [0, DETAILS.length - 1];
  while (from < to) {
    const middle = (from + to) >> 1;
    const html = render(DETAILS[middle] ?? DETAILS[0]);
    if (fits(html)) [to, found] = [middle, html];
    else from = middle + 1;
  }
  return found ?? render(DETAILS[from] ?? DETAILS[0]);
}
