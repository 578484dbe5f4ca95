/** Handlers of HTTP requests that take a body or form, and what stands between it and the code: a model, checks, nothing. */
import { HandedBodies } from "./handed-bodies.ts";
import type { Project } from "./project.ts";
import type { FunctionOutline } from "./python/functions.ts";
import type { PythonModule } from "./python/module.ts";
import { oncePer } from "./remember.ts";
import { findRoutes } from "./routes.ts";
import { injectedAliases, typedBody } from "./typed-bodies.ts";
import { findModels } from "./validated-data.ts";

export interface BodyHandler {
  module: PythonModule;
  line: number;
  name: string;
  /** `model`: a schema, form or typed model. `checked`: checks written by hand. `raw`: neither. */
  guard: "model" | "checked" | "raw";
  /** What was seen: `request.get_json`, `validate_on_submit`, `item: ItemIn`. */
  sign: string;
}

const handlersOf = new WeakMap<object, readonly BodyHandler[]>();

/** Every handler of the project's own code that takes a body, in order. */
export function findBodyHandlers(project: Pick<Project, "source">): readonly BodyHandler[] {
  let handlers = handlersOf.get(project);
  if (!handlers) {
    const routes = findRoutes(project);
    const routed = new Set(routes.map(({ handler }) => handler?.split(".").at(-1) ?? ""));
    const handed = new HandedBodies(project.source);
    const injected = injectedAliases(project.source);
    const known = { routed, injected, models: findModels(project), handed };
    handlers = project.source.filter(mayHandle).flatMap((module) => readHandlers(module, known));
    handlersOf.set(project, handlers);
  }
  return handlers;
}

const WEB =
  /\b(?:flask|fastapi|starlette|django|rest_framework|ninja|aiohttp|litestar|sanic|quart|bottle|falcon|pyramid|tornado|cherrypy|connexion|chalice|robyn|blacksheep|flask_\w{1,20}|apiflask|APIRouter|Blueprint|request)\b/;
const mayHandle = ({ text, role }: PythonModule): boolean =>
  role !== "script" &&
  WEB.test(text) &&
  /request|@\w|\b(?:form_class|serializer_class|validate_on_submit|CreateView|UpdateView)\b|Form\b/.test(
    text,
  );

/** What the whole project tells: names of handlers in routes, of what frameworks inject, and of models. */
interface Known {
  routed: ReadonlySet<string>;
  injected: ReadonlySet<string>;
  models: ReadonlySet<string>;
  handed: HandedBodies;
}

function readHandlers(module: PythonModule, known: Known): BodyHandler[] {
  const functions = module.functions.flatMap((outline) => readFunction(module, outline, known));
  const classes = readClasses(module, new Set(functions.map(({ name }) => name.split(".")[0] ?? "")));
  return [...classes, ...functions].sort((a, b) => a.line - b.line);
}

/** Where a framework hands the raw body out. */
const RAW =
  /(?<![\w.])(?:(?:self|flask|bottle|cherrypy|quart)\.)?(?:current_)?request\.(?:get_json\(|get_data\(|json\b|form\b|data\b|values\b|POST\b|body\b|forms\b|json_body\b|media\b|post\(|text\(|stream\b|read\(|content\.(?:read\w{0,10}|iter\w{0,20})\(|FILES\b|files\b)|(?<![\w.])req\.(?:media\b|get_media\(|bounded_stream|context\.doc)|\bself\.get_(?:body_)?arguments?\(|\bself\.request\.(?:body|POST|data|json)\b/g;
/** Stands wherever that matches. */
const RAW_BEGINS = /request\.|req\.|self\.get_/;
/** Where a schema, form or model takes it. */
const MODEL =
  /\bvalidate_on_submit\(|\bis_valid\(|[sS]erializer\w{0,20}\([^()]{0,200}\bdata\s{0,4}=|\b\w{0,60}(?:Form|FormSet|Formset)\(|\bmodel_validate(?:_json)?\(|\b(?:parse_obj|parse_raw|validate_python|validate_json|full_clean)\(|\.(?:structure|deserialize)\(|\bjsonschema\.|\b(?:parse|validate|load|decode)\w{0,30}\(\s{0,40}(?:await\s{1,4})?request\.[\w.]{1,60}(?:\(\))?,\s{0,40}(?:\w{1,40}\.){0,4}[A-Z]\w{1,60}|\b\w{0,40}(?:[sS]chema|[sS]erializer|[fF]orm|[vV]alidator)\w{0,20}(?:\(\))?\.(?:load|loads|validate|parse|validate_data)\(|\b\w{0,20}(?:parser|reqparse)\w{0,20}\.parse_args\(|\b[A-Z]\w{1,60}(?:Schema|Request|Model|In|Input|Payload|Create|Update|Body|DTO|Dto)\(\s{0,20}\*\*|\bmsgspec\.|\bcattrs?\.|\bform_class\(|\bget_form\(|\bself\.form\b/;
/** What a framework hands out once a schema has let it through: Cornice's `request.validated`. */
const VALIDATED = /(?<![\w.])(?:self\.)?request\.validated\b/;
/** A form that is only made and shown checks nothing; what asks it may stand beside the handler. */
const FORM = /(?:Form|FormSet|Formset)\($/;
const VALIDATES = /\bvalidate\w{0,40}\(|\bis_valid\b|\bfull_clean\(|\.errors\b|\bform_valid\b/;
const validates = oncePer(({ code }: PythonModule) => VALIDATES.test(code));
const CHECKS =
  /\babort\(\s{0,10}4\d\d|\bHTTPException\(|\b(?:raise|return)\s{1,4}[\w.]{0,60}(?:BadRequest|Validation|Invalid|ValueError|TypeError|HTTPError|bad_request|error)\w{0,30}\(|,\s{0,4}4(?:00|22)\b|\bstatus(?:_code)?\s{0,4}=\s{0,4}4\d\d|\brequire_fields\(|\bvalidate\w{0,40}\(|\bfrom_(?:json|dict)\(|\bisinstance\(|\b(?:int|float|UUID|date)\(|\bnot\s{1,4}in\b|\bis\s{1,4}None\b/;
const DENIES = /\bif\s{1,4}not\s{1,4}([\w.]{1,60})\s{0,4}(?::|or\b)/g;
/** Calls that hand on what was sent, or judge it. */
const HANDS_ON =
  /(?:^|[._])(?:get|pop|getlist|get_json|json|form|data|strip|lower|upper|loads?|read|decode|str|int|bool|dict|list|getattr|parse\w{0,20}|valid\w{0,20}|check\w{0,20}|is\w{0,20}|has\w{0,20}|verify\w{0,20}|allowed\w{0,20})$/;

/** Conditions on what was sent. What a call made of it, as in `token = login(name); if not token:`, came too late for one. */
function isChecked(body: string): boolean {
  if (CHECKS.test(body)) return true;
  const denied = [...body.matchAll(DENIES)];
  if (denied.length === 0) return false;
  // The first call that makes each name.
  const made = new Map([...body.matchAll(MADE)].reverse().map(([, name, call = ""]) => [name, call]));
  return denied.some(([, name]) => {
    const call = made.get(name);
    return call === undefined || HANDS_ON.test(call);
  });
}

const MADE = /(?<![\w.])([\w.]{1,60})\s{0,4}=\s{0,4}(?:await\s{1,4})?([\w.]{1,80})\(/g;

const MODEL_DECORATOR =
  /(?:^|\.)(?:use_args|use_kwargs|arguments|expects_json|validate_json|validate_schema|validate_body|validate|validate_request|expect|input|request_schema|json_schema|use_schema|body_params|parameters)\(/;
/** A route that takes a body and names the schema it must fit: `@orders.post(schema=OrderSchema())`. */
const ROUTE_SCHEMA = /^(?:[\w.]{1,80}\.)?(?:post|put|patch)\([\s\S]{0,900}?\bschema\s{0,4}=\s{0,4}[A-Za-z]/;
const ROUTE = /(?:^|\.)(?:route|get|post|put|patch|delete|api_view|action|view_config|view|expose)\(/;
const VERBS =
  /^(?:get|post|put|patch|delete|create|update|partial_update|destroy|form_valid|dispatch|on_post|on_put|on_patch|__call__)$/;

function readFunction(
  module: PythonModule,
  outline: FunctionOutline,
  { routed, injected, models, handed }: Known,
): BodyHandler[] {
  const { decorators, line, name, className } = outline;
  const made = (guard: BodyHandler["guard"], sign: string): BodyHandler[] => [
    { module, line, name: className ? `${className}.${name}` : name, guard, sign: sign.trim() },
  ];
  if (!answers(module, outline, routed)) return [];
  const typed = typedBody(module, outline, injected);
  if (typed) return made(typed.guard, typed.sign);
  const decorated = decorators.find(
    ({ text }) => MODEL_DECORATOR.test(text.slice(0, 120)) || ROUTE_SCHEMA.test(text.slice(0, 1_000)),
  );
  if (decorated) return made("model", `@${decorated.text.slice(0, 60).replace(/\s{1,80}/g, " ")}`);
  const body = withOwnMethods(module, outline);
  // The answer of another service may be called a request, too.
  if (/(?<![\w.])request\s{0,4}=\s{0,4}(?!request)/.test(body)) return [];
  const validated = VALIDATED.exec(body);
  if (validated && name !== "get") return made("model", validated[0]);
  const raw = readRaw(module, body, name);
  if (!raw && !body.includes("validate_on_submit(")) return [];
  const model = MODEL.exec(body);
  const unused = model !== null && FORM.test(model[0]) && !validates(module);
  if (model && !unused && (raw || /\bvalidate_on_submit\(/.test(body)))
    return made("model", model[0].replace(/\([^()]*$/, ""));
  if (!raw) return [];
  const madeOf = (text: string) => [...text.matchAll(MADE_OF)].find(([, one = ""]) => models.has(one));
  const schema = madeOf(body) ?? schemaCall(module, body);
  if (schema) return made("model", schema[0].replace(/\([^()]*$/, ""));
  // A layer below may be what holds the schema.
  const below = handed.find(body, (one) => MODEL.test(one.body) || madeOf(one.body) !== undefined);
  if (below !== undefined) return made("model", below);
  return made(isChecked(body) ? "checked" : "raw", raw[0].replace(/\($/, ""));
}

/** `Item(**request.get_json())` */
const MADE_OF = /(?<!\w)([A-Z]\w{1,60})\(\s{0,20}\*\*/g;
const OF_SCHEMAS = ["voluptuous", "schema", "cerberus", "jsonschema", "fastjsonschema"];

/** `ITEM(data)` below `ITEM = Schema({…})`, `validate(data, ITEM)`. */
function schemaCall(module: PythonModule, body: string): RegExpExecArray | null {
  if (!OF_SCHEMAS.some((one) => module.importsPackage(one))) return null;
  const [name] = SCHEMA.exec(module.code)?.slice(1) ?? [];
  const called = name === undefined ? null : new RegExp(`(?<![\\w.])${name}\\(`).exec(body);
  return called ?? /(?<!\w)validate\(/.exec(body);
}
const SCHEMA = /^(\w{1,60})\s{0,4}(?::[^=\n]{1,60})?=\s{0,4}(?:\w{1,20}\.)?(?:Schema|compile)\(/m;

/** Characters of methods that are read with those that call them: thousands may call the same long one. */
const followedOf = oncePer((_: PythonModule) => ({ characters: 2_000_000 }));

/** The body of a method with those that it calls on itself, of its class or of one that it may build on. */
function withOwnMethods(module: PythonModule, { body, className, name }: FunctionOutline): string {
  if (className === undefined) return body;
  const followed = followedOf(module);
  const seen = new Set([name]);
  let [all, last] = [body, body];
  for (let depth = 0; depth < 3 && last !== ""; depth++) {
    const called = new Set(
      [...last.matchAll(/(?<![\w.])self\.(\w{1,80})\(/g)].flatMap(([, one = ""]) =>
        seen.has(one) ? [] : [one],
      ),
    );
    const methods = [...called]
      .flatMap((one) => module.functionsNamed(one))
      .filter((one) => one.className !== undefined)
      .sort((a, b) => a.line - b.line);
    const own = new Set(methods.filter((one) => one.className === className).map((one) => one.name));
    last = methods
      .filter((one) => one.className === className || !own.has(one.name))
      .map((one) => one.body)
      .join("\n");
    followed.characters -= last.length;
    if (followed.characters < 0) return body;
    for (const one of called) seen.add(one);
    all += last === "" ? "" : `\n${last}`;
  }
  return all;
}

/** `"delete" in request.POST` only asks which button was pressed. */
const ASKS_ONLY =
  /["'][^"'\n]{0,80}["']\s{1,4}(?:not\s{1,4})?in\s{1,4}(?:self\.)?request\.(?:POST|form|data|json)\b|\bif\s{1,4}(?:not\s{1,4})?(?:self\.)?request\.(?:POST|form)\s{0,4}(?:[:]|and\b|or\b)/g;
const UPLOAD = /request\.(?:FILES|files)$/;
/** The sender's signature is made over the bytes as they came. */
const SIGNED = /\bhmac\b|\bcompare_digest\(|\bconstruct_event\(|\bverify_signature\(/;

/** The first reading of the raw body. An upload has no fields, and Tornado's arguments of a GET are the query's. */
function readRaw(module: PythonModule, body: string, name: string): RegExpExecArray | undefined {
  if (!RAW_BEGINS.test(body)) return undefined;
  const left = body.replace(ASKS_ONLY, "");
  for (const found of left.matchAll(RAW)) {
    if (UPLOAD.test(found[0]) || (name === "get" && found[0].startsWith("self.get_arg"))) continue;
    const own = /^self\.(get_\w{1,20})\($/.exec(found[0])?.[1];
    // A method of the project's own that happens to bear the name of Tornado's.
    if (own !== undefined && module.functionsNamed(own).length > 0) continue;
    if (SIGNED.test(body) && /(?:body|get_data\(|data|read\(|text\()$/.test(found[0])) continue;
    return found;
  }
  return undefined;
}

/** A function that a framework calls: by its decorator, by the routes, as a verb of a view class. */
function answers(
  module: PythonModule,
  { decorators, className, header, name, nested, body }: FunctionOutline,
  routed: ReadonlySet<string>,
): boolean {
  if (decorators.some(({ text }) => ROUTE.test(text.slice(0, 80)))) return true;
  if (nested) return false;
  if (className !== undefined) return VERBS.test(name) || routed.has(name);
  const takes = /\(\s{0,20}(?:request|req)\b/.test(header);
  const global = /\b(?:flask|quart|bottle)\b/.test(module.text.slice(0, 4_000)) && /\brequest\./.test(body);
  return routed.has(name) && (takes || global || /\bvalidate_on_submit\(/.test(body));
}

const VIEW = /\bclass\s+(\w{1,80})\s{0,4}\(([^)]{0,300})/;
/** View classes of Django, REST framework and alike that take forms without a line of code. */
const TAKES_FORMS =
  /Create|Update|Edit|ModelViewSet|FormView|FormMixin|LoginView|PasswordChange|Import|\bMutation\b/;
const FORM_ATTRIBUTE =
  /^\s{0,60}(?:form_class|serializer_class|form|model_form|fields)\s{0,4}=\s{0,4}[A-Za-z[("]/;

/** Class-based views that name their form or serializer; those whose methods were read are left out. */
function readClasses(module: PythonModule, known: ReadonlySet<string>): BodyHandler[] {
  return module.statements.flatMap((statement) => {
    if (statement.keyword !== "class") return [];
    const head = VIEW.exec(
      module.code.slice(statement.start, Math.min(statement.end, statement.start + 500)),
    );
    const [, name = "", bases = ""] = head ?? [];
    if (!TAKES_FORMS.test(bases) || known.has(name)) return [];
    const mutation = /\bMutation\b/.test(bases) && module.importsPackage("graphene");
    const attribute = module
      .inside(statement)
      .find(({ start }) => FORM_ATTRIBUTE.test(module.code.slice(start, start + 60)));
    if (!attribute && !mutation) return [];
    const sign = attribute ? module.lineText(attribute.line).trim().slice(0, 60) : "Mutation";
    return [{ module, line: (attribute ?? statement).line, name, guard: "model" as const, sign }];
  });
}
