/** Errors as problem documents (RFC 9457): every code, its status and its title in one place. */
import { type RouteConfig, z } from "@hono/zod-openapi";

const PROBLEMS = {
  "invalid-request": [400, "The request is not valid"],
  unauthorized: [401, "The request does not prove that it may do this"],
  "not-found": [404, "There is no such page"],
  "scan-not-found": [404, "There is no such report"],
  "rule-not-found": [404, "There is no such rule"],
  "repository-not-found": [404, "There is no such public repository or ref"],
  "job-not-found": [404, "There is no such job"],
  "method-not-allowed": [405, "The method is not allowed here"],
  "not-acceptable": [406, "None of the accepted formats is available"],
  "upload-too-slow": [408, "The upload did not come forward"],
  "archive-too-large": [413, "The archive is too large"],
  "unsupported-media-type": [415, "The media type is not supported"],
  "archive-unreadable": [422, "The archive cannot be read"],
  "archive-unsafe": [422, "The archive is past the limits of what is unpacked"],
  "subdirectory-not-found": [422, "There is no such folder in the archive"],
  "no-python-project": [422, "There is no Python in the archive"],
  "host-not-allowed": [422, "Repositories are not read from there"],
  "too-many-requests": [429, "There were too many requests"],
  "internal-error": [500, "Something went wrong on our side"],
  "store-unavailable": [503, "The store of reports does not work"],
  busy: [503, "Too much is being read at the moment"],
  "upstream-unavailable": [503, "The forge cannot be read at the moment"],
} as const satisfies Record<string, readonly [status: number, title: string]>;

export type ProblemCode = keyof typeof PROBLEMS;
export type ProblemStatus = (typeof PROBLEMS)[ProblemCode][0] | typeof BAD_GATEWAY;

/** `upstream-unavailable` where the forge did answer, and what it sent is of no use (RFC 9110, section 15.6.3). */
const BAD_GATEWAY = 502;

const statusesOf = (code: ProblemCode): ProblemStatus[] =>
  code === "upstream-unavailable" ? [BAD_GATEWAY, PROBLEMS[code][0]] : [PROBLEMS[code][0]];

const CODES = Object.keys(PROBLEMS) as ProblemCode[];

/** An error that is answered as a problem document. */
export class Problem extends Error {
  readonly code: ProblemCode;
  readonly headers: Readonly<Record<string, string>>;
  readonly status: ProblemStatus;

  /** @param detail what went wrong this time, for a person; never holds a secret */
  constructor(
    code: ProblemCode,
    detail: string,
    headers: Record<string, string> = {},
    status: ProblemStatus = PROBLEMS[code][0],
  ) {
    super(detail);
    this.name = "Problem";
    this.code = code;
    this.headers = headers;
    this.status = status;
  }
}

/** A problem that was told by another object, which can hand over plain data only. */
export interface ToldProblem {
  code: string;
  detail: string;
  /** Seconds. */
  retryAfter?: number | undefined;
  /** The forge answered, and what it sent is of no use. */
  badAnswer?: boolean | undefined;
}

export function problemOf({ code, detail, retryAfter, badAnswer }: ToldProblem): Problem {
  const known = CODES.find((candidate) => candidate === code) ?? "internal-error";
  const headers: Record<string, string> = retryAfter === undefined ? {} : { "Retry-After": `${retryAfter}` };
  return new Problem(known, detail, headers, badAnswer ? BAD_GATEWAY : undefined);
}

export const problemSchema = z
  .object({
    type: z.url().openapi({ description: "What sort of problem it is, as a page about it." }),
    title: z.string().openapi({ description: "The sort of problem in a few words." }),
    status: z.int().openapi({ description: "The HTTP status." }),
    detail: z.string().openapi({ description: "What went wrong this time." }),
    code: z.enum(CODES).openapi({ description: "Stable name of the sort of problem, for programs." }),
    requestId: z.string().openapi({ description: "Name this when you ask about it.", example: "7f0b1c" }),
  })
  .openapi("Problem", { description: "An error, as RFC 9457 has it." });

export type ProblemDocument = z.infer<typeof problemSchema>;

/** @param origin scheme and host of the server, which makes `type` an absolute URI */
export function describeProblem(problem: Problem, origin: string, requestId: string): ProblemDocument {
  const { code, status, message: detail } = problem;
  return { type: `${origin}/problems#${code}`, title: PROBLEMS[code][1], status, detail, code, requestId };
}

/** Every sort of problem, for the page that `type` leads to. */
export const listProblems = (): { code: ProblemCode; status: string; title: string }[] =>
  CODES.map((code) => ({ code, status: statusesOf(code).join(" or "), title: PROBLEMS[code][1] }));

const problemResponse = (status: number, codes: ProblemCode[]) => ({
  description: `${codes.map((code) => `\`${code}\``).join(", ")}: ${codes.map((code) => PROBLEMS[code][1]).join("; ")}.`,
  content: {
    "application/problem+json": {
      schema: problemSchema,
      examples: Object.fromEntries(codes.map((code) => [code, { value: exampleOf(code, status) }])),
    },
  },
});

const exampleOf = (code: ProblemCode, status: number): ProblemDocument => ({
  ...describeProblem(new Problem(code, `${PROBLEMS[code][1]}.`), "https://pyready.example", "7f0b1c"),
  status,
});

/** Responses of a route definition: those problems that the route can answer, and what any request can meet. */
export function problems(...codes: ProblemCode[]): RouteConfig["responses"] {
  const all = [...new Set<ProblemCode>([...codes, "internal-error"])];
  const statuses = [...new Set(all.flatMap(statusesOf))];
  const codesOf = (status: ProblemStatus) => all.filter((code) => statusesOf(code).includes(status));
  return Object.fromEntries(statuses.map((status) => [status, problemResponse(status, codesOf(status))]));
}
