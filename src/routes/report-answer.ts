/** How a report is answered, whichever way it was asked for. */
import { z } from "@hono/zod-openapi";
import type { RequestContext } from "../http/context.ts";
import { etagOf, matchesTag, negotiate } from "../http/negotiation.ts";
import { Problem } from "../http/problems.ts";
import { NDJSON } from "../http/stream-scan.ts";
import type { Report } from "../report/schema.ts";
import { sha256 } from "../store/digest.ts";
import type { StoredReport } from "../store/report-store.ts";
import { FORMAT_NAMES, FORMATS, type Format, isFormat, renderContext } from "./report-formats.ts";
import { answerReportPage } from "./report-page-answer.ts";

/** Any text passes here: an unknown format is not acceptable rather than invalid. */
export const formatSchema = z.string().optional().openapi({
  enum: FORMAT_NAMES,
  description: "Format of the answer; goes before the Accept header.",
  example: "json",
});

const BY_TYPE = new Map<string, Format>(FORMAT_NAMES.map((name) => [FORMATS[name].mediaType, name]));
const TYPES = [...BY_TYPE.keys()] as [string, ...string[]];

/** @throws Problem `not-acceptable` */
export function chooseFormat(c: RequestContext, format: string | undefined): Format {
  if (format === undefined) return BY_TYPE.get(negotiate(c, TYPES)) ?? "json";
  return findFormat(c, format);
}

/**
 * For scans, which can be streamed, too.
 *
 * @throws Problem `not-acceptable`
 */
export function chooseScanFormat(c: RequestContext, format: string | undefined): Format | typeof NDJSON {
  if (format !== undefined) return findFormat(c, format);
  const type = negotiate(c, [...TYPES, NDJSON]);
  return type === NDJSON ? NDJSON : (BY_TYPE.get(type) ?? "json");
}

function findFormat(c: RequestContext, format: string): Format {
  c.header("Vary", "Accept");
  if (isFormat(format)) return format;
  throw new Problem("not-acceptable", `Reports are available as ${FORMAT_NAMES.join(", ")}.`);
}

export const etagHeader = {
  ETag: { description: "Changes when the content does.", schema: { type: "string" as const } },
};

export const notModified = { description: "It is as If-None-Match has it.", headers: etagHeader };

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

/** JSON is answered as it was stored, byte for byte; as a stream it is the only line. */
export async function answerReport(
  c: RequestContext,
  stored: StoredReport,
  format: Format | typeof NDJSON,
): Promise<Response> {
  const { id, bytes, digest } = stored;
  c.header("Location", `/v1/scans/${id}`);
  c.header("X-Cache", c.get("notes").cache ?? "hit");
  if (format === "html") return answerReportPage(c, stored);
  if (format === NDJSON || format === "json") {
    c.header("ETag", etagOf(digest));
    return c.body(format === NDJSON ? `${stored.body}\n` : (bytes ?? stored.body), 200, {
      "Content-Type": format === NDJSON ? NDJSON : FORMATS.json.mediaType,
    });
  }
  const { render, ...types } = FORMATS[format];
  const text = render(JSON.parse(stored.body) as Report, renderContext(new URL(c.req.url).origin));
  c.header("ETag", etagOf(sha256(text)));
  return c.body(text, 200, {
    "Content-Type": "contentType" in types ? types.contentType : types.mediaType,
  });
}

/** For reading: without the body where the client has it. */
export async function answerUnlessKnown(
  c: RequestContext,
  report: StoredReport,
  format: Format,
): Promise<Response> {
  const answer = await answerReport(c, report, format);
  return matchesTag(c, answer.headers.get("ETag") ?? "") ? c.body(null, 304) : answer;
}
