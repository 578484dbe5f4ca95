/** Databases that a framework connects to by its settings, and engines of SQLAlchemy: which driver bounds the wait. */
import type { ExternalCall } from "../external-calls.ts";
import { laterSettings } from "../later-settings.ts";
import type { Project } from "../project.ts";
import type { CallSite } from "../python/call-sites.ts";
import type { PythonModule } from "../python/module.ts";
import { findOutsideComments, withoutComments } from "../python/outside-comments.ts";
import { namesBy } from "../remember.ts";
import type { Bound } from "./bounds.ts";
import { namesTimeout } from "./written-dictionaries.ts";

/** What a driver does where nothing is said; `undefined` for one that waits without end. */
const DRIVERS: readonly (readonly [distribution: string, mark: RegExp, byDefault: string | undefined])[] = [
  ["asyncpg", /\basyncpg\b/, "asyncpg's default of 60 seconds to connect"],
  ["pymysql", /\bpymysql\b/, "PyMySQL's default of 10 seconds to connect"],
  ["mysql-connector-python", /\bmysqlconnector\b/, "MySQL Connector's default of 10 seconds to connect"],
  ["oracledb", /\boracledb\b/, "oracledb's default of 20 seconds to connect"],
  ["psycopg", /\bpsycopg\b/, "psycopg's default of 130 seconds to connect"],
  ["psycopg2", /\bpsycopg2\b/, undefined],
  ["psycopg2-binary", /\bpsycopg2\b/, undefined],
  ["mysqlclient", /\bmysqldb\b/, undefined],
  ["aiomysql", /\baiomysql\b/, undefined],
  ["cx-oracle", /\bcx_oracle\b/, undefined],
  ["pyodbc", /\bpyodbc\b/, undefined],
  ["pg8000", /\bpg8000\b/, undefined],
];

const TIME = /(?:connect|statement|command|read|write|lock|pool|socket|login)_?timeout|\btimeout\b/i;

/** How the drivers that the project declares bound the wait; `undefined` where it declares none for a network. */
function declaredDriver(project: Project, only = /./): { how: string | undefined } | undefined {
  const declared = DRIVERS.filter(
    ([name]) =>
      only.test(name) &&
      project.manifests.named(name).some(({ group }) => group !== "dev" && group !== "build"),
  );
  if (declared.length === 0) return undefined;
  const waiting = declared.find(([, , byDefault]) => byDefault === undefined);
  return { how: waiting ? undefined : declared[0]?.[2] };
}

function bySays(how: string | undefined): Bound {
  return how === undefined
    ? { bounded: "no", how: "no time-out, and the driver has none by default" }
    : { bounded: "yes", how };
}

const GIVEN_URL =
  /(?<!\w)([A-Za-z_]\w{2,60})\s?(?::\s?\w{1,20}\s?)?=\s?\(?\s{0,40}f?["']([a-z0-9+]{3,40}):\/\//g;
const urlsOf = new WeakMap<Project, ReadonlyMap<string, string>>();

/** The URL that the project gives to a name, in quotes, where it is written in the code. */
function writtenUrl(project: Project, given: string): string | undefined {
  const name = /^(?:[\w.]{0,80}\.)?([A-Za-z_]\w{2,60})(?:\.format\(.{0,400})?$/s.exec(given)?.[1];
  if (name === undefined) return undefined;
  const urls = urlsOf.get(project) ?? readUrls(project);
  urlsOf.set(project, urls);
  return urls.get(name);
}

function readUrls({ source }: Project): ReadonlyMap<string, string> {
  const urls = new Map<string, string>();
  for (const { text } of source) {
    if (!text.includes("://")) continue;
    for (const [, name = "", scheme = ""] of text.matchAll(GIVEN_URL))
      if (!urls.has(name)) urls.set(name, `"${scheme}://"`);
  }
  return urls;
}

/** Names that are given something with a time-out. */
const toldTimeouts = namesBy("text", /\b(?=(\w{1,80})\b[^\n=]{0,20}=[^\n]{0,400}timeout)/gi);

/** An engine of SQLAlchemy; `undefined` where it is embedded. */
export function judgeEngine(
  project: Project,
  module: PythonModule,
  call: CallSite,
  bound: Bound,
): Bound | undefined {
  const text = module.text.slice(call.start, call.end).slice(0, 4_000);
  const given = call.args[0]?.text ?? "";
  const first = writtenUrl(project, given) ?? given;
  if (/sqlite|duckdb/i.test(first)) return undefined;
  if (bound.bounded === "yes") return bound;
  const passed = call.args.find(({ name }) => name === "connect_args")?.text;
  if (TIME.test(text.replace(given, ""))) return { bounded: "yes", how: "a time-out among its arguments" };
  if (passed !== undefined && /^\w+$/.test(passed)) {
    if (toldTimeouts(module).has(passed)) return { bounded: "yes", how: `a time-out in ${passed}` };
    if (namesTimeout(project.source, module, passed) !== false)
      return { bounded: "unknown", how: `what ${passed} holds cannot be seen` };
  }
  if (
    call.args.some(
      ({ star, text }) =>
        star !== undefined &&
        namesTimeout(project.source, module, text.replace(/^\*\*\s{0,4}/, "")) !== false,
    )
  )
    return { bounded: "unknown", how: "its arguments come from elsewhere" };
  const named = DRIVERS.find(([, mark]) => mark.test(first.toLowerCase()) && /["']/.test(first));
  if (named) return bySays(named[2]);
  if (/["'](?:postgres|mysql|oracle|mssql)/i.test(first)) return bySays(undefined);
  // Beside an asynchronous driver many projects keep another for their migrations.
  const asynchronous = /async/.test(call.text) ? declaredDriver(project, ASYNCHRONOUS) : undefined;
  const declared = asynchronous ?? declaredDriver(project);
  return declared && bySays(declared.how);
}

const ASYNCHRONOUS = /^(?:asyncpg|aiomysql|psycopg|oracledb)$/;

/** `DATABASES` of Django and `SQLALCHEMY_DATABASE_URI` of Flask, where they name a database on a network. */
export function databaseSettings(project: Project): ExternalCall[] {
  return [...djangoDatabases(project), ...flaskDatabases(project)];
}

const NETWORKED = /postgres|postgis|mysql|mariadb|oracle|mssql|sql_server|cockroach/i;

function djangoDatabases(project: Project): ExternalCall[] {
  return project.source.flatMap((module) => {
    if (!module.mentions("DATABASES") || !/^[ \t]*DATABASES\b/m.test(module.code)) return [];
    const found = module.statements.filter(({ start, end }) =>
      /^\s*DATABASES\b[^=\n]{0,80}=/.test(module.code.slice(start, end)),
    );
    const text = found.map(({ start, end }) => withoutComments(module, start, end)).join("\n");
    const [first] = found;
    if (!first || !isNetworked(project, text)) return [];
    const bounded =
      TIME.test(text) || findOutsideComments(module, /(?:connect|statement)_timeout/) !== undefined;
    const said = bounded
      ? ({ bounded: "yes", how: "a time-out in its options" } as const)
      : bySays(declaredDriver(project)?.how);
    return [{ module, line: first.line, family: "database" as const, callee: "DATABASES", ...said }];
  });
}

/** Engine by name, or a URL from the environment together with a declared driver. */
function isNetworked(project: Project, text: string): boolean {
  if (NETWORKED.test(text)) return true;
  if (/sqlite/i.test(text)) return false;
  return (
    /environ|getenv|\benv\b|\bconfig\(|dj_database_url|parse\(|settings/i.test(text) &&
    declaredDriver(project) !== undefined
  );
}

function flaskDatabases(project: Project): ExternalCall[] {
  if (!project.imports("flask_sqlalchemy") || project.firstParty.has("flask_sqlalchemy")) return [];
  const declared = declaredDriver(project);
  const replaced = laterSettings(project) !== undefined;
  for (const module of project.source) {
    if (!module.text.includes("SQLALCHEMY_DATABASE_URI")) continue;
    const line = module.statements.find(({ start, end }) => {
      const text = module.text.slice(start, end).slice(0, 1_000);
      return (
        /SQLALCHEMY_DATABASE_URI\b["'\]]{0,2}\s?=/.test(text) &&
        (NETWORKED.test(text) ||
          (declared && (replaced || !/sqlite/i.test(text) || /environ|getenv|\benv\b/.test(text))))
      );
    })?.line;
    if (line === undefined) continue;
    const bounded = project.source.some(({ text }) =>
      /SQLALCHEMY_(?:ENGINE_OPTIONS[\s\S]{0,400}timeout|POOL_TIMEOUT)/i.test(text),
    );
    const said = bounded
      ? ({ bounded: "yes", how: "a time-out in the engine's options" } as const)
      : bySays(declared?.how);
    return [{ module, line, family: "database", callee: "SQLALCHEMY_DATABASE_URI", ...said }];
  }
  return [];
}
