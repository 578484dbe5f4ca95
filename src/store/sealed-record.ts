/** A record with its digest in front: what was cut off or mixed up on the way is seen when it is read. */
import { sha256 } from "./digest.ts";

export interface Sealed {
  /** UTF-8, as it was sealed. */
  bytes: Uint8Array<ArrayBuffer>;
  /** The same as text; decoded when it is asked for, since most records are answered as they are. */
  readonly body: string;
  /** SHA-256 of the body, hex. */
  digest: string;
}

/** Hexadecimal digits of a digest; a line end stands behind them. */
const DIGITS = 64;
const LF = 10;
const decoder = new TextDecoder();

export const sealRecord = (body: string): string => `${sha256(body)}\n${body}`;

/** The record, or `undefined` when it is not what was sealed. */
export function openRecord(sealed: Uint8Array<ArrayBuffer>): Sealed | undefined {
  const bytes = sealed.subarray(DIGITS + 1);
  const digest = decoder.decode(sealed.subarray(0, DIGITS));
  if (sealed[DIGITS] !== LF || digest !== sha256(bytes)) return undefined;
  let body: string | undefined;
  return {
    bytes,
    digest,
    get body() {
      body ??= decoder.decode(bytes);
      return body;
    },
  };
}
