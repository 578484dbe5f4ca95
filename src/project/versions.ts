/** How releases are told apart: where the version stands, what raises it, and what keeps track of releases. */
import { ciJobs } from "./ci-runs.ts";
import type { DocPage } from "./delivery/types.ts";
import { findLine } from "./files.ts";
import type { Manifest, Place } from "./manifests/types.ts";
import type { Project } from "./project.ts";
import { findPublications, type Publication, stepOf } from "./publishing.ts";

export interface VersionSign extends Place {
  note: string;
}

export interface StatedVersion extends VersionSign {
  /** As written, `undefined` where the build finds it out. */
  text?: string;
}

/** Something is there to build it: without a back end, a version that is said to be dynamic is never found. */
const isBuilt = ({ manifests: { pyproject } }: Project): boolean =>
  pyproject === undefined || pyproject.get("build-system") !== undefined;

/** Places that state the project's version, the metadata first. */
export function findVersions(project: Project): StatedVersion[] {
  const { manifests } = project;
  const { metadata } = manifests;
  const at = metadata.at ?? { path: manifests.setupPy?.path ?? "", line: manifests.setupPy?.line ?? 1 };
  const found: StatedVersion[] = [];
  if (metadata.version !== undefined)
    found.push({
      ...versionLine(project, at, metadata.version),
      text: metadata.version,
      note: `version ${metadata.version}`,
    });
  else if (
    (metadata.dynamic.includes("version") && isBuilt(project)) ||
    manifests.setupPy?.unread.includes("version")
  )
    found.push({ ...versionLine(project, at, "version"), note: "version found by the build" });
  return [...found, ...inModules(project), ...inFiles(project)];
}

/** The line of the version within the manifest. */
function versionLine({ files }: Project, at: Place, text: string): Place {
  const content = files.text(at.path) ?? "";
  const lines = content.split("\n");
  const index = lines.findIndex(
    (line) => /version/.test(line) && line.includes(text) && !/require|python|target/.test(line),
  );
  return index === -1 ? at : { path: at.path, line: index + 1 };
}

const LITERAL =
  /^(?:__version__|VERSION|version)\s{0,4}(?::\s{0,4}\w{1,20}\s{0,4})?=\s{0,4}["'](\d[\w.+-]{0,40})["']/m;

/** `__version__ = "1.2.3"` at the top of a package. */
function inModules({ modules }: Project): StatedVersion[] {
  return modules
    .filter(
      ({ path, role }) =>
        (role === "source" || role === "generated") &&
        path.split("/").length <= 4 &&
        /(?:^|\/)(?:__init__|_{0,2}version_{0,2}|__about__|__meta__|_meta|release|setup)\.py$/.test(path),
    )
    .flatMap(({ path, text }) => {
      const found = LITERAL.exec(text);
      if (!found) return [];
      const line = text.slice(0, found.index).split("\n").length;
      return [{ path, line, text: found[1]!, note: `version ${found[1]}` }];
    })
    .slice(0, 20);
}

function inFiles({ files, root }: Project): StatedVersion[] {
  const prefix = root === "" ? "" : `${root}/`;
  return ["VERSION", "VERSION.txt", "version.txt"].flatMap((name) => {
    const text = files.text(`${prefix}${name}`)?.trim() ?? "";
    return /^v?\d[\w.+-]{0,40}$/.test(text)
      ? [{ path: `${prefix}${name}`, line: 1, text, note: `version ${text}` }]
      : [];
  });
}

/** Tables of pyproject.toml that raise the version or take it from tags. */
const TABLES: readonly (readonly [name: string, keys: readonly string[]])[] = [
  ["setuptools-scm", ["tool", "setuptools_scm"]],
  ["setuptools-scm", ["tool", "setuptools-scm"]],
  ["versioningit", ["tool", "versioningit"]],
  ["poetry-dynamic-versioning", ["tool", "poetry-dynamic-versioning"]],
  ["uv-dynamic-versioning", ["tool", "uv-dynamic-versioning"]],
  ["versioneer", ["tool", "versioneer"]],
  ["bump-my-version", ["tool", "bumpversion"]],
  ["commitizen", ["tool", "commitizen"]],
  ["python-semantic-release", ["tool", "semantic_release"]],
  ["tbump", ["tool", "tbump"]],
  ["zest.releaser", ["tool", "zest-releaser"]],
  ["bumpver", ["tool", "bumpver"]],
  ["towncrier", ["tool", "towncrier"]],
  ["scriv", ["tool", "scriv"]],
  ["git-cliff", ["tool", "git-cliff"]],
];
const CONFIGS =
  /(?:^|\/)(?:\.bumpversion\.(?:cfg|toml)|\.?tbump\.toml|\.cz\.(?:toml|json|yaml)|\.?release-please-(?:config|manifest)\.json|release-please-config\.json|cliff\.toml|\.releaserc(?:\.\w{2,5})?|\.changeset\/config\.json|GitVersion\.ya?ml|\.bumpver\.toml|bumpver\.toml|towncrier\.toml)$/;

/** Tools that raise the version, or take it from the tags of the repository. */
export function findVersionTools(project: Project): VersionSign[] {
  const { pyproject, setupCfg, dependencies } = project.manifests;
  const found: VersionSign[] = [];
  for (const [note, keys] of TABLES)
    if (pyproject?.get(...keys) !== undefined)
      found.push({ path: pyproject.path, line: pyproject.line(...keys), note });
  const hatch = pyproject?.get("tool", "hatch", "version", "source");
  // The other sources of Hatch read the version out of a file.
  if (pyproject && (hatch === "vcs" || hatch === "versioningit" || hatch === "uv-dynamic-versioning"))
    found.push({
      path: pyproject.path,
      line: pyproject.line("tool", "hatch", "version", "source"),
      note: `Hatch with ${hatch}`,
    });
  if (pyproject?.get("tool", "pdm", "version", "source") === "scm")
    found.push({
      path: pyproject.path,
      line: pyproject.line("tool", "pdm", "version", "source"),
      note: "PDM with tags",
    });
  found.push(...inCfg(setupCfg));
  const built = dependencies.filter(
    ({ group, name }) =>
      group === "build" &&
      /^(?:setuptools-scm|hatch-vcs|versioneer|pbr|vcversioner|setuptools-git-versioning|versioningit)$/.test(
        name,
      ),
  );
  found.push(...built.map(({ path, line, name }) => ({ path, line, note: name })));
  return [
    ...found,
    ...project.files.paths
      .filter((path) => CONFIGS.test(path) && !/node_modules|\{\{/.test(path))
      .map((path) => ({ path, line: 1, note: path })),
  ];
}

const inCfg = (cfg: Manifest | undefined): VersionSign[] =>
  ["bumpversion", "versioneer", "zest.releaser", "tool:setuptools_scm", "pbr"].flatMap((name) =>
    cfg?.get(name) === undefined ? [] : [{ path: cfg.path, line: cfg.line(name), note: name }],
  );

/** A script known by its name only, which speaks of no release. */
const PUSHES = /(?:^|\/)push[\w-]{0,40}\.py$/;

/** Changelogs that hold releases, and workflows that make them. */
export function findReleaseRecords(project: Project): VersionSign[] {
  const changelogs = project.delivery.docs.filter(isChangelog).flatMap((page): VersionSign[] => {
    const line = findLine(
      page.text,
      /^[^\n]{0,60}?(?:\bv?\d{1,4}\.\d{1,4}(?:\.\d{1,4})?\b|\d{4}-\d{2}-\d{2})/m,
    );
    return line === undefined ? [] : [{ path: page.path, line, note: "changelog" }];
  });
  const fragments = project.files.paths.find((path) =>
    /(?:^|\/)(?:newsfragments|changelog\.d|changes\.d|news)\/[\w+-]{1,60}\.\w/.test(path),
  );
  const publications = findPublications(project)
    .filter(({ tool }) => !PUSHES.test(tool))
    .map(({ path, line, tool }) => ({ path, line, note: tool }));
  const released = ciJobs(project)
    .filter(({ occasion }) => occasion === "release")
    .map(({ job }) => ({ path: job.path, line: job.line, note: `job ${job.id} at releases` }));
  return [
    ...publications,
    ...changelogs,
    ...(fragments === undefined ? [] : [{ path: fragments, line: 1, note: "news fragments" }]),
    ...released,
  ];
}

const isChangelog = ({ role, path }: DocPage): boolean =>
  (role === "changelog" ||
    /(?:^|\/)(?:changelogs?|release[-_]?notes|whatsnew)(?:[/._-]|$)|(?:^|\/)(?:changes|history|news|releases)(?:\/[^/]{1,80}$|\.|[-_]v?\d|$)/i.test(
      path,
    )) &&
  !/(?:^|\/)(?:tests?|examples?|node_modules)\//.test(path);

/** Pushed images whose only tag is `latest`. */
export function findLatestOnly(project: Project): VersionSign[] {
  const images = findPublications(project).filter(({ what }) => what === "image");
  const pushed = images.map((publication) => ({ ...publication, tags: tagsOf(publication) }));
  // One push names the version, the next one `latest`: what is known under a version can be named later.
  const versioned = new Set(
    pushed.flatMap(({ tags }) =>
      tags.filter((tag) => !isLatest(tag)).map((tag) => tag.replace(/:[^:]*$/, "")),
    ),
  );
  return pushed.flatMap(({ path, line, tool, tags }): VersionSign[] =>
    tags.length > 0 && tags.every((tag) => isLatest(tag) && !versioned.has(tag.replace(/:latest$/, "")))
      ? [{ path, line, note: `${tool} as latest only` }]
      : [],
  );
}

const isLatest = (tag: string): boolean => /:latest$/.test(tag);

/** Tags as written; what a step before works out (`${{ steps.meta.outputs.tags }}`) is one of them. */
const tagsOf = (publication: Publication): string[] =>
  (stepOf(publication)?.with.tags ?? publication.text)
    .replace(/\$\{\{\s{0,4}([^{}\s]{1,100})\s{0,4}\}\}/g, "$${$1}")
    .split(/[\s,]+/)
    .filter(
      (word) =>
        (/[\w}]:[\w$]/.test(word) && !/^https?:|^-/.test(word)) || /^\$\{[\w.-]{1,80}tags\}$/.test(word),
    );
