/** The container images that run the project's code, and what else gives it a container or a runtime. */
import { isForDevelopment } from "./delivery/dockerfile.ts";
import { type Installation, installs } from "./delivery/installs.ts";
import { isIncidental } from "./delivery/script.ts";
import { startsServer } from "./delivery/servers.ts";
import type { ComposeService, Dockerfile, DockerStage, PlatformFile } from "./delivery/types.ts";
import { folderOf } from "./files.ts";
import type { Project } from "./project.ts";

const known = new WeakMap<Project, readonly Dockerfile[]>();

/**
 * Dockerfiles of images that run the project's code. Where none takes code of the archive in (the project is the image
 * itself, or its code is mounted), those that install Python packages.
 */
export function findImages(project: Project): readonly Dockerfile[] {
  const found = known.get(project);
  if (found) return found;
  const all = project.delivery.dockerfiles.filter(({ broken }) => broken === undefined);
  const running = all.filter(({ runsProject }) => runsProject);
  const installing = running.length > 0 ? [] : all.filter((file) => !isAside(file, project.root));
  const [images = []] = [
    running,
    installing.filter((file) => ORCHESTRATOR.test(rootStage(file, finalStage(file))?.image ?? "")),
    // What is declared for the project is installed for its code; other packages may be tools of their own.
    installing.filter((file) => installsFor(file, ({ from }) => from !== "names")),
    installing.filter((file) => installsFor(file, () => true)),
  ].filter((each) => each.length > 0);
  known.set(project, images);
  return images;
}

/** Images of orchestrators, whose code is mounted or fetched where they run. */
const ORCHESTRATOR =
  /(?:^|\/)(?:[\w.-]{1,60}\/(?:docker-)?(?:ap-)?airflow|astronomer\/astro-runtime|prefecthq\/prefect|dagster\/[\w-]{1,40}|mageai\/mageai)(?::|@|$)/;

/** The stage with which a stage's chain of stages begins: its image is the one that is pulled. */
export function rootStage({ stages }: Dockerfile, stage: DockerStage | undefined): DockerStage | undefined {
  let root = stage;
  // A stage builds on earlier ones only, so this ends.
  while (root?.base !== undefined) root = stages[root.base];
  return root;
}

/** The stage that becomes the image. */
export const finalStage = ({ stages, final }: Dockerfile): DockerStage | undefined =>
  stages.findLast(({ instructions }) => instructions.length > 0 && instructions.at(-1) === final.at(-1)) ??
  stages.at(-1);

/** Images made for development, tests or documentation only. */
export const isAside = ({ path }: Dockerfile, root: string): boolean =>
  isIncidental(path, root) ||
  /(?:^|\/)\.[\w-]{1,40}\//.test(path) ||
  isForDevelopment(path.replace(/(?:docker|container)file/gi, "-"));

function installsFor({ stages }: Dockerfile, isWanted: (found: Installation) => boolean): boolean {
  const commands = stages.flatMap(({ instructions }) => instructions.flatMap((one) => one.commands));
  return commands.some(({ text }) => {
    const found = installs(text);
    return found !== undefined && isWanted(found);
  });
}

/** A platform gives its processes their port; where the file sets it, foreman, honcho or hivemind run it at home, as where it starts a development server. */
const SETS_PORT = /^web:[^\n]{0,300}(?<![\w$])PORT=\d/m;

/** Platform manifests that run the project; those of static sites, and Procfiles of other tools, are left out. */
export function findPlatforms({ delivery, files, root, manifests }: Project): PlatformFile[] {
  const served = delivery.startCommands.flatMap(({ source, text }) =>
    source === "procfile" ? (startsServer(text) ?? []) : [],
  );
  const isAtHome = served.length > 0 && served.every(({ development }) => development);
  return delivery.platforms.filter(({ name, path }) => {
    if (name === "Netlify") return false;
    if (/(?:^|\/)Procfile[^/]{0,40}$/.test(path) && (isAtHome || SETS_PORT.test(files.text(path) ?? "")))
      return false;
    // Heroku reads the top folder only; a Procfile elsewhere is for honcho or foreman.
    const isTop = [root, "", manifests.folder].includes(folderOf(path));
    return name !== "Heroku" || isTop;
  });
}

/** A compose service that runs the project's code: it builds it, or mounts it into an image of Python. */
export const runsOwnCode = ({ builds, image, volumes }: ComposeService): boolean =>
  builds || (/python/.test(image ?? "") && volumes.some((volume) => /^\.{1,2}(?:\/|:)/.test(volume)));
