/** What CI does for the project, by kind of work, and on which occasions it does it. */
import { type JobTool, jobTools } from "./delivery/action-kinds.ts";
import type { CommandKind } from "./delivery/command-kinds.ts";
import type { CiFile, CiJob } from "./delivery/types.ts";
import { ignoresFailure } from "./ignored-failures.ts";
import type { Place } from "./manifests/types.ts";
import type { Project } from "./project.ts";
import { isTestScript } from "./test-scripts.ts";

/** `change`: pushes to branches, pull requests. `release`: tags and releases. `other`: schedules, by hand. */
export type Occasion = "change" | "release" | "other";

/** A place in a job where work of a kind is done. */
export interface CiRun extends JobTool {
  file: CiFile;
  job: CiJob;
  occasion: Occasion;
}

const known = new WeakMap<Project, Map<CommandKind, readonly CiRun[]>>();

/** Every place where CI does work of a kind; jobs that never run are left out. */
export function ciRuns(project: Project, kind: CommandKind): readonly CiRun[] {
  const kinds = known.get(project) ?? new Map<CommandKind, readonly CiRun[]>();
  known.set(project, kinds);
  const found = kinds.get(kind);
  if (found) return found;
  const runs = ciJobs(project).flatMap(({ file, job, occasion }) =>
    jobTools(kind, job)
      .filter((tool) => !isForeignImage(project, job, tool))
      .filter(({ tool }) => kind !== "tests" || isTestScript(project, tool))
      .map((tool) => ({
        ...tool,
        ...{ file, job, occasion },
        failureAllowed: ignoresFailure(project, job, tool),
      })),
  );
  kinds.set(kind, runs);
  return runs;
}

/** An image without the project's code, beside others with it: of a front end, a base or a workbench. */
function isForeignImage({ delivery }: Project, job: CiJob, tool: JobTool): boolean {
  if (!/build-push-action/.test(tool.text)) return false;
  const step = job.steps.find(
    ({ uses, usesLine, line, path }) =>
      uses === tool.text && path === tool.path && (usesLine ?? line) === tool.line,
  );
  const folder = (step?.with.context ?? ".").replace(/\/$/, "");
  const named = (step?.with.file ?? `${folder}/Dockerfile`).replace(/^(?:\.\/)+/, "");
  const image = delivery.dockerfiles.find(({ path }) => path === named);
  return image?.runsProject === false && delivery.dockerfiles.some(({ runsProject }) => runsProject);
}

export interface CiJobAt {
  file: CiFile;
  job: CiJob;
  occasion: Occasion;
}

/** Jobs that run by themselves: those of reusable workflows stand in the jobs that call them. */
export function ciJobs({ delivery }: Project): CiJobAt[] {
  return delivery.ci
    .filter(
      ({ triggers }) => triggers.length === 0 || triggers.some(({ event }) => event !== "workflow_call"),
    )
    .flatMap((file) =>
      file.jobs
        .filter(({ condition }) => !/^(?:\$\{\{)?\s{0,4}false\b/.test(condition ?? ""))
        .map((job) => ({ file, job, occasion: occasionOf(file, job, delivery.ci) })),
    );
}

/** Workflows called for one thing that is no check of the code. */
const ASIDE =
  /label|stale|greet|welcome|lock|backport|docs?\b|pages|release|publish|deploy|changelog|notify|slack|renovate|dependabot|assign|triage|\bcla\b|title|semantic|scorecard|docker|image|helm|version|bump|sync|issues?|project/i;

/** Jobs on changes that call a workflow of another repository, which may check anything: the archive does not hold it. */
export const foreignChecks = (project: Project): CiJobAt[] =>
  ciJobs(project).filter(
    ({ job, occasion }) =>
      occasion === "change" &&
      job.uses !== undefined &&
      !ASIDE.test(/([^/]{1,120})\.ya?ml(?:@|$)/.exec(job.uses)?.[1] ?? job.uses),
  );

/** Jobs that call such a workflow, in a file or by a name that speaks of delivery. */
export const foreignDeliveries = (project: Project): CiJobAt[] =>
  ciJobs(project).filter(
    ({ file, job }) =>
      job.uses !== undefined &&
      !/docs?\b|pages|sphinx/i.test(`${job.id} ${job.uses}`) &&
      /\bcd\b|deploy|deliver|\bship|production/i.test(
        `${file.name ?? ""} ${file.path} ${job.id} ${job.uses}`,
      ),
  );

/** Where a workflow of another repository is called. */
export const evidenceOfCalls = (jobs: readonly CiJobAt[]) =>
  jobs.map(({ job }) => ({ path: job.path, startLine: job.line, note: job.uses! }));

/** CircleCI's filter for tags adds them to the branches, which a job leaves only where it ignores them all. */
const ADDED_TAGS = /^(?:tags only [^;]{0,200}; )?branches ignore \/?\.\*\/?(?:;|$)/;
const TAGS_ONLY =
  /^startsWith\(github\.ref, ?'refs\/tags|^(?:\$\{\{ ?)?github\.event_name == '(?:release|schedule|workflow_dispatch)'[ }]{0,4}$|^\$CI_COMMIT_TAG$|^(?:only: ?)?tags$/;

function occasionOf(file: CiFile, job: CiJob, all: readonly CiFile[]): Occasion {
  const isRelease = file.triggers.some(({ event, tagsOnly }) => event === "release" || tagsOnly);
  if (file.provider === "circleci" && ADDED_TAGS.test(job.condition ?? "")) return "release";
  if (TAGS_ONLY.test(job.condition ?? ""))
    return /schedule|workflow_dispatch/.test(job.condition ?? "") ? "other" : "release";
  if (startsOnChange(file)) return "change";
  const followed = file.triggers.flatMap(({ workflows = [] }) => workflows);
  if (all.some((each) => each !== file && followed.includes(each.name ?? each.path) && startsOnChange(each)))
    return "change";
  return isRelease ? "release" : "other";
}

const startsOnChange = ({ triggers }: CiFile): boolean =>
  triggers.some(
    ({ event, tagsOnly }) =>
      /^(?:push|pull_request|pull_request_target|merge_group)$/.test(event) && !tagsOnly,
  );

const PROVIDERS: Readonly<Record<CiFile["provider"], string>> = {
  github: "GitHub Actions",
  forgejo: "Forgejo Actions",
  gitlab: "GitLab CI",
  circleci: "CircleCI",
  azure: "Azure Pipelines",
  jenkins: "Jenkins",
  travis: "Travis CI",
  bitbucket: "Bitbucket Pipelines",
  cirrus: "Cirrus CI",
  appveyor: "AppVeyor",
  drone: "Drone",
  woodpecker: "Woodpecker",
  buildkite: "Buildkite",
  teamcity: "TeamCity",
  other: "CI",
};

export const providerName = ({ provider }: CiFile): string => PROVIDERS[provider];

const WORK: readonly (readonly [kind: CommandKind, name: string])[] = [
  ["tests", "tests"],
  ["linter", "linting"],
  ["formatter", "formatting"],
  ["type-checker", "type checks"],
  ["security", "security scans"],
  ["build", "builds"],
  ["publish", "publishing"],
  ["deploy", "deployment"],
  ["docs", "documentation"],
];

export interface CiWork extends CiJobAt {
  /** What it does, in words: `tests, linting`. */
  does: string;
  /** Where it does it: a command of the file itself, or the job. */
  at: Place;
}

/** Jobs that work on the code; those that label, greet, close and lock issues are none. */
export function findCiWork(project: Project): CiWork[] {
  const work = ciJobs(project).flatMap((at) => {
    const { job } = at;
    const found = WORK.map(([kind, name]) => ({ name, tools: jobTools(kind, job) })).filter(
      ({ tools }) => tools[0],
    );
    if (found.length > 0) {
      const place = found.flatMap(({ tools }) => tools).find(({ path }) => path === job.path) ?? job;
      return [{ ...at, does: found.map(({ name }) => name).join(", "), at: place }];
    }
    return at.occasion === "change" && runsSomething(at)
      ? [{ ...at, does: "commands on the code", at: job }]
      : [];
  });
  return work.sort((one, other) => Number(other.does.includes("tests")) - Number(one.does.includes("tests")));
}

/** Commands that only speak, set up or move branches. */
const IDLE = /^\s{0,20}(?:(?:echo|exit|true|set|export|cd|printf|gh (?:issue|pr|label|api)|git)\b|\w{1,60}=)/;

function runsSomething({ file, job }: CiJobAt): boolean {
  // A bot that answers pull requests from forks checks out no code of theirs.
  if (file.triggers.every(({ event }) => event === "pull_request_target" || event === "issues")) return false;
  if (job.uses !== undefined) return true;
  const checksOut =
    (file.provider !== "github" && file.provider !== "forgejo") ||
    job.steps.some(({ uses }) => /(?:^|\/)checkout@/.test(uses ?? ""));
  return checksOut && job.commands.some(({ text }) => !IDLE.test(text));
}

/** What a job copies to a machine that it destroys again is there to be tested. */
export const destroysMachines = ({ commands }: CiJob): boolean =>
  commands.some(({ text }) =>
    /\binstances delete\b|\bterminate-instances\b|\b(?:terraform|vagrant|molecule|pulumi) destroy\b|\btear-?_?down\b/.test(
      text,
    ),
  );
