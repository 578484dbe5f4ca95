/** Environments of conda (https://docs.conda.io/projects/conda/en/stable/user-guide/tasks/manage-environments.html). */
import { baseName, folderOf } from "../files.ts";
import type { Declarations } from "./declarations.ts";
import { normaliseName } from "./requirement.ts";
import { resolvePath } from "./requirements.ts";
import { parseRequirements } from "./requirements-text.ts";
import { fromConda, isPinned } from "./specifiers.ts";
import type { Dependency, Manifest } from "./types.ts";
import { asList, asStrings, isTable } from "./values.ts";

const FILE = /^(?:conda[-_.])?(?:environment|env|conda)(?:[-_.](?!lock\.)[\w.-]{0,60})?\.ya?ml$/;
const DEV = /(?:^|[-_./])(?:dev|devel|development|test|tests|testing|docs?|lint|ci|rtd)(?:[-_./]|$)/;
const FOLDERS = new Set([
  "conda",
  "envs",
  "environments",
  "environment",
  "binder",
  ".binder",
  "ci",
  "docs",
  "doc",
]);

/** Whether a path is an environment of the project in `root`: beside its manifests or in a folder for such files. */
export function isCondaPath(path: string, root: string): boolean {
  if (root !== "" && !path.startsWith(`${root}/`)) return false;
  const folder = folderOf(path.slice(root === "" ? 0 : root.length + 1)).toLowerCase();
  return FILE.test(baseName(path)) && (folder === "" || FOLDERS.has(folder));
}

/** Whether a YAML file that is named like an environment is one. */
export const isEnvironment = (manifest: Manifest): boolean => Array.isArray(manifest.get("dependencies"));

/**
 * The packages of an environment, those of its `pip:` list among them.
 *
 * @param beside another manifest says what the project needs, so that the environment is for working on it
 */
export function declareConda(manifest: Manifest, declarations: Declarations, beside: boolean): void {
  const group = beside || DEV.test(manifest.path.toLowerCase()) ? "dev" : "runtime";
  for (const [index, item] of asList(manifest.get("dependencies")).entries()) {
    const line = manifest.line("dependencies", String(index));
    if (typeof item === "string") {
      const dependency = readSpec(item);
      if (dependency) declarations.add({ ...dependency, path: manifest.path, line, group, source: "conda" });
    } else if (isTable(item)) {
      for (const [position, text] of asStrings(item.pip).entries()) {
        const at = manifest.line("dependencies", String(index), "pip", String(position));
        const { requirements, includes } = parseRequirements(text);
        for (const include of includes) {
          const path = resolvePath(folderOf(manifest.path), include.path);
          if (path !== undefined && !include.constraint) declarations.files.set(path, group);
        }
        for (const found of requirements) {
          const { requirement, pinned, hashed } = found;
          const place = { path: manifest.path, line: at };
          declarations.add({ ...requirement, ...place, pinned, hashed, group, source: "conda" });
        }
      }
    }
  }
}

/** `channel::name[build=…] >=1.2` and its older forms `name=1.2`, `name==1.2=build`, `name 1.2`. */
function readSpec(text: string): Omit<Dependency, "path" | "line" | "group" | "source"> | undefined {
  const spec = text
    .slice(0, 500)
    .replace(/^[^:\s]+::/, "")
    .replace(/\[[^[\]]*\]\s*$/, "")
    .trim();
  const [, name, constraint = ""] = /^([A-Za-z0-9_][\w.-]*)\s*(.*)$/.exec(spec) ?? [];
  if (name === undefined || normaliseName(name) === "python") return undefined;
  const specifier = fromConda(constraint);
  // `name=1.2.3` is a prefix to conda, yet a version of three parts leaves nothing open in practice.
  const pinned = isPinned(specifier) || /^=\d+\.\d+\.\d[\w.]*$/.test(constraint.trim());
  return {
    name: pypiName(normaliseName(name)),
    specifier,
    extras: [],
    pinned,
    hashed: false,
    ...(constraint === "" || constraint === specifier ? {} : { written: constraint }),
  };
}

/** Names under which conda has what PyPI calls differently. */
const PYPI_NAMES: Readonly<Record<string, string>> = {
  pytorch: "torch",
  "pytorch-cpu": "torch",
  "pytorch-gpu": "torch",
  opencv: "opencv-python",
  "py-opencv": "opencv-python",
  pytables: "tables",
  "matplotlib-base": "matplotlib",
  "msgpack-python": "msgpack",
  "python-graphviz": "graphviz",
  "dask-core": "dask",
  "tensorflow-gpu": "tensorflow",
  "seaborn-base": "seaborn",
  "jupyterlab-server": "jupyterlab-server",
  "mysql-connector-python": "mysql-connector-python",
  "py-xgboost": "xgboost",
  "python-duckdb": "duckdb",
  "docker-py": "docker",
  "python-annoy": "annoy",
  "python-confluent-kafka": "confluent-kafka",
  "python-fastjsonschema": "fastjsonschema",
  "python-build": "build",
  "h3-py": "h3",
  "prometheus-client": "prometheus-client",
  "sqlalchemy-base": "sqlalchemy",
  "faiss-gpu": "faiss-cpu",
  faiss: "faiss-cpu",
  "cython-blis": "blis",
  pyqt: "pyqt5",
  "pillow-simd": "pillow",
};

const pypiName = (name: string): string =>
  Object.hasOwn(PYPI_NAMES, name) ? (PYPI_NAMES[name] ?? name) : name;
