/** The lock files of a project: its own, and those of its workspace or repository above it. */
import { type Files, folderOf } from "../files.ts";
import { oncePer } from "../remember.ts";
import { readExplicitLock, readPipfileLock, readTomlLock, readYamlLock } from "./lock-readers.ts";
import type { Dependency, LockedPackage, LockFile, RequirementsFile } from "./types.ts";

type Reader = (path: string, text: string) => Pick<LockFile, "packages" | "contentHash" | "broken">;

const FORMATS: readonly (readonly [RegExp, LockFile["format"], Reader])[] = [
  [/^uv\.lock$/, "uv", readTomlLock],
  [/^poetry\.lock$/, "poetry", readTomlLock],
  [/^pdm(?:\.[\w-]{1,50})?\.lock$/, "pdm", readTomlLock],
  [/^pylock(?:\.[\w-]{1,50})?\.toml$/, "pylock", readTomlLock],
  [/^Pipfile\.lock$/, "pipenv", readPipfileLock],
  [/^(?:[\w.-]{0,50}\.)?conda-lock\.ya?ml$/, "conda-lock", readYamlLock],
  [/^conda-[\w.-]{1,50}\.lock$/, "conda-lock", readExplicitLock],
  [/^pixi\.lock$/, "pixi", readYamlLock],
];

/** The folders from the project's up to the outermost one, nearest first. */
export function foldersUp(folder: string, top: string): string[] {
  const folders = [folder];
  const inside = top === "" || folder.startsWith(`${top}/`);
  for (let at = folder; inside && at !== top; at = folderOf(at)) folders.push(folderOf(at));
  return folders;
}

/**
 * Lock files in a folder and above it, of each name the nearest, then pinned requirements files.
 *
 * @param top the outermost folder that is looked at
 */
export function readLocks(
  files: Files,
  folder: string,
  top: string,
  requirements: readonly RequirementsFile[],
): LockFile[] {
  const byFolder = new Map(foldersUp(folder, top).map((at) => [at, [] as string[]]));
  for (const path of files.paths) byFolder.get(folderOf(path))?.push(path);
  const seen = new Set<string>();
  const locks: LockFile[] = [];
  for (const [at, paths] of byFolder) {
    for (const path of paths) {
      const name = path.slice(at === "" ? 0 : at.length + 1);
      const [, format, reader] = FORMATS.find(([pattern]) => pattern.test(name)) ?? [];
      if (format === undefined || reader === undefined || seen.has(name) || seen.size >= 20) continue;
      seen.add(name);
      locks.push({ path, format, ...read(files, path, reader), ...(at === folder ? {} : { shared: true }) });
    }
  }
  return [...locks, ...requirements.filter((file) => isLock(file, requirements)).map(lockOfRequirements)];
}

function read(files: Files, path: string, reader: Reader): ReturnType<Reader> {
  const text = files.text(path);
  return text === undefined
    ? { packages: new Map(), broken: "it could not be read as text" }
    : reader(path, text);
}

/**
 * Constraints lock nothing by themselves: they hold only for what is declared elsewhere. A source that pins all it
 * names leaves the rest to the file that is compiled from it.
 */
const isLock = ({ path, pinned, role }: RequirementsFile, all: readonly RequirementsFile[]): boolean =>
  pinned && role !== "constraints" && !all.some(({ compiledFrom }) => compiledFrom?.includes(path));

function lockOfRequirements(file: RequirementsFile): LockFile {
  const { path, hashed, role, compiledFrom } = file;
  const locked = file.dependencies.map((dependency): LockedPackage => {
    const { name, line, url } = dependency;
    return { path, line, name, version: exactVersion(dependency), ...(url === undefined ? {} : { url }) };
  });
  const packages = Map.groupBy(locked, ({ name }) => name);
  return {
    path,
    format: "requirements",
    packages,
    hashed,
    role,
    declares: compiledFrom === undefined,
    ...(compiledFrom === undefined ? {} : { compiledFrom }),
  };
}

/**
 * What a lock has for a dependency. A repository may hold a distribution of another name than its own: the lock has its
 * address under that one.
 */
export function lockedAs(lock: LockFile, { name, url }: Dependency): readonly LockedPackage[] | undefined {
  const named = lock.packages.get(name);
  return named !== undefined || url === undefined ? named : byAddress(lock).get(url);
}

const byAddress = oncePer(({ packages }: LockFile) => {
  const found = new Map<string, readonly LockedPackage[]>();
  for (const entries of packages.values())
    for (const { url } of entries) if (url !== undefined && !found.has(url)) found.set(url, entries);
  return found;
});

const exactVersion = ({ specifier }: Dependency): string | undefined =>
  /^={2,3}\s{0,9}([^\s,*=]{1,200})$/.exec(specifier ?? "")?.[1];
