import { defineRule, fail, partial, pass } from "../../src/engine/rule.ts";
import type { DocPage } from "../../src/project/delivery/types.ts";

export default defineRule({
  id: "changelog-kept",
  category: "documentation",
  severity: "low",
  kinds: "all",
  alwaysApplies: true,
  title: "Changes are written down release by release",
  why: "After an upgrade that broke something, the first question is what changed; a changelog answers it without an archaeologist.",
  fix: "Keep a `CHANGELOG.md`:\n\n```markdown\n# Changelog\n\n## 1.4.0 - 2026-11-21\n\n### Added\n- Orders can be cancelled.\n```\n\nor let a release workflow write the notes (release-please, git-cliff, towncrier, GitHub's generated notes).",
  checklist: ["000-35"],
  unseenIn: ["wheel"],
  examples: {
    pass: [
      {
        files: {
          "RELEASE.rst": "Release Notes\n=============\n\nRelease 10\n----------\n\n- Sequences of plants\n",
          "a.py": "x = 1\n",
        },
        says: "RELEASE.rst",
        at: "RELEASE.rst:4",
        note: "A page of this name tells how releases are made or what is in them: this one says which.",
      },
      {
        files: { "CHANGELOG.md": "# Changelog\n\n## 1.0.0\n\n- First release\n", "a.py": "x = 1\n" },
        says: "CHANGELOG.md",
        at: "CHANGELOG.md:3",
      },
      {
        files: {
          "pyproject.toml": '[tool.towncrier]\ndirectory = "newsfragments"\n',
          "newsfragments/12.feature": "New.\n",
          "a.py": "x = 1\n",
        },
        says: "News fragments",
        at: "pyproject.toml:1",
      },
      {
        files: {
          ".github/workflows/release.yml":
            "on:\n  push:\n    tags: ['v*']\njobs:\n  notes:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: googleapis/release-please-action@v4\n",
          "a.py": "x = 1\n",
        },
        says: "release-please",
        at: ".github/workflows/release.yml:8",
      },
      {
        files: {
          "docs/releases.rst": "Release notes\n=============\n\n1.2\n---\n\n- Faster\n",
          "a.py": "x = 1\n",
        },
        says: "docs/releases.rst",
        at: "docs/releases.rst:4",
      },
    ],
    partial: [
      {
        files: {
          "README.md":
            "# Shop\n\nSells books.\n\n## Changelog\n\n### 1.1.0 (2025-02-02)\n\n- Faster\n\n### 1.0.0\n\n- First\n\n## License\n\nMIT\n",
          "a.py": "x = 1\n",
        },
        says: 'Releases are described only in the README, under "Changelog"',
        at: "README.md:7",
      },
      {
        files: {
          "a.py": "x = 1\n",
          ".github/workflows/release.yml":
            "on: push\njobs:\n  release:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: ncipollo/release-action@v1\n        with:\n          artifacts: dist/*\n          body: Built from the newest commit\n",
        },
        says: "nothing says that it writes what is in them",
        at: ".github/workflows/release.yml:6",
      },
      {
        files: { "CHANGELOG.md": "# Changelog\n\nSee the commits.\n", "a.py": "x = 1\n" },
        says: "names no release",
        at: "CHANGELOG.md:1",
        note: "A page that sends the reader to the commits tells no change.",
      },
    ],
    fail: [
      { files: { "a.py": "x = 1\n" }, says: "No changelog" },
      {
        files: { "dags/history_tables_dag.py": "x = 1\n" },
        says: "No changelog",
        note: "A module may be called history; it tells of no release.",
      },
      {
        files: { "CHANGELOG.md": "\n", "a.py": "x = 1\n" },
        says: "No changelog",
        note: "An empty file keeps nothing.",
      },
      {
        files: { "CHANGELOG.md": "# Changelog\n", "a.py": "x = 1\n" },
        says: "No changelog",
        note: "Nor does one that holds its title only.",
      },
    ],
    notApplicable: [],
  },
  check({ files, delivery, manifests }) {
    const told = new Set(delivery.docs.filter(isToldIn).map(({ path }) => path));
    const pages = files.paths
      .filter((path) => (CHANGELOG.test(path) || told.has(path)) && holdsMore(files.text(path) ?? ""))
      .sort((a, b) => a.length - b.length);
    for (const path of pages) {
      const line = firstRelease(files.text(path) ?? "");
      if (line !== undefined) return pass(`Releases are described in ${path}.`, [{ path, startLine: line }]);
    }
    for (const tool of ["towncrier", "scriv", "changelog_gen"]) {
      const { pyproject } = manifests;
      if (pyproject?.get("tool", tool) !== undefined)
        return pass(`News fragments are gathered by ${tool}.`, [
          { path: pyproject.path, startLine: pyproject.line("tool", tool) },
        ]);
    }
    const folder = files.paths.find((path) =>
      /(?:^|\/)(?:newsfragments|changelog\.d|changes|news|releasenotes\/notes|\.changes|\.changeset)\/[^/]{1,80}\.(?:md|rst|txt|feature|bugfix|misc|yaml)$/i.test(
        path,
      ),
    );
    if (folder !== undefined) return pass("News fragments are kept.", [{ path: folder, startLine: 1 }]);
    const written = findNotes(delivery.ci, NOTES);
    if (written)
      return pass(`Release notes are written by ${written.tool}.`, [
        { path: written.path, startLine: written.line },
      ]);
    const config = files.paths.find((path) =>
      /^(?:\.github\/(?:release-drafter|release)\.ya?ml|cliff\.toml|release-please-config\.json|\.releaserc(?:\.\w{1,5})?)$/.test(
        path,
      ),
    );
    if (config !== undefined)
      return pass(`Release notes are written as ${config} says.`, [{ path: config, startLine: 1 }]);
    const section = delivery.readme && toldInReadme(delivery.readme);
    if (section) return section;
    const bare = findNotes(delivery.ci, RELEASES);
    if (bare)
      return partial(
        `${bare.path} makes releases (${bare.tool}), and nothing says that it writes what is in them.`,
        [{ path: bare.path, startLine: bare.line }],
      );
    const [page] = pages;
    if (page !== undefined) return partial(`${page} names no release.`, [{ path: page, startLine: 1 }]);
    return fail("No changelog, no news fragments, and no workflow that writes release notes.");
  },
});

/** More than one line, of which the first may be a title. */
const holdsMore = (text: string): boolean => {
  const lines = text.split("\n").filter((one) => /\w/.test(one));
  return lines.length > 1 || (lines[0] !== undefined && (!/^#/.test(lines[0]) || /\d/.test(lines[0])));
};

/** A section of the README that tells of two releases or more, be it in sections of its own or in a list. */
function toldInReadme({ path, sections, text }: DocPage) {
  const index = sections.findIndex(({ title }) =>
    /^\W{0,8}(?:change ?log|changes|release notes|release history|version history|what'?s new)\W{0,8}$/i.test(
      title,
    ),
  );
  const section = sections[index];
  if (!section) return undefined;
  const next = sections.slice(index + 1).find(({ level }) => level <= section.level);
  const lines = text.split("\n").slice(section.line, next ? next.line - 1 : undefined);
  const at = lines.findIndex((one) => firstRelease(one) !== undefined);
  if (at === -1 || !lines.slice(at + 1).some((one) => firstRelease(one) !== undefined)) return undefined;
  return partial(`Releases are described only in the README, under "${section.title}".`, [
    { path, startLine: section.line + at + 1 },
  ]);
}

/** `RELEASE.md` is one where it tells what is in the releases. */
const isToldIn = ({ role, path }: DocPage): boolean =>
  role === "changelog" && /(?:^|\/)release\.\w{1,8}$/i.test(path);

const CHANGELOG =
  /^(?:(?:[\w-]{1,60}\/){0,4})(?:change[-_ .]?log|changes|history|news|release[-_ ]?notes|releases|whatsnew|what[-_]?s[-_]?new)s?(?:[-_](?:\w|\.\d){1,20})?(?:\.(?:md|rst|txt|adoc|markdown))?$|^(?:change[-_ ]?logs?|(?:docs?|doc)\/(?:[\w-]{1,60}\/){0,3}(?:change[-_]?logs?|changes|history|news|release[-_]?notes|releases|whatsnew))\/[\w.-]{1,80}\.(?:md|rst|txt)$/i;

/** A heading or line that names a version or a date. */
function firstRelease(text: string): number | undefined {
  const at = text
    .split("\n")
    .findIndex(
      (line) =>
        line.length < 300 &&
        /^[#\s*=[v-]{0,12}(?:(?:version|release|unreleased|next)\b|[\w. -]{0,40}?v?\d{1,4}\.\d{1,4}|\[?\d{4}-\d{2}-\d{2})/i.test(
          line,
        ) &&
        /\d|unreleased|next/i.test(line),
    );
  return at === -1 ? undefined : at + 1;
}

const NOTES =
  /release-please|release-drafter|git-cliff|semantic-release|generate_?release_?notes|generate-notes|auto-changelog|changelogithub|conventional-changelog|towncrier|commitizen|cz bump|--notes-(?:file|from)|\bbody_?(?:path|file)\s{0,4}:|\bbody\s{0,4}:[^\n]{0,200}(?:changelog|notes|changes)/i;
/** What makes a release, with or without notes. */
const RELEASES = /gh-release|create-release|release-action|\bgh release create\b/i;

function findNotes(
  ci: readonly { path: string; text: string }[],
  wanted: RegExp,
): { tool: string; path: string; line: number } | undefined {
  for (const { path, text } of ci) {
    const lines = text.split("\n");
    const line = lines.findIndex((one) => wanted.test(one.slice(0, 2_000)) && !/^\s*#/.test(one));
    if (line !== -1)
      return {
        tool: wanted.exec((lines[line] ?? "").slice(0, 2_000))?.[0] ?? "a workflow",
        path,
        line: line + 1,
      };
  }
  return undefined;
}
