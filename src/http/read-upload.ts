/** The archive of a scan request: the body itself, or a file of a form. */
import { createHash } from "node:crypto";
import { type BodyBounds, readBody, readFormFile } from "./body.ts";
import type { RequestContext } from "./context.ts";
import { Problem } from "./problems.ts";
import type { UploadedBytes } from "./scan-upload.ts";

const ARCHIVE_TYPES = [
  "application/zip",
  "application/gzip",
  "application/octet-stream",
  "application/x-zip-compressed",
  "application/x-gzip",
  "application/x-tar",
  "application/x-gtar",
];
/** Name of the form field that holds the archive. */
export const FILE_FIELD = "archive";

/** Type and subtype, without parameters. */
export const mediaTypeOf = (contentType: string): string =>
  contentType.split(";", 1)[0]?.trim().toLowerCase() ?? "";

/** The archive's bytes and their digest. What can be refused is refused before the body is touched. */
export async function readUpload(c: RequestContext): Promise<UploadedBytes> {
  const contentType = c.req.header("Content-Type") ?? "application/octet-stream";
  const essence = mediaTypeOf(contentType);
  const { uploadBytes: limit, uploadStallMs: stallMs } = c.get("config");
  const digest = createHash("sha256");
  const bounds: BodyBounds = { limit, stallMs, hold: c.get("hold"), digest };
  const form = essence === "multipart/form-data";
  if (!form && !ARCHIVE_TYPES.includes(essence)) {
    throw new Problem(
      "unsupported-media-type",
      "Send application/zip, application/gzip, application/octet-stream, multipart/form-data or application/json " +
        '(with curl: -H "Content-Type: application/zip").',
    );
  }
  const bytes = form
    ? await readFormFile(c.req.raw, contentType, FILE_FIELD, bounds)
    : await readBody(c.req.raw, bounds);
  return { bytes, digest: `sha256:${digest.digest("hex")}` };
}
