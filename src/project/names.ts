/** The names that a project gives: how they are written (pep8-naming), and whether they say anything. */
import { readParameters } from "./annotations.ts";
import { judgeDiagnostics } from "./lint-settings.ts";
import type { Project } from "./project.ts";
import type { PythonModule } from "./python/module.ts";
import { isMisread } from "./syntax-errors.ts";

/** Class, function, argument, variable, class variable, global variable; ambiguous `l`, `O` and `I`. */
export const NAME_CODES = ["N801", "N802", "N803", "N806", "N815", "N816", "E741"] as const;

export interface PoorName {
  module: PythonModule;
  name: string;
  line: number;
  why: string;
}

export interface Names {
  /** Different names in each module, summed up. */
  total: number;
  poor: readonly PoorName[];
  silenced: number;
}

/** One and two letters that mean the same everywhere: counters, coordinates, files, keys, common abbreviations. */
const USUAL = new Set(
  (
    "_ a b c d e f g h i j k m n p q r s t v w x y z " +
    "ax cb db df dt dx dy em ex fd fh fn fp fs hi id io ip kw lo lr md ms mu no np ns ok op os pd pk pr ps py qs rc rs rv " +
    "s3 sg sh sk st tb td th tk to tr ts tx tz ui up us vm wb wm ws xs ys"
  ).split(" "),
);

/** In code about numbers a letter is a quantity, and capitals are matrices. */
const NUMERIC = [
  "numpy",
  "torch",
  "tensorflow",
  "jax",
  "scipy",
  "sympy",
  "sklearn",
  "pandas",
  "cv2",
  "cupy",
  "keras",
  "statsmodels",
];

export function readNames(project: Project): Names {
  const poor: PoorName[] = [];
  let [total, silenced] = [0, 0];
  for (const module of project.source) {
    if (module.lint.skipped !== undefined || isMisread(module)) continue;
    const names = namesIn(module);
    total += names.size;
    const isNumeric = NUMERIC.some((name) => module.importsPackage(name));
    const judged = judgeDiagnostics(project, module, module.diagnostics(...NAME_CODES));
    silenced += judged.silenced.length;
    const found = new Map<string, PoorName>();
    for (const { code, line, message } of judged.counted) {
      const name = /`([^`]{1,200})`/.exec(message)?.[1];
      if (name === undefined || !names.has(name) || isFitting(code, name, isNumeric)) continue;
      found.set(name, { module, name, line, why: WHY[code] ?? code });
    }
    for (const [name, line] of names) {
      if (name.length > 2 || USUAL.has(name.replace(/^_|\d$/, "")) || found.has(name)) continue;
      if (/^[A-Z]{2}$/.test(name) || TYPE_VARIABLE.test(module.lineText(line).slice(0, 200))) continue;
      if (!isNumeric || name.length > 1)
        found.set(name, { module, name, line, why: "too short to say anything" });
    }
    poor.push(...found.values());
  }
  return { total, poor, silenced };
}

/** `T = TypeVar("T")` is how type variables are written; two capitals are a word of the trade (`OK`, `DB`). */
const TYPE_VARIABLE =
  /^\s{0,80}[A-Z]{1,2}\s{0,4}=\s{0,4}(?:\w{1,30}\.)?(?:TypeVar|ParamSpec|TypeVarTuple|NewType)\(/;

const WHY: Record<string, string> = {
  N801: "a class is written in CapWords",
  N802: "a function is written in lower case",
  N803: "an argument is written in lower case",
  N806: "a variable is written in lower case",
  N815: "a variable is written in lower case",
  N816: "a variable is written in lower case",
  E741: "looks like a digit",
};

/** Constants and classes held in local names keep their form; so do matrices; so do functions that act as classes. */
function isFitting(code: string, name: string, isNumeric: boolean): boolean {
  if (isNumeric && /^[A-Z][\d']?(?:_\w+)?$/.test(name)) return true;
  if (code === "N806" || code === "N803") return /^_?[A-Z][A-Z\d_]*$|^_?[A-Z][a-z\d]\w*$/.test(name);
  // A framework calls `do_GET`, `visit_Name`, `setUp`, `closeEvent` by these names.
  if (code === "N802")
    return /^(?:do|handle|visit|depart|test|on)_[A-Z]|^[a-z]+(?:Up|Down|Class|Event|Module)$/.test(name);
  return false;
}

/** Each name that a module gives, with the line of the first place; special names left out. */
function namesIn(module: PythonModule): Map<string, number> {
  const names = new Map<string, number>();
  const add = (name: string, line: number): void => {
    if (name === "" || names.has(name) || (name.startsWith("_") && /^__\w+__$|^_+$/.test(name))) return;
    names.set(name, line);
  };
  for (const outline of module.functions) {
    add(outline.name, outline.line);
    for (const name of readParameters(outline))
      if (name !== "self" && name !== "cls") add(name, outline.line);
  }
  for (const { keyword, start, line } of module.statements) {
    if (keyword !== "" && keyword !== "class" && keyword !== "for") continue;
    const pattern = keyword === "" ? ASSIGNED : keyword === "for" ? LOOPED : CLASS;
    pattern.lastIndex = start;
    const targets = pattern.exec(module.code)?.[1] ?? "";
    for (const name of targets.match(NAME) ?? []) add(name, line);
  }
  return names;
}

// What is not ASCII and no string can only belong to a name.
const NAME = /[A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*/g;
const ASSIGNED =
  /\s{0,400}\(?([A-Za-z_\u0080-\uffff][\w\u0080-\uffff]{0,100}(?: {0,4}, {0,4}[A-Za-z_\u0080-\uffff][\w\u0080-\uffff]{0,100}){0,12})\)? {0,4}(?::[^=\n]{1,120})?=(?!=)/y;
const LOOPED = /\s{0,400}(?:async\s{1,80})?for\s{1,80}([^:\s][^:]{0,200}?)\sin\s/y;
const CLASS = /\s{0,400}class\s{1,80}([A-Za-z_\u0080-\uffff][\w\u0080-\uffff]{0,100})/y;
