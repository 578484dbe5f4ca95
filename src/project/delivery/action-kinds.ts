/** What actions, orbs, pipes and tasks do that a job uses, and what a whole job does. */
import type { Place } from "../manifests/types.ts";
import { type CommandKind, toolFor } from "./command-kinds.ts";
import type { CiJob, CiStep } from "./types.ts";

/** By kind: parts of `owner/name` (and path), matched from a `/` or the start to a `/`, `@` or the end. */
const ACTIONS: Readonly<Record<CommandKind, string>> = {
  tests: `
    pavelzw/pytest-action python/test cytopia/docker-pytest-github-action`,
  linter: `
    astral-sh/ruff-action chartboost/ruff-action py-actions/flake8 julianwachholz/flake8-action
    suo/flake8-github-action cclauss/GitHub-Action-for-pylint tonybajan/flake8-check-action
    wemake-services/wemake-python-styleguide github/super-linter super-linter/super-linter
    oxsecurity/megalinter reviewdog/action-flake8 dciborow/action-pylint trunk-io/trunk-action
    jpetrucciani/ruff-check-action codacy/codacy-analysis-cli-action`,
  formatter: `
    psf/black rickstaa/action-black lgeiger/black-action jamescurtin/isort-action isort/isort-action
    reviewdog/action-black super-linter/super-linter oxsecurity/megalinter`,
  "type-checker": `
    jakebailey/pyright-action jpetrucciani/mypy-check tsuyoshicho/action-mypy jashparekh/mypy-action
    python/mypy sasanquaneuf/mypy-github-action`,
  build: `
    docker/build-push-action docker/bake-action pypa/cibuildwheel hynek/build-and-inspect-python-package
    PyO3/maturin-action mr-smithers-excellent/docker-build-push redhat-actions/buildah-build
    depot/build-push-action depot/bake-action whoan/docker-build-with-cache-action matootie/dockerhub
    elgohr/Publish-Docker-Github-Action docker/build docker/publish aws-ecr/build-and-push-image
    aws-ecr/build_and_push_image gcp-gcr/build-image gcp-artifact-registry/build-image plugins/docker
    plugins/kaniko woodpeckerci/plugin-docker-buildx Docker@2 DockerCompose@0 buildpacks/github-actions
    macbre/push-to-ghcr OpenAstronomy/github-actions/.github/workflows/publish.yml home-assistant/builder`,
  publish: `
    docker/build-push-action docker/bake-action depot/build-push-action depot/bake-action
    pypa/gh-action-pypi-publish pypi-publish JRubics/poetry-publish etils-actions/pypi-auto-publish
    casperdcl/deploy-pypi softprops/action-gh-release ncipollo/release-action actions/create-release
    svenstaro/upload-release-action googleapis/release-please-action
    google-github-actions/release-please-action python-semantic-release/python-semantic-release
    relekang/python-semantic-release cycjimmy/semantic-release-action elgohr/Publish-Docker-Github-Action
    mr-smithers-excellent/docker-build-push macbre/push-to-ghcr redhat-actions/push-to-registry
    matootie/dockerhub docker/publish docker/push aws-ecr/build-and-push-image aws-ecr/build_and_push_image
    gcp-gcr/push-image plugins/docker plugins/pypi woodpeckerci/plugin-docker-buildx TwineAuthenticate@1
    atlassian/pypi-publish mozilla-it/deploy-actions/docker-push
    OpenAstronomy/github-actions/.github/workflows/publish.yml scientific-python/upload-nightly-action
    marvinpinto/action-automatic-releases antonyurchenko/git-release`,
  deploy: `
    appleboy/ssh-action appleboy/scp-action akhileshns/heroku-deploy superfly/flyctl-actions/deploy
    google-github-actions/deploy-cloudrun google-github-actions/deploy-appengine
    google-github-actions/deploy-cloud-functions google-github-actions/deploy-cloud-run
    aws-actions/amazon-ecs-deploy-task-definition aws-actions/aws-cloudformation-github-deploy
    aws-actions/aws-lambda-deploy Azure/webapps-deploy Azure/functions-action
    Azure/container-apps-deploy-action Azure/k8s-deploy Azure/aks-deploy digitalocean/app_action
    amondnet/vercel-action nwtgck/actions-netlify johnbeynon/render-deploy-action railwayapp/railway-deploy
    einaregilsson/beanstalk-deploy serverless/github-action actions-hub/kubectl deliverybot/helm
    bitovi/github-actions-deploy-docker-to-ec2 hashicorp/tfc-workflows-github dflook/terraform-apply
    pulumi/actions dagster-io/dagster-cloud-action dagster-io/dagster-cloud-cicd
    dagster-io/cloud-branch-deployments-action astronomer/deploy-action burnett01/rsync-deployments
    easingthemes/ssh-deploy SamKirkland/FTP-Deploy-Action dokku/github-action caprover/deploy-from-github
    python-discord/.github/.github/workflows/deploy heroku/deploy-via-git aws-ecs/deploy-service-update
    gcp-cloud-run/deploy gcp-cloud-run aws-s3/sync atlassian/aws-ecs-deploy atlassian/aws-lambda-deploy
    atlassian/heroku-deploy atlassian/kubectl-run atlassian/ssh-run atlassian/google-app-engine-deploy
    atlassian/aws-elasticbeanstalk-deploy atlassian/rsync-deploy atlassian/scp-deploy AzureWebApp@1
    AzureRmWebAppDeployment@4 AzureFunctionApp@1 AzureFunctionApp@2 AzureContainerApps@1
    KubernetesManifest@0 KubernetesManifest@1 HelmDeploy@0 HelmDeploy@1 Kubernetes@1 TerraformTaskV4@4
    heroku-deploy kubernetes-deploy cloudflare/wrangler-action SSH@0 CopyFilesOverSSH@0`,
  security: `
    github/codeql-action/analyze github/codeql-action/init pypa/gh-action-pip-audit
    returntocorp/semgrep-action semgrep/semgrep-action aquasecurity/trivy-action snyk/actions
    google/osv-scanner-action gitleaks/gitleaks-action trufflesecurity/trufflehog ossf/scorecard-action
    PyCQA/bandit-action tj-actions/bandit mdegis/bandit-action actions/dependency-review-action
    pyupio/safety-action pyupio/safety anchore/scan-action anchore/grype zizmorcore/zizmor-action
    woodruffw/zizmor sonarsource/sonarcloud-github-action sonarsource/sonarqube-scan-action
    bridgecrewio/checkov-action docker/scout-action GitGuardian/ggshield-action shundor/python-bandit-scan
    microsoft/security-devops-action Security/SAST.gitlab-ci.yml Security/Secret-Detection.gitlab-ci.yml
    Security/Dependency-Scanning.gitlab-ci.yml Jobs/SAST.gitlab-ci.yml fossas/fossa-action`,
  coverage: `
    codecov/codecov-action codecov/upload coverallsapp/github-action AndreMiras/coveralls-python-action
    py-cov-action/python-coverage-comment-action MishaKav/pytest-coverage-comment orgoro/coverage
    paambaati/codeclimate-action codacy/codacy-coverage-reporter-action qltysh/qlty-action/coverage
    PublishCodeCoverageResults@1 PublishCodeCoverageResults@2 irongut/CodeCoverageSummary
    5monkeys/cobertura-action`,
  docs: `
    peaceiris/actions-gh-pages actions/deploy-pages JamesIves/github-pages-deploy-action
    ammaraskar/sphinx-action sphinx-notes/pages mhausenblas/mkdocs-deploy-gh-pages`,
  migrations: "",
};

const PATTERNS = new Map(
  Object.entries(ACTIONS).map(([kind, names]) => [
    kind,
    names
      .split(/\s+/)
      .filter((name) => name !== "")
      .map((name) => name.toLowerCase()),
  ]),
);

/** Actions of anybody's that say in their name what they do: `someone/pypi-publisher`. */
const UPLOADS =
  /[/-](?:pypi-(?:publish(?:er)?|upload(?:er)?|release)|(?:publish|upload|release|deploy)-(?:(?:to|on)-)?pypi)(?:-action)?$/;

/** The action, without its version, by which a step is of a kind. */
export function actionFor(kind: CommandKind, uses: string): string | undefined {
  const whole = uses.toLowerCase();
  const bare = /^[a-z]\w{1,60}@\d/.test(whole)
    ? whole
    : whole
        .replace(/@[^@]*$/, "")
        .replace(/^docker:\/\//, "")
        .replace(/:[\w.-]*$/, "");
  const found = PATTERNS.get(kind)?.find(
    (name) =>
      bare === name || bare.endsWith(`/${name}`) || bare.startsWith(`${name}/`) || bare.includes(`/${name}/`),
  );
  if (
    found === undefined &&
    kind === "deploy" &&
    /^deploy (?!pypi|releases|pages|npm|bintray|script)/.test(whole)
  )
    return uses;
  if (found === undefined && kind === "publish" && /^deploy (?:pypi|releases)/.test(whole)) return uses;
  if (found === undefined && kind === "publish" && UPLOADS.test(bare)) return uses.replace(/@[^@]*$/, "");
  return found === undefined ? undefined : uses.replace(/@[^@]*$/, "");
}

/** A place in a job where something of a kind is done. */
export interface JobTool extends Place {
  /** The tool or the action. */
  tool: string;
  /** The command, or the action as written. */
  text: string;
  /** How the job comes to it. */
  via: readonly string[];
  /** Its failure does not fail the job. */
  failureAllowed: boolean;
}

/** Everything of a kind that a job does, by commands and by what it uses. */
export function jobTools(kind: CommandKind, job: CiJob): JobTool[] {
  const steps = job.steps.flatMap((step) => stepTool(kind, step));
  const commands = job.commands.flatMap(({ path, line, text, via }) => {
    const tool = toolFor(kind, text);
    return tool === undefined
      ? []
      : [{ path, line, tool, text, via, failureAllowed: job.failureAllowed ?? false }];
  });
  const called = job.uses === undefined ? undefined : actionFor(kind, job.uses);
  const whole =
    called === undefined
      ? []
      : [{ path: job.path, line: job.line, tool: called, text: job.uses!, via: [], failureAllowed: false }];
  return [...whole, ...steps, ...commands];
}

function stepTool(kind: CommandKind, step: CiStep): JobTool[] {
  const { path, uses, via } = step;
  const line = step.usesLine ?? step.line;
  const tool = uses === undefined ? undefined : actionFor(kind, uses);
  if (tool === undefined || uses === undefined || !holdsFor(kind, step)) return [];
  return [{ path, line, tool, text: uses, via, failureAllowed: step.failureAllowed ?? false }];
}

/** Building an image is publishing it where the action is told to push. */
function holdsFor(kind: CommandKind, step: CiStep): boolean {
  if (kind !== "publish" || !/build-push-action|bake-action/.test(step.uses ?? "")) return true;
  return (
    (step.with.push !== undefined && step.with.push !== "false") ||
    /push=true|type=registry/.test(step.with.outputs ?? "")
  );
}
