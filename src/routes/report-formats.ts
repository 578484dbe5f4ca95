/** The formats that a report is served in. */
import { z } from "@hono/zod-openapi";
import { renderJunit } from "../report/junit.ts";
import { renderMarkdown } from "../report/markdown.ts";
import type { Render, RenderContext } from "../report/rendering.ts";
import whys from "../report/rule-whys.json" with { type: "json" };
import { renderSarif } from "../report/sarif.ts";
import { reportSchema } from "../report/schema.ts";

interface FormatDefinition {
  mediaType: string;
  /** As the header says it, where that is more than the type. */
  contentType?: string;
  schema: z.ZodType;
  /** Left out for JSON, which is answered as it is stored, and for pages, which show more than the report. */
  render?: Render;
}

const sarifSchema = z
  .object({
    $schema: z.string().openapi({ description: "The schema of the version." }),
    version: z.literal("2.1.0").openapi({ description: "Version of SARIF." }),
    runs: z.array(z.looseObject({})).openapi({ description: "One run." }),
  })
  .openapi("SarifLog", {
    description: "Static Analysis Results Interchange Format 2.1.0, as GitHub code scanning takes it.",
    externalDocs: { url: "https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html" },
  });

/** The first is the one for those who take anything. */
export const FORMATS = {
  json: { mediaType: "application/json", schema: reportSchema },
  sarif: { mediaType: "application/sarif+json", schema: sarifSchema, render: renderSarif },
  markdown: {
    mediaType: "text/markdown",
    contentType: "text/markdown; charset=utf-8",
    schema: z.string().openapi({ description: "A comment for a pull request, in GitHub Flavored Markdown." }),
    render: renderMarkdown,
  },
  junit: {
    mediaType: "application/xml",
    schema: z.string().openapi({ description: "JUnit XML: a suite a category, a case a rule." }),
    render: renderJunit,
  },
  html: {
    mediaType: "text/html",
    schema: z.string().openapi({ description: "The report as a page." }),
  },
} as const satisfies Record<string, FormatDefinition>;

export type Format = keyof typeof FORMATS;
export const FORMAT_NAMES = Object.keys(FORMATS) as Format[];
export const isFormat = (name: string): name is Format => Object.hasOwn(FORMATS, name);

/** Response content of the operations that answer with a report. */
export const reportContent: Record<string, { schema: z.ZodType }> = Object.fromEntries(
  Object.values(FORMATS).map(({ mediaType, schema }) => [mediaType, { schema }]),
);

/** Not of the rules themselves, which would bring all that they read through. */
const REASONS = new Map(Object.entries(whys));

/** @param origin scheme and host of a server that has the pages which are linked to */
export const renderContext = (origin?: string): RenderContext => ({
  origin,
  why: (rule) => REASONS.get(rule),
});
