/** Bodies that a framework builds from the annotations of a handler. */
import type { FunctionOutline } from "./python/functions.ts";
import type { PythonModule } from "./python/module.ts";
import { oncePer } from "./remember.ts";

/** Names for what a framework injects: `CurrentSession = Annotated[AsyncSession, Depends(get_db)]`. */
const INJECTED_ALIAS =
  /^(?:type )?([A-Za-z_]\w{1,60})\s{0,4}(?::\s{0,4}[\w.]{1,40}\s{0,4})?=\s{0,4}(?:\w{1,20}\.)?Annotated\[[^=]{0,300}\b(?:Depends|Security|Query|Path|Header|Cookie)\(/gm;

export const injectedAliases = (source: readonly PythonModule[]): ReadonlySet<string> =>
  new Set(
    source.flatMap((module) =>
      module.mentions("Annotated")
        ? [...module.code.matchAll(INJECTED_ALIAS)].map(([, name = ""]) => name)
        : [],
    ),
  );

/** Frameworks that build models from the annotations of a handler. */
const TYPED_FRAMEWORKS = [
  "fastapi",
  "litestar",
  "starlite",
  "ninja",
  "ninja_extra",
  "blacksheep",
  "robyn",
  "esmerald",
  "flask_openapi3",
  "strawberry",
];
const speaksOfTyped = oncePer((module: PythonModule) =>
  TYPED_FRAMEWORKS.some((name) => module.importsPackage(name) || module.text.includes(name)),
);
const TYPED_ROUTE =
  /(?:^|\.)(?:post|put|patch|api_route|api_operation|http_post|http_put|http_patch|mutation)\b/;
/** Parameters that are no body: what the framework injects. */
const INJECTED =
  /\b(?:Depends|Security|Request|Response|WebSocket|BackgroundTasks?|Session|AsyncSession|Provide|FromDishka|Inject|Dependency|State|HTTPConnection|Header|Path|Query|Cookie|Parameter|Info|Settings|Service|Repository|Client|Redis|Engine|CurrentUser|SessionDep)\b|(?:Dep|Deps|Session|Service|Repository|Repo|Client|Settings)\b/;
const PARAMETER =
  /[(,]\s{0,80}\*{0,2}(\w{1,60})\s{0,4}:\s{0,4}([^,=()[\]]{1,80}(?:\[[^\]]{0,160}\])?[^,=()]{0,60})(?:=\s{0,4}([^,]{1,80}))?/g;
const SCALAR =
  /^(?:str|int|float|bool|bytes|UUID\d?|uuid\.UUID|date|datetime|Decimal|EmailStr|HttpUrl|None|Literal.*)$/;

export function typedBody(
  module: PythonModule,
  { decorators, header }: FunctionOutline,
  injected: ReadonlySet<string>,
): { guard: "model" | "raw"; sign: string } | undefined {
  if (!decorators.some(({ text }) => TYPED_ROUTE.test(text.slice(0, 80)))) return undefined;
  if (!speaksOfTyped(module)) return undefined;
  for (const [, name = "", written = "", value = ""] of header.slice(0, 6_000).matchAll(PARAMETER)) {
    const type = written.trim();
    if (injected.has(type) || INJECTED.test(type) || INJECTED.test(value)) continue;
    const inner =
      type
        .replace(/^(?:Optional|Annotated|List|list|Sequence|set|Set|tuple)\[([^\],]{1,80}).*$/, "$1")
        .split("|")[0]
        ?.trim() ?? "";
    if (/^(?:dict|Dict|Any|typing\.Any|Mapping|JSON|object)\b/.test(inner))
      return { guard: "raw", sign: `${name}: ${type}` };
    if (/\b(?:Form|Body|File)\b/.test(type + value) || /^(?:[a-z]\w{0,40}\.)*[A-Z]\w{1,60}$/.test(inner)) {
      if (!SCALAR.test(inner) || /\b(?:Form|Body|File)\b/.test(type + value))
        return { guard: "model", sign: `${name}: ${type}` };
    }
  }
  return undefined;
}
