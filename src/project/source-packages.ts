/** The top packages of the project's own code, and whether any test imports them. */
import { folderOf } from "./files.ts";
import type { Project } from "./project.ts";
import type { PythonModule } from "./python/module.ts";

export interface SourcePackage {
  /** As other code imports it. */
  name: string;
  /** Its longest module. */
  module: PythonModule;
  /** Lines that are not blank. */
  lines: number;
  /** A test imports it, names it in a string, or lies inside it. */
  touched: boolean;
}

/** Packages by the outermost folder that can be imported; modules outside of packages are left out. */
export function findPackages(project: Project): SourcePackage[] {
  const folders = new Set(
    project.modules
      .filter(({ path }) => /(?:^|\/)__init__\.py$/.test(path))
      .map(({ path }) => folderOf(path)),
  );
  const groups = new Map<string, PythonModule[]>();
  for (const module of project.source) {
    if (module.role !== "source" || module.lineCount === 0) continue;
    const top = topPackage(module.path, folders);
    if (top === undefined) continue;
    const group = groups.get(top);
    if (group) group.push(module);
    else groups.set(top, [module]);
  }
  const reached = new Set([...namesInTests(project), ...settingsPackages(project)]);
  const packages = [...groups].map(([folder, modules]) => {
    const name = folder.slice(folder.lastIndexOf("/") + 1);
    return {
      name,
      module: modules.reduce((a, b) => (b.lineCount > a.lineCount ? b : a)),
      lines: modules.reduce((total, { lineCount }) => total + lineCount, 0),
      touched: reached.has(name) || project.tests.some(({ path }) => path.startsWith(`${folder}/`)),
    };
  });
  // Tests may well reach the only package through its command or its server.
  return packages.length === 1 ? packages.map((one) => ({ ...one, touched: true })) : packages;
}

/** The outermost of the folders with `__init__.py` that hold a file; one folder inside of them may go without (PEP 420). */
function topPackage(path: string, folders: ReadonlySet<string>): string | undefined {
  let folder = folderOf(path);
  let top: string | undefined;
  while (folder !== "" && (folders.has(folder) || (top !== undefined && folders.has(folderOf(folder))))) {
    if (folders.has(folder)) top = folder;
    folder = folderOf(folder);
  }
  return top;
}

/** Parts of what tests import, and of dotted names in their strings (patched objects, settings). */
function namesInTests({ tests }: Project): Set<string> {
  const names = new Set<string>();
  for (const { imports, text } of tests) {
    for (const { module, names: taken } of imports) {
      for (const part of module.split(".")) names.add(part);
      if (module === "") for (const { name } of taken) names.add(name);
    }
    for (const found of text.matchAll(/["']([A-Za-z_]\w{0,60})(?:\.[A-Za-z_]\w{0,60}){1,8}["']/g))
      names.add(found[1] ?? "");
    if (text.includes("DagBag(")) names.add("dags");
  }
  return names;
}

/** Django's project package: every test runs under its settings and URLs. */
function settingsPackages({ files, modules }: Project): string[] {
  return modules.flatMap(({ path }) => {
    if (!/(?:^|\/)(?:manage|conftest)\.py$/.test(path)) return [];
    const found = /DJANGO_SETTINGS_MODULE["']\s{0,4},\s{0,4}["'](\w{1,60})\./.exec(files.text(path) ?? "");
    return found ? [found[1] ?? ""] : [];
  });
}
