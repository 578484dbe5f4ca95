import { defineRule, type Evidence, fail, partial, pass } from "../../src/engine/rule.ts";
import { runsTests } from "../../src/project/delivery/command-kinds.ts";
import { findLine } from "../../src/project/files.ts";
import type { Project } from "../../src/project/project.ts";
import { readPytestConfigs } from "../../src/project/test-configuration.ts";
import { findTests } from "../../src/project/test-functions.ts";

const TEST = "def test_a():\n    assert 1 + 1 == 2\n";

export default defineRule({
  id: "test-runner-configured",
  category: "testing",
  severity: "low",
  kinds: "all",
  alwaysApplies: true,
  title: "A test runner is configured",
  why: "Everyone, and CI, should run the tests by the same short command with the same options.",
  fix: 'Configure pytest in pyproject.toml:\n\n```toml\n[tool.pytest.ini_options]\ntestpaths = ["tests"]\naddopts = "-ra --strict-markers"\n```',
  checklist: ["000-12", "002-11", "003-03"],
  unseenIn: ["wheel"],
  examples: {
    pass: [
      {
        files: {
          "pyproject.toml": '[tool.pytest.ini_options]\ntestpaths = ["tests"]\n',
          "tests/test_a.py": TEST,
        },
        says: "pytest",
        at: "pyproject.toml:1",
      },
      {
        files: { "requirements-dev.txt": "pytest==8.3.0\n", "tests/test_a.py": TEST },
        says: "pytest",
        at: "requirements-dev.txt:1",
      },
      {
        files: { Makefile: "test:\n\tpython -m unittest discover\n", "tests/test_a.py": TEST },
        says: "unittest",
        at: "Makefile:2",
      },
      {
        files: {
          "manage.py": "#!/usr/bin/env python\n",
          "shop/tests.py":
            "from django.test import TestCase\n\n\nclass ShopTests(TestCase):\n    def test_a(self):\n        self.assertEqual(self.client.get('/').status_code, 200)\n",
        },
        says: "Django's test runner",
        at: "shop/tests.py:1",
        note: "Django brings its runner: `manage.py test`.",
      },
    ],
    partial: [
      {
        files: {
          "a.py": "x = 1\n",
          "tests/test_a.py":
            "import unittest\n\n\nclass ATests(unittest.TestCase):\n    def test_a(self):\n        self.assertEqual(1 + 1, 2)\n",
        },
        says: "nothing configures or names a runner",
        at: "tests/test_a.py:5",
      },
      {
        files: { "README.md": "# A\n\n```sh\npytest\n```\n", "tests/test_a.py": TEST },
        says: "only the documentation",
        at: "README.md:4",
      },
    ],
    fail: [
      { files: { "a.py": "x = 1\n" }, says: "No test runner" },
      {
        files: { "pyproject.toml": '[project]\nname = "a"\n# pytest is nice\n', "a.py": "x = 1\n" },
        says: "No test runner",
      },
    ],
    notApplicable: [],
  },
  check(project) {
    const found = [
      ...inConfiguration(project),
      ...inTasks(project),
      ...inDependencies(project),
      ...inFrameworks(project),
    ];
    const names = [...new Set(found.map(({ tool }) => tool))];
    if (found.length > 0)
      return pass(`Tests are run by ${names.slice(0, 3).join(", ")}.`, found.map(toEvidence));
    const documented = inDocs(project);
    if (documented.length > 0)
      return partial(
        `A test runner is named in only the documentation: ${documented[0]?.tool}.`,
        documented.map(toEvidence),
      );
    const { functions } = findTests(project);
    const [first] = functions;
    if (!first) return fail("No test runner is configured.");
    const message = `There are ${functions.length} test functions, but nothing configures or names a runner.`;
    return partial(message, [first.module.at(first.outline.line, first.outline.name)]);
  },
});

type Sign = Evidence & { tool: string };
const toEvidence = ({ path, startLine, tool }: Sign): Evidence => ({ path, startLine, note: tool });

const inConfiguration = (project: Project): Sign[] => [
  ...readPytestConfigs(project).map(({ path, line }) => ({ path, startLine: line, tool: "pytest" })),
  ...project.files.paths.flatMap((path) => {
    const tool = /(?:^|\/)(?:\.?nose2?|unittest)\.cfg$/.test(path)
      ? "nose"
      : /(?:^|\/)conftest\.py$/.test(path)
        ? "pytest (conftest.py)"
        : undefined;
    return tool && (project.files.text(path) ?? "").trim() !== "" ? [{ path, startLine: 1, tool }] : [];
  }),
];

function inTasks({ delivery }: Project): Sign[] {
  const commands = [...delivery.tasks.flatMap((task) => task.commands), ...delivery.ciCommands];
  return commands.flatMap(({ path, line, text }) => {
    const tool = runsTests(text);
    return tool === undefined ? [] : [{ path, startLine: line, tool }];
  });
}

const RUNNERS =
  /^(?:pytest|pytest-django|pytest-asyncio|pytest-cov|nose2?|nox|tox|tox-uv|ward|green|behave|robotframework|django-nose|stestr|testtools|hatch|zope-testrunner|twisted-trial)$/;

const inDependencies = ({ manifests }: Project): Sign[] =>
  manifests.dependencies
    .filter(({ name }) => RUNNERS.test(name) && name !== "hatch")
    .map(({ path, line, name }) => ({ path, startLine: line, tool: name }));

const RUN_CALLS =
  /\bunittest\.main\(|\bTextTestRunner\b|\bpytest\.main\(|\bnose\.(?:run|main)\(|(?<![\w.])unittest_main\(/;

/** Runners that code itself starts, and Django's own for its test cases. */
function inFrameworks(project: Project): Sign[] {
  const started = [
    ...project.source,
    ...project.tests,
    ...project.modules.filter(({ role }) => role === "build"),
  ].flatMap((module) => {
    const line = /unittest|TestRunner|pytest|nose/.test(module.code)
      ? findLine(module.code, RUN_CALLS)
      : undefined;
    return line === undefined ? [] : [{ ...module.at(line), tool: "a runner started from code" }];
  });
  if (!project.files.paths.some((path) => /(?:^|\/)manage\.py$/.test(path))) return started;
  const cases = findTests(project).modules.flatMap((module) => {
    const used = module.imports.find(({ module: name }) =>
      /^(?:django\.test|rest_framework\.test)\b/.test(name),
    );
    return used ? [{ ...module.at(used.line), tool: "Django's test runner" }] : [];
  });
  return [...started, ...cases];
}

const inDocs = ({ delivery }: Project): Sign[] =>
  delivery.docs.flatMap(({ path, codeBlocks }) =>
    codeBlocks.flatMap(({ text, line }) => {
      const lines = text.split("\n").slice(0, 200);
      const at = lines.findIndex((one) => runsTests(one.replace(/^\s{0,8}[$>]\s/, "")) !== undefined);
      const tool = runsTests((lines[at] ?? "").replace(/^\s{0,8}[$>]\s/, ""));
      return tool === undefined ? [] : [{ path, startLine: line + at, tool }];
    }),
  );
