/**
 * Where the project's own code uses a package, not merely imports it: each use with its dotted path. Monitoring,
 * tracing and error tracking are judged by these, since an import alone sets nothing up.
 */
import type { Place } from "./manifests/types.ts";
import type { Project } from "./project.ts";
import type { PythonModule } from "./python/module.ts";
import { lineCounter } from "./python/tree.ts";
import { oncePer } from "./remember.ts";

export interface PackageUse extends Place {
  /** `prometheus_client.Counter`, `sentry_sdk.init`: resolved through the module's imports. */
  api: string;
  module: PythonModule;
  /** Text of the arguments where it is called, `undefined` where it is only named. */
  args: string | undefined;
}

/** Arguments of a set-up call are longer than those of other calls. */
const MAX_ARGUMENTS = 6_000;

const usesOf = new WeakMap<PythonModule, Map<string, readonly PackageUse[]>>();

/** Uses of packages (by import name, `"google.cloud.monitoring_v3"` too) in non-test code, import lines left out. */
export function findPackageUses(project: Pick<Project, "source">, packages: readonly string[]): PackageUse[] {
  const tops = [...new Set(packages.map(topOf))];
  return project.source.flatMap((module) => {
    const imported = importedTops(module);
    if (!tops.some((top) => imported.has(top))) return [];
    return packages.flatMap((name) => {
      if (!imported.has(topOf(name))) return [];
      const known = usesOf.get(module) ?? new Map<string, readonly PackageUse[]>();
      usesOf.set(module, known);
      const uses = known.get(name) ?? readUses(module, name);
      known.set(name, uses);
      return uses;
    });
  });
}

const topOf = (path: string): string => path.split(".", 1)[0] ?? "";

const topsOf = new WeakMap<PythonModule, ReadonlySet<string>>();

/** First parts of what a module imports. */
function importedTops(module: PythonModule): ReadonlySet<string> {
  const known = topsOf.get(module);
  if (known) return known;
  const tops = new Set([...module.aliases.values()].map(topOf));
  topsOf.set(module, tops);
  return tops;
}

function readUses(module: PythonModule, name: string): PackageUse[] {
  const { code, aliases } = module;
  const uses: PackageUse[] = [];
  const importLines = importLinesOf(module);
  const places = placesOf(module);
  for (const [alias, path] of aliases) {
    // `import google.cloud.x` binds `google`: the use itself says which package is meant.
    if (path !== name && !path.startsWith(`${name}.`) && !name.startsWith(`${path}.`)) continue;
    for (const at of places.get(alias) ?? []) {
      ATTRIBUTES.lastIndex = at + alias.length;
      const attributes = ATTRIBUTES.exec(code)?.[0] ?? "";
      const api = path + attributes;
      if (api !== name && !api.startsWith(`${name}.`)) continue;
      const line = module.lineAt(at);
      const end = at + alias.length + attributes.length;
      if (importLines.has(line) || isKeyword(code, end)) continue;
      uses.push({ api, module, path: module.path, line, args: argumentsAt(module, end) });
      if (uses.length >= MAX_USES) return uses;
    }
  }
  return uses.sort((a, b) => a.line - b.line);
}

/** More than these say nothing new. */
const [MAX_USES, MAX_IMPORT_LINES, MAX_PLACES, MAX_NAMED] = [500, 1_000, 5_000, 50];

const ATTRIBUTES = /(?:\.\w{1,60}){0,8}(?!\w)/y;

const importLinesOf = oncePer(
  ({ statements }: PythonModule) =>
    new Set(
      statements
        .filter(({ keyword }) => keyword === "import" || keyword === "from")
        .flatMap(({ line, endLine }) =>
          Array.from({ length: Math.min(endLine - line, MAX_IMPORT_LINES) + 1 }, (_, i) => line + i),
        ),
    ),
);

/** Where imported names stand: found in one pass, however many there are. */
const placesOf = oncePer(({ code, aliases }: PythonModule) => {
  const places = new Map<string, number[]>();
  for (const { 0: word, index } of code.matchAll(/(?<![\w.])[A-Za-z_]\w*/g)) {
    if (!aliases.has(word)) continue;
    const known = places.get(word) ?? [];
    places.set(word, known);
    if (known.length < MAX_PLACES) known.push(index);
  }
  return places;
});

/** `metrics=…` in a call names a parameter; a plain assignment to the name is none of its uses either. */
const isKeyword = (code: string, end: number): boolean => /^\s{0,4}=(?!=)/.test(code.slice(end, end + 8));

function argumentsAt({ code, text }: PythonModule, open: number): string | undefined {
  if (code.charAt(open) !== "(") return undefined;
  let depth = 0;
  const end = Math.min(code.length, open + MAX_ARGUMENTS);
  for (let i = open; i < end; i++) {
    const c = code.charCodeAt(i);
    if (c === 40) depth++;
    else if (c === 41 && --depth === 0) return text.slice(open + 1, i);
  }
  return text.slice(open + 1, end);
}

/** A tool that a project may set up, by the package that it is imported from. */
export interface Tool {
  /** As its makers write it. */
  name: string;
  package: string;
  /** Which of the package's names set it up; any where this is absent. */
  api?: RegExp;
}

/** Where tools are set up, the first use of each in a module. */
export function findTools(project: Project, tools: readonly Tool[]): (PackageUse & { tool: string })[] {
  const found = new Map<string, PackageUse & { tool: string }>();
  for (const { name, package: from, api } of tools) {
    for (const use of findPackageUses(project, [from])) {
      const key = `${name} ${use.path}`;
      if ((api === undefined || api.test(use.api)) && !found.has(key)) found.set(key, { ...use, tool: name });
    }
  }
  return [...found.values()];
}

/** A use of a third-party function whose own name tells what it sets up: `fillmore.libsentry.set_up_sentry`. */
export function findNamedUses(project: Project, pattern: RegExp): PackageUse[] {
  return project.source.flatMap((module) => {
    const foreign = [...module.aliases.values()].filter(
      (path) =>
        pattern.test(path) && !path.startsWith(".") && !project.firstParty.has(path.split(".")[0] ?? ""),
    );
    return [...new Set(foreign)].slice(0, MAX_NAMED).flatMap((path) => readUses(module, path));
  });
}

const SETTINGS = /\b(?:INSTALLED_APPS|MIDDLEWARE(?:_CLASSES)?|LOGGING|THIRD_PARTY_APPS|[A-Z_]{0,30}APPS)\b/;

const settingsHeld = new WeakMap<PythonModule, boolean>();

/** Asked for each library that a setting may name. */
function holdsSettings(module: PythonModule): boolean {
  let holds = settingsHeld.get(module);
  if (holds === undefined) {
    holds = /APPS\b|MIDDLEWARE|LOGGING\b/.test(module.code) && SETTINGS.test(module.code);
    settingsHeld.set(module, holds);
  }
  return holds;
}

/** Dotted names in strings of Django's settings (apps, middleware, log handlers); commented-out ones are none. */
export function findSettingNames(
  project: Project,
  pattern: RegExp,
): (Place & { name: string; module: PythonModule })[] {
  return project.source.flatMap((module) => {
    if (!holdsSettings(module)) return [];
    const lineOf = lineCounter(module.text);
    return [...module.text.matchAll(/["']([A-Za-z_][\w.]{2,120})["']/g)].flatMap((found) => {
      const name = found[1] ?? "";
      if (!pattern.test(name) || !/["']/.test(module.code.charAt(found.index))) return [];
      return [{ name, module, path: module.path, line: lineOf(found.index) }];
    });
  });
}

/** The first command that starts the application and matches: wrappers such as `ddtrace-run` instrument it. */
export function findStartCommand(project: Project, pattern: RegExp): (Place & { text: string }) | undefined {
  const { startCommands, dockerfiles } = project.delivery;
  const started = startCommands.find(({ text, source }) => source !== "docs" && pattern.test(text));
  if (started) return { path: started.path, line: started.line, text: started.text };
  for (const { path, final } of dockerfiles) {
    const found = final.find(
      ({ keyword, args }) => /^(?:CMD|ENTRYPOINT)$/.test(keyword) && pattern.test(args),
    );
    if (found) return { path, line: found.line, text: found.args };
  }
  return undefined;
}
