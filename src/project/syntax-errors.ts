/** Modules that do not parse, and what they are instead: only some of them are mistakes of the project. */
import { allowsMinor } from "./manifests/python-versions.ts";
import type { PythonVersion } from "./manifests/types.ts";
import type { Project } from "./project.ts";
import type { PythonModule } from "./python/module.ts";
import type { Diagnostic } from "./python/ruff.ts";
import type { Statement } from "./python/statements.ts";

export type UnparsedKind =
  /** Python can't read it. */
  | "broken"
  /** Python 2 reads it. */
  | "python-2"
  /** IPython reads it: magics, or `await` outside functions. */
  | "ipython"
  /** A newer Python reads it. */
  | "newer"
  /** A template: Python only once its placeholders are filled in. */
  | "template"
  /** Broken on purpose, or no Python at all: test data, exercises, a link stored as text. */
  | "fixture";

export interface Unparsed {
  module: PythonModule;
  kind: UnparsedKind;
  line: number;
  /** The parser's complaint. */
  message: string;
  /** For `newer`: the minor version that brought the syntax. */
  needs?: string;
}

/** Codes under which Ruff reports what the parser lets pass and the compiler refuses with SyntaxError. */
export const COMPILE_ERRORS = ["F404", "F70", "PLE0118"] as const;

/** Every module that Python would not read as it stands, whatever its role. */
export function findUnparsed(modules: readonly PythonModule[]): Unparsed[] {
  return modules.flatMap((module) => classify(module) ?? []);
}

/** The parser has given up somewhere, so that what is read of the module may be wrong. */
export const isMisread = (module: PythonModule): boolean =>
  module.diagnostics("syntax").some(({ message }) => !ADDED.test(message));

function classify(module: PythonModule): Unparsed | undefined {
  const errors = module.diagnostics("syntax", ...COMPILE_ERRORS);
  const first = errors[0];
  if (first === undefined) return undefined;
  const { line, message } = first;
  const found = (kind: UnparsedKind, needs?: string): Unparsed => ({
    ...{ module, kind, line, message },
    ...(needs === undefined ? {} : { needs }),
  });
  if (isTemplate(module, line)) return found("template");
  if (module.notebook) return found("ipython");
  if (isFixture(module, line)) return found("fixture");
  const needs = neededVersion(module, errors);
  if (needs !== undefined) return found("newer", needs);
  if (isPython2(module, errors)) return found("python-2");
  if (isIPython(module, first)) return found("ipython");
  return found("broken");
}

/** Placeholders of Jinja, Cookiecutter, Copier, Mako, ERB; none of them is Python outside strings. */
const PLACEHOLDER =
  /\{\{[-~]?\s{0,8}[\w.]|\{%[-+~]?\s{0,8}\w|<%|%>|\$\{\w|(?<!\w)\$[A-Za-z_]\w{0,60}|@@\w{1,60}@@/;

function isTemplate(module: PythonModule, line: number): boolean {
  if (/\{\{|\{%/.test(module.path)) return true;
  const { code, text } = module;
  if (/\{\{[-~]?\s{0,8}[A-Za-z_]|\{%[-+~]?\s{0,8}\w/.test(code)) return true;
  // Blanking reads a template as Python, so a quote in one of its tags may hide the others.
  if (/^\s{0,40}\{%[-+~]?\s{0,8}\w/m.test(text)) return true;
  return PLACEHOLDER.test(module.codeLine(line));
}

const FIXTURE =
  /(?:^|\/)(?:test_?data|test_?files|test_?cases|fixtures?|corp(?:us|ora)|resources?|data|bad|broken|invalid|malformed|exercises?|syntax_?errors?)\/|(?:bad|broken|invalid)_?(?:syntax|file)|(?:^|\/)(?:broken|invalid|malformed)_[^/]{0,80}\.py$|syntax_?error/i;

function isFixture(module: PythonModule, line: number): boolean {
  const { path, text } = module;
  if (FIXTURE.test(path)) return true;
  const trimmed = text.trim();
  if (/^[\w./-]{1,300}$/.test(trimmed) && trimmed.includes("/")) return true;
  if (trimmed.startsWith("version https://git-lfs")) return true;
  const around = [line - 2, line - 1, line, line + 1].map((one) => module.lineText(one));
  return around.some((one) => /#.{0,200}(?:SyntaxError|IndentationError|TabError|invalid syntax)/i.test(one));
}

const ADDED = /\(syntax was added in Python (3\.\d{1,3})\)/;

/** The version that reads all of it, where every complaint is about syntax that came later. */
function neededVersion(module: PythonModule, errors: readonly Diagnostic[]): string | undefined {
  let needed: string | undefined;
  for (const { message, line } of errors) {
    const added = ADDED.exec(message)?.[1];
    if (added === undefined || isOldHandler(module.lineText(line))) return undefined;
    if (needed === undefined || minorOf(added) > minorOf(needed)) needed = added;
  }
  return needed;
}

/** 14 for `3.14`, and for `3.14.2`. */
export const minorOf = (version: string): number => Number(/^\d+\.(\d+)/.exec(version)?.[1] ?? Number.NaN);

/** `except IOError, e:` binds a name; Python 3.14's `except KeyError, ValueError:` lists types (PEP 758). */
const isOldHandler = (line: string): boolean =>
  /^\s{0,200}except\s+[\w.]{1,100}\s{0,4},\s{0,4}_?[a-z]\w{0,40}\s{0,4}:/.test(line);

const PYTHON_2 = [
  /^\s*print\s+[^\s=(.,)]/,
  /^\s*print\s*\(?.{0,300}\)\s*[%,]/,
  /^\s*print\s*>>/,
  /^\s*exec\s+[^\s=(.]/,
  /^\s*raise\s+[\w.]{1,100}\s*,/,
  /^[^#]{0,300}`[^`]{1,100}`/,
  /\w\s?<>\s?\S/,
  /(?<![\w.])(?:0[0-7]{1,12}|\d{1,12}[lL]|0[xX][\da-fA-F]{1,16}[lL])(?![\w.])/,
  /(?<!\w)[uU][rR]["']/,
  /\bdef\s+\w{1,100}\s*\([^)]{0,200}\((?:\w|,)/,
  /\blambda\s*\(/,
  // Names until 3.0 and 3.7.
  /(?<![\w.])(?:True|False|None)\s?=\s?(?:True|False|None)\b/,
  /(?<!\w)async\s?(?:=[^=]|[,).])|\.async\s+import\b|\bimport\s+async\b/,
] as const;

/** A line with an error has syntax that Python 3 has dropped. */
function isPython2(module: PythonModule, errors: readonly Diagnostic[]): boolean {
  const lines = module.code.split("\n");
  return errors.slice(0, 20).some(({ line }) => {
    const text = (lines[line - 1] ?? "").slice(0, 2_000);
    return isOldHandler(text) || PYTHON_2.some((pattern) => pattern.test(text));
  });
}

function isIPython(module: PythonModule, { line, code, message }: Diagnostic): boolean {
  if (code === "F704" && message.includes("await")) return true;
  return /^\s{0,40}(?:%{1,2}[a-z]\w{0,30}|![a-z./]|\?\w|\w[\w.]{0,60}\?{1,2}$)/.test(module.lineText(line));
}

/** Places that decide which Python runs; classifiers, CI and tools only follow them. */
const NAMES_VERSION = new Set<PythonVersion["source"]>([
  "base-image",
  "python-version-file",
  "runtime.txt",
  "tool-versions",
  "pipfile",
  "platform",
]);

/** Statements of the version that runs the code: those that name one, or else those that allow some. */
export function findRunningVersions({ pythonVersions }: Project): PythonVersion[] {
  const named = pythonVersions.filter(({ source, range }) => NAMES_VERSION.has(source) && !range);
  if (named.length > 0) return named;
  return pythonVersions.filter(({ source }) =>
    ["requires-python", "poetry", "conda", "pipfile"].includes(source),
  );
}

const newestNamed = (project: Project): number =>
  Math.max(
    ...findRunningVersions(project)
      .filter(({ range }) => !range)
      .flatMap(({ minors }) => minors.map(minorOf)),
  );

/** No version that the project names, or that its range allows, reads the file. */
export function isTooNew(project: Project, { kind, needs }: Unparsed): boolean {
  if (kind !== "newer" || needs === undefined) return false;
  const named = newestNamed(project);
  if (named > 0) return named < minorOf(needs);
  const { requiresPython } = project.manifests.metadata;
  return requiresPython !== undefined && !allowsMinor(requiresPython, needs);
}

/** The statement that allows Python 2, wherever it stands. */
export const findPython2 = ({ pythonVersions }: Project): PythonVersion | undefined =>
  pythonVersions.find(({ text, minors, range }) =>
    range ? /(?<![\d.])2\.[0-7](?!\d)/.test(text) : minors.some((minor) => minor.startsWith("2.")),
  );

export interface NewSyntax {
  module: PythonModule;
  line: number;
  what: string;
  needs: string;
}

/** Syntax that the version which runs does not know, or where none is named, one that requires-python allows. */
export function findUnallowedSyntax(project: Project): NewSyntax[] {
  const { requiresPython } = project.manifests.metadata;
  const named = newestNamed(project);
  return findNewSyntax(project).filter(({ needs }) =>
    named > 0
      ? named < minorOf(needs)
      : requiresPython !== undefined && allowsMinor(requiresPython, `3.${minorOf(needs) - 1}`),
  );
}

/** One statement a module whose syntax came with a version: it parses as the newest Python, and as no older one. */
function findNewSyntax({ source }: Project): NewSyntax[] {
  return source.flatMap((module) => {
    // Modules for some versions only are imported under a condition.
    if (module.notebook || module.syntaxError || /py_?3|_3\d|compat/i.test(module.path)) return [];
    const { statements, code } = module;
    const types = module.mentions("type");
    for (const [i, statement] of statements.entries()) {
      if (statement.keyword === "" && !types) continue;
      const found = lateSyntax(statement, statements[i + 1], code);
      if (found) return [{ module, line: statement.line, ...found }];
    }
    return [];
  });
}

const EXCEPT_STAR = /\s{0,200}except\s?\*/y;
const TYPE_ALIAS = /\s{0,200}type\s{1,20}[A-Za-z_]\w{0,60}(?:\[[^\]]{0,100}\])?\s?=/y;
const TYPE_PARAMETERS = /\s{0,200}(?:async\s{1,20})?(?:def|class)\s{1,20}\w{1,100}\[/y;

/** Syntax that came late, by the keyword of its statement. */
function lateSyntax(
  statement: Statement,
  next: Statement | undefined,
  code: string,
): { what: string; needs: string } | undefined {
  const begins = (pattern: RegExp): boolean => {
    pattern.lastIndex = statement.start;
    return pattern.test(code);
  };
  const { keyword } = statement;
  if (keyword === "match" && next?.keyword === "case" && next.parent === statement)
    return { what: "`match`", needs: "3.10" };
  if (keyword === "except" && begins(EXCEPT_STAR)) return { what: "`except*`", needs: "3.11" };
  if (keyword === "" && begins(TYPE_ALIAS)) return { what: "a `type` statement", needs: "3.12" };
  const defines = keyword === "def" || keyword === "class";
  if (defines && begins(TYPE_PARAMETERS)) return { what: "type parameters", needs: "3.12" };
  return undefined;
}
