/** What configures the test runners: pytest's options from wherever they stand, and what runs doctests. */
import { readIni } from "./delivery/ini-lines.ts";
import { findLine } from "./files.ts";
import type { Place } from "./manifests/types.ts";
import type { Project } from "./project.ts";

export interface PytestOption {
  /** As written, or the items of a list joined by line ends. */
  text: string;
  words: readonly string[];
  line: number;
}

export interface PytestConfig extends Place {
  options: ReadonlyMap<string, PytestOption>;
}

const configs = new WeakMap<Project, readonly PytestConfig[]>();

/** Every configuration of pytest in the archive: pytest.ini, tox.ini, setup.cfg, pyproject.toml. */
export function readPytestConfigs(project: Project): readonly PytestConfig[] {
  const known = configs.get(project);
  if (known) return known;
  const found = [...readIniConfigs(project), ...readPyprojectConfigs(project)];
  configs.set(project, found);
  return found;
}

const INI_FILE = /(?:^|\/)(?:\.?pytest\.ini|tox\.ini|setup\.cfg)$/;
const VENDORED = /(?:^|\/)(?:_?vendor(?:ed)?|third_party|node_modules|site-packages|\.?venv)\//;

function readIniConfigs(project: Project): PytestConfig[] {
  return project.files.paths
    .filter((path) => INI_FILE.test(path) && !VENDORED.test(path))
    .flatMap((path) => {
      const text = project.files.text(path);
      if (text === undefined || !text.includes("pytest")) return [];
      const wanted = path.endsWith("setup.cfg") ? "tool:pytest" : "pytest";
      return readIni(text)
        .filter(({ name }) => name === wanted)
        .map(({ line, values }) => ({
          path,
          line,
          options: new Map(
            values.map((value) => {
              const written = value.lines.map((one) => one.text).join("\n");
              return [value.key.toLowerCase(), { text: written, words: wordsOf(written), line: value.line }];
            }),
          ),
        }));
    });
}

function readPyprojectConfigs({ manifests }: Project): PytestConfig[] {
  const { pyproject, workspace, members } = manifests;
  return [pyproject, workspace, ...members].flatMap((manifest) => {
    if (!manifest) return [];
    const keys = isTable(manifest.get("tool", "pytest", "ini_options"))
      ? ["tool", "pytest", "ini_options"]
      : ["tool", "pytest"];
    const table = manifest.get(...keys);
    if (!isTable(table)) return [];
    const options = Object.entries(table).map(([key, value]): [string, PytestOption] => {
      const items = Array.isArray(value) ? value : [value];
      const text = items.filter((item) => typeof item === "string").join("\n");
      return [key, { text, words: wordsOf(text), line: manifest.line(...keys, key) }];
    });
    return [{ path: manifest.path, line: manifest.line(...keys), options: new Map(options) }];
  });
}

const isTable = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const wordsOf = (text: string): string[] => text.split(/[\s,]+/).filter((word) => word !== "");

const RUNS_DOCTESTS = /--doctest-(?:modules|glob|plus|rst|cython)|\bdoctest_plus\b/;
const DOCTEST_COMMAND =
  /--doctest-(?:modules|glob|plus)|\bpython[\d.]{0,5} -m doctest\b|-b[ =]?doctest\b|\bmake(?: -C \S{1,60})? doctest\b|\bxdoctest\b|--with-doctest/;
const DOCTEST_CALL =
  /\bdoctest\.(?:testmod|testfile|DocTestSuite|DocFileSuite|run_docstring_examples)\(|(?<![\w.])(?:testmod|testfile|DocTestSuite|DocFileSuite)\(/;

/** One of them stands wherever that pattern matches. */
const DOCTEST_WORDS = ["doctest", "testmod", "testfile", "DocTestSuite", "DocFileSuite"];

/** Doctests are tests only where something runs them; elsewhere they are examples. */
export function findDoctestRunner(project: Project): (Place & { note: string }) | undefined {
  for (const { path, options } of readPytestConfigs(project)) {
    const option = options.get("addopts");
    if (option && RUNS_DOCTESTS.test(option.text))
      return { path, line: option.line, note: "pytest runs doctests" };
  }
  const tasks = project.delivery.tasks.flatMap(({ commands }) => commands);
  for (const { path, line, text } of [...tasks, ...project.delivery.ciCommands]) {
    if (DOCTEST_COMMAND.test(text)) return { path, line, note: "runs doctests" };
  }
  for (const module of project.modules) {
    if (module.role === "vendored" || !module.mentionsAny(DOCTEST_WORDS)) continue;
    const line = findLine(module.code, DOCTEST_CALL);
    if (line !== undefined) return { path: module.path, line, note: "runs doctests" };
  }
  return undefined;
}
