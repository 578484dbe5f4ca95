/** Chance that comes out the same each time: the benchmarks' projects are made with it. */

export interface Chance {
  /** From 0 to `below`, which is left out. */
  below(below: number): number;
  pick<T>(from: readonly T[]): T;
  bytes(count: number): Uint8Array;
}

/** Mulberry32: 32 bits of state, even enough for made-up code. */
export function chanceOf(seed: number): Chance {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
  const below = (bound: number): number => next() % bound;
  return {
    below,
    pick: (from) => from[below(from.length)]!,
    bytes: (count) => {
      const words = new Uint32Array(Math.ceil(count / 4));
      for (let at = 0; at < words.length; at++) words[at] = next();
      return new Uint8Array(words.buffer, 0, count);
    },
  };
}
