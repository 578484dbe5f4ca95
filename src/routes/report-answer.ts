/** How a stored report is answered, whichever route found it. */
import { z } from "@hono/zod-openapi";
import type { RequestContext } from "../http/context.ts";
import { negotiate } from "../http/negotiation.ts";
import { Problem } from "../http/problems.ts";
import type { StoredReport } from "../store/report-store.ts";

const FORMATS = { json: "application/json" } as const;

/** Any text passes here: an unknown format is not acceptable rather than invalid. */
export const formatSchema = z
  .string()
  .optional()
  .openapi({
    enum: Object.keys(FORMATS),
    description: "Format of the answer; goes before the Accept header.",
  });

/** @throws Problem `not-acceptable` */
export function chooseFormat(c: RequestContext, format: string | undefined): "application/json" {
  if (format === undefined) return negotiate(c, ["application/json"]);
  if (format === "json") return FORMATS[format];
  throw new Problem("not-acceptable", `Reports are available as ${Object.keys(FORMATS).join(", ")}.`);
}

export const etagHeader = {
  ETag: { description: "Changes when the content does.", schema: { type: "string" as const } },
};

export const notModified = { description: "It is as If-None-Match has it.", headers: etagHeader };

export const etagOf = (digest: string): string => `"${digest.slice(0, 32)}"`;

export const reportHeaders = {
  ...etagHeader,
  "X-Cache": {
    description: "`hit` where the report or its verdicts were found in the store.",
    schema: { type: "string" as const, enum: ["hit", "miss"] },
  },
  Location: {
    description: "Where the report can be read again; left out where a scan is streamed.",
    schema: { type: "string" as const, format: "uri-reference" },
  },
};

/** The report as it was stored, byte for byte. As a stream it is the only line. */
export function answerReport(c: RequestContext, { id, body, digest }: StoredReport, type: string): Response {
  c.header("ETag", etagOf(digest));
  c.header("Location", `/v1/scans/${id}`);
  c.header("X-Cache", c.get("notes").cache ?? "hit");
  return c.body(type === "application/json" ? body : `${body}\n`, 200, { "Content-Type": type });
}
