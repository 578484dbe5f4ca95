/** Azure Pipelines: stages, jobs, deployments, steps, local templates. https://learn.microsoft.com/azure/devops/pipelines/yaml-schema */

import { folderOf } from "../files.ts";
import { type FileDraft, type JobDraft, makeJob, type StepDraft, scriptStep, usesStep } from "./ci-jobs.ts";
import { joinPath, yamlScript } from "./script.ts";
import type { CiTrigger } from "./types.ts";
import { firstDocument, type YamlFile, type YamlNode } from "./yaml-lines.ts";
import type { YamlReader } from "./yaml-reader.ts";

type Strings = Readonly<Record<string, string>>;

const MAX_DEPTH = 4;
const MAX_STEPS = 1000;
const MAX_TEMPLATES = 50;

/** Parameters and the way that leads to a template. */
interface Context {
  path: string;
  parameters: Strings;
  via: readonly string[];
}

export function readAzure(yamls: YamlReader, yaml: YamlFile): FileDraft {
  const { path, text } = yaml;
  const base: FileDraft = { path, text, provider: "azure", triggers: [], jobs: [] };
  if (yaml.broken !== undefined) return { ...base, broken: yaml.broken };
  const document = firstDocument(yaml);
  const reader = new PipelineReader(yamls);
  const context = { path, parameters: {}, via: [] };
  const extended = document.get("extends");
  const jobs = extended.has("template")
    ? reader.readTemplate(extended, context, "any")
    : reader.readAny(document, context);
  return { ...base, triggers: readTriggers(path, document), jobs, data: document.plain };
}

function readTriggers(path: string, document: YamlNode): CiTrigger[] {
  const triggers: CiTrigger[] = [];
  for (const [key, event] of [
    ["trigger", "push"],
    ["pr", "pull_request"],
    ["schedules", "schedule"],
  ] as const) {
    const entry = document.entry(key);
    const isNone = entry?.node.text === "none";
    if (isNone || (!entry && key === "schedules")) continue;
    const tagsOnly = key === "trigger" && (entry?.node.has("tags") ?? false) && !entry?.node.has("branches");
    triggers.push({ path, line: entry?.line ?? 1, event, tagsOnly });
  }
  return triggers;
}

class PipelineReader {
  readonly #yamls: YamlReader;
  #steps = 0;
  #templates = 0;

  constructor(yamls: YamlReader) {
    this.#yamls = yamls;
  }

  /** Whatever a file or a stage holds: stages, jobs, or steps alone. */
  readAny(node: YamlNode, context: Context): JobDraft[] {
    if (node.has("stages")) return this.#readStages(node.get("stages"), context);
    if (node.has("jobs")) return this.#readJobs(node.get("jobs"), context);
    if (!node.has("steps")) return [];
    return [this.#readJob(node, "job", node.entry("steps")!.line, context)];
  }

  #readStages(stages: YamlNode, context: Context): JobDraft[] {
    const jobs: JobDraft[] = [];
    const byStage = new Map<string, string[]>();
    for (const stage of items(stages)) {
      const name = stage.textAt("stage") ?? "";
      const own = stage.has("template")
        ? this.readTemplate(stage, context, "any")
        : this.readAny(stage, context);
      // Without dependsOn a stage waits for the one before it.
      const needs = stage.has("dependsOn") ? stage.get("dependsOn").texts : [...byStage.keys()].slice(-1);
      const earlier = needs.flatMap((each) => byStage.get(each) ?? []);
      const condition = stage.textAt("condition");
      const placed = own.map((job) => ({
        ...job,
        earlier,
        stage: name,
        ...(condition === undefined || job.condition ? {} : { condition }),
      }));
      byStage.set(
        name,
        placed.map(({ id }) => id),
      );
      jobs.push(...placed);
    }
    return jobs;
  }

  #readJobs(jobs: YamlNode, context: Context): JobDraft[] {
    return items(jobs).flatMap((node, at) => {
      if (node.has("template")) return this.readTemplate(node, context, "jobs");
      const id = node.textAt("job") ?? node.textAt("deployment") ?? `job ${at + 1}`;
      return [this.#readJob(node, id, node.line, context)];
    });
  }

  #readJob(node: YamlNode, id: string, line: number, context: Context): JobDraft {
    const image = node.textAt("container") ?? node.textAt("container", "image");
    const environment = node.textAt("environment") ?? node.textAt("environment", "name");
    const matrix: Record<string, string[]> = Object.create(null);
    for (const { node: leg } of node.get("strategy", "matrix").entries) {
      for (const { key, node: value } of leg.entries)
        if (value.text !== undefined) matrix[key] = [...(matrix[key] ?? []), value.text];
    }
    const deployment = ["runOnce", "rolling", "canary"].map((kind) =>
      node.get("strategy", kind, "deploy", "steps"),
    );
    const steps = [node.get("steps"), ...deployment].flatMap((list) => this.#readSteps(list, context));
    const optional = {
      name: node.textAt("displayName"),
      condition: node.textAt("condition"),
      image,
      environment,
    };
    return makeJob(context.path, line, id, {
      ...Object.fromEntries(Object.entries(optional).filter(([, value]) => value !== undefined)),
      needs: node.get("dependsOn").texts,
      services: node.get("services").entries.map(({ key, node: service }) => service.text ?? key),
      matrix,
      steps,
      env: node.get("variables").strings,
    });
  }

  #readSteps(steps: YamlNode, context: Context): StepDraft[] {
    return items(steps).flatMap((node) => {
      if (++this.#steps > MAX_STEPS) return [];
      if (node.has("template")) return this.readTemplate(node, context, "steps").flatMap((job) => job.steps);
      return [this.#readStep(node, context)];
    });
  }

  #readStep(node: YamlNode, { path, parameters, via }: Context): StepDraft {
    const optional = {
      name: node.textAt("displayName"),
      condition: node.textAt("condition"),
      workingDirectory: node.textAt("workingDirectory"),
    };
    const parts = {
      ...{ line: node.line, env: node.get("env").strings, via },
      ...Object.fromEntries(Object.entries(optional).filter(([, value]) => value !== undefined)),
      ...(node.get("continueOnError").scalar === true ? { failureAllowed: true } : {}),
    };
    const shell = ["script", "bash", "pwsh", "powershell"]
      .map((key) => node.get(key))
      .find(({ text }) => text !== undefined);
    const task = node.textAt("task");
    const inputs = node.get("inputs");
    const inline =
      inputs.get("script").text !== undefined && /^(?:Bash|CmdLine|PowerShell|AzureCLI)@/.test(task ?? "")
        ? inputs.get("script")
        : undefined;
    const run = shell ?? inline;
    const step = {
      ...usesStep(path, node.line, task ?? "", fillAll(inputs.strings, parameters)),
      withLines: inputs.lines,
      ...parts,
    };
    const { uses, ...plain } = step;
    const named = task === undefined ? plain : { ...plain, uses: task };
    if (!run) return named;
    const script = yamlScript(path, run);
    return scriptStep({ ...script, text: fill(script.text, parameters) }, named);
  }

  /** A template of the same repository; one that cannot be opened is a job that names it. */
  readTemplate(node: YamlNode, context: Context, what: "any" | "jobs" | "steps"): JobDraft[] {
    const name = node.textAt("template") ?? "";
    const path = name.startsWith("/") ? joinPath("", name) : joinPath(folderOf(context.path), name);
    const closed = [
      makeJob(context.path, node.line, `template ${name}`, {
        uses: name,
        steps: what === "steps" ? [usesStep(context.path, node.line, name)] : [],
      }),
    ];
    if (
      context.via.length >= MAX_DEPTH ||
      ++this.#templates > MAX_TEMPLATES ||
      path === undefined ||
      name.includes("@")
    )
      return closed;
    const file = this.#yamls.read(path);
    if (!file) return closed;
    const document = firstDocument(file);
    const parameters = {
      ...defaultsOf(document.get("parameters")),
      ...fillAll(node.get("parameters").strings, context.parameters),
    };
    return this.readAny(document, { path, parameters, via: [...context.via, name] });
  }
}

/** Items of a list; those under `${{ if … }}:` and `${{ each … }}:` stand for themselves. */
function items(list: YamlNode): YamlNode[] {
  return list.items.flatMap((item) => {
    const [entry] = item.entries;
    return entry?.key.startsWith("${{") ? items(entry.node) : [item];
  });
}

/** Parameters are a map of defaults, or a list of `{name, default}`. */
function defaultsOf(parameters: YamlNode): Strings {
  const values: Record<string, string> = Object.assign(
    Object.create(null),
    parameters.kind === "map" ? parameters.strings : {},
  );
  for (const item of parameters.items) {
    const [name, value] = [item.textAt("name"), item.textAt("default")];
    if (name !== undefined && value !== undefined) values[name] = value;
  }
  return values;
}

const fill = (text: string, values: Strings): string =>
  text.replace(/\$\{\{\s{0,8}parameters\.([\w-]{1,80})\s{0,8}\}\}/g, (whole, name: string) =>
    Object.hasOwn(values, name) ? values[name]!.slice(0, 500) : whole,
  );

function fillAll(values: Strings, parameters: Strings): Strings {
  const filled: Record<string, string> = Object.create(null);
  for (const key of Object.keys(values)) filled[key] = fill(values[key]!, parameters);
  return filled;
}
