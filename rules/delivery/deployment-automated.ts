import {
  defineRule,
  type Evidence,
  fail,
  inconclusive,
  notApplicable,
  partial,
  pass,
} from "../../src/engine/rule.ts";
import { ciRuns, evidenceOfCalls, foreignDeliveries } from "../../src/project/ci-runs.ts";
import { publishes } from "../../src/project/delivery/command-kinds.ts";
import { type Deployment, findDeployments } from "../../src/project/deployment.ts";
import { findDeploymentElsewhere } from "../../src/project/operations.ts";
import type { Project } from "../../src/project/project.ts";
import { findPublications, type Publication, stepOf } from "../../src/project/publishing.ts";
import { findCiSchedules } from "../../src/project/schedules.ts";

const job = (on: string, run: string, more = ""): string =>
  `on: ${on}\njobs:\n  ship:\n    runs-on: ubuntu-latest\n${more}    steps:\n      - uses: actions/checkout@v6\n      - run: ${run}\n`;
const RELEASE = ".github/workflows/release.yml";
const APP = { "app.py": "print('hello')\n" };

export default defineRule({
  id: "deployment-automated",
  category: "delivery",
  severity: "medium",
  kinds: "all",
  title: "Deployment or publishing is automated",
  why: "Steps that a person performs from memory are performed differently each time, and only by the one who remembers them.",
  fix: "Publish a library from CI, without a stored token (trusted publishing):\n\n```yaml\non:\n  release:\n    types: [published]\njobs:\n  publish:\n    runs-on: ubuntu-latest\n    environment: pypi\n    permissions:\n      id-token: write\n    steps:\n      - uses: actions/checkout@v6\n      - uses: astral-sh/setup-uv@v8\n      - run: uv build && uv publish\n```\n\nAn application gets a deploy job or a manifest that its platform reads (`fly.toml`, `render.yaml`, a Helm chart, Terraform).",
  checklist: ["000-26", "002-16", "004-22", "000-27"],
  question: "How does a new version come to where it runs?",
  unseenIn: ["sdist", "wheel"],
  examples: {
    pass: [
      {
        files: {
          "lib.py": "",
          [RELEASE]: job("release", "uv build && uv publish", "    permissions:\n      id-token: write\n"),
        },
        kind: "library",
        says: "uv publish publishes it from CI, with trusted publishing",
        at: `${RELEASE}:9`,
      },
      {
        files: {
          ...APP,
          ".github/scripts/deploy_flows.py": "print('deployed')\n",
          ".github/workflows/cd.yml":
            "on: push\njobs:\n  deploy-production:\n    runs-on: ubuntu-latest\n    steps:\n      - run: uv run python .github/scripts/deploy_flows.py --all\n",
        },
        kind: "pipeline",
        says: "deploy_flows.py in job deploy-production",
        at: ".github/workflows/cd.yml:6",
        note: "A program of the project's own, named for what it does.",
      },
      {
        files: {
          "scrapy.cfg": "[settings]\ndefault = shop.settings\n",
          "shop/spiders/prices.py":
            "import scrapy\n\n\nclass Prices(scrapy.Spider):\n    name = 'prices'\n\n    def parse(self, response):\n        yield {}\n",
          ".github/workflows/cron.yml":
            "on:\n  schedule:\n    - cron: '12 8 * * *'\njobs:\n  crawl:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v6\n      - run: scrapy crawl prices\n",
        },
        kind: "pipeline",
        says: "CI itself is where it runs",
        at: ".github/workflows/cron.yml:2",
      },
      {
        files: { ...APP, "fly.toml": 'app = "shop"\n' },
        kind: "service",
        says: "Fly.io",
        at: "fly.toml:1",
      },
      {
        files: {
          ...APP,
          ".github/workflows/deploy.yml": job("push", "kubectl apply -f https://acme.example/k8s"),
        },
        kind: "service",
        says: "kubectl apply in job ship",
        at: ".github/workflows/deploy.yml:7",
      },
      {
        files: { ...APP, "deploy/main.tf": 'resource "aws_ecs_service" "shop" {}\n' },
        kind: "service",
        says: "Terraform",
        at: "deploy/main.tf:1",
      },
    ],
    partial: [
      {
        kind: "service",
        files: {
          "docker-compose.yml":
            "services:\n  web:\n    build: .\n    restart: always\n    volumes:\n      - ./files/:/app/files/\n",
          "app.py": "x = 1\n",
        },
        says: "docker-compose.yml",
        at: "docker-compose.yml:2",
        note: "A folder that the archive does not hold is for what the program writes.",
      },
      {
        kind: "service",
        files: {
          "docker-compose.prod.yml":
            "services:\n  web:\n    build: .\n    restart: always\n    volumes:\n      - ./:/src/\n    command: gunicorn app:app\n",
          "app.py": "x = 1\n",
        },
        says: "docker-compose.prod.yml",
        at: "docker-compose.prod.yml:2",
        note: "Its name says production, and the service is restarted.",
      },
      {
        files: { ...APP, [RELEASE]: job("release", "docker push ghcr.io/acme/shop") },
        kind: "service",
        says: "pushed, and nothing deploys it",
        at: `${RELEASE}:7`,
      },
      {
        files: {
          ...APP,
          Dockerfile: "FROM python:3.13\nCOPY . .\n",
          "compose.yaml": "services:\n  web:\n    build: .\n    restart: always\n",
        },
        kind: "service",
        says: "compose file",
        at: "compose.yaml:2",
      },
      {
        files: { "lib.py": "", Makefile: "release:\n\tpython -m build\n\ttwine upload dist/*\n" },
        kind: "library",
        says: "somebody has to run it",
        at: "Makefile:3",
      },
    ],
    fail: [
      {
        kind: "service",
        files: {
          "docker-compose.yml":
            "services:\n  web:\n    build: .\n    restart: always\n    volumes:\n      - ./pipelines:/usr/local/airflow/dags\n",
          "dags/daily.py": "x = 1\n",
        },
        says: "Nothing deploys it",
        note: "The folder has moved, and what is mounted is code by where it goes.",
      },
      {
        files: {
          ...APP,
          "docker-compose.yml":
            "services:\n  db:\n    build: config/postgres\n    image: shop/postgres:16\n    restart: unless-stopped\n  redis:\n    image: redis:7\n    restart: unless-stopped\n",
        },
        kind: "service",
        says: "Nothing deploys it",
        note: "A compose file with nothing but what the program needs, one of its images built here.",
      },
      {
        files: {
          ...APP,
          ".github/workflows/k8s.yml":
            "on: [pull_request]\njobs:\n  try:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: helm/kind-action@v1\n      - run: kubectl apply -f made.yaml\n",
        },
        kind: "service",
        says: "Nothing deploys it",
        note: "The cluster ends with the job that made it.",
      },
      { files: { "lib.py": "" }, kind: "library", says: "Nothing publishes it" },
      {
        files: { ...APP, Procfile: "web: python manage.py runserver\n" },
        kind: "service",
        says: "Nothing deploys it",
        note: "No platform runs a development server: foreman does, at home.",
      },
      {
        files: {
          ...APP,
          "compose.yaml":
            "services:\n  web:\n    build: .\n    command: flask run --debug\n    volumes:\n      - .:/app\n",
        },
        kind: "service",
        says: "Nothing deploys it",
        note: "A compose file with mounted source and a development server deploys nothing.",
      },
      {
        files: { ...APP, Procfile: "web: PORT=8888 gunicorn app:app\nqueue: python worker.py\n" },
        kind: "service",
        says: "Nothing deploys it",
        note: "A platform gives the port; this file is for a process manager at home.",
      },
      {
        files: {
          "lib.py": "",
          ".github/workflows/docs.yml":
            "on: push\njobs:\n  deploy:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v6\n      - uses: peaceiris/actions-gh-pages@v4\n",
        },
        kind: "library",
        says: "Nothing publishes it",
        note: "The job called deploy uploads the documentation.",
      },
    ],
    notApplicable: [{ files: { "train.py": "import torch\n" }, kind: "research", says: "nothing to deploy" }],
    inconclusive: [
      {
        files: {
          ...APP,
          ".github/workflows/production.yml":
            "name: Production CI/CD\non: push\njobs:\n  ci:\n    uses: shop/operations/.github/workflows/ci2.yml@v1\n",
        },
        kind: "service",
        says: "workflows of another repository",
        at: ".github/workflows/production.yml:4",
      },
      {
        files: { ...APP, "README.md": "# Shop\n\nThe deployment manifests live in a separate repository.\n" },
        kind: "service",
        says: "another repository",
        at: "README.md:3",
      },
    ],
  },
  check(project) {
    if (project.kind === "research")
      return notApplicable("Research code has nothing to deploy or to publish.");
    const published = findPublications(project);
    const packages = published.filter((each) => each.what === "package" && !isRehearsal(each));
    const [first] = packages;
    const isServed = project.kind === "service" || project.kind === "pipeline";
    const isPackaged = project.judgedAs.some((kind) => kind === "library" || kind === "cli");
    const deployments = project.kind === "library" ? [] : findDeployments(project);
    const strong = deployments.filter(({ how }) => how === "job" || how === "manifest");
    if (first && isPackaged)
      return pass(`${first.tool} publishes it from CI${trusted(first)}.`, packages.map(ofPublication));
    if (strong.length > 0) return pass(`It is deployed by ${namesOf(strong)}.`, strong.map(ofDeployment));
    const bundles = published.filter(({ what, job: at }) => what === "release" && buildsIn(project, at));
    if (!isServed && bundles.length > 0 && project.kind === "cli")
      return pass(
        `CI builds it and uploads it to a release (${bundles[0]!.tool}).`,
        bundles.map(ofPublication),
      );
    const [pushed] = published;
    if (pushed) return partial(describeWeak(pushed, isServed), published.map(ofPublication));
    // Where no image is pushed to run elsewhere, what CI runs on its schedule is the default branch as it stands: a
    // merge is the deployment.
    const scheduled = project.kind === "pipeline" ? findCiSchedules(project) : [];
    if (scheduled.length > 0)
      return pass(
        "CI itself is where it runs: its schedule starts the work from the repository as it stands.",
        scheduled.map(({ path, line, note }) => ({ path, startLine: line, note })),
      );
    const weak = [...deployments, ...(isServed ? [] : findReleaseTasks(project))];
    const [some] = weak;
    if (some) return partial(`Only ${some.name} ${weakness(some)}.`, weak.map(ofDeployment));
    const elsewhere = findDeploymentElsewhere(project);
    if (elsewhere && project.kind !== "library")
      return inconclusive("Its deployment lives in another repository, which the archive does not hold.", [
        { path: elsewhere.path, startLine: elsewhere.line, note: elsewhere.note },
      ]);
    const foreign = foreignDeliveries(project);
    if (foreign.length > 0)
      return inconclusive(
        `No job here ${isServed ? "deploys" : "publishes"} it, but jobs call workflows of another repository, which the archive does not hold.`,
        evidenceOfCalls(foreign),
      );
    return fail(
      isServed
        ? "Nothing deploys it: there is no deploy job, platform manifest or infrastructure as code."
        : "Nothing publishes it: no CI job uploads a package.",
    );
  },
});

const ofPublication = ({ path, line, tool }: Publication): Evidence => ({
  path,
  startLine: line,
  note: tool,
});
const ofDeployment = ({ path, line, name }: Deployment): Evidence => ({ path, startLine: line, note: name });

const namesOf = (deployments: readonly Deployment[]): string =>
  [...new Set(deployments.map(({ name }) => name))].slice(0, 3).join(", ");

function trusted({ job: at, file }: Publication): string {
  const holds = [at.permissions, file.permissions].some(
    (each) => typeof each === "object" && each !== null && Object.hasOwn(each, "id-token"),
  );
  return holds ? ", with trusted publishing" : "";
}

const buildsIn = (project: Project, job: Publication["job"]): boolean =>
  ciRuns(project, "build").some((run) => run.job === job || job.after.includes(run.job.id));

/** An upload to TestPyPI alone reaches nobody. */
const isRehearsal = (publication: Publication): boolean =>
  /test\.?pypi/i.test(
    `${publication.text} ${publication.job.id} ${stepOf(publication)?.with["repository-url"] ?? ""}`,
  );

function describeWeak(publication: Publication, served: boolean): string {
  const { what, tool } = publication;
  if (what === "package" && isRehearsal(publication)) return `CI uploads it to TestPyPI only (${tool}).`;
  const done = what === "image" ? "An image is pushed" : `CI publishes a ${what}`;
  return `${done}, and nothing ${served ? "deploys it" : "uploads a package"} (${tool}).`;
}

const weakness = ({ how }: Deployment): string =>
  how === "compose"
    ? "describes how it runs, and nothing carries it there"
    : how === "unit"
      ? "describes its process, and nothing carries it there"
      : "does it: somebody has to run it";

/** `make release` and alike, rehearsals last. */
const findReleaseTasks = ({ delivery }: Project): Deployment[] =>
  [...delivery.tasks]
    .sort((a, b) => Number(/test/i.test(a.name)) - Number(/test/i.test(b.name)))
    .flatMap(({ tool, name, commands }): Deployment[] => {
      const command = commands.find(({ text }) =>
        /twine|publish|setup\.py upload/.test(publishes(text) ?? ""),
      );
      return command
        ? [{ path: command.path, line: command.line, name: `${tool} ${name}`, how: "script" }]
        : [];
    });
