/** As whom an image runs: its last USER, what its base is known to set, and what drops the privileges later. */
import type { Dockerfile, DockerInstruction } from "./delivery/types.ts";
import { baseName, type Files } from "./files.ts";
import { finalStage, rootStage } from "./images.ts";
import type { Place } from "./manifests/types.ts";
import type { Project } from "./project.ts";

export interface ImageUser extends Place {
  runsAs: "user" | "root" | "unknown";
  note: string;
}

/** Bases that set a user of their own. */
const UNPRIVILEGED =
  /(?:^|\/)apache\/(?:airflow|superset)|(?:^|\/)jupyter\/|(?:^|\/)bitnami\/|chainguard|distroless[^\n]{0,100}nonroot|(?:ubi\d{1,2}|s2i|sclorg|fedora)[\w-]{0,20}\/python|(?:^|\/)python-3\d{1,2}(?:-|$|:)|mambaorg\/micromamba|astronomer|astrocrpublic|gitpod\/|cimg\//i;
/** Platforms that run whatever image they get as a user of theirs. */
const RUN_BY_PLATFORM = /lambda\/python|aws-lambda-python|lambci\/lambda/;
/** Bases that are known to stay root: official images, and those of common vendors. */
const ROOT =
  /^(?:docker\.io\/)?(?:library\/)?[\w.-]{1,60}(?::|@|$)|astral-sh\/uv|tiangolo\/|continuumio\/|condaforge\/|nvidia\/|pytorch\/|tensorflow\/|mcr\.microsoft\.com|public\.ecr\.aws\/(?:docker|amazonlinux|ubuntu|debian)|^gcr\.io\/(?:google|distroless)|paketo|phusion\/|browserless|joyzoursky|prefecthq\/|dagster\/|huggingface\/|rayproject|python-poetry|pypy|fnndsc|baseimage|osgeo\/|balenalib\//i;

/** `gosu app`, `su-exec app`, a server that changes its user. */
const DROPS =
  /\b(?:gosu|su-exec|setpriv|runuser|s6-setuidgid|chpst|setuidgid)\b|\bsu\s+(?:-\S{0,20}\s+){0,4}[a-z][\w-]{0,40}\s+-c|\bsudo\s+(?:-\S{1,20}\s+){0,4}-u\b|\bgunicorn\b[^\n]{0,400}\s(?:-u|--user)[ =]\S|--uid[ =]\S|^\s{0,8}(?:uid|user)\s{0,4}=\s{0,4}["']?(?!root\b|0\b)\w/m;

/** As whom the image runs. */
export function readUser(project: Project, file: Dockerfile): ImageUser {
  const { path } = file;
  const stage = rootStage(file, finalStage(file));
  const user = file.final.findLast(({ keyword }) => keyword === "USER");
  const named = user && resolve(user.args, file);
  if (user && named !== undefined && !isRoot(named))
    return { path, line: user.line, runsAs: "user", note: `USER ${user.args}` };
  const drop = findDrop(project, file);
  if (drop) return { ...drop, runsAs: "user" };
  if (user) return { path, line: user.line, runsAs: "root", note: `USER ${user.args}` };
  const image = stage?.image ?? "";
  const at = { path, line: stage?.line ?? 1 };
  if (UNPRIVILEGED.test(image)) return { ...at, runsAs: "user", note: `${image} sets a user` };
  if (RUN_BY_PLATFORM.test(image))
    return { ...at, runsAs: "user", note: `AWS Lambda runs ${image} as a user` };
  if (!image.includes("$") && ROOT.test(image))
    return { ...at, runsAs: "root", note: `no USER, and ${image} sets none` };
  return { ...at, runsAs: "unknown", note: `no USER, and what ${image} sets is not known` };
}

const isRoot = (user: string): boolean => /^(?:root|0)(?::|$)/.test(user);

/** `${APP_USER}` by the ARG or ENV that sets it; a variable without a value is some user all the same. */
function resolve(args: string, { instructions }: Dockerfile): string {
  const name = /^\$\{?(\w{1,80})/.exec(args)?.[1];
  if (name === undefined) return args.trim();
  const value = instructions
    .filter(({ keyword }) => keyword === "ARG" || keyword === "ENV")
    .map((each) => new RegExp(`(?:^|\\s)${name}[= ]"?([\\w.-]{1,80})`).exec(each.args)?.[1])
    .findLast((each) => each !== undefined);
  return value ?? args.trim();
}

/** A command, or a script or configuration file that it names, which changes the user. */
function findDrop({ files }: Project, { final }: Dockerfile): (Place & { note: string }) | undefined {
  const started = final.filter(({ keyword }) => keyword === "CMD" || keyword === "ENTRYPOINT");
  for (const { path, line, args } of started)
    if (DROPS.test(args.replace(/["',[\]]+/g, " ")))
      return { path, line, note: "the command changes the user" };
  const called = new Set(started.flatMap(namesIn));
  const names = new Set([...called, ...final.flatMap((one) => sourceOf(one, called))]);
  for (const path of files.paths) {
    if (!names.has(baseName(path)) || /\.(?:py|pyc)$/.test(path) || files.size(path) > 64 * 1024) continue;
    const text = files.text(path) ?? "";
    const dropped = dropIn(path, text) ?? dropBehind(files, path, text);
    if (dropped) return dropped;
  }
  return undefined;
}

function dropIn(path: string, text: string): (Place & { note: string }) | undefined {
  const at = text.search(DROPS);
  return at === -1
    ? undefined
    : { path, line: text.slice(0, at).split("\n").length, note: "the command changes the user" };
}

/** The settings that a script starts uWSGI with, which may stand in another folder of the image. */
function dropBehind(files: Files, script: string, text: string): (Place & { note: string }) | undefined {
  const name = /\buwsgi\b[^\n]{0,300}?([\w-]{1,60}\.ini)\b/.exec(text)?.[1];
  if (name === undefined || !/\.(?:sh|bash)$/.test(script)) return undefined;
  const path = files.paths.find((one) => baseName(one) === name);
  return path === undefined ? undefined : dropIn(path, files.text(path) ?? "");
}

/** What a script is called in the repository that a COPY gives another name: `COPY ./docker/entry.sh $HOME/run.sh`. */
function sourceOf({ keyword, args, flags }: DockerInstruction, called: ReadonlySet<string>): string[] {
  if (keyword !== "COPY" || flags.from !== undefined) return [];
  const [source = "", target = "", more] = args
    .split(/[\s"',[\]]+/)
    .filter((word) => !/^(?:--|$)/.test(word));
  return more === undefined && called.has(baseName(target)) ? [baseName(source)] : [];
}

/** Names of files in a command that may be scripts or settings. */
const namesIn = ({ args }: DockerInstruction): string[] =>
  args
    .split(/[\s"',[\]]+/)
    .filter((word) => /\.(?:sh|ini|conf)$|^\/[\w./-]{1,200}$|^\.\/[\w./-]{1,200}$|entrypoint/.test(word))
    .map(baseName);
