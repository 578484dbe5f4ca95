/** Signs of a service: application objects of web frameworks, bots and consumers, and what runs them. */
import { readInvocations } from "./delivery/invocations.ts";
import { startsServer, startsWorker } from "./delivery/servers.ts";
import type { StartCommand } from "./delivery/types.ts";
import { lineAt } from "./files.ts";
import { familyOf } from "./frameworks.ts";
import { findDaemons, findReceivers, fromLoops } from "./kind-consumers.ts";
import { APP_OBJECTS, RUN_BY_FRAMEWORK, RUN_CALLS, RUN_WORDS, SERVES_ONLY } from "./kind-objects.ts";
import { mainGuard } from "./main-guard.ts";
import type { Project } from "./project.ts";
import type { PythonModule } from "./python/module.ts";
import { ownNames } from "./python/own-names.ts";
import { findExecuted } from "./server-runs.ts";

export type KindFacts = Omit<Project, "kind" | "kinds">;

export interface Sign {
  path: string;
  line: number;
  note: string;
}

const MAX_SIGNS = 20;

/** Folders of a package for others in which it is tried out: no application of its own. */
const TRIED_OUT =
  /(?:^|\/)(?:tests?|tests?[-_]\w{1,40}|\w{1,40}[-_]tests?|examples?|docs?|demos?|samples?|sandbox(?:es)?|bench|playground|[\w-]{0,40}templates?|(?:demo|example|sample)[-_]?(?:project|site|app|proj)s?)\//i;

/** Whether a path belongs to what the project itself is, and not to a trial of it. */
export const isOwn = (path: string): boolean => !TRIED_OUT.test(path);

/** Drops what stands in trials, unless the project is nothing else. */
export function ownOnly<T extends { path: string }>({ source }: KindFacts, found: readonly T[]): T[] {
  const trialsOnly = source.every(({ path, lineCount }) => lineCount === 0 || !isOwn(path));
  return trialsOnly ? [...found] : found.filter(({ path }) => isOwn(path));
}

/** Modules in which a framework's object is made, one sign a module and framework. */
export function findObjects(
  { source }: KindFacts,
  objects: readonly [string, RegExp][],
  what: string,
): Sign[] {
  return source.flatMap((module) =>
    objects.flatMap(([framework, pattern]): Sign[] => {
      if (!module.importsPackage(framework)) return [];
      const code = pattern.test(module.code)
        ? module.code
        : ownNames(module, new Set([framework.split(".")[0] ?? ""]));
      const at = code.search(pattern);
      if (at === -1) return [];
      return [{ path: module.path, line: lineAt(code, at), note: `${what} of ${framework}` }];
    }),
  );
}

const LAMBDA =
  /^(?:async )?def (?:lambda_handler\(|\w{1,60}\(\s{0,20}_?event\b[^)\n]{0,80},\s{0,20}_{0,2}context\b)/m;
const RUNS_FUNCTIONS =
  /^(?:AWS SAM|Serverless Framework|AWS CDK|Terraform|Pulumi|AWS CloudFormation|Vercel|Netlify|Zappa)$/;

/** Handlers that a platform calls. */
function findHandlers({ source, delivery }: KindFacts): Sign[] {
  const platform = delivery.platforms.some(({ name }) => RUNS_FUNCTIONS.test(name));
  return source.flatMap((module): Sign[] => {
    const found = module.text.includes("event") ? LAMBDA.exec(module.code) : null;
    if (!found || (!platform && !found[0].includes("lambda_handler"))) return [];
    return [{ path: module.path, line: lineAt(module.code, found.index), note: "handler of aws_lambda" }];
  });
}

/** Entry points by which PasteDeploy makes the WSGI application of an INI file: pserve, `gunicorn --paste`, uWSGI. */
export const isApplicationGroup = (group: string): boolean =>
  /^paste\.(?:app|composite)_factory$/.test(group);

const findFactories = ({ manifests }: KindFacts): Sign[] =>
  manifests.metadata.entryPoints
    .filter(({ group }) => isApplicationGroup(group))
    .map(({ path, line }) => ({ path, line, note: "application factory of paste" }));

/** Application objects in the project's own code. */
export function findApplications(project: KindFacts): Sign[] {
  const found = [
    ...findObjects(project, APP_OBJECTS, "application object").filter(
      (sign) => !waitsForBrowser(project, sign),
    ),
    ...findHandlers(project),
    ...findFactories(project),
    ...findReceivers(project),
    ...findDaemons(project),
  ];
  return ownOnly(project, found).slice(0, MAX_SIGNS);
}

/** A server of the standard library on the machine's own address, in more than a small program: where a login comes back. */
function waitsForBrowser({ source }: KindFacts, { note, path }: Sign): boolean {
  if (!/ of (?:http\.server|BaseHTTPServer|socketserver)$/.test(note) || source.length <= SMALL) return false;
  const text = source.find((module) => module.path === path)?.text ?? "";
  return (
    /Server\(\s{0,20}\(\s{0,20}["'](?:localhost|127\.0\.0\.1)["']/.test(text) &&
    /callback|oauth|oidc|redirect_uri/i.test(text)
  );
}

const frameworkIn = ({ note }: Sign): string => note.split(" ").at(-1) ?? "";

export const isBot = (signs: readonly Sign[]): boolean =>
  signs.some((sign) => familyOf(frameworkIn(sign)) === "bot");

/** Projects of so few modules are about what one of them does. */
const SMALL = 8;

/** What starts the applications; none where nothing does. */
export function findRuns(project: KindFacts, apps: readonly Sign[]): Sign[] {
  if (apps.length === 0) return [];
  const sure = ownOnly(project, [
    ...fromCommands(project),
    ...fromFiles(project),
    ...fromPlatforms(project),
    ...project.source.flatMap(fromCode),
    ...fromScripts(project, isBot(apps)),
    ...fromLoops(project, apps),
    ...apps.filter((sign) => RUN_BY_FRAMEWORK.has(frameworkIn(sign)) || frameworkIn(sign) === "aws_lambda"),
  ]);
  // A server among the dependencies, or a name that a framework's command looks for, says less.
  const [found, declared] = [fromConvention(apps), fromDependencies(project)];
  const both = found.length > 0 && declared.length > 0 && project.manifests.metadata.scripts.length === 0;
  const likely = both || project.source.length <= SMALL || isMostlyServing(project);
  return [...sure, ...(likely ? [...found, ...declared] : [])].slice(0, MAX_SIGNS);
}

const fromCommands = (project: KindFacts): Sign[] =>
  project.delivery.startCommands
    .filter((command) => startsOwn(project, command))
    .map(({ path, line, text }) => ({ path, line, note: `started by ${text.slice(0, 80)}` }));

/** Whether the server that a command starts may serve what the project has. */
const mayServe = (project: KindFacts, text: string): boolean =>
  readInvocations(text).every(({ program }) => {
    const framework = Object.hasOwn(SERVES_ONLY, program) ? SERVES_ONLY[program] : undefined;
    return framework === undefined || (framework !== "" && project.imports(framework));
  });

/** A server or worker, a file or module of the project, or one of its console scripts. */
function startsOwn(project: KindFacts, { text }: StartCommand): boolean {
  const { firstParty, manifests } = project;
  if (startsServer(text) !== undefined) return mayServe(project, text);
  if (startsWorker(text) !== undefined) return mayServe(project, text);
  return readInvocations(text).some(({ program, args, module }) => {
    if (module) return firstParty.has(program.split(".", 1)[0] ?? "");
    const file = program === "python" ? args.find((arg) => arg.endsWith(".py")) : undefined;
    if (file !== undefined) return !file.endsWith("manage.py") && isOwn(file);
    return manifests.metadata.scripts.some(({ name }) => name === program);
  });
}

const fromFiles = ({ files }: KindFacts): Sign[] =>
  files.paths
    .filter((path) => /(?:^|\/)(?:manage|wsgi|asgi)\.py$/.test(path))
    .map((path) => ({
      path,
      line: 1,
      note: path.endsWith("manage.py") ? "manage.py runs it" : "a server loads it",
    }));

const RUNS_SERVERS =
  /^(?:Vercel|AWS SAM|Serverless Framework|Zappa|AWS Chalice|Google App Engine|Azure Functions|Google Cloud Functions|Modal|AWS Elastic Beanstalk)$/;

const fromPlatforms = ({ delivery }: KindFacts): Sign[] =>
  delivery.platforms
    .filter(({ name }) => RUNS_SERVERS.test(name))
    .map(({ path, line, name }) => ({ path, line, note: `${name} runs it` }));

function fromCode(module: PythonModule): Sign[] {
  const [executed] = findExecuted(module);
  if (executed) return [{ path: module.path, line: executed.line, note: `starts ${executed.server}` }];
  if (!module.mentionsAny(RUN_WORDS) || !RUN_CALLS.test(module.code)) return [];
  const guard = mainGuard(module);
  if (guard !== undefined) return [{ path: module.path, line: guard, note: "main guard runs it" }];
  return [
    { path: module.path, line: lineAt(module.code, module.code.search(RUN_CALLS)), note: "the code runs it" },
  ];
}

function fromScripts({ manifests, source }: KindFacts, bot: boolean): Sign[] {
  return manifests.metadata.scripts.flatMap((script): Sign[] => {
    const target = script.target.split(":")[0] ?? "";
    const module = source.find(({ name }) => name === target || name === `${target}.__main__`);
    const runs = module && (bot || RUN_CALLS.test(module.code));
    return runs ? [{ path: script.path, line: script.line, note: `console script ${script.name}` }] : [];
  });
}

/** `flask run` and `fastapi run` look for these names by themselves. */
const FOUND_BY_NAME =
  /(?:^|\/)(?:app|main|api|server|index|application|(?:app|api|src|backend|server)\/__init__)\.py$/;

const fromConvention = (apps: readonly Sign[]): Sign[] =>
  apps
    .filter(
      (sign) =>
        /^(?:flask|apiflask|fastapi|starlette|quart|litestar|sanic)$/.test(frameworkIn(sign)) &&
        FOUND_BY_NAME.test(sign.path),
    )
    .map(({ path, line }) => ({ path, line, note: "the framework's own command finds it" }));

const SERVERS = ["gunicorn", "uvicorn", "hypercorn", "granian", "waitress", "daphne", "uwsgi", "mangum"];

const fromDependencies = ({ manifests }: KindFacts): Sign[] =>
  SERVERS.flatMap((name) => manifests.named(name))
    .filter(({ group }) => group !== "dev")
    .map(({ path, line, name }) => ({ path, line, note: `${name} is declared to serve it` }));

/** A deployment or a command of its own starts a server, a container listens, Django's manage.py leads it, or it is a bot. */
export function isServed(project: KindFacts, signs: readonly Sign[]): boolean {
  const { delivery, files, firstParty } = project;
  const deployed = delivery.deployedCommands.some(
    ({ server, path, text }) =>
      server !== undefined && !firstParty.has(server) && isOwn(path) && mayServe(project, text),
  );
  const started = delivery.deployedCommands.some(
    (command) =>
      /^(?:docker|compose|kubernetes|systemd|supervisor)$/.test(command.source) &&
      isOwn(command.path) &&
      /\bpython/.test(command.text) &&
      startsOwn(project, command),
  );
  const listens = delivery.dockerfiles.some(
    ({ path, runsProject, final }) =>
      runsProject && isOwn(path) && final.some(({ keyword }) => keyword === "EXPOSE"),
  );
  const led = files.paths.some(
    (path) => /(?:^|\/)(?:manage\.py|Procfile)$|^[wa]sgi\.py$/.test(path) && isOwn(path),
  );
  const executed = signs.length > 0 && project.source.some((module) => findExecuted(module).length > 0);
  return deployed || started || listens || led || executed || isBot(signs);
}

/** Share of the code from which serving is the project's main work, not a side of a tool or library. */
const MAIN_SHARE = 0.25;

/** Whether the code mostly serves: requests, messages or jobs. */
export function isMostlyServing({ source }: KindFacts): boolean {
  const code = source.filter(({ lineCount }) => lineCount > 0);
  const serving = code.filter(({ imports }) =>
    imports.some(({ module, level }) => level === 0 && servesBy(module)),
  );
  return serving.length >= code.length * MAIN_SHARE;
}

const SERVING = new Set(["werkzeug", "twisted", "websockets", "http.server", "socketserver", "wsgiref"]);

const servesBy = (module: string): boolean => {
  const top = module.split(".", 1)[0] ?? "";
  return (
    ["web", "rpc", "bot", "worker"].includes(familyOf(top) ?? "") || SERVING.has(top) || SERVING.has(module)
  );
};
