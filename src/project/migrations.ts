/** Database migrations of the project, and whether each can be taken back. */
import { isIncidental } from "./delivery/script.ts";
import { findLine } from "./files.ts";
import type { Place } from "./manifests/types.ts";
import type { Project } from "./project.ts";
import { argument, passesOn } from "./python/calls.ts";
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
/** Syntax trees that are built for data migrations at most. */
const MAX_TREES = 300;

/** One entry a migration. Those of tests, examples and project templates are left out. */
export function findMigrations(project: Project): readonly Migration[] {
  const found = known.get(project);
  if (found) return found;
  const budget = { trees: MAX_TREES };
  const migrations = [
    ...project.modules.flatMap((module) =>
      isCandidate(module) && !isIncidental(module.path, project.root) ? readMigration(module, budget) : [],
    ),
    ...readSqlMigrations(project),
  ];
  known.set(project, migrations);
  return migrations;
}

const isCandidate = ({ role, path, notebook }: PythonModule): boolean =>
  !notebook && (role === "migration" || (role === "source" && /migrat|alembic|versions\//i.test(path)));

function readMigration(module: PythonModule, budget: { trees: number }): Migration[] {
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
  if (module.importsPackage("yoyo")) return readYoyo(module, budget);
  if (/^class Migration\b/m.test(code) && /^\s{1,8}operations\b/m.test(code))
    return [readDjango(module, budget)];
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

const DATA_OPERATION = /\bRun(?:Python|SQL)\s{0,4}\(/;

function readDjango(module: PythonModule, budget: { trees: number }): Migration {
  const { path, code } = module;
  const at = { path, tool: "Django" as const };
  if (!DATA_OPERATION.test(code) || budget.trees-- <= 0)
    return { ...at, line: 1, state: "generated", note: "operations that Django reverses" };
  const operations = module.calls.filter(({ callee }) => /(?:^|\.)Run(?:Python|SQL)$/.test(callee));
  const without = operations.find((call) => {
    const isPython = call.callee.endsWith("Python");
    const reverse = argument(call, isPython ? "reverse_code" : "reverse_sql", 1);
    return reverse ? reverse.text === "None" : !passesOn(call);
  });
  const [shown] = without ? [without] : operations;
  if (!shown) return { ...at, line: 1, state: "generated", note: "operations that Django reverses" };
  const name = shown.callee.replace(/^.*\./, "");
  return {
    ...at,
    line: shown.line,
    ...(without
      ? { state: "irreversible", note: `${name} without a reverse` }
      : { state: "reversible", note: `${name} with its reverse` }),
  };
}

/** `step("CREATE …", "DROP …")` */
function readYoyo(module: PythonModule, budget: { trees: number }): Migration[] {
  if (budget.trees-- <= 0) return [];
  const steps = module.calls.filter(({ callee }) => /(?:^|\.)step$/.test(callee));
  const without = steps.find((call) => !argument(call, "rollback", 1) && !passesOn(call));
  const [shown] = without ? [without] : steps;
  if (!shown) return [];
  const state = without ? "irreversible" : "reversible";
  const note = without ? "step without a rollback" : "step with its rollback";
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
    if (!/^--\s{0,4}(?:migrate:up|\+goose up)/im.test(text)) return [];
    const down = findLine(text, /^--\s{0,4}(?:migrate:down|\+goose down)[^\n]{0,100}\n[\s\S]{0,400}?\w/im);
    return [
      down === undefined
        ? { ...at, line: 1, state: "irreversible", note: "no down part" }
        : { ...at, line: down, state: "reversible", note: "down part" },
    ];
  });
}

/** The file that takes a migration back, `undefined` where a name asks for none. */
function backPath(path: string): string | undefined {
  if (/\.up\.sql$/i.test(path)) return path.replace(/\.up(\.sql)$/i, ".down$1");
  const flyway = /^((?:.{0,300}\/)?)V(\d[\w.]{0,40}__[^/]{1,200}\.sql)$/.exec(path);
  return flyway ? `${flyway[1]}U${flyway[2]}` : undefined;
}
