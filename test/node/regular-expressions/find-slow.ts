/** Whether a pattern takes more than linear time with one of the texts made to slow it down. */
import { type Attack, textOf } from "./hostile-texts.ts";

/** What takes time in proportion takes a few milliseconds for each length; squared time comes to seconds. */
export const TRIES = [
  // Here what doubles with each character shows, and still comes to an end.
  { length: 26, within: 50 },
  { length: 1_000, within: 100 },
  { length: 10_000, within: 400 },
  { length: 100_000, within: 1_500 },
];
/** What the examples fail by within a second or so; the last one is for machines that are too fast for the others. */
export const SHORT_TRIES = [
  { length: 26, within: 50 },
  { length: 1_000, within: 100 },
  { length: 10_000, within: 15 },
  { length: 100_000, within: 200 },
];
/** Attacks of a pattern that are tried at full length: the worst at the length before. */
const WORST = 3;

/** Milliseconds of a search, or of all searches for a pattern that goes on where it stopped. */
function timeOf(pattern: RegExp, text: string): number {
  const start = performance.now();
  if (pattern.global) for (const _ of text.matchAll(pattern));
  else pattern.exec(text);
  pattern.lastIndex = 0;
  return performance.now() - start;
}

/** A busy machine may stop any one run, so the best of three counts. */
function isSlow(pattern: RegExp, text: string, within: number): boolean {
  return [1, 2, 3].every(() => timeOf(pattern, text) > within);
}

/** The first attack that takes too long. */
export function findSlow(pattern: RegExp, attacks: readonly Attack[], tries = TRIES): string | undefined {
  let tried = [...attacks];
  for (const { length, within } of tries) {
    const times = new Map<Attack, number>();
    for (const attack of tried) {
      const text = textOf(attack, length);
      const time = timeOf(pattern, text);
      times.set(attack, time);
      if (time > within && isSlow(pattern, text, within)) return `${JSON.stringify(attack)} × ${length}`;
    }
    if (length === 10_000)
      tried = tried.sort((a, b) => (times.get(b) ?? 0) - (times.get(a) ?? 0)).slice(0, WORST);
  }
  return undefined;
}
