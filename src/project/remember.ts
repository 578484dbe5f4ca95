import type { PythonModule } from "./python/module.ts";

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

/** What is read of a module, a function or a project, once each, however often it is asked for. */
export function oncePer<K extends object, T>(read: (of: K) => T): (of: K) => T {
  const known = new WeakMap<K, { found: T }>();
  return (of) => {
    const before = known.get(of) ?? { found: read(of) };
    known.set(of, before);
    return before.found;
  };
}

/**
 * Names that patterns find in a module, in their first groups. Looking a name up here costs the same however many the
 * project has; a pattern made of each would go over the whole text again and again.
 */
export const namesBy = (where: "code" | "text", ...patterns: RegExp[]) =>
  oncePer(
    (module: PythonModule): ReadonlySet<string> =>
      new Set(patterns.flatMap((one) => [...module[where].matchAll(one)].map(([, name = ""]) => name))),
  );
