/** What says that a distribution has to be there: manifests, locks, images, and commands that install it. */
import { allBrought } from "./brought-distributions.ts";
import { allInstalls } from "./delivery/installs.ts";
import { isIncidental } from "./delivery/script.ts";
import { type Files, lineAt } from "./files.ts";
import { distributionsFor, mayProvide } from "./manifests/distributions.ts";
import { normaliseName } from "./manifests/requirement.ts";
import type { Dependency, LockedPackage, LockFile, Manifests, Place } from "./manifests/types.ts";
import { nestedManifests } from "./nested-manifests.ts";
import type { Project } from "./project.ts";
import { namesDistribution } from "./provided-modules.ts";
import { findRunners, type Runner } from "./runners.ts";
import type { ThirdPartyImport } from "./third-party-imports.ts";

export interface Supply {
  standing: "supplied" | "brought" | "installed" | "missing";
  supplier?: string;
  place?: Place;
  by: string;
}

/** What a folder's manifests and locks name, for the code below it. */
interface Scope {
  folder: string;
  /** Runtime dependencies first. */
  declared: ReadonlyMap<string, Dependency>;
  locked: ReadonlyMap<string, LockedPackage>;
  /** The first of the declared ones. */
  first: readonly (readonly [string, Dependency])[];
  /** What the declared ones bring along. */
  brought: ReadonlyMap<string, Dependency>;
}

/** More names than any project declares; what follows is looked up by its exact name only. */
const MAX_GUESSES = 2000;

export class ImportSuppliers {
  readonly #scopes: readonly Scope[];
  readonly #runners: readonly Runner[];
  readonly #installed: ReadonlyMap<string, Place>;
  readonly #files: Files;
  readonly #asked: ReadonlyMap<string, Place>;
  #lists: ReadonlyMap<string, Place> | undefined;

  constructor(project: Project) {
    const { manifests } = project;
    this.#scopes = [{ ...readScope(manifests), folder: "" }, ...nestedManifests(project).map(readScope)];
    this.#runners = findRunners(project);
    this.#installed = findInstalled(project);
    this.#asked = findAsked(project.source);
    this.#files = project.files;
  }

  /** What any list for developers in the repository names. */
  #listed(): ReadonlyMap<string, Place> {
    this.#lists ??= readLists(this.#files);
    return this.#lists;
  }

  /** What the project's own manifests declare, by name. */
  get declared(): ReadonlyMap<string, Dependency> {
    return this.#scopes[0]?.declared ?? new Map();
  }

  #scopesOf(imports: readonly ThirdPartyImport[]): Scope[] {
    return this.#scopes.filter(
      ({ folder }) => folder === "" || imports.some(({ module }) => module.path.startsWith(`${folder}/`)),
    );
  }

  /** The declaration by which an import is there. */
  findDeclared(imports: readonly ThirdPartyImport[]): Dependency | undefined {
    const scopes = this.#scopesOf(imports);
    const names = new Set(imports.slice(0, 50).map(({ name }) => name));
    for (const { declared } of scopes) {
      for (const name of names) {
        const distribution = distributionsFor(name).find((each) => declared.has(each));
        if (distribution !== undefined) return declared.get(distribution);
      }
    }
    const [first = ""] = names;
    let left = MAX_GUESSES;
    for (const { first: all } of scopes) {
      const guesses = all.slice(0, left);
      left -= guesses.length;
      const [, dependency] = guesses.find(([distribution]) => mayProvide(distribution, first)) ?? [];
      if (dependency) return dependency;
    }
    return undefined;
  }

  /** What else supplies one of these distributions. */
  findSupply(candidates: readonly string[], imports: readonly ThirdPartyImport[]): Supply {
    // An image that has it has it still where the build asks for it once more, to keep its version.
    const runner = this.#runners.find(({ distributions }) =>
      candidates.some((one) => namesDistribution(distributions, one)),
    );
    if (runner) return { standing: "supplied", place: runner, by: runner.name };
    const installed = candidates.find((one) => this.#installed.has(one));
    const at = this.#installed.get(installed ?? "");
    if (installed !== undefined && at) {
      return { standing: "installed", supplier: installed, place: at, by: at.path };
    }
    return this.#findBrought(candidates, this.#scopesOf(imports));
  }

  #findBrought(candidates: readonly string[], scopes: readonly Scope[]): Supply {
    for (const { locked } of scopes) {
      const supplier = candidates.find((one) => locked.has(one));
      const place = locked.get(supplier ?? "");
      if (supplier !== undefined && place) return { standing: "brought", supplier, place, by: place.path };
    }
    for (const { brought } of scopes) {
      const supplier = candidates.find((one) => brought.has(one));
      const place = brought.get(supplier ?? "");
      if (supplier !== undefined && place)
        return { standing: "brought", supplier, place, by: `the requirements of ${place.name}` };
    }
    const asked = candidates.find((one) => this.#asked.has(one));
    const task = this.#asked.get(asked ?? "");
    if (asked !== undefined && task)
      return { standing: "installed", supplier: asked, place: task, by: task.path };
    const installer = candidates.find((one) => one === "pip" || one === "setuptools");
    if (installer !== undefined) return { standing: "brought", supplier: installer, by: "some installers" };
    // Code for which no list of its own speaks may be the developers'.
    const alone = scopes.every(({ folder }) => folder === "");
    const listed = alone ? candidates.find((one) => this.#listed().has(one)) : undefined;
    const place = this.#listed().get(listed ?? "");
    if (listed !== undefined && place)
      return { standing: "brought", supplier: listed, place, by: place.path };
    return { standing: "missing", by: "nothing" };
  }
}

/** Lists for developers: what their scripts import stands there. */
const LIST =
  /(?:^|\/)(?=[^/]{0,120}(?:dev|test|lint|docs?|tool|ci|build|local)[^/]{0,120}$)[\w.-]{0,60}requirements?[\w.-]{0,60}\.(?:txt|in)$|(?:^|\/)requirements\/(?:[\w.-]{1,60}\/)?(?:dev|test|lint|docs?|tool|ci|build|local)[\w.-]{0,60}\.(?:txt|in)$/i;
/** Lists that are read, and the lines of each. */
const [MOST_LISTS, MOST_LINES] = [100, 2_000];

function readLists(files: Files): Map<string, Place> {
  const found = new Map<string, Place>();
  for (const path of files.paths.filter((one) => LIST.test(one) && !isIncidental(one)).slice(0, MOST_LISTS)) {
    const lines = (files.text(path) ?? "").split("\n", MOST_LINES);
    for (const [index, line] of lines.entries()) {
      const name = /^([A-Za-z0-9][\w.-]{0,100})(?=\s*(?:[[=<>~!;#@]|$))/.exec(line)?.[1];
      if (name !== undefined && !found.has(normaliseName(name)))
        found.set(normaliseName(name), { path, line: index + 1 });
    }
  }
  return found;
}

/** What dependencies bring along, each with the first that does. */
function broughtBy(declared: Iterable<Dependency>): Map<string, Dependency> {
  const brought = new Map<string, Dependency>();
  for (const dependency of declared) {
    const { name, extras } = dependency;
    // `kombu[sqlalchemy]` brings sqlalchemy along, `aiohttp-security[session]` aiohttp-session.
    const byExtras = extras.flatMap((extra) => [extra, `${name.split("-")[0]}-${extra}`]);
    for (const other of [...allBrought(name, extras), ...byExtras])
      if (!brought.has(other)) brought.set(other, dependency);
  }
  return brought;
}

const GROUPS = ["runtime", "optional", "dev", "build"] as const;

function readScope({ folder, dependencies, locks }: Manifests): Scope {
  const declared = new Map<string, Dependency>();
  for (const group of GROUPS) {
    for (const dependency of dependencies) {
      if (dependency.group === group && !declared.has(dependency.name)) {
        declared.set(dependency.name, dependency);
      }
    }
  }
  const locked = new Map<string, LockedPackage>();
  for (const { packages } of [...locks].sort((a, b) => lockWeight(a) - lockWeight(b))) {
    for (const [name, [first]] of packages) {
      if (first && !first.local && !locked.has(name)) locked.set(name, first);
    }
  }
  return {
    folder,
    declared,
    locked,
    first: [...declared].slice(0, MAX_GUESSES),
    brought: broughtBy(declared.values()),
  };
}

/** Of requirements, those for development last. */
const lockWeight = ({ role }: LockFile): number => (role === undefined || role === "runtime" ? 0 : 1);

/** What images, and cells of notebooks, install by name. */
function findInstalled({ delivery, files, source }: Project): Map<string, Place> {
  const found = new Map<string, Place>();
  const add = (name: string, { path, line }: Place): void => {
    const bare = normaliseName(/^[A-Za-z0-9][\w.-]{0,100}/.exec(name)?.[0] ?? "");
    if (bare !== "" && !found.has(bare)) found.set(bare, { path, line });
  };
  for (const { commands } of delivery.dockerfiles.flatMap(({ instructions }) => instructions)) {
    for (const command of commands) {
      for (const { names } of allInstalls(command.text)) for (const name of names) add(name, command);
      if (!/\b(?:apt|apt-get|apk|dnf|yum)\b/.test(command.text)) continue;
      const packages = command.text.slice(0, 5000).matchAll(/\b(?:python3?|py3)-([a-z][\w.-]{0,60})/g);
      for (const [, name = ""] of packages) add(name, command);
    }
  }
  for (const { path } of source.filter(({ notebook }) => notebook)) {
    const text = files.text(path) ?? "";
    if (!text.includes("pip")) continue;
    const lines = text.split("\n");
    for (const [index, line] of lines.entries()) {
      if (!line.includes("pip")) continue;
      const names = /[!%] ?(?:python3? -m )?pip3? install ([^"\\]{1,200})/.exec(line.slice(0, 1000))?.[1];
      for (const name of names?.split(" ") ?? []) add(name, { path, line: index + 1 });
    }
  }
  return found;
}

const INSTALLS = /\brequirements\s{0,4}=\s{0,4}\[|\bpip_install\(|\bPIP_PACKAGES\b|\bpip_packages\b/;
const PINNED_STRING = /["' ]([A-Za-z][\w.-]{1,60})(?:\[[\w,]{1,40}\])?[=~>]=\d/g;

/** What tasks with an environment of their own, and metadata of clusters, ask for: `requirements=["lifetimes==0.11"]`. */
function findAsked(source: Project["source"]): Map<string, Place> {
  const found = new Map<string, Place>();
  for (const { path, text } of source) {
    if (!INSTALLS.test(text)) continue;
    for (const { index, 1: name = "" } of text.matchAll(PINNED_STRING))
      if (!found.has(normaliseName(name)))
        found.set(normaliseName(name), { path, line: lineAt(text, index) });
  }
  return found;
}
