/** Requirements files: which there are, what they are for, what they ask for, and which of them are locks. */
import { baseName, type Files, folderOf } from "../files.ts";
import { toDependency } from "./requirement.ts";
import {
  groupInName,
  isDevelopmentTool,
  isRequirementsPath,
  roleInName,
  sourcesInHeader,
} from "./requirements-roles.ts";
import { parseRequirements, type RequirementsText } from "./requirements-text.ts";
import type { Dependency, RequirementsFile } from "./types.ts";

/** More files than anyone keeps by hand; the rest is left out. */
const MAX_FILES = 400;

type Role = RequirementsFile["role"];

export interface RequirementsSettings {
  root: string;
  /** Files that another manifest reads its dependencies from, with what it takes them for. */
  named?: ReadonlyMap<string, Role>;
  /** Manifests of other formats that are read: a compiled file may come from them. */
  manifests?: ReadonlySet<string>;
  /** Another manifest lists the runtime dependencies, so that a file whose name says nothing is not about them. */
  declaredElsewhere?: boolean;
}

interface Parsed {
  path: string;
  /** Where a compiled file says that it comes from, as far as the archive has that. */
  sources: readonly string[];
  content: RequirementsText;
  includes: { path: string; constraint: boolean }[];
}

/** All requirements files of a project, those taken in by `-r` and `-c` among them, in the order of their paths. */
export function readRequirementsFiles(files: Files, settings: RequirementsSettings): RequirementsFile[] {
  const { root, named = new Map<string, Role>() } = settings;
  const found = new Map<string, Parsed>();
  const wanted = [...named.keys(), ...files.paths.filter((path) => isRequirementsPath(path, root))];
  for (let next = 0; next < wanted.length && found.size < MAX_FILES; next++) {
    const path = wanted[next] ?? "";
    if (found.has(path)) continue;
    const parsed = parseFile(files, path);
    if (parsed === undefined || !isList(parsed)) continue;
    found.set(path, parsed);
    wanted.push(...parsed.includes.map((include) => include.path));
    wanted.push(...parsed.sources.filter((source) => source.endsWith(".in")));
  }
  const roles = findRoles(found, settings);
  const isRead = (path: string): boolean => found.has(path) || settings.manifests?.has(path) === true;
  return [...found.values()]
    .sort((a, b) => (a.path < b.path ? -1 : 1))
    .map((parsed) => describe(parsed, roles.get(parsed.path) ?? "runtime", isRead));
}

function parseFile(files: Files, path: string): Parsed | undefined {
  const text = files.text(path);
  if (text === undefined) return undefined;
  const content = parseRequirements(text);
  const includes = content.includes.flatMap((include) => {
    const target = resolvePath(folderOf(path), include.path);
    return target !== undefined && files.has(target) ? [{ ...include, path: target }] : [];
  });
  return { path, sources: findSources(files, path, text), content, includes };
}

/** Prose that happens to lie among requirements is none. */
const isList = ({ path, content }: Parsed): boolean =>
  content.invalid.length === 0 ||
  content.requirements.length > content.invalid.length ||
  baseName(path).includes("require");

/**
 * A path as seen from a folder, `undefined` where it leaves the archive.
 *
 * @param written with `/` or `\` between parts
 */
export function resolvePath(folder: string, written: string): string | undefined {
  const parts = folder === "" ? [] : folder.split("/");
  for (const part of written.trim().split(/[\\/]/)) {
    if (part === "..") {
      if (parts.pop() === undefined) return undefined;
    } else if (part !== "." && part !== "") parts.push(part);
  }
  return parts.join("/");
}

/** Roles by name, then by who takes the file in. */
function findRoles(found: ReadonlyMap<string, Parsed>, settings: RequirementsSettings): Map<string, Role> {
  const runtimeNamed = [...(settings.named?.values() ?? [])].includes("runtime");
  const elsewhere = settings.declaredElsewhere === true || runtimeNamed;
  const roles = new Map<string, Role>();
  const unnamed = new Set<string>();
  for (const [path, parsed] of found) {
    const byName = roleInName(path, settings.root);
    // What is compiled from the list that a manifest reads belongs to that, whatever tools it holds.
    const ofRuntime = parsed.sources.some((source) => settings.named?.get(source) === "runtime");
    const tools = byName === "runtime" && elsewhere && !ofRuntime && isForDevelopment(parsed);
    const role = settings.named?.get(path) ?? (tools ? "dev" : byName);
    if (role === undefined) unnamed.add(path);
    else roles.set(path, role);
  }
  const included = [...found.values()].flatMap(({ path, includes }) =>
    includes.map(({ path: target, constraint }) => ({ target, path, constraint })),
  );
  const includers = Map.groupBy(included, ({ target }) => target);
  // Chains of includes are short; each round settles one more link.
  for (let round = 0; round < 5 && unnamed.size > 0; round++) {
    for (const path of unnamed) {
      const role = inherited(includers.get(path) ?? [], roles);
      if (role === undefined) continue;
      roles.set(path, role);
      unnamed.delete(path);
    }
  }
  for (const path of unnamed) roles.set(path, elsewhere ? "dev" : "runtime");
  return roles;
}

/** Beside a manifest that lists what the project needs, a plain requirements.txt often holds the tools. */
const isForDevelopment = ({ content }: Parsed): boolean =>
  content.installsProject ||
  content.requirements.some(({ requirement }) => isDevelopmentTool(requirement.name));

function inherited(
  includers: readonly { path: string; constraint: boolean }[],
  roles: ReadonlyMap<string, Role>,
): Role | undefined {
  const taking = includers.filter(({ constraint }) => !constraint);
  if (taking.length === 0) return includers.length > 0 ? "constraints" : undefined;
  const theirs = taking.map(({ path }) => roles.get(path)).filter((role) => role !== undefined);
  return theirs.includes("runtime") ? "runtime" : theirs[0];
}

function describe(parsed: Parsed, role: Role, isRead: (path: string) => boolean): RequirementsFile {
  const { path, content, sources } = parsed;
  const { requirements, invalid } = content;
  const pinned = requirements.length > 0 && requirements.every((line) => line.pinned);
  const compiledFrom = pinned ? sources.filter(isRead) : [];
  return {
    path,
    dependencies: toDependencies(parsed, role),
    includes: parsed.includes.map((include) => include.path),
    pinned,
    hashed: requirements.length > 0 && requirements.every((line) => line.hashed),
    role,
    ...(compiledFrom.length > 0 ? { compiledFrom } : {}),
    invalid: invalid.map((line) => ({ path, line })),
  };
}

function toDependencies({ path, content }: Parsed, role: Role): Dependency[] {
  const groupName = role === "runtime" ? undefined : groupInName(path);
  return content.requirements.map(({ line, requirement, hashed, pinned, conda }) => ({
    ...toDependency(requirement, {
      path,
      line,
      group: role === "constraints" ? "runtime" : role,
      source: role === "constraints" ? "constraints" : conda ? "conda" : "requirements",
      ...(groupName === undefined ? {} : { groupName }),
    }),
    hashed,
    pinned,
  }));
}

/** Where a compiled file's sources are: named in its head, or the `.in` beside it. */
function findSources(files: Files, path: string, text: string): string[] {
  const sources = new Set<string>();
  for (const source of sourcesInHeader(text) ?? []) {
    // The command was run in the file's folder or in one above it.
    for (let from = folderOf(path); ; from = folderOf(from)) {
      const target = resolvePath(from, source);
      if (target !== undefined && target !== path && files.has(target)) {
        sources.add(target);
        break;
      }
      if (from === "") break;
    }
  }
  const beside = path.replace(/\.(?:txt|pip|lock)$/, ".in");
  if (beside !== path && files.has(beside)) sources.add(beside);
  return [...sources];
}
