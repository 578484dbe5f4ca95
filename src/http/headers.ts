/** Headers that every response carries, and policies of pages. */
import type { MiddlewareHandler } from "hono";
import { cors } from "hono/cors";
import type { Environment } from "./context.ts";

/** For what is no page: JSON, problems, badges. */
export const API_POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; sandbox";

/** For pages, whose scripts and styles are files of our own. */
export const PAGE_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; " +
  "base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

/** Swagger UI sends nothing by form. */
export const DOCS_POLICY = PAGE_POLICY.replace("form-action 'self'", "form-action 'none'");

/** public/_headers has the same for static files, which the platform serves by itself. */
export const SECURITY_HEADERS = {
  "X-Content-Type-Options": "nosniff",
  "X-Frame-Options": "DENY",
  "Referrer-Policy": "no-referrer",
  "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Resource-Policy": "cross-origin",
  "Strict-Transport-Security": "max-age=31536000",
};

/** Sets security headers; a policy that a route has set stays. */
export const secureResponses: MiddlewareHandler<Environment> = async (c, next) => {
  await next();
  for (const [name, value] of Object.entries(SECURITY_HEADERS)) c.res.headers.set(name, value);
  if (!c.res.headers.has("Content-Security-Policy")) c.res.headers.set("Content-Security-Policy", API_POLICY);
};

/** Any page may read the API, scan with it and show its badges. */
export const allowOrigins: MiddlewareHandler = cors({
  origin: "*",
  allowMethods: ["GET", "HEAD", "POST"],
  allowHeaders: [
    "Accept",
    "Authorization",
    "Content-Type",
    "If-None-Match",
    "Prefer",
    "X-Forge-Token",
    "X-Request-Id",
  ],
  exposeHeaders: [
    "Location",
    "ETag",
    "X-Cache",
    "X-Request-Id",
    "Retry-After",
    "RateLimit-Policy",
    "RateLimit",
    "WWW-Authenticate",
  ],
  maxAge: 86_400,
});
