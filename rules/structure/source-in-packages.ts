import { defineRule, judgeShare, notApplicable } from "../../src/engine/rule.ts";
import { folderOf } from "../../src/project/files.ts";
import { mainGuard } from "../../src/project/main-guard.ts";
import type { PythonModule } from "../../src/project/python/module.ts";

/** So few modules need no folder of their own. */
const SMALL = 3;

export default defineRule({
  id: "source-in-packages",
  category: "structure",
  severity: "medium",
  kinds: "all",
  title: "The source is organised in packages",
  why: "Modules in a flat pile import each other by accident of the working directory, and clash with whatever else is installed.",
  fix: "Move the modules into a package and import them by its name:\n\n```\nsrc/shop/__init__.py\nsrc/shop/orders.py      # from shop.orders import total\nsrc/shop/stock.py\n```",
  checklist: ["001-26", "004-03", "002-08"],
  examples: {
    pass: [
      {
        files: {
          "bin/fetch.py": "import sys\n\nif __name__ == '__main__':\n    sys.exit(1)\n",
          "bin/send.py": "import sys\n\nif __name__ == '__main__':\n    sys.exit(2)\n",
          "shop/__init__.py": "",
          "shop/orders.py": "x = 1\n",
          "shop/stock.py": "x = 1\n",
          "shop/users.py": "x = 1\n",
        },
        says: "3 of 3 modules stand in packages",
        at: "shop/__init__.py:1",
        note: "Commands are run, and imported by nothing.",
      },
      {
        files: {
          "shop/__init__.py": "",
          "shop/orders.py": "x = 1\n",
          "shop/stock.py": "x = 1\n",
          "gunicorn-cfg.py": "bind = '0.0.0.0:8000'\n",
          "run.py": "from shop import app\n\nif __name__ == '__main__':\n    app.run()\n",
        },
        says: "2 of 2 modules stand in packages",
        note: "What starts the package and what configures its server stand beside it.",
      },
      {
        files: {
          "shop/__init__.py": "",
          "shop/orders.py": "x = 1\n",
          "shop/stock.py": "x = 1\n",
          "shop/users.py": "x = 1\n",
          "manage.py": "x = 1\n",
        },
        says: "3 of 3 modules stand in packages",
        at: "shop/__init__.py:1",
      },
      {
        files: {
          ".agent/tools/__init__.py": "",
          ".agent/tools/look.py": "x = 1\n",
          "shop/__init__.py": "",
          "shop/orders.py": "x = 1\n",
          "shop/stock.py": "x = 1\n",
          "shop/users.py": "x = 1\n",
        },
        says: "3 of 3 modules stand in packages",
        at: "shop/__init__.py:1",
        note: "Packages of a developer's tools are no evidence.",
      },
      {
        files: {
          "src/shop/orders.py": "x = 1\n",
          "src/shop/stock.py": "x = 1\n",
          "src/shop/a.py": "x = 1\n",
          "src/shop/b.py": "x = 1\n",
        },
        says: "4 of 4 modules",
        note: "A namespace package under src needs no __init__.py (PEP 420).",
      },
      {
        files: {
          "app/main.py": "from app.db import x\n",
          "app/db.py": "x = 1\n",
          "app/a.py": "x = 1\n",
          "app/b.py": "x = 1\n",
        },
        says: "4 of 4 modules",
        note: "A folder whose modules are imported through its name is a package.",
      },
      {
        files: {
          "shop/__init__.py": "",
          "shop/a.py": "x = 1\n",
          "shop/b.py": "x = 1\n",
          "shop/c.py": "x = 1\n",
          "shop/d.py": "x = 1\n",
          "dags/daily.py": "from airflow import DAG\nfrom shop import a\n\ndag = DAG('daily')\n",
        },
        says: "4 of 4 modules",
        note: "Airflow loads what stands in its folder.",
      },
    ],
    partial: [
      {
        files: {
          "shop/__init__.py": "",
          "shop/a.py": "x = 1\n",
          "shop/b.py": "x = 1\n",
          "one.py": "x = 1\n",
          "two.py": "x = 1\n",
        },
        says: "2 of 4 modules",
        at: "one.py:1",
      },
    ],
    fail: [
      {
        files: { "a.py": "x = 1\n", "b.py": "x = 1\n", "c.py": "x = 1\n", "d.py": "x = 1\n" },
        says: "0 of 4 modules",
        at: "a.py:1",
      },
      {
        files: {
          "jobs/a.py": "x = 1\n",
          "jobs/b.py": "x = 1\n",
          "jobs/c.py": "x = 1\n",
          "jobs/d.py": "x = 1\n",
        },
        says: "0 of 4 modules",
        at: "jobs/a.py:1",
        note: "A folder alone is no package.",
      },
    ],
    notApplicable: [{ files: { "a.py": "x = 1\n" }, says: "only 1 module" }],
  },
  check({ source, modules, root, manifests }) {
    const written = source.filter(
      ({ role, lineCount, path, notebook }) =>
        role === "source" &&
        lineCount > 0 &&
        !notebook &&
        !/(?:^|\/)(?:(?:__init__|manage|wsgi|asgi|conftest|__main__)|[\w.-]{0,30}(?:gunicorn|hypercorn)[\w.-]{0,30})\.py$/.test(
          path,
        ),
    );
    const all = written.filter((module) => !isCommand(module));
    if (all.length === 0) return notApplicable("There are no modules to organise.");
    const inits = new Set(
      modules.filter(({ path }) => path.endsWith("/__init__.py")).map(({ path }) => folderOf(path)),
    );
    const named = importedFolders(source);
    const beside = all.filter((module) => !inPackage(module.path, inits, named, root));
    // Where there are packages, what the scheduler loads from its folder stands where it must.
    const outside =
      beside.length < all.length ? beside.filter((module) => !isLoaded(module, source)) : beside;
    const entry = outside.length < all.length / 2 ? soleEntry(outside) : undefined;
    const own = all.filter(
      (module) => module !== entry && (outside.includes(module) || !beside.includes(module)),
    );
    const loose = outside.filter((module) => module !== entry);
    if (loose.length > 0 && own.length <= SMALL)
      return notApplicable(
        `There ${own.length === 1 ? "is" : "are"} only ${own.length} module${own.length === 1 ? "" : "s"}: too few for a package.`,
      );
    // py-modules of a build backend are distributed as they are.
    const single = manifests.pyproject?.get("tool", "setuptools", "py-modules");
    const total = own.length;
    const good = single === undefined ? total - loose.length : total;
    const shown =
      loose.length > 0
        ? loose.map((module) => module.at(1))
        : [...new Set(own.map(({ path }) => folderOf(path)))]
            .filter((folder) => inits.has(folder))
            .sort()
            .slice(0, 10)
            .map((folder) => ({ path: `${folder}/__init__.py`, startLine: 1 }));
    return judgeShare(good, total, `${good} of ${total} modules stand in packages.`, shown);
  },
});

/** Commands in a folder for them are run, and imported by nothing. */
const isCommand = (module: PythonModule): boolean =>
  /(?:^|\/)bin\/[^/]{1,100}$/.test(module.path) && mainGuard(module) !== undefined;

/** Airflow's DAGs and plugins, which nothing imports: https://airflow.apache.org/docs/apache-airflow/stable/core-concepts/dags.html */
const isLoaded = (module: PythonModule, source: readonly PythonModule[]): boolean => {
  if (!/(?:^|\/)(?:dags|plugins)\//.test(module.path) || !module.importsPackage("airflow")) return false;
  const name = module.name.split(".").at(-1) ?? module.name;
  return !source.some(({ imports }) =>
    imports.some(
      (one) => one.module.split(".").at(-1) === name || one.names.some((each) => each.name === name),
    ),
  );
};

/** The one module beside the packages that is only run: it has a main guard, as `manage.py` has. */
function soleEntry(outside: readonly PythonModule[]): PythonModule | undefined {
  const guarded = outside.filter((module) => mainGuard(module) !== undefined);
  return guarded.length === 1 ? guarded[0] : undefined;
}

/** Folders through whose names modules are imported: `from app.db import x` → app. */
function importedFolders(
  source: readonly { imports: readonly { module: string; level: number }[] }[],
): Set<string> {
  const names = new Set<string>();
  for (const { imports } of source) {
    for (const { module, level } of imports) {
      const parts = module.split(".");
      if (level === 0 && parts.length > 0 && parts[0]) names.add(parts[0]);
    }
  }
  return names;
}

function inPackage(
  path: string,
  inits: ReadonlySet<string>,
  named: ReadonlySet<string>,
  root: string,
): boolean {
  const folder = folderOf(path);
  if (inits.has(folder)) return true;
  const parts = (root === "" ? folder : folder.slice(root.length + 1))
    .split("/")
    .filter((part) => part !== "");
  const src = parts.indexOf("src");
  if (src !== -1 && parts.length > src + 1) return true;
  return parts.some((part) => named.has(part));
}
