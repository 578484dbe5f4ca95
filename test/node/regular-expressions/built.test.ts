/**
 * Patterns that are put together at run time take linear time, too: those that come up while the examples of all rules
 * are judged, a few of each place that makes some, and what names out of hostile projects make of them.
 */
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, it } from "vitest";
import { findSlow } from "./find-slow.ts";
import { attacksOn } from "./hostile-texts.ts";

/** Patterns of one place that are tried. */
const OF_A_PLACE = 3;

const Plain = RegExp;
/** Places by file and line, with what they made. */
const places = new Map<string, Map<string, RegExp>>();

const watching = new Proxy(Plain, {
  construct(target, args) {
    const made: RegExp = Reflect.construct(target, args);
    const place = /(?:src|rules)\/[\w/.-]+\.ts:\d+/.exec(new Error().stack?.split("\n")[2] ?? "")?.[0];
    if (place !== undefined) {
      const known = places.get(place) ?? new Map<string, RegExp>();
      places.set(place, known);
      if (known.size < OF_A_PLACE) known.set(made.source, made);
    }
    return made;
  },
});

/** The scanner, loaded while patterns are watched: constants of modules are built as they load. */
async function loadScanner() {
  const [{ rules }, { runRule }, { projectOf }, { instantiateRuff }] = await Promise.all([
    import("../../../rules/index.ts"),
    import("../../../src/engine/run.ts"),
    import("../../../scripts/judge-example.ts"),
    import("../../../src/project/python/ruff-glue.js"),
  ]);
  const wasm = readFileSync("src/project/python/ruff.wasm");
  const module: WebAssembly.Module = Reflect.construct(WebAssembly.Module, [wasm]);
  return { rules, runRule, projectOf, ruff: () => instantiateRuff(module) };
}

let scanner: Awaited<ReturnType<typeof loadScanner>>;

beforeAll(async () => {
  globalThis.RegExp = watching;
  scanner = await loadScanner();
});

afterAll(() => {
  globalThis.RegExp = Plain;
});

/** Names that would be more than letters in a pattern. */
const NAMES = ["a(", "[b", "c)|(d", "*+?", "(?:e+)+", "\\", "{f}$", "g.*h"];

const hostile = NAMES.map((name) => ({
  "app.py": `import os\nimport logging\n\nclass A:\n    x = os.environ["${name}"]\n\nlogging.info("${name}")\n`,
  "pyproject.toml": `[project]\nname = '${name}'\nversion = "1"\ndependencies = ['${name}', 'flask']\n[project.scripts]\n'${name}' = 'app:${name}'\n[tool.pytest.ini_options]\npython_files = ['${name}', '${name}*']\n`,
  Dockerfile: `FROM python:${name}\nARG ${name}=${name}\nENV ${name}=1\nUSER $${name}\nRUN pip install ${name}\nCMD ["gunicorn", "${name}"]\n`,
  ".github/workflows/ci.yml": `on: push\njobs:\n  '${name}':\n    strategy: {matrix: {'${name}': ['${name}', '3.12']}}\n    steps: [{run: 'pip install ${name} && pytest ${name}', uses: 'actions/setup-python@v5', with: {python-version: '${name}'}}]\n`,
  "requirements.txt": `${name}==1\n-r ${name}.txt\n`,
  "docker-compose.yml": `services:\n  '${name}': {image: '${name}', command: '${name} run', env_file: '${name}'}\n`,
  "tests/test_a.py": `def test_a():\n    assert "${name}"\n`,
  Makefile: `${name}:\n\t${name}\n`,
}));

it("no name of a project breaks a pattern", { timeout: 300_000 }, () => {
  const { rules, runRule, projectOf, ruff } = scanner;
  for (const files of hostile) {
    const project = projectOf(rules[0]!, { files, says: "" }, ruff);
    const failed = rules.map((rule) => runRule(project, rule)).filter(({ outcome }) => outcome === "error");
    expect(failed).toEqual([]);
  }
});

it("every pattern that is built takes linear time", { timeout: 600_000 }, () => {
  const { rules, runRule, projectOf, ruff } = scanner;
  for (const rule of rules)
    for (const example of Object.values(rule.examples).flat()) runRule(projectOf(rule, example, ruff), rule);
  const slow = [...places].flatMap(([place, made]) =>
    [...made.values()].flatMap((pattern) => {
      const attack = findSlow(pattern, attacksOn(pattern.source, pattern.flags));
      return attack === undefined ? [] : [`${place}: ${pattern} by ${attack}`];
    }),
  );
  expect(places.size).toBeGreaterThan(50);
  expect(slow).toEqual([]);
});
