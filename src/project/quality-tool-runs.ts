/** Where linters, formatters and type checkers run by themselves: hooks, CI, services. */
import { type JobTool, jobTools } from "./delivery/action-kinds.ts";
import { toolFor } from "./delivery/command-kinds.ts";
import type { CiJob, CiStep, Hook } from "./delivery/types.ts";
import { baseName } from "./files.ts";
import { ignoresFailure } from "./ignored-failures.ts";
import type { Project } from "./project.ts";
import { isBeside, isByName, nameTool, type ToolKind, type ToolSign } from "./quality-tool-sign.ts";

const KINDS: readonly ToolKind[] = ["linter", "formatter", "type-checker"];

/** Hooks that run before a commit; those for other stages only are none. */
export function findHooks({ delivery }: Project): ToolSign[] {
  return delivery.hooks
    .filter(({ stages }) => stages.length === 0 || !stages.every((stage) => stage === "manual"))
    .flatMap((hook) =>
      KINDS.flatMap((kind) => {
        const tool = toolOfHook(kind, hook);
        if (tool === undefined || isBeside(tool) || isByName(tool)) return [];
        return [{ kind, tool: nameTool(tool), how: "hook" as const, path: hook.path, line: hook.line }];
      }),
    );
}

const HOOK_REPOSITORIES: readonly [pattern: RegExp, kind: ToolKind, tool: string][] = [
  [/mirrors-mypy/, "type-checker", "mypy"],
  [/pyright/, "type-checker", "Pyright"],
  [/psf\/black|mirrors-black|black-pre-commit-mirror/, "formatter", "Black"],
  [/mirrors-(?:yapf)|google\/yapf/, "formatter", "YAPF"],
  [/mirrors-autopep8|hhatto\/autopep8/, "formatter", "autopep8"],
  [/[/-]flake8(?:\.git)?$/, "linter", "Flake8"],
  [/[/-]pylint(?:\.git)?$/, "linter", "Pylint"],
];

function toolOfHook(kind: ToolKind, { id, entry, repo, args }: Hook): string | undefined {
  const byEntry = entry === undefined ? undefined : toolFor(kind, `${entry} ${args.join(" ")}`);
  if (byEntry !== undefined) return byEntry;
  const byId = toolFor(kind, id);
  if (byId !== undefined) return byId;
  return HOOK_REPOSITORIES.find(([pattern, one]) => one === kind && pattern.test(repo ?? ""))?.[2];
}

/** What jobs of CI run, also behind tox, nox, make and pre-commit, and the actions they use. */
export function findCiTools(project: Project): ToolSign[] {
  return project.delivery.ci
    .flatMap(({ jobs }) => jobs)
    .flatMap((job) => [
      ...KINDS.flatMap((kind) =>
        jobTools(kind, job).flatMap((found): ToolSign[] => {
          const rest = {
            how: "ci" as const,
            path: found.path,
            line: found.line,
            ...adviceOf(project, job, found),
          };
          return isBeside(found.tool) ? [] : [{ kind, tool: nameTool(found.tool), ...rest }];
        }),
      ),
      ...job.steps.flatMap(actionSigns),
    ]);
}

/** Actions that are called after what they run. */
const ACTION_NAMES: readonly [pattern: RegExp, kind: ToolKind, tool: string][] = [
  [/[/-]black(?:[-@]|$)/i, "formatter", "Black"],
  [/flake8/i, "linter", "Flake8"],
  [/pylint/i, "linter", "Pylint"],
  [/pycodestyle|pep8-action/i, "linter", "pycodestyle"],
  [/yapf/i, "formatter", "YAPF"],
  [/autopep8/i, "formatter", "autopep8"],
  [/pyright/i, "type-checker", "Pyright"],
  [/mypy/i, "type-checker", "mypy"],
];

function actionSigns(step: CiStep): ToolSign[] {
  const { uses = "", path, line } = step;
  const rest = {
    ...{ how: "ci" as const, path, line },
    ...(step.failureAllowed ? { advisory: "not blocking" as const } : {}),
  };
  if (/ruff/i.test(uses) && /^\s{0,9}format\b/.test(step.with.args ?? ""))
    return [{ kind: "formatter", tool: "Ruff", ...rest }];
  const [, kind, tool] = ACTION_NAMES.find(([pattern]) => pattern.test(uses)) ?? [];
  return kind === undefined || tool === undefined ? [] : [{ kind, tool, ...rest }];
}

/** Whether a run stops nothing, or looks for syntax errors alone (GitHub's starter workflow). */
function adviceOf(project: Project, job: CiJob, found: JobTool): Pick<ToolSign, "advisory"> {
  if (ignoresFailure(project, job, found)) return { advisory: "not blocking" };
  if (/--exit-zero(?![\w-])/.test(found.text)) return { advisory: "not blocking" };
  const selected = /--select[=\s]["']?([\w,]{1,200})/.exec(found.text)?.[1];
  const isSyntax = selected?.split(",").every((code) => /^(?:E9\d*|F63\d?|F7\d*|F82\d?|)$/.test(code));
  return isSyntax ? { advisory: "syntax errors only" } : {};
}

/** Services that comment on every change, by their configuration file. */
const SERVICES: Record<string, string> = {
  ".codeclimate.yml": "Code Climate",
  ".deepsource.toml": "DeepSource",
  ".hound.yml": "Hound",
  ".pep8speaks.yml": "PEP8 Speaks",
  ".landscape.yml": "Landscape",
  ".landscape.yaml": "Landscape",
  ".codacy.yml": "Codacy",
  ".codacy.yaml": "Codacy",
  ".lgtm.yml": "LGTM",
  // The file is read by its automatic analysis only; scanners in CI have sonar-project.properties.
  ".sonarcloud.properties": "SonarCloud",
};

export function findServices({ files }: Project): ToolSign[] {
  return files.paths.flatMap((path) => {
    const name = baseName(path);
    const tool = !path.includes("/") && Object.hasOwn(SERVICES, name) ? SERVICES[name] : undefined;
    return tool === undefined
      ? []
      : [{ kind: "linter" as const, tool, how: "service" as const, path, line: 1 }];
  });
}
