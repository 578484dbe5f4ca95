/** What the manifests of a project say: metadata, dependencies, locks, Python versions. */

export interface Place {
  path: string;
  /** From 1. */
  line: number;
}

/** A structured file (TOML, YAML, JSON, INI) with the means to find the line of a key. */
export interface Manifest {
  path: string;
  text: string;
  /** The parsed document; `{}` where it is broken. */
  data: Record<string, unknown>;
  /** Why it could not be parsed. Never quotes the file, which may hold secrets. */
  broken?: string;
  /** Where it stops being readable. */
  brokenLine?: number;
  /** The value at a key path (list items by index: `"0"`), `undefined` where any step is missing or is not a table. */
  get(...keys: string[]): unknown;
  /** The line of a key path (of its nearest existing parent where the key itself cannot be found); 1 at worst. */
  line(...keys: string[]): number;
}

export interface Dependency extends Place {
  /** Normalised by PEP 503: lower case, runs of `-_.` as `-`. */
  name: string;
  /**
   * PEP 440 specifier, `""` where any version will do; `undefined` for URLs, paths and VCS. Carets, tildes and bare
   * versions of Poetry, Pipenv and conda are translated; `||` stands between alternatives, which only they know.
   * Ask `allowsVersion` and `allowsMinor` rather than reading it.
   */
  specifier: string | undefined;
  /** The constraint as the file has it, where that differs from `specifier`. */
  written?: string;
  /** Where it comes from instead of an index: a URL, `git+https://…@ref`, a path. */
  url?: string;
  /** A workspace member or another folder of the project: nothing that an index provides. */
  local?: true;
  extras: string[];
  marker?: string;
  /** `runtime`, `dev` (dev, test, docs, lint groups and files), `optional` (published extras), `build`. */
  group: "runtime" | "dev" | "optional" | "build";
  /** Name of the extra or group. */
  groupName?: string;
  /** Pinned to one exact version (`==1.2.3`, no wildcard, or a hash or a full commit). */
  pinned: boolean;
  hashed: boolean;
  /** Which kind of file says so. */
  source:
    | "pyproject"
    | "poetry"
    | "requirements"
    | "constraints"
    | "setup.cfg"
    | "setup.py"
    | "pipfile"
    | "conda"
    | "script"
    | "core-metadata";
}

export interface LockedPackage extends Place {
  name: string;
  version: string | undefined;
  /** The project itself, a workspace member or another folder: nothing that an index provides. */
  local?: true;
  /** For requirements: where it comes from instead of an index. */
  url?: string;
}

export interface LockFile {
  path: string;
  format: "uv" | "poetry" | "pdm" | "pipenv" | "pylock" | "conda-lock" | "pixi" | "requirements";
  /** By normalised name; several versions where markers fork. */
  packages: ReadonlyMap<string, readonly LockedPackage[]>;
  /** Poetry's content-hash and alike. */
  contentHash?: string;
  /** Every entry has a hash (requirements; the other formats always hold them). */
  hashed?: boolean;
  /** For requirements: the file is also the declaration, since nothing in the archive is its source. */
  declares?: boolean;
  /** For requirements: the files it is compiled from. */
  compiledFrom?: readonly string[];
  /** For requirements: what the file is for. The other formats lock all groups. */
  role?: RequirementsFile["role"];
  /** It stands above the project's folder: a workspace's or repository's. */
  shared?: true;
  broken?: string;
}

/**
 * A requirements-like file. What constraints say stands here only: they declare nothing, and lock only what is
 * declared elsewhere.
 */
export interface RequirementsFile {
  path: string;
  dependencies: readonly Dependency[];
  /** Files that it takes in by `-r` or `-c`, resolved; those that do not exist are left out. */
  includes: readonly string[];
  /** Every requirement that is not a path or an editable install is pinned; `false` for an empty file. */
  pinned: boolean;
  /** Every requirement has a hash. */
  hashed: boolean;
  role: "runtime" | "dev" | "optional" | "constraints";
  /** The files that pip-compile or uv made it from, where they are in the archive: those declare, this one locks. */
  compiledFrom?: readonly string[];
  /** Lines that are no requirement and no option of pip. */
  invalid: readonly Place[];
}

export interface PythonVersion extends Place {
  /** What kind of place states it. */
  source:
    | "requires-python"
    | "python-version-file"
    | "runtime.txt"
    | "tool-versions"
    | "pipfile"
    | "conda"
    | "base-image"
    | "ci"
    | "tox"
    | "nox"
    | "tool-target"
    | "classifier"
    | "poetry"
    | "platform";
  /** As written: `>=3.11`, `3.12.1`, `py311`. */
  text: string;
  /**
   * The minor versions that it names (`["3.11", "3.12"]`). For a range the supported minors that it allows, or, where
   * it allows none of them, the ended ones.
   */
  minors: readonly string[];
  /** A range allows versions, anything else names them. */
  range: boolean;
  /**
   * For tool targets, which state the oldest version that the code is written for rather than the one that runs: the
   * tool. For matrices (`tox`): `hatch`, where it is one of Hatch's.
   */
  tool?: string;
}

export interface Metadata {
  name?: string;
  version?: string;
  dynamic: readonly string[];
  description?: string;
  readme?: string;
  license?: string;
  requiresPython?: string;
  urls: Readonly<Record<string, string>>;
  authors: boolean;
  classifiers: readonly string[];
  /** Console scripts and GUI scripts: name to `module:attribute`. */
  scripts: readonly (Place & { name: string; target: string; extra?: string })[];
  /** Other entry point groups. */
  entryPoints: readonly (Place & { group: string; name: string; target: string })[];
  /** Build backend, as pyproject names it. */
  buildBackend?: string;
  /** Where the metadata stands. */
  at?: Place;
}

/** Everything above together, built once. */
export interface Manifests {
  /** The folder that the manifests are read from: the judged one, or the only one below it that has any. */
  folder: string;
  /** The outermost folder that is looked at for what a project shares with its repository. */
  repositoryRoot: string;
  pyproject?: Manifest;
  /** pyproject.toml files of workspace members (uv, Rye). */
  members: readonly Manifest[];
  /** The pyproject.toml of the workspace that the project is a member of. */
  workspace?: Manifest;
  setupCfg?: Manifest;
  /** setup.py as read from its syntax tree: keyword arguments of `setup()` that are literals. */
  setupPy?: {
    path: string;
    line: number;
    values: Readonly<Record<string, unknown>>;
    /** Keywords whose values only a run would show. */
    unread: readonly string[];
  };
  pipfile?: Manifest;
  conda: readonly Manifest[];
  requirements: readonly RequirementsFile[];
  metadata: Metadata;
  /** All declared dependencies of all files. */
  dependencies: readonly Dependency[];
  locks: readonly LockFile[];
  /** Every manifest that could not be read, with the reason. */
  broken: readonly (Place & { reason: string })[];
  /** Dependencies that are declared in a way only running the build would show, with the reason. */
  undetermined: readonly (Place & { reason: string })[];
  /** Dependencies by PEP 503 name (give it as usual; it is normalised). */
  named(name: string): readonly Dependency[];
}
