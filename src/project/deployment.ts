/** How the project comes to where it runs: deploy jobs, manifests of platforms and infrastructure, compose files, scripts. */
import { type CiJobAt, ciJobs, ciRuns, destroysMachines } from "./ci-runs.ts";
import { deploys, deploysByHand } from "./delivery/command-kinds.ts";
import type { Command } from "./delivery/types.ts";
import { findPlatforms, runsOwnCode } from "./images.ts";
import type { Place } from "./manifests/types.ts";
import type { Project } from "./project.ts";

export interface DeployRun extends Place, CiJobAt {
  tool: string;
  text: string;
}

export interface Deployment extends Place {
  /**
   * `manifest`: a platform, infrastructure as code, orchestration or configuration management describes the wanted
   * state. `job`: CI deploys. `compose`: a compose file that is not for development. `unit`: systemd or supervisor.
   * `script`: a task or fabfile that somebody has to run.
   */
  how: "manifest" | "job" | "compose" | "unit" | "script";
  name: string;
}

const known = new WeakMap<Project, readonly Deployment[]>();

/** Every sign of a deployment, the strongest first. */
export function findDeployments(project: Project): readonly Deployment[] {
  const found = known.get(project);
  if (found) return found;
  const deployments = [
    ...findDeployRuns(project).map(({ path, line, tool, job }) => ({
      ...{ path, line, how: "job" as const },
      name: `${tool} in job ${job.id}`,
    })),
    ...findManifests(project),
    ...findCompose(project),
    ...findScripts(project),
  ];
  known.set(project, deployments);
  return deployments;
}

/** Sites of documentation and frontends are deployed too; they are not the project. */
const SITE =
  /(?:^|[-_/. ])(?:docs?|documentation|pages|gh-pages|website|site|storybook|frontend|preview-docs|coverage)(?:$|[-_/. ])/i;

/** Every place where CI deploys. */
export function findDeployRuns(project: Project): DeployRun[] {
  const isSite = ({ file, job }: CiJobAt, text: string) =>
    SITE.test(job.id) ||
    SITE.test(file.path.replace(/^.*\//, "").replace(/\.\w{1,5}$/, "")) ||
    /github-pages/.test(job.environment ?? "") ||
    /\b(?:docs?|gh-pages|storybook)\b/.test(text);
  const all = ciRuns(project, "deploy").filter((run) => !isSite(run, run.text));
  const named = all.filter(({ job }) => !hasOwnCluster(job));
  const jobs = ciJobs(project).filter(({ job }) => !all.some((run) => run.job === job));
  const others = jobs.flatMap((at) => {
    if (isSite(at, "")) return [];
    const seen = at.job.commands.flatMap((command) => {
      const tool = otherTool(command, at);
      return tool === undefined || isSite(at, command.text) ? [] : [{ ...command, ...at, tool }];
    });
    return seen.length > 0 ? seen : byName(at);
  });
  return [...named, ...others];
}

const OWN_CLUSTER =
  /\b(?:setup-minikube|kind-action|setup-kind|k3d-action|k3s-action|setup-k3s|setup-k3d|setup-microk8s)\b|\b(?:kind create cluster|minikube start|k3d cluster create|k3s server)\b/i;

/** The job makes a cluster, which ends with it: what is installed there is being tried. */
const hasOwnCluster = ({ steps, commands }: CiJobAt["job"]): boolean =>
  steps.some(({ uses }) => OWN_CLUSTER.test(uses ?? "")) ||
  commands.some(({ text }) => OWN_CLUSTER.test(text));

/** Deployments that no tool of its own names. */
function otherTool({ text }: Command, { job, file }: CiJobAt): string | undefined {
  const byHand = deploysByHand(text);
  if (byHand) return destroysMachines(job) ? undefined : byHand;
  const isDeploy = /deploy/i.test(`${job.id} ${job.stage ?? ""} ${job.name ?? ""} ${file.path}`);
  if (isDeploy && /\bdocker[ -]compose\b[^\n]{0,300}\bup\b/.test(text)) return "docker compose up";
  // A program of the project's own, named for what it does, in a job of that name.
  const own = /(?:^|[\s/])((?:[\w-]{1,40}[-_])?deploy(?:[-_][\w-]{1,40})?\.(?:py|sh))(?=\s|$)/i.exec(
    text,
  )?.[1];
  if (
    own !== undefined &&
    /deploy/i.test(`${job.id} ${job.name ?? ""}`) &&
    !/pypi|package|release/i.test(job.id)
  )
    return own;
  // Schedulers such as Cloud Composer and MWAA read their DAGs from a bucket.
  const bucket = /\b(gsutil|aws s3|gcloud storage)\b[^\n]{0,100}\b(?:rsync|sync|cp)\b/.exec(text)?.[1];
  if (bucket === undefined) return undefined;
  // EMR and Glue run wheels and scripts from one, each environment from its own.
  const isCode = job.environment !== undefined && /\bwh(?:ee)?ls?(?:\b|_)|\.py\b|\bpy-?files\b/i.test(text);
  return isCode || /\b(?:dags?|jobs|plugins|pipelines?|flows?)\b/i.test(text)
    ? `${bucket} of pipeline code`
    : undefined;
}

/** Actions by which a job gets into the account of a cloud. */
const CLOUD_LOGIN =
  /^(?:google-github-actions\/(?:auth|setup-gcloud)|aws-actions\/configure-aws-credentials|azure\/login|tailscale\/github-action|webfactory\/ssh-agent)@/i;

const SETS_UP =
  /^(?:sudo )?(?:python3? -(?:m pip|$)|pip3?|apt(?:-get)?|apk|npm|curl|wget|export|cd|echo|set|source|\.)(?:\s|$)/;

/**
 * A job that is called a deployment, and has an environment or the login of a cloud, or stands in a stage of that name.
 */
function byName(at: CiJobAt): DeployRun[] {
  const { job } = at;
  const { path, line } = job;
  const isCalled = /(?:^|[-_ /])(?:deploy|deployment)(?:$|[-_ /])/i.test(
    `${job.id} ${job.uses?.replace(/@.*$/, "").replace(/\.ya?ml$/, "") ?? ""}`,
  );
  const logsIn = job.steps.some(({ uses }) => CLOUD_LOGIN.test(uses ?? ""));
  // What only installs something may be given its work by a template that the archive does not hold.
  const inStage =
    /^deploy/i.test(job.stage ?? "") &&
    (isCalled || job.environment !== undefined || !job.commands.every(({ text }) => SETS_UP.test(text)));
  const isPackage = /pypi|package|release|npm/i.test(`${job.environment ?? ""} ${job.id}`);
  if (
    isPackage ||
    !(inStage || (isCalled && (job.environment !== undefined || job.uses !== undefined || logsIn)))
  )
    return [];
  if (job.commands.length === 0 && job.uses === undefined && job.steps.length === 0) return [];
  return [{ ...at, path, line, tool: "commands", text: job.id }];
}

/** Units of the project itself stand at the top or in a folder for them; those of one script among many do not. */
const UNIT_PLACE =
  /^[^/]*$|(?:^|\/)(?:deploy[\w-]{0,20}|etc|systemd|supervisord?|contrib|conf(?:ig|s)?|ops|infra[\w-]{0,20}|packaging|debian|docker|extras?|scripts?|setup|install|services?|dist|data|misc|utils?|tools?)\/[^\n]{0,200}$/i;

function findManifests(project: Project): Deployment[] {
  const { kubernetes } = project.delivery;
  const platforms = findPlatforms(project).flatMap(({ path, line, name, category }): Deployment[] => {
    if (category === "server") return [];
    const isUnit = name === "systemd" || name === "supervisor" || name === "PM2";
    if (isUnit && !UNIT_PLACE.test(path)) return [];
    return [{ path, line, name, how: isUnit ? "unit" : category === "script" ? "script" : "manifest" }];
  });
  const workloads = kubernetes
    .filter(({ kind }) =>
      /^(?:Deployment|StatefulSet|DaemonSet|CronJob|Job|Rollout|HelmRelease|Application|Service)$/.test(kind),
    )
    .map(({ path, line, kind }) => ({ path, line, name: `Kubernetes ${kind}`, how: "manifest" as const }));
  const order = { manifest: 0, job: 1, compose: 2, script: 3, unit: 4 };
  return [...platforms, ...workloads].sort((one, other) => order[one.how] - order[other.how]);
}

const findCompose = ({ delivery }: Project): Deployment[] =>
  delivery.compose
    .filter(({ development, broken }) => !development && broken === undefined)
    .flatMap(({ path, services }) => {
      const own = services.filter((service) => runsOwnCode(service) || service.image !== undefined);
      const [first] = [...own.filter(runsOwnCode), ...own];
      return first ? [{ path, line: first.line, name: `compose file ${path}`, how: "compose" as const }] : [];
    });

/** Tasks that deploy when somebody runs them. */
const findScripts = ({ delivery }: Project): Deployment[] =>
  delivery.tasks.flatMap(({ tool, name, commands }): Deployment[] => {
    const command = commands.find(({ text }) => (deploys(text) ?? deploysByHand(text)) !== undefined);
    if (!command || SITE.test(name)) return [];
    return [{ path: command.path, line: command.line, name: `${tool} ${name}`, how: "script" }];
  });
