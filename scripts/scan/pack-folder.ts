/** A folder as a zip in memory, without what git would leave out. */
import { lstatSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import ignore, { type Ignore } from "ignore";
import JSZip from "jszip";

const NEVER = new Set([
  ".git",
  ".hg",
  ".svn",
  "node_modules",
  "__pycache__",
  ".venv",
  ".tox",
  ".nox",
  ".mypy_cache",
  ".pytest_cache",
  ".ruff_cache",
]);

export interface PackedFolder {
  bytes: Uint8Array<ArrayBuffer>;
  files: number;
}

/** Regular files below `folder`; links are not followed. Every .gitignore on the way is respected. */
export async function packFolder(folder: string): Promise<PackedFolder> {
  const zip = new JSZip();
  let files = 0;
  const walk = (at: string, inside: string, above: readonly { base: string; rules: Ignore }[]): void => {
    const own = readIgnore(at);
    const rules = own === undefined ? above : [...above, { base: inside, rules: own }];
    for (const entry of readdirSync(at, { withFileTypes: true })) {
      const path = inside === "" ? entry.name : `${inside}/${entry.name}`;
      if (NEVER.has(entry.name) || isIgnored(path, entry.isDirectory(), rules)) continue;
      if (entry.isDirectory()) walk(join(at, entry.name), path, rules);
      else if (entry.isFile()) {
        zip.file(path, readFileSync(join(at, entry.name)), { date: new Date(0) });
        files++;
      }
    }
  };
  walk(folder, "", []);
  const bytes = await zip.generateAsync({
    type: "arraybuffer",
    compression: "DEFLATE",
    compressionOptions: { level: 1 },
  });
  return { bytes: new Uint8Array(bytes), files };
}

function readIgnore(folder: string): Ignore | undefined {
  const path = join(folder, ".gitignore");
  try {
    if (!lstatSync(path).isFile()) return undefined;
    return ignore().add(readFileSync(path, "utf8"));
  } catch {
    return undefined;
  }
}

function isIgnored(
  path: string,
  folder: boolean,
  rules: readonly { base: string; rules: Ignore }[],
): boolean {
  return rules.some(({ base, rules: own }) => {
    const relative = base === "" ? path : path.slice(base.length + 1);
    return own.ignores(folder ? `${relative}/` : relative);
  });
}
