/** How routes name a repository. */
import { z } from "@hono/zod-openapi";
import { nameRepository } from "../forge/parse-repository.ts";
import { describeQuery, mayOfReader } from "../http/ask-repository.ts";
import type { RequestContext } from "../http/context.ts";
import type { ScanQuery } from "../store/scan-request.ts";
import { refSchema, subdirectorySchema } from "./scan-options.ts";

export const repositoryParams = z.object({
  host: z.string().max(253).openapi({ description: "Host of the forge.", example: "github.com" }),
  path: z.string().max(2_000).openapi({
    description: "Path of the repository on its host; its slashes may be sent as they are or as `%2F`.",
    example: "pallets/flask",
  }),
});

export const revisionSchema = z.object({ ref: refSchema, subdirectory: subdirectorySchema });

/** Matches a host, which always holds a dot. For Hono. */
export const HOST = ":host{[^/]*\\.[^/]*}";

/**
 * For those who read: what would start a scan is looked at first.
 *
 * @throws ForgeError where there can be no such repository
 */
export function queryRepository(
  c: RequestContext,
  { host, path }: z.infer<typeof repositoryParams>,
  { ref, subdirectory }: z.infer<typeof revisionSchema>,
): ScanQuery {
  const name = nameRepository(host, path, c.get("config").repositories.forges);
  const asked = { name, subdirectory, ...(ref === undefined ? {} : { ref }) };
  return describeQuery(c, asked, mayOfReader(c));
}
