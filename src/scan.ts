/** Archive → judgement: the one line along which a scan goes. Pure but for its inputs; knows neither HTTP nor KV. */
import { checklist } from "../rules/checklist.ts";
import { rules as allRules } from "../rules/index.ts";
import type { Archive } from "./archive/archive.ts";
import { judge } from "./engine/judge.ts";
import type { Rule } from "./engine/rule.ts";
import { RULESET } from "./engine/ruleset.ts";
import { isLarge } from "./engine/run.ts";
import { matcherOf, readSettings } from "./engine/settings.ts";
import { buildProject, targetMinor } from "./project/build-project.ts";
import { type Files, folderOf, foldersAbove } from "./project/files.ts";
import { readManifests } from "./project/manifests/manifests.ts";
import type { Artifact, Kind, Project } from "./project/project.ts";
import {
  DEFAULT_LINT_LIMITS,
  isPython,
  type LintLimits,
  ModuleReader,
} from "./project/python/read-modules.ts";
import type { InstantiateRuff, LintOptions } from "./project/python/ruff.ts";
import { type ReadFiles, readFiles, without } from "./project/read-files.ts";
import { redactJudgement } from "./report/redact-judgement.ts";
import type { Judgement } from "./report/schema.ts";
import { VERSION } from "./version.ts";

export const RUFF_VERSION = "0.16.9";

export interface ScanOptions {
  /** Wins over what is detected and over the project's own configuration. */
  kind?: Kind;
  /** Folder inside the archive, `""` or absent for the top. */
  subdirectory?: string;
  artifact: Artifact;
  /** Bytes of one file that is read. */
  fileLimit?: number;
  lintLimits?: LintLimits;
  /** Tests give rules of their own. */
  rules?: readonly Rule[];
}

/** Stages of a scan, in order, as progress names them. */
export type Stage = "unpack" | "lint" | "judge";
export type OnStage = (stage: Stage, share: number) => void | Promise<void>;

export class ScanError extends Error {
  readonly code: "no-python-project" | "subdirectory-not-found";
  constructor(code: "no-python-project" | "subdirectory-not-found", message: string) {
    super(message);
    this.name = "ScanError";
    this.code = code;
  }
}

/**
 * Files worth reading, and their digest: two archives of the same tree have the same.
 *
 * @throws ArchiveError where the archive is unreadable or unsafe
 */
export function unpack(archive: Archive, fileLimit = 8 * 1024 * 1024, textLimit?: number): ReadFiles {
  return readFiles(archive, fileLimit, textLimit);
}

/**
 * @throws ScanError where there is no Python, or no such folder
 */
export async function scan(
  files: ReadFiles,
  options: ScanOptions,
  instantiate: InstantiateRuff,
  onStage: OnStage = () => {},
): Promise<Judgement> {
  const root = normaliseFolder(options.subdirectory ?? "");
  const inRoot = (path: string): boolean => root === "" || path.startsWith(`${root}/`);
  if (root !== "" && !files.paths.some(inRoot)) {
    throw new ScanError("subdirectory-not-found", `There is no folder ${root} in the archive.`);
  }
  const rules = options.rules ?? allRules;
  const settings = readSettings(files, root, new Set(rules.map(({ id }) => id)));
  const excluded = settings.exclude.flatMap(({ paths }) => paths);
  const judged = excluded.length === 0 ? files : without(files, matcherOf(excluded));
  const declared = options.kind ?? settings.kind;

  const reader = new ModuleReader(
    instantiate,
    {
      ...askedOfRuff(rules),
      targetVersion: `py${targetMinor(readManifests(judged, root)).replace(".", "")}`,
    },
    options.lintLimits ?? DEFAULT_LINT_LIMITS,
    root,
  );
  const python = judged.paths.filter(
    (path) => inRoot(path) && isPython(path) && judged.text(path) !== undefined,
  );
  if (python.length === 0) throw new ScanError("no-python-project", noPython(files, root));
  try {
    for (const path of python) reader.read(judged, path);
    for (const share of reader.lint()) await onStage("lint", share);
  } finally {
    reader.close();
  }
  await onStage("judge", 0);
  const skipped = [...files.skipped, ...reader.skipped];
  const parts = { files: judged, root, modules: reader.modules, artifact: options.artifact, skipped };
  const whole = buildProject({ ...parts, ...(declared === undefined ? {} : { declaredKind: declared }) });
  // Its kind and what a report tells of it are read before and behind the rules, and bounded as theirs is.
  const project = isLarge(whole) ? whole.afresh() : whole;
  const judgement = judge({
    project,
    without: (globs) => viewWithout(project, parts, globs, declared),
    settings,
    rules,
    items: checklist,
    tool: { name: "pyready", version: VERSION, ruleset: RULESET, ruff: RUFF_VERSION },
    nested: findNested(judged, root, project),
    skipped,
    declaredKind: declared,
  });
  await onStage("judge", 1);
  return redactJudgement(judgement);
}

/** The union of what rules ask of Ruff: one pass serves them all. */
export function askedOfRuff(rules: readonly Rule[]): Pick<LintOptions, "codes" | "everywhere" | "apis"> {
  const union = (named: (rule: Rule) => readonly string[] | undefined) =>
    [...new Set(rules.flatMap((rule) => named(rule) ?? []))].sort();
  return {
    codes: union(({ ruff }) => ruff),
    everywhere: ["E9", ...union(({ ruffEverywhere }) => ruffEverywhere)],
    apis: union(({ uses }) => uses),
  };
}

function viewWithout(
  project: Project,
  parts: {
    files: Files;
    root: string;
    modules: Project["modules"];
    artifact: Artifact;
    skipped: Project["skipped"];
  },
  globs: readonly string[],
  declared: Kind | undefined,
): Project {
  const hidden = matcherOf(globs);
  return buildProject({
    ...parts,
    files: without(parts.files, hidden),
    modules: parts.modules.filter(({ path }) => !hidden(path)),
    declaredKind: declared ?? project.kind,
  });
}

const normaliseFolder = (folder: string): string =>
  folder.replace(/\\/g, "/").replace(/^(?:\.?\/)+|(?<!\/)\/+$/g, "");

function noPython(files: ReadFiles, root: string): string {
  const where = root === "" ? "the archive" : root;
  const count = files.paths.length;
  return `No Python file was found among the ${count} ${count === 1 ? "file" : "files"} of ${where}. Send the project's own folder, or name it with subdirectory.`;
}

/** Folders with a manifest of their own, the judged one left out. */
function findNested(files: Files, root: string, project: Project): Judgement["projects"] {
  const manifests = files.paths.filter((path) =>
    /(?:^|\/)(?:pyproject\.toml|setup\.py|setup\.cfg|Pipfile)$/.test(path),
  );
  const code = project.modules.filter(({ role }) => role === "source" || role === "script");
  const withCode = foldersAbove(code.map(({ path }) => path));
  const folders = [...new Set(manifests.map(folderOf))].filter(
    (folder) => folder !== root && withCode.has(folder),
  );
  if (folders.length === 0) return [];
  const own = { path: root, name: project.name, kind: project.kind };
  return [own, ...folders.slice(0, NESTED_SHOWN).map((folder) => describeNested(files, folder, project))];
}

/** Each has a kind of its own, read from what stands in its folder. */
function describeNested(
  files: Files,
  folder: string,
  { modules, artifact }: Project,
): Judgement["projects"][number] {
  const inside = modules.filter(({ path }) => path.startsWith(`${folder}/`));
  const nested = buildProject({ files, root: folder, modules: inside, artifact, skipped: [] });
  return { path: folder, name: nested.name, kind: nested.kind };
}

/** Each costs a reading of manifests and delivery files. */
const NESTED_SHOWN = 20;
