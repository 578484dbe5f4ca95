import { defineRule, type Evidence, fail, notApplicable, partial, pass } from "../../src/engine/rule.ts";
import type { Project } from "../../src/project/project.ts";
import type { PythonModule } from "../../src/project/python/module.ts";
import { findPackages, type SourcePackage } from "../../src/project/source-packages.ts";
import { findTests } from "../../src/project/test-functions.ts";

/** Lines of test code for one of source: from here full points, and under it none. */
const [FULL, NONE] = [1 / 3, 1 / 20];

const lines = (count: number): string => "x = 1\n".repeat(count);
const test = (from: string, count: number): string =>
  `from ${from} import x\n\n\ndef test_x():\n${"    assert x == 1\n".repeat(count)}`;

export default defineRule({
  id: "tests-proportionate",
  category: "testing",
  severity: "medium",
  kinds: "all",
  title: "There is test code in proportion to the source",
  why: "A handful of tests beside ten thousand lines proves little; parts that no test imports can break unseen.",
  fix: "Aim at one line of test code for three of source, and begin with the packages that no test imports yet:\n\n```python\nfrom shop.billing import invoice\n\n\ndef test_invoice_adds_tax():\n    assert invoice(net=100, tax=19).total == 119\n```",
  checklist: ["000-09", "000-39", "001-05"],
  question: "How much test code does the repository that this was built from have?",
  unseenIn: ["sdist", "wheel"],
  examples: {
    pass: [
      {
        files: { "app/__init__.py": "", "app/core.py": lines(9), "tests/test_core.py": test("app.core", 3) },
        says: "5 lines of test code for 9 of source",
        at: "tests/test_core.py:1",
      },
      {
        files: {
          "shop/__init__.py": "",
          "shop/models.py": lines(6),
          "shop/tests/__init__.py": "",
          "shop/tests/test_models.py": test("..models", 2),
        },
        says: "4 lines of test code for 6 of source",
      },
      {
        files: { "calc.py": lines(3), "test_calc.py": test("calc", 1) },
        says: "3 lines of test code for 3 of source",
      },
      {
        files: {
          "shop/__init__.py": "",
          "shop/core.py": lines(3),
          "shop/server/routes/__init__.py": "",
          "shop/server/routes/orders.py": lines(3),
          "tools/__init__.py": "",
          "tests/test_core.py": test("shop.core", 3),
        },
        says: "5 lines of test code for 6 of source",
        note: "shop/server has no `__init__.py`, and is a part of the package all the same.",
      },
    ],
    partial: [
      {
        files: { "app/__init__.py": "", "app/core.py": lines(30), "tests/test_core.py": test("app.core", 3) },
        says: "5 lines of test code for 30 of source",
        at: "tests/test_core.py:1",
      },
      {
        files: {
          "orders/__init__.py": "",
          "orders/core.py": lines(9),
          "billing/__init__.py": "",
          "billing/core.py": lines(9),
          "tests/test_orders.py": test("orders.core", 12),
        },
        says: "No test imports billing",
        at: "billing/core.py:1",
      },
    ],
    fail: [
      { files: { "app.py": lines(40) }, says: "no test code" },
      {
        files: { "app/__init__.py": "", "app/core.py": lines(90), "tests/test_core.py": test("app.core", 1) },
        says: "3 lines of test code for 90 of source",
      },
      {
        files: {
          "app.py": lines(40),
          "tests/data/cases.py": lines(40),
        },
        says: "no test code",
        note: "Input for tests is no test code.",
      },
    ],
    notApplicable: [{ files: { "app/__init__.py": "" }, says: "no code to test" }],
  },
  check(project) {
    const source = countSource(project);
    if (source === 0) return notApplicable("There is no code to test.");
    const code = testCode(project);
    const tested = sum(code);
    if (tested === 0) return fail(`There is no test code for ${source} lines of source.`);
    const ratio = tested / source;
    const packages = findPackages(project);
    const untouched = packages.filter(({ touched }) => !touched);
    const all = packages.reduce((total, one) => total + one.lines, 0);
    const reached = all === 0 ? 1 : 1 - untouched.reduce((total, one) => total + one.lines, 0) / all;
    const gap = reached < 0.9 ? ` ${describe(untouched)}` : "";
    const message = `${tested} lines of test code for ${source} of source.${gap}`;
    const evidence = [...(gap ? untouched.map(toEvidence) : []), ...largest(code)];
    if (ratio < NONE) return fail(message, evidence);
    const share = Math.min(1, (ratio - NONE) / (FULL - NONE)) * Math.min(1, reached / 0.9);
    const rounded = Math.round(share * 10_000) / 10_000;
    return gap === "" && rounded >= 0.9
      ? { ...pass(message, evidence), share: rounded }
      : partial(message, evidence, rounded);
  },
});

const sum = (modules: readonly PythonModule[]): number =>
  modules.reduce((total, { lineCount }) => total + lineCount, 0);

/** Scripts around the project count where there is nothing else. */
function countSource({ source }: Project): number {
  const own = sum(source.filter(({ role }) => role === "source"));
  return own > 0 ? own : sum(source);
}

const DATA =
  /(?:^|\/)[_.]?(?:test_?)?(?:data|fixtures?|cases|resources|samples?|snapshots|input|expected|golden)(?:[_-]\w{1,30})?\//i;

/** Modules with tests and what supports them; none where nothing is tested. */
function testCode(project: Project): PythonModule[] {
  const { functions, modules } = findTests(project);
  if (functions.every(({ empty }) => empty)) return [];
  const tests = new Set(modules);
  // What defines nothing to call is data, wherever it stands.
  return project.tests.filter(
    (module) =>
      tests.has(module) ||
      (!DATA.test(module.path) && /^\s{0,40}(?:async )?(?:def|class)\b/m.test(module.code)),
  );
}

const describe = (untouched: readonly SourcePackage[]): string => {
  const names = untouched.slice(0, 4).map(({ name }) => name);
  const more = untouched.length > names.length ? ` and ${untouched.length - names.length} more` : "";
  return `No test imports ${names.join(", ")}${more}.`;
};

const toEvidence = ({ name, module, lines: count }: SourcePackage): Evidence =>
  module.at(1, `${name}: ${count} lines that no test imports`);

const largest = (code: readonly PythonModule[]): Evidence[] =>
  code
    .toSorted((a, b) => b.lineCount - a.lineCount)
    .map((module) => module.at(1, `${module.lineCount} lines of test code`));
