/**
 * What the project has told its own linters to pass over: the ignores of Ruff and Flake8, for all files or for some.
 * Rules about style honour them; see https://docs.astral.sh/ruff/configuration/ and
 * https://flake8.pycqa.org/en/latest/user/configuration.html.
 */
import { folderOf } from "./files.ts";
import { matchesGlob } from "./glob.ts";
import { type LintTable, readFlake8Section, readRuffTable } from "./lint-tables.ts";
import { readIni, readToml } from "./manifests/manifest.ts";
import type { Place } from "./manifests/types.ts";
import { isTable } from "./manifests/values.ts";
import type { Project } from "./project.ts";
import type { PythonModule } from "./python/module.ts";
import type { Diagnostic } from "./python/ruff.ts";

/** What one configuration file says about one Python file. */
interface Ignores {
  settings: LintTable;
  codes: readonly string[];
}

const RUFF_FILES = [".ruff.toml", "ruff.toml", "pyproject.toml"];
const FLAKE8_FILES = ["setup.cfg", "tox.ini", ".flake8"];
/** A configuration that extends another that extends another. */
const MAX_EXTENDS = 4;

export class LintSettings {
  readonly #files: Project["files"];
  readonly #flake8: readonly LintTable[];
  readonly #ruffByFolder = new Map<string, readonly LintTable[]>();
  readonly #ignoresByPath = new Map<string, readonly Ignores[]>();

  constructor(project: Project) {
    this.#files = project.files;
    const { folder, repositoryRoot } = project.manifests;
    const folders = new Set([project.root, folder ?? project.root, repositoryRoot ?? ""]);
    this.#flake8 = [...folders].flatMap((one) => this.#readFlake8(one));
  }

  /** Where the project says that a code does not matter in a file, or `undefined`. */
  silencing(path: string, code: string): Place | undefined {
    return this.#ignoresOf(path).find(({ codes }) => codes.some((one) => covers(one, code)))?.settings;
  }

  #ignoresOf(path: string): readonly Ignores[] {
    const known = this.#ignoresByPath.get(path);
    if (known) return known;
    const found = [...this.#ruffOf(folderOf(path)), ...this.#flake8].map((settings) => ({
      settings,
      codes: isExcluded(settings, path) ? ["ALL"] : ignoredIn(settings, path),
    }));
    this.#ignoresByPath.set(path, found);
    return found;
  }

  /** The nearest configuration file counts, and what it extends. */
  #ruffOf(folder: string): readonly LintTable[] {
    const known = this.#ruffByFolder.get(folder);
    if (known) return known;
    const own = RUFF_FILES.map((name) => this.#readRuff(join(folder, name), MAX_EXTENDS)).find(
      (read) => read.length > 0,
    );
    const settings = own ?? (folder === "" ? [] : this.#ruffOf(folderOf(folder)));
    this.#ruffByFolder.set(folder, settings);
    return settings;
  }

  #readRuff(path: string, extendsLeft: number): LintTable[] {
    const text = this.#files.text(path);
    const inProject = path.endsWith("pyproject.toml");
    if (text === undefined || (inProject && !text.includes("ruff"))) return [];
    const file = readToml(path, text);
    const keys = inProject ? ["tool", "ruff"] : [];
    if (!isTable(file.get(...keys)) && inProject) return [];
    const extended = file.get(...keys, "extend");
    const base =
      typeof extended === "string" && extendsLeft > 0
        ? this.#readRuff(join(folderOf(path), extended), extendsLeft - 1)
        : [];
    return [readRuffTable(file, keys), ...base];
  }

  #readFlake8(folder: string): LintTable[] {
    for (const name of FLAKE8_FILES) {
      const path = join(folder, name);
      const text = this.#files.text(path);
      if (text === undefined || !text.includes("[flake8")) continue;
      const file = readIni(path, text);
      if (isTable(file.get("flake8"))) return [readFlake8Section(file)];
    }
    const path = join(folder, "pyproject.toml");
    const text = this.#files.text(path);
    if (text === undefined || !text.includes("flake8")) return [];
    const file = readToml(path, text);
    return isTable(file.get("tool", "flake8")) ? [readRuffTable(file, ["tool", "flake8"])] : [];
  }
}

const join = (folder: string, path: string): string => {
  const parts = folder === "" ? [] : folder.split("/");
  for (const part of path.split("/")) {
    if (part === "..") parts.pop();
    else if (part !== "" && part !== ".") parts.push(part);
  }
  return parts.join("/");
};

/** The path as the configuration file sees it; `undefined` outside its folder. */
function inside({ folder }: LintTable, path: string): string | undefined {
  if (folder === "") return path;
  return path.startsWith(`${folder}/`) ? path.slice(folder.length + 1) : undefined;
}

/** A pattern may match the file, a folder above it, or the bare name of either. */
function isExcluded(settings: LintTable, path: string): boolean {
  if (settings.excluded.length === 0) return false;
  const relative = inside(settings, path);
  if (relative === undefined) return false;
  const parts = relative.split("/");
  return parts.some((part, i) => {
    const whole = parts.slice(0, i + 1).join("/");
    return settings.excluded.some((glob) => matchesGlob(glob, whole) || matchesGlob(glob, part));
  });
}

function ignoredIn(settings: LintTable, path: string): string[] {
  const relative = inside(settings, path);
  if (relative === undefined) return [...settings.ignored];
  const name = relative.slice(relative.lastIndexOf("/") + 1);
  const forFile = settings.perFile.filter(({ glob }) => {
    const negated = glob.startsWith("!");
    const pattern = negated ? glob.slice(1) : glob;
    return (matchesGlob(pattern, relative) || matchesGlob(pattern, name)) !== negated;
  });
  return [...settings.ignored, ...forFile.flatMap(({ codes }) => codes)];
}

/** Codes of Flake8 plugins that Ruff calls otherwise. */
const RUFF_NAMES: Record<string, string> = { E800: "ERA001", E8: "ERA001" };

/** `F4` covers F401, `B` does not cover BLE001. */
function covers(written: string, code: string): boolean {
  const selector = Object.hasOwn(RUFF_NAMES, written) ? RUFF_NAMES[written]! : written;
  if (selector === "ALL" || selector === code) return true;
  return (
    code.startsWith(selector) && /^\d+$/.test(code.slice(selector.length)) && /^[A-Z]+\d*$/.test(selector)
  );
}

const cache = new WeakMap<Project, LintSettings>();

/** The settings of a project, read once. */
export function lintSettings(project: Project): LintSettings {
  const known = cache.get(project);
  if (known) return known;
  const settings = new LintSettings(project);
  cache.set(project, settings);
  return settings;
}

/** A comment on the first or last line of a statement speaks for all of it, as in Ruff for imports and strings. */
function hasNoqa(module: PythonModule, { code, line }: Diagnostic): boolean {
  if (module.lint.noqa.size === 0) return false;
  if (module.silenced({ code, line })) return true;
  const statement = module.statementAt(line);
  return (
    statement !== undefined &&
    [statement.line, statement.endLine].some((at) => module.silenced({ code, line: at }))
  );
}

export interface JudgedDiagnostics {
  counted: Diagnostic[];
  /** What a `noqa` comment or the project's settings speak to. */
  silenced: Diagnostic[];
}

/** Ruff's diagnostics of a module, parted by whether the project itself has silenced them. */
export function judgeDiagnostics(
  project: Project,
  module: PythonModule,
  diagnostics: readonly Diagnostic[],
): JudgedDiagnostics {
  const settings = lintSettings(project);
  const counted: Diagnostic[] = [];
  const silenced: Diagnostic[] = [];
  for (const one of diagnostics) {
    const isSilenced = hasNoqa(module, one) || settings.silencing(module.path, one.code) !== undefined;
    (isSilenced ? silenced : counted).push(one);
  }
  return { counted, silenced };
}
