/** The project's own functions that read environment variables for others. */

import type { PythonModule } from "./python/module.ts";

/** Each is looked for in all modules. */
export const MOST_NAMES = 1_000;

/**
 * The project's own functions that read the variable they are given: `def env_bool(name, default): os.getenv(name…`.
 * By their names.
 */
export function findWrappers(source: readonly PythonModule[]): Map<string, Wrapper> {
  const wrappers = new Map<string, Wrapper>();
  for (const module of source) {
    if (!module.mentions("environ", "getenv", "get_env", "get_env_var", "get_env_variable", "get_env_value"))
      continue;
    const own = module.functions.filter(({ name, className }) => className === undefined && name.length >= 4);
    for (const { name, header, body } of own) {
      const read =
        /(?:environ(?:\.get)?\s{0,4}[[(]|getenv\(|\bget_env\w{0,20}\()\s{0,40}([a-z_]\w{0,60})\b/.exec(
          body,
        )?.[1];
      const position = read === undefined ? -1 : parametersOf(header).indexOf(read);
      if (position === -1 || wrappers.size >= MOST_NAMES) continue;
      const looked = new RegExp(`\\breturn [\\w.]{0,60}(?<!environ)(?:\\.get\\(|\\[)\\s{0,4}${read}\\b`);
      wrappers.set(name, { position, falls: looked.test(body) });
    }
    // `def env(key, default): return lambda: env_value(key=key, default=default)`
    for (const { name, header, body } of own) {
      if (wrappers.has(name) || wrappers.size >= MOST_NAMES) continue;
      for (const [, called = "", given = ""] of body.matchAll(HANDED_ON)) {
        const wrapper = wrappers.get(called);
        const position = parametersOf(header).indexOf(given);
        if (wrapper?.position !== 0 || position === -1) continue;
        wrappers.set(name, { ...wrapper, position });
        break;
      }
    }
  }
  return wrappers;
}

/** A call whose first argument is a bare name. */
const HANDED_ON = /(?<!\w)(\w{4,120})\(\s{0,40}(?:\w{1,60}\s{0,4}=\s{0,4})?([a-z_]\w{0,60})\s{0,4}[,)]/g;

export interface Wrapper {
  /** Which parameter names the variable. */
  position: number;
  /** What the environment lacks, it looks up among defaults of its own. */
  falls: boolean;
}

const parametersOf = (header: string): string[] =>
  header
    .slice(header.indexOf("(") + 1)
    .split(",")
    .map((part) => /^[\s*]{0,80}(\w{1,80})/.exec(part)?.[1] ?? "");
