/** Python versions that base images and CI state. */
import { type Files, lineAt } from "../files.ts";
import type { Place, PythonVersion } from "../manifests/types.ts";
import { optionValues, positionals, readInvocations } from "./invocations.ts";
import { isIncidental, joinPath } from "./script.ts";
import { splitWords } from "./shell-words.ts";
import type { CiFile, CiJob, CiStep, Delivery } from "./types.ts";

const MAX_VERSIONS = 500;
/** Statements before repeated ones are left out. */
const MAX_FOUND = 20_000;
/** Searches for lines; later versions stand at the line of their step. */
const MAX_SEARCHES = 1000;
const MAX_MATCHES = 50;

/** Versions stated by base images of images that run or test the project, and by jobs of CI. */
export function readStatedVersions(
  files: Files,
  delivery: Pick<Delivery, "dockerfiles" | "compose" | "ci">,
): PythonVersion[] {
  const found: PythonVersion[] = [];
  // Images of examples and test fixtures state nothing about the project.
  for (const { stages } of delivery.dockerfiles.filter(
    (file) => file.runsProject || !isIncidental(file.path),
  )) {
    for (const stage of stages)
      if (stage.base === undefined) found.push(...imageVersion(stage.image, stage, "base-image"));
    for (const { commands } of stages.flatMap((stage) => stage.instructions)) {
      for (const command of commands) {
        found.push(
          ...commandVersions(command.text).flatMap((text) => versionAt(text, command, "base-image")),
        );
      }
    }
  }
  for (const { services } of delivery.compose) {
    for (const service of services)
      if (service.image !== undefined && !service.builds)
        found.push(...imageVersion(service.image, service, "base-image"));
  }
  const lines = new ValueLines();
  for (const file of delivery.ci) {
    for (const job of file.jobs) {
      if (found.length > MAX_FOUND) return unique(found).slice(0, MAX_VERSIONS);
      found.push(...ciVersions(files, file, job, lines));
    }
  }
  return unique(found).slice(0, MAX_VERSIONS);
}

/** Matrices repeat versions: each place states each version once. */
function unique(versions: readonly PythonVersion[]): PythonVersion[] {
  const seen = new Set<string>();
  return versions.filter(({ path, line, text }) => {
    const key = `${path}\0${line}\0${text}`;
    return !seen.has(key) && seen.add(key);
  });
}

/** A version as written, `undefined` where no minor version of Python 3 or 2.7 can be read from it. */
function versionAt(text: string, { path, line }: Place, source: "base-image" | "ci"): PythonVersion[] {
  const plain = text.trim().replace(/^["']|["']$/g, "");
  // `3.x` and `3` name no minor; `pypy3.10` runs that language version; `3.13-dev`, `3.13t` and `~3.12` name theirs.
  const minor =
    /^(?:pypy-?|cpython-?|python-?|graalpy-?|py)?[~^=v]{0,3}(3\.\d{1,2}|2\.7)(?:$|[.t\-+a-z])/i.exec(
      plain,
    )?.[1];
  const short = /^py(3)(\d{1,2})$/.exec(plain);
  const minors = minor !== undefined ? [minor] : short ? [`${short[1]}.${short[2]}`] : [];
  return minors.length === 0 ? [] : [{ path, line, source, text: plain, minors, range: false }];
}

/** `python:3.12-slim`, `ghcr.io/astral-sh/uv:python3.12-bookworm`, `cimg/python:3.12`, `image/python-311`. */
export function imageVersion(image: string, place: Place, source: "base-image" | "ci"): PythonVersion[] {
  const [name = "", tag = ""] = splitImage(image);
  // The tag of these is their own version, or Python's.
  const isPython =
    /(?:^|\/)(?:python|pypy|miniconda3-python|python-slim|python-poetry|azure-functions\/python|lambda\/python)$|(?:^|[-/])python(?:-dev|-build|-nodejs)?$|devcontainers\/python|\/python$/.test(
      name,
    );
  const inTag =
    /(?:^|[-_.])(?:python|py)-?(3\.\d{1,2}|2\.7)(?!\d)/.exec(tag)?.[1] ??
    /(?:^|[-_])py(?:thon)?(3)(\d{1,2})(?!\d)/.exec(tag)?.slice(1, 3).join(".");
  const first = isPython ? /^(?:v|\d-)?(3\.\d{1,2}|2\.7)(?!\d)/.exec(tag)?.[1] : undefined;
  const inName = /python[-_]?(3)\.?(\d{1,2})(?!\d)/.exec(name)?.slice(1, 3).join(".");
  const version = inTag ?? first ?? inName;
  return version === undefined
    ? []
    : versionAt(version, place, source).map((each) => ({ ...each, text: image }));
}

/** Name and tag; a digest says nothing, a registry may have a port. */
function splitImage(image: string): [string, string] {
  const bare = image.replace(/@sha256:.*$/, "");
  const at = bare.lastIndexOf(":");
  return at > bare.lastIndexOf("/") ? [bare.slice(0, at), bare.slice(at + 1)] : [bare, ""];
}

function ciVersions(files: Files, file: CiFile, job: CiJob, lines: ValueLines): PythonVersion[] {
  const found: PythonVersion[] = [];
  const state = (text: string, place: Place): void => {
    for (const value of valuesOf(text, job))
      found.push(...versionAt(value, lines.place(file, place, value), "ci"));
  };
  if (job.image !== undefined)
    for (const image of valuesOf(job.image, job))
      found.push(...imageVersion(image, lines.place(file, job, image), "ci"));
  for (const step of job.steps) readStep(files, step, state);
  // Travis lists versions under `python`, Cirrus images under its matrix.
  if (file.provider === "travis") for (const value of job.matrix?.python ?? []) state(value, job);
  for (const value of file.provider === "cirrus" ? (job.matrix?.image ?? []) : [])
    found.push(...imageVersion(value, lines.place(file, job, value), "ci"));
  for (const command of job.commands) {
    // Those of a workflow or an action that is called say it as well, those of a script may be about another machine.
    if (command.path === file.path || /\.ya?ml$/.test(command.path))
      for (const text of commandVersions(command.text)) state(text, command);
  }
  return found;
}

const SETUP =
  /(?:^|\/)(?:setup-python|setup-uv|setup-miniconda|setup-micromamba|setup-pdm|setup-rye|setup-python-action|gh-action-setup-python|python-setup)[\w-]{0,20}(?:@|$)|^UsePythonVersion@|python-version/i;

function readStep(files: Files, step: CiStep, state: (text: string, place: Place) => void): void {
  if (!SETUP.test(step.uses ?? "") && !Object.hasOwn(step.with, "python-version")) return;
  const keys = ["python-version", "python_version", "versionSpec", "version"];
  for (const key of keys) {
    if (
      !Object.hasOwn(step.with, key) ||
      (key === "version" && !/setup-python|python\//i.test(step.uses ?? ""))
    )
      continue;
    const place = { path: step.path, line: step.withLines?.[key] ?? step.line };
    for (const value of step.with[key]!.split(/[\n,]/)) if (value.trim() !== "") state(value.trim(), place);
  }
  const file = step.with["python-version-file"];
  const path = file === undefined ? undefined : joinPath("", file);
  if (path === undefined || !/\.python-version$/.test(path)) return;
  const version = /^\s{0,20}(?:cpython-|python-)?(\d[\w.-]{0,20})/m.exec(files.text(path) ?? "")?.[1];
  if (version !== undefined)
    state(version, { path: step.path, line: step.withLines?.["python-version-file"] ?? step.line });
}

/** Values of an expression: those of the matrix, or the text itself. */
function valuesOf(text: string, job: CiJob): readonly string[] {
  const key = /(?:\$\{\{\s{0,20}matrix\.|\$\(|<<\s{0,8}(?:matrix|parameters)\.|\$\{?)([\w.-]{1,80})/
    .exec(text)?.[1]
    ?.replace(/\.$/, "");
  if (key === undefined) return [text];
  const values = job.matrix && Object.hasOwn(job.matrix, key) ? job.matrix[key]! : [];
  // `cimg/python:<< matrix.version >>`, `python:$VERSION`
  const whole = /\$\{\{[^}]{0,200}\}\}|\$\([^)]{0,100}\)|<<[^>]{0,100}>>|\$\{?[\w.-]{1,80}\}?/;
  return values.map((value) => text.replace(whole, () => value));
}

/** Finds the lines of values in CI files, each value of a file once. */
class ValueLines {
  readonly #found = new Map<string, number | undefined>();
  #searches = 0;

  /** The place of a value: the given one, or the first in the file where that holds an expression. */
  place(file: CiFile, { path, line }: Place, value: string): Place {
    if (path !== file.path) return { path, line };
    const key = `${path}\0${line}\0${value}`;
    if (!this.#found.has(key))
      this.#found.set(key, ++this.#searches > MAX_SEARCHES ? undefined : search(file.text, line, value));
    return { path, line: this.#found.get(key) ?? line };
  }
}

function search(text: string, line: number, value: string): number | undefined {
  const escaped = value.slice(0, 200).replace(/[^\w]/g, "\\$&");
  const places = text.matchAll(new RegExp(`(?<=^|[\\s"'\\[,:])${escaped}(?=$|[\\s"'\\],}])`, "gm"));
  let first: number | undefined;
  let count = 0;
  for (const { index } of places) {
    if (++count > MAX_MATCHES) break;
    const at = lineAt(text, index);
    if (at === line) return line;
    first ??= at;
    if (at > line) break;
  }
  return first;
}

/** `uv python install 3.12`, `uv venv --python 3.12`, `pyenv install 3.12.1`, `conda create python=3.12`. */
function commandVersions(text: string): string[] {
  if (!/uv |pyenv|conda|mamba/.test(text)) return [];
  return readInvocations(text).flatMap(({ program, args, wrappers }) => {
    const words = positionals(args);
    // `uv run --python 3.12 pytest` has been unwrapped, so its options stand in the text alone.
    if (wrappers.includes("uv run")) return optionValues(splitWords(text), "--python", "-p").slice(0, 1);
    if (program === "uv" && words[0] === "python" && /^(?:install|pin)$/.test(words[1] ?? ""))
      return words.slice(2);
    if (program === "uv" && /^(?:venv|sync)$/.test(words[0] ?? ""))
      return optionValues(args, "--python", "-p");
    if (program === "pyenv" && /^(?:install|global|local)$/.test(words[0] ?? "")) return words.slice(1);
    if (!/^(?:conda|mamba|micromamba)$/.test(program)) return [];
    return args.flatMap((arg) => (/^python==?\d/.test(arg) ? [arg.replace(/^python=+/, "")] : []));
  });
}
