/** Commands that Python files run: sessions of nox, tasks of invoke and fabric, `subprocess` calls of scripts. */

import { dotted } from "../python/calls.ts";
import { lex } from "../python/lex.ts";
import { lineCounter, parsePython, type SyntaxNode, visit } from "../python/tree.ts";

export interface PythonCall {
  /** Dotted callee as written: `session.run`, `subprocess.check_call`. */
  callee: string;
  /** Positional arguments: words of literal strings and lists, `undefined` for what cannot be seen. */
  words: readonly (string | undefined)[];
  line: number;
}

export interface PythonFunction {
  name: string;
  line: number;
  /** Decorators as written, without `@`. */
  decorators: readonly string[];
  calls: readonly PythonCall[];
}

export interface PythonScript {
  functions: readonly PythonFunction[];
  /** All calls, those outside functions among them. */
  calls: readonly PythonCall[];
  /** Module-level names bound to literal strings or lists of them. */
  constants: ReadonlyMap<string, readonly string[]>;
}

/** Characters. */
const MAX_SIZE = 64 * 1024;
const MAX_WORDS = 200;

/** Reads the calls of a Python file; an empty result where it is too large or does not parse. */
export function readPythonScript(text: string): PythonScript {
  if (text.length > MAX_SIZE) return { functions: [], calls: [], constants: new Map() };
  const tree = parsePython(text, lex(text));
  const lineOf = lineCounter(text);
  const constants = readConstants(tree.topNode, text);
  const calls: (PythonCall & { from: number })[] = [];
  const functions: (PythonFunction & { from: number; to: number })[] = [];
  visit(tree, {
    CallExpression(node) {
      const [head, list] = [node.firstChild, node.getChild("ArgList")];
      if (!head || !list) return;
      const words = readWords(list, text, constants);
      calls.push({ callee: dotted(head, text), words, line: lineOf(node.from), from: node.from });
    },
    FunctionDefinition(node) {
      const name = node.getChild("VariableName");
      if (!name) return;
      const parent = node.parent?.name === "DecoratedStatement" ? node.parent : undefined;
      const decorators = (parent?.getChildren("Decorator") ?? []).map((each) =>
        text.slice(each.from + 1, each.to).trim(),
      );
      functions.push({
        name: text.slice(name.from, name.to),
        line: lineOf(node.from),
        decorators,
        calls: [],
        from: node.from,
        to: node.to,
      });
    },
  });
  const inside = functions.map(({ from, to, ...rest }) => ({
    ...rest,
    calls: calls.filter((call) => call.from >= from && call.from < to),
  }));
  return { functions: inside, calls, constants };
}

/** Literal words of an argument list; keyword arguments are passed over. */
function readWords(list: SyntaxNode, text: string, constants: ReadonlyMap<string, readonly string[]>) {
  const words: (string | undefined)[] = [];
  for (let node = list.firstChild; node && words.length < MAX_WORDS; node = node.nextSibling) {
    if (/^[(),]$|^Comment$/.test(node.name) || text[node.from] === "*") continue;
    if (node.nextSibling?.name === "AssignOp") {
      node = node.nextSibling.nextSibling ?? node;
      continue;
    }
    words.push(...readLiteral(node, text, constants));
  }
  return words;
}

/** The strings of a literal, a list of literals, or a constant. */
function readLiteral(
  node: SyntaxNode,
  text: string,
  constants: ReadonlyMap<string, readonly string[]>,
): (string | undefined)[] {
  if (/^(?:String|FormatString|ContinuedString)$/.test(node.name)) return [stringOf(node, text)];
  if (node.name === "VariableName")
    return [...(constants.get(text.slice(node.from, node.to)) ?? [undefined])];
  if (text.slice(node.from, node.to) === "sys.executable") return ["python"];
  if (node.name !== "ArrayExpression" && node.name !== "TupleExpression") return [undefined];
  const words: (string | undefined)[] = [];
  for (let item = node.firstChild; item && words.length < MAX_WORDS; item = item.nextSibling) {
    if (/^[()[\],]$|^Comment$/.test(item.name) || text[item.from] === "*") continue;
    const nested = item.name === "ArrayExpression" || item.name === "TupleExpression";
    words.push(...(nested ? [undefined] : readLiteral(item, text, constants)));
  }
  return words;
}

function stringOf(node: SyntaxNode, text: string): string {
  if (node.name === "ContinuedString") {
    let joined = "";
    for (let part = node.firstChild; part; part = part.nextSibling) joined += stringOf(part, text);
    return joined;
  }
  const written = text.slice(node.from, node.to);
  const open = /^[a-zA-Z]{0,2}("""|'''|"|')/.exec(written);
  if (!open) return "";
  return written
    .slice(open[0].length, written.length - open[1]!.length)
    .replace(/\\\n/g, "")
    .replace(/\\(["'\\])/g, "$1");
}

function readConstants(top: SyntaxNode, text: string): Map<string, readonly string[]> {
  const constants = new Map<string, readonly string[]>();
  for (let node = top.firstChild; node; node = node.nextSibling) {
    if (node.name !== "AssignStatement") continue;
    const [target, value] = [node.firstChild, node.lastChild];
    if (!target || !value || !/^(?:VariableName|MemberExpression)$/.test(target.name)) continue;
    const words = readLiteral(value, text, constants);
    if (words.length > 0 && words.every((word) => word !== undefined)) {
      constants.set(text.slice(target.from, target.to), words as string[]);
    }
  }
  return constants;
}

/** Words as a command text; words with spaces are quoted, what cannot be seen is left out. */
export function joinWords(words: readonly (string | undefined)[]): string {
  const seen = words.filter((word) => word !== undefined && word !== "");
  return seen
    .map((word) => (/[\s"'`$&|;<>()#]/.test(word!) ? `'${word!.replaceAll("'", "'\\''")}'` : word))
    .join(" ");
}

const PROCESS =
  /^(?:subprocess\.)?(?:run|call|check_call|check_output|Popen)$|^os\.(?:system|popen|execvp|execv|execlp)$|^(?:\w{1,40}\.)?(?:sh|local|shell|run_command|run_cmd|execute|_run)$/;

/** A cheap look for such calls, before the file is parsed. */
export const MAY_START =
  /\b(?:run|call|check_call|check_output|Popen|system|popen|exec[vl]p?|sh|local|shell|run_command|run_cmd|execute|_run)\s?\(/;

/** The shell texts that a call of `subprocess`, `os.system` and alike gives to run. */
export function processText(call: PythonCall): string | undefined {
  if (!PROCESS.test(call.callee)) return undefined;
  const [first] = call.words;
  if (first === undefined) return undefined;
  const text = call.words.length === 1 ? first : joinWords(call.words);
  // A single word may be anything; one with a space, or a list, is a command.
  return call.words.length === 1 && !/\s/.test(text) && !/^(?:subprocess|os)\./.test(call.callee)
    ? undefined
    : text;
}
