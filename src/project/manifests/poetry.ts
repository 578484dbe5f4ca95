/** Dependencies of Poetry (https://python-poetry.org/docs/pyproject/). */
import { addConstraintTable } from "./constraint-tables.ts";
import { type Declarations, groupKind } from "./declarations.ts";
import { normaliseName } from "./requirement.ts";
import type { Manifest } from "./types.ts";
import { asStrings, asTable } from "./values.ts";

const PYTHON = new Set(["python"]);

export function declarePoetry(manifest: Manifest, declarations: Declarations): void {
  const extras = extraOfDependency(manifest);
  const optional = (name: string) => {
    const groupName = extras.get(name);
    return { group: "optional" as const, ...(groupName === undefined ? {} : { groupName }) };
  };
  // Since Poetry 2, [project] may declare, and this table then only says where a dependency comes from.
  const declared = declarations.dependencies
    .filter(({ path, source }) => path === manifest.path && source === "pyproject")
    .map(({ name }) => name);
  addConstraintTable(declarations, manifest, ["tool", "poetry", "dependencies"], {
    context: { group: "runtime", source: "poetry" },
    skip: new Set([...PYTHON, ...declared]),
    optional,
  });
  addConstraintTable(declarations, manifest, ["tool", "poetry", "dev-dependencies"], {
    context: { group: "dev", groupName: "dev", source: "poetry" },
    skip: PYTHON,
  });
  for (const group of Object.keys(asTable(manifest.get("tool", "poetry", "group")))) {
    addConstraintTable(declarations, manifest, ["tool", "poetry", "group", group, "dependencies"], {
      context: { group: groupKind(group), groupName: normaliseName(group), source: "poetry" },
      skip: PYTHON,
    });
  }
}

/** The first extra that names each optional dependency. */
function extraOfDependency(manifest: Manifest): Map<string, string> {
  const extras = new Map<string, string>();
  for (const [extra, names] of Object.entries(asTable(manifest.get("tool", "poetry", "extras")))) {
    for (const name of asStrings(names)) {
      const normal = normaliseName(name.replace(/[^\w.-].*$/, ""));
      if (!extras.has(normal)) extras.set(normal, normaliseName(extra));
    }
  }
  return extras;
}
