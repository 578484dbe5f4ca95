/** What the repository says about building, testing, shipping and running the project. */
import type { Place } from "../manifests/types.ts";

/** A command line, with the way that leads to it. */
export interface Command extends Place {
  /**
   * One shell command: continuation lines joined, comments left out, variables put in where their values stand in the
   * repository (and do not look like secrets).
   */
  text: string;
  /** How CI comes to it, outermost first: `["make test"]`, `["tox -e py312"]`; empty when it stands in the file itself. */
  via: readonly string[];
}

export interface CiStep extends Place {
  name?: string;
  /** `uses:` of GitHub and Forgejo, orbs, `task:` of Azure, as written. */
  uses?: string;
  /** Line of `uses`. */
  usesLine?: number;
  /** Values of `with:` and alike, as strings. */
  with: Readonly<Record<string, string>>;
  /** Line of each value of `with`. */
  withLines?: Readonly<Record<string, number>>;
  /** Shell text as written. */
  run?: string;
  /** Line of the first line of `run`. */
  runLine?: number;
  env: Readonly<Record<string, string>>;
  /** Folder that `run` starts in, where the step or its job names one. */
  workingDirectory?: string;
  condition?: string;
  /** A failure of the step does not fail the job. */
  failureAllowed?: boolean;
  /** Local actions and templates through which the job comes to the step, outermost first; empty when it stands in the job itself. */
  via: readonly string[];
}

export interface CiJob extends Place {
  id: string;
  name?: string;
  needs: readonly string[];
  /**
   * Every job that has to succeed before this one: `needs` and what those need in turn; for providers with stages all
   * jobs of earlier stages. Ids in the same file.
   */
  after: readonly string[];
  /** A reusable workflow of another repository, a job of an orb, a template that cannot be opened: as written. */
  uses?: string;
  /** Values of the matrix by key, those of `include` among them. */
  matrix?: Readonly<Record<string, readonly string[]>>;
  /** A failure of the job does not fail the run. */
  failureAllowed?: boolean;
  /** Deployment environment, as written. */
  environment?: string;
  /** Container image and service images. */
  image?: string;
  services: readonly string[];
  /** Steps, those of local composite actions and local reusable workflows taken in. */
  steps: readonly CiStep[];
  /** Every command the job runs, expanded through make, just, tox, nox, hatch, poe, pdm, npm scripts and local shell scripts. */
  commands: readonly Command[];
  /** A condition, as written (`if:`, `rules:`, `only:`). */
  condition?: string;
  /** `runs-on`, stage of GitLab. */
  stage?: string;
  permissions?: unknown;
}

export interface CiTrigger extends Place {
  event: string;
  /** Tags start it and branches do not. */
  tagsOnly: boolean;
  branches?: readonly string[];
  /** Names of the workflows whose end starts this one (`workflow_run`). */
  workflows?: readonly string[];
}

export interface CiFile {
  path: string;
  provider:
    | "github"
    | "forgejo"
    | "gitlab"
    | "circleci"
    | "azure"
    | "jenkins"
    | "travis"
    | "bitbucket"
    | "cirrus"
    | "appveyor"
    | "drone"
    | "woodpecker"
    | "buildkite"
    | "teamcity"
    | "other";
  name?: string;
  /** `push`, `pull_request`, `schedule`, `release`, `workflow_dispatch`, `workflow_call`, `workflow_run`, `pull_request_target`…; for providers without triggers `push` and `pull_request`. */
  triggers: readonly CiTrigger[];
  /** Token permissions of the whole file, as plain data. */
  permissions?: unknown;
  jobs: readonly CiJob[];
  /** The parsed document for YAML providers. */
  data?: unknown;
  text: string;
  broken?: string;
}

export interface DockerInstruction extends Place {
  /** Upper case: FROM, RUN, COPY… */
  keyword: string;
  /** The rest, continuation lines joined by a space; flags left in, comment lines left out. */
  args: string;
  endLine: number;
  /** Flags by name: `from` of `--from=builder`; `mount` repeated is joined by spaces. */
  flags: Readonly<Record<string, string>>;
  /** Shell commands of RUN, CMD, ENTRYPOINT and of a HEALTHCHECK, each at its line, here-documents among them; not followed. */
  commands: readonly Command[];
  /** Exec form as a list, shell form `undefined` (CMD, ENTRYPOINT, RUN). */
  exec?: readonly string[];
}

export interface DockerStage extends Place {
  /** Image with ARG defaults put in: `python:3.12-slim`, or the name of an earlier stage. */
  image: string;
  name?: string;
  instructions: readonly DockerInstruction[];
  /** The earlier stage that it builds on, by index. */
  base?: number;
}

export interface Dockerfile {
  path: string;
  stages: readonly DockerStage[];
  instructions: readonly DockerInstruction[];
  /**
   * Instructions of the final image in order, those of the stages it builds on first. The final stage is the last one
   * that is not named for development or tests, where there is one.
   */
  final: readonly DockerInstruction[];
  /** It runs or installs the project's own Python code, and is not made for tests or development only. */
  runsProject: boolean;
  broken?: string;
}

export interface ComposeService extends Place {
  name: string;
  image?: string;
  builds: boolean;
  /** `entrypoint` and `command` together. */
  command?: string;
  commandLine?: number;
  restart?: string;
  healthcheck: boolean;
  /** Environment values as written, `undefined` for pass-through. */
  environment: Readonly<Record<string, string | undefined>>;
  volumes: readonly string[];
  replicas?: number;
  data: Readonly<Record<string, unknown>>;
}

export interface ComposeFile {
  path: string;
  services: readonly ComposeService[];
  /** Bind-mounted source, development server or test-only: no deployment. Also a file of an example. */
  development: boolean;
  broken?: string;
}

export interface DocSection {
  title: string;
  level: number;
  line: number;
  body: string;
}

export interface CodeBlock {
  language: string;
  text: string;
  line: number;
}

export interface DocPage {
  path: string;
  role: "readme" | "changelog" | "contributing" | "security" | "page";
  text: string;
  sections: readonly DocSection[];
  codeBlocks: readonly CodeBlock[];
}

export interface KubernetesObject extends Place {
  kind: string;
  name?: string;
  data: Readonly<Record<string, unknown>>;
}

/** A task of a task runner. */
export interface Task extends Place {
  /** `make`, `just`, `task`, `tox`, `nox`, `hatch`, `poe`, `pdm`, `rye`, `pixi`, `pipenv`, `taskipy`, `invoke`, `fabric`, `npm`. */
  tool: string;
  name: string;
  /** The task's own commands, not expanded; those of the tasks that it needs are not among them. */
  commands: readonly Command[];
  /** Names of tasks of the same file that run before. */
  needs: readonly string[];
}

/** A hook of pre-commit, prek, lefthook or husky. */
export interface Hook extends Place {
  id: string;
  repo?: string;
  /** `rev` of the repository. */
  revision?: string;
  args: readonly string[];
  /** What the hook runs, where the file says so (local hooks, lefthook). */
  entry?: string;
  stages: readonly string[];
}

export interface PlatformFile extends Place {
  /** `Heroku`, `Fly.io`, `Render`, `Helm`, `Terraform`… */
  name: string;
  /**
   * `platform`: a manifest of a hosting platform. `infrastructure`: Terraform, CDK and alike. `orchestration`:
   * Kubernetes, Helm, Nomad. `host`: configuration management, systemd, supervisor. `server`: settings of an
   * application server, which name no platform. `script`: fabfiles and alike.
   */
  category: "platform" | "infrastructure" | "orchestration" | "host" | "server" | "script";
  /** It describes the wanted state; a script of steps does not. */
  declarative: boolean;
}

export interface StartCommand extends Command {
  source:
    | "docker"
    | "compose"
    | "procfile"
    | "platform"
    | "kubernetes"
    | "systemd"
    | "script"
    | "makefile"
    | "docs"
    | "supervisor";
  /** A development server, or a place that is for development. */
  development: boolean;
  /** The server it starts (`gunicorn`, `flask run`…), where its text shows one. */
  server?: string;
}

export interface IgnoreFile {
  path: string;
  /** Whether a path of the archive (or a folder, with a `/` at its end) is ignored. */
  ignores(path: string): boolean;
}

/** A licence file. */
export interface LicenseFile extends Place {
  /** SPDX id, where the text is known. */
  spdx?: string;
}

export interface Delivery {
  ci: readonly CiFile[];
  /** All commands of all CI jobs. */
  ciCommands: readonly (Command & { job: CiJob; file: CiFile })[];
  /** Hooks of pre-commit, prek, lefthook and husky. */
  hooks: readonly Hook[];
  dockerfiles: readonly Dockerfile[];
  compose: readonly ComposeFile[];
  /** Objects of plain manifests; of Helm templates what can be read of their text. */
  kubernetes: readonly KubernetesObject[];
  /** Terraform, Pulumi, CDK, Ansible, serverless, Helm, Kustomize, platform manifests (Procfile, fly.toml, render.yaml, app.yaml, vercel.json, railway, zappa…): what names the platform, where. */
  platforms: readonly PlatformFile[];
  /** How the application is started, wherever it says so: Dockerfile CMD and ENTRYPOINT, compose command, Procfile, platform manifests, Kubernetes command, systemd units, shell entry points, documented run commands. */
  startCommands: readonly StartCommand[];
  /** The same but for those that pages tell a reader to give. */
  deployedCommands: readonly StartCommand[];
  /** Targets of make, just, tox, nox, hatch, poe, pdm, invoke and alike: name to commands. */
  tasks: readonly Task[];
  /** Commands of any script or file, followed as those of CI are: into tasks and local scripts. */
  expand(text: string, place: Place): readonly Command[];
  readme?: DocPage;
  /** README, docs folders, CONTRIBUTING, wiki pages: everything meant for people to read. */
  docs: readonly DocPage[];
  /** The top .gitignore and that of the judged folder together, or `undefined` where there is none. */
  gitignore?: IgnoreFile;
  dockerignore?: IgnoreFile;
  licenses: readonly LicenseFile[];
}
