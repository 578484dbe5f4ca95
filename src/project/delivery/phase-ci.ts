/** CI systems whose files list commands by phase: Travis, AppVeyor, AWS CodeBuild. */
import {
  draftOf,
  type FileDraft,
  type JobDraft,
  makeJob,
  type StepDraft,
  scriptSteps,
  usesStep,
} from "./ci-jobs.ts";
import { firstDocument, type YamlFile, type YamlNode } from "./yaml-lines.ts";

const TRAVIS_PHASES = [
  "before_install",
  "install",
  "before_script",
  "script",
  "after_success",
  "after_script",
  "before_deploy",
];

/** https://docs.travis-ci.com/user/job-lifecycle */
export function readTravis(yaml: YamlFile): FileDraft {
  const draft = draftOf(yaml, "travis", []);
  const document = firstDocument(yaml);
  if (document.kind !== "map") return draft;
  // More legs than anyone writes.
  const included = [
    ...document.get("jobs", "include").items,
    ...document.get("matrix", "include").items,
  ].slice(0, 200);
  const main = travisJob(yaml.path, document, document, "test", 1);
  const others = included.map((node, at) =>
    travisJob(yaml.path, node, document, node.textAt("name") ?? `job ${at + 1}`, node.line),
  );
  const stages = [
    ...new Set([
      "test",
      ...document.get("stages").asList.flatMap((stage) => stage.text ?? stage.textAt("name") ?? []),
      ...others.flatMap(({ stage }) => stage ?? []),
    ]),
  ];
  const declared = document.get("stages").asList.flatMap((stage) => stage.text ?? stage.textAt("name") ?? []);
  const order = declared.length > 0 ? declared : stages;
  // An include without a stage of its own belongs to the stage of the one before it.
  let current = order.includes("test") ? "test" : (order[0] ?? "test");
  const jobs = [main, ...others].map((job) => {
    current = job.stage ?? current;
    return { ...job, stage: current };
  });
  const staged = jobs.map((job) => ({
    ...job,
    earlier: jobs
      .filter((other) => order.indexOf(other.stage) < order.indexOf(job.stage))
      .map(({ id }) => id),
  }));
  return { ...draft, jobs: staged.filter((job) => job.steps.length > 0 || included.length === 0) };
}

function travisJob(path: string, node: YamlNode, document: YamlNode, id: string, line: number): JobDraft {
  const steps: StepDraft[] = TRAVIS_PHASES.flatMap((phase) =>
    scriptSteps(path, node.has(phase) ? node.get(phase) : document.get(phase), phase),
  );
  const deploys = (node.has("deploy") ? node : document).get("deploy").asList;
  for (const deploy of deploys) {
    const provider = deploy.textAt("provider");
    if (provider !== undefined) steps.push(usesStep(path, deploy.line, `deploy ${provider}`, deploy.strings));
    steps.push(...scriptSteps(path, deploy.get("script"), "deploy"));
  }
  const matrix: Record<string, string[]> = Object.create(null);
  const pythons = (node.has("python") ? node : document).get("python").texts;
  if (pythons.length > 0) matrix.python = pythons;
  for (const line of [
    ...document.get("env").texts,
    ...document.get("env", "matrix").texts,
    ...document.get("env", "jobs").texts,
    ...node.get("env").texts,
  ]) {
    for (const [, key, value] of line.slice(0, 2000).matchAll(/(\w{1,80})=["']?([^\s"']{0,200})/g)) {
      matrix[key!] = [...new Set([...(matrix[key!] ?? []), value!])].slice(0, 100);
    }
  }
  const [stage, condition] = [node === document ? undefined : node.textAt("stage"), node.textAt("if")];
  return makeJob(path, line, id, {
    services: (node.has("services") ? node : document).get("services").texts,
    matrix,
    steps,
    // One value of each variable, so that `tox -e $TOXENV` leads somewhere.
    env: { TOXENV: (matrix.TOXENV ?? []).join(",") },
    ...(stage === undefined ? {} : { stage: stage.toLowerCase() }),
    ...(condition === undefined ? {} : { condition }),
  });
}

const APPVEYOR_PHASES = [
  "init",
  "install",
  "before_build",
  "build_script",
  "after_build",
  "before_test",
  "test_script",
  "after_test",
  "before_deploy",
  "deploy_script",
  "on_success",
];

/** https://www.appveyor.com/docs/appveyor-yml */
export function readAppveyor(yaml: YamlFile): FileDraft {
  const draft = draftOf(yaml, "appveyor", []);
  const document = firstDocument(yaml);
  if (document.kind !== "map") return draft;
  const steps: StepDraft[] = APPVEYOR_PHASES.flatMap((phase) =>
    document.get(phase).asList.flatMap((item) => {
      // `- cmd: x`, `- ps: y`, `- sh: z`
      const text = item.kind === "map" ? item.entries[0]?.node : item;
      return text ? scriptSteps(yaml.path, text, phase) : [];
    }),
  );
  for (const deploy of document.get("deploy").asList) {
    const provider = deploy.textAt("provider");
    if (provider !== undefined)
      steps.push(usesStep(yaml.path, deploy.line, `deploy ${provider}`, deploy.strings));
  }
  const matrix: Record<string, string[]> = Object.create(null);
  for (const leg of document.get("environment", "matrix").items) {
    for (const { key, node } of leg.entries)
      if (node.text !== undefined) matrix[key] = [...(matrix[key] ?? []), node.text];
  }
  return {
    ...draft,
    jobs: [
      makeJob(yaml.path, 1, "build", {
        steps,
        matrix,
        services: document.get("services").texts,
        env: { TOXENV: (matrix.TOXENV ?? []).join(",") },
      }),
    ],
  };
}

/** AWS CodeBuild. https://docs.aws.amazon.com/codebuild/latest/userguide/build-spec-ref.html */
export function readBuildspec(yaml: YamlFile): FileDraft {
  const draft = draftOf(yaml, "other", []);
  const phases = firstDocument(yaml).get("phases").entries;
  const steps = phases.flatMap(({ key, node }) => scriptSteps(yaml.path, node.get("commands"), key));
  return {
    ...draft,
    name: "AWS CodeBuild",
    jobs: phases.length === 0 ? [] : [makeJob(yaml.path, phases[0]!.line, "build", { steps })],
  };
}
