import {
  defineRule,
  type Evidence,
  inconclusive,
  judgeShare,
  notApplicable,
  partial,
} from "../../src/engine/rule.ts";
import { ciRuns } from "../../src/project/ci-runs.ts";
import type { CiFile, CiJob } from "../../src/project/delivery/types.ts";
import { findDeployRuns } from "../../src/project/deployment.ts";
import type { Project } from "../../src/project/project.ts";
import { findPublications } from "../../src/project/publishing.ts";

const TEST = "  test:\n    runs-on: ubuntu-latest\n    steps:\n      - run: pytest\n";
const ship = (more = "", steps = "      - run: uv publish\n"): string =>
  `  ship:\n    runs-on: ubuntu-latest\n${more}    steps:\n${steps}`;
const CI = ".github/workflows/ci.yml";

export default defineRule({
  id: "deployment-gated-by-tests",
  category: "delivery",
  severity: "medium",
  kinds: "all",
  title: "Nothing is shipped before its tests have passed",
  why: "A pipeline that deploys beside its tests, and not after them, delivers the fault and the report about it at the same time.",
  fix: "Let the job that ships need the one that tests:\n\n```yaml\njobs:\n  test:\n    uses: ./.github/workflows/tests.yml\n  publish:\n    needs: [test]\n    environment: production\n```",
  checklist: ["004-14", "001-25", "000-26"],
  question: "What keeps a version whose tests fail from being deployed or published?",
  unseenIn: ["sdist", "wheel"],
  examples: {
    pass: [
      {
        files: {
          "ship.sh": 'retry() {\n  "$@"\n}\nretry 3 docker push shop:build\n',
          ".circleci/config.yml":
            "version: 2\njobs:\n  build:\n    machine: true\n    steps:\n      - run: docker build -t shop:build .\n      - run: docker run -it shop:build test_unit\n      - run: ./ship.sh\n",
          "a.py": "x = 1\n",
        },
        says: "The job that ships waits for the tests",
        at: "ship.sh:4",
        note: "The image's entry point knows the word for its tests; the project's own retry runs what it is given.",
      },
      {
        files: {
          ".github/workflows/build.yml":
            "on:\n  workflow_call:\n  workflow_dispatch:\njobs:\n  build:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: docker/build-push-action@v6\n        with:\n          push: true\n          tags: shop:${{ github.sha }}\n",
          ".github/workflows/tests.yml":
            "on: push\njobs:\n  test:\n    runs-on: ubuntu-latest\n    steps:\n      - run: pytest\n  build:\n    needs: test\n    uses: ./.github/workflows/build.yml\n",
          "a.py": "x = 1\n",
        },
        says: "The job that ships waits for the tests",
        at: ".github/workflows/build.yml:8",
      },
      {
        files: {
          "a.py": "",
          ".github/workflows/tests.yml": `name: Test\non: push\njobs:\n${TEST}`,
          ".github/workflows/build.yml":
            "name: Build\non:\n  workflow_run:\n    workflows: [Test]\n    types: [completed]\njobs:\n  build:\n    steps:\n      - run: docker build -t a .\n",
          ".github/workflows/deploy.yml": `name: Deploy\non:\n  workflow_run:\n    workflows: [Build]\n    types: [completed]\njobs:\n${ship()}`,
        },
        says: "The job that ships waits",
        at: ".github/workflows/deploy.yml:10",
        note: "It follows a build, which follows the tests.",
      },
      {
        files: { "a.py": "", [CI]: `on: push\njobs:\n${TEST}${ship("    needs: test\n")}` },
        says: "waits for the tests",
        at: `${CI}:11`,
      },
      {
        files: {
          "a.py": "",
          [CI]: `on: push\njobs:\n${ship("", "      - run: pytest\n      - run: kubectl apply -f k8s\n")}`,
        },
        says: "waits for the tests",
        at: `${CI}:7`,
        note: "The tests run in the same job.",
      },
      {
        files: {
          "a.py": "",
          [CI]: `name: CI\non: push\njobs:\n${TEST}`,
          ".github/workflows/deploy.yml": `on:\n  workflow_run:\n    workflows: [CI]\n    types: [completed]\njobs:\n${ship("    if: github.event.workflow_run.conclusion == 'success'\n", "      - run: fly deploy\n")}`,
        },
        says: "waits for the tests",
        at: ".github/workflows/deploy.yml:10",
      },
      {
        files: {
          "a.py": "",
          ".gitlab-ci.yml":
            "stages: [test, deploy]\nunit:\n  stage: test\n  script: pytest\nprod:\n  stage: deploy\n  script: helm upgrade shop ./chart\n",
        },
        says: "waits for the tests",
        at: ".gitlab-ci.yml:7",
        note: "Stages run one after the other.",
      },
    ],
    partial: [
      {
        files: { "a.py": "", [CI]: `on: push\njobs:\n${TEST}${ship("    environment: pypi\n")}` },
        says: "whose protection the archive does not show",
        at: `${CI}:11`,
      },
    ],
    fail: [
      {
        files: {
          "a.py": "x = 1\n",
          "tests/test_a.py": "def test_a():\n    assert True\n",
          ".github/workflows/ci.yml":
            "on: push\njobs:\n  deploy:\n    runs-on: ubuntu-latest\n    steps:\n      - run: flyctl deploy\n      - run: pytest\n",
        },
        says: "wait",
        at: ".github/workflows/ci.yml:6",
        note: "The tests run when it has been deployed.",
      },
      {
        files: { "a.py": "", [CI]: `on: push\njobs:\n${TEST}${ship()}` },
        says: "The one job that ships",
        at: `${CI}:10`,
        note: "Both jobs start at once.",
      },
      {
        files: {
          "a.py": "",
          ".github/workflows/tests.yml": `on: push\njobs:\n${TEST}`,
          ".github/workflows/release.yml": `on:\n  push:\n    tags: ['v*']\njobs:\n${ship()}`,
        },
        says: "The one job that ships",
        at: ".github/workflows/release.yml:8",
        note: "The tests of another workflow hold nothing back.",
      },
      {
        files: {
          "a.py": "",
          Jenkinsfile:
            "stage('Test code') {\n  sh 'echo \"No tests implemented\"'\n}\nstage('Deploy') {\n  sh 'kubectl apply -f k8s'\n}\n",
        },
        says: "The one job that ships",
        at: "Jenkinsfile:5",
        note: "A stage by that name that only prints tests nothing.",
      },
    ],
    notApplicable: [
      {
        files: {
          "shop/main.py": "print(1)\n",
          Dockerfile: 'FROM python:3.13\nCOPY . .\nCMD ["python", "shop/main.py"]\n',
          "images/workbench/Dockerfile":
            "FROM quay.io/jupyter/minimal-notebook:latest\nRUN pip install marimo\n",
          ".github/workflows/image.yml":
            "on: [push]\njobs:\n  image:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: docker/build-push-action@v6\n        with:\n          context: images/workbench\n          push: true\n",
        },
        says: "No CI job deploys or publishes",
        kind: "pipeline",
        note: "The image holds nothing of the project, which another runs.",
      },
      {
        files: {
          "ci.sh": "scp -r . host:/srv\nssh host make test\ngcloud compute instances delete host\n",
          ".github/workflows/staging.yml":
            "on: [push]\njobs:\n  staging:\n    runs-on: ubuntu-latest\n    steps:\n      - run: ./ci.sh\n",
          "a.py": "x = 1\n",
        },
        says: "No CI job deploys",
        note: "A machine that the job destroys again.",
      },
      { files: { "a.py": "", [CI]: `on: push\njobs:\n${TEST}` }, says: "No CI job deploys or publishes" },
    ],
    inconclusive: [
      {
        files: {
          "a.py": "",
          [CI]: `on: push\njobs:\n  check:\n    uses: acme/flows/.github/workflows/all.yml@v1\n${ship("    needs: check\n")}`,
        },
        says: "another repository",
        at: `${CI}:9`,
      },
    ],
  },
  check(project) {
    const ships = findShips(project);
    if (ships.length === 0) return notApplicable("No CI job deploys or publishes.");
    const judged = ships.map((one) => ({ ...one, gate: gateOf(project, one) }));
    const evidence = (gates: readonly Gate[]) =>
      judged
        .filter(({ gate }) => gates.includes(gate))
        .map(
          ({ path, line, tool, job }): Evidence => ({
            path,
            startLine: line,
            note: `${tool} in job ${job.id}`,
          }),
        );
    const gated = judged.filter(({ gate }) => gate === "tests").length;
    const protectedBy = judged.filter(({ gate }) => gate === "environment");
    const open = judged.filter(({ gate }) => gate === "none").length;
    if (gated === judged.length)
      return judgeShare(
        1,
        1,
        `${gated === 1 ? "The job that ships waits" : `All ${gated} jobs that ship wait`} for the tests.`,
        evidence(["tests"]),
      );
    if (judged.some(({ gate }) => gate === "unknown") && open === 0 && protectedBy.length === 0)
      return inconclusive(
        "The job that ships waits for a workflow of another repository, which the archive does not hold.",
        evidence(["unknown"]),
      );
    if (open === 0) {
      const names = [...new Set(protectedBy.map(({ job }) => job.environment))].join(", ");
      return partial(
        `The job that ships waits for no tests, only for the environment ${names}, whose protection the archive does not show.`,
        evidence(["environment"]),
      );
    }
    const total = judged.length;
    const good = gated + (protectedBy.length + judged.filter(({ gate }) => gate === "unknown").length) / 2;
    return judgeShare(
      good,
      total,
      `${total === 1 ? "The one job that ships (deploys or publishes) waits" : `${total - gated} of ${total} jobs that ship (deploy or publish) wait`} for no tests${protectedBy.length > 0 ? `, ${protectedBy.length} of them only for an environment` : ""}.`,
      evidence(["none", "environment", "unknown"]),
    );
  },
});

type Gate = "tests" | "environment" | "unknown" | "none";

interface Ship {
  path: string;
  line: number;
  tool: string;
  file: CiFile;
  job: CiJob;
}

/** One entry a job. A release of the forge ships nothing where packages, images or deployments do. */
function findShips(project: Project): Ship[] {
  const published = findPublications(project);
  const real = published.filter(({ what }) => what !== "release");
  const deployed = findDeployRuns(project);
  const all = [...deployed, ...(real.length + deployed.length > 0 ? real : published)];
  return all.filter((one, at) => all.findIndex(({ job }) => job === one.job) === at);
}

/** Names of the workflows that a workflow comes after, those that these come after among them. */
function followedBy(file: CiFile, all: readonly CiFile[]): string[] {
  const names = new Set<string>();
  const open = [file];
  for (let next = open.pop(); next; next = open.pop()) {
    for (const name of next.triggers.flatMap(({ workflows = [] }) => workflows)) {
      if (!names.has(name)) open.push(...all.filter((one) => (one.name ?? one.path) === name));
      names.add(name);
    }
  }
  return [...names];
}

function gateOf(project: Project, ship: Ship): Gate {
  const gate = ownGate(project, ship);
  if (gate !== "none") return gate;
  // A reusable workflow waits for what the jobs that call it wait for.
  const callers = project.delivery.ci.flatMap((file) =>
    file === ship.file
      ? []
      : file.jobs
          .filter(({ steps }) => steps.some(({ path }) => path === ship.path))
          .map((job) => ({ ...ship, file, job })),
  );
  return callers.length > 0 && callers.every((one) => ownGate(project, one) === "tests") ? "tests" : gate;
}

function ownGate(project: Project, { file, job, path, line }: Ship): Gate {
  const tests = ciRuns(project, "tests").filter(({ failureAllowed }) => !failureAllowed);
  const ignoresFailure = /\balways\(\)|!\s?cancelled\(\)|\bfailure\(\)/.test(job.condition ?? "");
  // A step behind the one that ships comes too late.
  if (tests.some((run) => run.job === job && !(run.path === path && run.line > line))) return "tests";
  if (!ignoresFailure && tests.some((run) => run.file === file && job.after.includes(run.job.id)))
    return "tests";
  const followed = followedBy(file, project.delivery.ci);
  if (tests.some((run) => run.file !== file && followed.includes(run.file.name ?? run.file.path)))
    return "tests";
  const before = ignoresFailure ? [] : file.jobs.filter(({ id }) => job.after.includes(id));
  // What a job called `smoke-test` runs may be a program of the project's own.
  if (
    before.some(
      ({ id, uses, commands, steps }) =>
        (/(?:^|[-_ ])tests?(?:$|[-_ ])/i.test(id) &&
          (uses !== undefined ||
            steps.some((step) => step.uses !== undefined) ||
            commands.some(({ text }) => !/^\s{0,20}(?:echo|true|exit 0|sleep)\b/.test(text)))) ||
        /tests?\b|pytest|tox/i.test(uses ?? ""),
    )
  )
    return "tests";
  if (before.some(({ uses }) => uses !== undefined && !/slsa|provenance|attest|build/i.test(uses)))
    return "unknown";
  return job.environment === undefined ? "none" : "environment";
}
