/** What names of a module are bound to: assignments, loops, parameters, by the scope they stand in. */
import { oncePer } from "../remember.ts";
import type { PythonModule } from "./module.ts";
import { type SyntaxNode, visit } from "./tree.ts";

export interface Binding {
  /** `value`: the name is the node's value. `item`: it is one of its items. `parameter`: a caller gives it. */
  kind: "value" | "item" | "parameter";
  node: SyntaxNode;
  /** Where `with … as name:` gives it: the offsets of the block, in which no other binding has a say. */
  block?: { from: number; to: number };
}

/** Bindings by scope (offset of the function's node, 0 for the module) and name; attributes of `self` by `self.name`. */
type Scopes = ReadonlyMap<number, ReadonlyMap<string, readonly Binding[]>>;

const MODULE = -1;

/** What a name is bound to where a node stands: the innermost scope that binds it speaks. */
export function bindingsOf(module: PythonModule, name: string, at: SyntaxNode): readonly Binding[] {
  const scopes = module.recall(readScopes);
  if (/^(?:self|cls)\./.test(name)) return scopes.get(MODULE)?.get(name.replace(/^cls/, "self")) ?? NONE;
  for (let scope: number | undefined = scopeOf(at); scope !== undefined; ) {
    const found = scopes.get(scope)?.get(name);
    if (found) return innermostWith(found, at) ?? found;
    if (scope === MODULE) return NONE;
    scope = outerScope(at, scope);
  }
  return NONE;
}

const NONE: readonly Binding[] = [];

/** The binding of the innermost `with … as name:` whose block holds a node: no other has a say there. */
function innermostWith(found: readonly Binding[], at: SyntaxNode): readonly Binding[] | undefined {
  const { blocks } = factsOf(found);
  let [low, high] = [0, blocks.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (blocks[middle]!.block!.from <= at.from) low = middle + 1;
    else high = middle;
  }
  const around = blocks
    .slice(Math.max(0, low - MOST_BLOCKS), low)
    .findLast(({ block }) => at.to <= block!.to);
  return around && [around];
}

/** Blocks before a node that are looked at for one that holds it. */
const MOST_BLOCKS = 200;

/** What holds for all bindings of a name, which thousands of places may ask about. */
export const factsOf = oncePer((bindings: readonly Binding[]) => ({
  /** A caller gives it, somewhere. */
  given: bindings.some(({ kind }) => kind === "parameter"),
  /** It is never an item of something, nor given. */
  values: bindings.every(({ kind }) => kind === "value"),
  blocks: bindings.filter(({ block }) => block),
  places: new Set(bindings.map(({ node }) => `${node.from} ${node.to}`)),
}));

/** Whether a node stands in what one of the bindings is bound to: `a = f(a)`. */
export function isInOwn(bindings: readonly Binding[], node: SyntaxNode): boolean {
  const { places } = factsOf(bindings);
  let at: SyntaxNode | null = node;
  for (let depth = 0; at && depth < MOST_BLOCKS; depth++, at = at.parent)
    if (places.has(`${at.from} ${at.to}`)) return true;
  return false;
}

/** The function whose body or parameters hold a node. */
export function functionOf(node: SyntaxNode): SyntaxNode | undefined {
  for (let at = node.parent; at; at = at.parent)
    if (at.name === "FunctionDefinition" || at.name === "LambdaExpression") return at;
  return undefined;
}

const scopeOf = (node: SyntaxNode): number => functionOf(node)?.from ?? MODULE;

function outerScope(node: SyntaxNode, scope: number): number {
  let at = functionOf(node);
  while (at && at.from !== scope) at = functionOf(at);
  return at ? scopeOf(at) : MODULE;
}

function readScopes(module: PythonModule): Scopes {
  const { text, tree } = module;
  const scopes = new Map<number, Map<string, Binding[]>>();
  const add = (scope: number, name: string, binding: Binding): void => {
    const names = scopes.get(scope) ?? new Map<string, Binding[]>();
    scopes.set(scope, names);
    const list = names.get(name) ?? [];
    names.set(name, list);
    list.push(binding);
  };
  const globals = new Set<string>();
  const bind = (target: SyntaxNode, binding: Binding): void => {
    const written = text.slice(target.from, target.to);
    if (target.name === "VariableName") {
      const scope = scopeOf(target);
      add(globals.has(`${scope} ${written}`) ? MODULE : scope, written, binding);
      if (target.parent?.parent?.parent?.name === "ClassDefinition") add(MODULE, `self.${written}`, binding);
    } else if (target.name === "MemberExpression" && /^(?:self|cls)\.\w{1,80}$/.test(written)) {
      add(MODULE, written.replace(/^cls/, "self"), binding);
    } else if (/^(?:Tuple|Array|Parenthesized)Expression$/.test(target.name)) {
      for (const part of children(target)) bind(part, { kind: "item", node: binding.node });
    }
  };
  visit(tree, {
    ScopeStatement: (node) => {
      if (node.firstChild?.name !== "global") return undefined;
      for (const child of children(node)) globals.add(`${scopeOf(node)} ${text.slice(child.from, child.to)}`);
      return undefined;
    },
    AssignStatement: (node) => void bindAssignment(node, bind),
    UpdateStatement: (node) => void bindEnds(node, bind),
    NamedExpression: (node) => void bindEnds(node, bind),
    ForStatement: (node) => void bindLoops(node, bind),
    ArrayComprehensionExpression: (node) => void bindLoops(node, bind),
    ComprehensionExpression: (node) => void bindLoops(node, bind),
    SetComprehensionExpression: (node) => void bindLoops(node, bind),
    DictionaryComprehensionExpression: (node) => void bindLoops(node, bind),
    WithStatement: (node) => void bindWith(node, bind),
    ParamList: (node) => {
      for (const child of children(node)) {
        if (child.name !== "VariableName" || child.prevSibling?.name === "AssignOp") continue;
        add(scopeOf(child), text.slice(child.from, child.to), { kind: "parameter", node: child });
      }
      return undefined;
    },
  });
  return scopes;
}

type Bind = (target: SyntaxNode, binding: Binding) => void;

/** Children that are expressions: no punctuation, no comments. */
export function children(node: SyntaxNode): SyntaxNode[] {
  const found: SyntaxNode[] = [];
  for (let child = node.firstChild; child; child = child.nextSibling)
    if (/^[A-Z]/.test(child.name) && child.name !== "Comment") found.push(child);
  return found;
}

/** `a = b = value`, `a, b = x, y`. */
function bindAssignment(node: SyntaxNode, bind: Bind): void {
  const segments: SyntaxNode[][] = [[]];
  for (const child of children(node)) {
    if (child.name === "AssignOp") segments.push([]);
    else if (child.name !== "TypeDef") segments.at(-1)?.push(child);
  }
  const values = segments.pop() ?? [];
  const [only] = values;
  if (!only) return;
  for (const targets of segments) {
    const [target] = targets;
    if (!target) continue;
    if (targets.length === 1 && values.length === 1) bind(target, { kind: "value", node: only });
    else
      targets.forEach((one, i) => {
        const value = targets.length === values.length ? values[i] : undefined;
        bind(one, value ? { kind: "value", node: value } : { kind: "item", node: only });
      });
  }
}

/** `a += value`, `a := value`. */
function bindEnds({ firstChild, lastChild }: SyntaxNode, bind: Bind): void {
  if (firstChild && lastChild) bind(firstChild, { kind: "value", node: lastChild });
}

/** `for a, b in items`. */
function bindLoops(node: SyntaxNode, bind: Bind): void {
  let targets: SyntaxNode[] = [];
  let bound = false;
  for (let child = node.firstChild; child && child.name !== "Body"; child = child.nextSibling) {
    if (child.name === "for") [targets, bound] = [[], false];
    else if (child.name === "in") bound = true;
    else if (/^[A-Z]/.test(child.name) && !bound) targets.push(child);
    else if (/^[A-Z]/.test(child.name)) {
      for (const target of targets) bind(target, { kind: "item", node: child });
      targets = [];
    }
  }
}

function bindWith(node: SyntaxNode, bind: Bind): void {
  const body = node.getChild("Body");
  const block = body ? { block: { from: body.from, to: body.to } } : {};
  for (let child = node.firstChild; child && child.name !== "Body"; child = child.nextSibling) {
    const target = child.nextSibling?.name === "as" ? child.nextSibling.nextSibling : undefined;
    if (target) bind(target, { kind: "value", node: child, ...block });
  }
}
