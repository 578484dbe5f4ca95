import { defineRule, type Evidence, fail, partial, pass } from "../../src/engine/rule.ts";
import { measuresCoverage } from "../../src/project/delivery/command-kinds.ts";
import { findLine } from "../../src/project/files.ts";
import type { Project } from "../../src/project/project.ts";
import { readPytestConfigs } from "../../src/project/test-configuration.ts";

export default defineRule({
  id: "coverage-measured",
  category: "testing",
  severity: "low",
  kinds: "all",
  alwaysApplies: true,
  title: "Test coverage is measured",
  why: "Only a measurement shows which branch no test has ever run; a threshold keeps it from slipping.",
  fix: 'Measure branches, and fail below what you have today:\n\n```toml\n[tool.coverage.run]\nbranch = true\nsource = ["shop"]\n\n[tool.coverage.report]\nfail_under = 80\n```\n\nand run `pytest --cov` in CI.',
  checklist: ["000-39"],
  unseenIn: ["wheel"],
  examples: {
    pass: [
      {
        files: { "app.py": "x = 1\n", "pyproject.toml": "[tool.coverage.run]\nbranch = true\n" },
        says: "coverage.py is configured",
        at: "pyproject.toml:1",
      },
      {
        files: { "app.py": "x = 1\n", ".coveragerc": "[run]\nsource = app\n\n[report]\nfail_under = 90\n" },
        says: "at least 90 %",
        at: ".coveragerc:5",
      },
      {
        files: { "app.py": "x = 1\n", "pytest.ini": "[pytest]\naddopts = -q --cov=app\n" },
        says: "pytest-cov",
        at: "pytest.ini:2",
      },
      {
        files: {
          "app.py": "x = 1\n",
          ".github/workflows/ci.yml":
            "on: push\njobs:\n  test:\n    runs-on: ubuntu-latest\n    steps:\n      - run: coverage run -m pytest\n      - uses: codecov/codecov-action@v5\n",
        },
        says: "codecov",
        at: ".github/workflows/ci.yml:7",
      },
    ],
    partial: [
      {
        files: { "app.py": "x = 1\n", "requirements-dev.txt": "pytest==8.3.0\npytest-cov==6.0.0\n" },
        says: "nothing runs it",
        at: "requirements-dev.txt:2",
      },
    ],
    fail: [
      { files: { "app.py": "x = 1\n" }, says: "Nothing measures" },
      {
        files: {
          "app.py": "x = 1\n",
          "tox.ini": "[testenv]\ncommands = pytest\n# coverage run would be nice\n",
        },
        says: "Nothing measures",
        note: "A comment measures nothing.",
      },
    ],
    notApplicable: [],
  },
  check(project) {
    const found = [
      ...inFiles(project),
      ...inPytest(project),
      ...inCommands(project),
      ...inActions(project),
      ...inCode(project),
    ];
    if (found.length > 0) {
      const threshold = findThreshold(project);
      const names = [...new Set(found.map(({ tool }) => tool))].slice(0, 3).join(", ");
      const least = threshold ? ` It must be at least ${threshold.value} %.` : "";
      return pass(`Coverage is measured: ${names}.${least}`, [
        ...(threshold ? [threshold.at] : []),
        ...found.map(toEvidence),
      ]);
    }
    const declared = project.manifests.dependencies.filter(({ name }) => PACKAGES.test(name));
    const evidence = declared.map(({ path, line, name }) => ({ path, startLine: line, note: name }));
    if (declared.length > 0)
      return partial(`${declared[0]?.name} is declared, but nothing runs it.`, evidence);
    return fail("Nothing measures the coverage of tests.");
  },
});

const PACKAGES =
  /^(?:coverage|pytest-cov|nose-cov|covdefaults|django-coverage-plugin|slipcover|coveralls|codecov|diff-cover)$/;

type Sign = Evidence & { tool: string };
const toEvidence = ({ path, startLine, tool }: Sign): Evidence => ({ path, startLine, note: tool });

const CONFIGS: readonly [file: RegExp, pattern: RegExp, tool: string][] = [
  [/(?:^|\/)pyproject\.toml$/, /^[ \t]{0,8}\[tool\.coverage\b/m, "coverage.py is configured"],
  [/(?:^|\/)\.?coveragerc(?:[\w.-]{0,20})$/, /^[ \t]{0,8}\[|^\w/m, "coverage.py is configured"],
  [/(?:^|\/)(?:setup\.cfg|tox\.ini)$/, /^\[coverage:/m, "coverage.py is configured"],
  [/(?:^|\/)\.?codecov\.ya?ml$/, /^\w/m, "Codecov is configured"],
  [/(?:^|\/)\.coveralls\.ya?ml$/, /^\w/m, "Coveralls is configured"],
  [/(?:^|\/)sonar-project\.properties$/, /^sonar\.python\.coverage/m, "SonarQube reads it"],
];

const inFiles = ({ files }: Project): Sign[] =>
  files.paths.flatMap((path) => {
    const config = CONFIGS.find(([file]) => file.test(path));
    if (!config || ASIDE.test(path)) return [];
    const line = findLine(files.text(path) ?? "", config[1]);
    return line === undefined ? [] : [{ path, startLine: line, tool: config[2] }];
  });

const ASIDE =
  /(?:^|\/)(?:tests?\/[\w/.-]{0,80}(?:data|fixtures?|repos?)|node_modules|vendor(?:ed)?|site-packages|examples?)\//;

const inPytest = (project: Project): Sign[] =>
  readPytestConfigs(project).flatMap(({ path, options }) => {
    const option = options.get("addopts");
    return option && /--cov(?:\b|=)/.test(option.text)
      ? [{ path, startLine: option.line, tool: "pytest-cov" }]
      : [];
  });

const inCommands = ({ delivery }: Project): Sign[] =>
  [...delivery.ciCommands, ...delivery.tasks.flatMap(({ commands }) => commands)].flatMap(
    ({ path, line, text }) => {
      const tool = measuresCoverage(text);
      return tool === undefined ? [] : [{ path, startLine: line, tool }];
    },
  );

const ACTIONS = /\b(?:codecov|coveralls|coverage|codacy|sonarcloud|qlty-action|python-coverage-comment)\b/i;

const inActions = ({ delivery }: Project): Sign[] =>
  delivery.ci.flatMap((file) =>
    file.jobs.flatMap(({ steps }) =>
      steps.flatMap(({ uses, path, line }) =>
        uses !== undefined && ACTIONS.test(uses)
          ? [{ path, startLine: line, tool: uses.split("@")[0] ?? uses }]
          : [],
      ),
    ),
  );

/** A command of the project's own that starts the measurement: `coverage.Coverage(…)`. */
const inCode = ({ source, modules }: Project): Sign[] =>
  [...source, ...modules.filter(({ role }) => role === "test" || role === "build")].flatMap((module) => {
    const line = module.importsPackage("coverage")
      ? findLine(module.code, /\bcoverage\.(?:coverage|Coverage)\(|(?<![\w.])Coverage\(/)
      : undefined;
    return line === undefined ? [] : [{ ...module.at(line), tool: "coverage.py is started from code" }];
  });

const THRESHOLD =
  /^[^#\n]{0,200}(?:\bfail[-_]under\b["']?\s{0,4}[=: ]\s{0,4}["']?|--cov-fail-under[= ])(\d{1,3}(?:\.\d{1,2})?)/m;

function findThreshold({ files, delivery }: Project): { value: string; at: Evidence } | undefined {
  const paths = files.paths.filter(
    (path) =>
      !ASIDE.test(path) &&
      /(?:^|\/)(?:pyproject\.toml|\.?coveragerc\w{0,10}|setup\.cfg|tox\.ini|pytest\.ini|noxfile\.py|Makefile|justfile)$/i.test(
        path,
      ),
  );
  for (const path of [...paths, ...delivery.ci.map((file) => file.path)]) {
    const text = files.text(path) ?? "";
    const found = THRESHOLD.exec(text);
    if (!found || found[1] === "0") continue;
    const line = text.slice(0, found.index + found[0].length).split("\n").length;
    return { value: found[1] ?? "", at: { path, startLine: line, note: "threshold" } };
  }
  return undefined;
}
