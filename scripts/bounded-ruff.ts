/**
 * Ruff's WebAssembly with a most of memory. The package's may grow to 4 GiB, and does where a small file has a fault
 * at each character; past a most of its own an instance traps, which costs the file alone.
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

const OUTPUT = join(import.meta.dirname, "../src/project/python/ruff.wasm");
/** Ruff takes 22 MiB for a megabyte of ordinary code, and some 50 MiB for one of short statements or numbers. */
const MOST_PAGES = (64 * 1024 * 1024) / 65_536;

const HEADER_SIZE = 8;
const MEMORY_SECTION = 5;

/** Writes it, where it is not there yet as it should be: what watches it must not start anew for nothing. */
export function writeBoundedRuff(): void {
  const path = createRequire(import.meta.url).resolve("@astral-sh/ruff-wasm-web/ruff_wasm_bg.wasm");
  const bounded = boundMemory(readFileSync(path), MOST_PAGES);
  if (!existsSync(OUTPUT) || !readFileSync(OUTPUT).equals(bounded)) writeFileSync(OUTPUT, bounded);
}

/** Gives the one memory of a module a most of pages (WebAssembly core specification 2.0, section 5.5.8). */
function boundMemory(wasm: Buffer, pages: number): Buffer {
  for (let at = HEADER_SIZE; at < wasm.length; ) {
    const size = readLeb(wasm, at + 1);
    const end = size.next + size.value;
    if (wasm[at] === MEMORY_SECTION) {
      const [count, flags] = [wasm[size.next], wasm[size.next + 1]];
      if (count !== 1 || flags !== 0) throw new Error("The memory of ruff-wasm-web has changed its shape");
      const least = readLeb(wasm, size.next + 2).value;
      const section = Buffer.from([1, 1, ...leb(least), ...leb(pages)]);
      const head = [MEMORY_SECTION, ...leb(section.length)];
      return Buffer.concat([wasm.subarray(0, at), Buffer.from(head), section, wasm.subarray(end)]);
    }
    at = end;
  }
  throw new Error("ruff-wasm-web has no memory of its own");
}

/** An unsigned number in LEB128, and where the next byte stands. */
function readLeb(bytes: Buffer, at: number): { value: number; next: number } {
  let value = 0;
  for (let shift = 0; ; shift += 7) {
    const byte = bytes.readUInt8(at++);
    value += (byte & 0x7f) * 2 ** shift;
    if (byte < 0x80) return { value, next: at };
  }
}

function leb(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...leb(value >>> 7)];
}
