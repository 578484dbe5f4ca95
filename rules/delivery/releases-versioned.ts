import { defineRule, type Evidence, fail, partial, pass } from "../../src/engine/rule.ts";
import { folderOf } from "../../src/project/files.ts";
import {
  findLatestOnly,
  findReleaseRecords,
  findVersions,
  findVersionTools,
  type StatedVersion,
  type VersionSign,
} from "../../src/project/versions.ts";

const PYPROJECT = '[project]\nname = "shop"\nversion = "1.4.0"\n';

export default defineRule({
  id: "releases-versioned",
  category: "delivery",
  severity: "medium",
  kinds: "all",
  title: "Releases have versions",
  why: "Without a name for what ran yesterday nobody can say what changed since, or bring it back.",
  fix: 'Keep the version in one place and let a tool raise it, or take it from the tag:\n\n```toml\n[project]\ndynamic = ["version"]\n\n[tool.hatch.version]\nsource = "vcs"\n```\n\nKeep a changelog, release from tags, and tag images with the version or commit and not only `latest`.',
  checklist: ["000-35", "000-43"],
  unseenIn: ["sdist", "wheel"],
  alwaysApplies: true,
  examples: {
    pass: [
      {
        files: {
          "pyproject.toml": PYPROJECT,
          "CHANGELOG.md": "# Changelog\n\n## 1.2.0\n\n- Orders\n",
          "shop/middlewares/trace/__init__.py": "__version__ = '0.1.0'\n",
        },
        says: "Releases have versions",
        note: "The version of a part is not the project's.",
      },
      {
        files: {
          "app.py": "",
          "pyproject.toml": PYPROJECT,
          ".github/workflows/image.yml":
            "on: push\njobs:\n  image:\n    runs-on: ubuntu-latest\n    steps:\n      - run: |\n          docker push ghcr.io/acme/shop:${{ env.VERSION }}\n          docker push ghcr.io/acme/shop:latest\n",
        },
        says: "version 1.4.0",
        at: "pyproject.toml:3",
        note: "The same image is pushed under its version, too.",
      },
      {
        files: {
          "shop/__init__.py": "",
          "pyproject.toml": PYPROJECT,
          "CHANGELOG.md": "# Changelog\n\n## 1.4.0\n\n- Orders\n",
        },
        says: "version 1.4.0, changelog",
        at: "pyproject.toml:3",
      },
      {
        files: {
          "shop/__init__.py": "",
          "pyproject.toml": '[project]\nname = "shop"\ndynamic = ["version"]\n\n[tool.setuptools_scm]\n',
        },
        says: "setuptools-scm",
        at: "pyproject.toml:5",
        note: "The tags of the repository are the version.",
      },
      {
        files: {
          "app.py": "",
          ".github/workflows/release.yml":
            "on:\n  release:\n    types: [published]\njobs:\n  image:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v6\n      - run: docker push ghcr.io/acme/shop:$GITHUB_REF_NAME\n",
        },
        says: "docker push",
        at: ".github/workflows/release.yml:9",
      },
    ],
    partial: [
      {
        files: { "shop/__init__.py": "", "pyproject.toml": PYPROJECT },
        says: "nothing keeps track of releases",
        at: "pyproject.toml:3",
      },
      {
        files: {
          "shop/__init__.py": '__version__ = "1.3.0"\n',
          "pyproject.toml": PYPROJECT,
          "CHANGELOG.md": "# Changelog\n\n## 1.4.0\n\n- Orders\n",
        },
        says: "version 1.4.0 and version 1.3.0",
        at: "shop/__init__.py:1",
        note: "Two places state it, and one was forgotten.",
      },
      {
        files: {
          "app.py": "",
          "pyproject.toml": PYPROJECT,
          ".github/workflows/image.yml":
            "on: push\njobs:\n  image:\n    runs-on: ubuntu-latest\n    steps:\n      - run: docker push ghcr.io/acme/shop:latest\n",
        },
        says: "latest only",
        at: ".github/workflows/image.yml:6",
      },
    ],
    fail: [
      {
        files: {
          "app.py": "",
          "openspec/changes/add-orders/design.md": "# Orders\n\nAs of 2026-08-04, needs driver 2.1.\n",
        },
        says: "No version",
        note: "Proposals of changes are no changelog.",
      },
      { files: { "app.py": "x = 1\n" }, says: "No version" },
      {
        files: {
          "app.py": "",
          "dev/push.py": "",
          ".github/workflows/build.yml":
            "on: push\njobs:\n  image:\n    runs-on: ubuntu-latest\n    steps:\n      - run: ./dev/push.py\n",
        },
        says: "No version",
        note: "Whatever a script pushes, its name speaks of no release.",
      },
      {
        files: { "app.py": "", "CHANGELOG.md": "" },
        says: "No version",
        note: "An empty changelog tells of no release.",
      },
    ],
    notApplicable: [],
  },
  check(project) {
    const versions = findVersions(project);
    const tools = findVersionTools(project);
    const records = findReleaseRecords(project);
    const signs = [...versions.slice(0, 1), ...tools, ...records];
    const [stated] = versions;
    if (signs.length === 0)
      return fail(
        "No version is stated, and there is no changelog, release workflow or tool that raises one.",
      );
    const latest = findLatestOnly(project);
    const [unnamed] = latest;
    if (unnamed && !records.some(({ note }) => note === "changelog"))
      return partial(
        `Images are pushed as latest only (${unnamed.path}), so none can be named later.`,
        latest.map(toEvidence),
      );
    const other = findDisagreement(versions);
    if (stated && other)
      return partial(
        `The places that state the version disagree: ${stated.note} and ${other.note}.`,
        [stated, other].map(toEvidence),
      );
    if (
      tools.length > 0 ||
      (stated && records.length > 0) ||
      records.some(({ note }) => note !== "changelog")
    ) {
      const notes = [...new Set(signs.map(({ note }) => note))].slice(0, 4).join(", ");
      return pass(`Releases have versions: ${notes}.`, signs.map(toEvidence));
    }
    if (stated)
      return partial(
        `It states ${stated.note}, and nothing keeps track of releases: no changelog, release workflow or bump tool.`,
        [toEvidence(stated)],
      );
    return partial("A changelog tells of releases, but no version is stated.", records.map(toEvidence));
  },
});

/** Another version than the first stated one, in a place that speaks for the same package. */
function findDisagreement([first, ...others]: readonly StatedVersion[]): StatedVersion | undefined {
  if (first?.text === undefined) return undefined;
  const plain = (text: string) =>
    text.replace(/^v/, "").replace(/[.-]?(?:dev|a|b|rc|alpha|beta)[\w.-]{0,40}$/i, "");
  const below = folderOf(first.path);
  const same = others.filter(
    ({ text, path }) =>
      text !== undefined &&
      isTopPackage(below === "" ? path : path.slice(below.length + 1)) &&
      /(?:^|\/)(?:__init__|_{0,2}version_{0,2}|__about__)\.py$|VERSION/.test(path),
  );
  const [other] = same;
  // Where several packages have versions of their own, none speaks for the project.
  return other && same.length === 1 && plain(other.text!) !== plain(first.text) ? other : undefined;
}

/** `shop/__init__.py`, `src/shop/version.py`: what stands deeper tells the version of a part. */
const isTopPackage = (path: string): boolean => path.replace(/^src\//, "").split("/").length <= 2;

const toEvidence = ({ path, line, note }: VersionSign): Evidence => ({ path, startLine: line, note });
