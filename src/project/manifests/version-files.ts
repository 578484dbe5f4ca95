/** Files that say which Python to install: pyenv, uv, asdf, mise and Heroku read them. */
import type { Files } from "../files.ts";
import { readToml } from "./manifest.ts";
import type { PythonVersion } from "./types.ts";
import { asString, asTable } from "./values.ts";
import { named } from "./version-statements.ts";

type Reader = (path: string, text: string) => PythonVersion[];

const READERS: readonly (readonly [readonly string[], Reader])[] = [
  [[".python-version", ".python-versions"], readPythonVersionFile],
  [["runtime.txt"], readRuntimeFile],
  [[".tool-versions"], readToolVersions],
  [
    ["mise.toml", ".mise.toml", "mise/config.toml", ".config/mise.toml", ".config/mise/config.toml"],
    readMise,
  ],
];

/**
 * Statements of version files, of each kind the nearest.
 *
 * @param folders the project's folder and those above it, nearest first
 */
export function readVersionFiles(files: Files, folders: readonly string[]): PythonVersion[] {
  return READERS.flatMap(([names, read]) => {
    const paths = folders.flatMap((folder) =>
      names.map((name) => (folder === "" ? name : `${folder}/${name}`)),
    );
    const path = paths.find((candidate) => files.has(candidate));
    const text = path === undefined ? undefined : files.text(path);
    return path === undefined || text === undefined ? [] : read(path, text.slice(0, 10_000)).slice(0, 20);
  });
}

/** One version a line; names of virtual environments say nothing. */
function readPythonVersionFile(path: string, text: string): PythonVersion[] {
  return text
    .split("\n")
    .map((line, index) => named("python-version-file", { path, line: index + 1 }, line.replace(/#.*$/, "")))
    .filter(({ text: version, minors }) => minors.length > 0 || /^3$/.test(version));
}

function readRuntimeFile(path: string, text: string): PythonVersion[] {
  const lines = text.split("\n");
  const index = lines.findIndex((line) => /^\s{0,9}(?:python|pypy)[\d.-]/i.test(line));
  return index === -1 ? [] : [named("runtime.txt", { path, line: index + 1 }, lines[index] ?? "")];
}

function readToolVersions(path: string, text: string): PythonVersion[] {
  return text.split("\n").flatMap((line, index) => {
    const version = /^\s{0,9}python\s{1,9}([^#]{1,200})/.exec(line)?.[1];
    const statement =
      version === undefined ? [] : [named("tool-versions", { path, line: index + 1 }, version)];
    return statement.filter(({ minors }) => minors.length > 0);
  });
}

function readMise(path: string, text: string): PythonVersion[] {
  const manifest = readToml(path, text);
  const value = manifest.get("tools", "python");
  const items = Array.isArray(value) ? value : [value];
  const versions = items.map((item) => asString(item) ?? asString(asTable(item).version)).filter(Boolean);
  const place = { path, line: manifest.line("tools", "python") };
  return [named("tool-versions", place, versions.join(" "))].filter(({ minors }) => minors.length > 0);
}
