/**
 * What is wrong with the metadata of a pyproject.toml, by PEP 517, 518, 621, 639 and 735 as the packaging
 * specifications hold them (packaging.python.org/specifications/pyproject-toml). Only what an installer would refuse.
 */
import type { Manifest } from "./types.ts";

export interface Fault {
  message: string;
  line: number;
}

type Table = Record<string, unknown>;
const isTable = (value: unknown): value is Table =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const isStrings = (value: unknown): boolean =>
  Array.isArray(value) && value.every((one) => typeof one === "string");
const isStringTable = (value: unknown): boolean =>
  isTable(value) && Object.values(value).every((one) => typeof one === "string");

/** Types of the keys of `[project]`, and what they must be. */
const PROJECT_KEYS: Record<string, [string, (value: unknown) => boolean]> = {
  name: ["a string", (value) => typeof value === "string"],
  version: ["a string", (value) => typeof value === "string"],
  description: ["a string", (value) => typeof value === "string"],
  readme: ["a string or a table", (value) => typeof value === "string" || isTable(value)],
  "requires-python": ["a string", (value) => typeof value === "string"],
  license: ["a string or a table", (value) => typeof value === "string" || isTable(value)],
  "license-files": ["a list of globs", (value) => isStrings(value) || isTable(value)],
  authors: ["a list of tables", (value) => Array.isArray(value) && value.every(isTable)],
  maintainers: ["a list of tables", (value) => Array.isArray(value) && value.every(isTable)],
  keywords: ["a list of strings", isStrings],
  classifiers: ["a list of strings", isStrings],
  urls: ["a table of strings", isStringTable],
  scripts: ["a table of strings", isStringTable],
  "gui-scripts": ["a table of strings", isStringTable],
  "entry-points": ["a table of tables", (value) => isTable(value) && Object.values(value).every(isTable)],
  dependencies: ["a list of strings", isStrings],
  "optional-dependencies": [
    "a table of lists",
    (value) => isTable(value) && Object.values(value).every(isStrings),
  ],
  dynamic: ["a list of strings", isStrings],
  "import-names": ["a list of strings", isStrings],
  "import-namespaces": ["a list of strings", isStrings],
};

/** PEP 508: letters, digits and `-_.`, starting and ending with a letter or digit. */
const NAME = /^[A-Za-z0-9](?:[A-Za-z0-9._-]{0,200}[A-Za-z0-9])?$/;

/** Faults in the order of the file's tables; none for a file that only configures tools. */
export function findMetadataFaults(manifest: Manifest): Fault[] {
  return [...findProjectFaults(manifest), ...findBuildFaults(manifest), ...findGroupFaults(manifest)].slice(
    0,
    20,
  );
}

function findProjectFaults(manifest: Manifest): Fault[] {
  const project = manifest.get("project");
  if (project === undefined) return [];
  if (!isTable(project)) return [{ message: "project must be a table", line: manifest.line("project") }];
  const faults: Fault[] = [];
  const add = (key: string, message: string) => faults.push({ message, line: manifest.line("project", key) });
  for (const [key, value] of Object.entries(project)) {
    const known = Object.hasOwn(PROJECT_KEYS, key) ? PROJECT_KEYS[key] : undefined;
    if (!known) add(key, `project.${key.slice(0, 40)} is no key of [project]`);
    else if (!known[1](value)) add(key, `project.${key} must be ${known[0]}`);
  }
  const dynamic = Array.isArray(project.dynamic) ? project.dynamic : [];
  if (project.name === undefined) add("name", "project.name is missing");
  else if (typeof project.name === "string" && !NAME.test(project.name))
    add("name", "project.name is no valid name");
  if (project.version === undefined && !dynamic.includes("version")) {
    add("name", "project.version is missing and not dynamic");
  }
  for (const key of dynamic) {
    if (typeof key === "string" && key !== "dynamic" && Object.hasOwn(project, key) && !MERGED.has(key)) {
      add(key, `project.${key.slice(0, 40)} is both given and dynamic`);
    }
  }
  return faults;
}

/** PEP 808 lets backends add to these where they are given, too. */
const MERGED = new Set([
  "dependencies",
  "optional-dependencies",
  "classifiers",
  "entry-points",
  "scripts",
  "gui-scripts",
  "urls",
  "authors",
  "maintainers",
  "keywords",
  "license-files",
]);

function findBuildFaults(manifest: Manifest): Fault[] {
  const build = manifest.get("build-system");
  if (build === undefined) return [];
  if (!isTable(build))
    return [{ message: "build-system must be a table", line: manifest.line("build-system") }];
  if (isStrings(build.requires)) return [];
  const what = build.requires === undefined ? "is missing" : "must be a list of strings";
  return [{ message: `build-system.requires ${what}`, line: manifest.line("build-system", "requires") }];
}

function findGroupFaults(manifest: Manifest): Fault[] {
  const groups = manifest.get("dependency-groups");
  if (groups === undefined) return [];
  const line = manifest.line("dependency-groups");
  if (!isTable(groups)) return [{ message: "dependency-groups must be a table", line }];
  const named = new Set(Object.keys(groups).map(normalise));
  return Object.entries(groups).flatMap(([name, list]) => {
    const at = manifest.line("dependency-groups", name);
    const group = `dependency-groups.${name.slice(0, 40)}`;
    if (!Array.isArray(list) || !list.every((one) => typeof one === "string" || isTable(one)))
      return [{ message: `${group} must be a list`, line: at }];
    return list.flatMap((one) => {
      const included = isTable(one) ? one["include-group"] : undefined;
      if (typeof included !== "string" || named.has(normalise(included))) return [];
      return [{ message: `${group} includes ${included.slice(0, 40)}, which is no group`, line: at }];
    });
  });
}

/** Names of groups are compared as names of distributions are. */
const normalise = (name: string): string => name.toLowerCase().replace(/[-_.]+/g, "-");
