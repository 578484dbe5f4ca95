/** Every pattern of the sources takes time linear in the text. Run by Node, whose clock goes on while code runs. */
import { expect, it } from "vitest";
import { type Attack, attacksOn, textOf } from "./hostile-texts.ts";
import { readLiterals } from "./read-literals.ts";

const texts = import.meta.glob<string>(["../../../src/**/*.ts", "../../../rules/**/*.ts"], {
  query: "?raw",
  import: "default",
});

/** What takes time in proportion takes a few milliseconds for each length; squared time comes to seconds. */
const TRIES = [
  // Here what doubles with each character shows, and still comes to an end.
  { length: 26, within: 50 },
  { length: 1_000, within: 100 },
  { length: 10_000, within: 400 },
  { length: 100_000, within: 1_500 },
];
/** What the examples below fail by, within a second or so. */
const SHORT_TRIES = [
  { length: 26, within: 50 },
  { length: 1_000, within: 100 },
  { length: 10_000, within: 15 },
];
/** Attacks of a pattern that are tried at full length: the worst at the length before. */
const WORST = 3;

type Patterns = Map<string, { pattern: RegExp; place: string }>;

async function patternsOfSources(): Promise<Patterns> {
  const found: Patterns = new Map();
  for (const [path, load] of Object.entries(texts)) {
    for (const { source, flags } of readLiterals(await load())) {
      found.set(`/${source}/${flags}`, { pattern: new RegExp(source, flags), place: path.slice(9) });
    }
  }
  return found;
}

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
function findSlow(pattern: RegExp, attacks: readonly Attack[], tries = TRIES): string | undefined {
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

const slowOf = (patterns: Patterns): string[] =>
  [...patterns].flatMap(([key, { pattern, place }]) => {
    const slow = findSlow(pattern, attacksOn(pattern.source, pattern.flags));
    return slow === undefined ? [] : [`${place}: ${key} by ${slow}`];
  });

it.each([
  ["\\s*$", "", "squared: a search from each blank"],
  ["^\\s*x", "m", "squared: an anchor at each line"],
  ["foo[^)]*\\)", "", "squared: a beginning many times"],
  ["^(?:a+)+$", "", "exponential"],
  ["\\d+\\w*$", "", "squared: two repeats that take the same"],
  ["x[ \\n]+[ \\t\\n]*y", "", "cubed"],
])("finds that /%s/%s is slow (%s)", (source, flags) => {
  expect(findSlow(new RegExp(source, flags), attacksOn(source, flags), SHORT_TRIES)).toBeDefined();
});

it("finds the literals of a source, and nothing else", () => {
  const text =
    'const a = b / c / d; // /no/\nconst e = [/x[/]y/gi, "/no/", `/no${/z\\//.source}/no/`];\nreturn /w/.test(f) ? (g) / 2 / h : /* /no/ */ /v|(?<!a)b{2,}/u;\n';
  expect(readLiterals(text).map(({ source, flags }) => `${source} ${flags}`)).toEqual([
    "x[/]y gi",
    "z\\/ ",
    "w ",
    "v|(?<!a)b{2,} u",
  ]);
});

it("every literal takes linear time", { timeout: 600_000 }, async () => {
  const patterns = await patternsOfSources();
  expect(patterns.size).toBeGreaterThan(2_000);
  expect(slowOf(patterns)).toEqual([]);
});
