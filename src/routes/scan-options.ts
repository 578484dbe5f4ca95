/** What may be said of a scan, whichever way the project comes. */
import { z } from "@hono/zod-openapi";
import { kindSchema } from "../report/place-schema.ts";

export const declaredKindSchema = kindSchema
  .optional()
  .openapi({ description: "Declares the kind of project; else it is detected.", example: "service" });

export const subdirectorySchema = z
  .string()
  .max(500)
  .transform((path) => path.replaceAll(/^\/+|(?<!\/)\/+$/g, ""))
  .refine((path) => !/[\\\0]|(?:^|\/)\.{0,2}(?:\/|$)/.test(path) || path === "", "is no folder of an archive")
  .optional()
  .openapi({
    type: "string",
    description: "The folder to judge, where not the top.",
    example: "services/shop",
  });

export const refSchema = z
  .string()
  .min(1)
  .max(250)
  .optional()
  .openapi({ description: "Branch, tag or full commit; else the default branch.", example: "main" });

export const repositoryScanSchema = z
  .strictObject({
    repository: z.string().max(2_000).openapi({
      description:
        "URL of a repository on a forge: as browsers show it (with `/tree/main/folder`, too), as git clones it, or `owner/name` on GitHub.",
      example: "https://github.com/pallets/flask",
    }),
    ref: refSchema,
    subdirectory: subdirectorySchema,
    kind: declaredKindSchema,
    refresh: z.boolean().optional().openapi({ description: "Asks the forge again where the ref stands." }),
  })
  .openapi("RepositoryScan", { description: "A repository to scan." });
