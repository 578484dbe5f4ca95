/** The life of Python's minor versions (https://devguide.python.org/versions/, PEP 790 for 3.15), as of a date. */

/** The day at which end of life is reckoned: reports must not change with the calendar. */
export const RULE_SET_DATE = "2026-11-21";

/** The day on which support ends, oldest minor first. */
export const END_OF_LIFE: Readonly<Record<string, string>> = {
  "2.6": "2013-10-29",
  "2.7": "2020-01-01",
  "3.0": "2009-06-27",
  "3.1": "2012-04-09",
  "3.2": "2016-02-20",
  "3.3": "2017-09-29",
  "3.4": "2019-03-18",
  "3.5": "2020-09-30",
  "3.6": "2021-12-23",
  "3.7": "2023-06-27",
  "3.8": "2024-10-07",
  "3.9": "2025-10-31",
  "3.10": "2026-10-31",
  "3.11": "2027-10-31",
  "3.12": "2028-10-31",
  "3.13": "2029-10-31",
  "3.14": "2030-10-31",
  "3.15": "2031-10-31",
};

/** Minors that have been released, oldest first. */
export const KNOWN_MINORS: readonly string[] = Object.keys(END_OF_LIFE);

/** Whether support of a minor has ended by the rule set's date; `undefined` for minors that the table lacks. */
export function isEndOfLife(minor: string): boolean | undefined {
  const end = Object.hasOwn(END_OF_LIFE, minor) ? END_OF_LIFE[minor] : undefined;
  return end === undefined ? undefined : end <= RULE_SET_DATE;
}

/** Minors that are supported at the rule set's date, oldest first. */
export const SUPPORTED_MINORS: readonly string[] = KNOWN_MINORS.filter(
  (minor) => isEndOfLife(minor) === false,
);
