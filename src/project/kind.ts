/**
 * What kind of project it is, with the evidence. Kinds are looked for in the order service, pipeline, cli or library,
 * research; several may hold. Only non-test, non-example code speaks, and a framework's own repository is no user of
 * itself.
 */

import { FRAMEWORKS, familyOf } from "./frameworks.ts";
import { isAside } from "./kind-aside.ts";
import { findSites } from "./kind-consumers.ts";
import { findDistributionSigns, findReadmeUse } from "./kind-distribution.ts";
import { findBatchWork, findNamed, findPipelines } from "./kind-pipeline.ts";
import { findPluginSigns } from "./kind-plugin.ts";
import { COMMANDS, isInstalled, rank, type Seen } from "./kind-rank.ts";
import { findExperiments } from "./kind-research.ts";
import {
  findApplications,
  findRuns,
  isMostlyServing,
  isServed,
  type KindFacts,
  type Sign,
} from "./kind-service.ts";
import { mainGuard } from "./main-guard.ts";
import type { Kind, KindEvidence } from "./project.ts";
import type { PythonModule } from "./python/module.ts";

/** All kinds that hold, the main one first; a declared kind leads whatever was seen. */
export function findKinds(project: KindFacts, declared?: Kind): KindEvidence[] {
  const found = rank(project, look(project));
  if (declared === undefined) return found.length > 0 ? found : [leftOver(project)];
  const seen = found.find(({ kind }) => kind === declared) ?? { kind: declared, evidence: [], notes: [] };
  return [seen, ...found.filter(({ kind }) => kind !== declared)];
}

/** Nothing runs it and nobody says what it is for: a package that can be built, or a folder of scripts. */
function leftOver({ manifests, files }: KindFacts): KindEvidence {
  const { at, buildBackend } = manifests.metadata;
  const packaged =
    at !== undefined &&
    (buildBackend !== undefined || manifests.setupPy !== undefined) &&
    files.paths.some((path) => /^(?:src\/)?(?!tests?\/)\w{1,80}\/__init__\.py$/.test(path));
  return packaged
    ? { kind: "library", evidence: [at], notes: ["a package with a build system"] }
    : { kind: "cli", evidence: [], notes: [] };
}

function look(project: KindFacts): Seen {
  const signs = new Map<Kind, Sign[]>();
  const add = (kind: Kind, found: readonly Sign[]) => {
    if (found.length > 0) signs.set(kind, found.slice(0, 20));
  };
  const itself = ownFramework(project);
  const signed = findDistributionSigns(project);
  const distributed = isOfScripts(project, signed) ? [] : signed;
  const apps = itself ? [] : findApplications(project);
  // A reusable application has a site to try it out in.
  if (!itself && distributed.length === 0) apps.push(...findSites(project));
  const runs = findRuns(project, apps);
  if (runs.length > 0 && !isCollection(project, apps) && !isAside(project, apps, runs))
    add("service", [...apps, ...runs]);
  const pipelines = itself ? [] : findPipelines(project);
  if (!isCollection(project, pipelines)) add("pipeline", pipelines);
  const plugin = findPluginSigns(project);
  const framework = itself !== undefined && !/ (?:dbt|meltano) itself$/.test(itself.note);
  add("library", [...(itself ? [itself] : []), ...distributed, ...plugin]);
  add("cli", findCommandLine(project));
  const seen: Seen = {
    signs,
    use: findReadmeUse(project),
    served: isServed(project, signs.get("service") ?? []),
    mostlyServing: signs.has("service") && isMostlyServing(project),
    loaded: plugin.length > 0 || framework,
    beside: apps.length > 0 && apps.every(({ path }) => !isInPackage(project, path)) && hasPackage(project),
  };
  // A package for others that serves on the side (a tool with a small daemon, a client with a test server).
  if (signs.has("library") && !seen.served && !seen.mostlyServing) signs.delete("service");
  const batch = batchWork(project, seen);
  if (!isCollection(project, batch)) add("pipeline", batch);
  if (!signs.has("service") && !signs.has("pipeline"))
    add("research", findExperiments(project, distributed.length > 0, isInstalled(distributed)));
  return seen;
}

/** Signs of a pipeline where no framework gives any; of what others install only that it calls itself one and is a command. */
function batchWork(project: KindFacts, { signs, use }: Seen): Sign[] {
  if (signs.has("service") || signs.has("pipeline")) return [];
  if (!signs.has("library")) return findBatchWork(project);
  return use.cli > use.library ? findNamed(project) : [];
}

/** A folder of many small programs is none of them, even if a few of them serve. */
function isCollection({ source, files }: KindFacts, apps: readonly Sign[]): boolean {
  if (files.has("manage.py") || files.has("Procfile")) return false;
  const paths = source.filter(({ lineCount }) => lineCount > 0).map(({ path }) => path);
  const shared = sharedFolder(paths, files);
  if (apps.some(({ path }) => !path.startsWith(shared))) return false;
  // Below the top only folders are programs: files beside each other may be modules of one.
  const programs = paths.filter((path) => shared === "" || path.indexOf("/", shared.length) !== -1);
  const topOf = (path: string): string => path.slice(shared.length).split("/", 1)[0] ?? "";
  const tops = new Set(programs.map(topOf));
  const serving = new Set(apps.map(({ path }) => topOf(path)));
  return tops.size >= 20 && serving.size < tops.size / 4 && !hangsTogether(source, topOf);
}

/** Whether the parts import each other: one program in many files. */
function hangsTogether(source: readonly PythonModule[], topOf: (path: string) => string): boolean {
  const names = new Map(source.map(({ path }) => [topOf(path).replace(/\.py$/, ""), topOf(path)]));
  const imported = new Set<string>();
  for (const { path, imports } of source) {
    for (const { module } of imports) {
      const top = names.get(module.split(".", 1)[0] ?? "");
      if (top !== undefined && top !== topOf(path)) imported.add(top);
    }
  }
  return imported.size >= names.size / 4 || buildsOnCommon(source, topOf);
}

/** Whether most parts import what one of them holds for all: `common/src/python/words` → `import words`. */
function buildsOnCommon(source: readonly PythonModule[], topOf: (path: string) => string): boolean {
  const holders = new Map<string, Set<string>>();
  for (const { path } of source)
    for (const folder of path.split("/").slice(1, -1))
      holders.set(folder, (holders.get(folder) ?? new Set()).add(topOf(path)));
  const users = new Map<string, Set<string>>();
  for (const { path, imports } of source) {
    for (const { module, level } of imports) {
      const found = level === 0 ? holders.get(module.split(".", 1)[0] ?? "") : undefined;
      const [holder] = found?.size === 1 ? found : [];
      if (holder !== undefined && holder !== topOf(path))
        users.set(holder, (users.get(holder) ?? new Set()).add(topOf(path)));
    }
  }
  const tops = new Set(source.map(({ path }) => topOf(path))).size;
  return [...users.values()].some(({ size }) => size >= tops / 2);
}

/** The folder in which nearly everything stands, with its slash; `""` where that is the top. A package is no such folder. */
function sharedFolder(paths: readonly string[], files: KindFacts["files"]): string {
  let shared = "";
  for (;;) {
    const counts = new Map<string, number>();
    for (const path of paths) {
      const slash = path.startsWith(shared) ? path.indexOf("/", shared.length) : -1;
      if (slash !== -1) counts.set(path.slice(0, slash + 1), (counts.get(path.slice(0, slash + 1)) ?? 0) + 1);
    }
    const [most] = [...counts].sort((a, b) => b[1] - a[1]);
    if (!most || most[1] < paths.length * 0.9 || files.has(`${most[0]}__init__.py`)) return shared;
    shared = most[0];
  }
}

const plain = (name: string): string => name.toLowerCase().replace(/[-_.]/g, "");

const packageName = ({ manifests }: KindFacts): string => plain(manifests.metadata.name ?? "");
const hasPackage = (project: KindFacts): boolean =>
  [...project.firstParty].some((name) => plain(name) === packageName(project));
const isInPackage = (project: KindFacts, path: string): boolean =>
  path
    .split("/")
    .slice(0, 2)
    .some((part) => plain(part) === packageName(project));

/** Scripts at the top that nothing installs, whatever metadata stands beside them: no package bears its name. */
function isOfScripts(project: KindFacts, signs: readonly Sign[]): boolean {
  const sure = signs.some(({ note }) => !/^(?:classifiers|build system)/.test(note));
  if (signs.length === 0 || sure || hasPackage(project) || project.manifests.metadata.scripts.length > 0)
    return false;
  const scripts = project.source.filter(
    (module) => !module.path.includes("/") && mainGuard(module) !== undefined && COMMANDS.test(module.code),
  );
  return scripts.length >= 3;
}

/** The framework that the project itself is: its code provides the name, and the project bears it. */
function ownFramework({ name, firstParty, manifests, files }: KindFacts): Sign | undefined {
  const own = plain(manifests.metadata.name ?? name).replace(
    /^(?:apache|python|py)|(?:py|core|bot|sdk|python)$/g,
    "",
  );
  const families = Object.values(FRAMEWORKS).flat() as string[];
  const found = families.find(
    (framework) =>
      firstParty.has(framework) &&
      familyOf(framework) !== "cli" &&
      (plain(framework) === own ||
        plain(framework) === plain(name) ||
        // Forks and flavours: `faust-streaming`.
        (own.startsWith(plain(framework)) &&
          ["", "src/"].some((folder) => files.has(`${folder}${framework}/__init__.py`)))),
  );
  const at = manifests.metadata.at;
  return found !== undefined && at ? { ...at, note: `the repository of ${found} itself` } : undefined;
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
  return signs;
}
