/** Requirements as PEP 508 writes them (https://packaging.python.org/en/latest/specifications/dependency-specifiers/). */
import { isPinned } from "./specifiers.ts";
import type { Dependency, Place } from "./types.ts";

export interface Requirement {
  /** Normalised by PEP 503. */
  name: string;
  extras: string[];
  /** `""` where any version will do, `undefined` with a URL. */
  specifier: string | undefined;
  url?: string;
  marker?: string;
}

/** Longer ones are nothing that a person wrote. */
const MAX_LENGTH = 4096;

/** PEP 503: lower case, runs of `-_.` as one `-`. */
export const normaliseName = (name: string): string => name.toLowerCase().replace(/[-_.]+/g, "-");

const NAME = /^[A-Za-z0-9](?:[\w.-]*[A-Za-z0-9])?/;
const CLAUSE = /^(?:===|~=|==|!=|<=|>=|<|>)\s{0,9}[^\s,;()<>=!~]+$/;

/** Reads a requirement. `undefined` where the text is none. */
export function parseRequirement(text: string): Requirement | undefined {
  if (text.length > MAX_LENGTH) return undefined;
  const trimmed = text.trim();
  const name = NAME.exec(trimmed)?.[0];
  if (name === undefined) return undefined;
  let rest = trimmed.slice(name.length).trimStart();
  let extras: string[] = [];
  if (rest.startsWith("[")) {
    const end = rest.indexOf("]");
    if (end === -1) return undefined;
    extras = listExtras(rest.slice(1, end));
    rest = rest.slice(end + 1).trimStart();
  }
  const found = rest.startsWith("@") ? readUrl(rest.slice(1)) : readSpecifier(rest);
  return found && { name: normaliseName(name), extras, ...found };
}

export const listExtras = (text: string): string[] =>
  text
    .split(",")
    .map((extra) => normaliseName(extra.trim()))
    .filter((extra) => extra !== "");

type Rest = Pick<Requirement, "specifier" | "url" | "marker">;

/** A URL ends at white space, so that its own semicolons are not markers. */
function readUrl(text: string): Rest | undefined {
  const [, url, after = ""] = /^\s*(\S+)([\s\S]*)$/.exec(text) ?? [];
  if (url === undefined) return undefined;
  const marker = after.trim();
  if (marker !== "" && !marker.startsWith(";")) return undefined;
  return { specifier: undefined, url, ...markerOf(marker.slice(1)) };
}

function readSpecifier(text: string): Rest | undefined {
  const end = text.indexOf(";");
  const marker = end === -1 ? "" : text.slice(end + 1);
  let versions = (end === -1 ? text : text.slice(0, end)).trim();
  if (versions.startsWith("(") && versions.endsWith(")")) versions = versions.slice(1, -1);
  const clauses = versions
    .split(",")
    .map((clause) => clause.trim())
    .filter((clause) => clause !== "");
  if (!clauses.every((clause) => CLAUSE.test(clause))) return undefined;
  return { specifier: clauses.join(","), ...markerOf(marker) };
}

const markerOf = (text: string): { marker?: string } => (text.trim() === "" ? {} : { marker: text.trim() });

/** What a dependency needs besides the requirement itself. */
export type DependencyContext = Place & Pick<Dependency, "group" | "source"> & { groupName?: string };

/** A requirement as a declared dependency. */
export function toDependency(
  requirement: Requirement,
  context: DependencyContext,
  { hashed = false, written }: { hashed?: boolean; written?: string } = {},
): Dependency {
  const { specifier, url } = requirement;
  const pinned = hashed || (url === undefined ? isPinned(specifier ?? "") : namesOneArtifact(url));
  return {
    ...requirement,
    ...context,
    pinned,
    hashed,
    ...(written === undefined || written === specifier ? {} : { written }),
  };
}

/** A full commit, a hash, or the file of one release: what the URL gives can never change. */
export const namesOneArtifact = (url: string): boolean =>
  /@[0-9a-f]{40}(?:[#?]|$)|\/archive\/[0-9a-f]{40}\.(?:zip|tar\.gz)(?:[#?]|$)/i.test(url) ||
  /[#&]sha(?:256|384|512)=[0-9a-f]{64}/i.test(url) ||
  releaseFile(url) !== undefined;

/** Name and version in the file name of a wheel or source distribution (PEP 427, PEP 625). */
export function releaseFile(url: string): { name: string; version: string } | undefined {
  const file =
    url
      .replace(/[?#][\s\S]*$/, "")
      .split("/")
      .at(-1)
      ?.slice(0, 300) ?? "";
  const [, name, version] =
    /^([A-Za-z0-9][\w.]*)-(\d[\w.!+]*)(?:-[\w.]+)*\.whl$/.exec(file) ??
    /^([A-Za-z0-9][\w.-]*?)-(\d[\w.!+]*)\.(?:tar\.gz|tar\.bz2|zip)$/.exec(file) ??
    [];
  return name === undefined || version === undefined ? undefined : { name: normaliseName(name), version };
}

/** The distribution that a URL or VCS address names: `#egg=`, a release's file name, else the repository's name. */
export function nameInUrl(url: string): { name: string; extras: string[] } | undefined {
  const [, egg, eggExtras = ""] = /[#&]egg=([\w.-]{1,200})(?:\[([^\]]{0,200})\])?/.exec(url) ?? [];
  if (egg !== undefined) return { name: normaliseName(egg), extras: listExtras(eggExtras) };
  const release = releaseFile(url);
  if (release) return { name: release.name, extras: [] };
  const archive = /^https?:\/\/[^/]{1,100}\/(?:[^/]{1,100}\/){1,6}?([^/]{1,100})\/(?:-\/)?archive\//.exec(
    url,
  )?.[1];
  if (archive !== undefined && NAME.test(archive)) return { name: normaliseName(archive), extras: [] };
  if (!/^(?:git|hg|svn|bzr)\+/.test(url)) return undefined;
  const path = url
    .slice(0, 2000)
    .replace(/[?#][\s\S]*$/, "")
    .replace(/^[a-z+]+:\/\//, "");
  const repository =
    path
      .split("/")
      .at(-1)
      ?.replace(/@.*$/, "")
      .replace(/\.git$/, "") ?? "";
  return NAME.test(repository) ? { name: normaliseName(repository), extras: [] } : undefined;
}
