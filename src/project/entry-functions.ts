/** Where a program starts: main guards, targets of console scripts, command functions, tasks of a framework. */
import { familyOf } from "./frameworks.ts";
import { mainGuard } from "./main-guard.ts";
import type { Project } from "./project.ts";
import type { PythonModule } from "./python/module.ts";
import { oncePer } from "./remember.ts";

export interface EntryPoint {
  module: PythonModule;
  /** Line of the guard, or of the function. */
  line: number;
  /** Lines of the guard's block and of the functions that it calls: `[first, last]` pairs. */
  blocks: readonly (readonly [number, number])[];
  /** What its functions return becomes the exit status. */
  returns: boolean;
  /** `main guard`, `console script`, `command`, `run by the framework`, `a script`. */
  what: string;
}

const COMMAND = /^(?:[\w.]{1,80}\.)?(?:command|callback|group|default)\b(?!_)/;
const BOTS = /^(?:bot|commands|client|tree|app_commands|slash|discord)\b/;

const known = new WeakMap<object, readonly EntryPoint[]>();

/** Every entry point of the project's own code; those of maintenance scripts only where there are no others. */
export function findEntryPoints(project: Project): readonly EntryPoint[] {
  let entries = known.get(project);
  if (!entries) {
    const all = project.source.flatMap((module) => [
      ...fromGuard(project, module),
      ...fromScripts(project, module),
      ...fromCommands(module),
      ...fromFramework(project, module),
    ]);
    const own = all.filter(({ module }) => module.role !== "script");
    const some = own.length > 0 ? own : all;
    const loose = some.length === 0 && project.kind === "cli" ? project.source.flatMap(fromScript) : [];
    entries = distinct([...some, ...loose]);
    known.set(project, entries);
  }
  return entries;
}

/** Whether any of an entry point's blocks holds a line. */
export const coversLine = oncePer((blocks: EntryPoint["blocks"]) => {
  const merged: [first: number, last: number][] = [];
  for (const [first, last] of blocks.toSorted(([a], [b]) => a - b)) {
    const before = merged.at(-1);
    if (before && first <= before[1]) before[1] = Math.max(before[1], last);
    else merged.push([first, last]);
  }
  return (line: number): boolean => {
    let [low, high] = [0, merged.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (merged[middle]![0] <= line) low = middle + 1;
      else high = middle;
    }
    return low > 0 && line <= merged[low - 1]![1];
  };
});

/** One a module: the guard before the functions it calls, with the blocks of them all. */
const distinct = (entries: readonly EntryPoint[]): EntryPoint[] =>
  [...Map.groupBy(entries, ({ module }) => module).values()].map((all) => ({
    ...all[0]!,
    blocks: all.flatMap(({ blocks }) => blocks),
  }));

function fromGuard({ manifests }: Project, module: PythonModule): EntryPoint[] {
  const line = mainGuard(module);
  if (line === undefined) return [];
  const guard = module.statements.find((one) => one.line === line && one.keyword === "if");
  const blocks = guard ? [[guard.line, guard.blockEnd] as const] : topLevel(module);
  const installed = manifests.metadata.scripts.some(({ target }) => target.split(":")[0] === module.name);
  const returns = installed || /exit\b|\bSystemExit\b|[^=!<>]=(?!=)/.test(codeOf(module, blocks));
  const called = withCalled(module, blocks);
  return [{ module, line: blocks[0]?.[0] ?? line, blocks: called, returns, what: "main guard" }];
}

function codeOf({ code }: PythonModule, blocks: readonly (readonly [number, number])[]): string {
  const lines = code.split("\n");
  return blocks.map(([first, last]) => lines.slice(first - 1, last).join("\n")).join("\n");
}

/** Blocks of a module's top level that are no definitions. */
const topLevel = (module: PythonModule): (readonly [number, number])[] =>
  module.statements
    .filter(({ parent, keyword }) => parent === undefined && !/^(?:def|class|@|import|from)$/.test(keyword))
    .map(({ line, blockEnd }) => [line, blockEnd] as const);

/** The function that an entry point calls as its last act, where it holds a line: whether what it returns becomes the status. */
export function lastCallAt(entry: EntryPoint, line: number): { returns: boolean } | undefined {
  const own = entry.module.functionAt(line)?.name;
  return own === undefined ? undefined : lastCalls(entry).get(own);
}

const LAST_CALL =
  /^\s{0,200}(return\b|(?:sys\.)?exit\(|raise SystemExit\()?\s{0,200}(?:await\s{1,4})?(?:(?:asyncio|anyio|trio)\.run\(\s{0,200})?(\w{1,80})\b(?=[(,)])/;

const lastCalls = oncePer(({ module, blocks }: EntryPoint) => {
  const covers = coversLine(blocks);
  const calls = module.functions
    .filter(({ line, nested }) => !nested && covers(line))
    .flatMap(({ statement }) => {
      const { start = 0, end = 0 } = module.inside(statement).at(-1) ?? {};
      const found = LAST_CALL.exec(module.code.slice(start, Math.min(end, start + 400)));
      return found ? [[found[2] ?? "", { returns: found[1] !== undefined }] as const] : [];
    });
  return new Map(calls);
});

/** What runs code of a pipeline that it loads. */
export const BY_FRAMEWORK = "run by the framework";

/** Code that a pipeline's framework loads and runs. */
function fromFramework(project: Project, module: PythonModule): EntryPoint[] {
  if (project.kind !== "pipeline") return [];
  // Spark runs what is submitted to it: a module with a guard, where there are such.
  if (module.importsPackage("pyspark") && project.source.some((one) => mainGuard(one) !== undefined))
    return [];
  const found = module.imports.find(
    ({ module: name, level }) => level === 0 && familyOf(name.split(".")[0] ?? "") === "pipeline",
  );
  if (!found) return [];
  const blocks = [[1, Number.MAX_SAFE_INTEGER] as const];
  return [{ module, line: found.line, blocks, returns: true, what: BY_FRAMEWORK }];
}

/** A file that does its work when it is run, without a guard. */
function fromScript(module: PythonModule): EntryPoint[] {
  const works = module.statements.find(
    ({ parent, keyword, start, end }) =>
      parent === undefined &&
      (/^(?:for|while|with)$/.test(keyword) ||
        (keyword === "" && /^\s*[\w.]{1,80}\(/.test(module.code.slice(start, Math.min(end, start + 200))))),
  );
  if (!works || module.notebook) return [];
  const blocks = withCalled(module, topLevel(module));
  return [{ module, line: works.line, blocks, returns: true, what: "a script" }];
}

function fromScripts({ manifests }: Project, module: PythonModule): EntryPoint[] {
  return manifests.metadata.scripts.flatMap(({ target }): EntryPoint[] => {
    const [name, attribute = ""] = target.split(":");
    if (name !== module.name) return [];
    const [own] = module.functionsNamed(attribute.trim());
    if (!own) return [];
    const blocks = [[own.line, own.endLine] as const, ...subCommands(module)];
    return [{ module, line: own.line, blocks, returns: true, what: "console script" }];
  });
}

function fromCommands(module: PythonModule): EntryPoint[] {
  if (!["click", "typer", "cyclopts", "cleo"].some((name) => module.importsPackage(name))) return [];
  const commands = module.functions.filter(({ decorators }) =>
    decorators.some(({ text }) => COMMAND.test(text) && !BOTS.test(text)),
  );
  const [first] = commands;
  if (!first) return [];
  return [
    {
      module,
      line: first.line,
      blocks: commands.map((one) => [one.line, one.endLine] as const),
      // click drops what a command returns.
      returns: ["cleo", "cyclopts"].some((name) => module.importsPackage(name)),
      what: "command",
    },
  ];
}

/** The blocks, and the functions of the module that they call. */
function withCalled(
  module: PythonModule,
  blocks: readonly (readonly [number, number])[],
): (readonly [number, number])[] {
  const names = new Set(
    // `main()`, and `fire.Fire(main)`, which calls what it is given.
    [...codeOf(module, blocks).matchAll(/(?<![\w.])(\w{1,80})\(|\bFire\(\s{0,20}(\w{1,80})/g)].flatMap(
      ([, called = "", given = ""]) => [called, given],
    ),
  );
  const called = module.functions
    .filter(({ name, nested, className }) => names.has(name) && !nested && className === undefined)
    .map((one) => [one.line, one.endLine] as const);
  return [...blocks, ...called, ...subCommands(module)];
}

/** Functions of argparse's sub-commands: `show.set_defaults(func=run_show)`. */
const subCommands = oncePer((module: PythonModule): (readonly [number, number])[] =>
  module.mentions("set_defaults")
    ? [...module.code.matchAll(/\bset_defaults\(\s{0,40}\w{1,40}\s?=\s?(\w{1,80})\s{0,40}[,)]/g)]
        .flatMap(([, name = ""]) => module.functionsNamed(name))
        .map(({ line, endLine }) => [line, endLine] as const)
    : [],
);
