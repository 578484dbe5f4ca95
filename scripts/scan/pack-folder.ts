/** A folder as a zip in memory, without what git would leave out. */
import { lstatSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import ignore, { type Ignore } from "ignore";
import JSZip from "jszip";
import { type IgnoreFile, isIgnored, NEVER } from "../../src/archive/left-out.ts";

export interface PackedFolder {
  bytes: Uint8Array<ArrayBuffer>;
  files: number;
}

/** Regular files below `folder`; links are not followed. Every .gitignore on the way is respected. */
export async function packFolder(folder: string): Promise<PackedFolder> {
  const zip = new JSZip();
  let files = 0;
  const walk = (at: string, inside: string, above: readonly IgnoreFile[]): void => {
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
