/**
 * Core metadata (https://packaging.python.org/en/latest/specifications/core-metadata/): METADATA in a wheel, PKG-INFO
 * in a source distribution. For artefacts that hold no manifest of their own.
 */
import type { Files } from "../files.ts";
import type { Declarations } from "./declarations.ts";
import { readIni } from "./manifest.ts";
import { optional, readScript } from "./metadata.ts";
import { normaliseName, parseRequirement, toDependency } from "./requirement.ts";
import type { Metadata } from "./types.ts";
import { textEntries } from "./values.ts";

const FILE = /^[^/]{1,200}\.dist-info\/METADATA$|^PKG-INFO$/;

/** Reads the metadata of a built artefact and adds what it requires; `undefined` where there is none. */
export function readCoreMetadata(files: Files, declarations: Declarations): Partial<Metadata> | undefined {
  const path = files.paths.find((candidate) => FILE.test(candidate));
  const text = path === undefined ? undefined : files.text(path);
  if (path === undefined || text === undefined) return undefined;
  const headers = readHeaders(text);
  for (const { value, line } of headers.get("requires-dist") ?? [])
    declareRequirement(value, path, line, declarations);
  const first = (name: string): string | undefined => headers.get(name)?.[0]?.value;
  const urls = (headers.get("project-url") ?? []).map(({ value }) => {
    const at = value.indexOf(",");
    return [value.slice(0, Math.max(0, at)).trim(), value.slice(at + 1).trim()] as const;
  });
  const homepage = first("home-page");
  return {
    ...optional("name", first("name")),
    ...optional("version", first("version")),
    ...optional("description", first("summary")),
    ...optional("readme", /\n\n[\s\S]/.test(text) || first("description") ? path : undefined),
    ...optional("license", first("license-expression") ?? first("license")?.slice(0, 200)),
    ...optional("requiresPython", first("requires-python")),
    urls: { ...(homepage === undefined ? {} : { Homepage: homepage }), ...Object.fromEntries(urls) },
    authors: ["author", "author-email", "maintainer", "maintainer-email"].some((name) => headers.has(name)),
    classifiers: (headers.get("classifier") ?? []).map(({ value }) => value),
    ...readEntryPoints(files, path),
    at: { path, line: 1 },
  };
}

type Headers = Map<string, { value: string; line: number }[]>;

/** Headers up to the first empty line; the description follows. */
function readHeaders(text: string): Headers {
  const headers: Headers = new Map();
  for (const [index, line] of text
    .slice(0, 512 * 1024)
    .split("\n")
    .entries()) {
    if (line === "") break;
    const [, name, value] = /^([A-Za-z-]{1,50}):[ \t](.*)$/.exec(line) ?? [];
    if (name === undefined || value === undefined) continue;
    const known = headers.get(name.toLowerCase());
    if (known) known.push({ value: value.trim(), line: index + 1 });
    else headers.set(name.toLowerCase(), [{ value: value.trim(), line: index + 1 }]);
  }
  return headers;
}

function declareRequirement(text: string, path: string, line: number, declarations: Declarations): void {
  const requirement = parseRequirement(text);
  if (requirement === undefined) return;
  const extra = /\bextra\s{0,9}==\s{0,9}["']([\w.-]{1,100})["']/.exec(requirement.marker ?? "")?.[1];
  const context =
    extra === undefined
      ? ({ group: "runtime" } as const)
      : ({ group: "optional", groupName: normaliseName(extra) } as const);
  declarations.add(toDependency(requirement, { path, line, source: "core-metadata", ...context }));
}

/** entry_points.txt beside the metadata of a wheel. */
function readEntryPoints(files: Files, metadata: string): Pick<Metadata, "scripts" | "entryPoints"> {
  const path = metadata.replace(/METADATA$/, "entry_points.txt");
  const text = path === metadata ? undefined : files.text(path);
  const manifest = readIni(path, text ?? "");
  const all = Object.keys(manifest.data).flatMap((group) =>
    Object.entries(textEntries(manifest.get(group))).map(([name, target]) => ({
      group,
      name,
      target,
      place: { path, line: manifest.line(group, name) },
    })),
  );
  const isScript = (group: string): boolean => group === "console_scripts" || group === "gui_scripts";
  return {
    scripts: all
      .filter(({ group }) => isScript(group))
      .map((entry) => readScript(entry.name, entry.target, entry.place)),
    entryPoints: all
      .filter(({ group }) => !isScript(group))
      .map(({ group, name, target, place }) => ({ ...place, group, name, target })),
  };
}
