/** What all readers of CI files make, and how it becomes jobs: commands lazily, the order of jobs resolved. */
import type { CommandExpander } from "./commands.ts";
import { makeScript, type Script, yamlScript } from "./script.ts";
import type { CiFile, CiJob, CiStep, CiTrigger, Command } from "./types.ts";
import { firstDocument, type YamlFile, type YamlNode } from "./yaml-lines.ts";

type Strings = Readonly<Record<string, string>>;

/** A step with its script, which knows where each line stands. */
export interface StepDraft extends CiStep {
  script?: Script;
}

export interface JobDraft extends Omit<CiJob, "commands" | "after"> {
  steps: readonly StepDraft[];
  /** Variables that all steps see. */
  env: Strings;
  /** Jobs of earlier stages, for providers that have stages. */
  earlier?: readonly string[];
}

export interface FileDraft extends Omit<CiFile, "jobs"> {
  jobs: readonly JobDraft[];
}

const MAX_JOBS = 500;
const MAX_STEPS = 1000;

/** A step that runs a script. Folded and quoted YAML text stands at one line. */
export function scriptStep(script: Script, parts: Partial<StepDraft> = {}): StepDraft {
  return {
    ...{
      path: script.path,
      line: script.line,
      with: {},
      env: {},
      via: [],
      run: script.text,
      runLine: script.line,
    },
    ...parts,
    script,
  };
}

/** One step for each scalar of a list of commands. */
export const scriptSteps = (path: string, node: YamlNode, name?: string): StepDraft[] =>
  node.scalars.map((scalar) => scriptStep(yamlScript(path, scalar), name === undefined ? {} : { name }));

/** A step that calls an action, orb, task or pipe. */
export const usesStep = (path: string, line: number, uses: string, inputs: Strings = {}): StepDraft => ({
  ...{ path, line, uses, with: inputs, env: {}, via: [] },
});

/** A job of the given steps; everything else empty unless given. */
export const makeJob = (path: string, line: number, id: string, parts: Partial<JobDraft> = {}): JobDraft => ({
  ...{ path, line, id, needs: [], services: [], steps: [], env: {} },
  ...parts,
});

/** Push and pull request: what starts providers that have no triggers of their own. */
export const usualTriggers = (path: string): CiTrigger[] =>
  ["push", "pull_request"].map((event) => ({ path, line: 1, event, tagsOnly: false }));

/** The draft of a YAML file whose provider has no triggers of its own. */
export function draftOf(
  yaml: YamlFile,
  provider: CiFile["provider"],
  jobs: JobDraft[],
  name?: string,
): FileDraft {
  return {
    ...{ path: yaml.path, text: yaml.text, provider, triggers: usualTriggers(yaml.path), jobs },
    ...(name === undefined ? {} : { name }),
    ...(yaml.broken === undefined ? { data: firstDocument(yaml).plain } : { broken: yaml.broken }),
  };
}

/** Makes the jobs of a file; their commands are expanded when they are first asked for. */
export function finishFile(draft: FileDraft, expander: CommandExpander): CiFile {
  const drafts = draft.jobs.slice(0, MAX_JOBS);
  const after = readOrder(drafts);
  const jobs = drafts.map((job): CiJob => {
    let commands: readonly Command[] | undefined;
    const { env, earlier: _, ...rest } = job;
    return {
      ...rest,
      steps: job.steps.slice(0, MAX_STEPS),
      after: after.get(job.id) ?? [],
      get commands() {
        commands ??= job.steps.slice(0, MAX_STEPS).flatMap((step) => expandStep(step, job, env, expander));
        return commands;
      },
    };
  });
  return { ...draft, jobs };
}

/** Actions that run the hooks of pre-commit. */
const RUNS_HOOKS =
  /^(?:pre-commit\/action|pre-commit-ci\/lite-action|tox-dev\/action-pre-commit-uv|j178\/prek-action)@/;

/** Inputs by which an action is told what to run; those that run elsewhere, over SSH, are no part of the job. */
const IS_COMMAND = /(?:^|[-_])(?:commands?|cmd|run)$/i;

function handedCommands(step: StepDraft, expander: CommandExpander): Command[] {
  if (step.uses === undefined || /ssh|docker-run|remote/i.test(step.uses)) return [];
  return Object.entries(step.with).flatMap(([name, value]) =>
    IS_COMMAND.test(name) && /^[a-z][\w./-]* \S/.test(value)
      ? expander
          .expand(makeScript(step.path, step.line, value, false))
          .map((each) => ({ ...each, via: [...step.via, step.uses!, ...each.via.slice(1)] }))
      : [],
  );
}

function expandStep(step: StepDraft, job: JobDraft, env: Strings, expander: CommandExpander): Command[] {
  if (RUNS_HOOKS.test(step.uses ?? "")) {
    const text = `pre-commit run --all-files ${step.with.extra_args ?? ""}`.trim();
    return expander
      .expand(makeScript(step.path, step.line, text, false))
      .map((each) => ({ ...each, via: [...step.via, step.uses!, ...each.via.slice(1)] }));
  }
  if (!step.script) return handedCommands(step, expander);
  const matrix = job.matrix ?? {};
  const options = { env: withEnvironments({ ...env, ...step.env }, matrix), matrix, compose: true };
  const commands = expander.expand(step.script, options);
  return step.via.length === 0
    ? commands
    : commands.map((each) => ({ ...each, via: [...step.via, ...each.via] }));
}

/** The environments that tox and nox are told by a variable, one value of the matrix after the other. */
function withEnvironments(env: Strings, matrix: Readonly<Record<string, readonly string[]>>): Strings {
  const filled: Record<string, string> = { ...env };
  for (const name of ["TOXENV", "TOX_ENV", "NOXSESSION"]) {
    const key = /^\$\{\{\s{0,20}matrix\.([\w.-]{1,80})\s{0,20}\}\}$/.exec(filled[name] ?? "")?.[1];
    if (key !== undefined && Object.hasOwn(matrix, key)) filled[name] = matrix[key]!.join(",");
  }
  return filled;
}

/**
 * For each job those that must have succeeded before it, nearest first. By number, not by name: five hundred jobs in
 * as many stages have a hundred thousand edges.
 */
function readOrder(jobs: readonly JobDraft[]): Map<string, string[]> {
  const numbers = new Map(jobs.map(({ id }, at) => [id, at]));
  const edges = jobs.map(({ needs, earlier = [] }) =>
    [...needs, ...earlier].flatMap((id) => numbers.get(id) ?? []),
  );
  const order = new Map<string, string[]>();
  for (const [at, { id }] of jobs.entries()) {
    const seen = new Uint8Array(jobs.length);
    seen[at] = 1;
    const found: number[] = [];
    const take = (next: number): void => {
      if (seen[next] === 1) return;
      seen[next] = 1;
      found.push(next);
    };
    for (const next of edges[at]!) take(next);
    for (let done = 0; done < found.length; done++) for (const next of edges[found[done]!]!) take(next);
    order.set(
      id,
      found.map((each) => jobs[each]!.id),
    );
  }
  return order;
}

/** Shell text without a place of its own in YAML: parameters put in, quoted, folded. */
export const textStep = (
  path: string,
  line: number,
  text: string,
  parts: Partial<StepDraft> = {},
): StepDraft => scriptStep(makeScript(path, line, text, false), parts);
