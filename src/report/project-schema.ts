/** What a report says about the project itself and about what was scanned. */
import { z } from "@hono/zod-openapi";
import { artifactSchema, evidenceSchema, kindSchema, lineSchema, pathSchema } from "./place-schema.ts";

export const toolSchema = z
  .object({
    name: z.literal("pyready").openapi({ description: "Its name." }),
    version: z.string().openapi({ description: "Version of pyready.", example: "0.1.0" }),
    ruleset: z.string().openapi({
      description: "Id of the rule set: its date and a digest of its sources. A new one means a new answer.",
      example: "2026.11.21-0123456789ab",
    }),
    ruff: z.string().openapi({ description: "Version of the Ruff that was asked.", example: "0.16.9" }),
  })
  .openapi("Tool", { description: "What made the report." });

export const repositorySchema = z
  .object({
    host: z.string().openapi({ description: "Host of the forge.", example: "github.com" }),
    path: z
      .string()
      .openapi({ description: "Path of the repository on its host.", example: "pallets/flask" }),
    ref: z.string().openapi({ description: "Branch, tag or commit that was asked for.", example: "main" }),
    commit: z.string().openapi({
      description: "Full commit id that was scanned.",
      example: "2c3d2a1f5b6e7d8c9a0b1c2d3e4f5a6b7c8d9e0f",
    }),
    url: z.string().openapi({ description: "Browser URL.", example: "https://github.com/pallets/flask" }),
  })
  .openapi("Repository", { description: "The repository that was scanned." });

export const inputSchema = z
  .object({
    type: z
      .enum(["upload", "repository"])
      .openapi({ description: "How the project came.", example: "upload" }),
    artifact: artifactSchema,
    digest: z.string().openapi({
      description: "SHA-256 of the archive as it was sent.",
      example: "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    }),
    repository: repositorySchema.optional(),
    subdirectory: z.string().optional().openapi({
      description: "The folder that was judged, where not the top.",
      example: "services/shop",
    }),
  })
  .openapi("Input", { description: "What was asked for." });

export const environmentVariableSchema = z
  .object({
    name: z.string().openapi({ description: "Name of the variable.", example: "DATABASE_URL" }),
    path: pathSchema,
    line: lineSchema,
    default: z.string().optional().openapi({
      description: "Default in the code, redacted where it may be a secret; left out where there is none.",
      example: "sqlite:///shop.db",
    }),
    documented: z.boolean().openapi({
      description: "Named in the documentation or in an example environment file.",
      example: true,
    }),
    secret: z.boolean().openapi({ description: "Its name speaks of a secret.", example: true }),
  })
  .openapi("EnvironmentVariable", { description: "An environment variable that the project reads." });

export const kindEvidenceSchema = z
  .object({
    kind: kindSchema,
    evidence: z.array(evidenceSchema).openapi({ description: "What shows it." }),
  })
  .openapi("KindEvidence", { description: "A kind that holds, and why." });

export const projectSchema = z
  .object({
    name: z.string().openapi({ description: "Name by its metadata, or by its folder.", example: "shop" }),
    kind: kindSchema.openapi({
      description: "The main kind: the declared one, or the first by weight of code.",
    }),
    declaredKind: kindSchema
      .optional()
      .openapi({ description: "The kind that the caller or the project declared." }),
    kinds: z
      .array(kindEvidenceSchema)
      .openapi({ description: "All kinds that were detected, the main one first." }),
    python: z.string().nullable().openapi({
      description: "The Python version as the project states it; null where it does not.",
      example: ">=3.12",
    }),
    frameworks: z.array(z.string()).openapi({
      description: "Frameworks in use, by import name.",
      example: ["fastapi", "sqlalchemy"],
    }),
    mainFile: z.string().optional().openapi({
      description: "The file that stands for the whole project: its manifest, else its README, else any.",
      example: "pyproject.toml",
    }),
    files: z.int().min(0).openapi({ description: "Files in the archive.", example: 48 }),
    pythonFiles: z
      .int()
      .min(0)
      .openapi({ description: "Python files and notebooks among them.", example: 21 }),
    pythonLines: z.int().min(0).openapi({ description: "Lines in them.", example: 2150 }),
    environment: z
      .array(environmentVariableSchema)
      .openapi({ description: "Environment variables that it reads." }),
  })
  .openapi("Project", { description: "The facts that the verdicts rest on." });

export const nestedProjectSchema = z
  .object({
    path: z
      .string()
      .openapi({ description: "Folder in the archive, empty for the top.", example: "services/shop" }),
    name: z.string().openapi({ description: "Its name.", example: "shop" }),
    kind: kindSchema,
  })
  .openapi("NestedProject", {
    description: "One of several projects in the archive; scan it with `subdirectory`.",
  });
