/** Bounds on how much text a reader takes in. */
import type { Files } from "../files.ts";

/** The same files, with texts given out until together they exceed a budget; what comes after is `undefined`. */
export function withBudget(files: Files, characters: number): Files {
  const counted = new Set<string>();
  let left = characters;
  return {
    paths: files.paths,
    has: (path) => files.has(path),
    size: (path) => files.size(path),
    text(path) {
      // Sizes are bytes, at least as many as characters: what is too large needs no decoding.
      if (!counted.has(path) && files.size(path) > left * 4) return undefined;
      const text = files.text(path);
      if (text === undefined || counted.has(path)) return text;
      if (text.length > left) return undefined;
      left -= text.length;
      counted.add(path);
      return text;
    },
  };
}
