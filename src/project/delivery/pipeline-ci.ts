/** More CI systems: Buildkite, Google Cloud Build, Semaphore, SourceHut. */
import {
  draftOf,
  type FileDraft,
  type JobDraft,
  makeJob,
  type StepDraft,
  scriptSteps,
  textStep,
  usesStep,
} from "./ci-jobs.ts";
import { firstDocument, type YamlFile, type YamlNode } from "./yaml-lines.ts";

/** https://buildkite.com/docs/pipelines/configure/defining-steps */
export function readBuildkite(yaml: YamlFile): FileDraft {
  const document = firstDocument(yaml);
  const list = document.kind === "list" ? document : document.get("steps");
  const jobs: JobDraft[] = [];
  let earlier: string[] = [];
  const add = (node: YamlNode): void => {
    for (const item of node.items) {
      if (item.text === "wait" || item.has("wait") || item.has("block")) earlier = jobs.map(({ id }) => id);
      else if (item.has("group")) add(item.get("steps"));
      else jobs.push(buildkiteJob(yaml.path, item, `step ${jobs.length + 1}`, earlier));
    }
  };
  add(list);
  return draftOf(yaml, "buildkite", jobs);
}

function buildkiteJob(path: string, node: YamlNode, fallback: string, earlier: string[]): JobDraft {
  const commands = [node.get("command"), node.get("commands")].flatMap((each) => scriptSteps(path, each));
  const plugins = node
    .get("plugins")
    .items.map((item) =>
      usesStep(path, item.line, item.text ?? item.entries[0]?.key ?? "", item.entries[0]?.node.strings ?? {}),
    );
  const image = node
    .get("plugins")
    .items.flatMap((item) => item.entries)
    .map((entry) => entry.node.textAt("image"))
    .find((each) => each !== undefined);
  const [name, condition] = [
    node.textAt("label") ?? node.textAt("name"),
    node.textAt("if") ?? node.textAt("branches"),
  ];
  return makeJob(path, node.line, node.textAt("key") ?? name ?? fallback, {
    ...{
      steps: [...plugins, ...commands],
      needs: node.get("depends_on").texts,
      earlier: node.has("depends_on") ? [] : earlier,
    },
    ...(name === undefined ? {} : { name }),
    ...(image === undefined ? {} : { image }),
    ...(condition === undefined ? {} : { condition }),
  });
}

/** Google Cloud Build: each step is an image with arguments. https://cloud.google.com/build/docs/build-config-file-schema */
export function readCloudBuild(yaml: YamlFile): FileDraft {
  const document = firstDocument(yaml);
  const steps = document.get("steps").items.flatMap((node): StepDraft[] => {
    const image = node.textAt("name") ?? "";
    const script = scriptSteps(yaml.path, node.get("script"));
    if (script.length > 0) return script;
    // `entrypoint: bash, args: ["-c", "…"]`, or the image's own program.
    const program = node.textAt("entrypoint") ?? image.replace(/:[^/:]*$/, "").replace(/^.*\//, "");
    const args = node.get("args").texts;
    const shell =
      /^(?:ba)?sh$/.test(program) && args[0]?.endsWith("c")
        ? args.slice(1).join(" ")
        : [program, ...args]
            .map((word) => (/[\s"']/.test(word) ? `'${word.replaceAll("'", "'\\''")}'` : word))
            .join(" ");
    return [textStep(yaml.path, node.line, shell, { name: node.textAt("id") ?? image })];
  });
  return draftOf(
    yaml,
    "other",
    steps.length === 0 ? [] : [makeJob(yaml.path, document.line, "build", { steps })],
    "Google Cloud Build",
  );
}

/** https://docs.semaphoreci.com/reference/pipeline-yaml */
export function readSemaphore(yaml: YamlFile): FileDraft {
  const document = firstDocument(yaml);
  const jobs: JobDraft[] = [];
  for (const block of document.get("blocks").items) {
    const earlier = jobs.map(({ id }) => id);
    for (const node of block.get("task", "jobs").items) {
      const steps = [
        document.get("global_job_config", "prologue", "commands"),
        block.get("task", "prologue", "commands"),
        node.get("commands"),
      ].flatMap((each) => scriptSteps(yaml.path, each));
      jobs.push(
        makeJob(yaml.path, node.line, node.textAt("name") ?? `job ${jobs.length + 1}`, { steps, earlier }),
      );
    }
  }
  return draftOf(yaml, "other", jobs, "Semaphore");
}

/** https://man.sr.ht/builds.sr.ht/manifest.md */
export function readSourcehut(yaml: YamlFile): FileDraft {
  const document = firstDocument(yaml);
  const steps = document
    .get("tasks")
    .items.flatMap((item) => item.entries.flatMap(({ key, node }) => scriptSteps(yaml.path, node, key)));
  const image = document.textAt("image");
  return draftOf(
    yaml,
    "other",
    steps.length === 0
      ? []
      : [makeJob(yaml.path, document.line, "build", { steps, ...(image === undefined ? {} : { image }) })],
    "SourceHut",
  );
}
