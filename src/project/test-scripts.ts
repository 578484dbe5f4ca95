/** Whether a script that is called a test is one: `test_qualifier.py` may as well edit pages. */
import { baseName } from "./files.ts";
import type { Project } from "./project.ts";

/** Of what tests are made, and what starts them. */
const CHECKS =
  /\bassert\b|\bassert_?\w{1,40}\(|unittest|pytest|TestRunner|run_?tests?\b|\bnose\b|doctest|subprocess|os\.system|call_command|execute_from_command_line|\bdef test|\bclass \w{0,60}Test|\.fail\(|\b(?:passed|failed|failures)\b/;

/** @param tool what runs the tests: a command's name, or a script's file name */
export function isTestScript({ files }: Pick<Project, "files">, tool: string): boolean {
  const name = baseName(tool);
  if (!/^tests?_[\w-]{1,100}\.py$/.test(name)) return true;
  const scripts = files.paths.filter((path) => baseName(path) === name);
  return scripts.length === 0 || scripts.some((path) => CHECKS.test(files.text(path) ?? ""));
}
