import { defineRule, fail, notApplicable, partial, pass } from "../../src/engine/rule.ts";
import { findMetadataFaults } from "../../src/project/manifests/metadata-faults.ts";
import { isStandardLibrary } from "../../src/project/manifests/standard-library.ts";
import { nestedManifests } from "../../src/project/nested-manifests.ts";
import type { Project } from "../../src/project/project.ts";

export default defineRule({
  id: "pyproject-valid",
  category: "structure",
  severity: "high",
  kinds: "all",
  title: "pyproject.toml describes the project",
  why: "It is the one file that installers, linters and editors all read; without it each machine builds the project in its own way.",
  fix: 'Describe the project in `pyproject.toml` (PEP 621), and check it with `uvx validate-pyproject pyproject.toml`:\n\n```toml\n[build-system]\nrequires = ["hatchling"]\nbuild-backend = "hatchling.build"\n\n[project]\nname = "shop"\nversion = "1.4.0"\nrequires-python = ">=3.12"\ndependencies = ["httpx>=0.27"]\n```',
  checklist: ["001-29", "004-04"],
  unseenIn: ["wheel"],
  examples: {
    pass: [
      {
        kind: "service",
        files: {
          "pyproject.toml": '[tool.uv.workspace]\nmembers = ["backend"]\n',
          "backend/pyproject.toml":
            '[project]\nname = "shop"\nversion = "1.0"\ndependencies = ["fastapi>=0.115"]\n',
          "backend/shop/__init__.py": "",
          "backend/shop/main.py": "import fastapi\n",
        },
        says: "in which backend/pyproject.toml describes itself under [project]",
        at: "backend/pyproject.toml:1",
        note: "A workspace's own root is no project.",
      },
      {
        files: {
          "shop-backend/pyproject.toml": '[project]\nname = "shop"\nversion = "1.0"\n',
          "shop-backend/app.py": "import fastapi\n",
          "shop-test/requirements.txt": "playwright\n",
          "shop-test/test_pages.py": "def test_a():\n    assert True\n",
        },
        says: "shop-backend/pyproject.toml describes the project",
        at: "shop-backend/pyproject.toml:1",
        note: "A folder of tests beside the project has manifests for itself.",
      },
      {
        files: {
          "pyproject.toml":
            '[build-system]\nrequires = ["hatchling"]\nbuild-backend = "hatchling.build"\n\n[project]\nname = "shop"\nversion = "1.0"\n',
          "shop.py": "x = 1\n",
        },
        says: "[project]",
        at: "pyproject.toml:5",
      },
      {
        files: {
          "pyproject.toml": '[project]\nname = "shop"\ndynamic = ["version"]\n\n[tool.uv]\npackage = false\n',
          "shop.py": "x = 1\n",
        },
        says: "[project]",
        at: "pyproject.toml:1",
        note: "An application needs no build system.",
      },
      {
        files: {
          "pyproject.toml":
            '[project]\nname = "shop"\nversion = "1.0"\nlicense = "MIT"\n\n[tool.poetry]\npackages = [{ include = "shop" }]\n',
          "shop.py": "x = 1\n",
        },
        says: "[project]",
        at: "pyproject.toml:1",
      },
    ],
    partial: [
      {
        files: {
          "apps/fetch/src/requirements.txt": "requests==2.32.0\n",
          "apps/fetch/src/fetch.py": "import requests\n",
          "apps/map/src/requirements.txt": "networkx==3.3\n",
          "apps/map/src/map.py": "import networkx\n",
        },
        says: "requirements files only",
        at: "apps/map/src/requirements.txt:1",
        note: "Each part of the repository has a list of its own.",
      },
      {
        files: { "pyproject.toml": '[tool.poetry]\nname = "shop"\nversion = "1.0"\n', "shop.py": "x = 1\n" },
        says: "Poetry's own tables",
        at: "pyproject.toml:1",
      },
      {
        files: {
          "pyproject.toml": "[tool.ruff]\nline-length = 100\n",
          "setup.cfg": "[metadata]\nname = shop\n",
          "shop.py": "x = 1\n",
        },
        says: "only configures tools",
        at: "pyproject.toml:1",
      },
      {
        files: {
          "setup.py": 'from setuptools import setup\nsetup(name="shop", version="1.0")\n',
          "shop.py": "x = 1\n",
        },
        says: "setup.py",
        at: "setup.py:1",
      },
      {
        files: {
          "setup.py": "from setuptools import setup\n\nsetup()\n",
          "setup.cfg": "[metadata]\nname = shop\n",
          "shop.py": "x = 1\n",
        },
        says: "The metadata is in setup.cfg",
        at: "setup.cfg:1",
        note: "All that setup.py does is to call setup().",
      },
      {
        files: { "requirements.txt": "flask==3.0\n", "shop.py": "import flask\n" },
        says: "requirements files only",
        at: "requirements.txt:1",
      },
    ],
    fail: [
      {
        files: { "pyproject.toml": "[project\nname = 1\n", "shop.py": "x = 1\n" },
        says: "cannot be read",
        at: "pyproject.toml:1",
      },
      {
        files: { "pyproject.toml": '[project]\nname = "shop"\nversion = 1\n', "shop.py": "x = 1\n" },
        says: "project.version must be a string",
        at: "pyproject.toml:3",
        note: "It is TOML, and still no valid metadata.",
      },
      {
        files: {
          "pyproject.toml":
            '[project]\nname = "shop"\nversion = "1"\n\n[dependency-groups]\nall_lint = ["ruff"]\ndev = [{ include-group = "all-lint" }, { include-group = "tests" }]\n',
          "shop.py": "x = 1\n",
        },
        says: "dependency-groups.dev includes tests, which is no group",
        at: "pyproject.toml:7",
        note: "Every installer refuses to install the group.",
      },
      { files: { "shop.py": "import flask\n" }, says: "Nothing describes the project" },
    ],
    notApplicable: [{ files: { "a.py": "print(1)\n", "b.py": "print(2)\n" }, says: "a folder of scripts" }],
  },
  check(project) {
    const { pyproject } = project.manifests;
    if (!pyproject) return withoutPyproject(project);
    const { path, broken, brokenLine } = pyproject;
    if (broken !== undefined)
      return fail(`${path} cannot be read: ${broken}.`, [{ path, startLine: brokenLine ?? 1 }]);
    const faults = findMetadataFaults(pyproject);
    if (faults.length > 0) {
      const said = faults
        .map(({ message }) => message)
        .slice(0, 3)
        .join("; ");
      return fail(
        `${path} is no valid metadata: ${said}.`,
        faults.map(({ line, message }) => ({ path, startLine: line, note: message })),
      );
    }
    if (pyproject.get("project", "name") !== undefined) {
      return pass(`${path} describes the project under [project].`, [
        { path, startLine: pyproject.line("project") },
      ]);
    }
    if (
      pyproject.get("tool", "poetry", "name") !== undefined ||
      pyproject.get("tool", "poetry", "dependencies") !== undefined
    ) {
      return partial(
        `${path} describes the project in Poetry's own tables, which only Poetry reads; [project] is what all tools read.`,
        [{ path, startLine: pyproject.line("tool", "poetry") }],
      );
    }
    if (pyproject.get("tool", "flit", "metadata") !== undefined) {
      return partial(`${path} describes the project in Flit's old table; [project] is what all tools read.`, [
        { path, startLine: pyproject.line("tool", "flit", "metadata") },
      ]);
    }
    const [member, ...members] = project.manifests.members.filter(
      (one) => one.get("project", "name") !== undefined && findMetadataFaults(one).length === 0,
    );
    if (member) {
      const verb =
        members.length === 0 ? "describes itself" : `and ${members.length} more describe themselves`;
      return pass(
        `${path} is the root of a workspace, in which ${member.path} ${verb} under [project].`,
        [member, ...members].map((one) => ({ path: one.path, startLine: one.line("project") })),
      );
    }
    const other = project.manifests.setupCfg?.path ?? project.manifests.setupPy?.path;
    const where = other === undefined ? "" : `, and the metadata is in ${other}`;
    return partial(`${path} only configures tools${where}.`, [{ path, startLine: 1 }]);
  },
});

function withoutPyproject(project: Project) {
  const { manifests, source, firstParty } = project;
  const { setupPy, setupCfg, requirements, pipfile, conda } = manifests;
  const inSetupCfg = setupCfg?.get("metadata") !== undefined;
  // A setup.py that only calls setup() says nothing itself.
  if (setupPy && !(inSetupCfg && setupPy.values.name === undefined && !setupPy.unread.includes("name")))
    return partial(
      `The metadata is in ${setupPy.path}, which must be run to be read; pyproject.toml is missing.`,
      [{ path: setupPy.path, startLine: 1 }],
    );
  if (setupCfg && inSetupCfg)
    return partial(`The metadata is in ${setupCfg.path}; pyproject.toml is missing.`, [
      { path: setupCfg.path, startLine: setupCfg.line("metadata") },
    ]);
  const [listed] = [
    ...requirements.map(({ path }) => path),
    ...(pipfile ? [pipfile.path] : []),
    ...conda.map(({ path }) => path),
    ...nestedManifests(project).flatMap(({ requirements: lists }) => lists.map(({ path }) => path)),
  ];
  if (listed !== undefined)
    return partial(`Dependencies are in ${listed}: requirements files only; pyproject.toml is missing.`, [
      { path: listed, startLine: 1 },
    ]);
  const foreign = source.some(({ imports }) =>
    imports.some(({ module, level, guard }) => {
      const [top = ""] = module.split(".");
      return level === 0 && guard === undefined && !firstParty.has(top) && !isStandardLibrary(top);
    }),
  );
  const packaged = source.some(({ path }) => path.endsWith("__init__.py"));
  if (!foreign && !packaged)
    return notApplicable("It is a folder of scripts without dependencies: there is nothing to describe.");
  return fail("Nothing describes the project: no pyproject.toml, no setup.py, no requirements file.");
}
