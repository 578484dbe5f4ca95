/** The OpenAPI document, made from the route definitions. `npm run gen` writes it to openapi/openapi.json. */
import { VERSION } from "../version.ts";
import type { App } from "./context.ts";

const DESCRIPTION = `Is this Python project ready for production? Send an archive; it is unpacked in memory, judged by
rules and answered with a score, a grade and a verdict. Every verdict shows its evidence and how to mend what is
missing. Nothing of the project is executed, and the archive is not stored.

Errors are problem documents (RFC 9457) with a stable \`code\`. Every answer carries \`X-Request-Id\`.`;

const TAGS = [
  { name: "Scans", description: "Judge a project, and read the report again." },
  { name: "Repositories", description: "What is known of a repository, by its URL." },
  { name: "Badges", description: "A report in a few words, as an image or a Shields endpoint." },
  { name: "Rules", description: "What is checked, why, and for which demand." },
  { name: "Service", description: "About this server." },
];

const REQUEST_ID = {
  description: "Names the request; send one to have it used, and name it when you ask about an answer.",
  schema: { type: "string" as const },
};

export function describeApi(app: App) {
  app.openAPIRegistry.registerComponent("headers", "RequestId", REQUEST_ID);
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
  });
  for (const path of Object.values(document.paths ?? {})) {
    for (const operation of [path.get, path.post]) addRequestId(operation?.responses ?? {});
  }
  return document;
}

function addRequestId(responses: Record<string, { headers?: object } | { $ref: string }>): void {
  for (const [status, response] of Object.entries(responses)) {
    const headers = {
      ...("headers" in response ? response.headers : {}),
      "X-Request-Id": { $ref: "#/components/headers/RequestId" },
    };
    responses[status] = { ...response, headers };
  }
}
