/** Runs every rule's examples through the real engine, and the laws that all rules keep. */
import { describe, expect, it } from "vitest";
import { checklist } from "../rules/checklist.ts";
import { rules } from "../rules/index.ts";
import type { Example, Outcome, Rule } from "../src/engine/rule.ts";
import { runRule } from "../src/engine/run.ts";
import { judgeExample, projectOf } from "./judge-example.ts";

const OUTCOMES: Record<keyof Rule["examples"], Outcome> = {
  pass: "pass",
  fail: "fail",
  partial: "partial",
  inconclusive: "inconclusive",
  notApplicable: "not-applicable",
};

const examplesOf = (rule: Rule): { example: Example; outcome: Outcome; name: string }[] =>
  Object.entries(OUTCOMES).flatMap(([key, outcome]) =>
    (rule.examples[key as keyof Rule["examples"]] ?? []).map((example, i) => ({
      example,
      outcome,
      name: `${outcome} ${i + 1}: ${example.note ?? example.says}`,
    })),
  );

describe.each(rules.map((rule) => [rule.id, rule] as const))("%s", (_id, rule) => {
  it("has examples of each verdict", () => {
    expect(rule.examples.pass.length).toBeGreaterThanOrEqual(2);
    expect(rule.examples.fail.length + (rule.examples.partial?.length ?? 0)).toBeGreaterThanOrEqual(2);
    if (!rule.alwaysApplies) expect(rule.examples.notApplicable.length).toBeGreaterThanOrEqual(1);
  });

  it("answers demands of the checklist", () => {
    const known = new Set(checklist.map(({ id }) => id));
    expect(rule.checklist.length).toBeGreaterThan(0);
    expect(rule.checklist.filter((id) => !known.has(id))).toEqual([]);
  });

  it.each(examplesOf(rule).map((one) => [one.name, one] as const))(
    "%s",
    async (_name, { example, outcome }) => {
      const project = await projectOf(rule, example);
      const before = JSON.stringify(project.delivery.ci) + JSON.stringify(project.manifests.dependencies);
      const result = runRule(project, rule);
      expect(result.message).toContain(example.says);
      expect(result.outcome).toBe(outcome);
      const places = result.evidence.map(({ path, startLine }) => `${path}:${startLine}`);
      if (example.at !== undefined) expect(places).toContain(example.at);
      for (const { path, startLine } of result.evidence) {
        const lines = example.files[path]?.split("\n") ?? [];
        expect(lines.length, `${path}:${startLine} is in the archive`).toBeGreaterThanOrEqual(startLine);
      }
      expect(JSON.parse(JSON.stringify(result))).toEqual(result);
      expect(JSON.stringify(project.delivery.ci) + JSON.stringify(project.manifests.dependencies)).toBe(
        before,
      );
      if (result.outcome === "fail") expect(result.fix).not.toBe("");
    },
  );

  it.each(
    examplesOf(rule)
      .filter(({ example }) => example.at !== undefined)
      .map((one) => [one.name, one] as const),
  )("its evidence is the reason: %s", async (_name, { example, outcome }) => {
    const first = runRule(await projectOf(rule, example), rule);
    const stands = async (files: Record<string, string>): Promise<boolean> => {
      const again = await judgeExample(rule, { ...example, files });
      return again.outcome === outcome && again.message === first.message;
    };
    const withoutReason =
      !(await stands(withoutLines(example.files, first.evidence))) ||
      !(await stands(withoutFiles(example.files, first.evidence)));
    expect(withoutReason, `${first.message} stands although its evidence is gone`).toBe(true);
  });
});

/** The same files with the cited lines emptied. */
function withoutLines(
  files: Record<string, string>,
  evidence: readonly { path: string; startLine: number; endLine?: number }[],
) {
  const copy = { ...files };
  for (const { path, startLine, endLine = startLine } of evidence) {
    const lines = copy[path]?.split("\n") ?? [];
    for (let line = startLine; line <= endLine; line++) lines[line - 1] = "";
    copy[path] = lines.join("\n");
  }
  return copy;
}

/** The same files without those that are cited as a whole: at their first line. */
function withoutFiles(
  files: Record<string, string>,
  evidence: readonly { path: string; startLine: number }[],
) {
  const cited = new Set(evidence.filter(({ startLine }) => startLine === 1).map(({ path }) => path));
  return Object.fromEntries(Object.entries(files).filter(([path]) => !cited.has(path)));
}

describe("every rule", () => {
  const HOSTILE: Record<string, string> = {
    "pyproject.toml": "[project\nname = 3",
    "setup.py": "def (((",
    "app.py": "class :\n  def",
    Dockerfile: "FROM\nRUN [",
    ".github/workflows/ci.yml": "on: [\njobs: 3",
    "docker-compose.yml": "services: []",
    "requirements.txt": "===\n-r requirements.txt\n",
    "tox.ini": "[tox",
    "README.md": "#\n```",
  };

  it.each(rules.map((rule) => [rule.id, rule] as const))(
    "%s survives an empty project and broken files",
    async (_id, rule) => {
      for (const files of [{ "a.py": "" }, HOSTILE]) {
        const result = runRule(await projectOf(rule, { files, says: "" }), rule);
        expect(result.outcome, result.message).not.toBe("error");
      }
    },
  );

  it("has an id of its own", () => {
    expect(new Set(rules.map(({ id }) => id)).size).toBe(rules.length);
  });
});
