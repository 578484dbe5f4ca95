/** The text of a requirements file (https://pip.pypa.io/en/stable/reference/requirements-file-format/). */
import {
  nameInUrl,
  namesOneArtifact,
  normaliseName,
  parseRequirement,
  type Requirement,
  releaseFile,
} from "./requirement.ts";
import { isPinned } from "./specifiers.ts";

export interface RequirementLine {
  line: number;
  requirement: Requirement;
  hashed: boolean;
  pinned: boolean;
  /** `name=version` as conda writes it: pip cannot install the file, conda can. */
  conda: boolean;
}

export interface RequirementsText {
  requirements: RequirementLine[];
  /** Files named by `-r` and `-c`, as written. */
  includes: { path: string; constraint: boolean }[];
  /** It installs the project itself (`-e .`), as files for development do. */
  installsProject: boolean;
  /** Lines that are neither a requirement nor an option. */
  invalid: number[];
}

/** Files longer than this are no lists that anyone keeps. */
const MAX_LENGTH = 2 * 1024 * 1024;

/** More files than one takes in. */
const MAX_INCLUDES = 100;

/** Reads a requirements file. Linear; environment variables stay as written. */
export function parseRequirements(text: string): RequirementsText {
  const result: RequirementsText = { requirements: [], includes: [], installsProject: false, invalid: [] };
  for (const { line, text: logical } of joinLines(text.slice(0, MAX_LENGTH))) {
    // Templates hold lines of Jinja between their requirements.
    if (logical === "" || logical.startsWith("{%") || logical.includes("{{")) continue;
    if (logical.startsWith("-")) readOption(logical, line, result);
    else readRequirement(logical, line, result);
  }
  return { ...result, requirements: withPinsOfOthers(result.requirements) };
}

/** `bleach[css]` below `bleach==6.3.0` asks for an extra of the version that stands there. */
function withPinsOfOthers(lines: RequirementsText["requirements"]): RequirementsText["requirements"] {
  const fixed = new Set(
    lines.flatMap(({ pinned, requirement }) =>
      pinned && requirement.marker === undefined ? [requirement.name] : [],
    ),
  );
  return lines.map((one) => {
    const { name, specifier = "", url } = one.requirement;
    return !one.pinned && specifier === "" && url === undefined && fixed.has(name)
      ? { ...one, pinned: true }
      : one;
  });
}

/** Logical lines without comments. A comment starts a line or follows white space; `\` at the end joins lines. */
function* joinLines(text: string): Iterable<{ line: number; text: string }> {
  let parts: string[] = [];
  let start = 1;
  let number = 0;
  for (const raw of text.split("\n")) {
    number++;
    const isComment = raw.trimStart().startsWith("#");
    if (parts.length === 0) start = number;
    if (raw.endsWith("\\") && !isComment) {
      parts.push(raw.slice(0, -1));
      continue;
    }
    parts.push(isComment ? "" : raw);
    yield { line: start, text: withoutComment(parts.join("")) };
    parts = [];
  }
  if (parts.length > 0) yield { line: start, text: withoutComment(parts.join("")) };
}

const withoutComment = (text: string): string => text.replace(/(?:^|(?<=\s))#.*$/, "").trim();

function readOption(text: string, line: number, result: RequirementsText): void {
  const [, name = "", value = ""] =
    /^(--?[A-Za-z][A-Za-z-]*?)(?:\s*=\s*|\s+|$|(?<=^-[rce]))(.*)$/.exec(text) ?? [];
  const given = value.trim().replace(/^(["'])(.*)\1$/, "$2");
  if (/^(?:-r|-c|--requirement|--constraint)$/.test(name)) {
    const include = { path: given, constraint: name === "-c" || name === "--constraint" };
    if (result.includes.length < MAX_INCLUDES) result.includes.push(include);
  } else if (name === "-e" || name === "--editable") readRequirement(given, line, result);
  else if (name === "") result.invalid.push(line);
}

const HASH = /\s--hash[=\s]/;

function readRequirement(text: string, line: number, result: RequirementsText): void {
  const options = text.search(/\s--?[A-Za-z]/);
  const bare = (options === -1 ? text : text.slice(0, options)).trim();
  const hashed = HASH.test(text);
  const address = isAddress(bare);
  const conda = address ? undefined : readCondaLine(bare);
  const requirement = address ? readAddress(bare) : (conda ?? parseRequirement(bare));
  // A path names no distribution of an index.
  if (requirement === undefined) {
    if (!address) result.invalid.push(line);
    else if (/^\.\/?(?:\[[^\]]{0,200}\])?$/.test(bare)) result.installsProject = true;
    return;
  }
  const { specifier, url } = requirement;
  const pinned = hashed || (url === undefined ? isPinned(specifier ?? "") : namesOneArtifact(url));
  result.requirements.push({ line, requirement, hashed, pinned, conda: conda !== undefined });
}

/** A URL, a VCS address or a path stands where a name would. */
const isAddress = (text: string): boolean =>
  /^(?:[a-z]+\+)?[a-z]+:\/\//i.test(text) ||
  /^(?:git|hg|svn|bzr)\+/.test(text) ||
  /^(?:[./~\\]|[A-Za-z]:[\\/]|file:)/.test(text) ||
  (/^[^\s@;<>=!~[]+[\\/]/.test(text) && !/^[^\s/]+\s*@/.test(text)) ||
  /^[^\s@;<>=]+\.(?:whl|tar\.gz|zip)$/.test(text);

function readAddress(text: string): Requirement | undefined {
  const [address = "", ...marker] = text.split(/\s;\s?|;\s/);
  const named = nameInUrl(address);
  if (named === undefined) return undefined;
  const remote = /^(?:[a-z]+\+)?[a-z]+:/i.test(address);
  const release = remote ? undefined : releaseFile(address);
  return {
    ...named,
    specifier: release && `==${release.version}`,
    url: address,
    ...(marker.length > 0 ? { marker: marker.join(";").trim() } : {}),
  };
}

/** `numpy=1.21.2` or `numpy=1.21.2=py38_0`: what `conda list --export` writes. */
function readCondaLine(text: string): Requirement | undefined {
  const [, name, version] = /^([A-Za-z0-9_][\w.-]*)=([^=\s<>!~*]+)(?:=[^=\s]+)?$/.exec(text) ?? [];
  if (name === undefined) return undefined;
  return { name: normaliseName(name), extras: [], specifier: `==${version}` };
}
