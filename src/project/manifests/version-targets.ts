/** The Python version that tools are told to read the code as: linters, formatters, type checkers. */
import type { Files } from "../files.ts";
import { readIni, readJson, readToml } from "./manifest.ts";
import type { Manifest, PythonVersion } from "./types.ts";
import { asStrings } from "./values.ts";
import { minorsNamed } from "./version-statements.ts";

type Target = readonly [tool: string, keys: readonly string[]];

const IN_PYPROJECT: readonly Target[] = [
  ["ruff", ["tool", "ruff", "target-version"]],
  ["black", ["tool", "black", "target-version"]],
  ["mypy", ["tool", "mypy", "python_version"]],
  ["pyright", ["tool", "pyright", "pythonVersion"]],
  ["basedpyright", ["tool", "basedpyright", "pythonVersion"]],
  ["ty", ["tool", "ty", "environment", "python-version"]],
  ["pyrefly", ["tool", "pyrefly", "python-version"]],
  ["pylint", ["tool", "pylint", "main", "py-version"]],
  ["pylint", ["tool", "pylint", "MASTER", "py-version"]],
  ["isort", ["tool", "isort", "py_version"]],
];

type Read = (path: string, text: string) => Manifest;

const FILES: readonly (readonly [name: string, read: Read, tool: string, keys: readonly string[]])[] = [
  ["ruff.toml", readToml, "ruff", ["target-version"]],
  [".ruff.toml", readToml, "ruff", ["target-version"]],
  ["mypy.ini", readIni, "mypy", ["mypy", "python_version"]],
  [".mypy.ini", readIni, "mypy", ["mypy", "python_version"]],
  ["pyrightconfig.json", readJson, "pyright", ["pythonVersion"]],
  ["ty.toml", readToml, "ty", ["environment", "python-version"]],
  ["pyrefly.toml", readToml, "pyrefly", ["python-version"]],
  [".pylintrc", readIni, "pylint", ["MAIN", "py-version"]],
  [".pylintrc", readIni, "pylint", ["MASTER", "py-version"]],
];

/**
 * Targets in pyproject.toml, setup.cfg and the tools' own files.
 *
 * @param at the path of a file in the project's folder
 */
export function readTargets(
  files: Files,
  at: (name: string) => string,
  pyproject: Manifest | undefined,
  setupCfg: Manifest | undefined,
): PythonVersion[] {
  const targets: PythonVersion[] = [];
  if (pyproject) for (const [tool, keys] of IN_PYPROJECT) targets.push(...readTarget(pyproject, tool, keys));
  if (setupCfg) targets.push(...readTarget(setupCfg, "mypy", ["mypy", "python_version"]));
  for (const [name, read, tool, keys] of FILES) {
    const path = at(name);
    const text = files.text(path);
    if (text !== undefined) targets.push(...readTarget(read(path, text), tool, keys));
  }
  return targets;
}

function readTarget(manifest: Manifest, tool: string, keys: readonly string[]): PythonVersion[] {
  const value = manifest.get(...keys);
  const line = manifest.line(...keys);
  const text = typeof value === "number" ? writtenNumber(manifest, line) : asStrings(value).join(", ");
  // isort writes versions without dots.
  const minors = minorsNamed(tool === "isort" ? `py${text}` : text);
  if (minors.length === 0) return [];
  return [{ path: manifest.path, line, source: "tool-target", text, minors, range: false, tool }];
}

/** As a number, 3.10 is 3.1: the text tells them apart. */
const writtenNumber = (manifest: Manifest, line: number): string =>
  /[=:]\s{0,20}([\d.]{1,20})/.exec(manifest.text.split("\n")[line - 1] ?? "")?.[1] ?? "";
