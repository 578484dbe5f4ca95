/** Examples of rules as projects in memory, through the real facts and the real Ruff. */
import type { Example, Rule } from "../src/engine/rule.ts";
import { buildProject } from "../src/project/build-project.ts";
import type { Project } from "../src/project/project.ts";
import { DEFAULT_LINT_LIMITS, isPython, ModuleReader } from "../src/project/python/read-modules.ts";
import type { InstantiateRuff } from "../src/project/python/ruff.ts";
import { filesOf } from "../src/project/read-files.ts";
import { askedOfRuff } from "../src/scan.ts";

/** The project that an example shows, linted for what this one rule asks. */
export function projectOf(rule: Rule, example: Example, ruff: InstantiateRuff): Project {
  const files = filesOf(example.files);
  const reader = new ModuleReader(
    ruff,
    { ...askedOfRuff([rule]), targetVersion: "py313" },
    DEFAULT_LINT_LIMITS,
    "",
  );
  for (const path of files.paths.filter(isPython)) reader.read(files, path);
  Array.from(reader.lint());
  reader.close();
  return buildProject({
    files,
    root: "",
    modules: reader.modules,
    artifact: example.artifact ?? "repository",
    skipped: reader.skipped,
    ...(example.kind === undefined ? {} : { declaredKind: example.kind }),
  });
}
