/** Every pattern of the sources takes time linear in the text. Run by Node, whose clock goes on while code runs. */
import { expect, it } from "vitest";
import { findSlow, SHORT_TRIES } from "./find-slow.ts";
import { attacksOn } from "./hostile-texts.ts";
import { readLiterals } from "./read-literals.ts";

const texts = import.meta.glob<string>(["../../../src/**/*.ts", "../../../rules/**/*.ts"], {
  query: "?raw",
  import: "default",
});

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
