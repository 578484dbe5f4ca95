/** All manifests of a project together. */
import type { Files } from "../files.ts";
import { readLocks } from "./locks.ts";
import { ManifestReader } from "./manifest-reader.ts";
import { mergeMetadata } from "./metadata.ts";
import { normaliseName } from "./requirement.ts";
import type { Manifests } from "./types.ts";

/** Text of all manifests together, in UTF-16 units: parsing takes up to a microsecond a unit. */
const MAX_TEXT = 8 * 1024 * 1024;
/** More folders than a repository of services has; the rest is left out. */
const MAX_FOLDERS = 500;

/**
 * Reads every manifest of the project in a folder. Never throws: what cannot be read stands in `broken`.
 *
 * Where the folder itself has none, those of the folders right below it count: of the only one that has any as if it
 * were judged itself, of several together.
 *
 * @param root the judged folder, `""` for the top
 * @param repositoryRoot the outermost folder in which locks and workspaces are looked for
 */
export function readManifests(files: Files, root: string, repositoryRoot = ""): Manifests {
  const known = KNOWN.get(files) ?? new Map<string, Manifests>();
  KNOWN.set(files, known);
  const key = `${root}\0${repositoryRoot}`;
  const manifests = known.get(key) ?? readAnew(files, root, repositoryRoot);
  known.set(key, manifests);
  return manifests;
}

/** What has been read of files that are still in use: several facts ask for it. */
const KNOWN = new WeakMap<Files, Map<string, Manifests>>();

function readAnew(files: Files, root: string, repositoryRoot: string): Manifests {
  const below = findFolders(files, root);
  const [only] = below.keys();
  const bounded = withBudget(files);
  if (only === undefined) return new ManifestReader(bounded, files, root, repositoryRoot).read();
  if (below.size === 1) return new ManifestReader(bounded, files, only, repositoryRoot).read();
  const parts = [...below].slice(0, MAX_FOLDERS).map(([folder, paths]) =>
    // Nothing outside the folder is looked at, so that many folders cost no more than one.
    new ManifestReader(narrow(bounded, paths), narrow(files, paths), folder, folder).read(),
  );
  return combine(files, root, repositoryRoot, parts);
}

const MANIFEST =
  /^(?:pyproject\.toml|setup\.py|setup\.cfg|Pipfile|pixi\.toml|(?:[\w.-]{0,50}[-_])?requirements(?:[-_.][\w.-]{0,50})?\.(?:txt|in)|environment\.ya?ml)$/;
/** Folders that are there for the project's sake, not projects. */
const ASIDE =
  /^(?:docs?|tests?|testing|examples?|samples?|demos?|tools?|scripts|\..*|vendor|third_party|node_modules)$/i;

/** Beside the project's own folders: `shop-test`, `shop-docs`. */
const BESIDE = /[-_.](?:docs?|tests?|e2e|examples?|samples?|demos?)$/i;

/** The folders right below `root` that have manifests, with their files; none where `root` itself has some. */
function findFolders(files: Files, root: string): Map<string, string[]> {
  const prefix = root === "" ? "" : `${root}/`;
  const below = new Map<string, string[]>();
  const withManifest = new Set<string>();
  for (const path of files.paths) {
    if (!path.startsWith(prefix)) continue;
    const [first = "", second, ...deeper] = path.slice(prefix.length).split("/", 3);
    if (second === undefined ? MANIFEST.test(first) : /^requirements?$/.test(first)) return new Map();
    if (second === undefined || ASIDE.test(first)) continue;
    const folder = `${prefix}${first}`;
    const paths = below.get(folder);
    if (paths) paths.push(path);
    else below.set(folder, [path]);
    if (deeper.length === 0 && MANIFEST.test(second)) withManifest.add(folder);
  }
  const found = [...below].filter(([folder]) => withManifest.has(folder));
  const own = found.filter(([folder]) => !BESIDE.test(folder));
  return new Map(own.length > 0 ? own : found);
}

const narrow = (files: Files, paths: readonly string[]): Files => ({
  paths,
  has: (path) => files.has(path),
  size: (path) => files.size(path),
  text: (path) => files.text(path),
});

/** Files that give text up to a bound in all: a file past it counts as unreadable. */
function withBudget(files: Files): Files {
  let left = MAX_TEXT;
  const seen = new Set<string>();
  const text = (path: string): string | undefined => {
    const content = files.text(path);
    if (content === undefined || seen.has(path)) return content;
    if (content.length > left) return undefined;
    left -= content.length;
    seen.add(path);
    return content;
  };
  return { ...narrow(files, files.paths), text };
}

function combine(files: Files, root: string, repositoryRoot: string, parts: readonly Manifests[]): Manifests {
  const dependencies = parts.flatMap((part) => part.dependencies);
  const byName = Map.groupBy(dependencies, ({ name }) => name);
  return {
    folder: root,
    repositoryRoot,
    members: parts.flatMap(({ pyproject, members }) => (pyproject ? [pyproject, ...members] : members)),
    conda: parts.flatMap((part) => part.conda),
    requirements: parts.flatMap((part) => part.requirements),
    metadata: {
      ...mergeMetadata(parts.map((part) => part.metadata)),
      scripts: parts.flatMap((part) => part.metadata.scripts),
    },
    dependencies,
    locks: [...readLocks(files, root, repositoryRoot, []), ...parts.flatMap((part) => part.locks)],
    broken: parts.flatMap((part) => part.broken),
    undetermined: parts.flatMap((part) => part.undetermined),
    named: (name) => byName.get(normaliseName(name)) ?? [],
  };
}
