/** Where the coverage of tests is configured, run or uploaded, and the least that is demanded. */
import { measuresCoverage } from "./delivery/command-kinds.ts";
import { findLine, lineAt } from "./files.ts";
import type { Place } from "./manifests/types.ts";
import type { Project } from "./project.ts";
import { commandsOfScripts } from "./shell-scripts.ts";
import { readPytestConfigs } from "./test-configuration.ts";

export interface CoverageSign extends Place {
  tool: string;
}

const CONFIGS: readonly [file: RegExp, pattern: RegExp, tool: string][] = [
  [/(?:^|\/)pyproject\.toml$/, /^[ \t]{0,8}\[tool\.coverage\b/m, "coverage.py is configured"],
  [/(?:^|\/)\.?coveragerc(?:[\w.-]{0,20})$/, /^[ \t]{0,8}\[|^\w/m, "coverage.py is configured"],
  [/(?:^|\/)(?:setup\.cfg|tox\.ini)$/, /^\[coverage:/m, "coverage.py is configured"],
  [/(?:^|\/)\.?codecov\.ya?ml$/, /^\w/m, "Codecov is configured"],
  [/(?:^|\/)\.coveralls\.ya?ml$/, /^\w/m, "Coveralls is configured"],
  [/(?:^|\/)sonar-project\.properties$/, /^sonar\.python\.coverage/m, "SonarQube reads it"],
];

const inFiles = ({ files }: Project): CoverageSign[] =>
  files.paths.flatMap((path) => {
    const config = CONFIGS.find(([file]) => file.test(path));
    if (!config || ASIDE.test(path)) return [];
    const line = findLine(files.text(path) ?? "", config[1]);
    return line === undefined ? [] : [{ path, line, tool: config[2] }];
  });

const ASIDE =
  /(?:^|\/)(?:tests?\/[\w/.-]{0,80}(?:data|fixtures?|repos?)|node_modules|vendor(?:ed)?|site-packages|examples?)\//;

const inPytest = (project: Project): CoverageSign[] =>
  readPytestConfigs(project).flatMap(({ path, options }) => {
    const option = options.get("addopts");
    return option && /--cov(?:\b|=)/.test(option.text)
      ? [{ path, line: option.line, tool: "pytest-cov" }]
      : [];
  });

const inCommands = (project: Project): CoverageSign[] => {
  const { delivery } = project;
  const inHooks = delivery.hooks.map(({ path, line, entry = "", args }) => ({
    path,
    line,
    text: [entry, ...args].join(" "),
  }));
  const commands = delivery.tasks.flatMap((task) => task.commands);
  const inScripts = commandsOfScripts(project, /\bcov/);
  return [...delivery.ciCommands, ...commands, ...inHooks, ...inScripts].flatMap(({ path, line, text }) => {
    const tool = measuresCoverage(text);
    return tool === undefined ? [] : [{ path, line, tool }];
  });
};

const ACTIONS = /\b(?:codecov|coveralls|coverage|codacy|sonarcloud|qlty-action|python-coverage-comment)\b/i;

const inActions = ({ delivery }: Project): CoverageSign[] =>
  delivery.ci.flatMap((file) =>
    file.jobs.flatMap(({ steps }) =>
      steps.flatMap(({ uses, path, line }) =>
        uses !== undefined && ACTIONS.test(uses) ? [{ path, line, tool: uses.split("@")[0] ?? uses }] : [],
      ),
    ),
  );

/** A command of the project's own that starts the measurement: `coverage.Coverage(…)`. */
const inCode = ({ source, modules }: Project): CoverageSign[] =>
  [...source, ...modules.filter(({ role }) => role === "test" || role === "build")].flatMap((module) => {
    const line = module.importsPackage("coverage")
      ? findLine(module.code, /\bcoverage\.(?:coverage|Coverage)\(|(?<![\w.])Coverage\(/)
      : undefined;
    return line === undefined ? [] : [{ path: module.path, line, tool: "coverage.py is started from code" }];
  });

const THRESHOLD =
  /^[^#\n]{0,200}(?:\bfail[-_]under\b["']?\s{0,4}[=: ]\s{0,4}["']?|--cov-fail-under[= ])(\d{1,3}(?:\.\d{1,2})?)/gm;

/** Pylint and interrogate have a threshold of that name, too. */
const isOfLinter = (text: string, at: number): boolean =>
  /pylint|interrogate|docstr/i.test(
    text
      .slice(0, at)
      .match(/^\[[^\]\n]{1,80}\]/gm)
      ?.at(-1) ?? "",
  );

/** The least coverage, in per cent, under which a run fails. */
export function findCoverageThreshold({ files, delivery }: Project): (Place & { value: string }) | undefined {
  const paths = files.paths.filter(
    (path) =>
      !ASIDE.test(path) &&
      /(?:^|\/)(?:pyproject\.toml|\.?coveragerc\w{0,10}|setup\.cfg|tox\.ini|pytest\.ini|noxfile\.py|Makefile|justfile)$/i.test(
        path,
      ),
  );
  for (const path of [...paths, ...delivery.ci.map((file) => file.path)]) {
    const text = files.text(path) ?? "";
    const found = [...text.matchAll(THRESHOLD)].find(
      ({ index, 1: value }) => value !== "0" && !isOfLinter(text, index),
    );
    if (!found) continue;
    return { value: found[1] ?? "", path, line: lineAt(text, found.index) };
  }
  return undefined;
}

/** Every place that measures. */
export const findCoverage = (project: Project): CoverageSign[] => [
  ...inFiles(project),
  ...inPytest(project),
  ...inCommands(project),
  ...inActions(project),
  ...inCode(project),
];
