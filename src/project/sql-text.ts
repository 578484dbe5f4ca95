/** Judges the text of a statement that is put together: what stands where in it, and where it comes from. */
import { argument } from "./python/calls.ts";
import type { PythonModule } from "./python/module.ts";
import type { Origin } from "./python/origin.ts";
import type { Piece } from "./python/pieces.ts";
import type { SyntaxNode } from "./python/tree.ts";

export interface SqlVerdict {
  /**
   * `value`: a value that is none of the code's own stands in the text. `doubtful`: a value whose origin cannot be
   * seen, or a name (table, column) from elsewhere. `safe`: constants, numbers, quoted names, placeholders.
   */
  verdict: "value" | "doubtful" | "safe";
  why: string;
  /** Who sets the value cannot be seen: it is an attribute of what a caller gives, or comes from another module. */
  unseen?: true;
}

/** Most telling first. */
export const RANK = { value: 0, doubtful: 1, safe: 2 } as const;

export const CONSTANT = "a constant";
const SAFE_PIECE: SqlVerdict = { verdict: "safe", why: "puts in constants only" };

const STATEMENT =
  /\b(?:select\b[^;]{0,1000}?\bfrom\b|insert\s{1,20}(?:or\s{1,20}\w{1,10}\s{1,20})?into\b|update\b[^;]{1,400}?\bset\b|delete\s{1,20}from\b|replace\s{1,20}into\b|merge\s{1,20}into\b|(?:create|drop|alter|truncate|grant|revoke)\s{1,20}(?:or\s{1,20}replace\s{1,20})?(?:table|index|view|database|schema|user|role|all|select|trigger|extension|materialized)\b|where\b[^;]{0,400}?[=<>]|load\s{1,20}data\b|show\s{1,20}(?:tables|databases|schemas|columns)\b)/i;
const BEGINS = /^\s{0,80}(?:select|insert|update|delete|with|create|drop|alter|call|exec)\b/i;
/** Prose for people and language models has these words inside of sentences, SQL at the start of a line or bracket. */
const OPENS =
  /(?:^|[\n(;"])\s{0,200}(?:select|insert|update|delete|with|create|drop|alter|merge|replace|truncate|grant|revoke|where|explain|load|show|call|exec)\b/i;
/** `Select … from the list`: no table has an article. */
const PROSE = /\b(?:from|into|update|table) (?:the|an?|your|our|this|that|these|those)\b/i;
/** Statements that databases take no parameters in. */
const DEFINES =
  /^\s{0,80}(?:create|alter|drop|grant|revoke|set|pragma|attach|copy|use|show|comment|vacuum)\b/i;

/** `text(f"team.id = {id}")`: a condition alone, which SQLAlchemy and Django put behind their own WHERE. */
const isCondition = (module: PythonModule, template: string): boolean =>
  /^\s{0,80}[\w."`]{1,100}\s?(?:[=<>]|!=|(?:not )?(?:i?like|in)\b)/i.test(template) &&
  ["sqlalchemy", "sqlmodel", "flask_sqlalchemy", "django"].some((one) => module.importsPackage(one));

/** Stands for a value in a statement's text. */
const MARK = "\u0001";

/**
 * @param sure the text is given to a database; otherwise it must look like a whole statement to be taken for one
 * @returns `undefined` for what is no SQL
 */
export function judgeSql(
  module: PythonModule,
  pieces: readonly Piece[],
  sure: boolean,
): SqlVerdict | undefined {
  const template = pieces.map((piece) => ("text" in piece ? piece.text : MARK)).join("");
  if (!STATEMENT.test(template) && !(sure && (BEGINS.test(template) || isCondition(module, template))))
    return undefined;
  if (!sure && PROSE.test(template)) return undefined;
  if (!sure && !OPENS.test(template.replaceAll(MARK, "\n"))) return undefined;
  if (/^\s{0,20}<\w/.test(template)) return undefined;
  const values = pieces.filter((piece) => "node" in piece);
  let worst: SqlVerdict = values.length === 0 ? { verdict: "safe", why: CONSTANT } : SAFE_PIECE;
  // Where the names of what the database holds are its values.
  const catalogue = values.length > 0 && CATALOGUE.test(template);
  let at = -1;
  for (const { node, origin } of values) {
    at = template.indexOf(MARK, at + 1);
    if (isHarmless(module, node, origin) || isInJinja(template, at)) continue;
    const name = module.text.slice(node.from, Math.min(node.to, node.from + 40)).replace(/\s+/g, " ");
    const one = judgePiece(origin, placeOf(template, at, catalogue), name, DEFINES.test(template));
    if (RANK[one.verdict] < RANK[worst.verdict]) worst = one;
  }
  return worst;
}

/** `{{ config(alias="…") }}` of a dbt model: an argument of the template, and no part of its statement. */
const isInJinja = (template: string, at: number): boolean => {
  let depth = 0;
  for (const [mark] of template.slice(Math.max(0, at - 4_000), at).matchAll(/\{\{|\}\}/g))
    depth += mark === "{{" ? 1 : depth > 0 ? -1 : 0;
  return depth > 0;
};

const SAFE: ReadonlySet<Origin> = new Set<Origin>(["literal", "number", "quoted", "constant"]);
/** What others set. */
export const FOREIGN: ReadonlySet<Origin> = new Set<Origin>(["file", "parameter", "argument", "outside"]);
const GIVEN: ReadonlySet<Origin> = new Set<Origin>(["parameter", "argument", "file"]);
const PLACEHOLDERS =
  /placeholder|\bbinds?\b|\bq?marks?\b|question_marks|param_?marks|(?:^|[._])_?(?:quoted|escaped)_/i;
/** `", ".join(f"${i}" for i in …)`: placeholders, each for one value. */
const JOINED_PLACEHOLDERS =
  /^["'][^"']{0,10}["']\.join\(\s{0,20}[[(]?\s{0,20}f?["'](?:\$\{?|:\{?|%s|%\(|\?|@)/;

function isHarmless(module: PythonModule, node: SyntaxNode, origin: Origin): boolean {
  if (SAFE.has(origin)) return true;
  const text = module.text.slice(node.from, Math.min(node.to, node.from + 200));
  if (PLACEHOLDERS.test(text.slice(0, 40)) || JOINED_PLACEHOLDERS.test(text)) return true;
  if (joinsNumbers(module, node, text)) return true;
  // Only numbers and dates can be subtracted, multiplied and divided.
  if (node.name === "BinaryExpression" && /[\w)\]] (?:-|\*|\/|\/\/|\*\*) [\w([]/.test(text)) return true;
  return isChecked(module, node, text) || (origin === "parameter" && isGivenLiterals(module, node, text));
}

/** A parameter of a function that only its own module calls, each time with a string of the code. */
function isGivenLiterals(module: PythonModule, node: SyntaxNode, text: string): boolean {
  const scope = module.functionAt(module.lineAt(node.from));
  if (!scope?.name.startsWith("_") || scope.className !== undefined || !/^\w{1,60}$/.test(text)) return false;
  const parameters = scope.header.slice(scope.header.indexOf("(") + 1).split(",");
  const position = parameters.findIndex((one) => /^\s{0,80}(\w{1,60})/.exec(one)?.[1] === text);
  const calls = module.calls.filter(({ text: callee }) => callee === scope.name);
  return (
    position !== -1 &&
    calls.length > 0 &&
    calls.every((call) => argument(call, text, position)?.type === "String")
  );
}

const JOINED =
  /^["'],\s?["']\.join\(\s{0,20}(?:map\(\s{0,4}str\s{0,4},|str\((\w{1,40})\)\s{1,4}for\s{1,4}\1\s{1,4}in)\s{1,20}(\w{1,60})\s{0,20}\)/;

/** `", ".join(str(x) for x in ids)` of a list that was made of numbers before: `ids = [int(x) for x in ids]`. */
function joinsNumbers(module: PythonModule, node: SyntaxNode, text: string): boolean {
  const list = JOINED.exec(text)?.[2];
  if (list === undefined) return false;
  const before = module.text.slice(Math.max(0, node.from - 4_000), node.from);
  return new RegExp(`(?<![\\w.])${list}\\s{0,4}=\\s{0,4}\\[\\s{0,20}int\\(`).test(before);
}

/** The code before has looked at the value: it is one of a list, has a form, is a number, holds no quotes. */
function isChecked(module: PythonModule, node: SyntaxNode, text: string): boolean {
  const name = /^(?:str\()?([A-Za-z_]\w{0,60})\)?$/.exec(text)?.[1];
  if (name === undefined) return false;
  const lineStart = module.text.lastIndexOf("\n", node.from) + 1;
  const scope = module.functionAt(module.lineAt(node.from));
  if (!scope) return false;
  const before = module.text.slice(Math.max(scope.statement.start, lineStart - 4_000), lineStart);
  const listed = `(?<![\\w.])${name}(?:\\.\\w{1,10}\\(\\))?\\s{1,4}(?:not\\s{1,4}in\\s{1,4}(?!\\()[\\w.]|(?:not\\s{1,4})?in\\s{1,4}(?:[[({]\\s{0,40}["'\\d]|(?:self\\.|cls\\.)?_?[A-Z][A-Z_\\d]{2}|\\w{0,20}(?:allowed|valid|known|permitted|whitelist|safe)))`;
  const formed = `match\\((?:[^()]{1,120},\\s{0,4})?${name}\\)|(?<![\\w.])${name}\\.is(?:identifier|alnum|digit|decimal|numeric|alpha)\\(|["']['"]["']\\s{1,4}not\\s{1,4}in\\s{1,4}${name}\\b|isinstance\\(\\s{0,4}${name}\\s{0,4},\\s{0,4}\\(?(?:int|float|datetime|date|UUID|\\w{0,40}Enum)\\b`;
  const made = `(?<![\\w.])${name}\\s{0,4}=\\s{0,4}(?:int|float|UUID|uuid\\.UUID|\\w{0,40}(?:quote|escape|sanitize)\\w{0,30})\\(`;
  return new RegExp(`${listed}|${formed}|${made}`).test(before);
}

/** An expression or column on the right side of a comparison, by its name. */
const NAMES_COLUMN = /col(?:s|umns?|_)|fields?\b|alias|ident|expr|clause/i;

function judgePiece(origin: Origin, place: Place, name: string, defines: boolean): SqlVerdict {
  if (place === "placeholder") return SAFE_PIECE;
  if (place === "text" || (place === "value" && !NAMES_COLUMN.test(name))) {
    const why = `the value ${name} stands in the text`;
    // A definition takes no parameters, so that its values can only be put in.
    if (defines && origin !== "outside" && origin !== "argument")
      return { verdict: "doubtful", why: `${why} of a statement that takes no parameters` };
    return FOREIGN.has(origin) ? { verdict: "value", why } : { verdict: "value", why, unseen: true };
  }
  if (origin === "outside")
    return { verdict: "value", why: `${name} comes from outside and stands in the text` };
  if (place === "quoted-name")
    return GIVEN.has(origin)
      ? { verdict: "doubtful", why: `the name ${name} is quoted by hand, and a quote in it ends it` }
      : { verdict: "safe", why: `puts in the quoted name ${name}` };
  if (place === "name" || place === "value")
    return { verdict: "doubtful", why: `the name ${name} is put in without quoting` };
  if (!GIVEN.has(origin)) return { verdict: "safe", why: `puts in the part ${name}` };
  const part = place === "number" ? "number of rows" : "part";
  return { verdict: "doubtful", why: `the ${part} ${name}, which a caller gives, stands in the text` };
}

type Place = "text" | "value" | "number" | "name" | "quoted-name" | "fragment" | "placeholder";

const AFTER_NAME_WORD =
  /(?:from|join|into|update|table|index|view|database|schema|exists|on|user|role|column|only|truncate|by|desc|asc|distinct|select|as|collate|sequence|trigger|extension)\s?["`[]?$/i;
const AFTER_OPERATOR =
  /(?:=|<|>|\b(?:like|ilike|between|interval|infile|then|else|regexp|rlike|glob|match)|\b(?:in|values|against) ?\()\s?$/i;
const IN_LIST = /\b(?:values|in) ?\([^)]{0,100},\s?$|\bbetween\b[^()]{0,60}\band\s?$/i;
/** MySQL and SQLite take double quotes after an operator for a string. */
const IN_DOUBLE_QUOTES = /(?:=|<|>|\b(?:like|glob|regexp)|\bin ?\()\s?"%?$/i;
/** `SET {column} = ?`, `WHERE {column} LIKE ?`: the left side of a comparison. */
const BEFORE_COMPARISON = /\b(?:set|where|and|or|having|when)\s$/i;
const COMPARES = /^\s?(?:=|<|>|!=|(?:not\s|i?like\b|in\b|is\b|between\b))/i;
/** Where the database keeps the names of what it holds: values there are names. */
const CATALOGUE =
  /\b(?:information_schema|sqlite_master|sqlite_schema|pg_catalog|pg_(?:class|tables|indexes|namespace|database|stat_activity|constraint)|sys\.\w{1,40}|(?:all|user|dba)_(?:tables|tab_columns|indexes|sequences)|svv_\w{1,30})\b/i;
/** A string that names a file or a table. */
const NAMED_IN_QUOTES =
  /\b(?:from|join|into|describe|table_info\(|pg_get_serial_sequence\(|to_regclass\(|object_id\(|nextval\(|currval\(|read_\w{1,20}\(\[?|\w{1,20}_scan\()\s?'$/i;

/**
 * What a mark stands for: a value inside or outside of quotes, a number of rows, a name (table, column), a whole part
 * of the statement, the name of a placeholder.
 */
function placeOf(template: string, at: number, catalogue: boolean): Place {
  const before = template.slice(Math.max(0, at - 120), at).replace(/\s+/g, " ");
  const after = template.slice(at + 1, at + 40);
  if (/(?<![:\w]):$|%\($|(?<!\w)@$|\$$/.test(before)) return "placeholder";
  if (insideQuotes(template, at)) return catalogue || NAMED_IN_QUOTES.test(before) ? "name" : "text";
  if (IN_DOUBLE_QUOTES.test(before) && !/^"\s?[.\]]/.test(after)) return "text";
  if (/\b(?:limit|offset|top) \(?$/i.test(before)) return "number";
  if (isQuoted(before, after)) return "quoted-name";
  if (AFTER_NAME_WORD.test(before) || /[.[`"]$/.test(before) || /^[.\]`"]/.test(after)) return "name";
  if (BEFORE_COMPARISON.test(before) && COMPARES.test(after)) return "name";
  if (!AFTER_OPERATOR.test(before) && !IN_LIST.test(before)) return "fragment";
  return catalogue ? "name" : "value";
}

const CLOSES: Readonly<Record<string, string>> = { '"': '"', "`": "`", "[": "]" };
const isQuoted = (before: string, after: string): boolean => {
  const close = CLOSES[before.at(-1) ?? ""];
  return close !== undefined && after.startsWith(close);
};

const insideQuotes = (template: string, at: number): boolean =>
  template.slice(Math.max(0, at - 2_000), at).split("'").length % 2 === 0;
