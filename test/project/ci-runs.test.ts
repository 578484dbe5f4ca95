/** What CI does, on which occasions, and what it publishes and deploys. */
import { describe, expect, it } from "vitest";
import { ciJobs, ciRuns, findCiWork } from "../../src/project/ci-runs.ts";
import { findDeployments } from "../../src/project/deployment.ts";
import { findManualDeploys } from "../../src/project/manual-deploys.ts";
import { findPublications } from "../../src/project/publishing.ts";
import { projectOf } from "./project-of.ts";

const workflow = (on: string, run: string, more = ""): string =>
  `on: ${on}\njobs:\n  work:\n    runs-on: ubuntu-latest\n${more}    steps:\n      - uses: actions/checkout@v6\n      - run: ${run}\n`;
const ci = (text: string) => projectOf({ "a.py": "", ".github/workflows/ci.yml": text });

describe("the occasion of a job", () => {
  const occasions = (text: string) => ciJobs(ci(text)).map(({ occasion }) => occasion);

  it.each([
    ["[push]", "", "change"],
    ["[pull_request, workflow_dispatch]", "", "change"],
    ["{push: {tags: ['v*']}}", "", "release"],
    ["release", "", "release"],
    ["workflow_dispatch", "", "other"],
    ["{schedule: [{cron: '0 3 * * *'}]}", "", "other"],
    ["[push, release]", "    if: github.event_name == 'release'\n", "release"],
    ["[push, schedule]", "    if: github.event_name == 'schedule'\n", "other"],
  ])("on %s %s is %s", (on, more, occasion) => {
    expect(occasions(workflow(on, "pytest", more))).toEqual([occasion]);
  });

  it("a job that is switched off is none, nor is a workflow that only others call", () => {
    expect(occasions(workflow("push", "pytest", "    if: ${{ false }}\n"))).toEqual([]);
    expect(occasions(workflow("workflow_call", "pytest"))).toEqual([]);
  });

  it("a workflow that follows one on changes runs on changes", () => {
    const project = projectOf({
      "a.py": "",
      ".github/workflows/ci.yml": `name: CI\n${workflow("push", "ruff check")}`,
      ".github/workflows/after.yml": workflow("{workflow_run: {workflows: [CI]}}", "pytest"),
    });
    expect(ciRuns(project, "tests").map(({ occasion }) => occasion)).toEqual(["change"]);
  });
});

describe("work on the code", () => {
  it("is what tests, checks, builds or ships it", () => {
    expect(findCiWork(ci(workflow("push", "ruff check && pytest"))).map(({ does }) => does)).toEqual([
      "tests, linting",
    ]);
  });

  it("is not labelling, or speaking", () => {
    expect(findCiWork(ci(workflow("push", "echo pytest")))).toEqual([]);
    expect(findCiWork(ci(workflow("push", "gh issue close 1")))).toEqual([]);
  });
});

describe("publications", () => {
  const what = (run: string) => findPublications(ci(workflow("release", run))).map((each) => each.what);

  it.each([
    ["twine upload dist/*", "package"],
    ["uv publish", "package"],
    ["docker push ghcr.io/acme/shop:1", "image"],
    ["gh release create v1", "release"],
  ])("%s publishes a %s", (run, kind) => expect(what(run)).toEqual([kind]));

  it("a workflow of another repository tells by its name", () => {
    const project = ci(
      "on: release\njobs:\n  ship:\n    uses: acme/flows/.github/workflows/pypi-publish.yml@v1\n",
    );
    expect(findPublications(project)).toMatchObject([{ what: "package", line: 3 }]);
  });
});

describe("deployments", () => {
  const names = (files: Record<string, string>) =>
    findDeployments(projectOf({ "a.py": "", ...files })).map(({ how, name }) => `${how} ${name}`);

  it("a job, a manifest, a compose file, a unit", () => {
    expect(
      names({
        ".github/workflows/deploy.yml": workflow("push", "helm upgrade shop ./chart"),
        "render.yaml": "services:\n  - type: web\n",
        "compose.yaml": "services:\n  web:\n    build: .\n    restart: always\n",
        "deploy/shop.service": "[Service]\nExecStart=/srv/run\n",
      }),
    ).toEqual([
      "job helm upgrade in job work",
      "manifest Render",
      "unit systemd",
      "compose compose file compose.yaml",
    ]);
  });

  it("documentation is none, nor is a Procfile of a part, nor a static site", () => {
    expect(
      names({
        ".github/workflows/docs.yml": workflow("push", "netlify deploy"),
        "processor/Procfile": "web: run\n",
        "netlify.toml": "[build]\n",
      }),
    ).toEqual([]);
  });

  it("a stage of GitLab says so where its script cannot be known", () => {
    expect(
      names({ ".gitlab-ci.yml": "stages: [deploy]\nprod:\n  stage: deploy\n  script: ./ship-it\n" }),
    ).toEqual(["job commands in job prod"]);
  });
});

describe("deployments by hand", () => {
  const notes = (files: Record<string, string>) =>
    findManualDeploys(projectOf({ "a.py": "", ...files })).map(({ note, line }) => `${line} ${note}`);

  it("are found in scripts, jobs and pages about deployment", () => {
    expect(notes({ "deploy.sh": "set -e\nrsync -a . app@example.com:/srv\n" })).toEqual(["2 rsync"]);
    expect(notes({ "README.md": "# Deploy\n\n```\n$ ssh app@example.com\n$ git pull\n```\n" })).toEqual([
      "4 ssh and git pull",
    ]);
  });

  it("are no backups, no local copies, and no logins without a deployment", () => {
    expect(notes({ "backup.sh": "scp dump.sql app@example.com:/backups\n" })).toEqual([]);
    expect(notes({ "copy.sh": "rsync -a src/ dest/\n" })).toEqual([]);
    expect(notes({ "README.md": "# Deploy\n\n```\nssh app@example.com\nuptime\n```\n" })).toEqual([]);
  });
});
