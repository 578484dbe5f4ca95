/** Which distribution supplies each third-party import of a project, and who says that it has to be there. */
import { ImportSuppliers, type Supply } from "./import-suppliers.ts";
import { distributionsFor, importsOf } from "./manifests/distributions.ts";
import { normaliseName } from "./manifests/requirement.ts";
import type { Dependency, Place } from "./manifests/types.ts";
import { usedWithoutImport } from "./manifests/used-without-import.ts";
import type { Project } from "./project.ts";
import { oncePer, remember } from "./remember.ts";
import { type ThirdPartyImport, thirdPartyImports } from "./third-party-imports.ts";

export interface ImportedDistribution {
  /** The import as shown: `yaml`, `google.cloud.storage`. */
  name: string;
  /**
   * `declared`: a manifest asks for it. `supplied`: the base image or platform has it. `brought`: only a lock, or a
   * declared distribution that is known to require it. `installed`: only a command of an image or notebook installs
   * it. `unclear`: the archive cannot tell. `missing`: nothing speaks of it.
   */
  standing: "declared" | "unclear" | Supply["standing"];
  /** The distribution that supplies it, the likeliest where none is known to. */
  supplier: string;
  /** Where that is said, where anything says it. */
  place?: Place;
  /** Who says it or brings it along, as the end of a sentence. */
  by: string;
  dependency?: Dependency;
  /** Every import of it. */
  imports: readonly ThirdPartyImport[];
  /** Those without which the code fails, at the top of source modules first. */
  required: readonly ThirdPartyImport[];
}

/** More different imports than any project has; the rest is left out. */
const MAX_GROUPS = 600;

const known = new WeakMap<Project, readonly ImportedDistribution[]>();

/** One entry a distribution that non-test code imports, sorted by name. */
export function importedDistributions(project: Project): readonly ImportedDistribution[] {
  const found = known.get(project) ?? judgeAll(project);
  known.set(project, found);
  return found;
}

function judgeAll(project: Project): ImportedDistribution[] {
  const suppliers = new ImportSuppliers(project);
  const groups = Map.groupBy(thirdPartyImports(project), ({ name }) => distributionsFor(name).join(" "));
  const judged = [...groups.values()].slice(0, MAX_GROUPS).flatMap((imports) => judge(imports, suppliers));
  const used = new Set(judged.flatMap(({ dependency }) => (dependency ? [dependency.name] : [])));
  const unused = [...suppliers.declared.values()].filter(
    ({ name, group }) =>
      !used.has(name) && group !== "dev" && group !== "build" && usedWithoutImport(name) === undefined,
  );
  const { undetermined, broken, dependencies } = project.manifests;
  // Beside a list that can be read, what a build would work out is that list.
  const isRead = dependencies.some(({ group }) => group === "runtime");
  const [unread] = isRead ? [] : [...undetermined, ...broken];
  return mergeBySupplier(judged.map((one) => nameBySupplier(settle(one, unused, unread, project)))).sort(
    (a, b) => (a.name < b.name ? -1 : 1),
  );
}

/** Nothing where the project's own file is meant as far as can be told. */
function judge(imports: readonly ThirdPartyImport[], suppliers: ImportSuppliers): ImportedDistribution[] {
  const [first] = imports;
  if (!first) return [];
  const candidates = distributionsFor(first.name);
  const required = findRequired(imports).sort(byWeight);
  const base = { name: shownName(first.name), supplier: candidates.at(-1) ?? "", imports, required };
  const dependency = suppliers.findDeclared(imports);
  if (dependency) {
    const { name, path } = dependency;
    return [{ ...base, standing: "declared", supplier: name, place: dependency, by: path, dependency }];
  }
  const foreign = imports.filter(({ ambiguous }) => !ambiguous);
  return foreign.length === 0 ? [] : [{ ...base, ...suppliers.findSupply(candidates, imports) }];
}

/** What is missing by all that is known may still be there under a name that nobody knows. */
function settle(
  one: ImportedDistribution,
  unused: readonly Dependency[],
  unread: (Place & { reason: string }) | undefined,
  { source }: Project,
): ImportedDistribution {
  if (one.standing !== "missing") return one;
  if (unread) return { ...one, standing: "unclear", place: unread, by: unread.reason };
  const candidate = unused.find(({ name }) => mayConcern(name, one.name) && !isNamedItself(source)(name));
  if (!candidate) return one;
  return { ...one, standing: "unclear", place: candidate, by: `${candidate.name} may supply it` };
}

/** Whether a distribution of which nothing else is known may supply an import: one name is a part of the other. */
function mayConcern(distribution: string, imported: string): boolean {
  if (importsOf(distribution).length > 1) return false;
  const name = distribution.replaceAll("-", "");
  const wanted = (imported.split(".")[0] ?? "").toLowerCase().replaceAll("_", "");
  return wanted.length > 2 && name.length > 2 && (name.includes(wanted) || wanted.includes(name));
}

/** Settings that load `"acme_errors.Extension"` show what acme-errors holds: a module of its own name, and no `acme`. */
const isNamedItself = oncePer((source: Project["source"]) =>
  remember((distribution) => {
    const named = `"${distribution.replaceAll("-", "_")}.`;
    return source.some(({ text }) => text.includes(named));
  }),
);

/** Stand-ins for modules that newer versions of Python have. */
const BACKPORTS =
  /^(?:importlib_metadata|importlib_resources|tomli|typing_extensions|exceptiongroup|taskgroup|backports|dataclasses|contextvars|unittest2|mock|funcsigs|pathlib2|enum34|futures|trollius|ordereddict|simplejson|argparse)(?:\.|$)/;

/** What the code can do without: it looks once, and later asks whether it has found it. */
function findRequired(imports: readonly ThirdPartyImport[]): ThirdPartyImport[] {
  const optional = imports.some(({ guard }) => guard === "optional");
  return imports.filter(({ guard, name }) => {
    if (guard === undefined) return true;
    if (guard === "condition") return !optional && !BACKPORTS.test(name);
    return guard === "function" && !optional;
  });
}

/** Imports at the top of source modules first: those fail wherever the code runs. */
function byWeight(a: ThirdPartyImport, b: ThirdPartyImport): number {
  return weight(a) - weight(b);
}

const weight = ({ guard, module }: ThirdPartyImport): number =>
  (guard === undefined ? 0 : 1) + (module.role === "script" || module.notebook ? 2 : 0);

/** The shortest part of a dotted name that stands for the same distributions, three deep at most. */
function shownName(name: string): string {
  const parts = name.split(".");
  const wanted = distributionsFor(name).join(" ");
  const prefixes = parts.map((_, index) => parts.slice(0, index + 1).join("."));
  const shown = prefixes.find((prefix) => distributionsFor(prefix).join(" ") === wanted) ?? name;
  // Below the third, parts of a namespace are modules: `airflow.providers.postgres`.
  return shown.split(".").slice(0, 3).join(".");
}

/** `zope.interface.implementer`, which zope-interface supplies, is `zope.interface`. */
function nameBySupplier(one: ImportedDistribution): ImportedDistribution {
  const parts = one.name.split(".");
  const prefixes = parts.map((_, index) => parts.slice(0, index + 1).join("."));
  const name = prefixes.find((prefix) => normaliseName(prefix) === one.supplier);
  return name === undefined ? one : { ...one, name };
}

/** Several names inside a namespace may come from one distribution. */
function mergeBySupplier(judged: readonly ImportedDistribution[]): ImportedDistribution[] {
  const groups = Map.groupBy(judged, ({ supplier }) => supplier);
  return [...groups.values()].flatMap((same) => {
    const [first] = same;
    if (!first || same.length === 1) return same;
    return [
      {
        ...first,
        name: same.map(({ name }) => name).reduce((a, b) => (b.length < a.length ? b : a)),
        imports: same.flatMap(({ imports }) => imports),
        required: same.flatMap(({ required }) => required).sort(byWeight),
      },
    ];
  });
}
