/** CircleCI: jobs with their steps, commands with parameters put in, orb jobs of workflows. https://circleci.com/docs/configuration-reference */
import {
  type FileDraft,
  type JobDraft,
  makeJob,
  type StepDraft,
  scriptStep,
  textStep,
  usesStep,
} from "./ci-jobs.ts";
import { yamlScript } from "./script.ts";
import type { CiTrigger } from "./types.ts";
import { firstDocument, type YamlFile, type YamlNode } from "./yaml-lines.ts";

type Strings = Readonly<Record<string, string>>;

const MAX_DEPTH = 5;
const MAX_STEPS = 1000;

export function readCircleci(yaml: YamlFile): FileDraft {
  const { path, text } = yaml;
  const base: FileDraft = { path, text, provider: "circleci", triggers: [], jobs: [] };
  if (yaml.broken !== undefined) return { ...base, broken: yaml.broken };
  const document = firstDocument(yaml);
  const reader = new ConfigReader(path, document);
  return { ...base, triggers: readTriggers(path, document), jobs: reader.readJobs(), data: document.plain };
}

function readTriggers(path: string, document: YamlNode): CiTrigger[] {
  const workflows = document.get("workflows").entries;
  const triggers: CiTrigger[] = ["push", "pull_request"].map((event) => ({
    path,
    line: 1,
    event,
    tagsOnly: false,
  }));
  const scheduled = workflows.find(({ node }) =>
    node.get("triggers").items.some((item) => item.has("schedule")),
  );
  if (scheduled) triggers.push({ path, line: scheduled.line, event: "schedule", tagsOnly: false });
  return triggers;
}

class ConfigReader {
  readonly #path: string;
  readonly #document: YamlNode;
  #steps = 0;

  constructor(path: string, document: YamlNode) {
    this.#path = path;
    this.#document = document;
  }

  /** Jobs as the workflows run them; those that no workflow names follow, for version 2 without workflows. */
  readJobs(): JobDraft[] {
    const jobs: JobDraft[] = [];
    const named = new Set<string>();
    for (const { key, node } of this.#document.get("workflows").entries) {
      if (key === "version") continue;
      for (const item of node.get("jobs").items) {
        const entry = item.entries[0];
        const name = item.text ?? entry?.key;
        if (name === undefined) continue;
        named.add(name);
        jobs.push(this.#readRun(name, item.line, entry?.node));
      }
    }
    const rest = this.#document
      .get("jobs")
      .entries.filter(({ key }) => !named.has(key) && (jobs.length === 0 || key === "build"));
    return [
      ...jobs,
      ...(jobs.length === 0 ? rest.map(({ key, line }) => this.#readRun(key, line, undefined)) : []),
    ];
  }

  /** A job as a workflow runs it: `- test: {requires: [build], python: "3.12"}`. */
  #readRun(name: string, line: number, run: YamlNode | undefined): JobDraft {
    const definition = this.#document.get("jobs").entry(name);
    const node = definition?.node;
    const given = {
      ...defaultsOf(this.#document.get("parameters")),
      ...defaultsOf(node?.get("parameters")),
      ...run?.strings,
    };
    const matrix = Object.fromEntries(
      (run?.get("matrix", "parameters").entries ?? []).map(({ key, node: values }) => [key, values.texts]),
    );
    const filters = run?.get("filters");
    const condition = filters?.entries
      .map(
        ({ key, node: each }) =>
          `${key} ${each.entries.map((entry) => `${entry.key} ${entry.node.texts.join(" ")}`).join(" ")}`,
      )
      .join("; ");
    const isApproval = run?.textAt("type") === "approval";
    const parameters: Strings = {
      ...Object.fromEntries(Object.entries(matrix).map(([key, values]) => [key, values[0] ?? ""])),
      ...given,
    };
    const images = node ? this.#images(node, parameters) : [];
    return makeJob(this.#path, definition?.line ?? line, run?.textAt("name") ?? name, {
      needs: (run?.get("requires").asList ?? []).flatMap((need) => need.text ?? need.entries[0]?.key ?? []),
      services: images.slice(1),
      matrix,
      env: { ...node?.get("environment").strings },
      steps: node ? this.#readSteps(node.get("steps"), parameters, [], 0) : [],
      ...(images[0] === undefined ? {} : { image: images[0] }),
      ...(condition ? { condition } : {}),
      ...(node || isApproval ? {} : { uses: name }),
    });
  }

  #images(node: YamlNode, parameters: Strings): string[] {
    const executor = node.textAt("executor") ?? node.textAt("executor", "name");
    const base = executor === undefined ? undefined : this.#document.get("executors", executor);
    const docker = node.has("docker") ? node.get("docker") : base?.get("docker");
    const values = { ...defaultsOf(base?.get("parameters")), ...parameters };
    // The executor of CircleCI's own orb: https://circleci.com/developer/orbs/orb/circleci/python
    const tag = executor === "python/default" ? node.textAt("executor", "tag") : undefined;
    if (tag !== undefined) return [`cimg/python:${fill(tag, values)}`];
    return (docker?.items ?? []).flatMap((item) => {
      const image = item.textAt("image");
      return image === undefined ? [] : [fill(image, values)];
    });
  }

  #readSteps(steps: YamlNode, parameters: Strings, via: readonly string[], depth: number): StepDraft[] {
    return steps.items.flatMap((item) =>
      ++this.#steps > MAX_STEPS ? [] : this.#readStep(item, parameters, via, depth),
    );
  }

  #readStep(item: YamlNode, parameters: Strings, via: readonly string[], depth: number): StepDraft[] {
    const entry = item.entries[0];
    const name = item.text ?? entry?.key;
    if (name === undefined) return [];
    const node = entry?.node;
    if (name === "run" && node) return this.#runStep(item, node, parameters, via);
    if (name === "when" || name === "unless")
      return node ? this.#readSteps(node.get("steps"), parameters, via, depth) : [];
    const command = this.#document.get("commands").entry(name)?.node;
    if (!command) return [{ ...usesStep(this.#path, item.line, name, node?.strings ?? {}), via }];
    if (depth >= MAX_DEPTH) return [];
    const given = { ...defaultsOf(command.get("parameters")), ...fillAll(node?.strings ?? {}, parameters) };
    return this.#readSteps(command.get("steps"), given, [...via, name], depth + 1);
  }

  #runStep(item: YamlNode, node: YamlNode, parameters: Strings, via: readonly string[]): StepDraft[] {
    const command = node.text === undefined ? node.get("command") : node;
    if (command.text === undefined) return [];
    const script = yamlScript(this.#path, command);
    const name = node.textAt("name");
    const folder = node.textAt("working_directory");
    const parts = {
      line: item.line,
      via,
      env: node.get("environment").strings,
      ...(name === undefined ? {} : { name }),
      ...(folder === undefined ? {} : { workingDirectory: folder }),
    };
    const text = fill(script.text, parameters);
    return [
      command.literal
        ? scriptStep({ ...script, text }, parts)
        : textStep(this.#path, command.line, text, parts),
    ];
  }
}

/** `parameters: {version: {type: string, default: "3.12"}}` */
function defaultsOf(parameters: YamlNode | undefined): Strings {
  const values: Record<string, string> = Object.create(null);
  for (const { key, node } of parameters?.entries ?? []) {
    const value = node.textAt("default");
    if (value !== undefined) values[key] = value;
  }
  return values;
}

/** `<< parameters.version >>`, `<< matrix.version >>` */
const fill = (text: string, values: Strings): string =>
  text.replace(
    /<<\s{0,8}(?:pipeline\.)?(?:parameters|matrix)\.([\w-]{1,80})\s{0,8}>>/g,
    (whole, name: string) => (Object.hasOwn(values, name) ? values[name]!.slice(0, 500) : whole),
  );

function fillAll(values: Strings, parameters: Strings): Strings {
  const filled: Record<string, string> = Object.create(null);
  for (const key of Object.keys(values)) filled[key] = fill(values[key]!, parameters);
  return filled;
}
