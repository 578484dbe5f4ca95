/** Where a value comes from, as far as its module shows: what may be put into a command or a query, and what may not. */

import { oncePer } from "../remember.ts";
import { bindingsOf, children, factsOf, functionOf } from "./bindings.ts";
import { dotted, resolve } from "./calls.ts";
import type { PythonModule } from "./module.ts";
import type { SyntaxNode } from "./tree.ts";

/**
 * From harmless to hostile: written in the code; a number, date or enumeration; quoted for its use; a constant or
 * setting; not to be seen; an attribute of what a caller gives; read from a file; given by a caller; given on the
 * command line; given from outside.
 */
export const ORIGINS = [
  "literal",
  "number",
  "quoted",
  "constant",
  "unknown",
  "attribute",
  "file",
  "parameter",
  "argument",
  "outside",
] as const;
export type Origin = (typeof ORIGINS)[number];

/** The more dangerous of several. */
export const worst = (origins: readonly Origin[]): Origin =>
  ORIGINS[origins.reduce((most, one) => Math.max(most, ORIGINS.indexOf(one)), 0)] ?? "literal";

/** Steps that are followed from a name to what it is bound to. */
export const MAX_STEPS = 6;

const NUMBER_CALL =
  /^(?:int|float|bool|len|round|abs|sum|id|hash|ord|hex|uuid\.uuid\d|uuid\.UUID|decimal\.Decimal|time\.\w+|datetime\.[\w.()]+|date\.\w+|os\.getpid|random\.\w+|secrets\.\w+|hashlib\.[\w().]+|enumerate|range)$/;
const QUOTE_CALL =
  /(?:^|\.)(?:quote|shell_?quote|shlex_quote|_?quote_\w{1,20}|quote_plus|escape\w{0,20}|quoted_\w{1,20}|list2cmdline|shlex\.join|literal|mogrify|adapt|identifier|preparer\.\w+)$/i;
export const PASSES_ON =
  /^(?:str|bytes|repr|min|max|list|tuple|set|sorted|reversed|dict|pathlib\.Path|Path|os\.path\.\w+|os\.fspath|textwrap\.dedent|dedent|sqlalchemy\.text|text|cast|typing\.cast|ast\.unparse|compile)$/;
/** What another form of the same data is made with. */
const DECODES =
  /^(?:bytes\.fromhex|bytearray|memoryview|(?:io\.)?(?:BytesIO|StringIO)|base64\.\w{0,10}decode|binascii\.\w{1,20}|codecs\.decode|(?:zlib|gzip|bz2|lzma)\.decompress|urllib\.parse\.unquote\w{0,20}|html\.unescape|json\.loads)$/;
const METHOD_PASSES_ON =
  /\.(?:strip|lstrip|rstrip|lower|upper|title|replace|encode|decode|split|splitlines|casefold|capitalize|removeprefix|removesuffix|joinpath|as_posix|resolve|absolute|copy|get|pop|items|keys|values|format_map|zfill)$/;
const OUTSIDE_CALL =
  /^(?:input|raw_input|sys\.stdin\.\w+|urllib\.request\.urlopen(?:\(\))?(?:\.read)?|(?:requests|httpx)\.(?:\w+\(\)\.)?(?:get|post|put|request|patch)(?:\(\))?(?:\.\w+)?|tkinter\.simpledialog\.\w+|simpledialog\.\w+)$|\.(?:recv|recvfrom|get_json|get_argument|get_query_argument|get_body_argument|get_arguments|recognize_google)$/;
/** What a request brings along. */
export const REQUEST =
  /(?:^|\.)(?:request|req|info\.context)\.(?:args|form|json|data|values|GET|POST|FILES|files|query_params|path_params|body|headers|cookies|query|query_string|match_info|rel_url|params|view_args|stream|META|session|json_body|matchdict|path|url|forms|text|content)\b|(?:^|\.)(?:message|msg|update\.message|ctx\.message|event\.message)\.(?:text|content|clean_content|caption)\b|(?:^|\.)callback_query\.data\b/;
const SETTING =
  /(?:^|\.)(?:settings|config|conf|app\.config|current_app\.config|constants?|os\.environ|environ)(?:[.[]|$)|(?:^|\.)_meta\.|(?:^|\.)__(?:table|tablename|name|file|version|class)\w{0,10}__|(?:^|\.)[A-Z][A-Z0-9_]{2,60}$|^[A-Z][A-Z0-9_]{2,60}(?:\[\])?$/;

/** Nodes looked at for one expression, and how deep: code made to be slow is answered with "unknown". */
const MAX_NODES = 2_000;
const MAX_DEPTH = 150;
/** Nodes looked at for all expressions of a module: there may be thousands of those. */
const MAX_OF_MODULE = 300_000;
let [nodes, depth] = [0, 0];
const spentOn = oncePer((_: PythonModule) => ({ nodes: 0 }));

/** The origin of an expression. */
export function originOf(module: PythonModule, node: SyntaxNode): Origin {
  const spent = spentOn(module);
  [nodes, depth] = [0, 0];
  const origin = spent.nodes > MAX_OF_MODULE ? "unknown" : trace(module, node, 0);
  spent.nodes += nodes;
  return origin;
}

function trace(module: PythonModule, node: SyntaxNode, step: number): Origin {
  if (++nodes > MAX_NODES || depth > MAX_DEPTH) return "unknown";
  depth++;
  const origin = traceNode(module, node, step);
  depth--;
  return origin;
}

function traceNode(module: PythonModule, node: SyntaxNode, step: number): Origin {
  switch (node.name) {
    case "String":
      return "literal";
    case "Number":
    case "Boolean":
    case "None":
      return "literal";
    case "VariableName":
      return traceName(module, node, step);
    case "MemberExpression":
      return traceMember(module, node, step);
    case "CallExpression":
      return traceCall(module, node, step);
    case "FormatReplacement":
    case "ParenthesizedExpression":
    case "AwaitExpression":
      return worst(
        children(node)
          .slice(0, 1)
          .map((child) => trace(module, child, step)),
      );
    case "ConditionalExpression": {
      const [yes, , no] = children(node);
      return worst([yes, no].flatMap((one) => (one ? [trace(module, one, step)] : [])));
    }
    case "LambdaExpression":
      return "unknown";
    case "ComprehensionExpression":
    case "ArrayComprehensionExpression":
    case "SetComprehensionExpression":
      return worst(
        children(node)
          .slice(0, 1)
          .map((child) => trace(module, child, step)),
      );
    default:
      return worst(
        children(node)
          .slice(0, 40)
          .map((child) => trace(module, child, step)),
      );
  }
}

function traceName(module: PythonModule, node: SyntaxNode, step: number): Origin {
  const name = module.text.slice(node.from, node.to);
  if (step >= MAX_STEPS) return "unknown";
  const bindings = bindingsOf(module, name, node);
  if (bindings.length === 0) {
    const path = module.aliases.get(name);
    if (path === "sys.argv") return "argument";
    return SETTING.test(name) ? "constant" : "unknown";
  }
  return worst(
    bindings.slice(0, 20).map(({ kind, node: bound }) => {
      if (kind === "parameter") return parameterOrigin(module, bound);
      return bound.from <= node.from && node.to <= bound.to ? "literal" : trace(module, bound, step + 1);
    }),
  );
}

/** Of one, or of all in a list: what is taken out of `ids: list[int]` is a number. */
const NUMERIC =
  /^:\s*(?:Optional\[)?(?:(?:list|tuple|set|frozenset|List|Tuple|Set|Sequence|Iterable|Collection)\[\s{0,4})?(?:int|float|bool|UUID|uuid\.UUID|date|datetime|Decimal|Literal\[.*)\b/;
const ROUTE =
  /(?:^|\.)(?:route|get|post|put|patch|delete|websocket|api_view|action|view|view_config|expose)\(/;
const COMMAND = /(?:^|\.)(?:command|option|argument|callback)\b/;
const INPUT_NAMES = /^(?:request|req|event|message|msg|update)$/;

/** What a caller gives: from outside where the framework calls, from the command line for commands. */
function parameterOrigin(module: PythonModule, node: SyntaxNode): Origin {
  const { text } = module;
  const type = node.nextSibling?.name === "TypeDef" ? node.nextSibling : undefined;
  if (type && NUMERIC.test(text.slice(type.from, type.to))) return "number";
  const name = text.slice(node.from, node.to);
  if (name === "self" || name === "cls") return "constant";
  if (/(?:^|_)(?:config|configuration|conf|cfg|settings)$/i.test(name)) return "unknown";
  const definition = functionOf(node);
  if (definition?.name !== "FunctionDefinition") return "parameter";
  const line = module.lineAt(definition.from);
  const outline = outlinesOf(module).get(line);
  const decorators = outline?.decorators.map((one) => one.text) ?? [];
  if (decorators.some((one) => ROUTE.test(one) && !/^(?:property|functools)/.test(one))) return "outside";
  if (decorators.some((one) => COMMAND.test(one))) return "argument";
  const first = /\(\s{0,20}(?:self\s{0,4},\s{0,20})?(\w{1,40})/.exec(outline?.header ?? "")?.[1];
  return first !== undefined && INPUT_NAMES.test(first) ? "outside" : "parameter";
}

const outlinesOf = oncePer(
  ({ functions }: PythonModule) => new Map(functions.toReversed().map((one) => [one.line, one])),
);

function traceMember(module: PythonModule, node: SyntaxNode, step: number): Origin {
  const path = resolve(dotted(node, module.text), module.aliases);
  const root = /^\w+/.exec(path)?.[0] ?? "";
  const { given } = factsOf(bindingsOf(module, root, node));
  if (REQUEST.test(path)) return "outside";
  if (/^sys\.argv/.test(path)) return "argument";
  if (/^sys\.(?:executable|platform|prefix)$/.test(path) || (SETTING.test(path) && !given)) return "constant";
  const written = dotted(node, module.text);
  const own = /^(?:self|cls)\.\w+/.exec(written)?.[0];
  if (own !== undefined) {
    const bindings = step < MAX_STEPS ? bindingsOf(module, own, node) : [];
    if (bindings.length === 0) return "unknown";
    return worst(bindings.slice(0, 10).map((one) => trace(module, one.node, step + 1)));
  }
  const base = node.firstChild;
  if (!base || base.name === "String") return "unknown";
  const origin = trace(module, base, step);
  return origin === "parameter" && node.lastChild?.name === "PropertyName" ? "attribute" : origin;
}

function traceCall(module: PythonModule, node: SyntaxNode, step: number): Origin {
  const head = node.firstChild;
  const list = node.getChild("ArgList");
  if (!head) return "unknown";
  const written = dotted(head, module.text);
  const callee = resolve(written, module.aliases);
  const method = methodOf(head, module.text);
  const given = (): Origin => worst(argumentsOf(list).map((one) => trace(module, one, step)));
  const receiver = (): Origin => (head.firstChild ? trace(module, head.firstChild, step) : "unknown");
  if (QUOTE_CALL.test(callee)) return "quoted";
  if (NUMBER_CALL.test(callee)) return "number";
  if (OUTSIDE_CALL.test(callee)) return "outside";
  if (/\.parse_(?:known_)?args$/.test(callee)) return "argument";
  if (/^(?:io\.|codecs\.|gzip\.|os\.)?open$/.test(callee)) return worst([given(), "file"]);
  if (method === "open" || method === "read_text" || method === "read_bytes")
    return worst([receiver(), "file"]);
  if (method === "format" || method === "join") return worst([receiver(), given()]);
  if (isWidget(module) && /\.(?:get|text|toPlainText|value)$/.test(callee) && argumentsOf(list).length <= 2)
    return "outside";
  // The quotes of SQL strings are doubled.
  if (method === "replace" && /^["']'["'], ?["']''["']/.test(writtenArguments(list, module.text)))
    return "quoted";
  if (head.name === "MemberExpression" && METHOD_PASSES_ON.test(written)) return receiver();
  if (PASSES_ON.test(callee) || DECODES.test(callee)) return given();
  if (/\.(?:read|readline|readlines)$/.test(written)) return worst([receiver(), "file"]);
  const from = head.name === "MemberExpression" ? receiver() : "unknown";
  return from === "outside" || from === "argument" ? from : "unknown";
}

/** The last name of `a.b.method`. */
export const methodOf = (head: SyntaxNode, text: string): string =>
  head.name === "MemberExpression" && head.lastChild?.name === "PropertyName"
    ? text.slice(head.lastChild.from, head.lastChild.to)
    : "";

const writtenArguments = (list: SyntaxNode | null, text: string): string =>
  list ? text.slice(list.from + 1, Math.min(list.to, list.from + 40)) : "";

const isWidget = (module: PythonModule): boolean =>
  /\b(?:tkinter|Tkinter|customtkinter|PyQt\d|PySide\d|wx|kivy)\b/.test(module.text.slice(0, 4_000));

/** Expressions of an argument list, keywords left out; of a comprehension, its element. */
export function argumentsOf(list: SyntaxNode | null): SyntaxNode[] {
  if (!list) return [];
  if (list.getChild("for")) return children(list).slice(0, 1);
  return children(list).filter(
    ({ name, nextSibling }) =>
      name !== "AssignOp" && !(name === "VariableName" && nextSibling?.name === "AssignOp"),
  );
}
