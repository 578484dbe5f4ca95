import {
  defineRule,
  type Evidence,
  fail,
  inconclusive,
  notApplicable,
  partial,
  pass,
} from "../../src/engine/rule.ts";
import { type Deployment, findDeployments } from "../../src/project/deployment.ts";
import { findMigrationRuns } from "../../src/project/migration-runs.ts";

const APP = { "app.py": "print('hello')\n" };

export default defineRule({
  id: "deployment-idempotent",
  category: "delivery",
  severity: "low",
  kinds: ["service", "pipeline"],
  title: "Deploying twice changes nothing",
  why: "A deployment that is interrupted is repeated; one that describes the wanted state can be, one that runs steps may do them twice.",
  fix: 'Describe the wanted state (a Helm chart, Terraform, a platform manifest), and run migrations once, as a step of the deployment, not in the entry point of every replica:\n\n```toml\n# fly.toml\n[deploy]\n  release_command = "alembic upgrade head"\n```',
  checklist: ["000-29"],
  unseenIn: ["sdist", "wheel"],
  question: "May the deployment be run twice, and is it repeated when it is interrupted?",
  examples: {
    pass: [
      {
        files: {
          ...APP,
          "fly.toml": 'app = "shop"\n\n[deploy]\n  release_command = "alembic upgrade head"\n',
        },
        kind: "service",
        says: "Fly.io describes the wanted state; migrations run once",
        at: "fly.toml:1",
      },
      {
        files: { ...APP, Procfile: "release: python manage.py migrate\nweb: gunicorn shop.wsgi\n" },
        kind: "service",
        says: "migrations run once (manage.py migrate in process release)",
        at: "Procfile:1",
      },
      {
        files: { ...APP, "infra/main.tf": 'resource "aws_ecs_service" "shop" {}\n' },
        kind: "service",
        says: "Terraform describes the wanted state",
        at: "infra/main.tf:1",
      },
    ],
    partial: [
      {
        files: { ...APP, Procfile: "web: flask db upgrade; gunicorn app:app\n" },
        kind: "service",
        says: "every replica runs the migrations as it starts",
        at: "Procfile:1",
      },
      {
        files: {
          ...APP,
          "boot.sh": "#!/bin/sh\nalembic upgrade head\nexec gunicorn app:app\n",
          Dockerfile: 'FROM python:3.13\nCOPY . .\nENTRYPOINT ["./boot.sh"]\n',
          "fly.toml": 'app = "shop"\n',
        },
        kind: "service",
        says: "every replica runs the migrations",
        at: "boot.sh:2",
      },
    ],
    fail: [
      {
        files: { ...APP, ".gitlab-ci.yml": "deploy:\n  script:\n    - scp -r . app@example.com:/srv/shop\n" },
        kind: "service",
        says: "steps that are run one after the other",
        at: ".gitlab-ci.yml:3",
      },
      {
        files: {
          ...APP,
          "fabfile.py": "from fabric import task\n\n\n@task\ndef deploy(c):\n    c.run('git pull')\n",
        },
        kind: "service",
        says: "Fabric",
        at: "fabfile.py:1",
      },
    ],
    inconclusive: [
      {
        files: {
          "app.py": "print('hello')\n",
          ".github/workflows/cd.yml":
            "on: push\njobs:\n  deploy:\n    runs-on: ubuntu-latest\n    steps:\n      - run: python scripts/deploy.py --all\n",
        },
        kind: "service",
        says: "a program of its own (deploy.py in job deploy)",
        at: ".github/workflows/cd.yml:6",
      },
    ],
    notApplicable: [
      { files: APP, kind: "service", says: "No deployment" },
      {
        files: {
          ...APP,
          "compose.yaml":
            "services:\n  web:\n    build: .\n    command: flask run --debug\n    volumes:\n      - .:/app\n",
        },
        kind: "service",
        says: "No deployment",
        note: "Compose for development deploys nothing.",
      },
    ],
  },
  check(project) {
    const deployments = findDeployments(project).filter(({ how }) => how !== "unit");
    if (deployments.length === 0) return notApplicable("No deployment is defined here.");
    const declared = deployments.filter(isDeclarative);
    const [first] = declared;
    const [own] = deployments.filter(isOwnProgram);
    if (!first && own)
      return inconclusive(
        `It is deployed by a program of its own (${own.name}), and only reading that tells whether it may run twice.`,
        deployments.map(ofDeployment),
      );
    if (!first)
      return fail(
        `It is deployed by steps that are run one after the other (${deployments[0]!.name}).`,
        deployments.map(ofDeployment),
      );
    const runs = findMigrationRuns(project);
    const atStart = runs.filter((run) => run.atStart);
    const started = first.name.replace(/^compose/, "Compose");
    const once = runs.find((run) => !run.atStart);
    const [replica] = atStart;
    if (replica && !once)
      return partial(
        `${started} describes the wanted state, but every replica runs the migrations as it starts (${replica.note}).`,
        atStart.map(({ path, line, note }) => ({ path, startLine: line, note })),
      );
    const migrated = once ? `; migrations run once (${once.note})` : "";
    const how = / of pipeline code in job /.test(first.name)
      ? "copies all of it, and may run twice"
      : "describes the wanted state";
    return pass(`${started} ${how}${migrated}.`, [
      ...(once ? [{ path: once.path, startLine: once.line, note: once.note }] : []),
      ...declared.map(ofDeployment),
    ]);
  },
});

const OWN_PROGRAM = /^[\w-]{1,100}\.(?:py|sh) in job /;
const isOwnProgram = ({ how, name }: Deployment): boolean => how === "job" && OWN_PROGRAM.test(name);

/** Programs that copy files and run commands know no wanted state. */
const isDeclarative = ({ how, name }: Deployment): boolean =>
  how === "manifest" ||
  how === "compose" ||
  (how === "job" &&
    !OWN_PROGRAM.test(name) &&
    !/^(?:ssh|scp|rsync|sftp|commands|fab\b|cap\b|appleboy\/|burnett01\/|easingthemes\/|SamKirkland\/)/.test(
      name,
    ));

const ofDeployment = ({ path, line, name }: Deployment): Evidence => ({ path, startLine: line, note: name });
