/** What Ruff's table and Flake8's section say about what to pass over. */
import { folderOf } from "./files.ts";
import type { Manifest, Place } from "./manifests/types.ts";
import { asStrings, isTable } from "./manifests/values.ts";

const MAX_GLOBS = 200;

/** The settings of one configuration file. */
export interface LintTable extends Place {
  /** Patterns are relative to it. */
  folder: string;
  ignored: readonly string[];
  perFile: readonly { glob: string; codes: readonly string[] }[];
  excluded: readonly string[];
}

/** Ruff's table; a `[tool.flake8]` table (flake8-pyproject) has the same keys. */
export function readRuffTable(file: Manifest, keys: readonly string[]): LintTable {
  const listed = (...names: string[]): string[] =>
    names.flatMap((name) => [
      ...asStrings(file.get(...keys, "lint", name)),
      ...asStrings(file.get(...keys, name)),
    ]);
  const tables = ["per-file-ignores", "extend-per-file-ignores"].flatMap((name) => [
    file.get(...keys, "lint", name),
    file.get(...keys, name),
  ]);
  return {
    path: file.path,
    line: file.line(...keys),
    folder: folderOf(file.path),
    ignored: listed("ignore", "extend-ignore").flatMap(splitList),
    perFile: tables
      .filter(isTable)
      .flatMap((table) => Object.entries(table))
      .slice(0, MAX_GLOBS)
      .map(([glob, codes]) => ({ glob, codes: asStrings(codes) })),
    excluded: listed("exclude", "extend-exclude").slice(0, MAX_GLOBS),
  };
}

export function readFlake8Section(file: Manifest): LintTable {
  const text = (...names: string[]): string =>
    names
      .map((name) => String(file.get("flake8", name) ?? file.get("flake8", name.replaceAll("-", "_")) ?? ""))
      .map((value) => value.replace(/#[^\n]*/g, ""))
      .join("\n");
  return {
    path: file.path,
    line: file.line("flake8"),
    folder: folderOf(file.path),
    ignored: splitList(text("ignore", "extend-ignore")),
    perFile: readPerFile(text("per-file-ignores")),
    excluded: splitList(text("exclude", "extend-exclude")).slice(0, MAX_GLOBS),
  };
}

/** `tests/*:E501,F401` and `a.py, b.py: E1 E2`, one after another. */
function readPerFile(text: string): { glob: string; codes: string[] }[] {
  const found: { glob: string; codes: string[] }[] = [];
  let globs: string[] = [];
  let afterColon = false;
  for (const token of text.match(/[^\s,:]+|:/g) ?? []) {
    if (token === ":") afterColon = true;
    else if (afterColon && /^[A-Z]{1,8}\d{0,4}$/.test(token))
      for (const one of found.slice(-globs.length)) one.codes.push(token);
    else {
      if (afterColon) globs = [];
      afterColon = false;
      globs.push(token);
      if (found.length < MAX_GLOBS) found.push({ glob: token, codes: [] });
    }
  }
  return found;
}

const splitList = (text: string): string[] => text.split(/[\s,]+/).filter((part) => part !== "");
