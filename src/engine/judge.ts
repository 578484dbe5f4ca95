/** Project and rules → judgement: everything of a report but what only this scan knows. */

import { documentsVariable } from "../project/documented-variables.ts";
import { findEnvironmentReads, showDefault } from "../project/environment-reads.ts";
import type { Project, Skip } from "../project/project.ts";
import type { Judgement } from "../report/schema.ts";
import { SCHEMA_VERSION } from "../report/schema.ts";
import { answerChecklist, type ChecklistItem } from "./checklist.ts";
import type { Evidence, Rule } from "./rule.ts";
import { type RuleResult, runRule, runRules } from "./run.ts";
import { blockersOf, scoreResults } from "./score.ts";
import type { Settings } from "./settings.ts";

export interface Case {
  project: Project;
  /** The same project without the files that match; for rules that are ignored in some paths. */
  without(globs: readonly string[]): Project;
  settings: Settings;
  rules: readonly Rule[];
  items: readonly ChecklistItem[];
  tool: Judgement["tool"];
  nested: Judgement["projects"];
  skipped: readonly Skip[];
  declaredKind: Judgement["project"]["declaredKind"];
}

const SKIPPED_SHOWN = 200;
const ENVIRONMENT_SHOWN = 200;

export function judge(one: Case): Judgement {
  const { project, settings, rules } = one;
  const all = runRules(project, rules);
  const results = all.map((result) => suppress(result, one));
  const blockers = blockersOf(rules);
  return {
    schemaVersion: SCHEMA_VERSION,
    tool: one.tool,
    project: describeProject(one),
    projects: one.nested,
    ...scoreResults(results, blockers),
    results,
    checklist: answerChecklist(one.items, rules, results),
    suppressed: [
      ...[...settings.ignore].map(([rule, reason]) => ({ rule, reason })),
      ...settings.ignorePaths.map(({ rule, paths, reason }) => ({ rule, paths, reason })),
    ],
    excluded: settings.exclude,
    scoreWithoutSuppressions: scoreResults(all, blockers).score,
    skipped: shorten(one.skipped),
    warnings: settings.warnings,
  };
}

/** A rule that the project ignores keeps its message, and leaves the score. */
function suppress(result: RuleResult, { settings, rules, without }: Case): RuleResult {
  const reason = settings.ignore.get(result.rule);
  if (reason !== undefined) {
    const points = { earned: 0, possible: 0 };
    return { ...result, outcome: "suppressed", suppressedOutcome: result.outcome, points, reason };
  }
  const globs = settings.ignorePaths.filter(({ rule }) => rule === result.rule).flatMap(({ paths }) => paths);
  const rule = rules.find(({ id }) => id === result.rule);
  return globs.length === 0 || !rule ? result : runRule(without(globs), rule);
}

function describeProject({ project, declaredKind }: Case): Judgement["project"] {
  const judged = project.modules.filter(({ role }) => role !== "vendored");
  return {
    name: project.name,
    kind: project.kind,
    ...(declaredKind === undefined ? {} : { declaredKind }),
    kinds: project.kinds.map(({ kind, evidence, notes }) => ({
      kind,
      evidence: evidence
        .slice(0, 5)
        .map(({ path, line }, i): Evidence => ({ path, startLine: line, note: notes[i] ?? "" })),
    })),
    python: statedPython(project),
    frameworks: project.frameworks.map(({ name }) => name),
    ...mainFileOf(project),
    files: project.files.paths.length,
    pythonFiles: judged.length,
    pythonLines: judged.reduce((sum, { lineCount }) => sum + lineCount, 0),
    environment: listEnvironment(project),
  };
}

const MAIN_FILES = [
  /^pyproject\.toml$/,
  /^setup\.(?:cfg|py)$/,
  /^Pipfile$/,
  /^requirements\.(?:txt|in)$/,
  /^environment\.ya?ml$/,
  /^readme(?:\.\w{1,10})?$/i,
  /\.py$/,
];

function mainFileOf({ files, root }: Project): { mainFile?: string } {
  const folder = root === "" ? "" : `${root}/`;
  const own = files.paths.filter((path) => path.startsWith(folder));
  for (const pattern of MAIN_FILES) {
    const found = own.find((path) => pattern.test(path.slice(folder.length)));
    if (found !== undefined) return { mainFile: found };
  }
  return own[0] === undefined ? {} : { mainFile: own[0] };
}

/** Each variable at its first read. */
function listEnvironment(project: Project): Judgement["project"]["environment"] {
  const documented = documentsVariable(project);
  const first = new Map(
    findEnvironmentReads(project)
      .toReversed()
      .map((read) => [read.name, read]),
  );
  return [...first.values()]
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .slice(0, ENVIRONMENT_SHOWN)
    .map((read) => {
      const value = showDefault(read);
      const { name, module, line, secret } = read;
      return {
        name,
        path: module.path,
        line,
        ...(value === undefined ? {} : { default: value }),
        documented: documented(name),
        secret,
      };
    });
}

function statedPython({ pythonVersions }: Project): string | null {
  // A classifier names one minor of several.
  const stated = pythonVersions.filter(({ source }) => source !== "classifier");
  const first = stated.find(({ source }) => source === "requires-python") ?? stated[0];
  return first?.text.slice(0, 100) ?? null;
}

function shorten(skipped: readonly Skip[]): Skip[] {
  if (skipped.length <= SKIPPED_SHOWN) return [...skipped];
  const rest = skipped.length - SKIPPED_SHOWN;
  return [...skipped.slice(0, SKIPPED_SHOWN), { path: "", reason: `${rest} more files were skipped` }];
}
