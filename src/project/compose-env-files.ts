/** Environment files that compose files for development give to their services. */
import type { ComposeFile } from "./delivery/types.ts";
import { baseName, folderOf } from "./files.ts";
import type { Project } from "./project.ts";

const known = new WeakMap<Project, ReadonlySet<string>>();

/** Their paths. `.env` is left out, which applications load by themselves, and so is what another compose file gives. */
export function developmentEnvFiles(project: Project): ReadonlySet<string> {
  let found = known.get(project);
  if (!found) {
    const { compose } = project.delivery;
    const deployed = new Set(compose.filter(({ development }) => !development).flatMap(namedIn));
    const paths = compose.filter(({ development }) => development).flatMap(namedIn);
    found = new Set(paths.filter((path) => !deployed.has(path) && baseName(path) !== ".env"));
    known.set(project, found);
  }
  return found;
}

function namedIn({ path, services }: ComposeFile): string[] {
  const folder = folderOf(path);
  return services.flatMap(({ data: { env_file: given } }) => {
    const entries: readonly unknown[] = Array.isArray(given) ? given : [given];
    return entries.flatMap((entry) => {
      const name = typeof entry === "object" && entry !== null && "path" in entry ? entry.path : entry;
      if (typeof name !== "string" || name.startsWith("..")) return [];
      const plain = name.replace(/^\.\//, "");
      return [folder === "" ? plain : `${folder}/${plain}`];
    });
  });
}
