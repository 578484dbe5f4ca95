/** Calls of a module with their callees resolved through imports and simple assignments. Needs the syntax tree. */
import type { PythonModule } from "./module.ts";
import { lineCounter, type SyntaxNode, visit } from "./tree.ts";

export interface Argument {
  /** Keyword, `undefined` for a positional argument. */
  name: string | undefined;
  /** `*args` or `**kwargs`: what else is passed cannot be seen. */
  star: "*" | "**" | undefined;
  /** As written. */
  text: string;
  /** Type of the syntax node: `String`, `Number`, `VariableName`, `FormatString`, `CallExpression`… */
  type: string;
  node: SyntaxNode;
}

export interface Call {
  /**
   * Dotted callee: `requests.get` also for `r.get` under `import requests as r`; `httpx.Client().get` for
   * `client.get` where the module says `client = httpx.Client(…)`; `self.x` and unknown names as written; `()` and
   * `[]` stand for calls and subscripts inside, `""` for anything else.
   */
  callee: string;
  /** Callee as written. */
  text: string;
  line: number;
  endLine: number;
  args: readonly Argument[];
  node: SyntaxNode;
  /** Under `await`. */
  awaited: boolean;
}

/** The value of a keyword argument, or of the positional one at `position`, where either can be seen. */
export function argument<T extends Pick<Argument, "name" | "star">>(
  call: { args: readonly T[] },
  name: string,
  position?: number,
): T | undefined {
  const named = call.args.find((arg) => arg.name === name);
  if (named || position === undefined) return named;
  const before = call.args.slice(0, position + 1);
  const at = before[position];
  return at && before.every((arg) => arg.name === undefined && arg.star === undefined) ? at : undefined;
}

export function readCalls(module: PythonModule): Call[] {
  const { text, tree } = module;
  const lineOf = lineCounter(text);
  const assigned = readAssigned(module);
  const calls: Call[] = [];
  visit(tree, {
    CallExpression(node) {
      const head = node.firstChild;
      const list = node.getChild("ArgList");
      if (!head || !list) return;
      calls.push({
        callee: resolve(dotted(head, text), module.aliases, assigned),
        text: text.slice(head.from, head.to),
        line: lineOf(node.from),
        endLine: lineOf(node.to),
        args: readArguments(list, text),
        node,
        awaited: node.parent?.name === "AwaitExpression",
      });
    },
  });
  return calls;
}

/** A callee as a dotted path; bounded, so that a chain of ten thousand calls costs no stack. */
export function dotted(node: SyntaxNode, text: string): string {
  const parts: string[] = [];
  let at: SyntaxNode | null = node;
  for (let depth = 0; at && depth < 64; depth++) {
    if (at.name === "VariableName" || at.name === "self") {
      parts.push(text.slice(at.from, at.to));
      return parts.reverse().join("").replace(/^\./, "");
    }
    if (at.name === "MemberExpression") {
      const property = at.getChild("PropertyName");
      parts.push(property ? `.${text.slice(property.from, property.to)}` : "[]");
      at = at.firstChild;
    } else if (at.name === "CallExpression") {
      parts.push("()");
      at = at.firstChild;
    } else if (at.name === "ParenthesizedExpression" || at.name === "AwaitExpression") {
      at = at.firstChild?.nextSibling ?? null;
    } else return "";
  }
  return "";
}

/** Puts the dotted path of an import, or the call that made an object, in place of the first name. */
export function resolve(
  callee: string,
  aliases: ReadonlyMap<string, string>,
  assigned: ReadonlyMap<string, string> = new Map(),
): string {
  const key = /^(?:self\.|cls\.)?[^.([]+/.exec(callee)?.[0];
  if (key === undefined) return callee;
  const value = assigned.get(key) ?? aliases.get(key);
  return value === undefined ? callee : value + callee.slice(key.length);
}

/** `client` and `self.client` → `httpx.Client()`, for names that the module binds to one kind of call only. */
function readAssigned(module: PythonModule): Map<string, string> {
  const { text, tree, aliases } = module;
  const assigned = new Map<string, string>();
  const bind = (target: SyntaxNode, value: SyntaxNode): void => {
    const name = dotted(target, text);
    const inner = value.name === "AwaitExpression" ? (value.lastChild ?? value) : value;
    if (inner.name !== "CallExpression" || !/^(?:self\.|cls\.)?\w+$/.test(name)) return;
    const maker = resolve(dotted(inner, text), aliases);
    // A local variable that is named like an import must not hide the import from the rest of the module.
    if (maker === "" || aliases.has(name)) return;
    const known = assigned.get(name);
    assigned.set(name, known === undefined || known === maker ? maker : name);
  };
  visit(tree, {
    AssignStatement(node) {
      const [target, value] = [node.firstChild, node.lastChild];
      if (target && value) bind(target, value);
    },
    WithStatement(node) {
      for (let child = node.firstChild; child && child.name !== "Body"; child = child.nextSibling) {
        const [as, target] = [child.nextSibling, child.nextSibling?.nextSibling];
        if (as?.name === "as" && target) bind(target, child);
      }
    },
  });
  return assigned;
}

function readArguments(list: SyntaxNode, text: string): Argument[] {
  const args: Argument[] = [];
  let name: string | undefined;
  let star: Argument["star"];
  for (let node = list.firstChild; node; node = node.nextSibling) {
    const written = text.slice(node.from, node.to);
    if (node.name === "(" || node.name === ")" || node.name === "Comment") continue;
    if (node.name === ",") [name, star] = [undefined, undefined];
    else if (written === "*" || written === "**") star = written;
    else if (node.name === "VariableName" && node.nextSibling?.name === "AssignOp") name = written;
    else if (node.name !== "AssignOp" && node.name !== "⚠") {
      args.push({ name, star, text: written, type: node.name, node });
    }
  }
  return args;
}
