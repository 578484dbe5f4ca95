/** What the repository says about building, testing, shipping and running the project. */
import type { Place } from "../manifests/types.ts";

/** A command line, with the way that leads to it. */
export interface Command extends Place {
  /** One shell command, continuation lines joined, comments left out. */
  text: string;
  /** How CI comes to it, outermost first: `["make test"]`, `["tox -e py312"]`; empty when it stands in the file itself. */
  via: readonly string[];
}

export interface CiStep extends Place {
  name?: string;
  /** `uses:` of GitHub and Forgejo, orbs, `task:` of Azure, as written. */
  uses?: string;
  /** Values of `with:` and alike, as strings. */
  with: Readonly<Record<string, string>>;
  /** Shell text as written. */
  run?: string;
  env: Readonly<Record<string, string>>;
}

export interface CiJob extends Place {
  id: string;
  name?: string;
  needs: readonly string[];
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
  triggers: readonly (Place & { event: string; tagsOnly: boolean })[];
  jobs: readonly CiJob[];
  /** The parsed document for YAML providers. */
  data?: unknown;
  text: string;
  broken?: string;
}

export interface DockerInstruction extends Place {
  /** Upper case: FROM, RUN, COPY… */
  keyword: string;
  /** The rest, continuation lines joined, comments and flags left in. */
  args: string;
  endLine: number;
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
  /** Instructions of the final image in order, those of the stages it builds on first. */
  final: readonly DockerInstruction[];
  /** It runs or installs the project's own Python code, and is not made for tests or development only. */
  runsProject: boolean;
  broken?: string;
}

export interface ComposeService extends Place {
  name: string;
  image?: string;
  builds: boolean;
  command?: string;
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
  /** Bind-mounted source, development server or test-only: no deployment. */
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
  text: string;
  sections: readonly DocSection[];
  codeBlocks: readonly CodeBlock[];
}

export interface KubernetesObject extends Place {
  kind: string;
  name?: string;
  data: Readonly<Record<string, unknown>>;
}

export interface Delivery {
  ci: readonly CiFile[];
  /** All commands of all CI jobs. */
  ciCommands: readonly (Command & { job: CiJob; file: CiFile })[];
  /** Hooks of pre-commit, prek and lefthook: id, repository, place. */
  hooks: readonly (Place & { id: string; repo?: string; args: readonly string[] })[];
  dockerfiles: readonly Dockerfile[];
  compose: readonly ComposeFile[];
  kubernetes: readonly KubernetesObject[];
  /** Terraform, Pulumi, CDK, Ansible, serverless, Helm, Kustomize, platform manifests (Procfile, fly.toml, render.yaml, app.yaml, vercel.json, railway, zappa…): what names the platform, where. */
  platforms: readonly (Place & { name: string; declarative: boolean })[];
  /** How the application is started, wherever it says so: Dockerfile CMD and ENTRYPOINT, compose command, Procfile, platform manifests, Kubernetes command, systemd units, shell entry points, documented run commands. */
  startCommands: readonly (Command & {
    source: "docker" | "compose" | "procfile" | "platform" | "kubernetes" | "systemd" | "script" | "makefile" | "docs" | "supervisor";
    development: boolean;
  })[];
  /** Targets of make, just, tox, nox, hatch, poe, pdm, invoke: name to commands. */
  tasks: readonly (Place & { tool: string; name: string; commands: readonly Command[] })[];
  readme?: DocPage;
  /** README, docs folders, CONTRIBUTING, wiki pages: everything meant for people to read. */
  docs: readonly DocPage[];
  /** Patterns of the root .gitignore, or `undefined` where there is none. */
  gitignore?: { path: string; ignores(path: string): boolean };
  dockerignore?: { path: string; ignores(path: string): boolean };
}
