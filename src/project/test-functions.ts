/**
 * The tests of a project, opened rather than guessed from names: test functions and methods, doctests that something
 * runs, and scenario files. No syntax tree is needed for them.
 */
import { baseName } from "./files.ts";
import { matchesPath } from "./glob.ts";
import type { Place } from "./manifests/types.ts";
import type { Project } from "./project.ts";
import type { FunctionOutline } from "./python/functions.ts";
import type { PythonModule } from "./python/module.ts";
import { findDoctestRunner, readPytestConfigs } from "./test-configuration.ts";

export interface TestFunction {
  module: PythonModule;
  outline: FunctionOutline;
  /** A method of a class that derives from a TestCase, as far as the class statement shows. */
  unittest: boolean;
  /** Nothing in it: only `pass`, a docstring, or an assertion about a constant. */
  empty: boolean;
  /** Skipped whatever happens. */
  skipped: boolean;
}

export interface TestSuite {
  functions: readonly TestFunction[];
  /** Modules with at least one test function, in order. */
  modules: readonly PythonModule[];
  /** Modules and pages with doctests; empty where nothing runs them. */
  doctests: readonly Place[];
  /** What runs the doctests. */
  doctestRunner: (Place & { note: string }) | undefined;
  /** Scenario files of behave, pytest-bdd and Robot Framework. */
  scenarios: readonly Place[];
}

const suites = new WeakMap<Project, TestSuite>();

/** All tests of a project. */
export function findTests(project: Project): TestSuite {
  const known = suites.get(project);
  if (known) return known;
  const functions = project.tests.flatMap((module) => readTests(module, project));
  const doctestRunner = findDoctestRunner(project);
  const suite = {
    functions,
    modules: [...new Set(functions.map(({ module }) => module))],
    doctests: doctestRunner ? findDoctests(project) : [],
    doctestRunner,
    scenarios: findScenarios(project),
  };
  suites.set(project, suite);
  return suite;
}

const FRAMEWORKS =
  /\b(?:pytest|unittest|unittest2|nose|nose2|hypothesis|doctest|ward|twisted\.trial|testtools|TestCase|TestBase|asynctest|aiounittest|testify)\b/;
/** Files that pytest, unittest and nose open by themselves. */
const COLLECTED = /^(?:tests?(?:[-_.]|\d)|test[A-Z]).*\.(?:py|ipynb)$|[-_]tests?\.(?:py|ipynb)$|Tests?\.py$/;
const TEST_FOLDER = /(?:^|\/)(?:[\w-]{0,40}[-_])?tests?(?:[-_][\w-]{0,40})?\//i;
/** Input for tests, not tests, unless its files are named as such. */
const DATA_FOLDER =
  /(?:^|\/)[_.]?(?:test_?)?(?:data|fixtures?|cases|resources|samples?|snapshots|examples?)(?:[_-]\w{1,30})?\//i;
const NOT_A_TEST =
  /^(?:[\w.]{0,80}\.)?(?:fixture|route|get|post|put|delete|command|group|task|event|property|cached_property|setter|validator|contextmanager|register|classmethod|nottest)\b/;
const SKIPPED = /^(?:[\w.]{0,60}\.)?skip\b(?!if)/i;

function readTests(module: PythonModule, project: Project): TestFunction[] {
  const prefixes = optionWords(project, "python_functions").map((glob) => glob.replace(/\*.*$/, ""));
  const wanted = ["test", ...prefixes.filter((prefix) => prefix.length > 1)];
  if (!wanted.some((prefix) => module.code.includes(`def ${prefix}`)) && !module.code.includes("@test("))
    return [];
  const collected = isCollected(module, project);
  const framework = FRAMEWORKS.test(module.text);
  return module.functions
    .filter((one) => !one.nested && isTest(one, module, { collected, framework, prefixes: wanted }))
    .map((outline) => ({
      module,
      outline,
      unittest: outline.className !== undefined && /Case|Test/.test(basesOf(outline, module)),
      empty: isEmpty(outline),
      skipped:
        outline.decorators.some(({ text }) => SKIPPED.test(text)) ||
        /^\s*(?:pytest\.skip|self\.skipTest)\(/.test(outline.body),
    }));
}

/** Whether a runner opens the file: by its name, or by the patterns that pytest is given. */
function isCollected(module: PythonModule, project: Project): boolean {
  const name = module.path.slice(module.path.lastIndexOf("/") + 1);
  if (COLLECTED.test(name)) return true;
  const patterns = optionWords(project, "python_files");
  return patterns.some((pattern) => matchesPath(`**/${pattern}`, pattern.includes("/") ? module.path : name));
}

const optionWords = (project: Project, name: string): string[] =>
  readPytestConfigs(project).flatMap(({ options }) => options.get(name)?.words ?? []);

interface Collection {
  collected: boolean;
  /** The module names a test framework. */
  framework: boolean;
  prefixes: readonly string[];
}

function isTest(
  one: FunctionOutline,
  module: PythonModule,
  { collected, framework, prefixes }: Collection,
): boolean {
  if (module.importsPackage("ward") && one.decorators.some(({ text }) => text.startsWith("test(")))
    return true;
  if (!prefixes.some((prefix) => one.name.startsWith(prefix))) return false;
  if (one.decorators.some(({ text }) => NOT_A_TEST.test(text))) return false;
  if (one.className !== undefined) {
    const named = /test/i.test(one.className) || /Test|Case|Spec/.test(basesOf(one, module));
    return collected ? named || TEST_FOLDER.test(module.path) : named && !DATA_FOLDER.test(module.path);
  }
  if (!collected || baseName(module.path) === "conftest.py") return false;
  if (TEST_FOLDER.test(module.path) || framework) return true;
  // `def test(model, loader)` in an experiment's test.py is no test: a runner would look for fixtures of these names.
  return one.name !== "test" && (/\bassert\b/.test(one.body + one.header) || !/\(\s*[^)\s]/.test(one.header));
}

/** The base classes of a method's class, as written. */
function basesOf({ statement }: FunctionOutline, { code }: PythonModule): string {
  for (let block = statement.parent; block; block = block.parent) {
    if (block.keyword === "class")
      return (
        /\(([^)]{0,400})/.exec(code.slice(block.start, Math.min(block.end, block.start + 1_000)))?.[1] ?? ""
      );
  }
  return "";
}

/** An assertion about a constant proves nothing. */
const CONSTANT_ASSERTION =
  /\bassert\s{1,4}\(?(?:True|1|not False|1 == 1|True is True|True == True)\)?\s{0,4}(?=[;\n,]|$)|\bself\.(?:assertTrue\((?:True|1)|assertFalse\(False|assertEqual\((?:1, ?1|True, ?True)|assertIsNone\(None)\)/g;

const CONSTANT_HERE = new RegExp(CONSTANT_ASSERTION.source, "y");

/** Whether an assertion about a constant stands at an offset, `self.` before it or not. */
export function isConstantAssertion(code: string, at: number): boolean {
  CONSTANT_HERE.lastIndex = code.startsWith("self.", at - 5) ? at - 5 : at;
  return CONSTANT_HERE.test(code);
}

/** What a body that does nothing may begin with; nothing at all where it is a docstring or dots. */
const EMPTY_WORDS = new Set(["", "pass", "return", "assert", "self", ..."bBfFrRuU"]);

function isEmpty({ body, header }: FunctionOutline): boolean {
  if (body.length > 4_000 || !EMPTY_WORDS.has(/[A-Za-z_]\w{0,40}/.exec(body)?.[0] ?? "")) return false;
  const inline = header.slice(header.lastIndexOf(":") + 1);
  const left = `${inline}\n${body}`
    .replace(CONSTANT_ASSERTION, " ")
    .replace(/("""|''')\s*\1|"\s*"|'\s*'/g, " ")
    .replace(/\bpass\b|\.\.\.|\breturn\b(?:[ \t]{0,4}(?:None|True))?|;/g, " ");
  return left.trim() === "";
}

const DOCTEST = /^[ \t]*>>> \S/m;

function findDoctests(project: Project): Place[] {
  const modules = project.source.filter(({ text }) => text.includes(">>> ") && DOCTEST.test(text));
  const pages = project.delivery.docs.filter(({ text }) => text.includes(">>> ") && DOCTEST.test(text));
  return [...modules, ...pages].map(({ path, text }) => ({
    path,
    line: text.slice(0, text.search(DOCTEST)).split("\n").length,
  }));
}

const SCENARIO = /^[ \t]{0,20}(?:Scenario(?: Outline| Template)?|Example)[ \t]{0,4}:/m;
const ROBOT = /^\*{3}[ \t]{0,4}(?:Test Cases?|Tasks?)\b/im;

/** Scenario files count where steps of the project's own stand behind them. */
function findScenarios(project: Project): Place[] {
  const steps = project.modules.some((module) =>
    ["behave", "pytest_bdd", "lettuce", "radish", "aloe"].some((name) => module.importsPackage(name)),
  );
  return project.files.paths.flatMap((path) => {
    const pattern =
      path.endsWith(".feature") && steps ? SCENARIO : path.endsWith(".robot") ? ROBOT : undefined;
    const text = pattern && project.files.text(path);
    const at = pattern && text ? text.search(pattern) : -1;
    return text && at !== -1 ? [{ path, line: text.slice(0, at).split("\n").length }] : [];
  });
}
