/** Linters, formatters and type checkers that a project uses, with every sign of each. */

import { toolFor } from "./delivery/command-kinds.ts";
import { baseName, findLine, folderOf } from "./files.ts";
import { dependenciesAnywhere } from "./nested-manifests.ts";
import type { Project } from "./project.ts";
import { findCiTools, findHooks, findServices } from "./quality-tool-runs.ts";
import { findConfigurations } from "./quality-tool-settings.ts";
import { isBeside, isByName, nameTool, type ToolKind, type ToolSign } from "./quality-tool-sign.ts";

export {
  describeSigns,
  enforcingSigns,
  evidenceOfSigns,
  isInUse,
  type ToolKind,
  type ToolSign,
} from "./quality-tool-sign.ts";

const cache = new WeakMap<Project, readonly ToolSign[]>();

/** Every sign, those of use before those that only name a tool. */
export function toolSigns(project: Project): readonly ToolSign[] {
  const known = cache.get(project);
  if (known) return known;
  const signs = [
    ...findConfigurations(project),
    ...findDependencies(project),
    ...findHooks(project),
    ...findCiTools(project),
    ...findServices(project),
    ...findTasks(project),
    ...findEditors(project),
    ...findMentions(project),
  ];
  cache.set(project, signs);
  return signs;
}

/** Distributions by what they bring, PEP 503 names. */
const DISTRIBUTIONS: readonly [pattern: RegExp, kind: ToolKind, tool: string][] = [
  [/^ruff$/, "linter", "Ruff"],
  [
    /^(?:flake8|pep8-naming|wemake-python-styleguide|hacking|pyproject-flake8)(?:-[\w-]+)?$|-flake8$/,
    "linter",
    "Flake8",
  ],
  [/^(?:pytest-)?pylint(?:-[\w-]+)?$/, "linter", "Pylint"],
  [/^(?:pytest-)?(?:pycodestyle|pep8)$/, "linter", "pycodestyle"],
  [/^pyflakes$/, "linter", "Pyflakes"],
  [/^prospector$/, "linter", "Prospector"],
  [/^pylama$/, "linter", "Pylama"],
  [/^pylava$/, "linter", "Pylava"],
  [/^(?:pytest-)?black$/, "formatter", "Black"],
  [/^autopep8$/, "formatter", "autopep8"],
  [/^yapf$/, "formatter", "YAPF"],
  [/^(?:blue|pyink|darker|ufmt)$/, "formatter", "Black"],
  [/^(?:pytest-)?mypy$/, "type-checker", "mypy"],
  [/^(?:based)?pyright$/, "type-checker", "Pyright"],
  [/^ty$/, "type-checker", "ty"],
  [/^pyrefly$/, "type-checker", "Pyrefly"],
  [/^pyre-check$/, "type-checker", "Pyre"],
  [/^pytype$/, "type-checker", "pytype"],
  [/^zuban$/, "type-checker", "Zuban"],
];

/** What a tool brings along: where a file lists it too, the file is what `pip freeze` wrote. */
const COMPANIONS: Readonly<Record<string, string>> = {
  pylint: "astroid",
  flake8: "pyflakes",
  autopep8: "pycodestyle",
  black: "pathspec",
  mypy: "mypy-extensions",
};

/** Tools that come with others: a list that holds both need not mean them. */
const BROUGHT_BY: Readonly<Record<string, readonly string[]>> = {
  pycodestyle: ["flake8", "autopep8", "pylama"],
  pyflakes: ["flake8", "autoflake", "pylama"],
};

/** Tools among the dependencies; a frozen list may hold what an editor has put into the environment. */
function findDependencies(project: Project): ToolSign[] {
  const dependencies = dependenciesAnywhere(project);
  const listed = new Set(dependencies.map(({ name, path }) => `${path}\0${name}`));
  return dependencies.flatMap(({ name, group, path, line }): ToolSign[] => {
    const [, kind, tool] = DISTRIBUTIONS.find(([pattern]) => pattern.test(name)) ?? [];
    if (kind === undefined || tool === undefined || group === "build") return [];
    const place = { kind, tool, path, line };
    if (group === "dev") return [{ ...place, how: "dependency" }];
    // A code generator that formats what it writes does not say how its own code is kept.
    if (project.imports(name.replaceAll("-", "_"))) return [];
    const companion = Object.hasOwn(COMPANIONS, name) ? COMPANIONS[name] : undefined;
    const bringers = Object.hasOwn(BROUGHT_BY, name) ? (BROUGHT_BY[name] ?? []) : [];
    const isFrozen =
      (companion !== undefined && listed.has(`${path}\0${companion}`)) ||
      bringers.some((one) => listed.has(`${path}\0${one}`));
    return [{ ...place, how: isFrozen ? "frozen" : "listed" }];
  });
}

const KINDS: readonly ToolKind[] = ["linter", "formatter", "type-checker"];

function findTasks({ delivery }: Project): ToolSign[] {
  return delivery.tasks.flatMap(({ commands }) =>
    commands.flatMap(({ text, path, line }) =>
      KINDS.flatMap((kind) => {
        const tool = toolFor(kind, text);
        return tool === undefined || isBeside(tool) || isByName(tool)
          ? []
          : [{ kind, tool: nameTool(tool), how: "task" as const, path, line }];
      }),
    ),
  );
}

function findEditors({ files }: Project): ToolSign[] {
  return files.paths
    .filter((path) => baseName(path) === "settings.json" && /(?:^|\/)\.vscode$/.test(folderOf(path)))
    .flatMap((path) => {
      const text = files.text(path) ?? "";
      return EDITOR_SETTINGS.flatMap(([pattern, kind, tool]) => {
        const line = findLine(text, pattern);
        return line === undefined ? [] : [{ kind, tool, how: "editor" as const, path, line }];
      });
    });
}

const EDITOR_SETTINGS: readonly [pattern: RegExp, kind: ToolKind, tool: string][] = [
  [
    /"(?:python\.linting\.(?:pylint|flake8)Enabled|pylint\.args|flake8\.args|ruff\.[\w.]{1,60})"/,
    "linter",
    "a linter",
  ],
  [
    /"python\.formatting\.provider"|"ms-python\.(?:black|autopep8)|"charliermarsh\.ruff"/,
    "formatter",
    "a formatter",
  ],
  [
    /"python\.analysis\.typeCheckingMode":\s{0,9}"(?:basic|standard|strict)"|mypy-type-checker/,
    "type-checker",
    "Pylance",
  ],
];

/** Pages for those who contribute. */
function findMentions({ delivery }: Project): ToolSign[] {
  const pages = delivery.docs.filter(
    ({ role, path }) => role === "contributing" || role === "readme" || /develop|contribut|style/i.test(path),
  );
  return pages.slice(0, 20).flatMap(({ path, text }) =>
    MENTIONS.flatMap(([pattern, kind, tool]) => {
      const line = findLine(text.slice(0, 200_000), pattern);
      return line === undefined ? [] : [{ kind, tool, how: "docs" as const, path, line }];
    }),
  );
}

const MENTIONS: readonly [pattern: RegExp, kind: ToolKind, tool: string][] = [
  [/\bruff check\b|astral-sh\/ruff/i, "linter", "Ruff"],
  [/\bflake8\b/i, "linter", "Flake8"],
  [/\bpylint\b/i, "linter", "Pylint"],
  [/\bpycodestyle\b|\bpep8 \./i, "linter", "pycodestyle"],
  [
    /\bruff format\b|\bformat\w{0,4} (?:\w{1,20} ){0,4}(?:with|using|by) [[`*]{0,2}ruff\b/i,
    "formatter",
    "Ruff",
  ],
  [
    /psf\/black|ambv\/black|black\.readthedocs|`black\b|^\s{0,9}\$? ?black [\w.]|code[ -]style[^\n]{0,20}black|\bformat(?:ted|s|ting)?\b[^\n.]{0,40}\b(?:with|by|using) black\b/im,
    "formatter",
    "Black",
  ],
  [/\byapf\b/i, "formatter", "YAPF"],
  [/\bautopep8\b/i, "formatter", "autopep8"],
  [/\bmypy\b/i, "type-checker", "mypy"],
  [/\bpyright\b/i, "type-checker", "Pyright"],
];
