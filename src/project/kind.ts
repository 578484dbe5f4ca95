/**
 * What kind of project it is, with the evidence. Kinds are looked for in the order service, pipeline, cli or library,
 * research; several may hold. Only non-test, non-example code speaks, and a framework's own repository is no user of
 * itself.
 */

import { familyOf } from "./frameworks.ts";
import { findDistributionSigns, findReadmeUse } from "./kind-distribution.ts";
import { APP_OBJECTS, PIPELINE_OBJECTS, RUN_CALLS } from "./kind-objects.ts";
import type { Kind, KindEvidence, Project } from "./project.ts";
import type { PythonModule } from "./python/module.ts";

type KindFacts = Omit<Project, "kind" | "kinds">;

interface Sign {
  path: string;
  line: number;
  note: string;
}

/** A folder of many small programs is none of them, even if a few of them serve. */
function isCollection({ source, files }: KindFacts, apps: readonly Sign[]): boolean {
  const topOf = (path: string): string => (path.includes("/") ? (path.split("/", 1)[0] ?? "") : path);
  const tops = new Set(source.filter(({ lineCount }) => lineCount > 0).map(({ path }) => topOf(path)));
  const serving = new Set(apps.map(({ path }) => topOf(path)));
  return tops.size >= 20 && serving.size < tops.size / 4 && !files.has("manage.py") && !files.has("Procfile");
}

/** A package for others that serves on the side (a tool with a small daemon, a client with a test server) is no service. */
function isMostlyWeb({ source }: KindFacts): boolean {
  const web = source.filter(({ imports }) =>
    imports.some(({ module }) => ["web", "rpc"].includes(familyOf(module.split(".")[0] ?? "") ?? "")),
  );
  return web.length >= source.length / 4;
}

/** All kinds that hold, the main one first; a declared kind leads whatever was seen. */
export function findKinds(project: KindFacts, declared?: Kind): KindEvidence[] {
  const found = rank(project, findEvidence(project));
  if (declared === undefined) return found.length > 0 ? found : [{ kind: "cli", evidence: [], notes: [] }];
  const seen = found.find(({ kind }) => kind === declared) ?? { kind: declared, evidence: [], notes: [] };
  return [seen, ...found.filter(({ kind }) => kind !== declared)];
}

function findEvidence(project: KindFacts): Map<Kind, Sign[]> {
  const kinds = new Map<Kind, Sign[]>();
  const add = (kind: Kind, signs: Sign[]) => {
    if (signs.length > 0) kinds.set(kind, signs);
  };
  const apps = findObjects(project, APP_OBJECTS, "application object");
  const runs = apps.length > 0 ? findRuns(project, isBot(apps)) : [];
  if (runs.length > 0 && !isCollection(project, apps)) add("service", [...apps, ...runs]);
  add("pipeline", findPipelines(project));
  add("library", findDistributionSigns(project));
  add("cli", findCommandLine(project));
  if (kinds.has("library") && kinds.has("service") && !isServed(project, kinds) && !isMostlyWeb(project)) {
    kinds.delete("service");
  }
  if (!kinds.has("service") && !kinds.has("pipeline")) add("research", findExperiments(project));
  return kinds;
}

function findObjects(project: KindFacts, objects: readonly [string, RegExp][], what: string): Sign[] {
  const signs: Sign[] = [];
  for (const module of project.source) {
    for (const [framework, pattern] of objects) {
      if (project.firstParty.has(framework) || !module.importsPackage(framework)) continue;
      const at = module.code.search(pattern);
      if (at === -1) continue;
      const line = lineOf(module, at);
      signs.push({ path: module.path, line, note: `${what} of ${framework}` });
    }
  }
  return signs.slice(0, 20);
}

const lineOf = (module: PythonModule, offset: number): number =>
  module.code.slice(0, offset).split("\n").length;

function findRuns(project: KindFacts, bot: boolean): Sign[] {
  const signs: Sign[] = [];
  for (const { path, line, text, source } of project.delivery.startCommands) {
    if (
      source === "docs" ||
      /\b(?:python3?|gunicorn|uvicorn|hypercorn|daphne|waitress|uwsgi|celery|granian|flask|fastapi|streamlit|rq|dramatiq)\b/.test(
        text,
      )
    )
      signs.push({ path, line, note: `started by ${text.slice(0, 80)}` });
  }
  for (const path of project.files.paths) {
    if (
      /(?:^|\/)manage\.py$/.test(path) &&
      project.module(path)?.role !== "example" &&
      project.module(path)?.role !== "test"
    )
      signs.push({ path, line: 1, note: "manage.py runs it" });
    if (
      /(?:^|\/)(?:wsgi|asgi)\.py$/.test(path) &&
      ["source", "script"].includes(project.module(path)?.role ?? "")
    )
      signs.push({ path, line: 1, note: "a server loads it" });
  }
  for (const module of project.source) {
    if (!RUN_CALLS.test(module.code)) continue;
    const guard = mainGuard(module);
    if (guard !== undefined) signs.push({ path: module.path, line: guard, note: "main guard runs it" });
    else {
      const call = module.statements.find(
        (one) => one.parent === undefined && RUN_CALLS.test(module.code.slice(one.start, one.end)),
      );
      if (call) signs.push({ path: module.path, line: call.line, note: "the module runs it" });
    }
  }
  for (const script of project.manifests.metadata.scripts) {
    const target = script.target.split(":")[0] ?? "";
    const module = project.source.find(({ name }) => name === target || name === `${target}.__main__`);
    if (module && (bot || RUN_CALLS.test(module.code)))
      signs.push({ path: script.path, line: script.line, note: `console script ${script.name}` });
  }
  return signs.slice(0, 20);
}

/** The line of `if __name__ == "__main__"`, or 1 in a `__main__.py`. */
export function mainGuard(module: PythonModule): number | undefined {
  if (/(?:^|\/)__main__\.py$/.test(module.path)) return 1;
  if (!module.text.includes("__main__")) return undefined;
  return module.statements.find(
    (one) =>
      one.keyword === "if" &&
      /__name__\s*==\s*["']__main__|["']__main__["']\s*==\s*__name__/.test(
        module.text.slice(one.start, one.end),
      ),
  )?.line;
}

function findPipelines(project: KindFacts): Sign[] {
  const signs = findObjects(project, PIPELINE_OBJECTS, "pipeline of");
  for (const path of project.files.paths) {
    if (/(?:^|\/)dbt_project\.yml$/.test(path)) signs.push({ path, line: 1, note: "dbt project" });
    if (/(?:^|\/)scrapy\.cfg$/.test(path)) signs.push({ path, line: 1, note: "Scrapy project" });
  }
  return signs.map((sign) => ({ ...sign, note: sign.note.replace("pipeline of of", "pipeline of") }));
}

function findCommandLine(project: KindFacts): Sign[] {
  const { scripts } = project.manifests.metadata;
  const signs: Sign[] = scripts.map(({ path, line, name }) => ({
    path,
    line,
    note: `console script ${name}`,
  }));
  for (const module of project.source) {
    if (module.role !== "source") continue;
    const guard = mainGuard(module);
    if (guard === undefined) continue;
    const parses = module.imports.some(({ module: name }) => familyOf(name.split(".")[0] ?? "") === "cli");
    signs.push({
      path: module.path,
      line: guard,
      note: parses ? "argument parser behind a main guard" : "main guard",
    });
  }
  return signs.slice(0, 20);
}

/** Packages of experiments: models, arrays, plots. */
const EXPERIMENT_PACKAGES = [
  "torch",
  "tensorflow",
  "jax",
  "keras",
  "sklearn",
  "numpy",
  "pandas",
  "matplotlib",
  "seaborn",
  "scipy",
  "transformers",
  "flax",
  "theano",
  "gym",
  "gymnasium",
  "pytorch_lightning",
  "lightning",
  "mxnet",
  "paddle",
];

function findExperiments(project: KindFacts): Sign[] {
  const code = project.source.filter(({ lineCount }) => lineCount > 0);
  const lines = (modules: readonly PythonModule[]) =>
    modules.reduce((sum, { lineCount }) => sum + lineCount, 0);
  const total = lines(code);
  if (total === 0) return [];
  const notebooks = code.filter(({ notebook }) => notebook);
  if (lines(notebooks) > total / 2) {
    return notebooks.slice(0, 5).map(({ path }) => ({ path, line: 1, note: "notebook" }));
  }
  if (findDistributionSigns(project).length > 0) return [];
  const experiments = code.filter((module) =>
    EXPERIMENT_PACKAGES.some((name) => module.importsPackage(name)),
  );
  if (lines(experiments) < total / 2) return [];
  return experiments.slice(0, 5).map(({ path, imports }) => ({
    path,
    line: imports.find(({ module }) => EXPERIMENT_PACKAGES.includes(module.split(".")[0] ?? ""))?.line ?? 1,
    note: "experiment",
  }));
}

function rank(project: KindFacts, evidence: Map<Kind, Sign[]>): KindEvidence[] {
  const order = orderOf(project, evidence);
  const kinds = order.filter((kind) => evidence.has(kind));
  return kinds
    .filter((kind) => kind === kinds[0] || holdsBeside(kind, kinds[0], project, evidence))
    .map((kind) => {
      const signs = evidence.get(kind) ?? [];
      return {
        kind,
        evidence: signs.map(({ path, line }) => ({ path, line })),
        notes: signs.map(({ note }) => note),
      };
    });
}

/** Whether a kind holds beside the main one, or is only a side of it that rules should not judge. */
function holdsBeside(
  kind: Kind,
  main: Kind | undefined,
  project: KindFacts,
  evidence: Map<Kind, Sign[]>,
): boolean {
  if (kind === "cli") {
    const command = evidence.get("cli")?.some(({ note }) => note.startsWith("console script")) === true;
    return command && (main !== "library" || isMostlyCommands(project));
  }
  return kind !== "library" || main !== "cli" || findReadmeUse(project).library >= 3;
}

const COMMANDS =
  /\b(?:ArgumentParser|OptionParser|Typer|Fire|docopt|Cyclopts)\(|@[\w.]{1,60}\.(?:command|group)\b|\bBaseCommand\b/;

/** A library's command on the side does not make rules for applications speak to it. */
function isMostlyCommands({ source }: KindFacts): boolean {
  const lines = (modules: readonly PythonModule[]) =>
    modules.reduce((sum, { lineCount }) => sum + lineCount, 0);
  const commands = source.filter(({ code }) => COMMANDS.test(code));
  return lines(commands) >= lines(source) / 4;
}

function orderOf(project: KindFacts, evidence: Map<Kind, Sign[]>): Kind[] {
  const use = findReadmeUse(project);
  const tool: Kind[] = use.library >= use.cli ? ["library", "cli"] : ["cli", "library"];
  if (evidence.has("research")) return ["research", "service", "pipeline", ...tool];
  // A package that others install, with an application object somewhere in it, is a library or tool first.
  if (evidence.has("library") && !isServed(project, evidence)) return [...tool, "service", "pipeline"];
  const serviceFirst = weight(evidence, "service") >= weight(evidence, "pipeline");
  const app: Kind[] = serviceFirst ? ["service", "pipeline"] : ["pipeline", "service"];
  return [...app, ...tool];
}

/** A deployment starts a server, Django's manage.py leads it, or it is a bot. */
function isServed(project: KindFacts, evidence: Map<Kind, Sign[]>): boolean {
  const deployed = project.delivery.startCommands.some(
    ({ server, source, path }) =>
      server !== undefined && !project.firstParty.has(server) && source !== "docs" && isOwn(path),
  );
  const led = project.files.paths.some(
    (path) => /(?:^|\/)(?:manage\.py|Procfile)$/.test(path) && isOwn(path),
  );
  return deployed || led || isBot(evidence.get("service") ?? []);
}

const isOwn = (path: string): boolean =>
  !/(?:^|\/)(?:tests?|examples?|docs?|demos?|samples?|[\w-]{0,40}templates?)\//i.test(path);

const isBot = (signs: readonly Sign[]): boolean =>
  signs.some(({ note }) => familyOf(note.split(" ").at(-1) ?? "") === "bot");

/** Files that speak for a kind. */
function weight(evidence: Map<Kind, Sign[]>, kind: Kind): number {
  return new Set(
    evidence
      .get(kind)
      ?.filter(({ note }) => note.includes(" of "))
      .map(({ path }) => path),
  ).size;
}
