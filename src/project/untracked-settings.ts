/** Settings in a Python module that git leaves out: `import config`, beside `config.py` in .gitignore. */
import { isSecretName } from "./environment-reads.ts";
import { folderOf } from "./files.ts";
import type { Project } from "./project.ts";
import type { PythonModule } from "./python/module.ts";
import { oncePer } from "./remember.ts";

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
  return source.flatMap((module) => {
    // A module may be imported again and again; what is used of it is told once.
    const told = new Set<string>();
    return module.imports.flatMap(({ module: name, level, line, names }) => {
      const inside = name === "" ? names.map((one) => one.name) : [name];
      return inside.flatMap((dotted): UntrackedSettings[] => {
        const last = dotted.split(".").at(-1) ?? "";
        if (level > 1 || !NAME.test(last)) return [];
        const base = dotted.replaceAll(".", "/");
        const beside = `${folderOf(module.path)}/${base}`.replace(/^\//, "");
        const places = level === 1 ? [beside] : [base, beside];
        const isHere = places.some((place) => files.has(`${place}.py`) || files.has(`${place}/__init__.py`));
        const path = places.map((place) => `${place}.py`).find((place) => gitignore.ignores(place));
        if (isHere || path === undefined) return [];
        const taken = names.filter((one) => isSecretName(one.name)).map((one) => ({ name: one.name, line }));
        const used = told.has(last) ? [] : (secretsUsed(module).get(last) ?? []);
        told.add(last);
        return [{ module, line, path, secrets: [...taken, ...used] }];
      });
    });
  });
}

/** Attributes that are named like secrets, by the name that has them: a module may import many. */
const secretsUsed = oncePer((module: PythonModule) => {
  const used = [...module.code.matchAll(/(?<![\w.])(\w{1,60})\.(\w{1,60})\b/g)].flatMap(
    ({ 1: owner = "", 2: attribute = "", index }) =>
      isSecretName(attribute) ? [{ owner, name: `${owner}.${attribute}`, line: module.lineAt(index) }] : [],
  );
  return Map.groupBy(used, ({ owner }) => owner);
});
