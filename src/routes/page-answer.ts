/** How pages are answered: under their policy, and with a tag that changes with the page. */
import type { RequestContext } from "../http/context.ts";
import { PAGE_POLICY } from "../http/headers.ts";
import { etagOf, matchesTag } from "../http/negotiation.ts";
import { sha256 } from "../store/digest.ts";

export function answerPage(c: RequestContext, html: string, status: 200 | 202 = 200): Response {
  c.header("Content-Security-Policy", PAGE_POLICY);
  return c.html(html, status);
}

export function answerTaggedPage(c: RequestContext, html: string): Response {
  const tag = etagOf(sha256(html));
  c.header("ETag", tag);
  return matchesTag(c, tag) ? c.body(null, 304) : answerPage(c, html);
}
