/**
 * Readers of lock files that tools write: always in one shape, and megabytes long. So they go line by line, in linear
 * time, and take names, versions and lines only.
 */
import { readJson } from "./manifest.ts";
import { normaliseName } from "./requirement.ts";
import type { LockedPackage, LockFile } from "./types.ts";
import { asString, asTable } from "./values.ts";

type Content = Pick<LockFile, "packages" | "contentHash" | "broken">;

/** More packages than any environment holds; the rest is left out. */
const MAX_PACKAGES = 50_000;

class Packages {
  readonly map = new Map<string, LockedPackage[]>();
  #count = 0;

  add(found: LockedPackage): void {
    if (this.#count++ >= MAX_PACKAGES) return;
    const known = this.map.get(found.name);
    if (known) known.push(found);
    else this.map.set(found.name, [found]);
  }
}

const NO_LIST = "it holds no list of packages";

/** Why a lock file cannot be used whatever its format: `git merge` left both sides in it. */
const conflict = (text: string): string | undefined =>
  /^<{7} /m.test(text) ? "it holds the marks of an unsolved merge conflict" : undefined;

function finish(packages: Packages, known: boolean, contentHash?: string): Content {
  return {
    packages: packages.map,
    ...(contentHash === undefined ? {} : { contentHash }),
    ...(known || packages.map.size > 0 ? {} : { broken: NO_LIST }),
  };
}

const STRING = /^([\w-]{1,40}) = (?:"([^"\n]{0,300})"|'([^'\n]{0,300})')/;

/** uv.lock, poetry.lock, pdm.lock and pylock.toml (PEP 751): tables `[[package]]`, in the last `[[packages]]`. */
export function readTomlLock(path: string, text: string): Content {
  const packages = new Packages();
  let current: { name?: string; version?: string; line: number; local?: true } | undefined;
  let table = "";
  let contentHash: string | undefined;
  const flush = (): void => {
    if (current?.name === undefined) return;
    const { name, version, line, local } = current;
    packages.add({ path, line, name: normaliseName(name), version, ...(local ? { local } : {}) });
  };
  for (const [index, line] of text.split("\n").entries()) {
    if (line.startsWith("[")) {
      table = line.trimEnd();
      if (/^\[\[packages?\]\]$/.test(table)) {
        flush();
        current = { line: index + 1 };
      } else if (current && table === "[packages.directory]") current.local = true;
      continue;
    }
    if (/^\[\[packages?\]\]$/.test(table) && current) readField(line, current);
    else if (current && table === "[package.source]" && /^type = "directory"/.test(line))
      current.local = true;
    else if (table === "[metadata]") contentHash ??= /^content[-_]hash = "([^"\n]{1,200})"/.exec(line)?.[1];
  }
  flush();
  const broken = conflict(text);
  if (broken !== undefined) return { packages: packages.map, broken };
  return finish(
    packages,
    /^(?:version|lock-version|package|packages) = |^\[metadata\]/m.test(text),
    contentHash,
  );
}

function readField(
  line: string,
  current: { name?: string; version?: string; line: number; local?: true },
): void {
  const [, key, double, single] = STRING.exec(line) ?? [];
  if (key === "name") current.name ??= double ?? single;
  else if (key === "version") current.version ??= double ?? single;
  else if (key === "path") current.local = true;
  else if (/^(?:source = \{ ?(?:editable|virtual|directory|path) =|directory = \{)/.test(line))
    current.local = true;
}

/** Pipfile.lock: JSON with a table a category. */
export function readPipfileLock(path: string, text: string): Content {
  const manifest = readJson(path, text);
  const packages = new Packages();
  if (manifest.broken !== undefined) {
    return { packages: packages.map, broken: conflict(text) ?? manifest.broken };
  }
  for (const [category, table] of Object.entries(manifest.data)) {
    if (category === "_meta") continue;
    for (const [name, value] of Object.entries(asTable(table))) {
      const entry = asTable(value);
      const version = asString(entry.version)?.replace(/^==\s{0,9}/, "");
      const local = asString(entry.path) !== undefined || asString(entry.file) !== undefined;
      packages.add({
        path,
        line: manifest.line(category, name),
        name: normaliseName(name),
        version,
        ...(local ? { local: true } : {}),
      });
    }
  }
  const hash = asString(manifest.get("_meta", "hash", "sha256"));
  return finish(packages, manifest.get("_meta") !== undefined, hash);
}

/** conda-lock.yml and pixi.lock: a YAML list `package:` or `packages:` of items with name and version, or a URL. */
export function readYamlLock(path: string, text: string): Content {
  const packages = new Packages();
  let inList = false;
  let current: { name?: string; version?: string; line: number } | undefined;
  const flush = (): void => {
    if (current?.name === undefined) return;
    packages.add({ path, line: current.line, name: normaliseName(current.name), version: current.version });
  };
  for (const [index, line] of text.split("\n").entries()) {
    if (/^[A-Za-z]/.test(line)) inList = /^packages?:\s*$/.test(line);
    if (!inList) continue;
    if (/^\s{0,8}- /.test(line)) {
      flush();
      current = { line: index + 1, ...condaFile(line) };
    }
    const [, key, value] = /^(?:\s{0,8}- |\s{2,10})(name|version): ["']?([^\s"'#]{1,200})/.exec(line) ?? [];
    if (current && key === "name") current.name = value;
    if (current && key === "version") current.version = value;
  }
  flush();
  const broken = conflict(text);
  return broken === undefined
    ? finish(packages, /^packages?:/m.test(text))
    : { packages: packages.map, broken };
}

/** `conda create --file` lists with `@EXPLICIT`: one URL a line. */
export function readExplicitLock(path: string, text: string): Content {
  const packages = new Packages();
  for (const [index, line] of text.split("\n").entries()) {
    const { name, version } = condaFile(line);
    if (name !== undefined) packages.add({ path, line: index + 1, name: normaliseName(name), version });
  }
  return finish(packages, text.includes("@EXPLICIT"));
}

/** Name and version in `…/numpy-1.26.4-py312_0.conda`. */
function condaFile(line: string): { name?: string; version?: string } {
  if (line.length > 1000) return {};
  const file = /([^/\s]{1,200})\.(?:conda|tar\.bz2)(?:#|\s|$)/.exec(line)?.[1];
  const [, name, version] = /^(.+)-([^-]+)-[^-]+$/.exec(file ?? "") ?? [];
  return name === undefined || version === undefined ? {} : { name, version };
}
