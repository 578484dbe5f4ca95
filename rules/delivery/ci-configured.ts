import { defineRule, fail, inconclusive, partial, pass } from "../../src/engine/rule.ts";
import { type CiWork, findCiWork, providerName } from "../../src/project/ci-runs.ts";
import { findLine } from "../../src/project/files.ts";

const TESTS =
  "jobs:\n  test:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v6\n      - run: pytest\n";

export default defineRule({
  id: "ci-configured",
  category: "delivery",
  severity: "high",
  kinds: "all",
  title: "Continuous integration is configured",
  why: "What a machine does on every change cannot be forgotten on a busy day, and everyone sees the same result.",
  fix: "A first workflow, `.github/workflows/ci.yml`:\n\n```yaml\non:\n  push:\n    branches: [main]\n  pull_request:\npermissions:\n  contents: read\njobs:\n  test:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v6\n      - uses: astral-sh/setup-uv@v8\n      - run: uv sync --locked\n      - run: uv run ruff check\n      - run: uv run pytest\n```",
  checklist: ["002-16", "000-26", "004-22"],
  unseenIn: ["sdist", "wheel"],
  alwaysApplies: true,
  examples: {
    pass: [
      {
        files: {
          "a.py": "",
          ".tangled/workflows/test.yml":
            'when:\n  - event: ["push"]\n    branch: main\nengine: nixery\nsteps:\n  - name: test\n    command: |\n      uv run pytest\n',
        },
        says: "CI works on changes: tests",
        at: ".tangled/workflows/test.yml:8",
        note: "Tangled's spindles.",
      },
      {
        files: {
          "a.py": "",
          ".circleci/config.yml":
            "version: 2\njobs:\n  test:\n    docker:\n      - image: python:3.13\n    steps:\n      - run: pytest\nworkflows:\n  version: 2\n  all:\n    jobs:\n      - test:\n          filters:\n            tags:\n              only: /.*/\n",
        },
        says: "CircleCI works on changes: tests",
        at: ".circleci/config.yml:7",
        note: "CircleCI runs a job for every branch, and for tags besides where a filter asks for them.",
      },
      {
        files: { "a.py": "", ".github/workflows/ci.yml": `on: [push, pull_request]\n${TESTS}` },
        says: "GitHub Actions works on changes: tests",
        at: ".github/workflows/ci.yml:7",
      },
      {
        files: { "a.py": "", ".gitlab-ci.yml": "lint:\n  script:\n    - ruff check .\n" },
        says: "GitLab CI works on changes: linting",
        at: ".gitlab-ci.yml:3",
      },
      {
        files: {
          "a.py": "",
          ".circleci/config.yml":
            "version: 2.1\njobs:\n  build:\n    docker:\n      - image: cimg/python:3.13\n    steps:\n      - checkout\n      - run: ./verify-everything\n",
        },
        says: "CircleCI works on changes: commands on the code",
        at: ".circleci/config.yml:3",
        note: "What a program of the project's own does is not known; that it runs is.",
      },
      {
        files: {
          "a.py": "",
          Jenkinsfile:
            "pipeline {\n  agent any\n  stages {\n    stage('Test') {\n      steps {\n        sh 'pytest'\n      }\n    }\n  }\n}\n",
        },
        says: "Jenkins works on changes: tests",
        at: "Jenkinsfile:6",
      },
    ],
    partial: [
      {
        files: {
          "a.py": "",
          ".github/workflows/nightly.yml": `on:\n  schedule:\n    - cron: 0 3 * * *\n${TESTS}`,
        },
        says: "never on a change",
        at: ".github/workflows/nightly.yml:9",
      },
      {
        files: { "a.py": "", ".pre-commit-config.yaml": "ci:\n  autofix_prs: true\nrepos: []\n" },
        says: "pre-commit.ci",
        at: ".pre-commit-config.yaml:1",
      },
    ],
    fail: [
      {
        files: {
          "a.py": "",
          ".github/workflows/sync.yml":
            "on:\n  pull_request:\n    types: [closed]\njobs:\n  sync:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v6\n      - run: |\n          git fetch --all\n          BASE=$(git merge-base origin/main HEAD)\n          git merge --ff-only origin/main\n          git push origin dev\n",
        },
        says: "keep house only",
        at: ".github/workflows/sync.yml:5",
        note: "Branches are moved, and nothing is looked at.",
      },
      { files: { "a.py": "x = 1\n" }, says: "No CI configuration" },
      {
        files: {
          "a.py": "",
          ".github/workflows/stale.yml":
            "on:\n  schedule:\n    - cron: 0 3 * * *\njobs:\n  stale:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/stale@v9\n",
        },
        says: "keep house only",
        at: ".github/workflows/stale.yml:5",
        note: "A workflow that closes old issues never looks at the code.",
      },
      {
        files: {
          "a.py": "",
          ".github/workflows/greet.yml":
            "on: pull_request_target\njobs:\n  greet:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v6\n      - run: ./greet\n",
        },
        says: "keep house only",
        at: ".github/workflows/greet.yml:3",
      },
    ],
    notApplicable: [],
    inconclusive: [
      {
        files: { "a.py": "", ".github/workflows/ci.yml": "on: push\njobs: [\n" },
        says: "could not be read",
        at: ".github/workflows/ci.yml:1",
      },
    ],
  },
  check(project) {
    const { ci } = project.delivery;
    const work = findCiWork(project);
    const onChange = work.filter(({ occasion }) => occasion === "change");
    const [first] = onChange;
    if (first) {
      const kinds = [...new Set(onChange.flatMap(({ does }) => does.split(", ")))];
      const named = kinds.length > 1 ? kinds.filter((kind) => kind !== "commands on the code") : kinds;
      return pass(`${providersOf(onChange)} on changes: ${named.join(", ")}.`, onChange.map(toEvidence));
    }
    if (work.length > 0)
      return partial(
        `${providersOf(work)} at releases, on a schedule or by hand, never on a change.`,
        work.map(toEvidence),
      );
    const hosted = findLine(project.files.text(".pre-commit-config.yaml") ?? "", /^ci:/m);
    if (hosted !== undefined)
      return partial("Only pre-commit.ci looks at changes: it runs hooks and no tests.", [
        { path: ".pre-commit-config.yaml", startLine: hosted, note: "pre-commit.ci" },
      ]);
    const broken = ci.filter(({ broken }) => broken !== undefined);
    if (broken.length > 0)
      return inconclusive(
        `The CI configuration could not be read (${broken[0]!.broken}).`,
        broken.map(({ path }) => ({ path, startLine: 1 })),
      );
    const jobs = ci.flatMap(({ jobs }) => jobs);
    if (jobs.length === 0) return fail("No CI configuration was found.");
    return fail(
      `The CI jobs keep house only (${jobs.length} in ${ci.length} files): none works on the code.`,
      jobs.map(({ path, line }) => ({ path, startLine: line })),
    );
  },
});

const toEvidence = ({ at, does }: CiWork) => ({ path: at.path, startLine: at.line, note: does });

function providersOf(work: readonly CiWork[]): string {
  const names = [...new Set(work.map(({ file }) => providerName(file)))];
  return `${names.join(" and ")} ${names.length > 1 ? "work" : "works"}`;
}
