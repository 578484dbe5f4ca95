/** Judges the text of a statement that is put together: what stands where in it, and where it comes from. */
import type { PythonModule } from "./python/module.ts";
import type { Origin } from "./python/origin.ts";
import type { Piece } from "./python/pieces.ts";

export interface SqlVerdict {
  /**
   * `value`: a value that is none of the code's own stands in the text. `doubtful`: a value whose origin cannot be
   * seen, or a name (table, column) from elsewhere. `safe`: constants, numbers, quoted names, placeholders.
   */
  verdict: "value" | "doubtful" | "safe";
  why: string;
  /** The value is an attribute of what a caller gives: who sets it cannot be seen. */
  attribute?: true;
}

/** Most telling first. */
export const RANK = { value: 0, doubtful: 1, safe: 2 } as const;

export const CONSTANT = "a constant";
const SAFE_PIECE: SqlVerdict = { verdict: "safe", why: "puts in constants only" };

const STATEMENT =
  /\b(?:select\b[^;]{0,4000}?\bfrom\b|insert\s{1,20}(?:or\s{1,20}\w{1,10}\s{1,20})?into\b|update\b[^;]{1,400}?\bset\b|delete\s{1,20}from\b|replace\s{1,20}into\b|merge\s{1,20}into\b|(?:create|drop|alter|truncate|grant|revoke)\s{1,20}(?:or\s{1,20}replace\s{1,20})?(?:table|index|view|database|schema|user|role|all|select|trigger|extension|materialized)\b|where\b[^;]{0,400}?[=<>]|load\s{1,20}data\b|show\s{1,20}tables)/i;
const BEGINS = /^\s{0,80}(?:select|insert|update|delete|with|create|drop|alter|call|exec)\b/i;

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
  if (!STATEMENT.test(template) && !(sure && BEGINS.test(template))) return undefined;
  const values = pieces.filter((piece) => "node" in piece);
  let worst: SqlVerdict = values.length === 0 ? { verdict: "safe", why: CONSTANT } : SAFE_PIECE;
  let at = -1;
  for (const { node, origin } of values) {
    at = template.indexOf(MARK, at + 1);
    const name = module.text.slice(node.from, Math.min(node.to, node.from + 40)).replace(/\s+/g, " ");
    const one = judgePiece(origin, placeOf(template, at), name);
    if (RANK[one.verdict] < RANK[worst.verdict]) worst = one;
  }
  return worst;
}

const SAFE: ReadonlySet<Origin> = new Set<Origin>(["literal", "number", "quoted", "constant"]);
const FOREIGN: ReadonlySet<Origin> = new Set<Origin>(["file", "parameter", "argument", "outside"]);
const PLACEHOLDERS = /placeholder|\bbinds?\b|\bq?marks?\b|question_marks|param_?marks/i;

function judgePiece(origin: Origin, place: Place, name: string): SqlVerdict {
  if (SAFE.has(origin) || place === "placeholder" || PLACEHOLDERS.test(name)) return SAFE_PIECE;
  if (place === "text" || place === "value") {
    const why = `the value ${name} stands in the text`;
    if (FOREIGN.has(origin)) return { verdict: "value", why };
    return place === "text" && origin === "attribute"
      ? { verdict: "value", why, attribute: true }
      : { verdict: "doubtful", why: `the value ${name}, whose origin cannot be seen, stands in the text` };
  }
  if (origin === "outside")
    return { verdict: "value", why: `${name} comes from outside and stands in the text` };
  if (place === "number")
    return { verdict: "doubtful", why: `the number of rows ${name} stands in the text` };
  return place === "name"
    ? { verdict: "doubtful", why: `the name ${name} is put in without quoting` }
    : { verdict: "safe", why: `puts in the part ${name}` };
}

type Place = "text" | "value" | "number" | "name" | "fragment" | "placeholder";

const AFTER_NAME_WORD =
  /(?:from|join|into|update|table|index|view|database|schema|exists|on|user|role|column|only|truncate|by|desc|asc|distinct|select|as|collate|sequence|trigger|extension)\s?["`[]?$/i;
const AFTER_OPERATOR =
  /(?:=|<|>|\b(?:like|ilike|between|interval|infile|then|else|regexp|rlike|glob|match)|\b(?:in|values|against) ?\()\s?$/i;
const IN_LIST = /\b(?:values|in) ?\([^)]{0,100},\s?$|\bbetween\b[^()]{0,60}\band\s?$/i;

/**
 * What a mark stands for: a value inside or outside of quotes, a number of rows, a name (table, column), a whole part
 * of the statement, the name of a placeholder.
 */
function placeOf(template: string, at: number): Place {
  const before = template.slice(Math.max(0, at - 120), at).replace(/\s+/g, " ");
  const after = template.slice(at + 1, at + 40);
  if (/(?<![:\w]):$|%\($|(?<!\w)@$|\$$/.test(before)) return "placeholder";
  if (insideQuotes(template, at)) return "text";
  if (/\b(?:limit|offset|top) \(?$/i.test(before)) return "number";
  if (AFTER_NAME_WORD.test(before) || /[.[`"]$/.test(before) || /^[.\]`"]/.test(after)) return "name";
  return AFTER_OPERATOR.test(before) || IN_LIST.test(before) ? "value" : "fragment";
}

const insideQuotes = (template: string, at: number): boolean =>
  template.slice(Math.max(0, at - 2_000), at).split("'").length % 2 === 0;
