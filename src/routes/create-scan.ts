/** POST /v1/scans */
import { createRoute, type RouteConfig, z } from "@hono/zod-openapi";
import { requireToken } from "../http/admission.ts";
import type { App } from "../http/context.ts";
import type { Judge } from "../http/judge.ts";
import { TOKEN_WHERE_SET } from "../http/openapi.ts";
import { problems } from "../http/problems.ts";
import { FILE_FIELD, mediaTypeOf, readUpload } from "../http/read-upload.ts";
import { recallUpload, scanUpload } from "../http/scan-upload.ts";
import { NDJSON, scanEventSchema, streamScan } from "../http/stream-scan.ts";
import { artifactSchema } from "../report/place-schema.ts";
import { answerRepositoryScan } from "./answer-repository-scan.ts";
import { jobSchema } from "./job-answer.ts";
import { answerReport, chooseScanFormat, formatSchema, reportHeaders } from "./report-answer.ts";
import { reportContent } from "./report-formats.ts";
import { declaredKindSchema, repositoryScanSchema, subdirectorySchema } from "./scan-options.ts";

const querySchema = z.strictObject({
  kind: declaredKindSchema,
  subdirectory: subdirectorySchema,
  artifact: artifactSchema
    .optional()
    .openapi({ description: "Says what the archive is; else it is detected.", example: "sdist" }),
  format: formatSchema,
});

const binary = (description: string) => ({
  schema: { type: "string" as const, format: "binary", description },
});

/** Typed loosely, since stored reports are answered as the bytes that they are. */
const responses: RouteConfig["responses"] = {
  200: {
    description: "The report, made now or found in the store.",
    headers: reportHeaders,
    content: { ...reportContent, [NDJSON]: { schema: scanEventSchema } },
  },
  202: {
    description: "The scan of a repository goes on, as `Prefer: respond-async` asked for.",
    headers: {
      Location: {
        description: "Where to see how it goes.",
        schema: { type: "string" as const, format: "uri-reference" },
      },
      "Preference-Applied": {
        description: "`respond-async`.",
        schema: { type: "string" as const },
      },
      "Retry-After": {
        description: "Seconds after which there may be news.",
        schema: { type: "string" as const },
      },
    },
    content: { "application/json": { schema: jobSchema } },
  },
  ...problems(
    "invalid-request",
    "unauthorized",
    "not-acceptable",
    "upload-too-slow",
    "archive-too-large",
    "unsupported-media-type",
    "archive-unreadable",
    "archive-unsafe",
    "no-python-project",
    "subdirectory-not-found",
    "host-not-allowed",
    "repository-not-found",
    "busy",
    "upstream-unavailable",
  ),
};

const route = createRoute({
  method: "post",
  path: "/v1/scans",
  operationId: "createScan",
  tags: ["Scans"],
  security: TOKEN_WHERE_SET,
  summary: "Scan a project",
  description:
    "Send an archive of a Python project: `.zip`, `.whl`, `.tar.gz` or `.tar`, up to 64 MiB, as the body or as the form " +
    "field `archive`. It is unpacked in memory, never executed and never stored. The same archive under the same " +
    "rule set is answered from the store. With `Accept: application/x-ndjson` the stages of the scan are streamed, " +
    "one JSON object a line, and the report or the problem is the last line.\n\n" +
    "Or send JSON with the URL of a public repository: its ref is resolved to a commit, and a commit is scanned once " +
    "under a rule set, however many ask for it. `Prefer: respond-async` answers at once with a job. A private " +
    "repository is read with your token as `X-Forge-Token`; it goes to that forge alone and is not kept, and the " +
    "report is found only by its id.\n\n" +
    "To try it on the page `/docs`: the example project of `GET /example.zip` is chosen already, so press Execute.",
  request: {
    query: querySchema,
    headers: z.object({
      prefer: z.string().optional().openapi({
        description: "`respond-async` answers the scan of a repository with a job.",
        example: "respond-async",
      }),
      "x-forge-token": z
        .string()
        .optional()
        .openapi({ description: "Token that reads a private repository.", example: "YOUR-TOKEN" }),
    }),
    body: {
      required: true,
      content: {
        "multipart/form-data": {
          schema: {
            type: "object",
            required: [FILE_FIELD],
            properties: { [FILE_FIELD]: { type: "string", format: "binary", description: "The archive." } },
          },
        },
        "application/zip": binary("A zip archive or a wheel."),
        "application/gzip": binary("A gzipped tar archive."),
        "application/octet-stream": binary("Either, told apart by its first bytes."),
        "application/json": {
          schema: { $ref: "#/components/schemas/RepositoryScan" },
          example: { repository: "https://github.com/pallets/flask" },
        },
      },
    },
  },
  responses,
});

export function addCreateScan(app: App, judge: Judge): void {
  app.openAPIRegistry.register("RepositoryScan", repositoryScanSchema);
  app.openapi(route, async (c) => {
    requireToken(c);
    const { format: asked, ...options } = c.req.valid("query");
    const format = chooseScanFormat(c, asked);
    if (mediaTypeOf(c.req.header("Content-Type") ?? "") === "application/json") {
      return answerRepositoryScan(c, judge, format, options);
    }
    const upload = { ...(await readUpload(c)), options };
    const known = await recallUpload(c, upload);
    const { notes } = c.var;
    notes.digest = upload.digest;
    notes.bytes = upload.bytes.length;
    notes.cache = known ? "hit" : "miss";
    c.header("Cache-Control", "no-store");
    if (known) return answerReport(c, known, format);
    if (format === NDJSON) return streamScan(c, (onStage) => scanUpload(c, judge, upload, onStage));
    const scanned = scanUpload(c, judge, upload);
    // It goes on when the client leaves: whoever asks again finds the report.
    c.executionCtx.waitUntil(scanned.catch(() => {}));
    return answerReport(c, await scanned, format);
  });
}
