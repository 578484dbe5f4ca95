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
  /** Why it could not be parsed. */
  broken?: string;
  /** The value at a key path, `undefined` where any step is missing or is not a table. */
  get(...keys: string[]): unknown;
  /** The line of a key path (of its nearest existing parent where the key itself cannot be found); 1 at worst. */
  line(...keys: string[]): number;
}

export interface Dependency extends Place {
  /** Normalised by PEP 503: lower case, runs of `-_.` as `-`. */
  name: string;
  /** PEP 440 specifier as written, `""` where any version will do; `undefined` for URLs, paths and VCS. */
  specifier: string | undefined;
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
    | "script";
}

export interface LockedPackage extends Place {
  name: string;
  version: string | undefined;
}

export interface LockFile {
  path: string;
  format: "uv" | "poetry" | "pdm" | "pipenv" | "pylock" | "conda-lock" | "requirements";
  /** By normalised name; several versions where markers fork. */
  packages: ReadonlyMap<string, readonly LockedPackage[]>;
  /** Poetry's content-hash and alike. */
  contentHash?: string;
  /** Share of entries with hashes, for requirements. */
  broken?: string;
}

/** A requirements-like file. */
export interface RequirementsFile {
  path: string;
  dependencies: readonly Dependency[];
  /** Files that it takes in by `-r` or `-c`, resolved; those that do not exist are left out. */
  includes: readonly string[];
  /** Every requirement that is not a path or an editable install is pinned. */
  pinned: boolean;
  role: "runtime" | "dev" | "constraints";
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
  /** The minor versions that it names (`["3.11", "3.12"]`), or for a range those supported minors it allows. */
  minors: readonly string[];
  /** A range allows versions, anything else names them. */
  range: boolean;
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
  pyproject?: Manifest;
  setupCfg?: Manifest;
  /** setup.py as read from its syntax tree: keyword arguments of `setup()` that are literals. */
  setupPy?: { path: string; line: number; values: Readonly<Record<string, unknown>> };
  pipfile?: Manifest;
  conda: readonly Manifest[];
  requirements: readonly RequirementsFile[];
  metadata: Metadata;
  /** All declared dependencies of all files. */
  dependencies: readonly Dependency[];
  locks: readonly LockFile[];
  /** Every manifest that could not be read, with the reason. */
  broken: readonly (Place & { reason: string })[];
  /** Dependencies by PEP 503 name (give it as usual; it is normalised). */
  named(name: string): readonly Dependency[];
}
