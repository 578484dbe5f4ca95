/** CI systems whose steps run in containers: Bitbucket, Cirrus, Drone, Woodpecker, Tangled's spindles. */
import {
  draftOf,
  type FileDraft,
  type JobDraft,
  makeJob,
  type StepDraft,
  scriptSteps,
  usesStep,
} from "./ci-jobs.ts";
import { readMatrix } from "./matrix.ts";
import { firstDocument, type YamlFile, type YamlNode } from "./yaml-lines.ts";

/** https://support.atlassian.com/bitbucket-cloud/docs/bitbucket-pipelines-configuration-reference */
export function readBitbucket(yaml: YamlFile): FileDraft {
  const document = firstDocument(yaml);
  const image = document.textAt("image") ?? document.textAt("image", "name");
  const jobs: JobDraft[] = [];
  for (const { key, node } of document.get("pipelines").entries) {
    const lists = node.kind === "list" ? [{ key: "", node }] : node.entries;
    for (const list of lists) {
      const id = list.key === "" ? key : `${key} ${list.key}`;
      let before: string[] = [];
      for (const item of list.node.items) {
        const group = item.has("parallel")
          ? parallelSteps(item.get("parallel"))
          : item.has("stage")
            ? item.get("stage", "steps").items
            : [item];
        const made = group
          .filter((each) => each.has("step"))
          .map((each, at) =>
            bitbucketJob(yaml.path, each.get("step"), `${id} ${jobs.length + at + 1}`, before, image),
          );
        jobs.push(...made);
        if (made.length > 0) before = made.map((job) => job.id);
      }
    }
  }
  return draftOf(yaml, "bitbucket", jobs);
}

const parallelSteps = (node: YamlNode): readonly YamlNode[] =>
  node.kind === "list" ? node.items : node.get("steps").items;

function bitbucketJob(
  path: string,
  node: YamlNode,
  id: string,
  needs: string[],
  image: string | undefined,
): JobDraft {
  const own = node.textAt("image") ?? node.textAt("image", "name") ?? image;
  const steps = [...node.get("script").items, ...node.get("after-script").items].flatMap(
    (item): StepDraft[] => {
      const pipe = item.textAt("pipe");
      return pipe === undefined
        ? scriptSteps(path, item)
        : [usesStep(path, item.line, pipe, item.get("variables").strings)];
    },
  );
  const [name, environment, trigger] = [
    node.textAt("name"),
    node.textAt("deployment"),
    node.textAt("trigger"),
  ];
  return makeJob(path, node.line, id, {
    ...{ needs, steps, services: node.get("services").texts },
    ...(name === undefined ? {} : { name }),
    ...(environment === undefined ? {} : { environment }),
    ...(trigger === undefined ? {} : { condition: `trigger: ${trigger}` }),
    ...(own === undefined ? {} : { image: own }),
  });
}

/** https://cirrus-ci.org/guide/writing-tasks */
export function readCirrus(yaml: YamlFile): FileDraft {
  const document = firstDocument(yaml);
  const image = document.textAt("container", "image");
  const tasks = document.entries.filter(
    ({ key }) => key === "task" || key.endsWith("_task") || key === "docker_builder",
  );
  const jobs = tasks.map(({ key, line, node }, at) => {
    const scripts = node.entries.filter((entry) => entry.key === "script" || entry.key.endsWith("_script"));
    const steps = scripts.flatMap((entry) =>
      scriptSteps(yaml.path, entry.node, entry.key.replace(/_?script$/, "") || "main"),
    );
    const alias =
      node.textAt("alias") ??
      node.textAt("name") ??
      (key === "task" ? `task ${at + 1}` : key.replace(/_task$/, ""));
    const containers = [
      node.get("container"),
      ...node.get("matrix").items.map((item) => item.get("container")),
    ];
    const images = containers.flatMap((each) => [
      ...each.get("image").texts,
      ...each.get("matrix").items.flatMap((item) => item.textAt("image") ?? []),
    ]);
    const own = images[0] ?? image;
    const condition = node.textAt("only_if");
    return makeJob(yaml.path, line, alias, {
      ...{ steps, needs: node.get("depends_on").texts, env: node.get("env").strings },
      matrix: images.length > 1 ? { image: images } : {},
      services: node
        .get("container", "additional_containers")
        .items.flatMap((item) => item.textAt("image") ?? []),
      ...(own === undefined ? {} : { image: own }),
      ...(condition === undefined ? {} : { condition }),
    });
  });
  return draftOf(yaml, "cirrus", jobs);
}

/** Drone: one pipeline a document. https://docs.drone.io/pipeline/docker/overview */
export function readDrone(yaml: YamlFile): FileDraft {
  const jobs = yaml.documents
    .filter((document) => document.has("steps"))
    .map((document, at) =>
      pipelineJob(
        yaml.path,
        document,
        document.textAt("name") ?? `pipeline ${at + 1}`,
        document.get("trigger"),
      ),
    );
  return draftOf(yaml, "drone", jobs);
}

/** https://woodpecker-ci.org/docs/usage/workflow-syntax */
export function readWoodpecker(yaml: YamlFile): FileDraft {
  const document = firstDocument(yaml);
  const id = yaml.path.slice(yaml.path.lastIndexOf("/") + 1).replace(/^\.|\.ya?ml$/g, "") || "woodpecker";
  const has = document.has("steps") || document.has("pipeline");
  return draftOf(yaml, "woodpecker", has ? [pipelineJob(yaml.path, document, id, document.get("when"))] : []);
}

/** https://docs.tangled.org/spindles.html */
export function readTangled(yaml: YamlFile): FileDraft {
  const document = firstDocument(yaml);
  const id = yaml.path.slice(yaml.path.lastIndexOf("/") + 1).replace(/\.ya?ml$/, "");
  const job = pipelineJob(yaml.path, document, id, document.get("when"));
  return draftOf(yaml, "other", document.has("steps") ? [job] : []);
}

function pipelineJob(path: string, document: YamlNode, id: string, when: YamlNode): JobDraft {
  const list = document.has("steps") ? document.get("steps") : document.get("pipeline");
  const nodes =
    list.kind === "list"
      ? list.items.map((node) => ({ name: node.textAt("name"), node }))
      : list.entries.map(({ key, node }) => ({ name: key, node }));
  const images = nodes.flatMap(({ node }) => node.textAt("image") ?? []);
  const steps = nodes.flatMap(({ name, node }): StepDraft[] => {
    const commands = scriptSteps(path, node.get(node.has("command") ? "command" : "commands"), name);
    const image = node.textAt("image");
    // A step without commands is a plugin, known by its image.
    return commands.length > 0 || image === undefined
      ? commands
      : [
          {
            ...usesStep(path, node.line, image, node.get("settings").strings),
            ...(name === undefined ? {} : { name }),
          },
        ];
  });
  const services = document.get("services");
  const condition = when.entries
    .map(({ key, node }) => `${key}: ${[...node.texts, ...node.get("include").texts].join(" ")}`)
    .join("; ");
  const image = images.find((each) => /python/.test(each)) ?? images[0];
  return makeJob(path, document.line, id, {
    ...{ steps, needs: document.get("depends_on").texts, matrix: readMatrix(document.get("matrix")) },
    services:
      services.kind === "list"
        ? services.items.flatMap((item) => item.textAt("image") ?? [])
        : services.entries.flatMap(({ node }) => node.textAt("image") ?? []),
    ...(image === undefined ? {} : { image }),
    ...(condition === "" ? {} : { condition }),
  });
}
