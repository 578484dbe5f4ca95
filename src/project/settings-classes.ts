/** Settings classes of pydantic, whose fields read the environment by their names. */
import { type EnvironmentRead, isSecretName } from "./environment-reads.ts";
import type { PythonModule } from "./python/module.ts";
import type { Statement } from "./python/statements.ts";

const FIELD = /^[ \t]+([A-Za-z]\w{0,60})\s{0,4}:\s{0,4}([^=\n#]{1,200})(?:=\s{0,4}([^\n]{0,200}))?/;

/** Until its second version pydantic took attributes without a type for fields, too. */
const BARE_FIELD =
  /^[ \t]+([A-Za-z]\w{0,60})\s{0,4}(?::\s{0,4}([^=\n#]{1,200}))?(?:=(?!=)\s{0,4}([^\n]{0,200})|$)/;

/** Classes that read the environment, and those that they take fields over from. */
export interface SettingsClasses {
  /** Names of classes that derive from BaseSettings. */
  names: ReadonlySet<string>;
  /** Models that lend their fields to them, with the prefixes under which these are read. */
  lenders: ReadonlyMap<string, readonly string[]>;
}

/** Fields of pydantic's settings classes, which read the environment by their names. */
export function readSettingsClasses(module: PythonModule, classes: SettingsClasses): EnvironmentRead[] {
  const { code, text, statements } = module;
  const prefixes = new Map<Statement, readonly string[]>();
  const bare = module.aliases.get("BaseSettings") === "pydantic.BaseSettings";
  return statements.flatMap((one) => {
    const { parent } = one;
    if (parent?.keyword !== "class" || one.keyword !== "") return [];
    const under = prefixes.get(parent) ?? prefixesOf(module, parent, classes);
    prefixes.set(parent, under);
    if (under.length === 0) return [];
    const field = (bare ? BARE_FIELD : FIELD).exec(` ${code.slice(one.start, one.end).trimStart()}`);
    const [, name, type = ""] = field ?? [];
    if (!name || name === "model_config" || /^ClassVar/.test(type)) return [];
    // A group of settings is a class of its own, whose fields are read there.
    if (isGroup(type, classes)) return [];
    const written = text.slice(one.start, one.end);
    const alias = /(?:\benv|alias)\s{0,4}=\s{0,4}["'](\w{1,80})["']/.exec(written)?.[1];
    return under.map((prefix) => {
      const variable = alias ?? `${prefix}${name}`.toUpperCase();
      return {
        name: variable,
        module,
        line: one.line,
        default: fieldDefault(written),
        style: "typed" as const,
        secret: isSecret(variable, type),
      };
    });
  });
}

const isGroup = (type: string, { names, lenders }: SettingsClasses): boolean => {
  const name = /^(?:Optional\[)?(\w{1,80})/.exec(type.trim())?.[1] ?? "";
  return names.has(name) || lenders.has(name);
};

/** What counts or switches is no secret, whatever its name: `PASSWORD_ROUNDS: int`. */
const isSecret = (variable: string, type: string): boolean =>
  /SecretStr/.test(type) ||
  (isSecretName(variable) && !/^(?:int|float|bool|Positive\w{3,5}|timedelta)\b/.test(type));

/** `= value` of a field; `Field(...)` and `Field(alias=…)` give none. */
function fieldDefault(written: string): string | undefined {
  const at = written.indexOf("=");
  if (at === -1) return undefined;
  const value = written.slice(at + 1).trim();
  const required =
    /^Field\(\s*(?:\.\.\.|\)|\w{1,40}\s{0,4}=)/.test(value) && !/\bdefault(?:_factory)?\s{0,4}=/.test(value);
  return required ? undefined : value.slice(0, 200);
}

/** `env_prefix` of the class: a keyword of its head, or in its configuration. */
function prefixOf({ text }: PythonModule, start: number): string {
  const body = text.slice(start, bodyOf({ text }, start).end);
  const [, literal, name] = /env_prefix\s{0,4}=\s{0,4}(?:["'](\w{0,40})["']|(\w{1,60}))/.exec(body) ?? [];
  if (literal !== undefined || name === undefined) return literal ?? "";
  const bound = new RegExp(`(?<![\\w.])${name}\\s{0,4}(?::[^=\\n]{0,60})?=\\s{0,4}["'](\\w{0,40})["']`);
  return (bound.exec(body) ?? bound.exec(text))?.[1] ?? "";
}

/** From the head of a class to the next one in the module, bounded. */
function bodyOf({ text }: Pick<PythonModule, "text">, start: number): { start: number; end: number } {
  const from = start + "class".length;
  const at = text.slice(from, start + 20_000).search(/^class /m);
  return { start, end: at === -1 ? Math.min(text.length, start + 20_000) : from + at };
}

const CLASS = /^[ \t]{0,20}class[ \t]{1,4}(\w{1,80})[ \t]{0,4}\(([^)]{0,300})/gm;

/** Classes that derive from BaseSettings, directly or through another class of the project, and what lends to them. */
export function findSettingsClasses(source: readonly PythonModule[]): SettingsClasses {
  const names = new Set<string>();
  if (!source.some((module) => module.mentions("BaseSettings"))) return { names, lenders: new Map() };
  names.add("BaseSettings");
  const candidates = source.filter(({ text }) => text.includes("Settings") || text.includes("Config"));
  const classes = candidates.flatMap((module) =>
    [...module.code.matchAll(CLASS)].map(({ index, 1: name = "", 2: bases = "" }) => ({
      ...{ module, name, bases, index },
    })),
  );
  for (let round = 0; round < 3; round++)
    for (const { name, bases } of classes) if (derives(bases, names)) names.add(name);
  return { names, lenders: findLenders(source, classes, names) };
}

/** Settings classes that are asked what they borrow. */
const MOST_CLASSES = 1_000;
/** Settings classes with prefixes of their own that one model lends its fields to. */
const MOST_BORROWERS = 20;

interface ClassHead {
  module: PythonModule;
  name: string;
  bases: string;
  index: number;
}

/** Plain models of the project, one a name, among the bases of settings classes and in their groups. */
function findLenders(
  source: readonly PythonModule[],
  classes: readonly ClassHead[],
  names: ReadonlySet<string>,
): Map<string, string[]> {
  const asked = new Map<string, string[]>();
  const readers = classes.filter(({ bases }) => derives(bases, names)).slice(0, MOST_CLASSES);
  for (const one of readers)
    for (const [name, prefix] of borrowed(one)) {
      if (!/^[A-Z]\w{0,80}$/.test(name) || names.has(name)) continue;
      const prefixes = asked.get(name) ?? [];
      if (prefixes.length < MOST_BORROWERS && !prefixes.includes(prefix)) prefixes.push(prefix);
      asked.set(name, prefixes);
    }
  if (asked.size === 0) return asked;
  const words = [...asked.keys()];
  const defined = source
    .filter((module) => module.mentionsAny(words))
    .flatMap(({ code }) => [...code.matchAll(/^class[ \t]{1,4}(\w{1,80})/gm)].map(([, name = ""]) => name));
  const once = Map.groupBy(defined, (name) => name);
  return new Map([...asked].filter(([name]) => once.get(name)?.length === 1));
}

/** `class Env(BaseSettings, Postgres)`, and `postgres: Postgres` where groups have a delimiter: names and prefixes. */
function borrowed({ module, bases, index }: ClassHead): [name: string, prefix: string][] {
  const prefix = prefixOf(module, index);
  const mixed = bases
    .split(",")
    .map((base): [string, string] => [base.trim().split(".").at(-1) ?? "", prefix]);
  const { start, end } = bodyOf(module, index);
  const delimiter = /env_nested_delimiter\s{0,4}=\s{0,4}["']([^"'\n]{1,8})["']/.exec(
    module.text.slice(start, end),
  )?.[1];
  if (delimiter === undefined) return mixed;
  const groups = [...module.code.slice(start, end).matchAll(GROUP)].map(
    ([, field = "", type = ""]): [string, string] => [type, `${prefix}${field}${delimiter}`],
  );
  return [...mixed, ...groups];
}

const GROUP = /^[ \t]{1,20}([a-zA-Z]\w{0,60})[ \t]{0,4}:[ \t]{0,4}(?:Optional\[)?([A-Z]\w{0,80})/gm;

const derives = (bases: string, names: ReadonlySet<string>): boolean =>
  bases.split(",").some((base) => names.has(base.trim().split(/[.[]/).at(-1) ?? ""));

/** The prefixes under which the fields of a class are read; none where it reads no environment. */
function prefixesOf(
  module: PythonModule,
  { start, end }: Statement,
  { names, lenders }: SettingsClasses,
): readonly string[] {
  const head = module.code.slice(start, Math.min(end, start + 400));
  CLASS.lastIndex = 0;
  if (derives(CLASS.exec(head)?.[2] ?? "", names)) return [prefixOf(module, start)];
  const name = lenders.size === 0 ? undefined : /^class[ \t]{1,4}(\w{1,80})/.exec(head)?.[1];
  return lenders.get(name ?? "") ?? [];
}
