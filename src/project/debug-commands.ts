/** Where images, start commands and compose files turn debug modes on. */
import type { ComposeService, StartCommand } from "./delivery/types.ts";
import type { Project } from "./project.ts";

export interface DebugSign {
  path: string;
  line: number;
  note: string;
}

export interface DebugModes {
  on: DebugSign[];
  off: DebugSign[];
  /** On, but only where a module is run by hand and another command starts the server. */
  byHand: DebugSign[];
  /** Application objects of frameworks that have a debug mode. */
  apps: DebugSign[];
}

/** Files for development, tests and demonstrations by their names. */
export const DEVELOPMENT =
  /(?:^|[/_.-])(?:dev|develop|development|devel|local|test|tests|testing|unit[-_]?tests?|debug|ci|example|sample|staging|sandbox|demo|bench|docker_dev)(?:[/_.-]|\d|$)/i;
const DEBUG_FLAG =
  /(?<!\S)--debug(?!\S)|\bFLASK_DEBUG=(?:1|true)\b|\bFLASK_ENV=development\b|\bDJANGO_DEBUG=(?:1|true)\b|(?<!\S)DEBUG=(?:1|true)\b/i;

/** Sources of start commands that say what runs in production; a compose file or a script may be for development. */
const DEPLOYS: ReadonlySet<string> = new Set([
  "docker",
  "procfile",
  "platform",
  "systemd",
  "kubernetes",
  "supervisor",
]);
const RELOADS = /(?<!\S)--reload(?!\S)|(?<!\S)fastapi dev(?!\S)/;

/** Whether a start command is one of an image, a platform or a host, and not of one for development. */
export const isDeployed = ({ source, path }: StartCommand): boolean =>
  DEPLOYS.has(source) && !DEVELOPMENT.test(path);

/** Manifests of platforms give the environment as `DEBUG: "true"`, `DEBUG = "1"`, or a name above its value. */
const SET =
  /^[ \t]{0,40}(?:- )?(?:"?(?:FLASK_DEBUG|DJANGO_DEBUG|DEBUG)"?[ \t]{0,4}[:=]|(?:- )?(?:name|key):[ \t]{1,4}"?(?:FLASK_DEBUG|DJANGO_DEBUG|DEBUG)"?[ \t]{0,4}\r?\n[ \t]{1,40}value:)[ \t]{0,4}["']?(?:true|1)\b/im;

function readPlatforms({ files, delivery }: Project, modes: DebugModes): void {
  const { platforms, kubernetes } = delivery;
  const manifests = platforms.flatMap(({ category, path }) => (category === "platform" ? [path] : []));
  for (const path of new Set([...manifests, ...kubernetes.map((one) => one.path)])) {
    const text = DEVELOPMENT.test(path) ? undefined : files.text(path);
    const found = text === undefined || !text.includes("DEBUG") ? null : SET.exec(text);
    if (text && found)
      modes.on.push({
        path,
        line: text.slice(0, found.index).split("\n").length,
        note: "DEBUG is set in the manifest",
      });
  }
}

/** Images, platforms and compose files that start the project in debug mode. */
export function readCommands(project: Project, modes: DebugModes): void {
  const { dockerfiles, compose, startCommands } = project.delivery;
  for (const { final, runsProject, path } of dockerfiles) {
    if (!runsProject || DEVELOPMENT.test(path)) continue;
    for (const { keyword, args, line, path: where } of final) {
      const written = keyword === "ENV" ? args.replace(/(\w)\s{1,4}(\S{1,20})$/, "$1=$2") : args;
      const found =
        keyword === "ENV" || keyword === "CMD" || keyword === "ENTRYPOINT"
          ? DEBUG_FLAG.exec(written)?.[0]
          : undefined;
      if (found !== undefined) modes.on.push({ path: where, line, note: `${found} in the image` });
    }
  }
  for (const { path, line, text, source } of startCommands.filter(isDeployed)) {
    const found = (source === "docker" ? undefined : DEBUG_FLAG.exec(text)?.[0]) ?? RELOADS.exec(text)?.[0];
    if (found !== undefined) modes.on.push({ path, line, note: `${found} in the start command` });
  }
  readPlatforms(project, modes);
  readCompose(compose, modes);
}

/** What every compose file that builds the project sets is what the project starts with. */
function readCompose(compose: Project["delivery"]["compose"], modes: DebugModes): void {
  const building = compose.filter(({ services }) => services.some(({ builds }) => builds));
  const found = building.map(({ path, services }) =>
    services.filter(({ builds }) => builds).flatMap((service) => debugOf(path, service, building.length > 1)),
  );
  if (found.some((signs) => signs.length === 0) || building.every(({ path }) => DEVELOPMENT.test(path)))
    return;
  modes.on.push(...found.flat());
}

function debugOf(
  path: string,
  { environment, command = "", commandLine, line }: ComposeService,
  several: boolean,
): DebugSign[] {
  const where = several ? "in every compose file" : "in the only compose file";
  const flag = /(?<!\S)--debug(?!\S)/.exec(command)?.[0];
  const name = Object.keys(environment).find(
    (key) => /^(?:FLASK_DEBUG|DEBUG|DJANGO_DEBUG)$/.test(key) && /^(?:1|true)$/i.test(environment[key] ?? ""),
  );
  return [
    ...(flag === undefined ? [] : [{ path, line: commandLine ?? line, note: `${flag} ${where}` }]),
    ...(name === undefined ? [] : [{ path, line, note: `${name} is set ${where}` }]),
  ];
}
