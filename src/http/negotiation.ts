/** Which of the offered media types a client wants (RFC 9110, section 12.5.1), and conditional requests. */
import { parseAccept } from "hono/utils/accept";
import type { RequestContext } from "./context.ts";
import { Problem } from "./problems.ts";

/**
 * The offered type that the Accept header rates best; the first offered of those rated alike. The answer, problem
 * or not, says that it varies by Accept.
 *
 * @throws Problem `not-acceptable` when it accepts none
 */
export function negotiate<Type extends string>(c: RequestContext, offered: readonly [Type, ...Type[]]): Type {
  c.header("Vary", "Accept");
  const header = c.req.header("Accept");
  if (header === undefined || header.trim() === "") return offered[0];
  const ranges = parseAccept(header.slice(0, 2_000)).map(({ type, q }) => ({ type: type.toLowerCase(), q }));
  let best: { type: Type; quality: number } | undefined;
  for (const type of offered) {
    const quality = qualityOf(type, ranges);
    if (quality > (best?.quality ?? 0)) best = { type, quality };
  }
  if (best) return best.type;
  throw new Problem("not-acceptable", `This is available as ${offered.join(", ")}.`);
}

/** Whether a page is wanted rather than JSON, as browsers do when an address is opened. */
export function prefersPage(c: RequestContext): boolean {
  const ranges = parseAccept(c.req.header("Accept")?.slice(0, 2_000) ?? "");
  return qualityOf("text/html", ranges) > qualityOf("application/problem+json", ranges);
}

/** The most specific range decides. */
function qualityOf(type: string, ranges: { type: string; q: number }[]): number {
  const anySubtype = `${type.slice(0, type.indexOf("/"))}/*`;
  for (const wanted of [type, anySubtype, "*/*"]) {
    const range = ranges.find((range) => range.type === wanted);
    if (range) return range.q;
  }
  return 0;
}

/** @param digest of the content, hex */
export const etagOf = (digest: string): string => `"${digest.slice(0, 32)}"`;

/** Whether If-None-Match names this entity tag (weak comparison, RFC 9110, section 13.1.2). */
export function matchesTag(c: RequestContext, tag: string): boolean {
  const header = c.req.header("If-None-Match");
  if (header === undefined) return false;
  return header.split(",").some((candidate) => ["*", tag].includes(candidate.trim().replace(/^W\//, "")));
}
