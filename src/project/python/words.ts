/**
 * Which words a module's code may hold, so that a fact can pass over a module without reading it: "surely not" is
 * always right, "perhaps" is wrong for one word in a few hundred. Case counts for nothing.
 *
 * A word is a run of ASCII letters, digits and underscores; its parts are words too: `db_password`, `dbPassword` and
 * `DB_PASSWORD2` hold `db` and `password`, `assertRaisesRegex` holds `raises`. A part of a part (`pass` in `password`) is
 * none.
 */

/** Characters of a text to a bit of its set: a text repeats most of its words, so the set stays sparse. */
const CHARACTERS_A_BIT = 1;
const MIN_BITS = 1024;

/** FNV-1a over characters with bit 5 set, which makes letters lower-case and keeps digits apart from them. */
export const SEED = 0x811c9dc5 | 0;
export const PRIME = 0x01000193;

/** An empty set for the words of a text of so many characters; its length is a power of two. */
export const newWords = (characters: number): Uint32Array =>
  new Uint32Array(Math.max(MIN_BITS, 2 ** Math.ceil(Math.log2(characters / CHARACTERS_A_BIT + 1))) >> 5);

/** Puts a word in by its hash: two bits of one element (a blocked Bloom filter). */
export function addWord(words: Uint32Array, hash: number): void {
  const mixed = hash ^ (hash >>> 15);
  const at = (mixed >>> 10) & (words.length - 1);
  words[at] = words[at]! | (1 << mixed) | (1 << (mixed >>> 5));
}

/** Whether a word may be in the set. */
export const mayHold = (words: Uint32Array, word: string): boolean => holdsHash(words, hashOf(word));

/** Whether one of them may be; lists that stand in rules and facts are hashed once. */
export function mayHoldAny(words: Uint32Array, list: readonly string[]): boolean {
  let known = hashesOfLists.get(list);
  if (known === undefined) {
    known = Int32Array.from(list, hashOf);
    hashesOfLists.set(list, known);
  }
  for (let i = 0; i < known.length; i++) if (holdsHash(words, known[i]!)) return true;
  return false;
}

const hashesOfLists = new WeakMap<readonly string[], Int32Array>();

function holdsHash(words: Uint32Array, hash: number): boolean {
  const mixed = hash ^ (hash >>> 15);
  const bits = (1 << mixed) | (1 << (mixed >>> 5));
  return (words[(mixed >>> 10) & (words.length - 1)]! & bits) === bits;
}

/** Most words asked for stand in rules and facts, so they are few; others are names in what is scanned. */
const hashes = new Map<string, number>();
const HASHES_KEPT = 10_000;

function hashOf(word: string): number {
  let hash = hashes.get(word);
  if (hash === undefined) {
    hash = SEED;
    for (let i = 0; i < word.length; i++) hash = Math.imul(hash ^ (word.charCodeAt(i) | 32), PRIME);
    if (hashes.size >= HASHES_KEPT) hashes.clear();
    hashes.set(word, hash);
  }
  return hash;
}
