/**
 * Workflows of GitHub, Forgejo and Gitea Actions; local actions and local reusable workflows are taken in.
 * https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax
 */
import { type FileDraft, type JobDraft, makeJob, type StepDraft, scriptStep } from "./ci-jobs.ts";
import { failedLater } from "./late-failures.ts";
import { readMatrix } from "./matrix.ts";
import { joinPath, yamlScript } from "./script.ts";
import type { CiTrigger } from "./types.ts";
import { firstDocument, type YamlFile, YamlNode } from "./yaml-lines.ts";
import type { YamlReader } from "./yaml-reader.ts";

type Strings = Readonly<Record<string, string>>;

/** Local actions in local actions, reusable workflows in reusable workflows. */
const MAX_DEPTH = 4;
/** Steps and calls of reusable workflows of one file. */
const MAX_STEPS = 1000;
const MAX_CALLS = 50;

export const isWorkflow = (path: string): boolean =>
  /(?:^|\/)\.(?:github|forgejo|gitea)\/workflows\/[^/]+\.ya?ml$/.test(path);

/** `root` is where local actions are looked for after the top. */
export function readWorkflow(yamls: YamlReader, root: string, yaml: YamlFile): FileDraft {
  const { path, text } = yaml;
  const document = firstDocument(yaml);
  const name = document.textAt("name");
  const base: FileDraft = {
    ...{ path, text, provider: path.includes(".github/") ? "github" : "forgejo", triggers: [], jobs: [] },
    ...(name === undefined ? {} : { name }),
  };
  if (yaml.broken !== undefined) return { ...base, broken: yaml.broken };
  if (document.kind !== "map" || !document.has("jobs")) return { ...base, broken: "no jobs" };
  const reader = new WorkflowReader(yamls, root);
  return {
    ...base,
    triggers: readTriggers(path, document),
    jobs: reader.readJobs(path, document, {}, 0),
    data: document.plain,
    ...(document.has("permissions") ? { permissions: document.get("permissions").plain } : {}),
  };
}

/** `on` as a text, a list or a map. */
export function readTriggers(path: string, document: YamlNode): CiTrigger[] {
  // A writer who quoted nothing under YAML 1.1 may have saved the key as `true`.
  const on = document.entry("on") ?? document.entry("true");
  if (!on) return [];
  if (on.node.kind === "map")
    return on.node.entries.map(({ key, line, node }) => readTrigger(path, key, line, node));
  return on.node.scalars.map((scalar) =>
    readTrigger(path, scalar.text!, scalar.line, new YamlNode(scalar.line)),
  );
}

function readTrigger(path: string, event: string, line: number, node: YamlNode): CiTrigger {
  const hasBranches = node.has("branches") || node.has("branches-ignore");
  const hasTags = node.has("tags") || node.has("tags-ignore");
  const branches = node.get("branches").texts;
  const workflows = node.get("workflows").texts;
  return {
    ...{ path, line, event, tagsOnly: event === "push" && hasTags && !hasBranches },
    ...(branches.length > 0 ? { branches } : {}),
    ...(workflows.length > 0 ? { workflows } : {}),
  };
}

/** Values that `${{ inputs.x }}` stands for. */
interface Context {
  inputs: Strings;
  via: readonly string[];
  folder: string;
  depth: number;
}

class WorkflowReader {
  readonly #yamls: YamlReader;
  readonly #root: string;
  #steps = 0;
  #calls = 0;

  constructor(yamls: YamlReader, root: string) {
    this.#yamls = yamls;
    this.#root = root;
  }

  readJobs(
    path: string,
    document: YamlNode,
    inputs: Strings,
    depth: number,
    via: readonly string[] = [],
  ): JobDraft[] {
    const env = document.get("env").strings;
    const folder = document.textAt("defaults", "run", "working-directory") ?? "";
    return document.get("jobs").entries.map(({ key, line, node }) => {
      const own = node.textAt("defaults", "run", "working-directory") ?? folder;
      const context = { inputs, via, folder: own, depth };
      const job = makeJob(path, line, key, {
        ...readJobFacts(node, inputs),
        env: { ...env, ...node.get("env").strings },
      });
      const uses = node.textAt("uses");
      const called = uses === undefined ? undefined : this.#readReusable(uses, node, context);
      if (called) return mergeCalled(job, called);
      return {
        ...job,
        ...(uses === undefined ? {} : { uses }),
        steps: this.#readSteps(path, node.get("steps"), context),
      };
    });
  }

  /** The jobs of a local reusable workflow, or of one of the same repository named in full at its own commit. */
  #readReusable(uses: string, node: YamlNode, { via, depth }: Context): JobDraft[] | undefined {
    const local = /^\.\/([\w./-]{1,200}\.ya?ml)$/.exec(uses)?.[1];
    // `owner/name/…@branch` with a file of that name here that can be called: the repository names itself.
    const named = /^[\w.-]{1,100}\/[\w.-]{1,100}\/(\.github\/workflows\/[\w.-]{1,100}\.ya?ml)@/.exec(
      uses,
    )?.[1];
    const wanted = local ?? named;
    const found =
      wanted !== undefined && depth < MAX_DEPTH && ++this.#calls <= MAX_CALLS
        ? this.#open([wanted])
        : undefined;
    if (!found) return undefined;
    const document = firstDocument(found);
    if (local === undefined && !isCallable(document)) return undefined;
    const inputs = {
      ...defaultsOf(document.get("on", "workflow_call", "inputs")),
      ...node.get("with").strings,
    };
    return this.readJobs(found.path, document, inputs, depth + 1, [...via, uses]);
  }

  #readSteps(path: string, steps: YamlNode, context: Context): StepDraft[] {
    const late = failedLater(steps);
    return steps.items.flatMap((node) => {
      if (++this.#steps > MAX_STEPS) return [];
      const read = readStep(path, node, context);
      const step = late.has(node.textAt("id") ?? "") ? { ...read, failureAllowed: false } : read;
      const action = this.#readAction(step, node, context);
      return action ? [step, ...action] : [step];
    });
  }

  /** The steps of a local composite action. */
  #readAction(step: StepDraft, node: YamlNode, context: Context): StepDraft[] | undefined {
    const folder = /^\.\/?([\w./-]{0,200})$/.exec(step.uses ?? "")?.[1];
    if (folder === undefined || context.depth >= MAX_DEPTH) return undefined;
    const prefix = folder.replace(/\/$/, "");
    const found = this.#open(
      ["action.yml", "action.yaml"].map((name) => (prefix === "" ? name : `${prefix}/${name}`)),
    );
    if (!found) return undefined;
    const document = firstDocument(found);
    const inputs = { ...defaultsOf(document.get("inputs")), ...node.get("with").strings };
    const via = [...context.via, step.uses!];
    return this.#readSteps(found.path, document.get("runs", "steps"), {
      ...context,
      inputs,
      via,
      depth: context.depth + 1,
    });
  }

  #open(paths: readonly string[]): YamlFile | undefined {
    for (const folder of new Set(["", this.#root])) {
      for (const each of paths) {
        const path = joinPath(folder, each);
        const found = path === undefined ? undefined : this.#yamls.read(path);
        if (found) return found;
      }
    }
    return undefined;
  }
}

const isCallable = (document: YamlNode): boolean =>
  document.get("on").texts.includes("workflow_call") ||
  document.get("on").entries.some(({ key }) => key === "workflow_call");

/** The job that calls a reusable workflow holds the steps of all jobs called. */
function mergeCalled(job: JobDraft, called: readonly JobDraft[]): JobDraft {
  const environment = job.environment ?? called.find((each) => each.environment !== undefined)?.environment;
  const image = job.image ?? called.find((each) => each.image !== undefined)?.image;
  const uses = called.find((each) => each.uses !== undefined)?.uses;
  return {
    ...job,
    ...(environment === undefined ? {} : { environment }),
    ...(image === undefined ? {} : { image }),
    ...(uses === undefined ? {} : { uses }),
    services: [...job.services, ...called.flatMap(({ services }) => services)],
    steps: called.flatMap(({ steps }) => steps),
    matrix: Object.assign(Object.create(null), ...called.map(({ matrix }) => matrix), job.matrix),
    env: Object.assign(Object.create(null), ...called.map(({ env }) => env), job.env),
  };
}

function readJobFacts(node: YamlNode, inputs: Strings): Partial<JobDraft> {
  const environment = node.textAt("environment") ?? node.textAt("environment", "name");
  const image = node.textAt("container") ?? node.textAt("container", "image");
  const facts = {
    name: node.textAt("name"),
    environment,
    image,
    condition: node.textAt("if"),
    stage: node.textAt("runs-on") ?? node.get("runs-on").texts[0],
  };
  const services = node
    .get("services")
    .entries.map(({ key, node: service }) => service.text ?? service.textAt("image") ?? key);
  return {
    ...Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined)),
    needs: node.get("needs").texts,
    services,
    matrix: readMatrix(node.get("strategy", "matrix"), inputs),
    ...(node.has("permissions") ? { permissions: node.get("permissions").plain } : {}),
    ...(node.get("continue-on-error").scalar === true ? { failureAllowed: true } : {}),
  };
}

function readStep(path: string, node: YamlNode, { inputs, via, folder }: Context): StepDraft {
  const optional = { name: node.textAt("name"), uses: node.textAt("uses"), condition: node.textAt("if") };
  const where = node.textAt("working-directory") ?? folder;
  const step: StepDraft = {
    ...{
      path,
      line: node.line,
      with: fillAll(node.get("with").strings, inputs),
      env: fillAll(node.get("env").strings, inputs),
      via,
    },
    ...Object.fromEntries(Object.entries(optional).filter(([, value]) => value !== undefined)),
    ...(node.has("uses") ? { usesLine: node.get("uses").line } : {}),
    ...(node.has("with") ? { withLines: node.get("with").lines } : {}),
    ...(where === "" ? {} : { workingDirectory: where }),
    ...(node.get("continue-on-error").scalar === true ? { failureAllowed: true } : {}),
  };
  const run = node.get("run");
  if (run.text === undefined) return step;
  const script = yamlScript(path, run, joinPath("", where) ?? "");
  return scriptStep({ ...script, text: fillInputs(script.text, inputs) }, { ...step, run: run.text });
}

/** Defaults of declared inputs. */
function defaultsOf(inputs: YamlNode): Strings {
  const values: Record<string, string> = Object.create(null);
  for (const { key, node } of inputs.entries) {
    const value = node.textAt("default");
    if (value !== undefined) values[key] = value;
  }
  return values;
}

const INPUT = /\$\{\{\s{0,20}(?:github\.event\.)?inputs\.([\w-]{1,80})\s{0,20}\}\}/g;

const fillInputs = (text: string, inputs: Strings): string =>
  text.replace(INPUT, (whole, name: string) =>
    Object.hasOwn(inputs, name) ? inputs[name]!.replaceAll("\n", " ").slice(0, 500) : whole,
  );

function fillAll(values: Strings, inputs: Strings): Strings {
  const filled: Record<string, string> = Object.create(null);
  for (const key of Object.keys(values)) filled[key] = fillInputs(values[key]!, inputs);
  return filled;
}
