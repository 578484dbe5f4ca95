/** The OpenAPI document as who writes a client reads it: all is named and described, and every example is true. */
import Ajv2020 from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { expect, it } from "vitest";
import document from "../../openapi/openapi.json" with { type: "json" };

interface Schema {
  $ref?: string;
  description?: string;
  example?: unknown;
  allOf?: Schema[];
  anyOf?: Schema[];
  items?: Schema;
  properties?: Record<string, Schema>;
}
interface Content {
  schema: Schema;
  example?: unknown;
  examples?: Record<string, { value: unknown }>;
}
interface Parameter {
  name: string;
  in: string;
  description?: string;
  example?: unknown;
  required?: boolean;
  schema: Schema;
}
interface Operation {
  operationId: string;
  tags: string[];
  summary: string;
  description: string;
  parameters?: Parameter[];
  requestBody?: { content: Record<string, Content> };
  responses: Record<string, { description: string; headers?: object; content?: Record<string, Content> }>;
}

const paths = document.paths as unknown as Record<string, Record<string, Operation>>;
const operations = Object.entries(paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({
    path,
    name: `${method.toUpperCase()} ${path}`,
    ...operation,
  })),
);
const components = document.components.schemas as unknown as Record<string, Schema>;

/** A schema with those that it is made of. */
const partsOf = (schema: Schema): Schema[] => [
  schema,
  ...[...(schema.allOf ?? []), ...(schema.anyOf ?? [])].flatMap(partsOf),
  ...(schema.$ref ? [components[schema.$ref.split("/").at(-1) ?? ""] ?? {}] : []),
];

const ajv = new Ajv2020({ strict: false, allErrors: true });
addFormats.default(ajv);
ajv.addSchema(document, "openapi");

function faultsOf(schema: Schema, value: unknown): unknown[] {
  const rebased = JSON.parse(JSON.stringify(schema).replaceAll('"#/components', '"openapi#/components'));
  const validate = ajv.compile(rebased);
  validate(value);
  return validate.errors ?? [];
}

it("names every operation, each by its own name, under a tag that is described", () => {
  const ids = operations.map(({ operationId }) => operationId);
  expect(ids.filter((id) => !/^[a-z][A-Za-z]+$/.test(id))).toEqual([]);
  expect(new Set(ids).size).toBe(ids.length);
  const tags = new Set(document.tags.map(({ name }) => name));
  for (const operation of operations) {
    expect(operation.tags.every((tag) => tags.has(tag)) && operation.tags.length, operation.name).toBe(1);
    expect(operation.summary, operation.name).toBeTruthy();
    expect(operation.description, operation.name).toBeTruthy();
  }
});

it.each(operations.map((one) => [one.name, one] as const))(
  "%s: every parameter is described, with an example that fits",
  (_, one) => {
    for (const { name, description, example, schema } of one.parameters ?? []) {
      const parts = partsOf(schema);
      expect(description ?? parts.find((part) => part.description), name).toBeTruthy();
      const shown = example ?? parts.find((part) => part.example !== undefined)?.example;
      expect(shown, name).toBeDefined();
      expect(faultsOf(schema, shown), name).toEqual([]);
    }
    const inPath = [...one.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
    const declared = (one.parameters ?? [])
      .filter((parameter) => parameter.in === "path")
      .map(({ name }) => name);
    expect(declared).toEqual(inPath);
  },
);

it.each(operations.map((one) => [one.name, one] as const))(
  "%s: every answer has an example that fits",
  (_, one) => {
    for (const [status, { content }] of Object.entries(one.responses)) {
      for (const [type, { schema, example, examples }] of Object.entries(content ?? {})) {
        const shown = examples ? Object.values(examples).map(({ value }) => value) : [example];
        if (type === "application/zip") continue;
        expect(shown.length, `${status} ${type}`).toBeGreaterThan(0);
        for (const value of shown) {
          expect(value, `${status} ${type}`).toBeDefined();
          // The status of an example is the one that it stands under.
          if (type.endsWith("problem+json")) expect(value).toMatchObject({ status: Number(status) });
          expect(faultsOf(schema, value), `${status} ${type}`).toEqual([]);
        }
      }
    }
  },
);

it("describes every property, with examples that fit", () => {
  const visit = (schema: Schema, path: string): void => {
    if (schema.example !== undefined) expect(faultsOf(schema, schema.example), path).toEqual([]);
    for (const [name, property] of Object.entries(schema.properties ?? {})) {
      expect(
        partsOf(property).find(({ description }) => description),
        `${path}.${name}`,
      ).toBeTruthy();
      visit(property, `${path}.${name}`);
    }
    if (schema.items) visit(schema.items, `${path}[]`);
  };
  for (const [name, schema] of Object.entries(components)) visit(schema, name);
});

it("says which operations may want a token, and that the others do not", () => {
  expect(document.security).toEqual([{}]);
  const asking = operations.filter((one) => "security" in one).map(({ operationId }) => operationId);
  expect(asking).toContain("createScan");
  for (const one of operations) {
    if ("security" in one) expect(Object.keys(one.responses), one.name).toContain("401");
  }
});
