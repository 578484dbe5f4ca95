/** Uses of `contextlib.suppress`: handlers without a body. */
import type { PythonModule } from "./python/module.ts";
import { ownNames } from "./python/own-names.ts";
import { lineCounter } from "./python/tree.ts";

export interface Suppression {
  /** It suppresses whatever rises. */
  broad: boolean;
  at: ReturnType<PythonModule["at"]>;
}

const CONTEXTLIB = new Set(["contextlib"]);
const SUPPRESS = /(?<!def |[\w.])(?:contextlib\.)?suppress\(\s{0,40}([^()]{0,200})\)/g;

export function suppressionsOf(module: PythonModule): Suppression[] {
  if (!module.mentions("suppress") || !module.importsPackage("contextlib")) return [];
  const code = ownNames(module, CONTEXTLIB);
  const lineOf = lineCounter(code);
  return [...code.matchAll(SUPPRESS)].map((found) => {
    const broad = /(?<![\w.])(?:Base)?Exception\b/.test(found[1] ?? "");
    const note = broad ? "suppresses every exception" : "suppresses named exceptions";
    return { broad, at: module.at(lineOf(found.index), note) };
  });
}
