/**
 * Inline metadata of single-file scripts (PEP 723,
 * https://packaging.python.org/en/latest/specifications/inline-script-metadata/).
 */
import type { Files } from "../files.ts";
import type { Declarations } from "./declarations.ts";
import { readToml } from "./manifest.ts";
import { parseRequirement, toDependency } from "./requirement.ts";
import type { Manifest } from "./types.ts";
import { asStrings } from "./values.ts";

const OPENING = "# /// script";

/**
 * The block of a script as TOML: text with comment marks blanked, so that lines are those of the file.
 *
 * @returns `undefined` where there is no closed block
 */
export function readScriptMetadata(path: string, text: string): Manifest | undefined {
  if (!text.includes(OPENING)) return undefined;
  const lines = text.split("\n");
  const start = lines.findIndex((line) => line.trimEnd() === OPENING);
  if (start === -1) return undefined;
  const block: string[] = [];
  let closed = false;
  for (const line of lines.slice(start + 1)) {
    if (line !== "#" && !line.startsWith("# ")) break;
    if (line.trimEnd() === "# ///") {
      closed = true;
      break;
    }
    block.push(line.slice(2));
  }
  return closed ? readToml(path, "\n".repeat(start + 1) + block.join("\n")) : undefined;
}

/**
 * Dependencies of every script below a folder that has such a block.
 *
 * @param group `runtime` where the scripts are all there is, `dev` where they stand beside a project
 */
export function declareScripts(
  files: Files,
  declarations: Declarations,
  root: string,
  group: "runtime" | "dev",
): void {
  for (const path of files.paths) {
    if (!path.endsWith(".py") || (root !== "" && !path.startsWith(`${root}/`))) continue;
    const text = files.size(path) > 1024 * 1024 ? undefined : files.text(path);
    const manifest = text === undefined ? undefined : readScriptMetadata(path, text);
    if (manifest === undefined || !declarations.check(manifest)) continue;
    for (const [index, item] of asStrings(manifest.get("dependencies")).entries()) {
      const requirement = parseRequirement(item);
      const line = manifest.line("dependencies", String(index));
      const context = { path, line, group, groupName: path, source: "script" } as const;
      if (requirement) declarations.add(toDependency(requirement, context));
    }
  }
}
