/** Metadata of a project, wherever it stands: PEP 621, Poetry, Flit, and what setup.cfg and setup.py add. */
import type { Manifest, Metadata } from "./types.ts";
import { asList, asString, asStrings, asTable, isTable, textEntries } from "./values.ts";

export const EMPTY_METADATA: Metadata = {
  dynamic: [],
  urls: {},
  authors: false,
  classifiers: [],
  scripts: [],
  entryPoints: [],
};

type Script = Metadata["scripts"][number];
type EntryPoint = Metadata["entryPoints"][number];

/** [project] (https://packaging.python.org/en/latest/specifications/pyproject-toml/). */
export function readProjectMetadata(manifest: Manifest): Partial<Metadata> | undefined {
  const project = manifest.get("project");
  const backend = buildBackend(manifest);
  if (!isTable(project)) return backend;
  return {
    ...backend,
    ...textFields(project, ["name", "version", "description"]),
    ...optional("readme", fileOrText(project.readme)),
    ...optional("license", fileOrText(project.license) ?? asStrings(project["license-files"])[0]),
    ...optional("requiresPython", asString(project["requires-python"])),
    dynamic: asStrings(project.dynamic),
    urls: textEntries(project.urls),
    authors: hasPeople(project.authors) || hasPeople(project.maintainers),
    classifiers: asStrings(project.classifiers),
    scripts: [
      ...tableScripts(manifest, ["project", "scripts"]),
      ...tableScripts(manifest, ["project", "gui-scripts"]),
    ],
    entryPoints: tableEntryPoints(manifest, ["project", "entry-points"]),
    at: { path: manifest.path, line: manifest.line("project") },
  };
}

/** [tool.poetry], which alone held the metadata before Poetry 2. */
export function readPoetryMetadata(manifest: Manifest): Partial<Metadata> | undefined {
  const poetry = manifest.get("tool", "poetry");
  if (!isTable(poetry)) return undefined;
  const python = asTable(poetry.dependencies).python;
  const named = Object.entries(textEntries({ Homepage: poetry.homepage, Repository: poetry.repository }));
  const documented = textEntries({ Documentation: poetry.documentation });
  return {
    ...textFields(poetry, ["name", "version", "description", "license"]),
    ...optional("readme", asStrings(poetry.readme)[0]),
    ...optional("requiresPython", asString(isTable(python) ? python.version : python)),
    urls: { ...Object.fromEntries(named), ...documented, ...textEntries(poetry.urls) },
    authors: asStrings(poetry.authors).length > 0,
    classifiers: asStrings(poetry.classifiers),
    scripts: tableScripts(manifest, ["tool", "poetry", "scripts"]),
    entryPoints: tableEntryPoints(manifest, ["tool", "poetry", "plugins"]),
    at: { path: manifest.path, line: manifest.line("tool", "poetry") },
  };
}

/** [tool.flit.metadata], Flit's own table before PEP 621. */
export function readFlitMetadata(manifest: Manifest): Partial<Metadata> | undefined {
  const flit = manifest.get("tool", "flit", "metadata");
  if (!isTable(flit)) return undefined;
  const name = asString(flit["dist-name"]) ?? asString(flit.module);
  return {
    ...optional("name", name),
    // Flit takes version and description out of the module.
    dynamic: ["version", "description"],
    ...optional("readme", asString(flit["description-file"])),
    ...optional("license", asString(flit.license)),
    ...optional("requiresPython", asString(flit["requires-python"])),
    urls: { ...textEntries({ Homepage: flit["home-page"] }), ...textEntries(flit.urls) },
    authors: asString(flit.author) !== undefined,
    classifiers: asStrings(flit.classifiers),
    scripts: tableScripts(manifest, ["tool", "flit", "scripts"]),
    entryPoints: tableEntryPoints(manifest, ["tool", "flit", "entrypoints"]),
    at: { path: manifest.path, line: manifest.line("tool", "flit", "metadata") },
  };
}

const buildBackend = (manifest: Manifest): Partial<Metadata> | undefined => {
  const backend = asString(manifest.get("build-system", "build-backend"));
  return backend === undefined ? undefined : { buildBackend: backend };
};

/** One description out of several, the first to give a field first. Lists that are empty count as missing. */
export function mergeMetadata(parts: readonly (Partial<Metadata> | undefined)[]): Metadata {
  const merged: Record<string, unknown> = { ...EMPTY_METADATA };
  for (const part of [...parts].reverse()) {
    for (const [field, value] of Object.entries(part ?? {})) {
      const empty = isTable(value) ? Object.keys(value).length === 0 : asList(value).length === 0;
      if ((typeof value === "object" && empty) || value === false || value === undefined) continue;
      merged[field] = value;
    }
  }
  const at = parts.find((part) => part?.name !== undefined)?.at;
  return { ...(merged as unknown as Metadata), ...(at === undefined ? {} : { at }) };
}

/** `{ [name]: value }`, or nothing where there is no value. */
export const optional = <Name extends string>(
  name: Name,
  value: string | undefined,
): Partial<Record<Name, string>> =>
  value === undefined ? {} : ({ [name]: value } as Partial<Record<Name, string>>);

function textFields(table: Readonly<Record<string, unknown>>, fields: readonly string[]): Partial<Metadata> {
  return Object.assign({}, ...fields.map((field) => optional(field, asString(table[field]))));
}

/** A string, or the `file` or `text` of a table. */
function fileOrText(value: unknown): string | undefined {
  if (!isTable(value)) return asString(value);
  return asString(value.file) ?? asString(value.text)?.slice(0, 200);
}

const hasPeople = (value: unknown): boolean =>
  asList(value).some((person) => asString(asTable(person).name) ?? asString(asTable(person).email));

function tableScripts(manifest: Manifest, keys: readonly string[]): Script[] {
  return Object.entries(asTable(manifest.get(...keys))).flatMap(([name, value]) => {
    const table = asTable(value);
    const target = asString(value) ?? asString(table.reference) ?? asString(table.callable);
    if (target === undefined) return [];
    const script = readScript(name, target, { path: manifest.path, line: manifest.line(...keys, name) });
    const extra = asStrings(table.extras)[0];
    return [extra === undefined ? script : { ...script, extra }];
  });
}

/** A console script; `module:function [extra]` works only where the extra is installed. */
export function readScript(name: string, target: string, place: { path: string; line: number }): Script {
  const [, object = target, extra] =
    /^([^[\s]{1,300})\s{0,9}\[([^\]]{1,100})\]\s*$/.exec(target.trim()) ?? [];
  return { ...place, name, target: object.trim(), ...(extra === undefined ? {} : { extra: extra.trim() }) };
}

/** `scripts=["bin/shop"]` of setuptools: a file that is installed as a command under its own name. */
export const scriptFile = (file: string, place: { path: string; line: number }): Script => ({
  ...place,
  name: file.slice(file.lastIndexOf("/") + 1),
  target: file,
});

function tableEntryPoints(manifest: Manifest, keys: readonly string[]): EntryPoint[] {
  return Object.keys(asTable(manifest.get(...keys))).flatMap((group) =>
    Object.entries(textEntries(manifest.get(...keys, group))).map(([name, target]) => ({
      path: manifest.path,
      line: manifest.line(...keys, group, name),
      group,
      name,
      target,
    })),
  );
}
