/**
 * `[tool.pyready]` in pyproject.toml, or `.pyready.toml`: what the scanned project says about its own scan. Hostile
 * like everything scanned: anything of the wrong shape is a warning, never a failed scan.
 */
import { parse } from "smol-toml";
import type { Files } from "../project/files.ts";
import { MAX_GLOB, matchesPath } from "../project/glob.ts";
import type { Kind } from "../project/project.ts";

export interface PathExclusion {
  paths: string[];
  reason: string;
}

export interface Settings {
  kind?: Kind;
  exclude: PathExclusion[];
  /** Rule id → reason. */
  ignore: Map<string, string>;
  ignorePaths: (PathExclusion & { rule: string })[];
  warnings: string[];
}

const KINDS: readonly string[] = ["service", "pipeline", "cli", "library", "research"];
const MAX_ENTRIES = 200;
const MAX_TEXT = 300;

type Table = Record<string, unknown>;
const isTable = (value: unknown): value is Table =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Settings of the project in `root`; `.pyready.toml` wins over pyproject.toml. */
export function readSettings(files: Files, root: string, knownRules: ReadonlySet<string>): Settings {
  const settings: Settings = { exclude: [], ignore: new Map(), ignorePaths: [], warnings: [] };
  const [path, table] = findTable(files, root, settings.warnings);
  if (table === undefined) return settings;
  const warn = (message: string): void => {
    if (settings.warnings.length < 20) settings.warnings.push(`${path}: ${message}`);
  };
  for (const key of Object.keys(table)) {
    if (!["kind", "exclude", "ignore", "ignore-paths"].includes(key)) warn(`unknown setting ${quote(key)}`);
  }
  if (typeof table.kind === "string" && KINDS.includes(table.kind)) settings.kind = table.kind as Kind;
  else if (table.kind !== undefined) warn(`kind must be one of ${KINDS.join(", ")}`);
  let globs = 0;
  const fits = ({ paths }: PathExclusion): boolean => {
    globs += paths.length;
    if (globs > MAX_ENTRIES) warn(`more than ${MAX_ENTRIES} paths in all; the others were not used`);
    return globs <= MAX_ENTRIES;
  };
  for (const entry of entriesOf(table.exclude, "exclude", warn)) {
    const read = readPaths(entry, "exclude", warn);
    if (read && fits(read)) settings.exclude.push(read);
  }
  readIgnores(table.ignore, settings.ignore, knownRules, warn);
  for (const entry of entriesOf(table["ignore-paths"], "ignore-paths", warn)) {
    const read = readPaths(entry, "ignore-paths", warn);
    const { rule } = entry;
    if (typeof rule !== "string" || !knownRules.has(rule))
      warn(`ignore-paths names no known rule: ${quote(rule)}`);
    else if (read && fits(read)) settings.ignorePaths.push({ ...read, rule });
  }
  return settings;
}

function findTable(files: Files, root: string, warnings: string[]): [string, Table | undefined] {
  const at = (name: string): string => (root === "" ? name : `${root}/${name}`);
  for (const [path, inside] of [
    [at(".pyready.toml"), false],
    [at("pyproject.toml"), true],
  ] as const) {
    const text = files.text(path);
    if (text === undefined || (inside && !text.includes("pyready")) || text.length > 1_000_000) continue;
    try {
      const data: Table = parse(text);
      const tool = data.tool;
      const table = inside ? (isTable(tool) ? tool.pyready : undefined) : data;
      if (table === undefined) continue;
      if (isTable(table)) return [path, table];
      warnings.push(`${path}: [tool.pyready] must be a table`);
    } catch {
      if (!inside) warnings.push(`${path}: not valid TOML, so its settings were not used`);
    }
  }
  return ["", undefined];
}

function entriesOf(value: unknown, name: string, warn: (message: string) => void): Table[] {
  if (value === undefined) return [];
  if (!Array.isArray(value)) {
    warn(`${name} must be an array of tables`);
    return [];
  }
  return value.slice(0, MAX_ENTRIES).filter(isTable);
}

function readPaths(entry: Table, name: string, warn: (message: string) => void): PathExclusion | undefined {
  const { paths, reason } = entry;
  const globs = (Array.isArray(paths) ? paths : []).filter(
    (one): one is string => typeof one === "string" && isGlob(one),
  );
  if (
    !Array.isArray(paths) ||
    globs.length === 0 ||
    globs.length !== paths.length ||
    globs.length > MAX_ENTRIES
  ) {
    warn(`${name} needs paths: a list of globs of at most ${MAX_GLOB} characters, without braces or groups`);
    return undefined;
  }
  if (typeof reason !== "string" || reason.trim() === "") {
    warn(`${name} of ${quote(globs[0])} needs a reason`);
    return undefined;
  }
  return { paths: globs, reason: reason.slice(0, MAX_TEXT) };
}

/** Braces and groups mean something elsewhere, and nothing here. */
const isGlob = (glob: string): boolean => glob.length <= MAX_GLOB && !/[{}()|]/.test(glob);

function readIgnores(
  value: unknown,
  ignore: Map<string, string>,
  knownRules: ReadonlySet<string>,
  warn: (message: string) => void,
): void {
  if (value === undefined) return;
  if (!isTable(value)) {
    warn("ignore must be a table of rule = reason");
    return;
  }
  for (const [rule, reason] of Object.entries(value).slice(0, MAX_ENTRIES)) {
    if (!knownRules.has(rule)) warn(`ignore names no known rule: ${quote(rule)}`);
    else if (typeof reason !== "string" || reason.trim() === "") warn(`ignoring ${rule} needs a reason`);
    else ignore.set(rule, reason.slice(0, MAX_TEXT));
  }
}

const quote = (value: unknown): string => JSON.stringify(String(value).slice(0, 60));

/** Whether any of the globs matches. A folder stands for all that is in it. */
export function matcherOf(globs: readonly string[]): (path: string) => boolean {
  const patterns = globs.flatMap((glob) => {
    const plain = glob.replace(/^\.?\/+|(?<!\/)\/+$/g, "");
    return [plain, `${plain}/**`];
  });
  return (path) => patterns.some((pattern) => matchesPath(pattern, path));
}
