/** Holds answers against openapi/openapi.json: status, headers, media type and body. */
import Ajv2020 from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { expect } from "vitest";
import document from "../../openapi/openapi.json" with { type: "json" };

interface Operation {
  responses: Record<
    string,
    { headers?: Record<string, unknown>; content?: Record<string, { schema: object }> }
  >;
}

const paths: Readonly<Record<string, Readonly<Record<string, Operation>>>> = document.paths;

const ajv = new Ajv2020({ strict: false, allErrors: true });
addFormats.default(ajv);
ajv.addSchema(closed(document), "openapi");

/** What the document does not name must not be answered: objects are closed for the test. */
function closed(node: object): object {
  const copy = Object.entries(node).map(([key, value]) => [
    key,
    typeof value === "object" && value !== null && !Array.isArray(value) ? closed(value) : value,
  ]);
  const open = "properties" in node && "type" in node && !("additionalProperties" in node);
  return Object.fromEntries(open ? [...copy, ["additionalProperties", false]] : copy);
}

/** Every status of every operation, as `GET /v1/scans/{id} 200`. */
export const documentedStatuses = (): string[] =>
  Object.entries(paths).flatMap(([path, operations]) =>
    Object.entries(operations).flatMap(([method, { responses }]) =>
      Object.keys(responses).map((status) => `${method.toUpperCase()} ${path} ${status}`),
    ),
  );

/** Headers that every answer has whose status is documented with them. */
const STANDING = ["X-Request-Id", "RateLimit-Policy", "RateLimit", "Retry-After", "WWW-Authenticate"];

/** @param operation method and path as the document writes them: `GET /v1/scans/{id}` */
export async function expectDocumented(operation: string, answer: Response): Promise<void> {
  const [method = "", path = ""] = operation.split(" ");
  const response = paths[path]?.[method.toLowerCase()]?.responses[answer.status];
  expect(response, `${operation} has no status ${answer.status}`).toBeDefined();
  for (const name of STANDING) {
    const told = answer.headers.has(name);
    expect(told, `${operation} ${answer.status}: ${name}`).toBe(name in (response?.headers ?? {}));
  }
  const type = answer.headers.get("Content-Type")?.split(";")[0] ?? "";
  const body = new TextDecoder().decode(await answer.clone().arrayBuffer());
  if (!response?.content) return expect(body).toBe("");
  expect(Object.keys(response.content)).toContain(type);
  const pointer = [
    "paths",
    path,
    method.toLowerCase(),
    "responses",
    `${answer.status}`,
    "content",
    type,
    "schema",
  ];
  const validate = validatorOf(`openapi#/${pointer.map(escapePointer).join("/")}`);
  for (const value of read(type, body)) {
    validate(value);
    expect(validate.errors ?? [], `${operation} ${answer.status}`).toEqual([]);
  }
}

const validators = new Map<string, ReturnType<typeof ajv.compile>>();

function validatorOf($ref: string): ReturnType<typeof ajv.compile> {
  const validate = validators.get($ref) ?? ajv.compile({ $ref });
  validators.set($ref, validate);
  return validate;
}

const escapePointer = (part: string): string =>
  encodeURIComponent(part.replaceAll("~", "~0").replaceAll("/", "~1"));

function read(type: string, body: string): unknown[] {
  if (type === "application/x-ndjson")
    return body
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
  return [type.endsWith("json") ? JSON.parse(body) : body];
}
