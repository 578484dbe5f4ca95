/**
 * Values in Python code that can be told without running it: literals, module-level names bound to them, and what a
 * few methods of strings make of them. For setup.py and noxfile.py.
 */
import { lex } from "../python/lex.ts";
import { lineCounter, parsePython, type SyntaxNode, type Tree, visit } from "../python/tree.ts";
import { type Call, children, readArguments, subscript } from "./python-arguments.ts";
import { decodeString } from "./python-strings.ts";
import { add, type Literal, MAX_TEXT, type Scalar, stringMethod } from "./python-values.ts";

/** Longer files are no build scripts. */
const MAX_LENGTH = 512 * 1024;
/** Nodes looked at for one value and for a file: names that name names could otherwise multiply without end. */
const BUDGET = 20_000;
const FILE_BUDGET = 400_000;
const MAX_DEPTH = 60;
const MAX_STRINGS = 500;

export class PythonLiterals {
  readonly #text: string;
  readonly #tree: Tree;
  readonly #lineAt: (offset: number) => number;
  /** What each name is bound to at the module's top level or in its blocks, in order. */
  readonly #bindings = new Map<string, SyntaxNode[]>();
  readonly #functions = new Map<string, SyntaxNode>();
  #budget = 0;
  #fileBudget = FILE_BUDGET;

  constructor(text: string) {
    this.#text = text.length > MAX_LENGTH ? "" : text;
    this.#tree = parsePython(this.#text, lex(this.#text));
    this.#lineAt = lineCounter(this.#text);
    this.#collect();
  }

  line(node: SyntaxNode): number {
    return this.#lineAt(node.from);
  }

  /** Calls of functions (or decorators) whose dotted name ends in one of these, in order. */
  calls(...names: string[]): Call[] {
    const found: Call[] = [];
    const take = (node: SyntaxNode, callee: SyntaxNode | null): true => {
      const list = node.getChild("ArgList");
      if (list && names.includes(this.#textOf(callee))) {
        found.push({ line: this.line(node), ...readArguments(list, (part) => this.#textOf(part)) });
      }
      return true;
    };
    visit(this.#tree, {
      CallExpression: (node) => {
        const callee = node.firstChild;
        return take(node, callee?.name === "MemberExpression" ? callee.getChild("PropertyName") : callee);
      },
      // A decorator lists its dotted name part by part.
      Decorator: (node) => take(node, node.getChild("ArgList")?.prevSibling ?? null),
    });
    return found;
  }

  /** The value of an expression. */
  evaluate(node: SyntaxNode): Literal {
    const budget = Math.min(BUDGET, this.#fileBudget);
    this.#budget = budget;
    const value = this.#evaluate(node, 0);
    this.#fileBudget -= budget - this.#budget;
    return value;
  }

  /**
   * Every string in an expression, in the functions it calls and in what the names in it are bound to: what a value
   * could be read from when it is not a literal.
   */
  stringsBehind(node: SyntaxNode): string[] {
    const strings = new Set<string>();
    const seen = new Set<string>();
    const queue = [node];
    for (let next = queue.shift(); next !== undefined && seen.size < 200; next = queue.shift()) {
      visit(next, {
        String: (found) =>
          strings.size > MAX_STRINGS || strings.add(decodeString(this.#textOf(found))) === strings,
        VariableName: (found) => {
          const name = this.#textOf(found);
          const body = this.#functions.get(name);
          if (!seen.has(name)) queue.push(...(this.#bindings.get(name) ?? []), ...(body ? [body] : []));
          seen.add(name);
          return true;
        },
      });
    }
    return [...strings];
  }

  #textOf(node: SyntaxNode | null | undefined): string {
    return node ? this.#text.slice(node.from, node.to) : "";
  }

  #collect(): void {
    const bind = (name: SyntaxNode | null, value: SyntaxNode | null): true => {
      if (!name || !value || name.name !== "VariableName") return true;
      const key = this.#textOf(name);
      this.#bindings.set(key, [...(this.#bindings.get(key) ?? []).slice(0, 50), value]);
      return true;
    };
    visit(this.#tree, {
      AssignStatement: (node) => {
        const value = node.lastChild;
        for (let child = node.firstChild; child; child = child.nextSibling) {
          if (child.nextSibling?.name === "AssignOp" || child.nextSibling?.name === "TypeDef") {
            bind(child.name === "MemberExpression" ? child.firstChild : child, value);
          }
        }
        return true;
      },
      UpdateStatement: (node) => bind(node.firstChild, node.lastChild),
      WithStatement: (node) => {
        for (const as of node.getChildren("as")) bind(as.nextSibling, as.prevSibling);
        return true;
      },
      ForStatement: (node) => bind(node.getChild("VariableName"), node.getChild("in")?.nextSibling ?? null),
      FunctionDefinition: (node) => {
        const name = this.#textOf(node.getChild("VariableName"));
        if (!this.#functions.has(name)) this.#functions.set(name, node);
        return true;
      },
    });
  }

  #evaluate(node: SyntaxNode | null, depth: number): Literal {
    const unknown = { kind: "unknown", line: node ? this.line(node) : 1 } as const;
    if (node === null || depth > MAX_DEPTH || this.#budget-- <= 0) return unknown;
    const scalar = (value: Scalar): Literal => ({ kind: "scalar", line: this.line(node), value });
    switch (node.name) {
      case "String":
        return scalar(decodeString(this.#textOf(node)));
      case "ContinuedString":
        return this.#joined(children(node), scalar, depth) ?? unknown;
      case "Number":
        return scalar(Number(this.#textOf(node).replaceAll("_", "")));
      case "Boolean":
        return scalar(this.#textOf(node) === "True");
      case "None":
        return scalar(null);
      case "ParenthesizedExpression":
        return this.#evaluate(node.firstChild?.nextSibling ?? null, depth + 1);
      case "ArrayExpression":
      case "TupleExpression":
      case "SetExpression":
        return this.#list(node, depth);
      case "DictionaryExpression":
        return this.#table(node, depth);
      case "BinaryExpression":
        return this.#sum(node, depth) ?? unknown;
      case "VariableName":
        return this.#name(node, depth) ?? unknown;
      case "MemberExpression":
        return this.#item(node, depth) ?? unknown;
      case "CallExpression":
        return this.#call(node, depth) ?? unknown;
      default:
        return unknown;
    }
  }

  #joined(
    parts: readonly SyntaxNode[],
    scalar: (value: Scalar) => Literal,
    depth: number,
  ): Literal | undefined {
    const values = parts.map((part) => this.#evaluate(part, depth + 1));
    const texts = values.map((value) => (value.kind === "scalar" ? value.value : undefined));
    if (!texts.every((text) => typeof text === "string")) return undefined;
    const text = texts.join("");
    return text.length > MAX_TEXT ? undefined : scalar(text);
  }

  #list(node: SyntaxNode, depth: number): Literal {
    const items: Literal[] = [];
    for (const child of children(node)) {
      const value = this.#evaluate(child, depth + 1);
      const spread = child.prevSibling?.name === "*";
      items.push(...(spread && value.kind === "list" ? value.items : [value]));
    }
    return { kind: "list", line: this.line(node), items };
  }

  #table(node: SyntaxNode, depth: number): Literal {
    const entries: (readonly [string, Literal])[] = [];
    for (const child of children(node)) {
      if (child.prevSibling?.name === "**") {
        const value = this.#evaluate(child, depth + 1);
        if (value.kind === "table") entries.push(...value.entries);
      } else if (child.nextSibling?.name === ":") {
        const key = this.#evaluate(child, depth + 1);
        const value = this.#evaluate(child.nextSibling.nextSibling, depth + 1);
        if (key.kind === "scalar") entries.push([String(key.value), value]);
      }
    }
    return { kind: "table", line: this.line(node), entries };
  }

  #sum(node: SyntaxNode, depth: number): Literal | undefined {
    if (this.#textOf(node.getChild("ArithOp")) !== "+") return undefined;
    const [left, right] = [node.firstChild, node.lastChild].map((side) => this.#evaluate(side, depth + 1));
    return left && right ? add(left, right) : undefined;
  }

  /** Lists and tables take in everything that is ever bound or added to the name; of scalars the first counts. */
  #name(node: SyntaxNode, depth: number): Literal | undefined {
    let result: Literal | undefined;
    for (const value of this.#bindings.get(this.#textOf(node)) ?? []) {
      if (value.from <= node.from && node.from <= value.to) continue;
      const target = value.parent?.firstChild;
      const next = this.#evaluate(value, depth + 1);
      if (target?.name === "MemberExpression" && value.parent?.name === "AssignStatement") {
        const key = this.#evaluate(subscript(target), depth + 1);
        if (result?.kind === "table" && key.kind === "scalar") {
          result = { ...result, entries: [...result.entries, [String(key.value), next]] };
        }
      } else if (result === undefined) result = next;
      else if (result.kind !== "scalar") result = add(result, next) ?? result;
    }
    return result;
  }

  #item(node: SyntaxNode, depth: number): Literal | undefined {
    const key = subscript(node);
    if (key === null) return undefined;
    const of = this.#evaluate(node.firstChild, depth + 1);
    const name = this.#evaluate(key, depth + 1);
    if (of.kind !== "table" || name.kind !== "scalar") return undefined;
    return of.entries.findLast(([key]) => key === String(name.value))?.[1];
  }

  #call(node: SyntaxNode, depth: number): Literal | undefined {
    const list = node.getChild("ArgList");
    const callee = node.firstChild;
    if (!list || !callee) return undefined;
    const { positional, keywords } = readArguments(list, (part) => this.#textOf(part));
    const name = callee.name === "VariableName" ? this.#textOf(callee) : "";
    if (/^(?:list|tuple|set|sorted|frozenset|str)$/.test(name) && positional[0]) {
      return this.#evaluate(positional[0], depth + 1);
    }
    if (name === "dict") {
      const entries = [...keywords].map(([key, value]) => [key, this.#evaluate(value, depth + 1)] as const);
      return { kind: "table", line: this.line(node), entries };
    }
    if (callee.name !== "MemberExpression") return undefined;
    const of = this.#evaluate(callee.firstChild, depth + 1);
    const argument = positional[0] ? this.#evaluate(positional[0], depth + 1) : undefined;
    const result = stringMethod(of, this.#textOf(callee.getChild("PropertyName")), argument);
    if (result?.kind === "list") this.#budget -= result.items.length;
    return result;
  }
}
