/** Which Dockerfiles there are, and which of them make an image that runs the project's Python code. */
import { baseName, type Files, folderOf } from "../files.ts";
import { type DockerText, isForDevelopment, readDockerfile, stageIndex } from "./dockerfile.ts";
import { installs } from "./installs.ts";
import { readInvocations } from "./invocations.ts";
import { isIncidental, isUnder, joinPath } from "./script.ts";
import { startsServer, startsWorker } from "./servers.ts";
import type { Dockerfile, DockerInstruction, DockerStage } from "./types.ts";

const MAX_FILES = 100;

export const isDockerfile = (path: string): boolean =>
  /^\.?(?:dockerfile|containerfile)(?:[._-][\w.-]{1,60})?$|^[\w.-]{1,60}(?:dockerfile|containerfile)$/.test(
    baseName(path),
  ) && !/\.(?:dockerignore|md|txt|py|sh|ya?ml|j2|tmpl|tpl|template|bak|orig|in)$/i.test(path);

/**
 * Dockerfiles of the judged folder, and those outside it that copy it.
 *
 * @param names normalised names of the project, by which an image may install it from an index
 */
export function readDockerfiles(files: Files, root: string, names: readonly string[]): Dockerfile[] {
  const paths = files.paths.filter(
    (path) => isDockerfile(path) && (isUnder(path, root) || folderOf(path) === ""),
  );
  const places = findPythonPlaces(files);
  const found = paths.slice(0, MAX_FILES).flatMap((path) => {
    const text = files.text(path);
    // A symbolic link is its target's path, and the target stands here by itself.
    const isLink =
      text !== undefined &&
      /^[\w./-]{1,200}$/.test(text.trim()) &&
      files.has(joinPath(folderOf(path), text.trim()) ?? "");
    return text === undefined || isLink
      ? []
      : [new ImageFile(places, root, names, readDockerfile(path, text))];
  });
  return found.filter((file) => isUnder(file.path, root) || file.runsProject);
}

class ImageFile implements Dockerfile {
  readonly path: string;
  readonly stages: readonly DockerStage[];
  readonly instructions: readonly DockerInstruction[];
  readonly final: readonly DockerInstruction[];
  readonly runsProject: boolean;
  readonly broken?: string;

  constructor(places: ReadonlySet<string>, root: string, names: readonly string[], read: DockerText) {
    this.path = read.path;
    this.stages = read.stages;
    this.instructions = read.instructions;
    this.final = read.final;
    if (read.broken !== undefined) this.broken = read.broken;
    this.runsProject = runsProject(places, root, names, read);
  }
}

function runsProject(
  places: ReadonlySet<string>,
  root: string,
  names: readonly string[],
  read: DockerText,
): boolean {
  if (!read.finalStage || isIncidental(read.path, root) || isMadeForDevelopment(read, root)) return false;
  const all = sourceStages(read.stages, read.finalStage).flatMap((stage) => stage.instructions);
  const takesCode = all.some(
    (instruction) => copiesCode(places, root, read.path, instruction) || installsProject(instruction, names),
  );
  return (takesCode && hasPython(read, all)) || takesAll(read.finalStage.image);
}

/** Bases that take the project's code and requirements by ONBUILD: the Astro Runtime of Airflow, and those named so. */
export const takesAll = (image: string): boolean =>
  /astro-runtime:(?![\w.-]{0,60}-base\b)|astrocrpublic\.azurecr\.io\/(?:astronomer\/)?runtime:(?![\w.-]{0,60}-base\b)|\bpython:[\w.-]{0,40}onbuild\b/.test(
    image,
  );

function isMadeForDevelopment({ path, finalStage }: DockerText, root: string): boolean {
  const inside = root !== "" && path.startsWith(`${root}/`) ? path.slice(root.length + 1) : path;
  if (/(?:^|\/)\.(?:devcontainer|gitpod|github|gitlab|circleci|ci|vscode|binder)\//.test(inside)) return true;
  // `docker/local/django/Dockerfile`, `Dockerfile.dev`; a folder `ci` or `docs` says the same.
  return (
    isForDevelopment(inside.replace(/(?:docker|container)file/gi, "-")) ||
    isForDevelopment(finalStage?.name ?? "")
  );
}

/** The final stage with those that it builds on or copies from. */
export function sourceStages(stages: readonly DockerStage[], last: DockerStage): DockerStage[] {
  const seen = new Set<DockerStage>();
  const open = [last];
  for (let stage = open.pop(); stage; stage = open.pop()) {
    if (seen.has(stage)) continue;
    seen.add(stage);
    const base = stage.base === undefined ? undefined : stages[stage.base];
    if (base) open.push(base);
    for (const { flags } of stage.instructions) {
      for (const name of [
        flags.from ?? "",
        ...[...(flags.mount ?? "").matchAll(/\bfrom=([\w.-]{1,80})/g)].map((each) => each[1]!),
      ]) {
        const from = name === "" ? undefined : stages[stageIndex(name, stages)];
        if (from) open.push(from);
      }
    }
  }
  return stages.filter((stage) => seen.has(stage));
}

/** COPY or ADD of Python code out of the archive, or a bind mount of it. */
function copiesCode(
  places: ReadonlySet<string>,
  root: string,
  path: string,
  { keyword, args, flags, exec }: DockerInstruction,
): boolean {
  const mounted = [
    ...(flags.mount ?? "").matchAll(/type=bind[^ ]{0,200}?(?:source|src)=([^, ]{1,200})/g),
  ].map(([, source]) => source!);
  const isCopy = (keyword === "COPY" || keyword === "ADD") && flags.from === undefined;
  const words = exec ?? args.split(/\s+/).filter((word) => !word.startsWith("--"));
  const sources = isCopy ? words.slice(0, -1) : mounted;
  // The build's context is the folder of the file, of the project, or the top.
  const contexts = new Set([folderOf(path), root, ""]);
  return sources
    .slice(0, 50)
    .some((source) => [...contexts].some((context) => holdsPython(places, context, source)));
}

function holdsPython(places: ReadonlySet<string>, context: string, source: string): boolean {
  if (/^https?:|^<</.test(source)) return false;
  const bare = source.replace(/^["']|["']$/g, "");
  const star = bare.indexOf("*");
  // `*.txt` takes no code along.
  if (star !== -1 && !/\*(?:\.py|\*)?$|\/\*/.test(bare)) return false;
  const fixed = joinPath(context, star === -1 ? bare : bare.slice(0, bare.lastIndexOf("/", star) + 1));
  return fixed !== undefined && places.has(fixed);
}

/** Python files, but for setup.py, and all the folders that hold them. */
function findPythonPlaces(files: Files): Set<string> {
  const places = new Set<string>();
  for (const path of files.paths) {
    if (!path.endsWith(".py") || path.endsWith("setup.py")) continue;
    for (let at = path; !places.has(at); at = folderOf(at)) places.add(at);
  }
  return places;
}

/** `pip install name`, also from a URL or a repository of that name. */
function installsProject({ commands }: DockerInstruction, names: readonly string[]): boolean {
  if (names.length === 0) return false;
  return commands.some(({ text }) => {
    const words = [
      ...(installs(text)?.names ?? []),
      ...(/\bgit clone\b/.test(text) ? text.split(/\s+/) : []),
    ];
    return words.some((word) => {
      const plain = word.toLowerCase().replace(/[-_.]+/g, "-");
      return names.some(
        (name) =>
          plain === name || new RegExp(`^${name}(?:[[=<>~! @]|$)|/${name}(?:-git|[/@]|$)`).test(plain),
      );
    });
  });
}

const PYTHON_IMAGE =
  /python|pypy|conda|mamba|jupyter|airflow|superset|uvicorn|gunicorn|meinheld|uwsgi|fastapi|django|flask|\/uv[:@]|pytorch|tensorflow|dagster|prefect|lambda\/python|ray-project|rayproject/i;

/** Python is in the final image: by its base, by what is installed, or by what it starts. */
function hasPython(read: DockerText, all: readonly DockerInstruction[]): boolean {
  const images = read.stages
    .filter(
      (stage) => stage === read.finalStage || read.final.some((each) => stage.instructions.includes(each)),
    )
    .map(({ image }) => image);
  if (images.some((image) => PYTHON_IMAGE.test(image))) return true;
  // nginx or node serve what another stage has built.
  const runs = read.final
    .filter(({ keyword }) => keyword === "RUN" || keyword === "CMD" || keyword === "ENTRYPOINT")
    .flatMap(({ commands }) => commands);
  const usesPython = runs.some(
    ({ text }) => startsServer(text) || startsWorker(text) || installs(text) || isPythonCommand(text),
  );
  const isWebServer = images.some((image) =>
    /(?:^|\/)(?:nginx|node|httpd|caddy|traefik|redis|postgres|mysql)\b/.test(image),
  );
  return (
    usesPython ||
    (!isWebServer &&
      all.some(({ commands }) => commands.some(({ text }) => installs(text))) &&
      /scratch|distroless|debian|ubuntu|alpine/.test(images.at(-1) ?? ""))
  );
}

const isPythonCommand = (text: string): boolean =>
  readInvocations(text).some(
    ({ program, args }) =>
      program === "python" ||
      (/^(?:apt-get|apt|apk|yum|dnf)$/.test(program) &&
        args.some((arg) => /^python3?(?:$|[-=\d.])/.test(arg))),
  );
