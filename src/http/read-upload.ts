/** The archive of a scan request: the body itself, or a file of a form. */
import { type BodyBounds, readBody, readFormFile } from "./body.ts";
import type { RequestContext } from "./context.ts";
import { Problem } from "./problems.ts";

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

/** The archive's bytes. What can be refused is refused before the body is touched. */
export async function readUpload(c: RequestContext): Promise<Uint8Array<ArrayBuffer>> {
  const contentType = c.req.header("Content-Type") ?? "application/octet-stream";
  const essence = mediaTypeOf(contentType);
  const { uploadBytes: limit, uploadStallMs: stallMs } = c.get("config");
  const bounds: BodyBounds = { limit, stallMs, hold: c.get("hold") };
  if (essence === "multipart/form-data") return readFormFile(c.req.raw, contentType, FILE_FIELD, bounds);
  if (!ARCHIVE_TYPES.includes(essence)) {
    throw new Problem(
      "unsupported-media-type",
      "Send application/zip, application/gzip, application/octet-stream, multipart/form-data or application/json " +
        '(with curl: -H "Content-Type: application/zip").',
    );
  }
  return readBody(c.req.raw, bounds);
}
