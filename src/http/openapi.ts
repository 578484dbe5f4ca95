/** The OpenAPI document, made from the route definitions. `npm run gen` writes it to openapi/openapi.json. */
import { VERSION } from "../version.ts";
import type { App } from "./context.ts";
import { describeProblem, Problem } from "./problems.ts";
import { limitOf, RATE_LIMITS } from "./rate-limits.ts";

const DESCRIPTION = `Is this Python project ready for production? Send an archive; it is unpacked in memory, judged by
rules and answered with a score, a grade and a verdict. Every verdict shows its evidence and how to mend what is
missing. Nothing of the project is executed, and the archive is not stored.

Errors are problem documents (RFC 9457) with a stable \`code\`. Every answer carries \`X-Request-Id\`.

A client may have ${RATE_LIMITS.scans.requests} scans, ${RATE_LIMITS.refreshes.requests} refreshes and \
${RATE_LIMITS.reads.requests} reads a minute; past that the answer is 429 with \`Retry-After\`. Badges are not \
counted, unless they start a scan. A server may want a token for scans (\`Authorization: Bearer\`): then reports and
badges that are there are shown to anyone, and nothing is scanned without one.`;

/** For an operation that may start a scan. */
export const TOKEN_WHERE_SET: Record<string, string[]>[] = [{}, { ApiToken: [] }];

const TAGS = [
  { name: "Scans", description: "Judge a project, and read the report again." },
  { name: "Repositories", description: "What is known of a repository, by its URL." },
  { name: "Badges", description: "A report in a few words, as an image or a Shields endpoint." },
  { name: "Rules", description: "What is checked, why, and for which demand." },
  { name: "Service", description: "About this server." },
];

const text = (description: string, example: string) => ({
  description,
  schema: { type: "string" as const },
  example,
});

const HEADERS = {
  RequestId: text(
    "Names the request; send one to have it used, and name it when you ask about it.",
    "7f0b1c",
  ),
  RateLimitPolicy: text(
    "The limit that the request counts against: requests (`q`) in so many seconds (`w`) by client.",
    '"reads";q=6000;w=60',
  ),
  RateLimit: text("That there is no room left (`r=0`).", '"reads";r=0'),
  RetryAfter: text("Seconds after which it is worth asking again.", "60"),
  Challenge: text("How to show that one may (RFC 9110, section 11.6.1).", 'Bearer realm="pyready"'),
};

export function describeApi(app: App) {
  for (const [name, header] of Object.entries(HEADERS))
    app.openAPIRegistry.registerComponent("headers", name, header);
  app.openAPIRegistry.registerComponent("securitySchemes", "ApiToken", {
    type: "http",
    scheme: "bearer",
    description: "One of the server's tokens, where it wants one for scans.",
  });
  const document = app.getOpenAPI31Document({
    openapi: "3.1.0",
    info: {
      title: "pyready",
      version: VERSION,
      description: DESCRIPTION,
      license: { name: "MIT", url: "https://opensource.org/license/mit" },
    },
    servers: [{ url: "/", description: "This server" }],
    tags: TAGS,
    // Whoever reads needs no token; the operations that may want one say so.
    security: [{}],
  });
  for (const [path, { get, post }] of Object.entries(document.paths ?? {})) {
    if (get) addStanding(get.responses ?? {}, limitOf("GET", path) !== undefined);
    if (post) addStanding(post.responses ?? {}, limitOf("POST", path) !== undefined);
  }
  return document;
}

type Responses = Record<
  string,
  { headers?: object; description?: string; content?: object } | { $ref: string }
>;

/** What every answer has, whatever was asked. */
function addStanding(responses: Responses, limited: boolean): void {
  if (limited) responses[429] = TOO_MANY;
  for (const [status, response] of Object.entries(responses)) {
    const headers = {
      ...("headers" in response ? response.headers : {}),
      "X-Request-Id": headerRef("RequestId"),
      ...(limited ? { "RateLimit-Policy": headerRef("RateLimitPolicy") } : {}),
      ...(status === "429" ? { RateLimit: headerRef("RateLimit") } : {}),
      ...(["429", "502", "503"].includes(status) ? { "Retry-After": headerRef("RetryAfter") } : {}),
      ...(status === "401" ? { "WWW-Authenticate": headerRef("Challenge") } : {}),
    };
    responses[status] = { ...response, headers };
  }
}

const headerRef = (name: keyof typeof HEADERS) => ({ $ref: `#/components/headers/${name}` });

const TOO_MANY = {
  description: "`too-many-requests`: There were too many requests.",
  content: {
    "application/problem+json": {
      schema: { $ref: "#/components/schemas/Problem" },
      example: describeProblem(
        new Problem("too-many-requests", "There were too many requests."),
        "https://pyready.example",
        "7f0b1c",
      ),
    },
  },
};
