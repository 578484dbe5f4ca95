import { defineRule, fail, notApplicable, partial, pass } from "../../src/engine/rule.ts";
import { foldersAbove } from "../../src/project/files.ts";
import type { Project } from "../../src/project/project.ts";

export default defineRule({
  id: "src-layout",
  category: "structure",
  severity: "low",
  kinds: ["library", "service", "cli", "pipeline"],
  title: "The package stands in a src folder",
  why: "With the package beside the tests, tests import the working folder instead of what is installed, and pass on files that users never get.",
  fix: "Move the package below `src`:\n\n```\nsrc/shop/__init__.py\ntests/test_orders.py\npyproject.toml\n```\n\nMost build backends find it there by themselves.",
  checklist: ["002-08", "004-03"],
  unseenIn: ["wheel"],
  examples: {
    pass: [
      {
        files: {
          "apps/fetch/src/fetch/a.py": "x = 1\n",
          "apps/map/src/city_map/b.py": "x = 1\n",
          "apps/map/bin/draw.py": "import city_map.b\n",
        },
        says: "each part",
        at: "apps/fetch/src/fetch/a.py:1",
        kind: "service",
      },
      {
        files: {
          "src/shop/__init__.py": "",
          "src/shop/a.py": "x = 1\n",
          "tests/test_a.py": "def test_a(): assert 1\n",
        },
        says: "src/shop",
        at: "src/shop/__init__.py:1",
      },
      {
        files: {
          "pyproject.toml": "[project]\nname='a'\nversion='1'\n",
          "src/shop/__init__.py": "",
          "src/shop/a.py": "x = 1\n",
        },
        says: "src/shop",
        at: "src/shop/__init__.py:1",
      },
      {
        files: { "src/shop/a.py": "from shop.b import x\n", "src/shop/b.py": "x = 1\n" },
        says: "src/shop",
        at: "src/shop/a.py:1",
      },
    ],
    partial: [
      {
        files: {
          "flows/ingest.py": "from shop.db import read\n",
          "flows/report.py": "from shop.db import read\n",
          "packages/shop/src/shop/__init__.py": "",
          "packages/shop/src/shop/db.py": "def read(): ...\n",
          "flows/clean.py": "x = 1\n",
        },
        says: "A package stands in packages/shop/src, and 3 modules beside it in none.",
        at: "packages/shop/src/shop/__init__.py:1",
        kind: "pipeline",
      },
      {
        files: {
          "pyproject.toml": "[tool.uv.workspace]\nmembers = ['parts/*']\n",
          "parts/fetch/pyproject.toml": "[project]\nname='fetch'\nversion='1'\n",
          "parts/fetch/src/fetch/a.py": "x = 1\n",
          "parts/map/pyproject.toml": "[project]\nname='map'\nversion='1'\n",
          "parts/map/city_map/b.py": "x = 1\n",
          "parts/map/city_map/c.py": "x = 1\n",
        },
        says: "1 of 2 parts",
        at: "parts/map/city_map/b.py:1",
      },
      {
        files: {
          "pyproject.toml": '[project]\nname = "shop"\ndependencies = ["alembic"]\n',
          "shop/__init__.py": "",
          "shop/a.py": "import alembic\n\nx = 1\ny = 2\nz = 3\nu = 4\nv = 5\nw = 6\n",
          "alembic/env.py": "x = 1\n",
        },
        says: "shop is the one package",
        at: "shop/__init__.py:1",
        note: "The import means the distribution.",
      },
      {
        files: {
          "shop/__init__.py": "",
          "shop/a.py": "x = 1\n",
          "tests/test_a.py": "def test_a(): assert 1\n",
        },
        says: "shop is the one package",
        at: "shop/__init__.py:1",
      },
      {
        files: {
          "shop/__init__.py": "",
          "shop/a.py": "x = 1\ny = 2\nz = 3\nu = 4\n",
          "plugins/audit-stock.py": "import json\n",
        },
        says: "shop is the one package",
        at: "shop/__init__.py:1",
        note: "A folder of scripts that nothing imports is no package.",
      },
      {
        files: {
          "src/__init__.py": "",
          "src/a.py": "x = 1\n",
          "tests/test_a.py": "def test_a(): assert 1\n",
        },
        says: "makes src itself the package",
        at: "src/__init__.py:1",
        note: "`src/__init__.py` turns the folder into the package's name.",
      },
      {
        files: { "src/main.py": "import db\n", "src/db.py": "x = 1\n" },
        says: "no package",
        at: "src/db.py:1",
      },
    ],
    fail: [
      {
        files: {
          "database/__init__.py": "x = 1\n",
          "cogs/general.py": "x = 1\ny = 2\nz = 3\n",
          "bot.py": "import database\n",
        },
        says: "2 packages stand beside each other",
        at: "cogs/general.py:1",
        note: "Most of the code is no side of it.",
        kind: "service",
      },
      {
        files: {
          "a.py": "x = 1\n",
          "b.py": "x = 1\n",
          "d.py": "x = 1\n",
          "shop/__init__.py": "",
          "shop/c.py": "x = 1\n",
        },
        says: "beside each other",
        at: "a.py:1",
      },
      {
        files: { "one/__init__.py": "x = 1\n", "two/__init__.py": "x = 1\n", "three/__init__.py": "x = 1\n" },
        says: "3 packages",
        at: "one/__init__.py:1",
      },
    ],
    notApplicable: [{ files: { "a.py": "x = 1\n" }, says: "single module", kind: "cli" }],
  },
  check(project) {
    const own = project.source.filter(({ role, notebook }) => role === "source" && !notebook);
    const inside = own
      .map((module) => ({ module, path: strip(module.path, project) }))
      .filter(({ path }) => !/^(?:setup|manage|conftest|noxfile|wsgi|asgi)\.py$/.test(path));
    if (inside.length <= 1) return notApplicable("It is a single module.");
    const inSrc = inside.filter(({ path }) => path.startsWith("src/"));
    if (inSrc.length > inside.length / 2) return judgeSrc(inSrc, project);
    const apart = inside.filter(({ path }) => standsInSrc(path, project));
    if (apart.length > inside.length / 2) {
      const parts = new Map(
        apart.map(({ module, path }) => [folderOfSrc(path), module.at(1)] as const).reverse(),
      );
      const [first] = [...parts.keys()].reverse();
      return pass(
        `The packages of each part stand in its own src: ${first} and others.`,
        [...parts.values()].reverse(),
      );
    }
    const beside = judgeBeside(inside, apart, project);
    if (beside) return beside;
    const scattered = judgeParts(inside, project);
    if (scattered) return scattered;
    const tops = new Map<string, { module: (typeof own)[number] }>();
    for (const { module, path } of inside) {
      const top = path.includes("/") ? (path.split("/")[0] ?? "") : "";
      if (!tops.has(top)) tops.set(top, { module });
    }
    const folders = packagesOf(
      [...tops.keys()].filter((top) => top !== ""),
      project,
    );
    const loose = inside.filter(({ path }) => !path.includes("/") && path !== "__init__.py");
    const evidence = [...tops.values()].map(({ module }) => module.at(1));
    if (folders.length === 1 && loose.length <= 2)
      return partial(`${folders[0]} is the one package, at the top of the repository instead of in src.`, [
        tops.get(folders[0] ?? "")!.module.at(1),
      ]);
    if (folders.length === 0)
      return fail(`${loose.length} modules stand in the top folder, in no package.`, evidence);
    if (loose.length > 2 || folders.length === 1)
      return fail(
        `Packages and ${loose.length} loose modules stand beside each other in the top folder.`,
        loose.map(({ module }) => module.at(1)),
      );
    return fail(
      `${folders.length} packages stand beside each other in the top folder${loose.length > 0 ? `, ${loose.length === 1 ? "a loose module" : `${loose.length} loose modules`} among them` : ""}.`,
      evidence,
    );
  },
});

/** A package in a src of its own, and beside it only folders of scripts or flows that are no packages. */
function judgeBeside(inside: readonly Placed[], apart: readonly Placed[], { files, root }: Project) {
  const [first] = apart;
  const others = inside.filter((one) => !apart.includes(one));
  const top = root === "" ? "" : `${root}/`;
  const isPackaged = ({ path }: Placed): boolean =>
    path.includes("/") && files.has(`${top}${path.slice(0, path.lastIndexOf("/"))}/__init__.py`);
  if (!first || others.some(isPackaged)) return undefined;
  const packages = apart.filter(({ path }) => path.endsWith("/__init__.py"));
  if (packages.length === 0) return undefined;
  const folder = folderOfSrc(first.path);
  return partial(`A package stands in ${folder}, and ${others.length} modules beside it in none.`, [
    packages[0]!.module.at(1),
    ...others.slice(0, 3).map(({ module }) => module.at(1)),
  ]);
}

/** Most of the code lies in folders of projects of their own: some packages stand there in `src`, some beside the tests. */
function judgeParts(inside: readonly Placed[], project: Project) {
  const root = project.root === "" ? "" : `${project.root}/`;
  const isPart = (folder: string): boolean =>
    project.files.has(`${root}${folder}/pyproject.toml`) || project.files.has(`${root}${folder}/setup.py`);
  const homes = Map.groupBy(inside, ({ path }) => [...foldersAbove([path])].find(isPart) ?? "");
  homes.delete("");
  const held = [...homes.values()].flat();
  if (homes.size < 2 || held.length <= inside.length / 2) return undefined;
  const inSrc = [...homes.values()].filter(
    (some) => some.filter(({ path }) => standsInSrc(path, project)).length > some.length / 2,
  );
  const flat = [...homes.values()].filter((some) => !inSrc.includes(some));
  const message = `The packages of ${inSrc.length} of ${homes.size} parts stand in a src of their own.`;
  const evidence = [...flat, ...inSrc].map(([one]) => one!.module.at(1));
  return partial(message, evidence);
}

/** Folders that hold packages; a small one beside them without `__init__.py` that nothing imports holds scripts or plugins. */
function packagesOf(tops: readonly string[], project: Project): string[] {
  const root = project.root === "" ? "" : `${project.root}/`;
  const imported = new Set(
    project.source.flatMap(({ imports }) =>
      imports.filter(({ level }) => level === 0).map(({ module }) => module.split(".", 1)[0] ?? ""),
    ),
  );
  // `import alembic` means the distribution, not the folder of its settings.
  const isMeant = (top: string): boolean => imported.has(top) && project.manifests.named(top).length === 0;
  const packages = tops.filter((top) => isMeant(top) || project.files.has(`${root}${top}/__init__.py`));
  const linesIn = (some: readonly string[]): number => {
    const asked = new Set(some);
    return project.source.reduce((sum, { path, lineCount }) => {
      const top = path.slice(root.length).split("/", 1)[0] ?? "";
      return asked.has(top) ? sum + lineCount : sum;
    }, 0);
  };
  return linesIn(packages) >= linesIn(tops) * 0.8 ? packages : [...tops];
}

type Placed = { module: Project["source"][number]; path: string };

const folderOfSrc = (path: string): string => path.slice(0, path.indexOf("/src/") + 4);

/** `apps/fetch/src/fetch/a.py`: the part has its own `src`, which lies in no package. */
function standsInSrc(path: string, project: Project): boolean {
  const at = path.indexOf("/src/");
  const root = project.root === "" ? "" : `${project.root}/`;
  const inside = path.slice(at + "/src/".length);
  return (
    at !== -1 &&
    inside.includes("/") &&
    !project.files.has(`${root}${path.slice(0, at)}/__init__.py`) &&
    !project.files.has(`${root}${path.slice(0, at)}/src/__init__.py`)
  );
}

const strip = (path: string, { root }: Project): string => (root === "" ? path : path.slice(root.length + 1));

function judgeSrc(inSrc: readonly { module: Project["source"][number]; path: string }[], project: Project) {
  const init =
    inSrc.find(({ path }) => path === "src/__init__.py") ??
    (project.module("src/__init__.py") ? { module: project.module("src/__init__.py")! } : undefined);
  if (init) return partial("src/__init__.py makes src itself the package.", [init.module.at(1)]);
  const packaged = inSrc.filter(({ path }) => path.split("/").length > 2);
  const [first] = packaged;
  if (!first) return partial("The modules stand in src, but in no package.", [inSrc[0]!.module.at(1)]);
  const nameOf = ({ path }: Placed): string => path.split("/").slice(0, 2).join("/");
  // Folders of scripts may lie beside it.
  const declared = packaged.find(
    ({ path }) => path === `${path.split("/").slice(0, 2).join("/")}/__init__.py`,
  );
  const name = nameOf(declared ?? first);
  const top = packaged.find(({ path }) => path === `${name}/__init__.py`) ?? first;
  return pass(`The package stands in ${name}.`, [top.module.at(1)]);
}
