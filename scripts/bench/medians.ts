/** The arithmetic of the benchmarks. */

/** @throws RangeError for no values at all */
export function median(values: readonly number[]): number {
  if (values.length === 0) throw new RangeError("there is no median of nothing");
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** One thing and its floor, measured one right after the other, so that both met the same machine. */
export interface Pair {
  measured: number;
  floor: number;
}

/** The median of the ratios of pairs, which is steadier than the ratio of medians on a machine with other work. */
export const ratioOf = (pairs: readonly Pair[]): number =>
  median(pairs.map(({ measured, floor }) => measured / floor));

export const medianPair = (pairs: readonly Pair[]): Pair => ({
  measured: median(pairs.map(({ measured }) => measured)),
  floor: median(pairs.map(({ floor }) => floor)),
});

/** A B A B …: `rounds` times both. */
export async function inPairs(
  rounds: number,
  measured: (round: number) => Promise<number>,
  floor: (round: number) => Promise<number>,
): Promise<Pair[]> {
  const pairs: Pair[] = [];
  for (let round = 0; round < rounds; round++) {
    pairs.push({ measured: await measured(round), floor: await floor(round) });
  }
  return pairs;
}

/** How much dearer a megabyte of the largest is than one of the smallest; under 1 where it is cheaper. */
export function growthOf(sizes: readonly { bytes: number; ms: number }[]): number {
  const sorted = [...sizes].sort((a, b) => a.bytes - b.bytes);
  const [small, large] = [sorted[0], sorted.at(-1)];
  if (small === undefined || large === undefined) throw new RangeError("there is no growth of nothing");
  return large.ms / large.bytes / (small.ms / small.bytes);
}

/**
 * Dollars beyond what the paid plan includes, of "Pricing" of Cloudflare's documentation of Workers
 * (developers.cloudflare.com/workers/platform/pricing), which holds those of KV and Durable Objects, too.
 */
export const PRICES = {
  millionCpuMs: 0.02,
  millionRequests: 0.3,
  millionKvReads: 0.5,
  millionKvWrites: 5,
  millionObjectRequests: 0.15,
  millionRowsWritten: 1,
} as const;

/** What a request costs beside CPU time, counted in operations. */
export interface Operations {
  kvReads: number;
  kvWrites: number;
  objectRequests: number;
  rowsWritten: number;
}

/** An upload: its alias and its judgement are looked for in KV and behind it, four records are put into both. */
export const COLD_SCAN: Operations = { kvReads: 2, kvWrites: 4, objectRequests: 6, rowsWritten: 8 };
/** One record. */
export const WARM_READ: Operations = { kvReads: 1, kvWrites: 0, objectRequests: 0, rowsWritten: 0 };

/** Dollars for a thousand requests, nothing of them included in the plan. */
export function costOfThousand(cpuMs: number, made: Operations): number {
  const dollarsTimesMillion =
    cpuMs * PRICES.millionCpuMs +
    PRICES.millionRequests +
    made.kvReads * PRICES.millionKvReads +
    made.kvWrites * PRICES.millionKvWrites +
    made.objectRequests * PRICES.millionObjectRequests +
    made.rowsWritten * PRICES.millionRowsWritten;
  return dollarsTimesMillion / 1_000;
}
