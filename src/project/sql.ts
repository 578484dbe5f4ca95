/** SQL in Python code: which statements are put together from values, each judged by what stands where. */
import type { Project } from "./project.ts";
import type { Call } from "./python/calls.ts";
import type { PythonModule } from "./python/module.ts";
import type { Origin } from "./python/origin.ts";
import { type Piece, piecesOf } from "./python/pieces.ts";
import { lineCounter, type SyntaxNode, visit } from "./python/tree.ts";

export interface SqlString {
  module: PythonModule;
  line: number;
  /**
   * `value`: a value that is none of the code's own is put into the text. `doubtful`: a value whose origin cannot be
   * seen, or a name (table, column) from elsewhere. `safe`: constants, numbers, quoted names, placeholders.
   */
  verdict: "value" | "doubtful" | "safe";
  why: string;
}

export interface SqlUse {
  strings: readonly SqlString[];
  /** The first place that talks to a database at all. */
  database: { module: PythonModule; line: number; name: string } | undefined;
}

/** Packages that talk SQL. */
const DATABASES = [
  "sqlite3",
  "sqlalchemy",
  "sqlmodel",
  "flask_sqlalchemy",
  "django.db",
  "psycopg2",
  "psycopg",
  "asyncpg",
  "aiosqlite",
  "pymysql",
  "MySQLdb",
  "mysql.connector",
  "aiomysql",
  "asyncmy",
  "cx_Oracle",
  "oracledb",
  "pyodbc",
  "duckdb",
  "peewee",
  "tortoise",
  "pony",
  "databases",
  "records",
  "dataset",
  "clickhouse_driver",
  "clickhouse_connect",
  "snowflake.connector",
  "google.cloud.bigquery",
  "trino",
  "pyhive",
  "advanced_alchemy",
  "piccolo",
  "ormar",
  "edgedb",
  "cassandra",
];

/** Calls that are given SQL. */
const EXECUTES =
  /(?:^|\.)(?:execute|executemany|executescript|exec_driver_sql|mogrify|read_sql|read_sql_query|RawSQL|raw|extra|sql|fetch|fetchrow|fetchval|fetchall|fetch_all|fetch_one|fetch_val|iterate|scalar|scalars|run_query|queryBuilder)$/;
const EXECUTES_TEXT =
  /(?:\.(?:execute|executemany|executescript|exec_driver_sql|mogrify|read_sql(?:_query)?|raw|extra|sql|fetch\w{0,5}|fetch_\w{3}|iterate)|(?<![\w.])(?:text|RawSQL|read_sql))\(\s{0,80}(?!\s|[\w.]{0,60}\)|["'][^"'\n]{0,400}["']\s{0,20}[,)])/;
const STATEMENT =
  /\b(?:select\b[^;]{0,4000}?\bfrom\b|insert\s{1,20}(?:or\s{1,20}\w{1,10}\s{1,20})?into\b|update\b[^;]{1,400}?\bset\b|delete\s{1,20}from\b|replace\s{1,20}into\b|merge\s{1,20}into\b|(?:create|drop|alter|truncate|grant|revoke)\s{1,20}(?:or\s{1,20}replace\s{1,20})?(?:table|index|view|database|schema|user|role|all|select|trigger|extension|materialized)\b|where\b[^;]{0,400}?[=<>]|load\s{1,20}data\b|call\s{1,20}\w|exec(?:ute)?\s{1,20}\w|show\s{1,20}tables)/i;

const known = new WeakMap<Project, SqlUse>();

export function findSql(project: Project): SqlUse {
  const cached = known.get(project);
  if (cached) return cached;
  const strings = project.source.flatMap((module) => readModule(module));
  const use = { strings, database: findDatabase(project) };
  known.set(project, use);
  return use;
}

function findDatabase(project: Project): SqlUse["database"] {
  for (const module of project.source) {
    for (const { module: name, level, names, line } of module.imports) {
      if (level > 0) continue;
      const found = DATABASES.find(
        (one) =>
          name === one || name.startsWith(`${one}.`) || names.some((each) => `${name}.${each.name}` === one),
      );
      if (found && !project.firstParty.has(found)) return { module, line, name: found };
    }
  }
  return undefined;
}

function readModule(module: PythonModule): SqlString[] {
  const flagged = new Set(module.diagnostics("S608").map(({ line }) => line));
  if (
    flagged.size === 0 &&
    !(EXECUTES_TEXT.test(module.text) && /%|\+|\.format\(|(?<!\w)f["']/.test(module.text))
  )
    return [];
  const found = new Map<number, SqlString>();
  const lineOf = lineCounter(module.text);
  const add = (node: SyntaxNode, sure: boolean): void => {
    const line = lineOf(node.from);
    const judged = judge(module, piecesOf(module, node), sure, line);
    const before = found.get(line);
    if (judged && (!before || RANK[judged.verdict] < RANK[before.verdict])) found.set(line, judged);
  };
  for (const call of module.calls) for (const node of statementsOf(call)) add(node, true);
  if (flagged.size > 0) {
    const build = (node: SyntaxNode): false | undefined => {
      if (!flagged.has(lineOf(node.from))) return undefined;
      add(node, false);
      return false;
    };
    visit(module.tree, {
      FormatString: build,
      BinaryExpression: build,
      ContinuedString: build,
      CallExpression: (node) => (isFormat(node, module) ? build(node) : undefined),
    });
  }
  return [...found.values()].filter(({ line }) => !isCompiler(module, line));
}

/** Most telling first. */
export const RANK = { value: 0, doubtful: 1, safe: 2 } as const;

const isFormat = (node: SyntaxNode, { text }: PythonModule): boolean =>
  /\.format$/.test(text.slice(node.firstChild?.from, node.firstChild?.to).slice(-8));

/** Parts of a query compiler get SQL that is already compiled, with its values apart (Django's `as_sql`). */
const isCompiler = (module: PythonModule, line: number): boolean =>
  /^(?:as_\w{2,20}|process_[lr]hs|visit_\w{1,40}|compile\w{0,40}|get_sql)$/.test(
    module.functionAt(line)?.name ?? "",
  );

/** The arguments of a call that are SQL. */
function statementsOf({ callee, args }: Call): SyntaxNode[] {
  const text = /(?:^|\.)text$/.test(callee) && /sqlalchemy|sqlmodel/.test(callee);
  if (!text && !EXECUTES.test(callee)) return [];
  if (/\.extra$/.test(callee))
    return args
      .filter(({ name }) => /^(?:where|select|tables)$/.test(name ?? ""))
      .flatMap(({ node }) => parts(node));
  const [first] = args;
  return first && first.star === undefined && first.name !== "params" ? [first.node] : [];
}

/** Strings inside a list or dictionary. */
function parts(node: SyntaxNode): SyntaxNode[] {
  const found: SyntaxNode[] = [];
  visit(node, {
    FormatString: (one) => void found.push(one),
    BinaryExpression: (one) => void found.push(one),
    CallExpression: (one) => void found.push(one),
  });
  return found;
}

const MARK = "\u0001";
const SAFE: ReadonlySet<Origin> = new Set<Origin>(["literal", "number", "quoted", "constant"]);
const FOREIGN: ReadonlySet<Origin> = new Set<Origin>(["file", "parameter", "argument", "outside"]);

function judge(
  module: PythonModule,
  pieces: readonly Piece[],
  sure: boolean,
  line: number,
): SqlString | undefined {
  const template = pieces.map((piece) => ("text" in piece ? piece.text : MARK)).join("");
  const dynamic = pieces.filter((piece) => "node" in piece);
  const sql =
    STATEMENT.test(template) ||
    (sure && /^\s{0,80}(?:select|insert|update|delete|with|create|drop|alter)\b/i.test(template));
  if (!sql) return undefined;
  let worst: Pick<SqlString, "verdict" | "why"> = {
    verdict: "safe",
    why: dynamic.length === 0 ? "a constant" : "puts in constants only",
  };
  let at = -1;
  for (const piece of dynamic) {
    at = template.indexOf(MARK, at + 1);
    const name = module.text.slice(piece.node.from, piece.node.to).slice(0, 40).replace(/\s+/g, " ");
    const one = judgePiece(piece.origin, placeOf(template, at), name);
    if (RANK[one.verdict] < RANK[worst.verdict]) worst = one;
  }
  return { module, line, ...worst };
}

function judgePiece(origin: Origin, place: Place, name: string): Pick<SqlString, "verdict" | "why"> {
  if (SAFE.has(origin) || place === "placeholder") return { verdict: "safe", why: "puts in constants only" };
  if (/^(?:",\s?"|",".{0,4})?\.?join|placeholder|\bbinds?\b|qmarks?|question_marks|param_?marks/i.test(name))
    return { verdict: "safe", why: "puts in a list of placeholders" };
  if (place === "value") {
    return FOREIGN.has(origin)
      ? { verdict: "value", why: `the value ${name} stands in the text` }
      : { verdict: "doubtful", why: `the value ${name}, whose origin cannot be seen, stands in the text` };
  }
  if (origin === "outside")
    return { verdict: "value", why: `${name} comes from outside and stands in the text` };
  return place === "name"
    ? { verdict: "doubtful", why: `the name ${name} is put in without quoting` }
    : { verdict: "safe", why: `puts in the part ${name}` };
}

type Place = "value" | "name" | "fragment" | "placeholder";

const AFTER_NAME_WORD =
  /(?:from|join|into|update|table|index|view|database|schema|exists|on|user|role|column|only|truncate|by|desc|asc|distinct|select|as|collate|sequence|trigger|extension)\s?["`[]?$/i;
const AFTER_OPERATOR =
  /(?:=|<|>|\b(?:like|ilike|between|limit|offset|interval|infile|then|else|regexp|rlike|glob|match)|\b(?:in|values|against) ?\()\s?$/i;
const IN_LIST = /\b(?:values|in) ?\([^)]{0,100},\s?$|\bbetween\b[^()]{0,60}\band\s?$/i;

/** What a mark in a statement stands for: a value, a name (table, column), a whole part, the name of a placeholder. */
function placeOf(template: string, at: number): Place {
  const before = template.slice(Math.max(0, at - 120), at).replace(/\s+/g, " ");
  const after = template.slice(at + 1, at + 40);
  if (/(?<![:\w]):$|%\($|(?<!\w)@$|\$$/.test(before)) return "placeholder";
  if (insideLiteral(template, at)) return "value";
  if (AFTER_NAME_WORD.test(before) || /[.[`"]$/.test(before) || /^[.\]`"]/.test(after)) return "name";
  return AFTER_OPERATOR.test(before) || IN_LIST.test(before) ? "value" : "fragment";
}

/** Between the quotes of an SQL string. */
const insideLiteral = (template: string, at: number): boolean =>
  template.slice(Math.max(0, at - 2_000), at).split("'").length % 2 === 0;
