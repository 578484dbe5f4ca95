import { describe, expect, it } from "vitest";
import type { CiFile } from "../../../src/project/delivery/types.ts";
import { ciOf, deliveryOf, linesOf } from "./delivery-of.ts";

const find = (file: CiFile, id: string) => file.jobs.find((job) => job.id === id);

describe("CircleCI", () => {
  const file = ciOf({
    ".circleci/config.yml": `version: 2.1
orbs: {python: circleci/python@2}
executors:
  py:
    parameters: {v: {type: string, default: "3.12"}}
    docker:
      - image: cimg/python:<< parameters.v >>
      - image: cimg/postgres:17
commands:
  check:
    parameters: {tool: {type: string, default: mypy}}
    steps:
      - run: << parameters.tool >> .
jobs:
  test:
    executor: py
    steps:
      - checkout
      - python/install-packages: {pkg-manager: pip}
      - check: {tool: ruff check}
      - run:
          name: Tests
          command: |
            pytest
            coverage xml
      - when:
          condition: true
          steps: [{run: echo}]
workflows:
  main:
    jobs:
      - test:
          filters: {branches: {only: main}}
      - python/test: {name: orb}
      - hold: {type: approval, requires: [test]}
      - deploy: {requires: [hold]}
`,
  });

  it("puts parameters in and follows commands", () => {
    expect(find(file, "test")).toMatchObject({
      line: 15,
      image: "cimg/python:3.12",
      services: ["cimg/postgres:17"],
      condition: "branches only main",
    });
    expect(linesOf(find(file, "test"))).toEqual([
      "13: ruff check .",
      "24: pytest",
      "25: coverage xml",
      "28: echo",
    ]);
    expect(find(file, "test")?.steps.map(({ uses, via }) => [uses, via])).toEqual([
      ["checkout", []],
      ["python/install-packages", []],
      [undefined, ["check"]],
      [undefined, []],
      [undefined, []],
    ]);
  });

  it("keeps jobs of orbs and the order of the workflow", () => {
    expect(find(file, "orb")).toMatchObject({ uses: "python/test" });
    expect(find(file, "deploy")).toMatchObject({ needs: ["hold"], after: ["hold", "test"] });
  });

  it("reads version 2 without workflows, cycles and wrong types", () => {
    expect(
      linesOf(
        ciOf({
          ".circleci/config.yml":
            "jobs:\n  build:\n    docker: [{image: python:3.6.0}]\n    steps: [{run: pytest}]\n",
        }).jobs[0],
      ),
    ).toEqual(["4: pytest"]);
    expect(
      ciOf({
        ".circleci/config.yml":
          "commands: {a: {steps: [a, a]}}\njobs: {b: {steps: [a]}, c: 1}\nworkflows: {w: {jobs: [b, 1, {x: 2}]}}",
      }).jobs,
    ).toHaveLength(3);
    expect(ciOf({ ".circleci/config.yml": "jobs: [" }).broken).toBeDefined();
  });
});

describe("Azure Pipelines", () => {
  it("reads stages, jobs, deployments, tasks and local templates", () => {
    const file = ciOf({
      "azure-pipelines.yml": `trigger: {tags: {include: [v*]}}
pr: none
stages:
  - stage: Test
    jobs:
      - job: unit
        strategy:
          matrix:
            Python311: {python.version: "3.11"}
            Python312: {python.version: "3.12"}
        container: python:3.12
        steps:
          - task: UsePythonVersion@0
            inputs: {versionSpec: $(python.version)}
          - script: |
              pip install tox
              pytest
            displayName: Tests
          - template: ci/lint.yml
            parameters: {path: src}
  - stage: Deploy
    condition: succeeded()
    jobs:
      - deployment: prod
        environment: production
        strategy: {runOnce: {deploy: {steps: [{task: AzureWebApp@1}]}}}
`,
      "ci/lint.yml": "parameters: {path: .}\nsteps:\n- bash: ruff check ${{ parameters.path }}\n",
    });
    expect(file.triggers).toMatchObject([{ event: "push", tagsOnly: true }]);
    expect(linesOf(find(file, "unit"))).toEqual(["16: pip install tox", "17: pytest", "3: ruff check src"]);
    expect(find(file, "unit")).toMatchObject({
      image: "python:3.12",
      matrix: { "python.version": ["3.11", "3.12"] },
      stage: "Test",
    });
    expect(find(file, "prod")).toMatchObject({
      environment: "production",
      after: ["unit"],
      stage: "Deploy",
      condition: "succeeded()",
    });
    expect(find(file, "prod")?.steps.map(({ uses }) => uses)).toEqual(["AzureWebApp@1"]);
  });

  it("reads steps alone, conditional lists, and templates that cannot be opened", () => {
    expect(
      linesOf(ciOf({ "azure-pipelines.yml": "steps:\n- ${{ if true }}:\n  - script: pytest\n" }).jobs[0]),
    ).toEqual(["3: pytest"]);
    expect(ciOf({ ".azure-pipelines.yml": "jobs:\n- template: x.yml@other\n" }).jobs).toMatchObject([
      { uses: "x.yml@other" },
    ]);
    expect(
      ciOf({
        "azure-pipelines.yml": "jobs:\n- template: azure-pipelines.yml\n- template: azure-pipelines.yml\n",
      }).jobs.length,
    ).toBeLessThan(200);
    expect(ciOf({ "azure-pipelines.yml": "steps: 1\njobs: {a: 1}\n" }).jobs).toEqual([]);
  });
});

describe("CI systems with phases", () => {
  it("reads Travis: versions, environments, stages, deployment", () => {
    const file = ciOf({
      ".travis.yml": `language: python
python: ["3.8", 3.10]
env: [TOXENV=unit, TOXENV=lint]
install: pip install tox
script:
  - tox
jobs:
  include:
    - stage: Deploy
      script: skip
      deploy: {provider: pypi, user: x}
`,
      "tox.ini": "[testenv:unit]\ncommands = pytest\n[testenv:lint]\ncommands = flake8\n",
    });
    const [test, deploy] = file.jobs;
    expect(linesOf(test)).toEqual(["4: pip install tox", "2: pytest", "4: flake8"]);
    expect(test?.matrix).toEqual({ python: ["3.8", "3.10"], TOXENV: ["unit", "lint"] });
    expect(deploy).toMatchObject({ stage: "deploy", line: 9, after: ["test"] });
    expect(deploy?.steps.at(-1)?.uses).toBe("deploy pypi");
  });

  it("reads AppVeyor and CodeBuild", () => {
    expect(
      linesOf(
        ciOf({
          "appveyor.yml":
            "environment: {matrix: [{TOXENV: a}]}\ninstall: [{ps: pip install x}]\ntest_script:\n- cmd: pytest\n",
        }).jobs[0],
      ),
    ).toEqual(["2: pip install x", "4: pytest"]);
    expect(
      linesOf(ciOf({ "buildspec.yml": "phases:\n  build:\n    commands:\n      - pytest\n" }).jobs[0]),
    ).toEqual(["4: pytest"]);
  });

  it("tolerates broken files and wrong types", () => {
    for (const path of [
      ".travis.yml",
      "appveyor.yml",
      "buildspec.yml",
      "bitbucket-pipelines.yml",
      ".cirrus.yml",
      ".drone.yml",
      ".woodpecker.yml",
      ".buildkite/pipeline.yml",
      "cloudbuild.yaml",
      ".semaphore/semaphore.yml",
      ".build.yml",
    ]) {
      expect(ciOf({ [path]: "a: [" }).broken).toBeDefined();
      const odd =
        "script: {a: [1, {b: 2}]}\nsteps: {x: 1, y: [2]}\npipelines: {default: 1, branches: [1]}\nblocks: [1]\njobs: 3\nphases: [1]\ntest_script: 5\ntask: 1\na_task: {script: {b: 1}}\ntasks: [x]\n";
      expect(ciOf({ [path]: odd }).jobs.every(({ commands }) => Array.isArray(commands))).toBe(true);
      expect(ciOf({ [path]: "- 1\n- [2]\n" }).broken).toBeUndefined();
    }
  });
});

describe("CI systems with containers", () => {
  it("reads Bitbucket", () => {
    const file = ciOf({
      "bitbucket-pipelines.yml": `image: python:3.12
pipelines:
  default:
    - parallel:
        - step: {name: Test, script: [pytest]}
        - step: {script: [ruff check .], image: python:3.11}
  branches:
    main:
      - step: {script: [uv build]}
      - step:
          deployment: production
          trigger: manual
          script:
            - pipe: atlassian/aws-ecs-deploy:1.0.0
`,
    });
    expect(file.jobs.map(({ id, image, after, environment }) => [id, image, after, environment])).toEqual([
      ["default 1", "python:3.12", [], undefined],
      ["default 2", "python:3.11", [], undefined],
      ["branches main 3", "python:3.12", [], undefined],
      ["branches main 4", "python:3.12", ["branches main 3"], "production"],
    ]);
    expect(linesOf(file.jobs[0])).toEqual(["5: pytest"]);
    expect(file.jobs[3]?.steps[0]?.uses).toBe("atlassian/aws-ecs-deploy:1.0.0");
  });

  it("reads Cirrus, repeated tasks and all", () => {
    const file = ciOf({
      ".cirrus.yml": `task:
  name: a
  container: {matrix: [{image: python:3.11}, {image: python:3.12}]}
  install_script: pip install .
  test_script:
    - pytest
task:
  name: b
  depends_on: [a]
  script: |
    ruff check .
`,
    });
    expect(file.jobs.map((job) => [job.id, job.line, job.after, linesOf(job)])).toEqual([
      ["a", 1, [], ["4: pip install .", "6: pytest"]],
      ["b", 7, ["a"], ["11: ruff check ."]],
    ]);
    expect(file.jobs[0]?.matrix).toEqual({ image: ["python:3.11", "python:3.12"] });
  });

  it("reads Drone and Woodpecker", () => {
    const drone = ciOf({
      ".drone.yml":
        "kind: pipeline\nname: a\nsteps:\n- name: t\n  image: python:3.12\n  commands: [pytest]\n- name: p\n  image: plugins/docker\n  settings: {repo: x}\n---\nkind: pipeline\nname: b\ndepends_on: [a]\ntrigger: {event: [tag]}\nsteps: []\n",
    });
    expect(drone.jobs).toMatchObject([
      { id: "a", image: "python:3.12" },
      { id: "b", after: ["a"], condition: "event: tag" },
    ]);
    expect(drone.jobs[0]?.steps[1]).toMatchObject({ uses: "plugins/docker", with: { repo: "x" } });
    const woodpecker = ciOf({
      ".woodpecker/test.yaml":
        "matrix: {PY: ['3.11', '3.12']}\nsteps:\n  unit:\n    image: python:${PY}\n    commands:\n      - pytest\nservices: {db: {image: postgres}}\n",
    });
    expect(woodpecker.jobs[0]).toMatchObject({
      id: "test",
      services: ["postgres"],
      matrix: { PY: ["3.11", "3.12"] },
    });
    expect(linesOf(woodpecker.jobs[0])).toEqual(["6: pytest"]);
  });

  it("reads Buildkite, Cloud Build, Semaphore and SourceHut", () => {
    const buildkite = ciOf({
      ".buildkite/pipeline.yml":
        "steps:\n- label: t\n  command: pytest\n  plugins: [{docker#v5: {image: python:3.12}}]\n- wait\n- group: g\n  steps: [{key: d, commands: [ruff check .]}]\n",
    });
    expect(buildkite.jobs.map((job) => [job.id, job.image, job.after, linesOf(job)])).toEqual([
      ["t", "python:3.12", [], ["3: pytest"]],
      ["d", undefined, ["t"], ["7: ruff check ."]],
    ]);
    expect(
      linesOf(
        ciOf({
          "cloudbuild.yaml":
            "steps:\n- name: gcr.io/cloud-builders/docker\n  args: [build, -t, x, .]\n- name: python:3.12\n  entrypoint: bash\n  args: ['-c', 'pip install x && pytest']\n",
        }).jobs[0],
      ),
    ).toEqual(["2: docker build -t x .", "4: pip install x", "4: pytest"]);
    expect(
      linesOf(
        ciOf({
          ".semaphore/semaphore.yml":
            "blocks:\n- task:\n    prologue: {commands: [checkout]}\n    jobs: [{name: t, commands: [pytest]}]\n",
        }).jobs[0],
      ),
    ).toEqual(["3: checkout", "4: pytest"]);
    expect(
      linesOf(ciOf({ ".build.yml": "image: alpine\ntasks:\n- test: |\n    cd x\n    pytest\n" }).jobs[0]),
    ).toEqual(["4: cd x", "5: pytest"]);
  });
});

describe("CI files that are programs", () => {
  it("reads Jenkinsfiles with names, in a folder of theirs", () => {
    const steps = "pipeline { stages { stage('Test') { steps { sh 'pytest' } } } }";
    expect(ciOf({ "jenkins/testing.jenkinsfile": steps }).provider).toBe("jenkins");
  });

  it("reads that a Jenkinsfile lets a failure go by", () => {
    const steps = (handler: string) =>
      `pipeline { stages { stage('Test') { steps { script { try { sh 'pytest' } catch (err) { ${handler} } } } } } }`;
    const allowed = (handler: string) =>
      ciOf({ Jenkinsfile: steps(handler) }).jobs[0]?.steps[0]?.failureAllowed ?? false;
    expect(allowed("currentBuild.result = 'UNSTABLE'")).toBe(true);
    expect(allowed("throw err")).toBe(false);
    expect(allowed("currentBuild.result = 'FAILURE'")).toBe(false);
  });

  it("reads Jenkinsfiles", () => {
    const file = ciOf({
      Jenkinsfile: `pipeline {
  agent { docker { image 'python:3.12' } }
  stages {
    stage('Test') {
      steps {
        // sh 'ignored'
        sh 'pip install -r requirements.txt'
        sh """
          pytest \\
            --cov
        """
        sh(label: 'x', script: "ruff check .", returnStatus: true)
      }
    }
    stage("Deploy") { steps { sh "kubectl apply -f k8s" } }
  }
}
`,
    });
    expect(file.jobs.map((job) => [job.id, job.line, job.after, linesOf(job)])).toEqual([
      ["Test", 4, [], ["7: pip install -r requirements.txt", "9: pytest --cov", "12: ruff check ."]],
      ["Deploy", 15, ["Test"], ["15: kubectl apply -f k8s"]],
    ]);
    expect(file.jobs[0]?.image).toBe("python:3.12");
  });

  it("reads what Jenkins' Docker plugin does, and commands that are handed to functions", () => {
    const file = ciOf({
      Jenkinsfile: `stage('Build') {
  dockerImage = docker.build("registry/app:1", "--no-cache .")
  dockerImage.push()
}
stage('Deploy') {
  runInContainer("kubectl apply -f k8s")
}
`,
    });
    expect(file.jobs.map((job) => [job.id, linesOf(job)])).toEqual([
      ["Build", ["2: docker build .", "3: docker push image"]],
      ["Deploy", ["6: kubectl apply -f k8s"]],
    ]);
  });

  it("reads TeamCity's Kotlin", () => {
    const file = ciOf({
      ".teamcity/settings.kts":
        'object Test : BuildType({\n  steps {\n    script {\n      scriptContent = """\n        pytest\n      """\n    }\n  }\n})\n',
    });
    expect(file.jobs.map((job) => [job.id, linesOf(job)])).toEqual([["Test", ["5: pytest"]]]);
  });

  it.each([
    ["quotes", "sh '".repeat(50_000)],
    ["stages", 'stage("'.repeat(50_000)],
    ["spaces", `sh${" ".repeat(100_000)}`],
    ["words", "docker ".repeat(50_000)],
  ])("stays fast for many %s", (_, text) => {
    expect(deliveryOf({ Jenkinsfile: text, ".teamcity/settings.kts": text }).ci.length).toBe(2);
  });
});
