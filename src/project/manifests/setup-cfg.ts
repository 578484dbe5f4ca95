/** Declarations and metadata in setup.cfg (https://setuptools.pypa.io/en/latest/userguide/declarative_config.html). */
import type { Files } from "../files.ts";
import type { Context, Declarations } from "./declarations.ts";
import { optional, readScript, scriptFile } from "./metadata.ts";
import { normaliseName } from "./requirement.ts";
import { resolvePath } from "./requirements.ts";
import type { Manifest, Metadata } from "./types.ts";
import { asString, asTable } from "./values.ts";

interface Item {
  text: string;
  line: number;
}

/** Requirements of a setup.cfg, and the files that it reads others from. */
export function declareSetupCfg(
  manifest: Manifest,
  declarations: Declarations,
  files: Files,
  folder: string,
): void {
  const declare = (section: string, key: string, context: Context): void => {
    for (const { text, line } of items(manifest, section, key)) {
      const named = /^file:(.*)$/.exec(text)?.[1];
      if (named === undefined) declarations.addText(text, { path: manifest.path, line }, context);
      else {
        for (const file of named.split(",")) {
          const path = resolvePath(folder, file);
          const role = context.group === "build" ? "dev" : context.group;
          if (path !== undefined && files.has(path)) declarations.files.set(path, role);
        }
      }
    }
  };
  const source = "setup.cfg";
  declare("options", "install_requires", { group: "runtime", source });
  declare("options", "setup_requires", { group: "build", source });
  declare("options", "tests_require", { group: "dev", groupName: "test", source });
  for (const extra of Object.keys(asTable(manifest.get("options.extras_require")))) {
    declare("options.extras_require", extra, extraContext(extra, source));
  }
}

/** `extra`, or `extra:marker`; a marker alone makes a conditional requirement, not an extra. */
export function extraContext(key: string, source: Context["source"]): Context {
  const name = key.replace(/:[\s\S]*$/, "").trim();
  return name === ""
    ? { group: "runtime", source }
    : { group: "optional", groupName: normaliseName(name), source };
}

/** The lines of a value, or its parts between `;` or `,` where it is one line. Old files use dashes in keys. */
function items(manifest: Manifest, section: string, key: string): Item[] {
  const name = manifest.get(section, key) === undefined ? key.replaceAll("_", "-") : key;
  const value = manifest.get(section, name);
  if (typeof value !== "string") return [];
  const first = manifest.line(section, name);
  return value
    .split("\n")
    .map((text, index) => ({ text: text.replace(/\s#.*$/, "").trim(), line: first + index }))
    .filter(({ text }) => text !== "");
}

/** Metadata of a setup.cfg; `attr:` and `file:` values count as dynamic. */
export function readSetupCfgMetadata(manifest: Manifest): Partial<Metadata> | undefined {
  if (manifest.get("metadata") === undefined && manifest.get("options") === undefined) return undefined;
  const text = (...keys: [string, string]): string | undefined =>
    asString(manifest.get(...keys)) ?? asString(manifest.get(keys[0], keys[1].replaceAll("_", "-")));
  const literal = (key: string): string | undefined => {
    const value = text("metadata", key);
    return value === undefined || /^(?:attr|file):/.test(value) ? undefined : value;
  };
  const version = text("metadata", "version");
  const urls = pairs(manifest, "metadata", "project_urls").map(({ name, value }) => [name, value]);
  const homepage = text("metadata", "url") ?? text("metadata", "home_page");
  return {
    ...optional("name", literal("name")),
    ...optional("version", literal("version")),
    ...optional("description", literal("description") ?? literal("summary")),
    ...optional("readme", fileNamed(text("metadata", "long_description"))),
    ...optional("license", literal("license")),
    ...optional("requiresPython", text("options", "python_requires")),
    dynamic: version !== undefined && literal("version") === undefined ? ["version"] : [],
    urls: { ...(homepage === undefined ? {} : { Homepage: homepage }), ...Object.fromEntries(urls) },
    authors: [literal("author"), literal("author_email"), literal("maintainer")].some(Boolean),
    classifiers: items(manifest, "metadata", "classifiers").map((item) => item.text),
    ...entryPoints(manifest),
    at: { path: manifest.path, line: manifest.line("metadata") },
  };
}

/** `file: README.rst, CHANGES.rst` names what is read; text itself counts as well. */
const fileNamed = (value: string | undefined): string | undefined =>
  value
    ?.replace(/^file:\s{0,9}/, "")
    .split(/[,\n]/)[0]
    ?.trim();

function pairs(manifest: Manifest, section: string, key: string): (Item & { name: string; value: string })[] {
  return items(manifest, section, key).flatMap((item) => {
    const at = item.text.indexOf("=");
    if (at === -1) return [];
    return [{ ...item, name: item.text.slice(0, at).trim(), value: item.text.slice(at + 1).trim() }];
  });
}

function entryPoints(manifest: Manifest): Pick<Metadata, "scripts" | "entryPoints"> {
  // pbr keeps them in a section of its own name.
  const pbr = manifest.get("options.entry_points") === undefined;
  const section = pbr ? "entry_points" : "options.entry_points";
  const all = Object.keys(asTable(manifest.get(section))).flatMap((group) =>
    pairs(manifest, section, group).map(({ name, value, line }) => ({ group, name, value, line })),
  );
  const isScript = (group: string): boolean => group === "console_scripts" || group === "gui_scripts";
  return {
    scripts: [
      ...all
        .filter(({ group }) => isScript(group))
        .map(({ name, value, line }) => readScript(name, value, { path: manifest.path, line })),
      ...items(manifest, "options", "scripts").map(({ text, line }) =>
        scriptFile(text, { path: manifest.path, line }),
      ),
    ],
    entryPoints: all
      .filter(({ group }) => !isScript(group))
      .map(({ group, name, value, line }) => ({ path: manifest.path, line, group, name, target: value })),
  };
}
