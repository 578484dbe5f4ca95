import { describe, expect, it } from "vitest";
import { jobTools } from "../../../src/project/delivery/action-kinds.ts";
import { ciOf, deliveryOf, linesOf } from "./delivery-of.ts";

const PATH = ".github/workflows/ci.yml";
const workflow = (text: string) => ciOf({ [PATH]: text });

describe("triggers of a workflow", () => {
  it.each([
    ["on: push", ["push:1"]],
    ["on: [push, pull_request]", ["push:1", "pull_request:1"]],
    ["on:\n  push:\n    branches: [main]\n  schedule:\n    - cron: '0 0 * * *'", ["push:2", "schedule:4"]],
    ['"on": release', ["release:1"]],
    ["true: push", ["push:1"]],
    ["on: 1", ["1:1"]],
    ["{}", []],
  ])("%s", (on, events) => {
    const text = on === "{}" ? "jobs: {}" : `${on}\njobs: {}`;
    expect(workflow(text).triggers.map(({ event, line }) => `${event}:${line}`)).toEqual(events);
  });

  it("tells tags from branches and names the workflows that it waits for", () => {
    const { triggers } = workflow(
      "on:\n  push: {tags: ['v*']}\n  workflow_run: {workflows: [Test]}\njobs: {}",
    );
    expect(triggers.map(({ tagsOnly, workflows }) => [tagsOnly, workflows])).toEqual([
      [true, undefined],
      [false, ["Test"]],
    ]);
    expect(workflow("on:\n  push: {tags: ['v*'], branches: [main]}\njobs: {}").triggers[0]).toMatchObject({
      tagsOnly: false,
      branches: ["main"],
    });
  });
});

describe("jobs of a workflow", () => {
  const text = `name: CI
on: push
permissions:
  contents: read
env:
  SRC: app
jobs:
  lint:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
        with: {persist-credentials: false, fetch-depth: 0}
      - name: Lint
        run: ruff check $SRC
  test:
    needs: lint
    container: python:3.12
    services:
      db:
        image: postgres:17
      cache: redis:8
    continue-on-error: true
    strategy:
      matrix:
        python: [3.9, "3.10"]
        include:
          - {python: "3.11", toxenv: x}
    steps:
      - run: |
          # a comment
          pip install -r requirements.txt

          pytest \\
            --cov
      - run: >
          python -m
          build
        working-directory: app
        if: success()
  deploy:
    needs: [test]
    environment: {name: production}
    permissions: {id-token: write}
    if: github.ref == 'refs/heads/main'
    steps: []
`;
  const file = workflow(text);
  const [lint, test, deploy] = file.jobs;

  it("holds what the file says", () => {
    expect(file).toMatchObject({ provider: "github", name: "CI", permissions: { contents: "read" } });
    expect(lint).toMatchObject({ id: "lint", line: 8, stage: "ubuntu-latest", needs: [], after: [] });
    expect(test).toMatchObject({
      line: 15,
      needs: ["lint"],
      image: "python:3.12",
      services: ["postgres:17", "redis:8"],
      failureAllowed: true,
    });
    expect(test?.matrix).toEqual({ python: ["3.9", "3.10", "3.11"], toxenv: ["x"] });
    expect(deploy).toMatchObject({
      environment: "production",
      after: ["test", "lint"],
      permissions: { "id-token": "write" },
      condition: "github.ref == 'refs/heads/main'",
    });
  });

  it("gives steps and commands with their lines", () => {
    expect(lint?.steps.map(({ uses, name, run, line }) => [uses ?? name, run, line])).toEqual([
      ["actions/checkout@v4", undefined, 11],
      ["Lint", "ruff check $SRC", 13],
    ]);
    expect(lint?.steps[0]?.with).toEqual({ "persist-credentials": "false", "fetch-depth": "0" });
    expect(linesOf(lint)).toEqual(["14: ruff check app"]);
    expect(linesOf(test)).toEqual([
      "31: pip install -r requirements.txt",
      "33: pytest --cov",
      "36: python -m build",
    ]);
    expect(test?.steps[1]).toMatchObject({ workingDirectory: "app", condition: "success()", runLine: 36 });
  });

  it("says by which tools a job does something", () => {
    expect(jobTools("tests", test!)).toMatchObject([{ tool: "pytest", line: 33, failureAllowed: true }]);
    expect(jobTools("linter", lint!)).toMatchObject([{ tool: "ruff check", path: PATH, line: 14 }]);
  });
});

describe("what a workflow takes in", () => {
  it("takes the steps of local composite actions in, their inputs put in", () => {
    const file = ciOf({
      [PATH]:
        "on: push\njobs:\n  t:\n    steps:\n      - uses: ./.github/actions/test\n        with: {args: -x}\n",
      ".github/actions/test/action.yml":
        "inputs:\n  args: {default: -q}\n  cov: {default: --cov}\nruns:\n  using: composite\n  steps:\n    - run: pytest ${{ inputs.args }} ${{ inputs.cov }}\n      shell: bash\n    - uses: codecov/codecov-action@v5\n",
    });
    expect(file.jobs[0]?.commands).toEqual([
      {
        path: ".github/actions/test/action.yml",
        line: 7,
        text: "pytest -x --cov",
        via: ["./.github/actions/test"],
      },
    ]);
    expect(file.jobs[0]?.steps.map(({ uses }) => uses)).toEqual([
      "./.github/actions/test",
      undefined,
      "codecov/codecov-action@v5",
    ]);
  });

  it("takes local reusable workflows in and keeps remote ones", () => {
    const file = ciOf({
      [PATH]:
        'on: push\njobs:\n  t:\n    uses: ./.github/workflows/x.yml\n    with: {versions: \'["3.12", "3.13"]\'}\n  p:\n    needs: t\n    uses: org/repo/.github/workflows/publish.yml@v1\n',
      ".github/workflows/x.yml":
        "on: workflow_call\njobs:\n  a:\n    environment: prod\n    strategy: {matrix: {python: '${{ fromJSON(inputs.versions) }}'}}\n    steps:\n      - run: pytest\n",
    });
    const [called, published] = file.jobs;
    expect(called).toMatchObject({ id: "t", line: 3, environment: "prod" });
    expect(called?.matrix).toEqual({ python: ["3.12", "3.13"] });
    expect(called?.commands).toMatchObject([
      { path: ".github/workflows/x.yml", line: 7, text: "pytest", via: ["./.github/workflows/x.yml"] },
    ]);
    expect(published).toMatchObject({ uses: "org/repo/.github/workflows/publish.yml@v1", after: ["t"] });
  });

  it("runs the task that the matrix names, and the hooks behind pre-commit's action", () => {
    const file = ciOf({
      [PATH]:
        "on: push\njobs:\n  t:\n    strategy: {matrix: {env: [unit, lint]}}\n    steps:\n      - run: tox -e ${{ matrix.env }}\n      - uses: pre-commit/action@v3\n",
      "tox.ini": "[testenv:unit]\ncommands = pytest\n[testenv:lint]\ncommands = flake8\n",
      ".pre-commit-config.yaml":
        "repos:\n- repo: https://github.com/psf/black\n  rev: '24'\n  hooks:\n  - id: black\n    args: [--check]\n",
    });
    expect(linesOf(file.jobs[0])).toEqual(["2: pytest", "4: flake8", "5: black --check"]);
    expect(file.jobs[0]?.commands.map(({ via }) => via)).toEqual([
      ["tox -e unit"],
      ["tox -e lint"],
      ["pre-commit/action@v3"],
    ]);
  });

  it("ends where actions and workflows call themselves", () => {
    const file = ciOf({
      [PATH]: `on: push\njobs:\n${Array.from({ length: 60 }, (_, i) => `  j${i}: {uses: ./${PATH}}\n`).join("")}`,
      ".github/actions/a/action.yml":
        "runs: {steps: [{uses: ./.github/actions/a}, {uses: ./.github/actions/a}]}",
    });
    expect(file.jobs).toHaveLength(60);
    const looped = ciOf({
      [PATH]: "on: push\njobs: {t: {steps: [{uses: ./.github/actions/a}]}}",
      ".github/actions/a/action.yml":
        "runs: {steps: [{uses: ./.github/actions/a}, {run: x}, {uses: ./.github/actions/a}]}",
    });
    expect(looped.jobs[0]?.steps.length).toBeLessThanOrEqual(1000);
  });
});

describe("odd and broken workflows", () => {
  it("says why a file is broken", () => {
    expect(workflow("on: push\njobs:\n  a: [\n")).toMatchObject({
      jobs: [],
      broken: expect.stringMatching(/^line \d/),
    });
    expect(workflow("- a")).toMatchObject({ jobs: [], broken: "no jobs" });
  });

  it("tolerates wrong types anywhere", () => {
    const file = workflow(
      "name: [x]\non: {push: 1}\njobs:\n  a: 1\n  b: {steps: {run: x}, needs: {a: 1}, services: [x], strategy: 3, env: [A=1]}\n  c: {steps: [1, {run: [x]}, {uses: {a: b}}, {with: 1, env: 2, run: pytest}]}\n",
    );
    expect(file.jobs.map(({ id, steps }) => [id, steps.length])).toEqual([
      ["a", 0],
      ["b", 0],
      ["c", 4],
    ]);
    expect(linesOf(file.jobs[2])).toEqual(["6: pytest"]);
  });

  it("takes prototype keys as names", () => {
    const file = workflow(
      "on: push\njobs:\n  __proto__: {steps: [{run: pytest, env: {__proto__: x}}]}\n  constructor: {needs: __proto__}\n",
    );
    expect(file.jobs.map(({ id, after }) => [id, after])).toEqual([
      ["__proto__", []],
      ["constructor", ["__proto__"]],
    ]);
  });

  it("reads Forgejo and Gitea, and only workflows of the top and the judged folder", () => {
    const delivery = deliveryOf(
      {
        ".forgejo/workflows/a.yml": "jobs: {}",
        ".gitea/workflows/a.yaml": "jobs: {}",
        "x/.github/workflows/a.yml": "jobs: {}",
        "y/.github/workflows/a.yml": "jobs: {}",
      },
      "x",
    );
    expect(delivery.ci.map(({ path, provider }) => [path, provider])).toEqual([
      [".forgejo/workflows/a.yml", "forgejo"],
      [".gitea/workflows/a.yaml", "forgejo"],
      ["x/.github/workflows/a.yml", "github"],
    ]);
  });
});
