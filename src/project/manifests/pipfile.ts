/** Pipfile (https://github.com/pypa/pipfile): a TOML table of constraints for each category of packages. */
import { addConstraintTable } from "./constraint-tables.ts";
import { type Declarations, groupKind } from "./declarations.ts";
import { normaliseName } from "./requirement.ts";
import type { Manifest } from "./types.ts";
import { isTable } from "./values.ts";

const NO_PACKAGES = new Set(["source", "requires", "scripts", "pipenv"]);

export function declarePipfile(manifest: Manifest, declarations: Declarations): void {
  for (const [category, table] of Object.entries(manifest.data)) {
    if (NO_PACKAGES.has(category) || !isTable(table)) continue;
    const name = category === "dev-packages" ? "dev" : normaliseName(category);
    const context =
      category === "packages"
        ? ({ group: "runtime", source: "pipfile" } as const)
        : ({ group: groupKind(name), groupName: name, source: "pipfile" } as const);
    addConstraintTable(declarations, manifest, [category], { context });
  }
}
