/** What checks data and messages that code reads: libraries of schemas, tests of data, conditions by hand. */
import type { Evidence } from "../engine/rule.ts";
import type { Project } from "./project.ts";
import type { PythonModule } from "./python/module.ts";

export interface InputPlace {
  /** `model`: a library or framework checks it. `checked`: conditions by hand. `raw`: nothing. */
  guard: "model" | "checked" | "raw";
  evidence: Evidence;
}

/** Consumers of queues and servers of other protocols: the messages that they parse. */
export const readMessages = (project: Project): InputPlace[] =>
  project.source.flatMap((module) =>
    guardedModule(module, /\bjson\.loads\(|\.ParseFromString\(|\bpickle\.loads\(/, project),
  );

const READS_DATA =
  /(?<!\w)(?:pd|pandas|spark|spark\.read|pl|polars|dd)\.(?:read_\w{1,12}|read\b|csv|json|parquet)|\bjson\.loads?\(|\bcsv\.(?:reader|DictReader)\(|\.json\(\)|\bread_csv\(|\bresponse\.(?:css|xpath)\(|\bxmltodict\.parse\(|\b(?:ET|ElementTree|etree)\.(?:parse|iterparse|fromstring)\(|\b(?:gpd|geopandas)\.read_file\(/;

/** Modules that read foreign data or what a run is told, and the checks that stand beside them. */
export function readData(project: Project): InputPlace[] {
  const told = project.source.flatMap(readRunConfiguration);
  const own = project.source.filter(({ role }) => role !== "script");
  const read = (modules: readonly PythonModule[]) =>
    modules.flatMap((module) => guardedModule(module, READS_DATA, project));
  const inside = [...told, ...read(own)];
  // What maintenance scripts read counts where nothing else reads.
  const places = inside.length > 0 ? inside : read(project.source.filter(({ role }) => role === "script"));
  if (places.length === 0) return [];
  return [...places, ...findDataChecks(project).map((evidence) => ({ guard: "model" as const, evidence }))];
}

const RUN_CONFIGURATION = /\bdag_run["']?\]?(?:\.get\()?\.conf\b/;
const TELLS_WRONG = /\braise\b|\bisinstance\(|\bnot\s{1,4}in\b|\bis None\b/;

/** What whoever starts a run of Airflow's gives it: `params` with a JSON schema each, or `dag_run.conf` as it comes. */
function readRunConfiguration(module: PythonModule): InputPlace[] {
  const asks = module.text.includes("dag_run") || module.mentions("Param");
  if (!asks || !module.importsPackage("airflow")) return [];
  const schema = module.code.search(
    /(?<![\w.])Param\([^()]{0,400}\b(?:type|enum|format|minimum|pattern)\s{0,4}=/,
  );
  if (schema !== -1)
    return [{ guard: "model", evidence: module.at(module.lineAt(schema), "Airflow's Param with a schema") }];
  return module.functions.flatMap((one): InputPlace[] => {
    const { start } = one.statement;
    const at = module.text.slice(start, one.statement.end + one.body.length).search(RUN_CONFIGURATION);
    if (at === -1) return [];
    const guard = TELLS_WRONG.test(one.body) ? "checked" : "raw";
    const how = guard === "checked" ? "checked by hand" : "as it comes";
    return [
      { guard, evidence: module.at(module.lineAt(start + at), `${one.name} takes the run's conf, ${how}`) },
    ];
  });
}

function guardedModule(module: PythonModule, reads: RegExp, project: Project): InputPlace[] {
  const at = module.code.search(reads);
  if (at === -1) return [];
  const guard = findGuard(module) ?? findModelUse(module, project);
  if (guard) return [{ guard: "model", evidence: guard }];
  // A module may hand what it reads to models of its own package.
  const handed = module.imports.some(
    ({ module: name, level }) =>
      (level > 0 || project.firstParty.has(name.split(".")[0] ?? "")) &&
      /schema|validat|contract/i.test(name),
  );
  const line = module.code.slice(0, at).split("\n").length;
  const checked = /\b(?:raise\s{1,4}\w{0,40}(?:Value|Validation|Schema|Data|Key)\w{0,20}Error|assert\s)/.test(
    module.code,
  );
  return [
    {
      guard: handed ? "model" : checked ? "checked" : "raw",
      evidence: module.at(
        line,
        handed ? "handed to a schema" : checked ? "checked by hand" : "read as it comes",
      ),
    },
  ];
}

const modelsOf = new WeakMap<object, ReadonlySet<string>>();

/** Names of the project's own classes that check what they are made of: Pydantic's models and what derives from them. */
export function findModels(project: Pick<Project, "source">): ReadonlySet<string> {
  const known = modelsOf.get(project);
  if (known) return known;
  const classes = project.source.flatMap((module) =>
    /BaseModel|SQLModel|RootModel|\bStruct\b/.test(module.text) || module.importsPackage("pydantic")
      ? [...module.code.matchAll(/^[ \t]{0,20}class\s{1,4}(\w{1,80})\(([^)]{1,200})\)/gm)]
      : [],
  );
  const models = new Set(["BaseModel", "SQLModel", "RootModel", "Struct"]);
  for (let before = 0; before !== models.size; ) {
    before = models.size;
    for (const [, name = "", bases = ""] of classes)
      if (bases.split(/[^\w]/).some((base) => models.has(base))) models.add(name);
  }
  modelsOf.set(project, models);
  return models;
}

const MODEL_USE = /\(\s{0,40}\*\*|\.(?:model_validate|model_validate_json|parse_obj|parse_raw|from_dict)\(/g;

/** What is read becomes a model that stands in another module: `Order(**row)`, `Order.model_validate(row)`. */
function findModelUse(module: PythonModule, project: Project): Evidence | undefined {
  for (const { index } of module.code.matchAll(MODEL_USE)) {
    const name = /\w{1,80}$/.exec(module.code.slice(Math.max(0, index - 80), index))?.[0] ?? "";
    if (findModels(project).has(name)) return module.at(module.lineAt(index), `the model ${name}`);
  }
  return findLoaderUse(module, project);
}

/** What a page says goes through an item loader that stands in another module: `QuoteLoader(selector=quote)`. */
function findLoaderUse(module: PythonModule, project: Project): Evidence | undefined {
  for (const name of findLoaders(project)) {
    const at = module.mentions(name) ? module.code.search(new RegExp(`(?<![\\w.])${name}\\(`)) : -1;
    if (at !== -1) return module.at(module.lineAt(at), `the item loader ${name}`);
  }
  return undefined;
}

const loadersOf = new WeakMap<Project, readonly string[]>();

/** Loaders that are looked for in each module. */
const MOST_LOADERS = 50;

/** Names of the project's own item loaders of Scrapy. */
function findLoaders(project: Project): readonly string[] {
  const known = loadersOf.get(project);
  if (known) return known;
  const names = project.source
    .flatMap((module) =>
      module.mentions("ItemLoader")
        ? [...module.code.matchAll(/^class\s{1,4}(\w{1,80})\([^)]{0,200}\bItemLoader\b/gm)]
        : [],
    )
    .map(([, name = ""]) => name)
    .slice(0, MOST_LOADERS);
  loadersOf.set(project, names);
  return names;
}

/** Libraries that check what a schema says, where code uses them so. */
const LIBRARIES: readonly [name: string, pattern: RegExp][] = [
  [
    "pydantic",
    /\bclass\s{1,4}\w{1,80}\([^)]{0,200}\b(?:BaseModel|SQLModel|RootModel)\b|\bTypeAdapter\(|\bvalidate_call\b/,
  ],
  ["marshmallow", /\bclass\s{1,4}\w{1,80}\([^)]{0,200}\b\w{0,40}Schema\b/],
  ["msgspec", /\bmsgspec\.|\bStruct\b/],
  ["cattrs", /\bcattrs?\.|\bstructure\(/],
  ["attr", /\bvalidator|\bvalidators\./],
  ["cerberus", /\bValidator\(/],
  ["voluptuous", /\bSchema\(/],
  ["schema", /\bSchema\(/],
  ["jsonschema", /\bvalidate\(|Validator\(/],
  ["fastjsonschema", /\bcompile\(|\bvalidate\(/],
  ["pandera", /\b(?:pa|pandera)\.|\bDataFrameModel\b/],
  ["great_expectations", /\bexpect_|\bgx\.|\bgreat_expectations\./],
  ["dataclasses_json", /\bdataclass_json\b/],
  ["trafaret", /\bt\.Dict\(|\btrafaret\./],
  ["itemloaders", /\bItemLoader\b/],
  ["scrapy", /\bItemLoader\(/],
  ["spidermon", /\bspidermon\b/],
];

/** The library that checks input in a module. */
export function findGuard(module: PythonModule): Evidence | undefined {
  for (const [name, pattern] of LIBRARIES) {
    const at = module.importsPackage(name) ? module.code.search(pattern) : -1;
    if (at !== -1) return module.at(module.code.slice(0, at).split("\n").length, name);
  }
  return undefined;
}

/** Words of such checks, or parts of them. */
const DATA_CHECKS =
  "asset_check multi_asset_check operator soda bigquery_dq_check ValidationDefinition".split(" ");

/** Checks of data beside the code that reads it: dbt's tests, Dagster's asset checks, Airflow's check operators. */
function findDataChecks({ files, source }: Project): Evidence[] {
  const tests = files.paths.flatMap((path) => {
    if (!/(?:^|\/)(?:models|seeds|snapshots|sources)\/.{1,200}\.ya?ml$/.test(path)) return [];
    const lines = (files.text(path) ?? "").split("\n");
    const line = lines.findIndex((one) => /^\s{0,20}(?:-\s{1,4})?(?:data_)?tests\s{0,4}:/.test(one));
    return line === -1 ? [] : [{ path, startLine: line + 1, note: "dbt's tests" }];
  });
  const checks = source.flatMap((module) => {
    if (!module.mentionsAny(DATA_CHECKS)) return [];
    const at = module.code.search(
      /\b(?:asset_check|multi_asset_check|\w{0,20}(?:SQL|BigQuery|Snowflake|Redshift)\w{0,20}CheckOperator|SQLColumnCheckOperator|SQLTableCheckOperator|GreatExpectations\w{0,20}Operator|SodaScan\w{0,20}|bigquery_dq_check|ValidationDefinition)\b/,
    );
    return at === -1 ? [] : [module.at(module.code.slice(0, at).split("\n").length, "checks of the data")];
  });
  const guards = source.flatMap((module) => findGuard(module) ?? []);
  return [...tests, ...checks, ...guards.filter(({ note }) => /pandera|great_expectations/.test(note ?? ""))];
}
