/** Environment variables that are read by the name of a constant: `ENV_DIR = "SHOP_DIR"`, `os.environ.get(ENV_DIR)`. */

import { fallbackOf } from "./environment-defaults.ts";
import type { PythonModule } from "./python/module.ts";

export interface NamedRead {
  name: string;
  line: number;
  default: string | undefined;
  required: boolean;
}

const NAMED =
  /(?<![\w.])os\.(?:environ\s{0,4}(\[)|environ\.get\s{0,4}\(|getenv\s{0,4}\()\s{0,40}(?:\w{1,40}\.)?([A-Z][A-Z0-9_]{1,80})(?=\s{0,40}[\],)])/g;

/** Reads of one module are bounded: each looks for its constant. */
const MOST_READ = 100;

/** @param source all modules, since the constant may be imported */
export function readNamedVariables(module: PythonModule, source: readonly PythonModule[]): NamedRead[] {
  const { code, text } = module;
  if (!/\bos\.(?:environ|getenv)/.test(code)) return [];
  return [...code.matchAll(NAMED)].slice(0, MOST_READ).flatMap((match) => {
    const [whole, index, constant = ""] = match;
    const end = match.index + whole.length;
    const name = literalOf(constant, module) ?? valueElsewhere(constant, module, source);
    // `os.environ[X] = …` writes.
    if (
      name === undefined ||
      (index !== undefined && /^\s{0,40}\]\s{0,4}=(?!=)/.test(code.slice(end, end + 60)))
    )
      return [];
    return [
      {
        name,
        line: module.lineAt(match.index),
        default: fallbackOf(code, text, end),
        required: index !== undefined,
      },
    ];
  });
}

/** The string that a module binds a constant to, at its top or in a class. */
function literalOf(constant: string, { text }: PythonModule): string | undefined {
  const start = new RegExp(
    `^[ \\t]{0,8}${constant}(?: ?: ?[\\w.\\[\\]]{1,40})?\\s{0,4}=\\s{0,4}(?=["'])`,
    "m",
  ).exec(text);
  if (!start) return undefined;
  const after = text.slice(start.index + start[0].length, start.index + start[0].length + 100);
  return /^(["'])([A-Za-z][A-Za-z0-9_]{1,80})\1/.exec(after)?.[2];
}

function valueElsewhere(
  constant: string,
  module: PythonModule,
  source: readonly PythonModule[],
): string | undefined {
  const holders = source.filter((other) => other !== module && other.text.includes(constant));
  for (const other of holders.slice(0, 20)) {
    const value = literalOf(constant, other);
    if (value !== undefined) return value;
  }
  return undefined;
}
