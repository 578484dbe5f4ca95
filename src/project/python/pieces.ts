/** Strings as they are put together in code: which text, and which values from where. */

import { oncePer } from "../remember.ts";
import { bindingsOf, children, factsOf, isInOwn } from "./bindings.ts";
import { dotted, resolve } from "./calls.ts";
import type { PythonModule } from "./module.ts";
import { argumentsOf, MAX_STEPS, methodOf, type Origin, originOf, PASSES_ON } from "./origin.ts";
import type { SyntaxNode } from "./tree.ts";

/** Text, or a value with its origin. */
export type Piece = { text: string } | { node: SyntaxNode; origin: Origin };

const MAX_PIECES = 200;
/** Pieces of all strings of a module: thousands may be put together of many. */
const MAX_OF_MODULE = 20_000;
/** Operators nested in each other that are followed. */
const MAX_DEPTH = 150;

/** A string as it is put together: f-strings, `%`, `+`, `.format()`, `.join()`, through the names it is bound to. */
export function piecesOf(module: PythonModule, node: SyntaxNode): Piece[] {
  const pieces: Piece[] = [];
  const spent = spentOn(module);
  depth = 0;
  if (spent.pieces > MAX_OF_MODULE) pieces.push({ node, origin: "unknown" });
  else compose(module, node, 0, pieces);
  spent.pieces += pieces.length;
  return pieces.slice(0, MAX_PIECES);
}

const spentOn = oncePer((_: PythonModule) => ({ pieces: 0 }));

let depth = 0;

function compose(module: PythonModule, node: SyntaxNode, step: number, pieces: Piece[]): void {
  if (pieces.length >= MAX_PIECES) return;
  if (depth > MAX_DEPTH) {
    pieces.push({ node, origin: "unknown" });
    return;
  }
  depth++;
  composeNode(module, node, step, pieces);
  depth--;
}

function composeNode(module: PythonModule, node: SyntaxNode, step: number, pieces: Piece[]): void {
  const { text } = module;
  const dynamic = (one: SyntaxNode): void => void pieces.push({ node: one, origin: originOf(module, one) });
  if (node.name === "String") pieces.push({ text: stringText(text.slice(node.from, node.to)) });
  else if (node.name === "FormatString") composeFormat(module, node, step, pieces);
  else if (node.name === "ContinuedString" || node.name === "ParenthesizedExpression")
    for (const child of children(node)) compose(module, child, step, pieces);
  else if (node.name === "BinaryExpression") composeBinary(module, node, step, pieces);
  else if (node.name === "CallExpression") composeCall(module, node, step, pieces);
  else if (node.name === "VariableName" && step < MAX_STEPS) {
    const bindings = bindingsOf(module, text.slice(node.from, node.to), node);
    if (bindings.length === 0 || !factsOf(bindings).values || isInOwn(bindings, node)) dynamic(node);
    else for (const one of bindings.slice(0, 12)) compose(module, one.node, step + 1, pieces);
  } else if (node.name === "ConditionalExpression") {
    const [yes, , no] = children(node);
    for (const one of [yes, no]) if (one) compose(module, one, step, pieces);
  } else dynamic(node);
}

/** Content of a literal, prefix and quotes off. */
const stringText = (written: string): string =>
  written.replace(/^[A-Za-z]{0,2}(?:"""|'''|"|')/, "").replace(/(?:"""|'''|"|')$/, "");

function composeFormat(module: PythonModule, node: SyntaxNode, step: number, pieces: Piece[]): void {
  const { text } = module;
  const written = text.slice(node.from, node.to);
  const quote = /^[A-Za-z]{0,2}("""|'''|"|')/.exec(written);
  let at = node.from + (quote?.[0].length ?? 1);
  const end = node.to - (quote?.[1]?.length ?? 1);
  for (const part of children(node)) {
    if (part.name !== "FormatReplacement") continue;
    if (pieces.length >= MAX_PIECES) return;
    pieces.push({ text: text.slice(at, part.from) });
    const [inner] = children(part);
    if (inner && NUMERIC.test(text.slice(Math.max(inner.to, part.to - 24), part.to)))
      pieces.push({ node: inner, origin: "number" });
    else if (inner) compose(module, inner, step + 1, pieces);
    at = part.to;
  }
  pieces.push({ text: text.slice(at, end) });
}

function composeBinary(module: PythonModule, node: SyntaxNode, step: number, pieces: Piece[]): void {
  const [left, operator, right] = children(node);
  const sign = operator ? module.text.slice(operator.from, operator.to) : "";
  if (!left || !right) return;
  if (sign === "+") {
    compose(module, left, step, pieces);
    compose(module, right, step, pieces);
    return;
  }
  if (sign !== "%") {
    pieces.push({ node, origin: originOf(module, node) });
    return;
  }
  const values: Filler[] =
    entriesOf(module, right) ??
    (right.name === "TupleExpression" ? children(right) : [right]).map((one) => ({
      name: undefined,
      node: one,
    }));
  fill(module, left, values, /%(?:\((\w{1,60})\))?[-#0 +]{0,3}\d{0,4}(?:\.\d{1,3})?[a-zA-Z]/g, step, pieces);
}

/** `{"name": value}` as what fills the places of these names. */
function entriesOf({ text }: PythonModule, node: SyntaxNode): Filler[] | undefined {
  if (node.name !== "DictionaryExpression") return undefined;
  const parts = children(node).filter(({ name }) => !/^[{}:,]$|Comment/.test(name));
  const entries: Filler[] = [];
  for (let i = 0; i + 1 < parts.length; i += 2) {
    const [key, value] = [parts[i]!, parts[i + 1]!];
    if (key.name !== "String") return undefined;
    entries.push({ name: stringText(text.slice(key.from, key.to)), node: value });
  }
  return parts.length % 2 === 0 ? entries : undefined;
}

function composeCall(module: PythonModule, node: SyntaxNode, step: number, pieces: Piece[]): void {
  const head = node.firstChild;
  const receiver = head?.name === "MemberExpression" ? head.firstChild : undefined;
  const written = head ? dotted(head, module.text) : "";
  const method = head ? methodOf(head, module.text) : "";
  const args = argumentsOf(node.getChild("ArgList"));
  if (receiver && method === "format") {
    const values = args.map((one) => ({ name: keywordOf(one, module.text), node: one }));
    fill(module, receiver, values, /\{(\w{0,60})[^{}\n]{0,60}\}/g, step, pieces);
  } else if (receiver && /^(?:safe_)?substitute$/.test(method) && templateOf(module, receiver)) {
    const values = args.map((one) => ({ name: keywordOf(one, module.text), node: one }));
    fill(module, templateOf(module, receiver)!, values, /\$\{?(\w{1,60})\}?/g, step, pieces);
  } else if (
    receiver?.name === "String" &&
    method === "join" &&
    /^(?:Array|Tuple)Expression$/.test(args[0]?.name ?? "")
  )
    composeJoin(module, receiver, args[0]!, step, pieces);
  else if (
    receiver &&
    !(method === "replace" && originOf(module, node) === "quoted") &&
    /^(?:strip|lstrip|rstrip|encode|replace|lower|upper|format_map)$/.test(method)
  )
    compose(module, receiver, step, pieces);
  else if (PASSES_ON.test(resolve(written, module.aliases)) && args.length > 0) {
    const [first] = args;
    if (first) compose(module, first, step, pieces);
  } else pieces.push({ node, origin: originOf(module, node) });
}

/** What `string.Template` is given, in the call itself or by the name that is bound to it. */
function templateOf(module: PythonModule, receiver: SyntaxNode): SyntaxNode | undefined {
  const [bound, another] =
    receiver.name === "VariableName"
      ? bindingsOf(module, module.text.slice(receiver.from, receiver.to), receiver)
      : [];
  const made = bound && !another ? bound.node : receiver;
  if (made.name !== "CallExpression" || !made.firstChild) return undefined;
  if (resolve(dotted(made.firstChild, module.text), module.aliases) !== "string.Template") return undefined;
  return argumentsOf(made.getChild("ArgList"))[0];
}

/** `" ".join(["SELECT …", f"WHERE …"])` */
function composeJoin(
  module: PythonModule,
  separator: SyntaxNode,
  list: SyntaxNode,
  step: number,
  pieces: Piece[],
): void {
  const between = stringText(module.text.slice(separator.from, separator.to));
  for (const part of children(list)) {
    if (/^[[\](),]$|Comment/.test(part.name)) continue;
    compose(module, part, step, pieces);
    pieces.push({ text: between });
  }
}

/** The keyword of an argument. */
const keywordOf = ({ prevSibling }: SyntaxNode, text: string): string | undefined =>
  prevSibling?.name === "AssignOp" && prevSibling.prevSibling
    ? text.slice(prevSibling.prevSibling.from, prevSibling.prevSibling.to)
    : undefined;

interface Filler {
  name: string | undefined;
  node: SyntaxNode;
}

/** Places that take numbers only: `%d`, `%.2f`, `{:d}`. */
const NUMERIC =
  /^%[^a-zA-Z]{0,20}[diufFeEgGxXo]$|^%\(\w{1,60}\)[^a-zA-Z]{0,20}[diufFeEgGxXo]$|:[^{}]{0,20}[dfFeEgGxXob]\}$/;

/** Puts values into the places of a template. */
function fill(
  module: PythonModule,
  template: SyntaxNode,
  values: readonly Filler[],
  place: RegExp,
  step: number,
  pieces: Piece[],
): void {
  const inner: Piece[] = [];
  compose(module, template, step, inner);
  let used = 0;
  for (const piece of inner) {
    if (!("text" in piece)) {
      pieces.push(piece);
      continue;
    }
    let at = 0;
    for (const found of piece.text.matchAll(place)) {
      if (pieces.length >= MAX_PIECES) return;
      pieces.push({ text: piece.text.slice(at, found.index) });
      at = found.index + found[0].length;
      const named = values.find(({ name }) => name !== undefined && name === found[1]);
      const value = named ?? values[used++] ?? values[0];
      if (value && NUMERIC.test(found[0])) pieces.push({ node: value.node, origin: "number" });
      else if (value) compose(module, value.node, step + 1, pieces);
    }
    pieces.push({ text: piece.text.slice(at) });
  }
}
