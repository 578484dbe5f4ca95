/** Database migrations of the project, and whether each can be taken back. */
import { isIncidental } from "./delivery/script.ts";
import { findLine } from "./files.ts";
import type { Place } from "./manifests/types.ts";
import type { Project } from "./project.ts";
import { type CallArgument, outermostCalls } from "./python/arguments.ts";
import type { FunctionOutline } from "./python/functions.ts";
import type { PythonModule } from "./python/module.ts";

export interface Migration extends Place {
  tool: "Alembic" | "Django" | "South" | "Aerich" | "Peewee" | "yoyo" | "SQL";
  /**
   * `generated`: it holds only operations that the tool itself can reverse. `reversible`, `irreversible`: the way back
   * is written by hand, or is missing. `empty`: it changes nothing (a merge of two branches).
   */
  state: "generated" | "reversible" | "irreversible" | "empty";
  /** What was seen at the place. */
  note: string;
}

const known = new WeakMap<Project, readonly Migration[]>();

/** One entry a migration. Those of tests, examples and project templates are left out. */
export function findMigrations(project: Project): readonly Migration[] {
  const found = known.get(project);
  if (found) return found;
  const migrations = [
    ...project.modules.flatMap((module) =>
      isCandidate(module) && !isIncidental(module.path, project.root) ? readMigration(module) : [],
    ),
    ...readSqlMigrations(project),
  ];
  known.set(project, migrations);
  return migrations;
}

const isCandidate = ({ role, path, notebook }: PythonModule): boolean =>
  !notebook && (role === "migration" || (role === "source" && /migrat|alembic|versions\//i.test(path)));

function readMigration(module: PythonModule): Migration[] {
  const { code, functions } = module;
  const named = (...names: string[]) => functions.find(({ name, nested }) => !nested && names.includes(name));
  if (/^revision\b[^\n=]{0,40}=/m.test(code) && named("upgrade"))
    return [backOf(module, "Alembic", named("upgrade"), named("downgrade"), "downgrade")];
  if (/\(\s{0,4}(?:\w{1,20}\.)?(?:Schema|Data)Migration\s{0,4}\)/.test(code) && named("forwards"))
    return [backOf(module, "South", named("forwards"), named("backwards"), "backwards")];
  if (/^async def upgrade\b/m.test(code))
    return [backOf(module, "Aerich", named("upgrade"), named("downgrade"), "downgrade")];
  if (module.importsPackage("peewee_migrate") || /^def migrate\(migrator\b/m.test(code))
    return named("migrate")
      ? [backOf(module, "Peewee", named("migrate"), named("rollback"), "rollback")]
      : [];
  if (module.importsPackage("yoyo")) return readYoyo(module);
  if (/^class Migration\b/m.test(code) && /^\s{1,8}operations\b/m.test(code)) return [readDjango(module)];
  return [];
}

/** A way back that is a function of the migration. */
function backOf(
  module: PythonModule,
  tool: Migration["tool"],
  forth: FunctionOutline | undefined,
  back: FunctionOutline | undefined,
  name: string,
): Migration {
  const { path } = module;
  const line = (back ?? forth)?.line ?? 1;
  const isEmpty = (one: FunctionOutline) =>
    tool === "Aerich" ? returnsNothing(module, one) : doesNothing(one);
  if (forth && isEmpty(forth)) return { path, line, tool, state: "empty", note: "changes nothing" };
  const state = "irreversible";
  if (!back) return { path, line, tool, state, note: `no ${name}` };
  if (isEmpty(back)) return { path, line, tool, state, note: `${name} does nothing` };
  if (/^\s*(?:(?:"""\s*"""|'''\s*''')\s*)?raise\b/.test(back.body))
    return { path, line, tool, state, note: `${name} refuses` };
  return { path, line, tool, state: "reversible", note: name };
}

/** Nothing but docstrings, `pass`, `...` and bare returns; comments are blanked already. */
const doesNothing = ({ body }: FunctionOutline): boolean =>
  body
    .replace(
      /"""[\s"]{0,100000}?"""|'''[\s']{0,100000}?'''|"\s{0,2000}"|'\s{0,2000}'|\.\.\.|\bpass\b|\breturn(?: None)?$/gm,
      "",
    )
    .trim() === "";

/** Aerich's functions return SQL. */
function returnsNothing({ text }: PythonModule, { line, endLine }: FunctionOutline): boolean {
  const lines = text.split("\n").slice(line, endLine).join("\n");
  return lines.replace(/\breturn\b|["'\s]|^\s{0,8}pass$/gm, "") === "";
}

const DATA_OPERATION = /\bRun(Python|SQL)\s{0,4}\(/g;
const STEP = /(?<!\w|\bdef )step\s{0,4}\(/g;

interface Operation {
  name: string;
  line: number;
  /** Nothing in the call leads back. */
  oneWay: boolean;
}

function readOperations(
  module: PythonModule,
  calls: RegExp,
  leadsBack: (args: readonly CallArgument[], name: string) => boolean,
): Operation[] {
  const { code } = module;
  const found = [...code.matchAll(calls)].map(({ 0: text, 1: name = "", index }) => ({
    name,
    index,
    open: index + text.length - 1,
  }));
  return outermostCalls(module, found).map(({ name, index, args, end }) => {
    // What is passed on from elsewhere, and a call too long to read to its end, may hold the way back.
    const unseen = code[end] !== ")" || args.some((one) => one.code.startsWith("*"));
    return { name, line: module.lineAt(index), oneWay: !leadsBack(args, name) && !unseen };
  });
}

/** The value of a keyword, or of the second positional argument. */
function secondArgument(args: readonly CallArgument[], keyword: string): CallArgument | undefined {
  const second = args.slice(0, 2).every((one) => one.name === undefined && !one.code.startsWith("*"))
    ? args[1]
    : undefined;
  return args.find((one) => one.name === keyword) ?? second;
}

function readDjango(module: PythonModule): Migration {
  const at = { path: module.path, tool: "Django" as const };
  const operations = readOperations(module, DATA_OPERATION, (args, name) => {
    const reverse = secondArgument(args, name === "Python" ? "reverse_code" : "reverse_sql");
    return reverse !== undefined && reverse.code !== "None";
  });
  const shown = operations.find(({ oneWay }) => oneWay) ?? operations[0];
  if (!shown) return { ...at, line: 1, state: "generated", note: "operations that Django reverses" };
  const { name, line, oneWay } = shown;
  return oneWay
    ? { ...at, line, state: "irreversible", note: `Run${name} without a reverse` }
    : { ...at, line, state: "reversible", note: `Run${name} with its reverse` };
}

/** `step("CREATE …", "DROP …")` */
function readYoyo(module: PythonModule): Migration[] {
  const steps = readOperations(module, STEP, (args) => secondArgument(args, "rollback") !== undefined);
  const shown = steps.find(({ oneWay }) => oneWay) ?? steps[0];
  if (!shown) return [];
  const state = shown.oneWay ? "irreversible" : "reversible";
  const note = shown.oneWay ? "step without a rollback" : "step with its rollback";
  return [{ path: module.path, line: shown.line, tool: "yoyo", state, note }];
}

const SQL_FOLDER = /(?:^|\/)(?:\w{0,30}migrations?|migrate|versions|deploy|revert)\/[^\n]{0,200}\.sql$/i;

/** Plain SQL: `x.up.sql` with `x.down.sql`, `x.rollback.sql`, Flyway's `V1__x.sql` with `U1__x.sql`, dbmate and goose. */
function readSqlMigrations({ files, root }: Project): Migration[] {
  return files.paths.flatMap((path): Migration[] => {
    if (!SQL_FOLDER.test(path) || isIncidental(path, root)) return [];
    const at = { path, tool: "SQL" as const };
    const paired = backPath(path);
    if (paired !== undefined) {
      const has = files.has(paired);
      const name = paired.slice(paired.lastIndexOf("/") + 1);
      return [
        { ...at, line: 1, state: has ? "reversible" : "irreversible", note: has ? name : `no ${name}` },
      ];
    }
    const text = files.text(path) ?? "";
    if (!/^--\s{0,4}(?:migrate:up|\+goose up)/im.test(text))
      return isNumbered(path) ? [readNumbered(files, path, text)] : [];
    const down = findLine(text, /^--\s{0,4}(?:migrate:down|\+goose down)[^\n]{0,100}\n[\s\S]{0,400}?\w/im);
    return [
      down === undefined
        ? { ...at, line: 1, state: "irreversible", note: "no down part" }
        : { ...at, line: down, state: "reversible", note: "down part" },
    ];
  });
}

/** `migrations/004_create_orders.sql`, run in the order of their numbers; ORMs of frontends write such files, too. */
const isNumbered = (path: string): boolean =>
  /(?:^|\/)migrations?\/\d{1,14}[_-][^/]{1,200}\.sql$/i.test(path) &&
  !/(?:^|\/)(?:supabase|prisma|drizzle|node_modules|frontend)\/|\.(?:down|rollback|undo)\.sql$/i.test(path);

function readNumbered(files: Project["files"], path: string, text: string): Migration {
  const at = { path, tool: "SQL" as const };
  const back = ["down", "rollback", "undo"]
    .map((name) => path.replace(/\.sql$/i, `.${name}.sql`))
    .find((one) => files.has(one));
  if (back !== undefined)
    return { ...at, line: 1, state: "reversible", note: back.slice(back.lastIndexOf("/") + 1) };
  const down = findLine(text, /^--\s{0,4}(?:rollback|undo|down)\b/im);
  return down === undefined
    ? { ...at, line: 1, state: "irreversible", note: "no SQL that leads back" }
    : { ...at, line: down, state: "reversible", note: "down part" };
}

/** The file that takes a migration back, `undefined` where a name asks for none. */
function backPath(path: string): string | undefined {
  if (/\.up\.sql$/i.test(path)) return path.replace(/\.up(\.sql)$/i, ".down$1");
  const flyway = /^((?:.{0,300}\/)?)V(\d[\w.]{0,40}__[^/]{1,200}\.sql)$/.exec(path);
  return flyway ? `${flyway[1]}U${flyway[2]}` : undefined;
}
