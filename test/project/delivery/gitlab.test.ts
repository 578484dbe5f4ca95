import { describe, expect, it } from "vitest";
import { ciOf, linesOf } from "./delivery-of.ts";

const gitlab = (text: string, more: Record<string, string> = {}) => ciOf({ ".gitlab-ci.yml": text, ...more });

describe("GitLab CI", () => {
  const file = gitlab(
    `stages: [test, build, deploy]
image: python:$PYTHON
variables: {PYTHON: "3.12"}
default:
  before_script:
    - pip install uv
include:
  - local: /ci/base.yml
  - template: Security/SAST.gitlab-ci.yml

.python:
  services: [postgres:17, {name: redis:8, alias: r}]
  variables: {TOXENV: unit}

unit:
  extends: [.python, .rules]
  script:
    - tox
    - !reference [.shared, script]
build:
  stage: build
  before_script: []
  script: uv build
deploy:
  stage: deploy
  needs: [{job: unit}]
  environment: {name: production}
  when: manual
  script: |
    cd x
    kubectl apply -f k8s
matrix:
  parallel: {matrix: [{PY: ["3.11", "3.12"]}, {PY: "3.13"}]}
  script: [pytest]
`,
    {
      "ci/base.yml":
        ".rules:\n  rules:\n    - if: $CI_MERGE_REQUEST_ID\n.shared:\n  script:\n    - ruff check .\n",
      "tox.ini": "[testenv:unit]\ncommands = pytest\n[testenv:x]\ncommands = mypy\n",
    },
  );
  const job = (id: string) => file.jobs.find((each) => each.id === id);

  it("resolves extends, references, defaults and local includes", () => {
    expect(linesOf(job("unit"))).toEqual(["6: pip install uv", "2: pytest", "6: ruff check ."]);
    expect(job("unit")?.commands.map(({ path }) => path)).toEqual([
      ".gitlab-ci.yml",
      "tox.ini",
      "ci/base.yml",
    ]);
    expect(job("unit")).toMatchObject({
      line: 15,
      image: "python:3.12",
      services: ["postgres:17", "redis:8"],
      stage: "test",
      condition: "rules: $CI_MERGE_REQUEST_ID",
    });
    expect(linesOf(job("build"))).toEqual(["23: uv build"]);
    expect(linesOf(job("deploy"))).toEqual(["6: pip install uv", "30: cd x", "31: kubectl apply -f k8s"]);
  });

  it("orders jobs by stages, unless they say what they need", () => {
    expect(job("build")?.after.toSorted()).toEqual(["matrix", "unit"]);
    expect(job("deploy")).toMatchObject({
      after: ["unit"],
      needs: ["unit"],
      environment: "production",
      condition: "when: manual",
    });
    expect(job("matrix")?.matrix).toEqual({ PY: ["3.11", "3.12", "3.13"] });
  });

  it("names includes that it cannot open, and hides templates", () => {
    expect(file.jobs.map(({ id }) => id)).toEqual([
      "unit",
      "build",
      "deploy",
      "matrix",
      "include template: Security/SAST.gitlab-ci.yml",
    ]);
    expect(file.triggers.map(({ event }) => event)).toEqual(["push", "pull_request"]);
  });

  it("takes includes by pattern and ends cycles", () => {
    const many = gitlab(
      "include: 'ci/*.yml'\n.a: {extends: .b}\n.b: {extends: .a}\nx: {extends: .a, script: [pytest]}\n",
      {
        "ci/a.yml": "include: .gitlab-ci.yml\na: {script: ruff check}\n",
        "ci/b.yml": "b: {script: [!reference [b, script]]}\n",
      },
    );
    expect(many.jobs.map(({ id, commands }) => [id, commands.length])).toEqual([
      ["a", 1],
      ["b", 0],
      ["x", 1],
    ]);
  });

  it("tolerates broken files and wrong types", () => {
    expect(gitlab("a: [").broken).toBeDefined();
    expect(
      gitlab(
        "stages: 1\ninclude: [1, {local: [x]}]\na: {script: {b: 1}, needs: 3, extends: {x: 1}, variables: [1], image: [x]}\nb: x\n__proto__: {script: x}\n",
      ).jobs.map(({ id }) => id),
    ).toEqual(["a", "__proto__", "include local: x"]);
  });
});
