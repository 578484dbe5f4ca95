/** What rule pages say of examples is what the engine says of them: a generated file, tried on a sample. */
import { expect, it } from "vitest";
import { rules } from "../../rules/index.ts";
import { RULESET } from "../../src/engine/ruleset.ts";
import type { ExampleResults } from "../../src/pages/rules/example-result.ts";
import told from "../../src/pages/rules/example-results.json" with { type: "json" };
import { judgeExample } from "../judge-example.ts";

const results = told.rules as unknown as Record<string, ExampleResults>;
const SAMPLE = rules.filter((_, index) => index % 25 === 0);

it("is of this rule set, and has every example", () => {
  expect(told.ruleset).toBe(RULESET);
  for (const { id, examples } of rules)
    for (const [key, own] of Object.entries(examples))
      expect(results[id]?.[key as keyof ExampleResults]).toHaveLength(own.length);
});

it.each(SAMPLE.map((rule) => [rule.id, rule] as const))("tells what the engine says: %s", async (_, rule) => {
  for (const [key, own] of Object.entries(rule.examples))
    for (const [at, example] of own.entries()) {
      const { message, evidence } = await judgeExample(rule, example);
      const places = evidence.map(({ path, startLine, note }) =>
        note === undefined ? [path, startLine] : [path, startLine, note],
      );
      expect(results[rule.id]?.[key as keyof ExampleResults]?.[at]).toEqual([message, ...places]);
    }
});
