/** One header block of a tar: POSIX.1-2001 ustar and pax (pubs.opengroup.org, `pax`), and GNU tar's own forms. */

import { decodeName } from "./names.ts";

export const BLOCK = 512;

export interface TarHeader {
  name: string;
  /** Bytes of data behind the header, before padding. */
  size: number;
  /** One character, `0` for a regular file. */
  type: string;
}

/**
 * Reads a header block.
 *
 * @returns `undefined` where the block is no header: its checksum or its size is wrong
 */
export function parseHeader(block: Uint8Array): TarHeader | undefined {
  if (block.length < BLOCK || readNumber(block, 148, 8) !== checksum(block)) return undefined;
  const size = readNumber(block, 124, 12);
  if (size === undefined) return undefined;
  const name = readText(block, 0, 100);
  // Other formats (GNU's old one) put other things where ustar has the prefix.
  const prefix = readText(block, 257, 6) === "ustar" && block[262] === 0 ? readText(block, 345, 155) : "";
  const type = String.fromCharCode(block[156] || 0x30);
  return { name: prefix === "" ? name : `${prefix}/${name}`, size, type };
}

/** Whether a block holds nothing but zeros: two of them end a tar. */
export const isEmptyBlock = (block: Uint8Array): boolean => block.every((byte) => byte === 0);

/** The sum of all bytes, those of the checksum taken as spaces. */
function checksum(block: Uint8Array): number {
  let sum = 8 * 0x20;
  for (let at = 0; at < BLOCK; at++) if (at < 148 || at >= 156) sum += block[at] ?? 0;
  return sum;
}

/** Octal digits between blanks, or GNU's base 256 where the first bit is set. `undefined` for anything else. */
function readNumber(block: Uint8Array, start: number, length: number): number | undefined {
  const field = block.subarray(start, start + length);
  if (field[0] === 0x80) {
    const number = field.subarray(1).reduce((sum, byte) => sum * 256 + byte, 0);
    return Number.isSafeInteger(number) ? number : undefined;
  }
  const text = latin1.decode(field).replace(/^ +/, "").split(/[\0 ]/, 1)[0] ?? "";
  return /^[0-7]*$/.test(text) ? Number.parseInt(text || "0", 8) : undefined;
}

const latin1 = new TextDecoder("latin1");

function readText(block: Uint8Array, start: number, length: number): string {
  return decodeName(untilNul(block.subarray(start, start + length)));
}

/** The bytes before the first NUL. */
export function untilNul(bytes: Uint8Array): Uint8Array {
  const end = bytes.indexOf(0);
  return end === -1 ? bytes : bytes.subarray(0, end);
}

/**
 * The records of a pax header, `length key=value\n` each, the last of a key winning.
 *
 * @returns `undefined` where they are malformed
 */
export function parsePax(bytes: Uint8Array): Map<string, string> | undefined {
  const records = new Map<string, string>();
  for (let at = 0; at < bytes.length && bytes[at] !== 0; ) {
    const space = bytes.indexOf(0x20, at);
    const digits = space === -1 || space - at > 10 ? "" : latin1.decode(bytes.subarray(at, space));
    const end = /^\d+$/.test(digits) ? at + Number(digits) : 0;
    const equals = bytes.indexOf(0x3d, space);
    if (end > bytes.length || equals === -1 || equals >= end || bytes[end - 1] !== 0x0a) return undefined;
    records.set(
      decodeName(bytes.subarray(space + 1, equals)),
      decodeName(bytes.subarray(equals + 1, end - 1)),
    );
    at = end;
  }
  return records;
}
