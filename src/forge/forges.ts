/** The forges that repositories are read from: those known to everyone, and those that an operator configured. */
import { z } from "zod";

const FORGE_KINDS = ["github", "gitlab", "gitea", "bitbucket"] as const;
export type ForgeKind = (typeof FORGE_KINDS)[number];

/** Plain data, so that it can be handed to an object in another isolate. */
export interface Forge {
  /** As reports and badges name it: `github.com`. */
  host: string;
  kind: ForgeKind;
  /** Where it is asked, without a slash at the end. */
  baseUrl: string;
}

export type Forges = ReadonlyMap<string, Forge>;

const KNOWN: Readonly<Record<string, ForgeKind>> = {
  "github.com": "github",
  "gitlab.com": "gitlab",
  "codeberg.org": "gitea",
  "gitea.com": "gitea",
  "bitbucket.org": "bitbucket",
};

const hostsSchema = z.record(
  z
    .string()
    .toLowerCase()
    .regex(/^[a-z\d-]{1,63}(?:\.[a-z\d-]{1,63}){1,8}$/, "is no host name with a dot in it"),
  z.strictObject({
    kind: z.enum(FORGE_KINDS),
    baseUrl: z
      .url({ protocol: /^https?$/ })
      .refine((url) => !/[?#@]/.test(url), "holds more than scheme, host and path")
      .transform((url) => url.replace(/\/{1,9}$/, ""))
      .optional(),
  }),
);

/**
 * The value of REPOSITORY_HOSTS, `{"git.example.com": {"kind": "gitea", "baseUrl": "http://127.0.0.1:9000"}}`,
 * together with the forges that are known anyway. Only a configured base URL may be private or without TLS.
 */
export const forgesSchema = z
  .unknown()
  .transform((value, context) => {
    // A table of wrangler.toml arrives as an object.
    if (typeof value !== "string") return value;
    try {
      return JSON.parse(value) as unknown;
    } catch {
      context.addIssue("is no JSON");
      return z.NEVER;
    }
  })
  .pipe(hostsSchema)
  .transform((configured): Forges => {
    const kinds = Object.entries(KNOWN).map(([host, kind]) => [host, { kind, baseUrl: undefined }] as const);
    const all = new Map<string, { kind: ForgeKind; baseUrl?: string | undefined }>([
      ...kinds,
      ...Object.entries(configured),
    ]);
    return new Map(
      [...all].map(([host, { kind, baseUrl }]) => [
        host,
        { host, kind, baseUrl: baseUrl ?? `https://${host}` },
      ]),
    );
  });
