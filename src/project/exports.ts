/** Names that private modules offer through public ones: `from ._client import Client` in a package's `__init__`. */
import { baseName, folderOf } from "./files.ts";
import type { Project } from "./project.ts";
import type { Import } from "./python/imports.ts";
import type { PythonModule } from "./python/module.ts";

/** Names taken out of a module; `"*"` among them for all that it offers. */
type Offered = ReadonlySet<string>;

/** A part that begins with an underscore makes a module private; `__init__` and `__main__` do not. */
export const isPrivatePath = (path: string): boolean =>
  path.split("/").some((part) => /^_(?!_(?:init|main)__\.py$)/.test(part)) &&
  baseName(path) !== "__main__.py";

const cache = new WeakMap<Project, ReadonlyMap<PythonModule, Offered>>();

/** For each private module the names that a public one imports from it at its top. */
export function readOffered(project: Project): ReadonlyMap<PythonModule, Offered> {
  const known = cache.get(project);
  if (known) return known;
  const byPath = new Map(project.source.map((module) => [module.path, module]));
  const offered = new Map<PythonModule, Set<string>>();
  const open = project.source.filter(({ path }) => !isPrivatePath(path));
  const seen = new Set(open);
  // A private package may hand on what a private module in it defines, so what is reached is asked too.
  for (const module of open) {
    const all = readAll(module);
    for (const one of module.imports) {
      if (one.guard === "function" || one.guard === "type-checking") continue;
      for (const { name, alias } of one.names) {
        if (!offers(module, all, name === "*" ? name : alias)) continue;
        const target = findModule(byPath, module, one, name);
        if (target === undefined || !isPrivatePath(target.path)) continue;
        offered.set(target, (offered.get(target) ?? new Set()).add(name));
        if (!seen.has(target) && baseName(target.path) === "__init__.py") {
          seen.add(target);
          open.push(target);
        }
      }
    }
  }
  cache.set(project, offered);
  return offered;
}

/** An `__init__` imports to offer, but for what its `__all__` leaves out; another module needs `__all__` for it. */
const offers = (module: PythonModule, all: ReadonlySet<string> | undefined, name: string): boolean =>
  name === "*" || (all?.has(name) ?? baseName(module.path) === "__init__.py");

/** The file that a relative import, or one by the name of the module's own package, takes names from. */
function findModule(
  byPath: ReadonlyMap<string, PythonModule>,
  from: PythonModule,
  { module, level }: Import,
  name: string,
): PythonModule | undefined {
  const parts = module === "" ? [] : module.split(".");
  let folder = folderOf(from.path);
  for (let up = 1; up < level; up++) folder = folderOf(folder);
  if (level === 0) {
    const top = `/${folder}/`.lastIndexOf(`/${parts[0]}/`);
    if (top === -1) return undefined;
    folder = folder.slice(0, Math.max(0, top - 1));
  }
  const base = [...(folder === "" ? [] : [folder]), ...parts].join("/");
  return (
    byPath.get(`${base}.py`) ??
    byPath.get(`${base}/__init__.py`) ??
    (parts.length === 0 ? byPath.get(`${base}/${name}.py`) : undefined)
  );
}

/** Names in a literal `__all__`, or `undefined` where the module has none that can be read. */
export function readAll(module: PythonModule): Set<string> | undefined {
  if (!module.mentions("__all__")) return undefined;
  const { text, code, statements } = module;
  const names = new Set<string>();
  for (const { start, end, parent } of statements) {
    if (parent !== undefined || !/^\s{0,20}__all__\b/.test(code.slice(start, start + 40))) continue;
    for (const [, name] of text
      .slice(start, Math.min(end, start + 20_000))
      .matchAll(/["']([\w.]{1,200})["']/g))
      if (name !== undefined) names.add(name);
  }
  return names.size > 0 ? names : undefined;
}
