/** The floor of a scan: inflate the files that are read, and ask Ruff once about each Python file. Nothing else. */
import { inflateRawSync } from "node:zlib";
import { rules } from "../../../rules/index.ts";
import { loadRuff } from "../../../src/project/python/load-ruff.ts";
import { DEFAULT_LINT_LIMITS } from "../../../src/project/python/read-modules.ts";
import { roleOf } from "../../../src/project/python/roles.ts";
import { type InstantiateRuff, Linter } from "../../../src/project/python/ruff.ts";
import { isRead } from "../../../src/project/read-files.ts";
import { askedOfRuff } from "../../../src/scan.ts";

export interface Floor {
  files: number;
  /** Bytes that Ruff was asked about. */
  linted: number;
  diagnostics: number;
}

const FILE_BYTES = 8 * 1024 * 1024;

export async function runFloor(zip: Uint8Array): Promise<Floor> {
  const texts = inflate(zip);
  const instance = (await loadRuff())();
  const workspace = new instance.Workspace(optionsOfScan(), 1);
  const floor = { files: texts.length, linted: 0, diagnostics: 0 };
  for (const { path, text } of texts) {
    if (!/\.pyw?$/i.test(path) || text.length > DEFAULT_LINT_LIMITS.file) continue;
    if (roleOf(path, text) === "vendored") continue;
    floor.linted += text.length;
    floor.diagnostics += workspace.check(text).length;
  }
  workspace.free();
  return floor;
}

/** Just enough of a zip reader for zips that are in order. */
function inflate(zip: Uint8Array): { path: string; text: string }[] {
  const view = new DataView(zip.buffer, zip.byteOffset, zip.length);
  let end = zip.length - 22;
  while (view.getUint32(end, true) !== 0x06054b50) end--;
  const decoder = new TextDecoder();
  const texts: { path: string; text: string }[] = [];
  let at = view.getUint32(end + 16, true);
  for (let count = view.getUint16(end + 10, true); count > 0; count--) {
    const [method, packed, size] = [
      view.getUint16(at + 10, true),
      view.getUint32(at + 20, true),
      view.getUint32(at + 24, true),
    ];
    const [name, extra, comment] = [28, 30, 32].map((offset) => view.getUint16(at + offset, true)) as [
      number,
      number,
      number,
    ];
    const local = view.getUint32(at + 42, true);
    const path = decoder.decode(zip.subarray(at + 46, at + 46 + name));
    at += 46 + name + extra + comment;
    if (path.endsWith("/") || !isRead(path, size, FILE_BYTES)) continue;
    const start = local + 30 + view.getUint16(local + 26, true) + view.getUint16(local + 28, true);
    const body = zip.subarray(start, start + packed);
    texts.push({ path, text: decoder.decode(method === 8 ? inflateRawSync(body) : body) });
  }
  return texts;
}

let options: unknown;

/** What a scan asks of Ruff: taken from the linter itself, so that both always ask the same. */
function optionsOfScan(): unknown {
  if (options !== undefined) return options;
  class Listener {
    constructor(given: unknown) {
      options = given;
    }
    static version = (): string => "";
    check = () => [];
    free = (): void => {};
  }
  const instantiate: InstantiateRuff = () => ({
    Workspace: Listener,
    memory: new WebAssembly.Memory({ initial: 0 }),
  });
  new Linter(instantiate, { ...askedOfRuff(rules), targetVersion: "py313" }).check("x = 1\n", true);
  return options;
}
