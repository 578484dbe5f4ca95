/** Examples of rules with the Ruff of the test's runtime. */
import { projectOf as build } from "../scripts/judge-example.ts";
import type { Example, Rule } from "../src/engine/rule.ts";
import { type RuleResult, runRule } from "../src/engine/run.ts";
import type { Project } from "../src/project/project.ts";
import { loadRuff } from "../src/project/python/load-ruff.ts";
import type { InstantiateRuff } from "../src/project/python/ruff.ts";

let ruff: Promise<InstantiateRuff> | undefined;

export async function projectOf(rule: Rule, example: Example): Promise<Project> {
  ruff ??= loadRuff();
  return build(rule, example, await ruff);
}

/** A rule's verdict on an example. */
export async function judgeExample(rule: Rule, example: Example): Promise<RuleResult> {
  return runRule(await projectOf(rule, example), rule);
}
