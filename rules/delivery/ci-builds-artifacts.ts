import { defineRule, type Evidence, fail, inconclusive, pass } from "../../src/engine/rule.ts";
import { type CiRun, ciJobs, ciRuns } from "../../src/project/ci-runs.ts";
import { findDeployRuns } from "../../src/project/deployment.ts";
import type { Project } from "../../src/project/project.ts";
import { findPublications } from "../../src/project/publishing.ts";

const workflow = (steps: string): string =>
  `on: push\njobs:\n  build:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v6\n${steps}`;
const CI = ".github/workflows/ci.yml";

export default defineRule({
  id: "ci-builds-artifacts",
  category: "delivery",
  severity: "low",
  kinds: "all",
  title: "CI builds what is shipped",
  why: "A wheel or image that only one person's machine can build is found to be broken on the day of the release.",
  fix: "Build the wheel or the image in a job, and keep what was built:\n\n```yaml\n  build:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v6\n      - uses: astral-sh/setup-uv@v8\n      - run: uv build\n      - uses: actions/upload-artifact@v4\n        with: { name: dist, path: dist }\n```",
  checklist: ["000-26", "004-22"],
  question: "Where are the packages or images that are shipped built?",
  unseenIn: ["sdist", "wheel"],
  alwaysApplies: true,
  examples: {
    pass: [
      {
        files: { "a.py": "", [CI]: workflow("      - run: python -m build\n") },
        says: "builds it in CI: build",
        at: `${CI}:7`,
      },
      {
        files: {
          "a.py": "",
          Dockerfile: "FROM python:3.13\nCOPY a.py .\n",
          [CI]: workflow("      - uses: docker/build-push-action@v6\n        with:\n          push: true\n"),
        },
        says: "docker/build-push-action",
        at: `${CI}:7`,
      },
      {
        files: { "a.py": "", ".gitlab-ci.yml": "wheel:\n  script:\n    - poetry build\n" },
        says: "poetry build",
        at: ".gitlab-ci.yml:3",
      },
      {
        files: {
          "a.py": "",
          ".github/workflows/release.yml": workflow("      - uses: JRubics/poetry-publish@v2\n"),
        },
        says: "JRubics/poetry-publish",
        at: ".github/workflows/release.yml:7",
        note: "What is uploaded has been built.",
      },
    ],
    fail: [
      { files: { "a.py": "" }, says: "no CI" },
      {
        files: { "a.py": "", [CI]: workflow("      - run: pip install .\n      - run: pytest\n") },
        says: "The one CI job builds no",
        note: "Installing the project for its tests leaves nothing to ship.",
      },
      {
        files: {
          "a.py": "",
          [CI]: workflow("      - run: docker compose build\n      - run: docker compose run web pytest\n"),
        },
        says: "only for its tests",
        at: `${CI}:7`,
        note: "An image that is built only for the tests is no artefact.",
      },
    ],
    notApplicable: [],
    inconclusive: [
      {
        files: {
          "a.py": "",
          [CI]: "on: push\njobs:\n  all:\n    uses: acme/flows/.github/workflows/all.yml@v1\n",
        },
        says: "another repository",
        at: `${CI}:3`,
      },
    ],
  },
  check(project) {
    const builds = ciRuns(project, "build").filter(({ job }) => !isForDocs(job.id));
    const shipped = builds.filter((run) => !isForTests(project, run));
    const uploaded = findPublications(project).filter(({ what }) => what !== "release");
    const found = shipped.length > 0 ? shipped : uploaded;
    if (found.length > 0) return pass(`A job builds it in CI: ${toolsOf(found)}.`, found.map(toEvidence));
    if (builds.length > 0)
      return fail(`CI builds an image only for its tests (${toolsOf(builds)}).`, builds.map(toEvidence));
    const jobs = ciJobs(project);
    const called = jobs.filter(({ job }) => job.uses !== undefined);
    if (called.length > 0)
      return inconclusive(
        "No job here builds an artefact, but jobs call workflows of another repository, which the archive does not hold.",
        called.map(({ job }) => ({ path: job.path, startLine: job.line, note: job.uses! })),
      );
    return fail(
      jobs.length === 0
        ? "Nothing is built in CI: there is no CI."
        : `${jobs.length === 1 ? "The one CI job builds no" : `None of the ${jobs.length} CI jobs builds a`} wheel, image or bundle.`,
    );
  },
});

const isForDocs = (id: string): boolean => /(?:^|[-_ ])docs?(?:$|[-_ ])/i.test(id);

/** Images of tests and development, as far as the place of their Dockerfile says. */
const ASIDE =
  /(?:-f|--file)[ =]\S{0,200}(?:^|[ =/._-])(?:t|tests?|smoke|dev|development|local|docs?|ci)[/._ -]/;

/** An image that no job pushes and that is there for tests: in the same job, or in one that waits for it. */
function isForTests(project: Project, { job, tool, text }: CiRun): boolean {
  if (!/docker|podman|buildah|bake|depot/.test(tool)) return false;
  const published = findPublications(project).filter(({ what }) => what === "image");
  const ships = [...published, ...findDeployRuns(project)];
  if (ships.some((run) => run.job === job || run.job.after.includes(job.id))) return false;
  const tests = ciRuns(project, "tests");
  if (tests.some((run) => run.job === job) || /compose/.test(tool) || ASIDE.test(`${text} `)) return true;
  return published.length === 0 && tests.some((run) => run.job.after.includes(job.id));
}

const toEvidence = ({ path, line, tool, job }: CiRun): Evidence => ({
  path,
  startLine: line,
  note: `${tool} in job ${job.id}`,
});

const toolsOf = (runs: readonly CiRun[]): string =>
  [...new Set(runs.map(({ tool }) => tool))].slice(0, 4).join(", ");
