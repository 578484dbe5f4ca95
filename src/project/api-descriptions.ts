/** Descriptions of an HTTP API: OpenAPI documents, libraries that write them, references of endpoints. */
import { findLine } from "./files.ts";
import type { Project } from "./project.ts";
import { findOutsideComments } from "./python/outside-comments.ts";

const SCHEMA_PACKAGES = [
  "drf_spectacular",
  "drf_yasg",
  "flask_smorest",
  "flask_restx",
  "flask_restplus",
  "apiflask",
  "flask_openapi3",
  "flasgger",
  "apispec",
  "connexion",
  "ninja",
  "ninja_extra",
  "sanic_ext",
  "aiohttp_apispec",
  "aiohttp_swagger",
  "aiohttp_pydantic",
  "spectree",
  "quart_schema",
  "flask_pydantic_spec",
  "flask_rebar",
  "falcon_apispec",
  "rororo",
  "pyramid_openapi3",
  "flask_apispec",
  "coreapi",
  "safrs",
  "grpc_reflection",
  "strawberry",
  "graphene",
  "ariadne",
];

/** Libraries that handlers are decorated by as well: what makes the description of it all, in a word and a pattern. */
const MADE_BY: Readonly<Record<string, readonly [word: string, pattern: RegExp]>> = {
  drf_spectacular: [
    "pectacular",
    /\bSpectacular\w{0,20}View\.as_view\b|["']drf_spectacular\.openapi\.AutoSchema["']/,
  ],
  drf_yasg: ["get_schema_view", /\bget_schema_view\s?\(/],
  flasgger: ["Swagger", /\bSwagger\s?\(/],
  apispec: ["APISpec", /\bAPISpec\s?\(/],
};

/** Where the library describes the API; `undefined` where it only decorates. */
function describedBy(
  project: Project,
  library: string,
  imported: { path: string; startLine: number },
): { path: string; startLine: number } | undefined {
  const made = Object.hasOwn(MADE_BY, library) ? MADE_BY[library] : undefined;
  if (made === undefined) return imported;
  for (const module of project.source) {
    const line = module.text.includes(made[0]) ? findOutsideComments(module, made[1]) : undefined;
    if (line !== undefined) return module.at(line);
  }
  return undefined;
}

/** What writes or holds the description that programs read. */
export function openApiOf(
  project: Project,
): { what: string; at: { path: string; startLine: number } } | undefined {
  for (const module of project.source) {
    const app = /(?<![\w.])(FastAPI|Litestar|BlackSheep|Robyn)\(/.exec(module.code);
    if (app && module.importsPackage((app[1] ?? "").toLowerCase())) {
      const args = module.text.slice(app.index, app.index + 2_000);
      if (!/openapi_url\s{0,4}=\s{0,4}None|openapi_config\s{0,4}=\s{0,4}None/.test(args)) {
        return {
          what: `${app[1]} writes its OpenAPI document`,
          at: module.at(module.code.slice(0, app.index).split("\n").length),
        };
      }
    }
    const found = module.imports.find(
      ({ module: name, level }) => level === 0 && SCHEMA_PACKAGES.includes(name.split(".")[0] ?? ""),
    );
    const library = found?.module.split(".")[0] ?? "";
    const at = found && describedBy(project, library, module.at(found.line));
    if (at) return { what: `${library} describes it`, at };
    const tools = module.imports.find(({ module: name }) => /^(?:mcp\.server|fastmcp)(?:\.|$)/.test(name));
    if (tools) return { what: "the MCP server tells the schemas of its tools", at: module.at(tools.line) };
  }
  const file = project.files.paths.find(
    (path) =>
      /(?:^|\/)(?:openapi|swagger|api[-_.]?(?:spec|docs?|blueprint))(?:[-_.][\w-]{1,40})?\.(?:ya?ml|json|apib)$|\.proto$|(?:^|\/)schema\.graphql$|postman_collection\.json$/i.test(
        path,
      ) && !/(?:^|\/)(?:tests?|node_modules)\//.test(path),
  );
  const described = file ?? project.files.paths.find((path) => isDescription(path, project));
  return described === undefined
    ? undefined
    : { what: `${described} describes it`, at: { path: described, startLine: 1 } };
}

/** A file of another name, by what it says first. */
const isDescription = (path: string, { files }: Project): boolean =>
  /api[^/]{0,40}\.(?:ya?ml|json)$/i.test(path) &&
  !/(?:^|\/)(?:tests?|node_modules|\.github)\//.test(path) &&
  /^[ \t]{0,40}(?:\{[ \t]{0,40})?["']?(?:openapi|swagger)["']?\s{0,4}:\s{0,4}["']?\d/m.test(
    (files.text(path) ?? "").slice(0, 2_000),
  );

/** Sphinx has a language of its own for the endpoints of a service. */
export function httpReference({
  delivery: { docs },
  files,
}: Project): { path: string; startLine: number } | undefined {
  for (const { path } of docs) {
    if (!path.endsWith(".rst")) continue;
    const line = findLine(
      files.text(path) ?? "",
      /^\.\. (?:http:(?:get|post|put|patch|delete|any)|(?:autoflask|autobottle|autotornado|openapi|swaggerv2doc))::/m,
    );
    if (line !== undefined) return { path, startLine: line };
  }
  return undefined;
}
