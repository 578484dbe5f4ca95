/** Workspaces of uv (https://docs.astral.sh/uv/concepts/projects/workspaces/) and Rye: one lock, many projects. */
import { type Files, folderOf } from "../files.ts";
import { matchesPath } from "../glob.ts";
import { readToml } from "./manifest.ts";
import type { Manifest } from "./types.ts";
import { asStrings, isTable } from "./values.ts";

const MAX_MEMBERS = 200;

/** Paths of the pyproject.toml files that a workspace takes in. */
export function findMembers(manifest: Manifest, files: Files, folder: string): string[] {
  const matches = memberMatcher(manifest);
  if (matches === undefined) return [];
  const prefix = folder === "" ? "" : `${folder}/`;
  return files.paths
    .filter((path) => path.startsWith(prefix) && path.endsWith("/pyproject.toml"))
    .filter((path) => path !== manifest.path && matches(folderOf(path).slice(prefix.length)))
    .slice(0, MAX_MEMBERS);
}

/** The nearest pyproject.toml above a folder whose workspace takes the folder in. */
export function findWorkspace(files: Files, folder: string, above: readonly string[]): Manifest | undefined {
  for (const parent of above) {
    const path = parent === "" ? "pyproject.toml" : `${parent}/pyproject.toml`;
    const text = files.text(path);
    if (text === undefined || !text.includes("workspace")) continue;
    const manifest = readToml(path, text);
    const inside = folder.slice(parent === "" ? 0 : parent.length + 1);
    if (memberMatcher(manifest)?.(inside)) return manifest;
  }
  return undefined;
}

/** Whether a folder, as seen from the workspace's, is a member. */
function memberMatcher(manifest: Manifest): ((folder: string) => boolean) | undefined {
  const table = ["uv", "rye"]
    .map((tool) => manifest.get("tool", tool, "workspace"))
    .find((workspace) => isTable(workspace));
  if (!isTable(table)) return undefined;
  const globs = (value: unknown): string[] =>
    asStrings(value)
      .slice(0, 50)
      .map((glob) => glob.replace(/^\.\//, "").replace(/\/$/, ""))
      .filter((glob) => glob !== "");
  const members = globs(table.members);
  if (members.length === 0) return undefined;
  const excluded = globs(table.exclude);
  const isIn = (globs: readonly string[], folder: string): boolean =>
    globs.some((glob) => matchesPath(glob, folder));
  return (folder) => isIn(members, folder) && !isIn(excluded, folder);
}
