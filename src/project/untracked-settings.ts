/** Settings in a Python module that git leaves out: `import config`, beside `config.py` in .gitignore. */
import { isSecretName } from "./environment-reads.ts";
import { folderOf } from "./files.ts";
import type { Project } from "./project.ts";
import type { PythonModule } from "./python/module.ts";

export interface UntrackedSettings {
  module: PythonModule;
  /** Line of the import. */
  line: number;
  /** Path of the module that is not in the archive. */
  path: string;
  /** Credentials that the module gives, at the lines that use them. */
  secrets: readonly { name: string; line: number }[];
}

const NAME = /^(?:\w{1,30}_)?(?:config|settings|conf|credentials?|constants|keys|auth|private|local)$/i;

/** Every import of such a module. */
export function findUntrackedSettings({ source, files, delivery }: Project): UntrackedSettings[] {
  const { gitignore } = delivery;
  if (!gitignore) return [];
  return source.flatMap((module) =>
    module.imports.flatMap(({ module: name, level, line, names }) => {
      const inside = name === "" ? names.map((one) => one.name) : [name];
      return inside.flatMap((dotted): UntrackedSettings[] => {
        const last = dotted.split(".").at(-1) ?? "";
        if (level > 1 || !NAME.test(last)) return [];
        const base = dotted.replaceAll(".", "/");
        const beside = `${folderOf(module.path)}/${base}`.replace(/^\//, "");
        const places = level === 1 ? [beside] : [base, beside];
        const isHere = places.some((place) => files.has(`${place}.py`) || files.has(`${place}/__init__.py`));
        const path = places.map((place) => `${place}.py`).find((place) => gitignore.ignores(place));
        return isHere || path === undefined
          ? []
          : [{ module, line, path, secrets: secretsOf(module, last, line, names) }];
      });
    }),
  );
}

function secretsOf(
  module: PythonModule,
  name: string,
  line: number,
  names: readonly { name: string }[],
): { name: string; line: number }[] {
  const taken = names.filter((one) => isSecretName(one.name)).map((one) => ({ name: one.name, line }));
  const read = [...module.code.matchAll(new RegExp(`(?<![\\w.])${name}\\.(\\w{1,60})\\b`, "g"))].flatMap(
    ({ 1: attribute = "", index }) =>
      isSecretName(attribute) ? [{ name: `${name}.${attribute}`, line: module.lineAt(index) }] : [],
  );
  return [...taken, ...read];
}
