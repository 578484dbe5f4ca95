/** Imports of the project's own code that other distributions have to supply. */
import { baseName, folderOf } from "./files.ts";
import { distributionsFor } from "./manifests/distributions.ts";
import { isStandardLibrary, PYTHON_2_MODULES } from "./manifests/standard-library.ts";
import type { Project } from "./project.ts";
import { isProvided } from "./provided-modules.ts";
import type { Import } from "./python/imports.ts";
import type { PythonModule } from "./python/module.ts";

export interface ThirdPartyImport {
  module: PythonModule;
  line: number;
  /** Dotted: `requests`, and as deep as tells distributions apart: `google.cloud.storage`. */
  name: string;
  /** See `Import`; nothing breaks where an `optional` or `type-checking` one is missing. */
  guard: Import["guard"];
  /** The archive holds a module that may be meant as well. */
  ambiguous: boolean;
}

const known = new WeakMap<Project, readonly ThirdPartyImport[]>();

/**
 * Every import in non-test code that neither the project, nor the standard library of any Python 3, nor the program
 * that the code is made for (Blender, a browser) supplies. In the order of the modules.
 */
export function thirdPartyImports(project: Project): readonly ThirdPartyImport[] {
  const found = known.get(project) ?? findImports(project);
  known.set(project, found);
  return found;
}

/** Far over what any project has; the rest is left out. */
const MAX_IMPORTS = 200_000;

function findImports(project: Project): ThirdPartyImport[] {
  const layout = new Layout(project);
  const found: ThirdPartyImport[] = [];
  for (const module of project.source) {
    // Of a part of the project, wherever that stands: installers supply what a build asks for.
    if (baseName(module.path) === "setup.py") continue;
    for (const one of module.imports) {
      if (one.level > 0 || one.module === "" || found.length >= MAX_IMPORTS) continue;
      const top = one.module.split(".")[0] ?? "";
      // A private name is a compiled part of something, `_typeshed` one that only type checkers know.
      if (top.startsWith("_") || isProvided(top)) continue;
      if (isStandardLibrary(top) || PYTHON_2_MODULES.has(top)) continue;
      const standing = layout.standing(one, module);
      if (standing === "own") continue;
      const ambiguous = standing === "ambiguous";
      for (const name of namesOf(one)) {
        found.push({ module, line: one.line, name, guard: one.guard, ambiguous });
      }
    }
  }
  return found;
}

/** In a namespace that distributions share, what is taken out of it says which one is meant. */
function namesOf({ module, names }: Import): string[] {
  const [usual] = distributionsFor(module);
  const deeper = names
    .filter(({ name }) => /^[a-z][a-z0-9_]*$/.test(name))
    .map(({ name }) => `${module}.${name}`)
    .filter((name) => distributionsFor(name)[0] !== usual);
  return deeper.length === 0 || deeper.length < names.length ? [module, ...deeper] : deeper;
}

type Standing = "own" | "ambiguous" | "foreign";

/** Names of the compiled modules that setup.py builds: `Extension("pkg.fast", …)`, `Pybind11Extension("fast_cpp", …)`. */
const extensionModules = ({ files }: Project): string[] =>
  files.paths
    .filter((path) => baseName(path) === "setup.py")
    .slice(0, 20)
    .flatMap((path) => [
      ...(files.text(path) ?? "").matchAll(
        /\b\w{0,30}Extension\(\s{0,80}(?:name\s{0,4}=\s{0,4})?["']([\w.]{1,120})["']/g,
      ),
    ])
    .flatMap(([, name = ""]) => name.split(".")[0] ?? []);

/** Modules written in Rust, which maturin or setuptools-rust builds: `[lib]` with `crate-type = ["cdylib"]`. */
const rustModules = ({ files }: Project): string[] =>
  files.paths
    .filter((path) => baseName(path) === "cargo.toml")
    .slice(0, 50)
    .flatMap((path) => {
      const text = (files.text(path) ?? "").slice(0, 20_000);
      if (!text.includes("cdylib") || !/\b(?:pyo3|cpython|rust-cpython)\b/.test(text)) return [];
      const [, name] =
        /^\[lib\]\s{0,8}\n(?:[^[\n][^\n]{0,200}\n|\n){0,20}?name\s{0,4}=\s{0,4}"([\w-]{1,80})"/m.exec(text) ??
        /^name\s{0,4}=\s{0,4}"([\w-]{1,80})"/m.exec(text) ??
        [];
      return name === undefined ? [] : [name.replaceAll("-", "_")];
    });

/** Folders that images and compose files put on the path: `ENV PYTHONPATH=./scrapers`. */
function pythonPaths({ delivery }: Project): string[] {
  const images = delivery.dockerfiles.flatMap(({ instructions }) =>
    instructions.filter(({ keyword }) => keyword === "ENV").map(({ args }) => args),
  );
  const services = delivery.compose.flatMap((file) =>
    file.services.map(({ environment }) => `PYTHONPATH=${environment.PYTHONPATH ?? ""}`),
  );
  return [...images, ...services].flatMap((text) => {
    const [, paths = ""] = /\bPYTHONPATH[ =]["']?([^\s"']{1,300})/.exec(text) ?? [];
    return paths
      .split(":")
      .map((path) => path.replace(/^(?:\.\/){1,4}/, "").replace(/(?<!\/)\/{1,4}$/, ""))
      .filter((path) => /^\w[\w./-]{0,100}$/.test(path));
  });
}

/** Which top-level names the files of the project supply, and from which folder. */
class Layout {
  /** Folders that hold Python files, however deep. */
  readonly #folders = new Set<string>();
  readonly #paths: ReadonlySet<string>;
  /** Names of packages and modules that stand in folders that are no packages, anywhere in the project. */
  readonly #anywhere = new Set<string>();
  /** Names of all packages and modules. */
  readonly #all = new Set<string>();
  /** Modules with the folders they stand in, which need no `__init__`. */
  readonly #holders = new Set<string>();
  readonly #roots: readonly string[];

  constructor(project: Project) {
    const { modules, manifests } = project;
    const own = modules.filter(({ path }) => !/(?:^|\/)(?:site-packages|dist-packages)\//.test(path));
    // Compiled modules and stubs are imported by the same names.
    const compiled = project.files.paths.filter((path) => /\.(?:pyx|pyi|so|pyd)$/.test(path));
    const stem = (path: string): string => path.replace(/(?:\.[\w-]{1,60})?\.\w+$/, "");
    this.#paths = new Set([...own.map(({ path }) => path), ...compiled].map(stem));
    for (const path of this.#paths) {
      for (let at = folderOf(path); at !== "" && !this.#folders.has(at); at = folderOf(at))
        this.#folders.add(at);
    }
    for (const path of this.#paths) {
      const isInit = path.endsWith("/__init__");
      const folder = isInit ? folderOf(folderOf(path)) : folderOf(path);
      const name = lastPart(isInit ? folderOf(path) : path);
      this.#all.add(name);
      this.#holders.add(`${lastPart(folder)}/${name}`);
      if (!this.#isPackage(folder)) this.#anywhere.add(name);
    }
    for (const name of [...extensionModules(project), ...rustModules(project)]) {
      this.#all.add(name);
      this.#anywhere.add(name);
    }
    const members = [
      ...[project.root, manifests.folder, ...manifests.members.map(({ path }) => folderOf(path))],
      ...pythonPaths(project),
    ];
    this.#roots = [
      ...new Set(members.flatMap((folder) => [folder, join(folder, "src"), join(folder, "lib")])),
    ];
  }

  #isPackage(folder: string): boolean {
    return this.#paths.has(join(folder, "__init__"));
  }

  /** Where an import leads. */
  standing({ module, names }: Import, { path, role }: PythonModule): Standing {
    const parts = module.split(".");
    const taken = names.map(({ name }) => name);
    for (const root of this.#roots) {
      const found = this.#resolve(root, parts, taken);
      if (found !== undefined) return found;
    }
    const folder = folderOf(path);
    // Streamlit runs what stands in `pages/` beside its main script, whose folder is on the path.
    const home = lastPart(folder) === "pages" ? folderOf(folder) : folder;
    for (let at = folder; ; at = folderOf(at)) {
      // A package is searched where a file in it is run as a script, or where a path as long as this fits.
      const inside = this.#isPackage(at);
      const runs = at === folder || at === home;
      const searched = !inside || runs || parts.length + taken.length > 1;
      const found = searched ? this.#resolve(at, parts, taken) : undefined;
      if (found !== undefined && (!inside || runs || this.#fits(at, [...parts, ...taken]))) {
        return inside ? "ambiguous" : found;
      }
      if (at === "") break;
    }
    // A script may put any folder of the project on its path.
    const runs = role === "script" || /(?:^|\/)bin\//.test(path);
    const findable = runs ? this.#all : this.#anywhere;
    const [first = "", second = ""] = parts;
    return findable.has(first) || (runs && this.#holders.has(`${first}/${second}`)) ? "ambiguous" : "foreign";
  }

  /** Whether two parts of a dotted name lead to something. */
  #fits(root: string, [first = "", second = ""]: readonly string[]): boolean {
    const at = join(join(root, first), second);
    return this.#paths.has(at) || this.#folders.has(at);
  }

  /** A folder without `__init__` is a part of a namespace, so that more of the name has to be there. */
  #resolve(root: string, parts: readonly string[], taken: readonly string[]): Standing | undefined {
    let at = root;
    for (const part of parts) {
      at = join(at, part);
      if (this.#paths.has(at) || this.#isPackage(at)) return "own";
      if (!this.#folders.has(at)) return undefined;
    }
    if (taken.some((name) => this.#paths.has(join(at, name)) || this.#folders.has(join(at, name))))
      return "own";
    return taken.length === 0 || taken.includes("*") ? "ambiguous" : undefined;
  }
}

const join = (folder: string, name: string): string => (folder === "" ? name : `${folder}/${name}`);
const lastPart = (path: string): string => path.slice(path.lastIndexOf("/") + 1);
