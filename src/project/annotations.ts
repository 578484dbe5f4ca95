/** Which functions say their types, read from their headers alone. */
import type { Project } from "./project.ts";
import type { FunctionOutline } from "./python/functions.ts";
import type { PythonModule } from "./python/module.ts";

export interface AnnotatedFunction {
  module: PythonModule;
  outline: FunctionOutline;
  /** Parameters without a type. */
  untyped: readonly string[];
  /** The result has no type. */
  returnMissing: boolean;
  /** The types stand in a stub file beside the module, or in a comment (PEP 484). */
  elsewhere: boolean;
}

/**
 * Every function that has something to annotate. `self`, `cls`, `*args`, `**kwargs` need no type, and neither does
 * the result of `__init__` (PEP 484).
 */
export function readAnnotations({ source, files }: Project): AnnotatedFunction[] {
  return source.flatMap((module) => {
    const hasStub = files.has(`${module.path}i`);
    return module.functions.flatMap((outline) => {
      const header = readHeader(outline);
      const needsReturn = outline.name !== "__init__" && outline.name !== "__post_init__";
      if (!needsReturn && header.parameters.length === 0) return [];
      const elsewhere = hasStub || hasTypeComment(module, outline);
      return [
        {
          ...{ module, outline, elsewhere },
          untyped: header.parameters.filter(({ typed }) => !typed).map(({ name }) => name),
          returnMissing: needsReturn && !header.returns,
        },
      ];
    });
  });
}

export const isTyped = ({ untyped, returnMissing, elsewhere }: AnnotatedFunction): boolean =>
  elsewhere || (untyped.length === 0 && !returnMissing);

function hasTypeComment({ text }: PythonModule, { header, statement }: FunctionOutline): boolean {
  const end = statement.start + header.length;
  const near = text.slice(statement.start, end + 300);
  return near.includes("type:") && /#\s{0,4}type:\s{0,4}\([^\n]{0,500}\)\s{0,4}->/.test(near);
}

/** Names of the parameters, but for the first of a method, `*args` and `**kwargs`. */
export const readParameters = (outline: FunctionOutline): string[] =>
  readHeader(outline).parameters.map(({ name }) => name);

interface Header {
  parameters: { name: string; typed: boolean }[];
  returns: boolean;
}

const [ROUND, SQUARE, CURLY, END_ROUND, END_SQUARE, END_CURLY, COMMA] = [40, 91, 123, 41, 93, 125, 44];

/** Parameters and result of a header with strings and comments blanked. Linear. */
function readHeader({ header, className, decorators }: FunctionOutline): Header {
  const open = header.indexOf("(", openOfTypeParameters(header));
  const parts: string[] = [];
  let depth = 0;
  let start = open + 1;
  let close = header.length;
  for (let at = open; at < header.length && at >= 0; at++) {
    const mark = header.charCodeAt(at);
    if (mark === ROUND || mark === SQUARE || mark === CURLY) depth++;
    else if (mark === END_ROUND || mark === END_SQUARE || mark === END_CURLY) depth--;
    if ((mark === COMMA && depth === 1) || depth === 0) {
      parts.push(header.slice(start, at).trim());
      start = at + 1;
    }
    if (depth === 0) {
      close = at;
      break;
    }
  }
  const isMethod =
    className !== undefined && !decorators.some(({ text }) => /^(?:\w+\.)?staticmethod\b/.test(text));
  const named = parts
    .filter((part) => /^[\p{L}_]/u.test(part))
    .slice(isMethod && !parts[0]?.startsWith("*") ? 1 : 0);
  return {
    parameters: named.map((part) => {
      const name = /^[\p{L}\p{N}_]{1,200}/u.exec(part)?.[0] ?? "";
      return { name, typed: part.slice(name.length).trimStart().startsWith(":") };
    }),
    returns: header.slice(close).includes("->"),
  };
}

/** Where to look for the parameters from: behind `[T: (int, str)]` (PEP 695). */
function openOfTypeParameters(header: string): number {
  const bracket = header.indexOf("[");
  if (bracket === -1 || header.lastIndexOf("(", bracket) !== -1) return 0;
  const name = /\bdef\s{1,20}[\p{L}\p{N}_]{1,200}\s{0,20}\[/u.exec(header.slice(0, 500));
  if (!name) return 0;
  let depth = 0;
  for (let at = name.index + name[0].length - 1; at < header.length; at++) {
    if (header[at] === "[") depth++;
    else if (header[at] === "]" && --depth === 0) return at;
  }
  return 0;
}
