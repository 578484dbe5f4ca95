/** Examples of rules as projects in memory, through the real facts and the real Ruff. */

import type { Example, Rule } from "../src/engine/rule.ts";
import { type RuleResult, runRule } from "../src/engine/run.ts";
import { buildProject } from "../src/project/build-project.ts";
import type { Project } from "../src/project/project.ts";
import { loadRuff } from "../src/project/python/load-ruff.ts";
import { DEFAULT_LINT_LIMITS, isPython, ModuleReader } from "../src/project/python/read-modules.ts";
import type { InstantiateRuff } from "../src/project/python/ruff.ts";
import { filesOf } from "../src/project/read-files.ts";
import { askedOfRuff } from "../src/scan.ts";

let ruff: Promise<InstantiateRuff> | undefined;

/** The project that an example shows, linted for what this one rule asks. */
export async function projectOf(rule: Rule, example: Example): Promise<Project> {
  ruff ??= loadRuff();
  const files = filesOf(example.files);
  const reader = new ModuleReader(
    await ruff,
    { ...askedOfRuff([rule]), targetVersion: "py313" },
    DEFAULT_LINT_LIMITS,
    "",
  );
  for (const path of files.paths.filter(isPython)) reader.read(files, path);
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

/** A rule's verdict on an example. */
export async function judgeExample(rule: Rule, example: Example): Promise<RuleResult> {
  return runRule(await projectOf(rule, example), rule);
}
