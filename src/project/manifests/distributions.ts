/** Which distributions provide an import, and which imports a distribution provides. */
import { remember } from "../remember.ts";
import { DISTRIBUTION_TABLE } from "./distribution-table.ts";
import { normaliseName } from "./requirement.ts";
import { STANDARD_LIBRARY } from "./standard-library.ts";

const TABLE: ReadonlyMap<string, readonly string[]> = new Map(
  DISTRIBUTION_TABLE.trim()
    .split("\n")
    .map((line) => {
      const [name = "", ...distributions] = line.split(" ");
      return [name, distributions] as const;
    }),
);

/** Imports by distribution: the table the other way round. */
const IMPORTS: ReadonlyMap<string, readonly string[]> = new Map(
  [
    ...Map.groupBy(
      [...TABLE].flatMap(([name, distributions]) =>
        distributions.map((distribution) => ({ name, distribution })),
      ),
      ({ distribution }) => distribution,
    ),
  ].map(([distribution, entries]) => [distribution, entries.map(({ name }) => name)]),
);

/**
 * Namespace packages that many distributions share, with how deep their names go: `azure.mgmt.compute` comes from
 * azure-mgmt-compute, `google.cloud.storage` from google-cloud-storage.
 */
const NAMESPACES: readonly (readonly [prefix: string, name: string, depth: number])[] = [
  ["google.cloud", "google-cloud", 2],
  ["azure.mgmt", "azure-mgmt", 2],
  ["azure.ai", "azure-ai", 2],
  ["azure.keyvault", "azure-keyvault", 1],
  ["azure", "azure", 3],
  ["opentelemetry.instrumentation", "opentelemetry-instrumentation", 2],
  ["opentelemetry.exporter", "opentelemetry-exporter", 3],
  ["airflow.providers", "apache-airflow-providers", 3],
  ["llama_index", "llama-index", 2],
  ["backports", "backports", 1],
  ["jaraco", "jaraco", 1],
  ["sphinxcontrib", "sphinxcontrib", 1],
  ["zope", "zope", 2],
  ["plone", "plone", 3],
  ["collective", "collective", 2],
  ["zc", "zc", 2],
  ["z3c", "z3c", 2],
  ["repoze", "repoze", 2],
  ["aspy", "aspy", 1],
  ["keyrings", "keyrings", 1],
  ["paste", "paste", 1],
  ["opencensus.ext", "opencensus-ext", 1],
  ["kiota", "microsoft-kiota", 1],
];

/**
 * Distributions that may provide an import, normalised, the likeliest first. Never empty.
 *
 * @param importPath as imported: `google.cloud.storage`, `PIL.Image`
 */
export const distributionsFor = remember((importPath: string): readonly string[] =>
  findDistributions(importPath),
);

function findDistributions(importPath: string): string[] {
  const parts = importPath.split(".").slice(0, 8);
  const found = new Set<string>();
  // The longest prefix that says anything decides: what provides `google` says nothing of `google.cloud.storage`.
  for (let length = parts.length; length > 0 && found.size === 0; length--) {
    const prefix = parts.slice(0, length).join(".");
    const namespace = NAMESPACES.find(([name]) => name === prefix);
    const rest = parts.slice(length);
    const names = namespace && rest.length > 0 ? inNamespace(namespace[1], rest, namespace[2]) : [];
    for (const name of names) found.add(name);
    for (const distribution of TABLE.get(prefix) ?? []) found.add(distribution);
  }
  const top = normaliseName(parts[0] ?? "");
  if (top !== "" && !NAMESPACES.some(([name]) => name.split(".")[0] === parts[0])) found.add(top);
  return found.size > 0 ? [...found] : [top];
}

/** Names of the distributions for a path inside a namespace, the longest first: parts below are modules of theirs. */
function inNamespace(name: string, rest: readonly string[], depth: number): string[] {
  // Versioned clients such as `bigquery_storage_v1` come with the one they are versions of.
  const parts = rest.slice(0, depth).map((part) => normaliseName(part.replace(/_v\d{1,9}\w{0,40}$/, "")));
  const names = parts.map((_, index) => [name, ...parts.slice(0, index + 1)].join("-"));
  return [...names.reverse(), name];
}

/** Import names that a distribution provides, its own name as an identifier among them. */
export function importsOf(distribution: string): string[] {
  const name = normaliseName(distribution);
  return [...new Set([...(IMPORTS.get(name) ?? []), name.replaceAll("-", "_")])];
}

/**
 * Which distributions may provide one of many imports, as far as names tell. Lenient: `python-foo`, `foo-py`,
 * `django-foo` and `foo2` may all provide `foo`, so that only a plain absence counts against a project.
 */
export class Providers {
  readonly #named = new Set<string>();
  readonly #prefixes = new Set<string>();
  readonly #bare = new Set<string>();

  /** @param importPaths as imported: `google.cloud.storage`, `PIL.Image` */
  constructor(importPaths: Iterable<string>) {
    for (const path of importPaths) {
      for (const name of distributionsFor(path)) this.#named.add(name);
      const [top = ""] = path.split(".", 1);
      // `from google.cloud import storage` seen as `google.cloud`: any part of the namespace may be meant.
      if (NAMESPACES.some(([namespace]) => namespace === path || namespace.startsWith(`${path}.`)))
        this.#prefixes.add(`${normaliseName(path)}-`);
      else if (!TABLE.has(top)) this.#bare.add(bareName(top));
    }
  }

  mayInclude(distribution: string): boolean {
    const name = normaliseName(distribution);
    if (this.#named.has(name)) return true;
    for (const prefix of this.#prefixes) if (name.startsWith(prefix)) return true;
    return bareNames(name).some((text) =>
      [
        text,
        `py${text}`,
        ...(text.startsWith("py") ? [text.slice(2)] : []),
        // urllib3 is no namesake of the standard library's urllib.
        ...(STANDARD_LIBRARY.has(text.slice(0, -1)) ? [] : [text.replace(/\d$/, "")]),
        text.replace(/^python3?/, "py"),
      ].some((one) => this.#bare.has(one)),
    );
  }
}

/** Whether a distribution may provide an import. */
export const mayProvide = (distribution: string, importPath: string): boolean =>
  providersOf(importPath).mayInclude(distribution);

const providersOf = remember((importPath: string) => new Providers([importPath]));

const bareName = remember((text: string): string => normaliseName(text).replaceAll("-", ""));

/** A distribution's name without what tells it from its namesakes elsewhere, and as it is; no hyphens in either. */
const bareNames = remember((name: string): readonly string[] => [
  bareName(
    name
      .replace(/^(?:python3?|py|django|drf|flask|pytest)-/, "")
      .replace(/-(?:python3?|py|sdk|client|api|binary)$/, ""),
  ),
  bareName(name),
]);
