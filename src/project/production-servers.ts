/** What serves a project's application: commands, code, platforms, images, and what only the documents or manifests name. */
import { isDeployed } from "./debug-commands.ts";
import { startsServer } from "./delivery/servers.ts";
import type { StartCommand } from "./delivery/types.ts";
import { mainGuard } from "./main-guard.ts";
import type { Place } from "./manifests/types.ts";
import type { Project } from "./project.ts";
import type { ServerRun } from "./server-runs.ts";

/** Start commands that start a server, those of the documents and of make left out. */
export const deployedServers = ({ delivery }: Project): StartCommand[] =>
  delivery.startCommands.filter(
    ({ source, text }) => source !== "docs" && source !== "makefile" && startsServer(text) !== undefined,
  );

/** What a start command's server is called. */
export const nameOf = (command: StartCommand): string =>
  startsServer(command.text)?.tool ?? command.server ?? "a server";

/** The same with the switch that makes it one for development. */
export const developmentNameOf = (command: StartCommand): string =>
  [nameOf(command), ...(/(?<!\S)--\w{0,10}-?reload(?!\S)/.exec(command.text) ?? [])].join(" ");

/** What runs only by hand is not what serves, where an image or a platform starts a development server instead. */
export const isReplaced = (
  project: Project,
  runs: readonly ServerRun[],
  deployed: readonly StartCommand[],
): boolean =>
  deployed.some((command) => isDeployed(command) && command.source !== "procfile") &&
  runs.every(({ module, line }) => line > (mainGuard(module) ?? Number.POSITIVE_INFINITY)) &&
  runsOf(project, runs).length === 0;

/** What a deployment starts by its module: `CMD ["python", "-m", "api"]`, where `api/__main__.py` runs a server. */
export function runsOf({ delivery }: Project, runs: readonly ServerRun[]) {
  return delivery.deployedCommands.flatMap((command) => {
    if (command.source === "makefile" || command.source === "script") return [];
    const [, name, file] = STARTS_MODULE.exec(command.text) ?? [];
    const wanted = file ?? name?.replaceAll(".", "/");
    if (wanted === undefined) return [];
    const run = runs.find(({ path }) =>
      [wanted, `${wanted}.py`, `${wanted}/__main__.py`].some(
        (one) => path === one || path.endsWith(`/${one}`),
      ),
    );
    return run ? [{ command, run }] : [];
  });
}
const STARTS_MODULE =
  /(?:^|[\s/])python3?(?:\.\d{1,2})?(?: -[uOB]{1,3})? (?:-m ([\w.]{1,100})|(?:\.?\/)?([\w./-]{1,100}\.py))(?!\S)/;

/** A compose file for development, or what foreman starts at home, says nothing of what runs in production. */
export const isOfDevelopment = ({ delivery }: Project, { source }: StartCommand): boolean =>
  source === "procfile" ||
  ((source === "compose" || source === "script") &&
    delivery.compose.length > 0 &&
    delivery.compose.every(({ development }) => development));

/** Servers among the dependencies of what runs. */
export const declaredServers = ({ manifests }: Project) =>
  SERVERS.flatMap((name) => manifests.named(name)).filter(({ group }) => group !== "dev");

/** Servers for production that the documents or make start. */
export const documentedServers = ({ delivery }: Project): StartCommand[] =>
  delivery.startCommands.filter(
    ({ source, text }) =>
      (source === "docs" || source === "makefile") && startsServer(text)?.development === false,
  );

/** A platform that brings its server along. */
export function servingPlatform({ delivery }: Project): (Place & { name: string }) | undefined {
  return delivery.platforms.find(({ name }) => RUNS_SERVERS.test(name));
}

/** A base image of the project's own that does. */
export function servingImage({ delivery }: Project): (Place & { image: string }) | undefined {
  for (const { runsProject, stages, path } of delivery.dockerfiles) {
    const stage = runsProject ? stages.find(({ image }) => SERVING_IMAGE.test(image)) : undefined;
    if (stage) return { path, line: stage.line, image: stage.image };
  }
  return undefined;
}

const SERVING_IMAGE = /^(?:docker\.io\/)?tiangolo\/(?:uvicorn-gunicorn|uwsgi-nginx|meinheld-gunicorn)/;
const SERVERS = [
  "gunicorn",
  "uvicorn",
  "hypercorn",
  "granian",
  "waitress",
  "daphne",
  "uwsgi",
  "mod-wsgi",
  "cheroot",
  "meinheld",
  "bjoern",
  "gevent",
  "uvicorn-worker",
  "mangum",
  "zappa",
  "chalice",
  "functions-framework",
];
const RUNS_SERVERS =
  /^(?:Vercel|AWS SAM|Serverless|Zappa|(?:AWS )?Chalice|(?:Google )?App Engine|Azure Functions|Google Cloud Functions|Modal|PythonAnywhere|AWS CDK|(?:Apache )?mod_wsgi|NGINX Unit|Passenger|uWSGI|Nixpacks|(?:AWS )?Elastic Beanstalk)/i;
