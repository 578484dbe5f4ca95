/** The benchmarks' arithmetic, and that their projects are the same each time. The figures themselves are no tests. */
import { expect, it } from "vitest";
import { generateZip } from "../../scripts/bench/generate-project.ts";
import {
  COLD_SCAN,
  costOfThousand,
  growthOf,
  inPairs,
  median,
  medianPair,
  ratioOf,
} from "../../scripts/bench/medians.ts";
import { withMark } from "../../scripts/bench/write-zip.ts";
import { DEFAULT_ARCHIVE_LIMITS, openArchive } from "../../src/archive/open.ts";
import { sha256 } from "../../src/store/digest.ts";

const digestOf = (bytes: Uint8Array): string => sha256(Buffer.from(bytes).toString("base64"));

it("a generated project is the same each time, and another seed gives another", () => {
  const digest = digestOf(generateZip(300_000, 3));
  expect(digestOf(generateZip(300_000, 3))).toBe(digest);
  expect(digestOf(generateZip(300_000, 4))).not.toBe(digest);
});

it("a generated archive is as large as was asked for and no larger, and can be read", async () => {
  const zip = generateZip(1024 * 1024);
  expect(zip.length).toBeGreaterThan(1_000_000);
  // Uploads are bounded: what is to be 64 MB must not be more.
  expect(zip.length).toBeLessThan(1024 * 1024);
  const { entries, skipped } = await openArchive(zip, DEFAULT_ARCHIVE_LIMITS);
  expect(skipped).toEqual([]);
  const python = entries.filter(({ path }) => path.endsWith(".py"));
  expect(python.reduce((sum, { size }) => sum + size, 0)).toBeGreaterThan(300_000);
  expect(entries.some(({ path }) => path.startsWith("tests/"))).toBe(true);
});

it("a marked archive has one file more, and all else where it was", async () => {
  const zip = generateZip(300_000);
  const plain = await openArchive(zip, DEFAULT_ARCHIVE_LIMITS);
  const marked = await openArchive(withMark(zip, "7"), DEFAULT_ARCHIVE_LIMITS);
  const paths = marked.entries.map(({ path }) => path);
  expect(paths.filter((path) => path !== "BENCH-7.txt")).toEqual(plain.entries.map(({ path }) => path));
  expect(paths).toContain("BENCH-7.txt");
  expect(new TextDecoder().decode(marked.read("BENCH-7.txt"))).toBe("7");
  expect(marked.read("app/main.py")).toEqual(plain.read("app/main.py"));
});

it("the median is the value in the middle, or between the two in the middle", () => {
  expect(median([5, 1, 100])).toBe(5);
  expect(median([4, 1, 2, 100])).toBe(3);
  expect(() => median([])).toThrow(RangeError);
});

it("a ratio is the median of the pairs' own, so one disturbed pair changes nothing", () => {
  const pairs = [
    { measured: 12, floor: 10 },
    { measured: 90, floor: 10 },
    { measured: 26, floor: 20 },
  ];
  expect(ratioOf(pairs)).toBeCloseTo(1.3);
  expect(medianPair(pairs)).toEqual({ measured: 26, floor: 10 });
});

it("pairs are measured in turn", async () => {
  const order: string[] = [];
  const note = (name: string) => async (round: number) => {
    order.push(`${name}${round}`);
    return round;
  };
  expect(await inPairs(2, note("a"), note("b"))).toEqual([
    { measured: 0, floor: 0 },
    { measured: 1, floor: 1 },
  ]);
  expect(order).toEqual(["a0", "b0", "a1", "b1"]);
});

it("growth compares a megabyte of the largest with one of the smallest, in whatever order they come", () => {
  const sizes = [
    { bytes: 64, ms: 128 },
    { bytes: 1, ms: 4 },
    { bytes: 8, ms: 99 },
  ];
  expect(growthOf(sizes)).toBeCloseTo(0.5);
});

it("costs add CPU time and operations at the platform's prices", () => {
  const none = { kvReads: 0, kvWrites: 0, objectRequests: 0, rowsWritten: 0 };
  expect(costOfThousand(0, none)).toBeCloseTo(0.0003);
  expect(costOfThousand(1_000, none)).toBeCloseTo(0.0203);
  // 4 writes at $5 and 2 reads at $0.50 a million, 6 object requests at $0.15, 8 rows at $1.
  expect(costOfThousand(0, COLD_SCAN) - costOfThousand(0, none)).toBeCloseTo(0.0299);
});
