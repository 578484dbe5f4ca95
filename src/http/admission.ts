/** Who may start a scan: with API_TOKENS set, who carries one of them; and not more often than the limit allows. */
import { timingSafeEqual } from "node:crypto";
import type { RequestContext } from "./context.ts";
import { Problem } from "./problems.ts";
import { spend } from "./rate-limits.ts";

/** Whether the request carries a token where one is needed. */
export function isAuthorised(c: RequestContext): boolean {
  const { apiTokens } = c.get("config");
  if (apiTokens === undefined) return true;
  const sent = tokenOf(c);
  return sent !== undefined && isOneOf(sent, apiTokens);
}

/** @throws Problem `unauthorized` */
export function requireToken(c: RequestContext): void {
  if (isAuthorised(c)) return;
  const wrong = tokenOf(c) === undefined ? "" : ', error="invalid_token"';
  throw new Problem("unauthorized", "A scan needs a token of this server: Authorization: Bearer TOKEN.", {
    "WWW-Authenticate": `Bearer realm="pyready"${wrong}`,
  });
}

/**
 * For a scan that something else than POST /v1/scans would start, which is counted as it comes in.
 *
 * @returns why it may not be started
 */
export async function refuseScan(c: RequestContext): Promise<Problem | undefined> {
  try {
    requireToken(c);
    await spend(c, "scans");
  } catch (error) {
    if (error instanceof Problem) return error;
    throw error;
  }
  return undefined;
}

/** RFC 6750, section 2.1. */
const tokenOf = (c: RequestContext): string | undefined =>
  /^bearer +([^\s]{1,500}) *$/i.exec(c.req.header("Authorization") ?? "")?.[1];

const encoder = new TextEncoder();

/**
 * Compared with all of them, each in constant time, so that no byte of one can be found by trying. A length that
 * differs is seen, which tells how long they are and nothing of what is in them.
 */
const isOneOf = (sent: string, tokens: readonly string[]): boolean =>
  tokens.map((token) => isSame(sent, token)).includes(true);

export function isSame(sent: string, right: string): boolean {
  const [a, b] = [encoder.encode(sent), encoder.encode(right)];
  return a.length === b.length && timingSafeEqual(a, b);
}
