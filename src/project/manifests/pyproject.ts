/**
 * Dependencies in pyproject.toml: PEP 621 ([project]), PEP 735 ([dependency-groups]), PEP 518 ([build-system]), and
 * what tools add to them.
 */
import type { Files } from "../files.ts";
import { readAddress } from "./constraint-tables.ts";
import { type Declarations, groupKind } from "./declarations.ts";
import { declarePoetry } from "./poetry.ts";
import { declareTools } from "./pyproject-tools.ts";
import { namesOneArtifact, normaliseName } from "./requirement.ts";
import { resolvePath } from "./requirements.ts";
import type { Dependency, Manifest } from "./types.ts";
import { asList, asString, asStrings, asTable, isTable } from "./values.ts";

/**
 * Everything that a pyproject.toml declares.
 *
 * @param folder the one that holds the file
 */
export function declarePyproject(
  manifest: Manifest,
  declarations: Declarations,
  files: Files,
  folder: string,
): void {
  const before = declarations.dependencies.length;
  declarations.addList(manifest, ["project", "dependencies"], { group: "runtime", source: "pyproject" });
  for (const extra of Object.keys(asTable(manifest.get("project", "optional-dependencies")))) {
    declarations.addList(manifest, ["project", "optional-dependencies", extra], {
      group: "optional",
      groupName: normaliseName(extra),
      source: "pyproject",
    });
  }
  declareGroups(manifest, declarations);
  declarePoetry(manifest, declarations);
  declareTools(manifest, declarations, folder);
  declarations.addList(manifest, ["build-system", "requires"], { group: "build", source: "pyproject" });
  declareDynamic(manifest, declarations, files, folder);
  applySources(manifest, declarations.dependencies, before);
}

/** PEP 735. A group that a runtime group takes in is runtime too. */
function declareGroups(manifest: Manifest, declarations: Declarations): void {
  const groups = asTable(manifest.get("dependency-groups"));
  const runtime = new Set<string>();
  const names = new Map(Object.keys(groups).map((name) => [normaliseName(name), name]));
  const reach = Object.keys(groups).filter((name) => groupKind(name) === "runtime");
  for (let name = reach.pop(); name !== undefined; name = reach.pop()) {
    if (runtime.has(name)) continue;
    runtime.add(name);
    for (const item of asList(groups[name])) {
      const included = names.get(normaliseName(asString(asTable(item)["include-group"]) ?? ""));
      if (included !== undefined) reach.push(included);
    }
  }
  for (const name of Object.keys(groups)) {
    declarations.addList(manifest, ["dependency-groups", name], {
      group: runtime.has(name) ? "runtime" : "dev",
      groupName: normaliseName(name),
      source: "pyproject",
    });
  }
}

/** What [project] leaves to the build backend: setuptools names files, others have to be run. */
function declareDynamic(manifest: Manifest, declarations: Declarations, files: Files, folder: string): void {
  const dynamic = asStrings(manifest.get("project", "dynamic"));
  const table = asTable(manifest.get("tool", "setuptools", "dynamic"));
  const named = nameFiles(declarations, files, folder, table.dependencies, "runtime");
  for (const value of Object.values(asTable(table["optional-dependencies"]))) {
    nameFiles(declarations, files, folder, value, "optional");
  }
  if (!dynamic.includes("dependencies") || named) return;
  const hook = manifest.get("tool", "hatch", "metadata", "hooks") !== undefined;
  const elsewhere = ["setup.py", "setup.cfg"].some((file) => files.has(resolvePath(folder, file) ?? ""));
  const poetry = manifest.get("tool", "poetry", "dependencies") !== undefined;
  if (elsewhere || poetry || (hook && declarations.files.size > 0)) return;
  const line = manifest.line("project", "dynamic");
  const reason = "the build backend works out the dependencies";
  declarations.undetermined.push({ path: manifest.path, line, reason });
}

/** `{file = "requirements.txt"}` or a list of files; whether any is there. */
function nameFiles(
  declarations: Declarations,
  files: Files,
  folder: string,
  value: unknown,
  role: "runtime" | "optional",
): boolean {
  const paths = asStrings(isTable(value) ? value.file : undefined)
    .map((file) => resolvePath(folder, file))
    .filter((path) => path !== undefined && files.has(path));
  for (const path of paths) if (path !== undefined) declarations.files.set(path, role);
  return paths.length > 0;
}

/** uv says in a table of its own that a dependency comes from the workspace, a folder, a repository or a URL. */
function applySources(manifest: Manifest, dependencies: Dependency[], from: number): void {
  const sources = new Map<string, unknown>();
  for (const [name, value] of Object.entries(asTable(manifest.get("tool", "uv", "sources")))) {
    sources.set(normaliseName(name), Array.isArray(value) ? value[0] : value);
  }
  if (sources.size === 0) return;
  for (let index = from; index < dependencies.length; index++) {
    const dependency = dependencies[index];
    const source = dependency && asTable(sources.get(dependency.name));
    if (dependency === undefined || source === undefined) continue;
    const url = readAddress(source);
    if (source.workspace === true || asString(source.path) !== undefined) {
      dependencies[index] = { ...dependency, local: true, ...(url === undefined ? {} : { url }) };
    } else if (url !== undefined) {
      const pinned = dependency.pinned || namesOneArtifact(url);
      dependencies[index] = { ...dependency, url, pinned };
    }
  }
}
