/** What the rules say of their examples, for their pages: run through the engine when the rule set has changed. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Example, Rule } from "../src/engine/rule.ts";
import type { ExampleResult, ExampleResults } from "../src/pages/rules/example-result.ts";
import type { RuffInstance } from "../src/project/python/ruff-glue.d.ts";

/**
 * @param current what the file holds now; it stays where it is of this rule set
 * @param ruleset id of the rule set
 */
export async function writeExampleResults(current: string | undefined, ruleset: string): Promise<string> {
  if (current?.startsWith(headOf(ruleset))) return current;
  const judge = await loadJudge();
  const { rules } = await import("../rules/index.ts");
  const told = [...rules]
    .sort((a, b) => (a.id < b.id ? -1 : 1))
    .map((rule) => `${JSON.stringify(rule.id)}: ${writeRule(rule, judge)}`);
  return `${headOf(ruleset)}"rules": {\n${told.join(",\n")}\n}}\n`;
}

const headOf = (ruleset: string): string => `{"ruleset": ${JSON.stringify(ruleset)},\n`;

/** The types are those of Workers, which compile nothing by themselves. */
const { Module } = WebAssembly as unknown as { Module: new (bytes: Uint8Array) => WebAssembly.Module };

type Judge = (rule: Rule, example: Example) => ExampleResult;

/** An example a line, so that a change shows what it changes. */
function writeRule({ examples, ...rule }: Rule, judge: Judge): string {
  const groups = Object.entries(examples as Record<keyof ExampleResults, Example[]>).map(([key, own]) => {
    const lines = own.map((example) => JSON.stringify(judge({ ...rule, examples }, example)));
    return `${JSON.stringify(key)}: [\n${lines.join(",\n")}]`;
  });
  return `{${groups.join(",\n")}}`;
}

/** One instance of Ruff serves all of them. */
async function loadJudge(): Promise<Judge> {
  const [{ projectOf }, { runRule }, { instantiateRuff }] = await Promise.all([
    import("./judge-example.ts"),
    import("../src/engine/run.ts"),
    import("../src/project/python/ruff-glue.js"),
  ]);
  const path = createRequire(import.meta.url).resolve("@astral-sh/ruff-wasm-web/ruff_wasm_bg.wasm");
  const module = new Module(readFileSync(path));
  let instance: RuffInstance | undefined;
  const ruff = () => {
    instance ??= instantiateRuff(module);
    return instance;
  };
  return (rule, example) => {
    const { message, evidence } = runRule(projectOf(rule, example, ruff), rule);
    const places = evidence.map(({ path, startLine, note }) =>
      note === undefined ? ([path, startLine] as const) : ([path, startLine, note] as const),
    );
    return [message, ...places];
  };
}
