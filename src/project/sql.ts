/** SQL in Python code: the statements it gives to databases, and what they are put together from. */
import { findAirflowCalls } from "./airflow-calls.ts";
import type { Project } from "./project.ts";
import { bindingsOf } from "./python/bindings.ts";
import type { Call } from "./python/calls.ts";
import type { PythonModule } from "./python/module.ts";
import { argumentsOf, originOf } from "./python/origin.ts";
import { piecesOf } from "./python/pieces.ts";
import { lineCounter, type SyntaxNode, visit } from "./python/tree.ts";
import { FOREIGN, judgeSql, RANK, type SqlVerdict } from "./sql-text.ts";

export interface SqlString extends SqlVerdict {
  module: PythonModule;
  line: number;
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

/** Operators, sensors and hooks of Airflow that talk it. */
const SQL_TASK =
  /sql|postgres|oracle|snowflake|redshift|bigquery|(?<!arc)hive|presto|trino|druid|jdbc|odbc|vertica|athena|clickhouse/i;

/** Calls that are given SQL. */
const EXECUTES =
  /(?:^|\.)(?:execute|executemany|executescript|exec_driver_sql|mogrify|read_sql|read_sql_query|RawSQL|raw|extra|sql|fetch|fetchrow|fetchval|fetch_all|fetch_one|fetch_val|iterate|scalar|scalars|run_query)$/;
/** A call that is given something else than one plain literal; looked for before a syntax tree is made. */
const EXECUTES_TEXT =
  /(?:\.(?:execute|executemany|executescript|exec_driver_sql|mogrify|read_sql(?:_query)?|raw|extra|sql|fetch\w{0,5}|fetch_\w{3}|iterate)|(?<![\w.])(?:text|RawSQL|read_sql))\(\s{0,80}(?![\s)]|["'][^"'\n]{0,400}["']\s{0,20}[,)])/;
/** One of them stands in the code wherever that pattern matches. */
const EXECUTES_WORDS =
  "execute executemany executescript exec_driver_sql mogrify read_sql read_sql_query raw extra sql fetch fetchrow fetchone fetchval fetchall iterate text RawSQL".split(
    " ",
  );
const SQL_WORDS =
  /\b(?:select|insert\s{1,4}into|update|delete\s{1,4}from|create|drop|alter|where)\s|\bcall\s{1,4}\w{1,80}\(|\b(?:text|RawSQL|extra|read_text)\(/i;
const BUILDS_STRINGS =
  /["']\s{0,80}[%+]|\+=?\s{0,80}[fr]?["']|\.(?:format|substitute|safe_substitute)\(|(?<!\w)[rR]?[fF]["']/;

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
    const query = module.mentions("pyspark")
      ? /(?<!\w)(?:spark|session|sqlContext)\w{0,20}\.sql\(/.exec(module.code)
      : null;
    if (query && module.importsPackage("pyspark"))
      return { module, line: module.lineAt(query.index), name: "pyspark.sql" };
    const found = DATABASES.find((one) => module.importsPackage(one) && !project.firstParty.has(one));
    if (found) return { module, line: lineOfImport(module, found), name: found };
    const task = findAirflowCalls({ source: [module] }).find(({ name }) => SQL_TASK.test(name));
    if (task) return task;
  }
  return undefined;
}

function lineOfImport({ imports }: PythonModule, wanted: string): number {
  const isWanted = (path: string): boolean => path === wanted || path.startsWith(`${wanted}.`);
  const found = imports.find(
    ({ module, level, names }) =>
      level === 0 && (isWanted(module) || names.some(({ name }) => isWanted(`${module}.${name}`))),
  );
  return found?.line ?? 1;
}

function readModule(module: PythonModule): SqlString[] {
  const { text } = module;
  const flagged = new Set(module.diagnostics("S608").map(({ line }) => line));
  const executes =
    module.mentionsAny(EXECUTES_WORDS) &&
    EXECUTES_TEXT.test(text) &&
    BUILDS_STRINGS.test(text) &&
    SQL_WORDS.test(text);
  if (flagged.size === 0 && !executes) return [];
  const found = new Map<number, SqlString>();
  const lineOf = lineCounter(text);
  const add = (given: SyntaxNode, sure: boolean): void => {
    const node = definitionOf(module, given);
    const line = lineOf(node.from);
    const judged = judgeSql(module, piecesOf(module, node), sure);
    const before = found.get(line);
    if (judged && (!before || RANK[judged.verdict] < RANK[before.verdict]))
      found.set(line, { module, line, ...judged });
  };
  for (const call of module.calls) {
    for (const node of statementsOf(call)) {
      add(node, true);
      const line = lineOf(node.from);
      if (found.has(line)) continue;
      if (isGivenWhole(module, call, node)) found.set(line, { module, line, ...WHOLE });
      else if (isFilled(module, call, node)) found.set(line, { module, line, ...FILLED });
    }
  }
  if (flagged.size > 0) {
    const build = (node: SyntaxNode): false | undefined => {
      if (!flagged.has(lineOf(node.from))) return undefined;
      if (!isSaid(node, module)) add(node, false);
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

/** A console for those who may do anything, or a hole: who is let in cannot be seen. */
const WHOLE: SqlVerdict = { verdict: "doubtful", why: "the whole statement comes from outside" };
const EXECUTES_STATEMENT = /\.(?:execute|executescript|exec_driver_sql)$|(?:^|\.)read_sql(?:_query)?$/;
const isGivenWhole = (module: PythonModule, { callee }: Call, node: SyntaxNode): boolean =>
  node.name === "VariableName" &&
  EXECUTES_STATEMENT.test(callee) &&
  DATABASES.some((one) => module.importsPackage(one)) &&
  originOf(module, node) === "outside";

/** `execute(path.read_text().format(day=day))`: what stands around the value cannot be seen. */
const FILLED: SqlVerdict = { verdict: "doubtful", why: "a text from elsewhere is filled in by format" };
function isFilled(module: PythonModule, { callee }: Call, node: SyntaxNode): boolean {
  const made = definitionOf(module, node);
  return (
    EXECUTES_STATEMENT.test(callee) &&
    made.name === "CallExpression" &&
    isFormat(made, module) &&
    DATABASES.some((one) => module.importsPackage(one)) &&
    argumentsOf(made.getChild("ArgList")).some((one) => FOREIGN.has(originOf(module, one)))
  );
}

/** The arguments of a call that are SQL. */
function statementsOf({ callee, args }: Call): SyntaxNode[] {
  const [first] = args;
  // The SQL of `execute(text(…))` is judged where `text` is called.
  if (!first || (first.type === "CallExpression" && /^(?:\w{1,20}\.)?text\(/.test(first.text))) return [];
  const text = /(?:^|\.)text$/.test(callee) && /sqlalchemy|sqlmodel/.test(callee);
  if (!text && !EXECUTES.test(callee)) return [];
  if (/\.extra$/.test(callee)) {
    const given = args.filter(({ name }) => /^(?:where|select|tables)$/.test(name ?? ""));
    return given.flatMap(({ node }) => partsOf(node));
  }
  return first.star === undefined && first.name !== "params" ? [first.node] : [];
}

/** A name that is bound once to a string stands for that string. */
function definitionOf(module: PythonModule, node: SyntaxNode): SyntaxNode {
  if (node.name !== "VariableName") return node;
  const bindings = bindingsOf(module, module.text.slice(node.from, node.to), node);
  const [only] = bindings;
  const single = only !== undefined && bindings.length === 1 && only.kind === "value";
  return single && /String|Binary|CallExpression|Parenthesized/.test(only.node.name) ? only.node : node;
}

/** Strings inside a list or dictionary. */
function partsOf(node: SyntaxNode): SyntaxNode[] {
  const found: SyntaxNode[] = [];
  const take = (one: SyntaxNode): false => {
    found.push(one);
    return false;
  };
  visit(node, { FormatString: take, BinaryExpression: take, CallExpression: take });
  return found;
}

const isFormat = (node: SyntaxNode, { text }: PythonModule): boolean =>
  node.firstChild?.name === "MemberExpression" &&
  text.slice(node.firstChild.from, node.firstChild.to).endsWith(".format");

/** Parts of a query compiler get SQL that is already compiled, with its values apart (Django's `as_sql`). */
const isCompiler = (module: PythonModule, line: number): boolean =>
  /^(?:as_\w{2,20}|process_[lr]hs|visit_\w{1,40}|compile\w{0,40}|get_sql)$/.test(
    module.functionAt(line)?.name ?? "",
  );

const SAYS =
  /(?:^|\.)(?:print|echo|secho|debug|info|warn|warning|error|exception|critical|log|write|input|confirm|prompt|_|gettext|flash|fail|send|reply|respond)$|(?:Error|Exception|Warning)$/;

/** Given to a person: printed, logged, raised, asked. */
function isSaid(node: SyntaxNode, { text }: PythonModule): boolean {
  const callee = node.parent?.name === "ArgList" ? node.parent.parent?.firstChild : undefined;
  return callee ? SAYS.test(text.slice(callee.from, callee.to)) : false;
}
