/** Dependencies that tools other than Poetry keep in tables of their own in pyproject.toml. */
import { addConstraintTable } from "./constraint-tables.ts";
import { type Declarations, groupKind } from "./declarations.ts";
import { normaliseName } from "./requirement.ts";
import { resolvePath } from "./requirements.ts";
import { fromConda } from "./specifiers.ts";
import type { Manifest } from "./types.ts";
import { asStrings, asTable } from "./values.ts";

const FLIT = ["tool", "flit", "metadata"];

/** PDM, uv, Rye, Hatch, old Flit and Pixi. */
export function declareTools(manifest: Manifest, declarations: Declarations, folder: string): void {
  declareLists(manifest, declarations, ["tool", "pdm", "dev-dependencies"]);
  for (const tool of ["uv", "rye"]) {
    const context = { group: "dev", groupName: "dev", source: "pyproject" } as const;
    declarations.addList(manifest, ["tool", tool, "dev-dependencies"], context);
  }
  declareHatch(manifest, declarations, folder);
  declarations.addList(manifest, [...FLIT, "requires"], { group: "runtime", source: "pyproject" });
  for (const extra of Object.keys(asTable(manifest.get(...FLIT, "requires-extra")))) {
    const group = /^(?:dev|test|doc)$/.test(extra) ? "dev" : "optional";
    const context = { group, groupName: normaliseName(extra), source: "pyproject" } as const;
    declarations.addList(manifest, [...FLIT, "requires-extra", extra], context);
  }
  declarePixi(manifest, declarations, ["tool", "pixi"]);
}

/** A table of lists of requirements, one a group. PDM takes editable paths among them. */
function declareLists(manifest: Manifest, declarations: Declarations, keys: readonly string[]): void {
  for (const [group, list] of Object.entries(asTable(manifest.get(...keys)))) {
    const context = {
      group: groupKind(group),
      groupName: normaliseName(group),
      source: "pyproject",
    } as const;
    for (const [index, item] of asStrings(list).entries()) {
      if (item.startsWith("-")) continue;
      const line = manifest.line(...keys, group, String(index));
      declarations.addText(item, { path: manifest.path, line }, context);
    }
  }
}

/** Environments of Hatch (https://hatch.pypa.io/latest/config/environment/), and its requirements hook. */
function declareHatch(manifest: Manifest, declarations: Declarations, folder: string): void {
  const hatch = ["tool", "hatch"];
  for (const name of Object.keys(asTable(manifest.get(...hatch, "envs")))) {
    const context = { group: "dev", groupName: normaliseName(name), source: "pyproject" } as const;
    for (const list of ["dependencies", "extra-dependencies"]) {
      const keys = [...hatch, "envs", name, list];
      for (const [index, item] of asStrings(manifest.get(...keys)).entries()) {
        // Context formatting such as {root:uri} names the project's own folders.
        if (item.includes("{")) continue;
        const line = manifest.line(...keys, String(index));
        declarations.addText(item, { path: manifest.path, line }, context);
      }
    }
  }
  const hook = asTable(manifest.get(...hatch, "metadata", "hooks", "requirements_txt"));
  for (const file of [...asStrings(hook.files), ...asStrings(hook.filename)]) {
    const path = resolvePath(folder, file);
    if (path !== undefined) declarations.files.set(path, "runtime");
  }
}

const NOT_PYTHON = new Set(["python"]);

/** Pixi (https://pixi.sh/latest/reference/pixi_manifest/), in pyproject.toml or a pixi.toml of its own. */
export function declarePixi(manifest: Manifest, declarations: Declarations, keys: readonly string[]): void {
  const features = Object.keys(asTable(manifest.get(...keys, "feature")));
  for (const feature of [undefined, ...features]) {
    const at = feature === undefined ? keys : [...keys, "feature", feature];
    const context =
      feature === undefined
        ? ({ group: "runtime", source: "conda" } as const)
        : ({ group: groupKind(feature), groupName: normaliseName(feature), source: "conda" } as const);
    const conda = { context, skip: NOT_PYTHON, translate: fromConda };
    addConstraintTable(declarations, manifest, [...at, "dependencies"], conda);
    addConstraintTable(declarations, manifest, [...at, "pypi-dependencies"], { context });
  }
}
