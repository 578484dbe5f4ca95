import { defineRule, fail, partial, pass } from "../../src/engine/rule.ts";
import { findLine } from "../../src/project/files.ts";
import {
  finalStage,
  findImages,
  findPlatforms,
  isAside,
  rootStage,
  runsOwnCode,
} from "../../src/project/images.ts";
import type { Place } from "../../src/project/manifests/types.ts";
import type { Project } from "../../src/project/project.ts";

const APP = { "app.py": "print('hello')\n" };

export default defineRule({
  id: "container-defined",
  category: "delivery",
  severity: "medium",
  kinds: ["service", "pipeline"],
  title: "A container or a platform runtime is defined",
  why: "A defined image carries the interpreter, the system libraries and the code together, so that what was tested is what runs.",
  fix: 'A `Dockerfile` that installs from the lock and runs as nobody special:\n\n```dockerfile\nFROM python:3.13-slim\nCOPY --from=ghcr.io/astral-sh/uv:0.9 /uv /bin/\nWORKDIR /app\nCOPY pyproject.toml uv.lock ./\nRUN uv sync --locked --no-dev --no-install-project\nCOPY . .\nRUN uv sync --locked --no-dev\nUSER 1000\nCMD ["/app/.venv/bin/gunicorn", "app:app"]\n```',
  checklist: ["000-27", "001-34", "002-15", "003-02", "000-05"],
  unseenIn: ["sdist", "wheel"],
  examples: {
    pass: [
      {
        kind: "pipeline",
        files: {
          "docker-compose.yml":
            "services:\n  web:\n    build:\n      context: .\n      dockerfile: docker/airflow.Dockerfile\n    volumes:\n      - ./dags:/usr/local/airflow/dags\n  tunnel:\n    build:\n      context: .\n      dockerfile: docker/tunnel.Dockerfile\n",
          "docker/airflow.Dockerfile": "FROM puckel/docker-airflow:1.10.9\nUSER airflow\n",
          "docker/tunnel.Dockerfile": "FROM alpine:3\nRUN apk add openssh-client\n",
          "dags/daily.py": "x = 1\n",
        },
        says: "docker/airflow.Dockerfile defines the image that runs it",
        at: "docker/airflow.Dockerfile:1",
        note: "Whoever has built Airflow's image.",
      },
      {
        files: {
          ...APP,
          "docker/DemoDockerfile": 'FROM python:3.13-slim\nCOPY . /app\nCMD ["python", "/app/app.py"]\n',
        },
        kind: "service",
        says: "docker/DemoDockerfile defines the image",
        at: "docker/DemoDockerfile:1",
      },
      {
        files: { ...APP, Dockerfile: 'FROM python:3.13-slim\nCOPY . /app\nCMD ["python", "/app/app.py"]\n' },
        kind: "service",
        says: "Dockerfile defines the image",
        at: "Dockerfile:1",
      },
      {
        files: { ...APP, Procfile: "web: gunicorn app:app\n" },
        kind: "service",
        says: "Heroku runs it",
        at: "Procfile:1",
        note: "A platform's runtime takes the place of an image.",
      },
      {
        files: { ...APP, Containerfile: "FROM python:3.13\nCOPY app.py .\nCMD python app.py\n" },
        kind: "pipeline",
        says: "Containerfile defines the image",
        at: "Containerfile:1",
      },
      {
        files: {
          ...APP,
          ".github/workflows/deploy.yml":
            "on: push\njobs:\n  deploy:\n    runs-on: ubuntu-latest\n    steps:\n      - run: gcloud composer environments storage dags import --environment prod --source dags\n",
        },
        kind: "pipeline",
        says: "Cloud Composer runs it",
        at: ".github/workflows/deploy.yml:6",
      },
      {
        files: { ...APP, Dockerfile: "FROM quay.io/astronomer/astro-runtime:12.0.0\n" },
        kind: "pipeline",
        says: "Dockerfile defines the image",
        at: "Dockerfile:1",
        note: "The Astro Runtime takes code and requirements by ONBUILD.",
      },
      {
        files: {
          ...APP,
          "project.toml": '[[io.buildpacks.group]]\nuri = "docker://docker.io/heroku/buildpack-python"\n',
        },
        kind: "service",
        says: "Cloud Native Buildpacks",
        at: "project.toml:1",
      },
    ],
    partial: [
      {
        files: { ...APP, "Dockerfile.dev": "FROM python:3.13\nCOPY app.py .\nCMD python app.py\n" },
        kind: "service",
        says: "for development only",
        at: "Dockerfile.dev:1",
      },
      {
        files: {
          ...APP,
          "compose.yaml":
            "services:\n  web:\n    image: python:3.13\n    command: python app.py\n    volumes:\n      - .:/app\n",
        },
        kind: "service",
        says: "mounts the code",
        at: "compose.yaml:2",
      },
    ],
    fail: [
      { files: APP, kind: "service", says: "No Dockerfile" },
      {
        files: { ...APP, "compose.yaml": "services:\n  db:\n    image: postgres:17\n" },
        kind: "service",
        says: "No Dockerfile",
        note: "A database for development does not run the project.",
      },
      {
        files: { ...APP, "tests/Dockerfile": "FROM python:3.13\nCOPY app.py .\nCMD pytest\n" },
        kind: "service",
        says: "No Dockerfile",
        note: "An image for the tests is not shipped.",
      },
    ],
    notApplicable: [{ files: { "lib.py": "" }, kind: "library", says: "It speaks to services" }],
  },
  check(project) {
    const { compose, kubernetes, dockerfiles } = project.delivery;
    const images = findImages(project);
    if (images.length > 0)
      return pass(
        `${nameList(images)} ${images.length > 1 ? "define the images" : "defines the image"} that ${images.length > 1 ? "run" : "runs"} it.`,
        images.map((file) => {
          const stage = rootStage(file, finalStage(file));
          return at({ path: file.path, line: stage?.line ?? 1 }, stage?.image);
        }),
      );
    const runtimes = findPlatforms(project).filter(
      ({ name, category }) => category === "platform" || name === "AWS SAM" || name === "OpenShift",
    );
    const [runtime] = runtimes;
    if (runtime)
      return pass(
        `${runtime.name} runs it (${runtime.path}).`,
        runtimes.map((each) => at(each, each.name)),
      );
    const scheduler = project.kind === "pipeline" ? findManagedScheduler(project) : undefined;
    if (scheduler) return pass(`${scheduler.note} runs it (${scheduler.path}).`, [scheduler]);
    const aside = dockerfiles.filter(
      (file) =>
        isAside(file, project.root) && /(?:^|\/)(?:[\w.-]*dev|local)\b|[._-](?:dev|local)\b/i.test(file.path),
    );
    const services = compose.flatMap((file) => file.services).filter(runsOwnCode);
    const [built] = services.filter(({ builds }) => builds);
    if (aside.length > 0)
      return partial(
        `${nameList(aside)} defines an image for development only.`,
        aside.map(({ path, stages }) => at({ path, line: stages[0]?.line ?? 1 })),
      );
    if (built)
      return pass(
        `${built.path} builds the image that runs it.`,
        services.map((each) => at(each)),
      );
    const [mounted] = services;
    if (mounted)
      return partial(
        `${mounted.path} mounts the code into ${mounted.image}; no image of its own is defined.`,
        services.map((each) => at(each)),
      );
    const [workload] = kubernetes.filter(({ kind }) => /^(?:Deployment|StatefulSet|CronJob|Job)$/.test(kind));
    if (workload)
      return partial("It runs in a container on Kubernetes, but nothing here defines the image.", [
        at(workload),
      ]);
    return fail("No Dockerfile, buildpack, compose file or platform runtime runs the project.");
  },
});

/** Managed Airflow, which takes DAGs from a bucket into images of its own, by the commands and actions of CI. */
const SCHEDULERS: readonly [pattern: RegExp, name: string][] = [
  [/\bgcloud composer\b|\bCOMPOSER_\w{1,40}\s{0,4}[:=]/, "Cloud Composer"],
  [/\baws mwaa\b|\bmwaa\b[^\n]{0,60}(?:bucket|environment)/i, "Amazon MWAA"],
  [/\bastronomer\/deploy-action@|\bastro deploy\b/, "Astronomer"],
];

function findManagedScheduler({ delivery }: Project) {
  for (const { path, text } of delivery.ci)
    for (const [pattern, name] of SCHEDULERS) {
      const line = findLine(text, pattern);
      if (line !== undefined) return at({ path, line }, name);
    }
  return undefined;
}

const at = ({ path, line }: Place, note?: string) => ({
  path,
  startLine: line,
  ...(note === undefined ? {} : { note }),
});

function nameList(files: readonly { path: string }[]): string {
  const names = files.slice(0, 3).map(({ path }) => path);
  const more = files.length > 3 ? ` and ${files.length - 3} more` : "";
  return names.join(", ") + more;
}
