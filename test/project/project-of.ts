/** Projects in memory for tests of facts; nothing is linted. */
import { buildProject } from "../../src/project/build-project.ts";
import type { Project } from "../../src/project/project.ts";
import { isPython, ModuleReader } from "../../src/project/python/read-modules.ts";
import { filesOf } from "../../src/project/read-files.ts";

export function projectOf(texts: Record<string, string>): Project {
  const files = filesOf(texts);
  const never = () => {
    throw new Error("nothing is linted here");
  };
  const options = { codes: [], everywhere: [], apis: [], targetVersion: "py313" };
  const reader = new ModuleReader(never, options, { file: 1_048_576, total: 0 }, "");
  for (const path of files.paths.filter(isPython)) reader.read(files, path);
  return buildProject({ files, root: "", modules: reader.modules, artifact: "repository", skipped: [] });
}
