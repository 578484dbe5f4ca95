/** Manifests of folders deep inside a project: services and functions of a repository that holds several. */
import { baseName, folderOf, foldersAbove } from "./files.ts";
import { readManifests } from "./manifests/manifests.ts";
import type { Dependency, Manifests } from "./manifests/types.ts";
import type { Project } from "./project.ts";

/** More parts than a repository of services has; the rest is left out. */
const MAX_FOLDERS = 60;

const MANIFEST =
  /^(?:pyproject\.toml|setup\.py|setup\.cfg|pipfile|pixi\.toml|(?:[\w.-]{0,50}[-_])?requirements?(?:[-_.][\w.-]{0,50})?\.(?:txt|in)|environment\.ya?ml)$/;
const ASIDE =
  /(?:^|\/)(?:node_modules|site-packages|\.?venv|\.?env|vendor(?:ed)?|third[-_]party|tests?|testing|fixtures|\.tox|\.nox)(?:\/|$)/i;

type NestedFacts = Pick<Project, "files" | "root" | "manifests" | "source">;

const known = new WeakMap<object, readonly Manifests[]>();

/**
 * What folders declare that the project's own manifests leave out, outermost first. Each speaks for the code below its
 * folder only.
 */
export function nestedManifests(project: NestedFacts): readonly Manifests[] {
  const found = known.get(project) ?? readNested(project);
  known.set(project, found);
  return found;
}

/** What the project's own manifests declare, or, where they declare nothing, those of the parts that it consists of. */
export function dependenciesAnywhere(project: NestedFacts): readonly Dependency[] {
  const { dependencies } = project.manifests;
  return dependencies.length > 0
    ? dependencies
    : nestedManifests(project).flatMap((part) => part.dependencies);
}

function readNested({ files, root, manifests, source }: NestedFacts): Manifests[] {
  const prefix = root === "" ? "" : `${root}/`;
  const read = new Set(manifests.requirements.map(({ path }) => path));
  for (const { path } of manifests.dependencies) read.add(path);
  const folders = new Set<string>();
  for (const path of files.paths) {
    if (!path.startsWith(prefix) || !MANIFEST.test(baseName(path)) || read.has(path)) continue;
    const at = folderOf(path);
    // `requirements/base.txt` speaks for the folder above.
    const folder = /(?:^|\/)requirements?$/i.test(at) ? folderOf(at) : at;
    if (folder === manifests.folder || folder === root || ASIDE.test(folder.slice(prefix.length))) continue;
    folders.add(folder);
  }
  const withCode = foldersAbove(source.map(({ path }) => path));
  return [...folders]
    .filter((folder) => withCode.has(folder))
    .sort((a, b) => a.length - b.length)
    .slice(0, MAX_FOLDERS)
    .map((folder) => readManifests(files, folder, folder))
    .filter(({ dependencies }) => dependencies.length > 0);
}
