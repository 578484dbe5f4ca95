/** One sign of a linter, a formatter or a type checker, and the tools' names. */
import type { Evidence } from "../engine/rule.ts";
import type { Place } from "./manifests/types.ts";

export type ToolKind = "linter" | "formatter" | "type-checker";

export interface ToolSign extends Place {
  kind: ToolKind;
  /** `Ruff`, `mypy`… as its makers write it. */
  tool: string;
  /**
   * `configuration`, `dependency` of development, `listed` among all dependencies, `task` of a task runner, `hook`
   * before a commit, `ci`, or `service` that looks at every change: it is in use. `frozen` (in what `pip freeze`
   * wrote), `editor` and `docs` only name it.
   */
  how:
    | "configuration"
    | "dependency"
    | "listed"
    | "task"
    | "hook"
    | "ci"
    | "service"
    | "frozen"
    | "editor"
    | "docs";
  /** Ruff's settings that hold nothing about what it is used for. */
  plain?: true;
  /** It runs, and its findings stop nothing; or it looks for syntax errors alone. */
  advisory?: "not blocking" | "syntax errors only";
}

/** Sorts imports or docstrings and lays out nothing else; or runs hooks that are looked at themselves. */
export const isBeside = (tool: string): boolean =>
  /^(?:pre-commit|prek|isort|usort|docformatter|autoflake)\b|isort-action/.test(tool);

/** A task or script that is known by its name only: it could not be opened. */
export const isByName = (tool: string): boolean =>
  /^(?:make|gmake|just|task|go-task|poe|invoke|inv|tox|nox|doit|rake|mage|mise|earthly)\b|\brun [\w:-]{1,60}$|\.(?:sh|bash|ps1|bat|cmd)$|^\.|(?:^|\/)(?:bin|scripts?|ci|tools)\/[\w.-]+$/.test(
    tool,
  );

/** `ruff check` → Ruff. */
export function nameTool(tool: string): string {
  if (isByName(tool)) return `"${tool}"`;
  const [program = tool] = tool.split(" ");
  const action = /\/(?:[\w.-]{0,60}-)?(ruff|flake8|pylint|black|mypy|pyright)(?:-[\w-]{1,60})?$/i.exec(
    program,
  )?.[1];
  if (action !== undefined) return NAMES.get(action.toLowerCase()) ?? action;
  if (program.includes("/")) return program.slice(program.lastIndexOf("/") + 1);
  return NAMES.get(program) ?? program;
}

const NAMES = new Map(
  Object.entries({
    ruff: "Ruff",
    "ruff-check": "Ruff",
    "ruff-format": "Ruff",
    flake8: "Flake8",
    flake8p: "Flake8",
    pflake8: "Flake8",
    pylint: "Pylint",
    pyflakes: "Pyflakes",
    prospector: "Prospector",
    black: "Black",
    "black-jupyter": "Black",
    yapf: "YAPF",
    pyright: "Pyright",
    basedpyright: "Pyright",
    pyrefly: "Pyrefly",
    pyre: "Pyre",
    dmypy: "mypy",
    zuban: "Zuban",
    hatch: "Ruff (hatch fmt)",
  }),
);

/** Signs that a tool is used, rather than named. */
export const isInUse = ({ how }: ToolSign): boolean => !["frozen", "editor", "docs"].includes(how);

/** Signs that a tool runs by itself: those that stop a change, and those that only speak. */
export function enforcingSigns(signs: readonly ToolSign[]): { blocking: ToolSign[]; advisory: ToolSign[] } {
  const running = signs.filter(({ how }) => how === "hook" || how === "ci" || how === "service");
  const speaks = ({ how, advisory }: ToolSign): boolean => how === "service" || advisory !== undefined;
  return { blocking: running.filter((one) => !speaks(one)), advisory: running.filter(speaks) };
}

const HOW: Record<ToolSign["how"], string> = {
  configuration: "is configured",
  dependency: "is a development dependency",
  listed: "is among the dependencies",
  task: "has a task",
  hook: "runs before commits",
  ci: "runs in CI",
  service: "looks at every change",
  frozen: "stands in a frozen list of packages, which need not mean that anyone runs it",
  editor: "is only set up in an editor",
  docs: "is only named",
};

/** "Ruff is configured, Pylint is a development dependency.": the first sign of each tool. */
export function describeSigns(signs: readonly ToolSign[]): string {
  const said = new Map<string, string>();
  for (const { tool, how, path, advisory } of signs)
    if (!said.has(tool)) said.set(tool, `${tool} ${HOW[how]} (${advisory ? `${advisory}, ` : ""}${path})`);
  return `${[...said.values()].slice(0, 4).join(", ")}.`;
}

export const evidenceOfSigns = (signs: readonly ToolSign[]): Evidence[] => {
  const places = new Map<string, Evidence>();
  for (const { path, line, tool, how, advisory } of signs) {
    const note = `${tool} ${HOW[how]}${advisory === undefined ? "" : ` (${advisory})`}`;
    const key = `${path}:${line}`;
    if (!places.has(key)) places.set(key, { path, startLine: line, note });
  }
  return [...places.values()];
};
