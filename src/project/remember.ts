/**
 * What a pure function of a text gave before. For functions that many facts ask about the same few texts; the bound
 * keeps what stays between scans small, whatever they held.
 */
const MOST = 4_000;
const LONGEST = 2_000;

/** @param read must be pure, and callers must leave what it gives as it is */
export function remember<T>(read: (text: string) => T): (text: string) => T {
  const known = new Map<string, T>();
  return (text) => {
    const before = known.get(text);
    if (before !== undefined) return before;
    const found = read(text);
    if (known.size >= MOST) known.clear();
    if (text.length <= LONGEST) known.set(text, found);
    return found;
  };
}
