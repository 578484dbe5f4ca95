/** Files and modules → Project: every fact lazily, each built once. */

import { readStatedVersions } from "./delivery/base-versions.ts";
import { readDelivery } from "./delivery/delivery.ts";
import type { Delivery } from "./delivery/types.ts";
import { baseName, type Files, folderOf } from "./files.ts";
import { findFrameworks } from "./frameworks.ts";
import { findKinds } from "./kind.ts";
import { readManifests } from "./manifests/manifests.ts";
import { allowsMinor, readPythonVersions } from "./manifests/python-versions.ts";
import type { Manifests, PythonVersion } from "./manifests/types.ts";
import type { Artifact, Framework, Kind, KindEvidence, Project, Skip, Use } from "./project.ts";
import { FactKeeper } from "./python/fact-keeper.ts";
import type { PythonModule } from "./python/module.ts";
import { chooseSource } from "./python/roles.ts";

export interface ProjectParts {
  files: Files;
  root: string;
  modules: readonly PythonModule[];
  artifact: Artifact;
  declaredKind?: Kind;
  skipped: readonly Skip[];
}

/** The minor version that code is read as where nothing states one. */
export const DEFAULT_MINOR = "3.13";

class ProjectFacts implements Project {
  readonly files: Files;
  readonly root: string;
  readonly artifact: Artifact;
  readonly modules: readonly PythonModule[];
  readonly source: readonly PythonModule[];
  readonly tests: readonly PythonModule[];
  readonly skipped: readonly Skip[];
  readonly #declaredKind: Kind | undefined;
  readonly #byPath: ReadonlyMap<string, PythonModule>;
  readonly #facts: Map<string, unknown>;

  constructor(parts: ProjectParts, facts = new Map<string, unknown>()) {
    this.#facts = facts;
    this.files = parts.files;
    this.root = parts.root;
    this.artifact = parts.artifact;
    this.modules = parts.modules;
    this.skipped = parts.skipped;
    this.#declaredKind = parts.declaredKind;
    this.#byPath = new Map(parts.modules.map((module) => [module.path, module]));
    this.tests = parts.modules.filter(({ role }) => role === "test");
    this.source = chooseSource(parts.modules);
  }

  #once<T>(name: string, build: () => T): T {
    const known = this.#facts.get(name);
    if (known !== undefined) return known as T;
    const built = build();
    this.#facts.set(name, built);
    return built;
  }

  get name(): string {
    const named = this.manifests.metadata.name;
    return named ?? (this.root === "" ? "" : (this.root.split("/").at(-1) ?? ""));
  }

  get manifests(): Manifests {
    return this.#once("manifests", () => readManifests(this.files, this.root));
  }

  get delivery(): Delivery {
    return this.#once("delivery", () => readDelivery(this.files, this.root));
  }

  get pythonVersions(): readonly PythonVersion[] {
    return this.#once("versions", () =>
      readPythonVersions(this.files, this.manifests, readStatedVersions(this.files, this.delivery)),
    );
  }

  get targetVersion(): string {
    return targetMinor(this.manifests);
  }

  get frameworks(): readonly Framework[] {
    return this.#once("frameworks", () => findFrameworks(this.source));
  }

  get kinds(): readonly KindEvidence[] {
    return this.#once("kinds", () => findKinds(this, this.#declaredKind));
  }

  get kind(): Kind {
    return this.kinds[0]?.kind ?? "cli";
  }

  get judgedAs(): readonly Kind[] {
    const alone = this.#declaredKind ?? (this.kind === "research" ? "research" : undefined);
    return alone === undefined ? this.kinds.map(({ kind }) => kind) : [alone];
  }

  get firstParty(): ReadonlySet<string> {
    return this.#once("firstParty", () => findFirstParty(this.modules, this.root));
  }

  afresh(): Project {
    const { files, root, artifact, skipped } = this;
    const declared = this.#declaredKind === undefined ? {} : { declaredKind: this.#declaredKind };
    const keeper = new FactKeeper();
    const modules = this.modules.map((module) => module.afresh(keeper));
    return new ProjectFacts({ files, root, artifact, skipped, modules, ...declared }, this.#facts);
  }

  module(path: string): PythonModule | undefined {
    return this.#byPath.get(path);
  }

  imports(...names: string[]): boolean {
    return this.source.some((module) => names.some((name) => module.importsPackage(name)));
  }

  uses(...apis: string[]): readonly Use[] {
    return findUses(this.source, apis);
  }

  testUses(...apis: string[]): readonly Use[] {
    return findUses(this.tests, apis);
  }
}

export const buildProject = (parts: ProjectParts): Project => new ProjectFacts(parts);

function findUses(modules: readonly PythonModule[], apis: readonly string[]): Use[] {
  const wanted = new Set(apis);
  const found: Use[] = [];
  for (const module of modules) {
    for (const { code, message, line } of module.lint.diagnostics) {
      if (code !== "TID251") continue;
      const api = /^`([^`]+)`/.exec(message)?.[1] ?? "";
      if (wanted.has(api)) found.push({ api, path: module.path, line, module });
    }
  }
  return found;
}

/**
 * Names that `import` finds inside the project: the top of each package (the outermost folder with `__init__.py`),
 * modules outside packages, and folders of the top level, which are namespace packages when run from there.
 */
function findFirstParty(modules: readonly PythonModule[], root: string): Set<string> {
  const paths = new Set(modules.map(({ path }) => path));
  const names = new Set<string>();
  for (const { path, role } of modules) {
    if (role === "vendored" || role === "test") continue;
    let folder = folderOf(path);
    let name =
      baseName(path) === "__init__.py"
        ? ""
        : (path.slice(folder.length ? folder.length + 1 : 0).split(".")[0] ?? "");
    while (folder !== "" && paths.has(`${folder}/__init__.py`)) {
      name = folder.slice(folder.lastIndexOf("/") + 1);
      folder = folderOf(folder);
    }
    if (name !== "") names.add(name);
    const inside = root === "" ? path : path.slice(root.length + 1);
    const [top = "", second = ""] = inside.split("/");
    if (inside.includes("/")) names.add(top);
    if (top === "src" && inside.split("/").length > 2) names.add(second);
  }
  return names;
}

/** The newest minor that the declared requirement allows; Ruff reads the code as that version. */
export function targetMinor(manifests: Manifests): string {
  const { requiresPython } = manifests.metadata;
  if (requiresPython === undefined) return DEFAULT_MINOR;
  const known = ["3.14", "3.13", "3.12", "3.11", "3.10", "3.9", "3.8", "3.7"];
  const allowed = known.filter((minor) => allowsMinor(requiresPython, minor));
  return allowed.includes(DEFAULT_MINOR) ? DEFAULT_MINOR : (allowed[0] ?? DEFAULT_MINOR);
}
