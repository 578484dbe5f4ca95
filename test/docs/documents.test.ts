/** What README and CONTRIBUTING show is true: scripts exist, paths are served, the example rule is a rule. */
import { expect, it } from "vitest";
import contributing from "../../CONTRIBUTING.md?raw";
import openapi from "../../openapi/openapi.json" with { type: "json" };
import manifest from "../../package.json" with { type: "json" };
import readme from "../../README.md?raw";
import { judgeExample } from "../judge-example.ts";
import example from "./example-rule.ts";
import exampleSource from "./example-rule.ts?raw";

const documents = [
  ["README.md", readme],
  ["CONTRIBUTING.md", contributing],
] as const;

it.each(documents)("%s names only scripts that exist", (_name, text) => {
  const scripts = new Set(Object.keys(manifest.scripts));
  const named = [...text.matchAll(/npm run ([\w-]+)|npm (start|test)\b/g)].map(
    ([, run, short]) => run ?? short ?? "",
  );
  expect(named.length).toBeGreaterThan(2);
  expect(named.filter((name) => !scripts.has(name))).toEqual([]);
});

it("README.md names only paths that are served", () => {
  const served = Object.keys(openapi.paths).map((path) => path.replace(/\{[^}]*\}/g, "X"));
  const named = [...readme.matchAll(/(?:localhost:8787|YOUR-HOST)(\/[\w/.{}-]*)/g)].map(([, path = ""]) =>
    path
      .replace(/REPORT-ID/g, "X")
      .replace("github.com/OWNER/NAME", "X/X")
      .replace(/\.(?:svg|json)$/, ""),
  );
  const pages = new Set(["/docs", "/", "/report/X/X"]);
  expect(named.length).toBeGreaterThan(2);
  for (const path of named) {
    expect(
      pages.has(path) ||
        served.some((one) => one.replace(/\.(?:svg|json)$/, "") === path || one.startsWith(`${path}.`)),
      path,
    ).toBe(true);
  }
});

it("CONTRIBUTING.md shows the example rule as it is", () => {
  const shown = /````ts\n([\s\S]*?)\n````\n/.exec(contributing)?.[1] ?? "";
  expect(shown.trim()).toBe(exampleSource.trim());
});

it.each([
  ["pass", example.examples.pass],
  ["fail", example.examples.fail],
  ["not-applicable", example.examples.notApplicable],
] as const)("the example rule gives %s as its examples say", async (outcome, examples) => {
  for (const one of examples) {
    const result = await judgeExample(example, one);
    expect(result).toMatchObject({ outcome });
    expect(result.message).toContain(one.says);
  }
});
