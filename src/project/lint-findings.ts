/** What Ruff's E4, E7, E9, F and B find in the project's own code, each judged before it counts. */
import { baseName } from "./files.ts";
import { judgeDiagnostics } from "./lint-settings.ts";
import type { Project } from "./project.ts";
import type { PythonModule } from "./python/module.ts";
import type { Diagnostic } from "./python/ruff.ts";
import { isMisread } from "./syntax-errors.ts";

export interface LintFinding {
  module: PythonModule;
  diagnostic: Diagnostic;
}

export interface LintFindings {
  counted: readonly LintFinding[];
  /** Findings that a `noqa` comment or the project's settings speak to. */
  silenced: number;
  /** Lines of code looked at, blank ones left out. */
  lines: number;
  modules: number;
}

export const LINT_CODES = ["E4", "E7", "E9", "F", "B"] as const;

/**
 * Codes that another rule counts (names, handlers, chained exceptions, syntax), those that flake8-bugbear itself calls
 * opinionated (B9), and F405, of which one star import makes hundreds: its F403 counts.
 */
const ELSEWHERE = /^(?:E722|E74\d|E9\d\d|B9\d\d|F405|F404|F70\d)$/;

/** In a notebook imports stand where they are needed, and a bare expression shows its value. */
const NOTEBOOK_HABITS = new Set(["E402", "E703", "B015", "B018", "F811", "F821"]);

/** A package's `__init__` imports to offer names, or to have modules loaded, also at its end. */
const INIT_HABITS = new Set(["F401", "F403", "F822", "E402"]);

/** Frameworks whose parameters are declared by calls in defaults. */
const DECLARES_IN_DEFAULTS = [
  "fastapi",
  "typer",
  "ninja",
  "litestar",
  "starlite",
  "faststream",
  "taskiq",
  "dishka",
];

export function findLintFindings(project: Project): LintFindings {
  const offered = findOffered(project);
  const counted: LintFinding[] = [];
  let [silenced, lines, modules] = [0, 0, 0];
  for (const module of project.source) {
    if (isMisread(module) || module.lint.skipped !== undefined || module.lineCount === 0) continue;
    lines += module.lineCount;
    modules++;
    const found = module.diagnostics(...LINT_CODES).filter((one) => matters(module, one, offered));
    const judged = judgeDiagnostics(project, module, onePerCause(found));
    silenced += judged.silenced.length;
    counted.push(...judged.counted.map((diagnostic) => ({ module, diagnostic })));
  }
  return { counted, silenced, lines, modules };
}

/** One statement before the imports makes every import after it late. */
function onePerCause(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  const late = diagnostics.find(({ code }) => code === "E402");
  return diagnostics.filter((one) => one.code !== "E402" || one === late);
}

function matters(module: PythonModule, diagnostic: Diagnostic, offered: ReadonlySet<string>): boolean {
  const { code, line, message } = diagnostic;
  if (ELSEWHERE.test(code)) return false;
  if (module.notebook && NOTEBOOK_HABITS.has(code)) return false;
  const name = baseName(module.path);
  if (name === "__init__.py" && INIT_HABITS.has(code)) return false;
  const text = module.lineText(line).slice(0, 2_000);
  if (code === "F401") return !message.includes("find_spec") && !isOffered(module, message, text, offered);
  // Django settings are layered by star imports.
  if (code === "F403") return !/settings|config/i.test(module.path);
  if (code === "B008") return !DECLARES_IN_DEFAULTS.some((one) => module.importsPackage(one));
  if (code === "E711" || code === "E712") return !isQuery(module, line);
  return true;
}

/** `module.name` for every name that some module of the project imports from another. */
function findOffered({ modules }: Project): Set<string> {
  const offered = new Set<string>();
  for (const { imports } of modules) {
    for (const { module, names } of imports) {
      const from = module.slice(module.lastIndexOf(".") + 1);
      for (const { name } of names) offered.add(`${from}.${name}`);
    }
  }
  return offered;
}

/** Imported here for others to import from here. */
function isOffered(
  module: PythonModule,
  message: string,
  text: string,
  offered: ReadonlySet<string>,
): boolean {
  const imported = /^`(?:[^`]{0,200}\.)?([^`.]{1,100})`/.exec(message)?.[1] ?? "";
  const alias = /\bas\s+(\w{1,100})/.exec(text)?.[1];
  const from = baseName(module.path).replace(/\.\w+$/, "");
  return offered.has(`${from}.${alias ?? imported}`);
}

/** `User.active == True` and `Post.deleted == None` are expressions of SQL in SQLAlchemy, and masks in pandas. */
function isQuery(module: PythonModule, line: number): boolean {
  const before = [line - 3, line - 2, line - 1, line].map((one) => module.lineText(one)).join("\n");
  return (
    /\b(?:filter|where|and_|or_|not_|query|select|having|case|join|exists|count)\s?\(/.test(
      before.slice(0, 4_000),
    ) || /\[[^\]\n]{0,200}==\s?(?:True|False|None)/.test(before.slice(-2_000))
  );
}
