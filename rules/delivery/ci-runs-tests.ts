import { defineRule, type Evidence, fail, inconclusive, partial, pass } from "../../src/engine/rule.ts";
import { type CiRun, ciJobs, ciRuns } from "../../src/project/ci-runs.ts";

const workflow = (on: string, run: string): string =>
  `on: ${on}\njobs:\n  test:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v6\n      - run: ${run}\n`;
const TEST = { "test_a.py": "def test_a():\n    assert 1\n" };

export default defineRule({
  id: "ci-runs-tests",
  category: "delivery",
  severity: "high",
  kinds: "all",
  title: "CI runs the tests on every change",
  why: "Tests that wait for somebody to run them are run after the fault has been merged.",
  fix: "Run them on pushes and pull requests:\n\n```yaml\non:\n  push:\n    branches: [main]\n  pull_request:\njobs:\n  test:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v6\n      - uses: astral-sh/setup-uv@v8\n      - run: uv run --locked pytest\n```",
  checklist: ["000-13", "000-26", "001-08", "003-03", "004-14", "004-22"],
  question: "Where are the tests run when somebody proposes a change?",
  unseenIn: ["sdist", "wheel"],
  alwaysApplies: true,
  examples: {
    pass: [
      {
        files: {
          ...TEST,
          run: '#!/usr/bin/env bash\n\n_dc() {\n  docker compose "${DC:-exec}" "${@}"\n}\n\ncmd() {\n  _dc web "${@}"\n}\n\ntest() {\n  cmd pytest test/ "${@}"\n}\n\nci:test() {\n  docker compose up -d\n  test "${@}"\n}\n\ntime "${@:-help}"\n',
          ".github/workflows/ci.yml":
            "on: push\njobs:\n  test:\n    runs-on: ubuntu-latest\n    steps:\n      - run: ./run ci:test\n",
        },
        says: "pytest",
        at: "run:12",
        note: "A script whose functions are tasks; one of them runs what it is given in a container.",
      },
      {
        files: {
          ".github/workflows/build.yml":
            "on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v4\n      - run: ./dev/run_all_tests.py --print_commands > tests\n      - run: cat tests | parallel\n",
          "dev/run_all_tests.py": "print(find_tests())\n",
          "tests/test_a.py": "def test_a():\n    assert True\n",
        },
        says: "run_all_tests.py runs on changes",
        at: ".github/workflows/build.yml:7",
      },
      {
        files: {
          ...TEST,
          ".github/workflows/ci.yml":
            "on: push\njobs:\n  all:\n    uses: acme/shop/.github/workflows/all.yml@main\n",
          ".github/workflows/all.yml":
            "on: workflow_call\njobs:\n  test:\n    runs-on: ubuntu-latest\n    steps:\n      - run: pytest\n",
        },
        says: "pytest",
        at: ".github/workflows/all.yml:6",
        note: "The repository names its own workflow in full.",
      },
      {
        files: {
          "tests/test_a.py": "def test_a():\n    assert 1\n",
          ".github/workflows/ci.yml":
            "on: [push]\njobs:\n  tests:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v4\n      - run: docker-compose -f docker-compose.ci.yml up --build --exit-code-from tests\n",
          "docker-compose.ci.yml":
            "services:\n  tests:\n    build: .\n    command: sh -c 'alembic upgrade head && pytest tests'\n",
        },
        says: "pytest runs on changes",
        at: "docker-compose.ci.yml:4",
        note: "The service that compose starts runs them.",
      },
      {
        files: { ...TEST, ".github/workflows/ci.yml": workflow("pull_request", "uv run pytest -q") },
        says: "pytest runs on changes",
        at: ".github/workflows/ci.yml:7",
      },
      {
        files: {
          ...TEST,
          ".github/workflows/ci.yml": workflow("push", "make check"),
          Makefile: "check: unit\n\nunit:\n\tpython -m unittest discover\n",
        },
        says: "unittest runs on changes (through make check",
        at: "Makefile:4",
        note: "The test command stands in the Makefile.",
      },
      {
        files: { ...TEST, ".gitlab-ci.yml": "test:\n  script:\n    - tox -e py313\n" },
        says: "tox",
        at: ".gitlab-ci.yml:3",
      },
      {
        files: {
          ...TEST,
          ".github/workflows/ci.yml":
            "on: push\njobs:\n  test:\n    uses: acme/workflows/.github/workflows/pytest.yml@v1\n",
        },
        says: "pytest.yml",
        at: ".github/workflows/ci.yml:3",
      },
    ],
    partial: [
      {
        files: { ...TEST, ".github/workflows/ci.yml": workflow("push", "pytest || true") },
        says: "failures are ignored",
        at: ".github/workflows/ci.yml:7",
      },
      {
        files: {
          ...TEST,
          ".github/workflows/ci.yml":
            "on: push\njobs:\n  test:\n    runs-on: ubuntu-latest\n    steps:\n      - run: pytest\n        continue-on-error: true\n",
        },
        says: "failures are ignored",
        at: ".github/workflows/ci.yml:6",
        note: "The step fails, and the job goes on.",
      },
      {
        files: {
          ...TEST,
          ".github/workflows/ci.yml":
            "on: pull_request\njobs:\n  test:\n    if: contains(github.event.pull_request.labels.*.name, 'test')\n    runs-on: ubuntu-latest\n    steps:\n      - run: pytest\n",
        },
        says: "only on changes that somebody labels",
        at: ".github/workflows/ci.yml:7",
      },
      {
        files: { ...TEST, ".github/workflows/ci.yml": workflow("workflow_dispatch", "pytest") },
        says: "only at releases, on a schedule or by hand",
        at: ".github/workflows/ci.yml:7",
      },
      {
        files: {
          ...TEST,
          ".github/workflows/ci.yml":
            "on: push\njobs:\n  test:\n    runs-on: ubuntu-latest\n    continue-on-error: true\n    steps:\n      - run: pytest\n",
        },
        says: "failures are ignored",
        at: ".github/workflows/ci.yml:7",
      },
    ],
    fail: [
      {
        files: {
          "test_qualifier.py":
            "import requests\n\nrequests.post('https://wiki.example.org/api.php', timeout=60)\n",
          ".github/workflows/edit.yml":
            "on: push\njobs:\n  edit:\n    runs-on: ubuntu-latest\n    steps:\n      - run: python test_qualifier.py\n",
        },
        says: "The one CI job runs no tests",
        note: "A script that is called a test, and checks nothing.",
      },
      {
        files: {
          ...TEST,
          run: '#!/usr/bin/env bash\n\ntest() {\n  pytest "$@"\n}\n\nlint() {\n  ruff check\n}\n\n"$@"\n',
          ".github/workflows/ci.yml":
            "on: push\njobs:\n  lint:\n    runs-on: ubuntu-latest\n    steps:\n      - run: ./run lint\n",
        },
        says: "The one CI job runs no tests",
        note: "The script could run them; CI asks it for something else.",
      },
      { files: TEST, says: "No CI" },
      {
        files: {
          ...TEST,
          ".github/workflows/ci.yml": workflow("push", "pip install pytest && ruff check ."),
        },
        says: "The one CI job runs no tests",
        note: "Installing pytest runs nothing.",
      },
      {
        files: { ...TEST, ".github/workflows/ci.yml": workflow("push", 'echo "run pytest before you push"') },
        says: "The one CI job runs no tests",
        note: "A test command that is only printed is none.",
      },
    ],
    notApplicable: [],
    inconclusive: [
      {
        files: {
          ...TEST,
          ".github/workflows/ci.yml":
            "on: push\njobs:\n  all:\n    uses: acme/flows/.github/workflows/all.yml@v1\n",
        },
        says: "another repository",
        at: ".github/workflows/ci.yml:3",
      },
    ],
  },
  check(project) {
    const runs = ciRuns(project, "tests").filter((run) => !isForeign(run));
    const onChange = runs.filter(({ occasion }) => occasion === "change");
    const strict = onChange.filter(({ failureAllowed, job }) => !failureAllowed && !asksForLabel(job));
    if (strict.length > 0)
      return pass(`${describe(strict)} on changes${through(strict)}.`, toEvidence(strict));
    if (onChange.length > 0 && onChange.every(({ job }) => asksForLabel(job)))
      return partial(`${describe(onChange)} only on changes that somebody labels.`, toEvidence(onChange));
    if (onChange.length > 0)
      return partial(`${describe(onChange)} on changes, but failures are ignored.`, toEvidence(onChange));
    if (runs.length > 0)
      return partial(
        `${describe(runs)} only at releases, on a schedule or by hand: a change is merged untested.`,
        toEvidence(runs),
      );
    const jobs = ciJobs(project);
    const called = jobs.filter(({ job, occasion }) => job.uses !== undefined && occasion === "change");
    const [named] = called.filter(({ job }) => /tests?\b|pytest|tox/i.test(job.uses!.replace(/@.*$/, "")));
    const at = (each: (typeof jobs)[number]) => ({
      path: each.job.path,
      startLine: each.job.line,
      note: each.job.uses!,
    });
    if (named)
      return pass(`A reusable workflow named for tests runs on changes: ${named.job.uses}.`, [at(named)]);
    if (called.length > 0)
      return inconclusive(
        "No job here runs tests, but jobs call workflows of another repository, which the archive does not hold.",
        called.map(at),
      );
    if (jobs.length === 0) return fail("No CI runs the tests: there is none.");
    return fail(
      jobs.length === 1 ? "The one CI job runs no tests." : `None of the ${jobs.length} CI jobs runs tests.`,
    );
  },
});

/** Tests of a frontend, by the script's name. */
/** `if: contains(github.event.pull_request.labels.*.name, 'run-tests')` */
const asksForLabel = ({ condition = "" }: CiRun["job"]): boolean =>
  /\blabels?\b/.test(condition) && !/[!|]|\bor\b|\bnot\b/.test(condition);

const isForeign = ({ text }: CiRun): boolean => /^(?:npm|yarn|pnpm|npx|bun|cargo|go)\b/.test(text);

/** Where the command stands, and the job that leads there. */
const toEvidence = (runs: readonly CiRun[]): Evidence[] =>
  runs.flatMap(({ path, line, tool, job, via }) => [
    { path, startLine: line, note: `${tool} in job ${job.id}` },
    ...(path === job.path
      ? []
      : [{ path: job.path, startLine: job.line, note: `job ${job.id}: ${via.join(", ")}` }]),
  ]);

function describe(runs: readonly CiRun[]): string {
  const tools = [...new Set(runs.map(({ tool }) => tool))].slice(0, 3);
  return `${tools.join(" and ")} ${tools.length > 1 ? "run" : "runs"}`;
}

const through = ([first]: readonly CiRun[]): string =>
  first && first.via.length > 0 ? ` (through ${first.via.join(", ")})` : "";
