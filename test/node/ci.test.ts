/** The examples for continuous integration: their syntax, and their commands against a server, with a double for `gh`. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { NoOperationTraceWriter, parseWorkflow } from "@actions/workflow-parser";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { parse } from "yaml";
import {
  addStub,
  type LocalServer,
  makeRepository,
  type Ran,
  ROOT,
  runShell,
  startServer,
} from "./server.ts";

interface Step {
  name?: string;
  run?: string;
  uses?: string;
  with?: Record<string, string>;
}

const github = readFileSync(join(ROOT, "docs/ci/github.yml"), "utf8");
const gitlab = readFileSync(join(ROOT, "docs/ci/gitlab.yml"), "utf8");
const steps: Step[] = parse(github).jobs.pyready.steps;
const scriptOf = (name: string): string => steps.find((step) => step.name === name)?.run ?? "";

let server: LocalServer;
let folder: string;

beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.close());
beforeEach(async () => {
  folder = await makeRepository();
});

const run = (script: string, more: Record<string, string> = {}): Promise<Ran> =>
  runShell(script, folder, {
    PYREADY_URL: server.url,
    PYREADY_TOKEN: "",
    GITHUB_STEP_SUMMARY: join(folder, "summary.md"),
    GITHUB_REPOSITORY: "o/r",
    NUMBER: "7",
    ...more,
  });
const read = (name: string): string => readFileSync(join(folder, name), "utf8");

it("the GitHub workflow is one that GitHub takes", () => {
  const check = (content: string): string[] =>
    parseWorkflow({ name: "github.yml", content }, new NoOperationTraceWriter())
      .context.errors.getErrors()
      .map(({ message }) => message);
  expect(check(github)).toEqual([]);
  expect(check(github.replace("runs-on:", "run-on:"))).not.toEqual([]);
});

it("the GitHub workflow pins what it uses, and may write no more than it has to", () => {
  const used = steps.flatMap(({ uses }) => uses ?? []);
  expect(used).toHaveLength(2);
  for (const one of used) expect(one).toMatch(/@[0-9a-f]{40}$/);
  // What comes from outside reaches commands by the environment alone.
  for (const { run: script = "" } of steps) expect(script).not.toContain("${{");
  expect(parse(github).permissions).toEqual({ contents: "read" });
});

it("the GitHub workflow scans, and leaves SARIF and a summary", async () => {
  writeFileSync(join(folder, ".pyready.toml"), '[ignore]\nlicense-present = "for the test"\n');
  await runShell("git add -A && git -c user.name=t -c user.email=t@example.com commit -qm second", folder);
  const ran = await run(scriptOf("Scan"));
  expect(ran.code, ran.stderr).toBe(0);
  const upload = steps.find(({ uses }) => uses?.includes("upload-sarif"))?.with?.sarif_file ?? "";
  const { results } = JSON.parse(read(upload)).runs[0];
  expect(results.length).toBeGreaterThan(5);
  expect(results.filter((result: object) => "suppressions" in result)).toEqual([]);
  expect(read("pyready.md")).toContain("license-present");
  expect(read("summary.md")).toBe(read("pyready.md"));
  expect((await run(scriptOf("Require a score"))).code).toBe(1);
  writeFileSync(join(folder, "report.json"), '{"score": 70}');
  expect((await run(scriptOf("Require a score"))).code).toBe(0);
});

it("the GitHub workflow fails with what the server says", async () => {
  const git = addStub(folder, "git", 'while [ "$1" != --output ]; do shift; done; echo none > "$2"');
  const ran = await run(scriptOf("Scan"), { PATH: `${git}:${process.env.PATH}` });
  expect(ran.code).not.toBe(0);
  expect(existsSync(join(folder, "pyready.sarif"))).toBe(false);
});

/** Comments as the API lists them; what else is asked goes into calls.txt. */
const GH = `if [[ "$2" == --paginate ]]; then
  jq --raw-output "\${@: -1}" comments.json
else
  echo "$@" >> calls.txt
fi`;
const MARK = "<!-- pyready -->\nold";

it.each([
  ["writes a comment where there is none", [], "POST repos/o/r/issues/7/comments"],
  [
    "writes into its own comment again",
    [
      { id: 1, body: MARK, user: { login: "someone" } },
      { id: 2, body: "other", user: { login: "github-actions[bot]" } },
      { id: 3, body: MARK, user: { login: "github-actions[bot]" } },
    ],
    "PATCH repos/o/r/issues/comments/3",
  ],
])("the GitHub workflow %s", async (_name, comments, call) => {
  writeFileSync(join(folder, "comments.json"), JSON.stringify(comments));
  writeFileSync(join(folder, "pyready.md"), "new");
  const bin = addStub(folder, "gh", GH);
  const ran = await run(scriptOf("Comment"), { PATH: `${bin}:${process.env.PATH}` });
  expect(ran.code, ran.stderr).toBe(0);
  expect(read("calls.txt")).toBe(`api --method ${call} --field body=@pyready.md\n`);
});

it("the GitLab job scans, and leaves JUnit and a page", async () => {
  const job = parse(gitlab)["production-readiness"];
  const script = job.script.join("\n");
  const ran = await run(script, { MINIMUM_GRADES: "ABCDF" });
  expect(ran.code, ran.stderr).toBe(0);
  expect(read(job.artifacts.reports.junit)).toContain("<testsuites");
  expect(read(job.artifacts.paths[0])).toContain("<!doctype html>");
  expect((await run(script, { MINIMUM_GRADES: "A" })).code).toBe(1);
});

it("the GitLab job has nothing but keywords of jobs", () => {
  const job = parse(gitlab)["production-readiness"];
  const keywords = ["stage", "image", "variables", "script", "artifacts"];
  expect(Object.keys(job).filter((key) => !keywords.includes(key))).toEqual([]);
  expect(job.script.every((line: unknown) => typeof line === "string")).toBe(true);
});
