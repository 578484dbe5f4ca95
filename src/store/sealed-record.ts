/** A record with its digest in front: what was cut off or mixed up on the way is seen when it is read. */
import { sha256 } from "./digest.ts";

export interface Sealed {
  body: string;
  /** SHA-256 of the body, hex. */
  digest: string;
}

export const sealRecord = (body: string): string => `${sha256(body)}\n${body}`;

/** The record, or `undefined` when it is not what was sealed. */
export function openRecord(sealed: string): Sealed | undefined {
  const end = sealed.indexOf("\n");
  const digest = sealed.slice(0, Math.max(0, end));
  const body = sealed.slice(end + 1);
  return digest === sha256(body) ? { body, digest } : undefined;
}
