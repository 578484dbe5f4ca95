/** Code in which what a module has renamed goes by its own name again. */
import type { PythonModule } from "./module.ts";

/** Each is looked for in the whole module. */
const MOST_RENAMED = 20;

/**
 * `t.retry` is `tenacity.retry` after `import tenacity as t`; offsets move, lines stay.
 *
 * @param libraries top-level names of the packages whose names are meant
 */
export function ownNames({ code, aliases }: PythonModule, libraries: ReadonlySet<string>): string {
  const renamed = [...aliases].filter(
    ([name, path]) => libraries.has(path.split(".")[0] ?? "") && path.split(".").at(-1) !== name,
  );
  return renamed
    .slice(0, MOST_RENAMED)
    .reduce(
      (named, [name, path]) =>
        named.replaceAll(new RegExp(`(?<![\\w.])${name}(?=[.(])`, "g"), path.split(".").at(-1) ?? name),
      code,
    );
}
