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
  const prefix = isUstar(block) ? readText(block, 345, 155) : "";
  const type = String.fromCharCode(block[156] || 0x30);
  return { name: prefix === "" ? name : `${prefix}/${name}`, size, type };
}

const isUstar = (block: Uint8Array): boolean =>
  [0x75, 0x73, 0x74, 0x61, 0x72, 0].every((byte, at) => block[257 + at] === byte);

/** Whether a block holds nothing but zeros: two of them end a tar. */
export const isEmptyBlock = (block: Uint8Array): boolean => block.every((byte) => byte === 0);

/** The sum of all bytes, those of the checksum taken as spaces. */
function checksum(block: Uint8Array): number {
  let sum = 8 * SPACE;
  for (let at = 0; at < BLOCK; at++) if (at < 148 || at >= 156) sum += block[at] ?? 0;
  return sum;
}

/** Octal digits between blanks, or GNU's base 256 where the first bit is set. `undefined` for anything else. */
function readNumber(block: Uint8Array, start: number, length: number): number | undefined {
  let at = start;
  const end = start + length;
  if (block[at] === 0x80) {
    let wide = 0;
    while (++at < end) wide = wide * 256 + (block[at] ?? 0);
    return Number.isSafeInteger(wide) ? wide : undefined;
  }
  let number = 0;
  while (at < end && block[at] === SPACE) at++;
  for (; at < end && block[at] !== SPACE && block[at] !== 0; at++) {
    const digit = (block[at] ?? 0) - 0x30;
    if (digit < 0 || digit > 7) return undefined;
    number = number * 8 + digit;
  }
  return number;
}

const SPACE = 0x20;

function readText(block: Uint8Array, start: number, length: number): string {
  const bytes = untilNul(block.subarray(start, start + length));
  return bytes.length === 0 ? "" : decodeName(bytes);
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
    const length = space === -1 ? undefined : readDecimal(bytes, at, space);
    const end = at + (length ?? 0);
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

function readDecimal(bytes: Uint8Array, start: number, end: number): number | undefined {
  let number = 0;
  for (let at = start; at < end; at++) {
    const digit = (bytes[at] ?? 0) - 0x30;
    if (digit < 0 || digit > 9 || number > Number.MAX_SAFE_INTEGER / 16) return undefined;
    number = number * 10 + digit;
  }
  return start === end ? undefined : number;
}
