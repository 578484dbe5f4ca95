/** What an isolate loads before its first scan: badges and reports need neither the rules nor what they read through. */
import { builtinModules } from "node:module";
import { build, type Metafile } from "esbuild";
import { beforeAll, expect, it } from "vitest";

const HEAVY =
  /^rules\/(?!checklist)|^src\/(?:project|scan\.ts)|ruff|@lezer|badge-maker|jszip|openapi\.json|example-results/;

let inputs: Metafile["inputs"];

beforeAll(async () => {
  const { metafile } = await build({
    entryPoints: ["src/worker.ts"],
    bundle: true,
    metafile: true,
    write: false,
    format: "esm",
    jsx: "automatic",
    jsxImportSource: "hono/jsx",
    conditions: ["workerd", "worker", "browser"],
    mainFields: ["browser", "module", "main"],
    external: ["node:*", "cloudflare:*", "*.wasm", ...builtinModules],
  });
  inputs = metafile.inputs;
});

/** Modules that are loaded with one, and not when something is asked for later. */
function loadedWith(start: string): string[] {
  const found = new Set([start]);
  for (const path of found) {
    for (const { path: next, kind } of inputs[path]?.imports ?? []) {
      if (kind !== "dynamic-import") found.add(next);
    }
  }
  return [...found];
}

const loadedLater = (paths: readonly string[]): string[] =>
  paths.flatMap((path) =>
    (inputs[path]?.imports ?? []).filter(({ kind }) => kind === "dynamic-import").map(({ path }) => path),
  );

it("the Worker starts without the rules, Ruff, the search for secrets, parsers and the font of badges", () => {
  const loaded = loadedWith("src/worker.ts");
  expect(loaded).toContain("src/routes/scan-badge.ts");
  expect(loaded).toContain("src/pages/report-page.tsx");
  expect(loaded.filter((path) => HEAVY.test(path))).toEqual([]);
});

it("all of these are loaded by a scan", () => {
  const later = loadedLater(["src/http/judge.ts"]).flatMap(loadedWith);
  for (const part of ["rules/index.ts", "src/scan.ts", "src/project/python/load-ruff.ts"]) {
    expect(later).toContain(part);
  }
});

it.each([
  [
    "badges",
    ["src/routes/scan-badge.ts", "src/routes/repository-badge.ts", "src/report/badge.ts"],
    ["badge-maker"],
  ],
  ["pages of reports", ["src/routes/report-page-answer.ts", "src/pages/report-page.tsx"], []],
])("%s load nothing heavy of their own but what draws them", (_what, own, expected) => {
  const later = loadedLater(own);
  for (const part of expected) expect(later.some((path) => path.includes(part))).toBe(true);
  const others = later.filter((path) => !path.includes("badge-maker"));
  expect(others.flatMap(loadedWith).filter((path) => HEAVY.test(path))).toEqual([]);
});
