import { defineRule, type Evidence, fail, partial, pass } from "../../src/engine/rule.ts";
import { deploysByHand } from "../../src/project/delivery/command-kinds.ts";
import { findDeployments } from "../../src/project/deployment.ts";
import { findManualDeploys, type ManualDeploy } from "../../src/project/manual-deploys.ts";

const APP = { "app.py": "print('hello')\n" };

export default defineRule({
  id: "deployment-not-by-hand",
  category: "delivery",
  severity: "medium",
  kinds: ["service", "cli", "pipeline"],
  title: "Nobody deploys by hand over SSH",
  why: "What somebody typed on a server is neither reviewed nor repeatable, and the next server will differ.",
  fix: "Let a job or a platform do it: a deploy step in CI (`kubectl`, `flyctl deploy`, `helm upgrade`), Ansible or Terraform instead of `ssh` with `git pull`, and say in the README that this is the way.",
  checklist: ["004-23", "000-29"],
  unseenIn: ["sdist", "wheel"],
  examples: {
    pass: [
      { files: APP, kind: "service", says: "Nothing here deploys by hand" },
      {
        files: {
          ...APP,
          "README.md": "# Shop\n\n```sh\ngit clone https://example.com/shop\ngit pull\n```\n",
        },
        kind: "service",
        says: "Nothing here deploys by hand",
        note: "Updating a working copy of one's own is no deployment.",
      },
      {
        files: {
          ...APP,
          "README.md": "# Shop\n\n## Deploy\n\n```sh\nscp app.py admin@example.com:/srv\n```\n",
          "fly.toml": 'app = "shop"\n',
        },
        kind: "service",
        says: "Fly.io deploys it",
        at: "fly.toml:1",
      },
    ],
    partial: [
      {
        files: {
          ...APP,
          ".gitlab-ci.yml":
            'deploy:\n  script:\n    - ssh app@example.com "docker compose pull && docker compose up -d"\n',
        },
        kind: "service",
        says: "over SSH",
        at: ".gitlab-ci.yml:3",
      },
    ],
    fail: [
      {
        files: {
          "app.py": "x = 1\n",
          ".gitlab-ci.yml":
            "deploy to production:\n  stage: deploy\n  script: ssh host git fetch && git checkout -f main\nrequest:\n  stage: deploy\n  before_script: python -m pip install --upgrade pip\n  extends: .request\n",
        },
        kind: "service",
        says: "by hand over SSH",
        at: ".gitlab-ci.yml:3",
        note: "A job that only installs something deploys nothing that could be seen.",
      },
      {
        files: {
          ...APP,
          ".github/workflows/deploy.yml":
            "on: push\njobs:\n  deploy:\n    runs-on: ubuntu-latest\n    steps:\n      - run: |\n          ssh app@example.com '\n            cd shop && git pull &&\n            # the image's code is mounted\n            docker-compose up -d\n          '\n",
        },
        kind: "service",
        says: "ssh in job deploy",
        at: ".github/workflows/deploy.yml:7",
        note: "The containers are started behind the login.",
      },
      {
        files: {
          ...APP,
          "README.md": "# Shop\n\n## Deploy\n\n```sh\nssh app@example.com\ncd shop\ngit pull\n```\n",
        },
        kind: "service",
        says: "README.md",
        at: "README.md:6",
      },
      {
        files: { ...APP, "deploy.sh": "#!/bin/sh\nscp -r . app@example.com:/srv/shop\n" },
        kind: "service",
        says: "scp",
        at: "deploy.sh:2",
      },
      {
        files: {
          ...APP,
          "fabfile.py": "from fabric import task\n\n\n@task\ndef deploy(c):\n    c.run('git pull')\n",
        },
        kind: "service",
        says: "fabfile.py",
        at: "fabfile.py:6",
      },
    ],
    notApplicable: [{ files: { "lib.py": "" }, kind: "library", says: "It speaks to services" }],
  },
  check(project) {
    const manual = findManualDeploys(project);
    const others = findDeployments(project).filter(
      ({ how, path, line, name }) =>
        (how === "job" || how === "manifest") &&
        !/^(?:ssh|scp|rsync|sftp|appleboy\/|Fabric)/.test(name) &&
        !manual.some((one) => one.path === path && (one.line === line || isOverSsh(one, name))),
    );
    const [other] = others;
    const evidence: Evidence[] = manual.map(({ path, line, note }) => ({ path, startLine: line, note }));
    const [first] = manual;
    if (!first) return pass("Nothing here deploys by hand over SSH.");
    if (other)
      return pass(
        `${other.name} deploys it; ${first.path} also shows ${first.note}, which is not the only way.`,
        [{ path: other.path, startLine: other.line, note: other.name }, ...evidence],
      );
    const inCi = manual.every(({ ci }) => ci);
    const pulls = manual.some(
      ({ text }) =>
        /\bgit (?:pull|fetch|reset|checkout)\b/.test(text) ||
        /^(?:scp|rsync|sftp)$/.test(deploysByHand(text) ?? ""),
    );
    if (inCi && !pulls) return partial(`A job deploys, but by commands over SSH (${first.note}).`, evidence);
    return fail(`The only way to deploy is by hand over SSH: ${first.note} in ${first.path}.`, evidence);
  },
});

/** Containers that a job starts behind its login are started on the server. */
const isOverSsh = ({ note }: ManualDeploy, name: string): boolean =>
  /^docker compose up in job /.test(name) &&
  note === `ssh in job ${name.slice("docker compose up in job ".length)}`;
