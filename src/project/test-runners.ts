/** What runs the tests: configuration, tasks, dependencies, frameworks, documentation. */
import { runsTests } from "./delivery/command-kinds.ts";
import { findLine } from "./files.ts";
import type { Place } from "./manifests/types.ts";
import { dependenciesAnywhere } from "./nested-manifests.ts";
import type { Project } from "./project.ts";
import { commandsOfScripts } from "./shell-scripts.ts";
import { readPytestConfigs } from "./test-configuration.ts";
import { findTests } from "./test-functions.ts";
import { isTestScript } from "./test-scripts.ts";

export interface RunnerSign extends Place {
  tool: string;
}

const inConfiguration = (project: Project): RunnerSign[] => [
  ...readPytestConfigs(project).map(({ path, line }) => ({ path, line, tool: "pytest" })),
  ...project.files.paths.flatMap((path) => {
    const tool = /(?:^|\/)(?:\.?nose2?|unittest)\.cfg$/.test(path)
      ? "nose"
      : /(?:^|\/)conftest\.py$/.test(path)
        ? "pytest (conftest.py)"
        : undefined;
    return tool && (project.files.text(path) ?? "").trim() !== "" ? [{ path, line: 1, tool }] : [];
  }),
];

/** One of them stands wherever a command runs tests. */
const TEST_WORDS = /test|tox|nox|nose|trial|behave/;

function inTasks(project: Project): RunnerSign[] {
  const { tasks, ciCommands } = project.delivery;
  const scripts = commandsOfScripts(project, TEST_WORDS);
  const commands = [...tasks.flatMap((task) => task.commands), ...ciCommands, ...scripts];
  return commands.flatMap(({ path, line, text }) => {
    const tool = runsTests(text);
    return tool === undefined || !isTestScript(project, tool) ? [] : [{ path, line, tool }];
  });
}

const RUNNERS =
  /^(?:pytest|pytest-django|pytest-asyncio|pytest-cov|nose2?|nox|tox|tox-uv|ward|green|behave|robotframework|django-nose|stestr|testtools|hatch|zope-testrunner|twisted-trial)$/;

/** Runners among the dependencies. */
export const findDeclaredRunners = (project: Project): RunnerSign[] =>
  dependenciesAnywhere(project)
    .filter(({ name }) => RUNNERS.test(name) && name !== "hatch")
    .map(({ path, line, name }) => ({ path, line, tool: name }));

const RUN_CALLS =
  /\bunittest\.main\(|\bTextTestRunner\b|\bpytest\.main\(|\bnose\.(?:run|main)\(|(?<![\w.])unittest_main\(/;

/** One of them stands wherever that pattern matches. */
const RUN_WORDS = ["main", "TextTestRunner", "nose", "unittest_main"];

/** Runners that code itself starts, and Django's own for its test cases. */
function inFrameworks(project: Project): RunnerSign[] {
  const started = [
    ...project.source,
    ...project.tests,
    ...project.modules.filter(({ role }) => role === "build"),
  ].flatMap((module) => {
    const line = module.mentionsAny(RUN_WORDS) ? findLine(module.code, RUN_CALLS) : undefined;
    return line === undefined ? [] : [{ path: module.path, line, tool: "a runner started from code" }];
  });
  if (!project.files.paths.some((path) => /(?:^|\/)manage\.py$/.test(path))) return started;
  const cases = findTests(project).modules.flatMap((module) => {
    const used = module.imports.find(({ module: name }) =>
      /^(?:django\.test|rest_framework\.test)\b/.test(name),
    );
    return used ? [{ path: module.path, line: used.line, tool: "Django's test runner" }] : [];
  });
  return [...started, ...cases];
}

/** Commands in the documentation. */
export const findDocumentedRunners = ({ delivery }: Project): RunnerSign[] =>
  delivery.docs.flatMap(({ path, codeBlocks }) =>
    codeBlocks.flatMap(({ text, line }) => {
      const lines = text.split("\n").slice(0, 200);
      const at = lines.findIndex((one) => runsTests(one.replace(/^\s{0,8}[$>]\s/, "")) !== undefined);
      const tool = runsTests((lines[at] ?? "").replace(/^\s{0,8}[$>]\s/, ""));
      return tool === undefined ? [] : [{ path, line: line + at, tool }];
    }),
  );

/** Every runner that is configured or called, or declared for tests that are there. */
export const findTestRunners = (project: Project): RunnerSign[] => {
  const { functions, scenarios } = findTests(project);
  return [
    ...inConfiguration(project),
    ...inTasks(project),
    ...(functions.length + scenarios.length > 0 ? findDeclaredRunners(project) : []),
    ...inFrameworks(project),
  ];
};
