/** What of a folder is not sent: what git would leave out, and what no project needs to be judged. */
import type { Ignore } from "ignore";

export const NEVER: ReadonlySet<string> = new Set([
  ".git",
  ".hg",
  ".svn",
  "node_modules",
  "__pycache__",
  ".venv",
  ".tox",
  ".nox",
  ".mypy_cache",
  ".pytest_cache",
  ".ruff_cache",
]);

/** A .gitignore and the folder that it stands in, empty for the top. */
export interface IgnoreFile {
  base: string;
  rules: Ignore;
}

/** @param path from the top, without a slash at the end */
export function isIgnored(path: string, folder: boolean, above: readonly IgnoreFile[]): boolean {
  return above.some(({ base, rules }) => {
    const relative = base === "" ? path : path.slice(base.length + 1);
    return rules.ignores(folder ? `${relative}/` : relative);
  });
}
