/** Versions that a project is tested with: environments of tox and Hatch, sessions of nox. */
import type { Files } from "../files.ts";
import { readIni, readToml } from "./manifest.ts";
import { PythonLiterals } from "./python-literals.ts";
import type { Literal } from "./python-values.ts";
import type { Manifest, Place, PythonVersion } from "./types.ts";
import { asList, asString, asStrings, asTable } from "./values.ts";
import { minorsNamed, sortMinors } from "./version-statements.ts";

/** More environments than anyone lists. */
const MAX_NAMES = 1000;

/** The environment list of tox, wherever it stands. */
export function readTox(
  files: Files,
  at: (name: string) => string,
  pyproject: Manifest | undefined,
  setupCfg: Manifest | undefined,
): PythonVersion[] {
  const statements: PythonVersion[] = [];
  const state = (value: unknown, place: Place): void => {
    const text = asString(Array.isArray(value) ? asStrings(value).join(",") : value);
    if (text === undefined) return;
    const minors = sortMinors(expandNames(text).flatMap(minorsOfEnvironment));
    if (minors.length === 0) return;
    statements.push({ ...place, source: "tox", text: text.replace(/\s+/g, " "), minors, range: false });
  };
  const stateIni = (manifest: Manifest, section: string, place?: Place): void => {
    for (const key of ["env_list", "envlist"]) {
      const line = manifest.line(section, key);
      state(manifest.get(section, key), place ?? { path: manifest.path, line });
    }
  };
  const ini = files.text(at("tox.ini"));
  if (ini !== undefined) stateIni(readIni(at("tox.ini"), ini), "tox");
  if (setupCfg) stateIni(setupCfg, "tox:tox");
  const toml = files.text(at("tox.toml"));
  if (toml !== undefined) {
    const manifest = readToml(at("tox.toml"), toml);
    state(manifest.get("env_list"), { path: manifest.path, line: manifest.line("env_list") });
  }
  if (pyproject) {
    const place = { path: pyproject.path, line: pyproject.line("tool", "tox", "env_list") };
    state(pyproject.get("tool", "tox", "env_list"), place);
    const legacy = asString(pyproject.get("tool", "tox", "legacy_tox_ini"));
    const line = pyproject.line("tool", "tox", "legacy_tox_ini");
    if (legacy !== undefined)
      stateIni(readIni(pyproject.path, legacy), "tox", { path: pyproject.path, line });
  }
  return statements;
}

/** Environment names of a list such as `py3{8,9}-django{42,50}, py{310-314}, lint`, with what is in braces expanded. */
export function expandNames(text: string): string[] {
  const names: string[] = [];
  for (const name of text.slice(0, 10_000).split(/[,\n](?![^{}]{0,200}\})/)) {
    let forms = [name.trim()];
    while (forms.some((form) => form.includes("{")) && forms.length < MAX_NAMES) {
      const expanded = forms.flatMap(expandFirst);
      if (expanded.join() === forms.join()) break;
      forms = expanded;
    }
    names.push(...forms.filter((form) => form !== ""));
    if (names.length > MAX_NAMES) break;
  }
  return names.slice(0, MAX_NAMES);
}

function expandFirst(form: string): string[] {
  const [whole, inside] = /\{([^{}]*)\}/.exec(form) ?? [];
  if (whole === undefined || inside === undefined) return [form];
  return inside.split(",").flatMap((part) => {
    const [, from, to] = /^\s{0,9}(\d{1,3})-(\d{1,3})\s*$/.exec(part) ?? [];
    const length = Number(to) - Number(from) + 1;
    const parts =
      length > 0 && length <= 50
        ? Array.from({ length }, (_, index) => String(Number(from) + index))
        : [part.trim()];
    return parts.map((value) => form.replace(whole, () => value));
  });
}

/** Of an environment's factors only `py312`, `py3.12`, `pypy310` and `3.12` name a version. */
const minorsOfEnvironment = (name: string): string[] =>
  name
    .split("-")
    .filter((factor) => /^(?:(?:py|pypy|python)\d\.?\d{1,2}|\d\.\d{1,2})t?$/.test(factor))
    .flatMap((factor) => minorsNamed(factor.replace(/^pypy/, "py").replace(/t$/, "")));

/** Matrices of Hatch's environments: `[[tool.hatch.envs.test.matrix]]` with `python = ["3.11", "3.12"]`. */
export function readHatch(pyproject: Manifest): PythonVersion[] {
  return Object.entries(asTable(pyproject.get("tool", "hatch", "envs"))).flatMap(([name, environment]) =>
    asList(asTable(environment).matrix).flatMap((row, index): PythonVersion[] => {
      const versions = asStrings(asTable(row).python);
      const minors = sortMinors(versions.flatMap(minorsNamed));
      if (minors.length === 0) return [];
      const line = pyproject.line("tool", "hatch", "envs", name, "matrix", String(index), "python");
      const text = versions.join(", ");
      return [{ path: pyproject.path, line, source: "tox", text, minors, range: false, tool: "hatch" }];
    }),
  );
}

/** `python=` of the sessions in noxfile.py. */
export function readNox(files: Files, path: string): PythonVersion[] {
  const text = files.text(path);
  if (text === undefined || !text.includes("python")) return [];
  const literals = new PythonLiterals(text);
  const calls = literals.calls("session", "nox_session").slice(0, MAX_NAMES);
  return calls.flatMap((call) => {
    const node = call.keywords.get("python") ?? call.keywords.get("py");
    const versions = node ? strings(literals.evaluate(node)) : [];
    const minors = sortMinors(versions.flatMap(minorsNamed));
    if (minors.length === 0) return [];
    return [{ path, line: call.line, source: "nox", text: versions.join(", "), minors, range: false }];
  });
}

function strings(value: Literal): string[] {
  if (value.kind === "list") return value.items.flatMap(strings);
  return value.kind === "scalar" && typeof value.value === "string" ? [value.value] : [];
}
