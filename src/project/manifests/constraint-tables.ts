/** Dependencies as `name = constraint` or `name = { version = … }`: Poetry, Pipenv and Pixi write them so. */
import type { Context, Declarations } from "./declarations.ts";
import { listExtras, namesOneArtifact, normaliseName } from "./requirement.ts";
import { isPinned, toPep440 } from "./specifiers.ts";
import type { Dependency, Manifest } from "./types.ts";
import { asString, asStrings, asTable, isTable, type Table } from "./values.ts";

export interface TableOptions {
  context: Context;
  /** Keys that are settings or Python itself rather than dependencies. */
  skip?: ReadonlySet<string>;
  /** How the dialect turns its constraints into PEP 440. */
  translate?: (written: string) => string;
  /** Where the value says that it is optional. */
  optional?: (name: string) => Partial<Pick<Dependency, "group" | "groupName">>;
}

/** All dependencies of a table of constraints. */
export function addConstraintTable(
  declarations: Declarations,
  manifest: Manifest,
  keys: readonly string[],
  options: TableOptions,
): void {
  for (const [name, value] of Object.entries(asTable(manifest.get(...keys)))) {
    if (declarations.full) return;
    if (options.skip?.has(normaliseName(name)) || !/^[A-Za-z0-9][\w.-]*$/.test(name)) continue;
    // Poetry takes a list of tables where the constraint depends on the platform.
    const forms = Array.isArray(value) ? value.filter(isTable).slice(0, 20) : [value];
    for (const [index, form] of forms.entries()) {
      const at = forms.length > 1 ? [...keys, name, String(index)] : [...keys, name];
      const line = manifest.line(...at);
      const dependency = readEntry(name, form, options);
      if (dependency) declarations.add({ ...dependency, path: manifest.path, line });
      else
        declarations.reportBroken({ path: manifest.path, line }, "a dependency has no readable constraint");
    }
  }
}

type Entry = Omit<Dependency, "path" | "line">;

function readEntry(name: string, value: unknown, options: TableOptions): Entry | undefined {
  const { context, translate = toPep440 } = options;
  if (typeof value !== "string" && !isTable(value)) return undefined;
  const table: Table = typeof value === "string" ? { version: value } : value;
  const written = asString(table.version) ?? "";
  const url = readAddress(table);
  const specifier = url === undefined ? translate(written) : undefined;
  const marker = asString(table.markers) ?? asString(table.marker) ?? readCondition(table);
  const local = asString(table.path) ?? asString(table.file);
  return {
    name: normaliseName(name),
    specifier,
    extras: listExtras(asStrings(table.extras).join(",")),
    ...context,
    ...(table.optional === true ? options.optional?.(normaliseName(name)) : {}),
    pinned: url === undefined ? isPinned(specifier ?? "") : namesOneArtifact(url),
    hashed: false,
    ...(written !== "" && written !== specifier ? { written } : {}),
    ...(url === undefined ? {} : { url }),
    ...(local === undefined ? {} : { local: true }),
    ...(marker === undefined ? {} : { marker }),
  };
}

/** Pipenv takes the variables of markers as keys, Poetry `python` and `platform`. */
function readCondition(table: Table): string | undefined {
  const keys =
    "sys_platform os_name platform_machine platform_system platform_python_implementation python_version python platform";
  const found = keys.split(" ").find((key) => asString(table[key]) !== undefined);
  return found && `${found} ${asString(table[found])}`;
}

/** Where an entry comes from instead of an index. */
export function readAddress(table: Table): string | undefined {
  const git = asString(table.git);
  if (git !== undefined) {
    const ref = asString(table.rev) ?? asString(table.ref) ?? asString(table.tag) ?? asString(table.branch);
    return `${git.startsWith("git+") ? git : `git+${git}`}${ref === undefined ? "" : `@${ref}`}`;
  }
  return asString(table.url) ?? asString(table.path) ?? asString(table.file);
}
