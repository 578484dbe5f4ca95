/** Every place in which a project states its Python version. */
import { type Files, findLine, lineAt } from "../files.ts";
import { foldersUp } from "./locks.ts";
import type { Manifest, Manifests, PythonVersion } from "./types.ts";
import { asList, asString, isTable } from "./values.ts";
import { readVersionFiles } from "./version-files.ts";
import { readHatch, readNox, readTox } from "./version-matrices.ts";
import { allowed, minorsNamed, named } from "./version-statements.ts";
import { readTargets } from "./version-targets.ts";

export { allowsMinor, allowsVersion } from "./specifiers.ts";
export { minorsAllowed, minorsNamed } from "./version-statements.ts";

/**
 * All statements of a Python version, what packages require first.
 *
 * @param extra statements of images, CI and platforms, which the delivery facts gather
 */
export function readPythonVersions(
  files: Files,
  manifests: Manifests,
  extra: readonly PythonVersion[] = [],
): PythonVersion[] {
  const { folder, repositoryRoot, pyproject, members, setupCfg } = manifests;
  const at = (name: string): string => (folder === "" ? name : `${folder}/${name}`);
  return [
    ...[pyproject, ...members].flatMap((manifest) => (manifest ? readRequired(manifest) : [])),
    ...readSetup(files, manifests, at),
    ...readClassifiers(files, manifests, at),
    ...readPipfile(manifests.pipfile),
    ...manifests.conda.flatMap(readConda),
    ...readVersionFiles(files, foldersUp(folder, repositoryRoot)),
    ...readTox(files, at, pyproject, setupCfg),
    ...(pyproject ? readHatch(pyproject) : []),
    ...readNox(files, at("noxfile.py")),
    ...readTargets(files, at, pyproject, setupCfg),
    ...extra,
  ];
}

/** requires-python of PEP 621 and old Flit, `python` of Poetry and Pixi. */
function readRequired(manifest: Manifest): PythonVersion[] {
  const places = [
    ["requires-python", ["project", "requires-python"]],
    ["requires-python", ["tool", "flit", "metadata", "requires-python"]],
    ["poetry", ["tool", "poetry", "dependencies", "python"]],
    ["conda", ["tool", "pixi", "dependencies", "python"]],
  ] as const;
  return places.flatMap(([source, keys]) => {
    const value = manifest.get(...keys);
    const text = asString(isTable(value) ? value.version : value);
    if (text === undefined) return [];
    return [allowed(source, { path: manifest.path, line: manifest.line(...keys) }, text)];
  });
}

/** `python_requires` of setup.cfg and setup.py, and Requires-Python of a built artefact. */
function readSetup(files: Files, manifests: Manifests, at: (name: string) => string): PythonVersion[] {
  const { setupCfg, setupPy, metadata } = manifests;
  const stated: PythonVersion[] = [];
  for (const key of ["python_requires", "python-requires"]) {
    const text = asString(setupCfg?.get("options", key));
    if (setupCfg === undefined || text === undefined) continue;
    const place = { path: setupCfg.path, line: setupCfg.line("options", key) };
    stated.push(allowed("requires-python", place, text));
  }
  const required = asString(setupPy?.values.python_requires);
  if (setupPy && required !== undefined) {
    const line = findLine(files.text(setupPy.path) ?? "", /python_requires\s{0,9}=/) ?? setupPy.line;
    stated.push(allowed("requires-python", { path: setupPy.path, line }, required));
  }
  const built = metadata.at?.path;
  if (built !== undefined && built !== at("pyproject.toml") && /METADATA$|PKG-INFO$/.test(built)) {
    const line = findLine(files.text(built) ?? "", /^Requires-Python:/m) ?? 1;
    if (metadata.requiresPython !== undefined) {
      stated.push(allowed("requires-python", { path: built, line }, metadata.requiresPython));
    }
  }
  return stated;
}

/** `Programming Language :: Python :: 3.12`: one statement each, at its own line. */
function readClassifiers(files: Files, manifests: Manifests, at: (name: string) => string): PythonVersion[] {
  const paths = [at("pyproject.toml"), at("setup.cfg"), at("setup.py")];
  const minors = manifests.metadata.classifiers.flatMap((classifier) => {
    const minor = /^Programming Language :: Python :: (\d\.\d{1,2})$/.exec(classifier)?.[1];
    return minor === undefined ? [] : [minor];
  });
  return [...new Set(minors)].flatMap((minor) => {
    const text = `Programming Language :: Python :: ${minor}`;
    for (const path of paths) {
      const content = files.text(path) ?? "";
      const offset = content.search(new RegExp(`:: Python :: ${minor.replace(".", "\\.")}(?!\\d)`));
      if (offset !== -1) return [named("classifier", { path, line: lineAt(content, offset) }, text)];
    }
    return [];
  });
}

function readPipfile(pipfile: Manifest | undefined): PythonVersion[] {
  if (pipfile === undefined) return [];
  return ["python_version", "python_full_version"].flatMap((key) => {
    const text = asString(pipfile.get("requires", key));
    const place = { path: pipfile.path, line: pipfile.line("requires", key) };
    return text === undefined ? [] : [named("pipfile", place, text)];
  });
}

/** `python=3.12` in an environment names a version, `python>=3.10` allows some. */
function readConda(manifest: Manifest): PythonVersion[] {
  return asList(manifest.get("dependencies")).flatMap((item, index) => {
    const constraint = /^(?:[\w./-]{1,100}::)?python(?![\w.-])\s{0,9}(.{0,200})$/.exec(
      asString(item) ?? "",
    )?.[1];
    if (constraint === undefined || constraint === "") return [];
    const place = { path: manifest.path, line: manifest.line("dependencies", String(index)) };
    const exact = /^={0,2}\s{0,9}\d/.test(constraint) && minorsNamed(constraint).length > 0;
    return exact && !constraint.includes(",")
      ? [named("conda", place, constraint.replace(/^[=\s]{1,20}/, ""))]
      : [allowed("conda", place, constraint)];
  });
}
