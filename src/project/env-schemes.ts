/** The scheme of django-environ: `Env(DEBUG=(bool, False), PORT=int)` gives variables their types and defaults. */
import { readArguments } from "./python/arguments.ts";
import type { PythonModule } from "./python/module.ts";

const SCHEME = /(?<![\w.])(?:environ\.)?(?:FileAware)?Env\(/g;

/** Schemes of a module that are read. */
const MOST = 100;

/** Names of the variables that a scheme of any of the modules declares. */
export function declaredInSchemes(source: readonly PythonModule[]): ReadonlySet<string> {
  const names = new Set<string>();
  for (const module of source) {
    if (!module.mentions("Env", "FileAwareEnv") || !module.importsPackage("environ")) continue;
    for (const { index, 0: whole } of [...module.code.matchAll(SCHEME)].slice(0, MOST))
      for (const { name } of readArguments(module, index + whole.length - 1).args)
        if (name !== undefined) names.add(name);
  }
  return names;
}
