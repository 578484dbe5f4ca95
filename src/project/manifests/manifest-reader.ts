/** The manifests of one folder: every format in turn, then what follows from all of them together. */
import { type Files, folderOf } from "../files.ts";
import { declareConda, isCondaPath, isEnvironment } from "./conda.ts";
import { readCoreMetadata } from "./core-metadata.ts";
import { Declarations } from "./declarations.ts";
import { foldersUp, readLocks } from "./locks.ts";
import { readIni, readToml, readYaml } from "./manifest.ts";
import { mergeMetadata, readFlitMetadata, readPoetryMetadata, readProjectMetadata } from "./metadata.ts";
import { declarePipfile } from "./pipfile.ts";
import { declarePyproject } from "./pyproject.ts";
import { declarePixi } from "./pyproject-tools.ts";
import { normaliseName } from "./requirement.ts";
import { readRequirementsFiles } from "./requirements.ts";
import { declareScripts } from "./script-metadata.ts";
import { declareSetupCfg, readSetupCfgMetadata } from "./setup-cfg.ts";
import { readSetupPy } from "./setup-py.ts";
import type { Dependency, Manifest, Manifests, Metadata, RequirementsFile } from "./types.ts";
import { findMembers, findWorkspace } from "./workspace.ts";

/** Reads the manifests of one folder, and what they name elsewhere. */
export class ManifestReader {
  /** For manifests, whose parsing costs: what it gives is bounded. */
  readonly #files: Files;
  /** For what is gone through line by line. */
  readonly #all: Files;
  readonly #folder: string;
  readonly #top: string;
  readonly #declarations = new Declarations();

  /**
   * @param files what manifests are read from
   * @param all what locks and scripts are read from
   * @param top the outermost folder in which locks and workspaces are looked for
   */
  constructor(files: Files, all: Files, folder: string, top: string) {
    this.#files = files;
    this.#all = all;
    this.#folder = folder;
    this.#top = top;
  }

  read(): Manifests {
    const { pyproject, members, workspace } = this.#readPyprojects();
    const setupCfg = this.#open("setup.cfg", (path, text) => readIni(path, text, { strict: true }));
    if (setupCfg) declareSetupCfg(setupCfg, this.#declarations, this.#files, this.#folder);
    const setupPy = this.#readSetupPy();
    const pipfile = this.#open("Pipfile", readToml);
    if (pipfile) declarePipfile(pipfile, this.#declarations);
    const pixi = this.#open("pixi.toml", readToml);
    if (pixi) declarePixi(pixi, this.#declarations, []);
    const beside = this.#declarations.dependencies.some(({ group }) => group === "runtime");
    const conda = this.#readConda(beside || setupPy !== undefined || pyproject?.get("project") !== undefined);
    const metadata = this.#mergeMetadata(pyproject, members, setupCfg, setupPy?.metadata);
    const requirements = this.#readRequirements();
    const alone = this.#declarations.dependencies.length === 0 && metadata.at === undefined;
    declareScripts(this.#all, this.#declarations, this.#folder, alone ? "runtime" : "dev");
    const dependencies = this.#withoutItself(metadata);
    const byName = Map.groupBy(dependencies, ({ name }) => name);
    return {
      folder: this.#folder,
      repositoryRoot: this.#top,
      ...(pyproject ? { pyproject } : {}),
      members,
      ...(workspace ? { workspace } : {}),
      ...(setupCfg ? { setupCfg } : {}),
      ...(setupPy ? { setupPy: setupPy.facts } : {}),
      ...(pipfile ? { pipfile } : {}),
      conda,
      requirements,
      metadata,
      dependencies,
      locks: readLocks(this.#all, this.#folder, this.#top, requirements),
      broken: this.#declarations.broken,
      undetermined: this.#declarations.undetermined,
      named: (name) => byName.get(normaliseName(name)) ?? [],
    };
  }

  #path(name: string): string {
    return this.#folder === "" ? name : `${this.#folder}/${name}`;
  }

  /** A manifest of the project's folder, reported where it cannot be read. */
  #open(
    name: string,
    read: (path: string, text: string) => Manifest,
    path = this.#path(name),
  ): Manifest | undefined {
    const text = this.#files.text(path);
    if (text === undefined) {
      if (this.#files.has(path))
        this.#declarations.reportBroken({ path, line: 1 }, "it could not be read as text");
      return undefined;
    }
    const manifest = read(path, text);
    this.#declarations.check(manifest);
    return manifest;
  }

  #readPyprojects(): { pyproject?: Manifest; members: Manifest[]; workspace?: Manifest } {
    const pyproject = this.#open("pyproject.toml", readToml);
    if (pyproject) declarePyproject(pyproject, this.#declarations, this.#files, this.#folder);
    const members: Manifest[] = [];
    for (const path of pyproject ? findMembers(pyproject, this.#files, this.#folder) : []) {
      const member = this.#open(path, readToml, path);
      if (member === undefined) continue;
      members.push(member);
      declarePyproject(member, this.#declarations, this.#files, folderOf(path));
    }
    const above = foldersUp(this.#folder, this.#top).slice(1);
    const workspace = findWorkspace(this.#files, this.#folder, above);
    if (workspace) this.#declareWorkspace(workspace);
    return { members, ...(pyproject ? { pyproject } : {}), ...(workspace ? { workspace } : {}) };
  }

  /** A member is developed with the groups of its workspace, yet does not run with its dependencies. */
  #declareWorkspace(workspace: Manifest): void {
    const gathered = new Declarations();
    declarePyproject(workspace, gathered, this.#files, folderOf(workspace.path));
    for (const dependency of gathered.dependencies) {
      if (dependency.group === "dev") this.#declarations.add(dependency);
    }
  }

  #readSetupPy(): ReturnType<typeof readSetupPy> {
    const path = this.#path("setup.py");
    const text = this.#files.text(path);
    if (text === undefined) return undefined;
    return readSetupPy(path, text, this.#declarations, this.#files, this.#folder);
  }

  #readConda(beside: boolean): Manifest[] {
    const paths = this.#files.paths.filter((path) => isCondaPath(path, this.#folder)).slice(0, 20);
    return paths.flatMap((path) => {
      const manifest = this.#open(path, readYaml, path);
      if (manifest === undefined || !isEnvironment(manifest)) return [];
      declareConda(manifest, this.#declarations, beside);
      return [manifest];
    });
  }

  #mergeMetadata(
    pyproject: Manifest | undefined,
    members: readonly Manifest[],
    setupCfg: Manifest | undefined,
    setupPy: Partial<Metadata> | undefined,
  ): Metadata {
    const stated = [
      ...(pyproject
        ? [readProjectMetadata(pyproject), readPoetryMetadata(pyproject), readFlitMetadata(pyproject)]
        : []),
      setupCfg && readSetupCfgMetadata(setupCfg),
      setupPy,
    ];
    if (stated.some((part) => part?.at !== undefined)) return mergeMetadata(stated);
    // A workspace without a project of its own is as its members are.
    const theirs = members.map(readProjectMetadata);
    return mergeMetadata([...stated, ...theirs, readCoreMetadata(this.#files, this.#declarations)]);
  }

  /** Compiled files are locks of what their sources declare, so that they declare nothing themselves. */
  #readRequirements(): RequirementsFile[] {
    const declaredElsewhere = this.#declarations.dependencies.some(
      ({ group, source }) => group === "runtime" && source !== "conda",
    );
    const files = readRequirementsFiles(this.#files, {
      root: this.#folder,
      named: this.#declarations.files,
      declaredElsewhere,
      manifests: new Set(["pyproject.toml", "setup.cfg", "setup.py"].map((name) => this.#path(name))),
    });
    const requirements = files.map((file) => this.#recogniseExport(file, files));
    for (const { role, compiledFrom, dependencies, invalid } of requirements) {
      const [first] = invalid;
      if (first)
        this.#declarations.reportBroken(first, "a line is neither a requirement nor an option of pip");
      if (role === "constraints" || compiledFrom !== undefined) continue;
      for (const dependency of dependencies) this.#declarations.add(dependency);
    }
    return requirements;
  }

  /**
   * A frozen list that holds everything another manifest asks for is made from it, even if it does not say so:
   * `poetry export` and `pip freeze` write no head.
   */
  #recogniseExport(file: RequirementsFile, all: readonly RequirementsFile[]): RequirementsFile {
    if (!file.pinned || file.role !== "runtime" || file.compiledFrom !== undefined) return file;
    if (this.#declarations.files.has(file.path)) return file;
    const held = new Set(file.dependencies.map(({ name }) => name));
    const stated = this.#declarations.dependencies.filter(
      ({ group, source, local, marker }) =>
        group === "runtime" && source !== "conda" && !local && marker === undefined,
    );
    const loose = all.filter(
      ({ path, role, pinned }) => role === "runtime" && !pinned && !file.includes.includes(path),
    );
    const [source] = [stated, ...loose.map(({ dependencies }) => dependencies)].flatMap((asked) =>
      asked[0] !== undefined && asked.every(({ name }) => held.has(name)) ? [asked[0].path] : [],
    );
    return source === undefined ? file : { ...file, compiledFrom: [source] };
  }

  /** Extras that name the project's other extras are no dependencies. */
  #withoutItself({ name }: Metadata): readonly Dependency[] {
    const own = name === undefined ? undefined : normaliseName(name);
    return this.#declarations.dependencies.filter((dependency) => dependency.name !== own);
  }
}
