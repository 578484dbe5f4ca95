/** What goes into an image: the base that gives it Python, and how its dependencies are installed. */

import { sourceStages } from "./delivery/docker-images.ts";
import { isForDevelopment } from "./delivery/dockerfile.ts";
import { allInstalls, type Installation, isInstaller } from "./delivery/installs.ts";
import type { Command, Dockerfile, DockerStage } from "./delivery/types.ts";
import { folderOf } from "./files.ts";
import { finalStage, rootStage } from "./images.ts";
import { normaliseName } from "./manifests/requirement.ts";
import type { LockFile, Place } from "./manifests/types.ts";
import { nestedManifests } from "./nested-manifests.ts";
import type { Project } from "./project.ts";

export interface ImagePart extends Place {
  /** `fixed`: the same on every build. `loose`: it changes from build to build. `unknown`: the archive does not show it. */
  state: "fixed" | "loose" | "unknown";
  note: string;
}

/** The image that gives Python: bases of the final stage and of those that install. */
export function readBases(file: Dockerfile): ImagePart[] {
  const final = finalStage(file);
  const stages = ownStages(file).map((stage) => rootStage(file, stage) ?? stage);
  const python = stages.filter(({ image }) => /python|pypy|conda|airflow|\/uv[:@]/.test(image));
  const last = rootStage(file, final);
  const judged = python.length > 0 ? python : last ? [last] : [];
  return [...new Set(judged)].map((stage) => ({
    path: file.path,
    line: stage.line,
    ...judgeBase(stage.image),
  }));
}

function judgeBase(image: string): Pick<ImagePart, "state" | "note"> {
  if (/@sha256:/.test(image)) return { state: "fixed", note: "base image by digest" };
  if (/[$]/.test(image)) return { state: "unknown", note: `the build names the base image (${image})` };
  const at = image.lastIndexOf(":");
  const tag = at > image.lastIndexOf("/") ? image.slice(at + 1) : "";
  const name = tag === "" ? image : image.slice(0, at);
  if (tag === "" || /(?:^|-)latest(?:$|-)/.test(tag)) return { state: "loose", note: `${image}: no version` };
  const isPython = /(?:^|\/)(?:python|pypy)$/.test(name) || /^python/.test(tag);
  const hasMinor = /(?:3\.\d{1,2}|2\.7)(?!\d)|py(?:thon)?-?3\d{1,2}/.test(`${name}:${tag}`);
  if (isPython && !hasMinor) return { state: "loose", note: `${image}: no minor version of Python` };
  return /\d|bookworm|bullseye|trixie|buster|jammy|focal|noble/.test(`${name}:${tag}`)
    ? { state: "fixed", note: image }
    : { state: "loose", note: `${image}: no version` };
}

/** Stages that the image is made of; those for development, tests and documentation beside it are left out. */
export function ownStages(file: Dockerfile): DockerStage[] {
  const final = finalStage(file);
  const sources = final ? sourceStages(file.stages, final) : [];
  return file.stages.filter((stage) => sources.includes(stage) || !isForDevelopment(stage.name ?? ""));
}

/** Wheels are built of what would be installed; in `pip install -U pip wheel` they are two packages. */
const WHEELS = /(?<!\binstall\b[^;&|\n]{0,80})(?<=\b|-m)pip(?:3? wheel|-install)\b/g;

/** How the dependencies come in, one entry an installation; installers themselves are none. */
export function readInstallations(project: Project, file: Dockerfile): ImagePart[] {
  const commands = ownStages(file)
    .flatMap(({ instructions }) => instructions)
    .filter(({ keyword }) => keyword === "RUN")
    .flatMap(({ args, commands: run }) => run.filter(({ text }) => !isOptional(project, args, text)))
    .flatMap((command) => follow(project, command));
  const exports = commands.some(({ text }) =>
    /\b(?:poetry|uv|pdm|pipenv)\b[^\n]{0,200}\b(?:export|requirements)\b/.test(text),
  );
  const parts: ImagePart[] = [];
  for (const command of commands) {
    for (const found of allInstalls(command.text.replace(WHEELS, "pip install"))) {
      const isLocked = parts.some(({ state }) => state === "fixed");
      const around = { text: command.text, folder: folderOf(file.path), exports, isLocked };
      const judged = judgeInstallation(project, found, around);
      if (judged) parts.push({ path: command.path, line: command.line, ...judged });
    }
  }
  return parts;
}

/** `if [ -f private.txt ]; then pip install -r private.txt; fi`, of a list that only another repository has. */
const isOptional = ({ files }: Project, args: string, command: string): boolean =>
  [...args.matchAll(/\[ -[ef] ["']?([\w./-]{1,200})["']? \]/g)].some(
    ([, name = ""]) => command.includes(name) && !files.paths.some((path) => path.endsWith(name)),
  );

/** A local script is opened, anything else stands for itself. */
function follow({ delivery }: Project, command: Command): readonly Command[] {
  return /\.sh\b|\bmake\b|\bjust\b/.test(command.text) ? delivery.expand(command.text, command) : [command];
}

interface Around {
  text: string;
  /** Folder of the Dockerfile. */
  folder: string;
  /** A requirements file is written from the lock before. */
  exports: boolean;
  /** The dependencies have been installed from a lock before. */
  isLocked: boolean;
}

function judgeInstallation(
  project: Project,
  { tool, from, files: written, names }: Installation,
  { text, folder, exports, isLocked }: Around,
): Pick<ImagePart, "state" | "note"> | undefined {
  const { manifests } = project;
  // What a build installs for development only, it does under a condition.
  const wanted = written.filter(
    (file) => !/(?:^|[-_./])(?:dev|develop|tests?|lint|ipython|debug|docs?)(?:[-_./]|$)/.test(file),
  );
  // What the image itself writes from the lock holds what it needs, and more.
  const files = wanted.length === 0 && exports ? written : wanted;
  if (from === "file" && files.length === 0) return undefined;
  if (from === "lock" && tool !== "pip-sync" && tool !== "uv pip sync") {
    const lock = manifests.locks.find(({ format }) => locksFor(tool).includes(format));
    return lock
      ? { state: "fixed", note: `${tool} from ${lock.path}` }
      : { state: "loose", note: `${tool} without a lock file` };
  }
  // An archive of a repository brings its own dependencies along.
  const isArchive = from === "names" && names.every((name) => /^(?:git\+|https?:)/.test(name));
  if (from === "names" && !isArchive) {
    // conda's single sign holds for the parts that are written.
    const exact = /^(?:conda|mamba|micromamba)/.test(tool) ? CONDA_EXACT : /==|@[0-9a-f]{7,40}$|\.whl|\$/;
    const open = names.filter((name) => !exact.test(name));
    if (open.length > 0)
      return {
        state: "loose",
        note: `${tool} of ${open.slice(0, 4).map(cleanName).join(", ")} without an exact version`,
      };
    if (!names.some((name) => isOwn(name, project)))
      return { state: "fixed", note: `${tool} of pinned packages` };
  }
  if (from === "project" || from === "names") {
    if (isLocked || /--no-deps|--no-index/.test(text)) return undefined;
    const runtime = manifests.dependencies.filter(({ group }) => group === "runtime");
    if (runtime.length === 0 || runtime.every(({ pinned }) => pinned)) return undefined;
    return { state: "loose", note: `${tool} of the project, whose dependencies may be any that fit` };
  }
  const open = names.filter((name) => !/==|\$/.test(name) && !/^[./]|\/$/.test(name));
  const states = files.flatMap((file) => judgeFile(project, file, folder, exports) ?? []);
  if (states.length === 0) return undefined;
  const isConstrained =
    /(?:^|\s)(?:-c|--constraints?)[ =]/.test(text) && states.some(({ state }) => state === "fixed");
  const worst = isConstrained ? undefined : states.find(({ state }) => state !== "fixed");
  if (worst) return { state: worst.state, note: `${tool} ${worst.note}` };
  if (open.length > 0)
    return {
      state: "loose",
      note: `${tool} of ${open.slice(0, 4).map(cleanName).join(", ")} without an exact version`,
    };
  return { state: "fixed", note: `${tool} of ${files.join(", ")}` };
}

const CONDA_EXACT = /==|=\d{1,8}\.\d{1,8}\.\d|\$/;

/** A release of the project itself brings its dependencies along as its metadata allows. */
const isOwn = (requirement: string, { name }: Project): boolean =>
  name !== "" && normaliseName(/^["']?([\w.-]{1,100})/.exec(requirement)?.[1] ?? "") === normaliseName(name);

const cleanName = (name: string): string => name.replace(/^["']|["']$/g, "").slice(0, 60);

function judgeFile(
  project: Project,
  written: string,
  folder: string,
  exports: boolean,
): Pick<ImagePart, "state" | "note"> | undefined {
  const name = written.replace(/^["']|["']$/g, "").replace(/^(?:\.?\/)+/, "");
  const base = name.slice(name.lastIndexOf("/") + 1);
  const { manifests } = project;
  const known = [
    ...manifests.requirements,
    ...nestedManifests(project).flatMap(({ requirements }) => requirements),
  ];
  // `COPY . /opt/app` puts the whole path below a folder of the image's.
  const same = known.filter(
    ({ path }) =>
      path === name || path.endsWith(`/${name}`) || (path.includes("/") && name.endsWith(`/${path}`)),
  );
  const beside = folder === "" ? base : `${folder}/${base}`;
  const found =
    same.find(({ path }) => path === beside) ??
    same[0] ??
    known.find(({ path }) => path === base || path.endsWith(`/${base}`));
  if (found) {
    const { dependencies } = found;
    // A list of nothing but `poetry` installs none of the project's dependencies.
    if (dependencies.length > 0 && dependencies.every((each) => isInstaller(each.name))) return undefined;
    const includes = found.includes.map((path) => known.find((each) => each.path === path));
    const isPinned =
      (found.pinned || found.dependencies.length === 0) && includes.every((each) => each?.pinned ?? true);
    const locked = isPinned && (found.dependencies.length > 0 || includes.length > 0);
    return locked
      ? { state: "fixed", note: found.path }
      : { state: "loose", note: `of ${found.path}, which pins not everything` };
  }
  if (exports && manifests.locks.length > 0) return { state: "fixed", note: written };
  return /\.toml$/.test(base)
    ? { state: "loose", note: `of ${written}` }
    : { state: "unknown", note: `of ${written}, which is not in the archive` };
}

/** Lock formats that a tool installs from. */
export function locksFor(tool: string): readonly LockFile["format"][] {
  const program = tool.split(" ", 1)[0] ?? "";
  const formats: Readonly<Record<string, readonly LockFile["format"][]>> = {
    uv: ["uv", "pylock"],
    poetry: ["poetry"],
    pdm: ["pdm", "pylock"],
    pipenv: ["pipenv"],
    pixi: ["pixi"],
    rye: ["requirements", "uv"],
  };
  return formats[program] ?? ["conda-lock"];
}
