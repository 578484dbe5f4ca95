/** Settings classes of pydantic, whose fields read the environment by their names. */
import { type EnvironmentRead, isSecretName } from "./environment-reads.ts";
import type { PythonModule } from "./python/module.ts";
import type { Statement } from "./python/statements.ts";

const FIELD = /^[ \t]+([A-Za-z]\w{0,60})\s{0,4}:\s{0,4}([^=\n#]{1,200})(?:=\s{0,4}([^\n]{0,200}))?/;

/** Fields of pydantic's settings classes, which read the environment by their names. */
export function readSettingsClasses(module: PythonModule, names: ReadonlySet<string>): EnvironmentRead[] {
  const { code, text, statements } = module;
  const prefixes = new Map<Statement, string>();
  return statements.flatMap((one) => {
    const { parent } = one;
    if (parent?.keyword !== "class" || one.keyword !== "" || !isSettingsClass(code, parent, names)) return [];
    const field = FIELD.exec(` ${code.slice(one.start, one.end).trimStart()}`);
    const [, name, type = ""] = field ?? [];
    // A group of settings is a class of its own, whose fields are read there.
    if (!name || name === "model_config" || /^ClassVar/.test(type) || names.has(type.trim())) return [];
    const written = text.slice(one.start, one.end);
    const alias = /(?:\benv|alias)\s{0,4}=\s{0,4}["'](\w{1,80})["']/.exec(written)?.[1];
    const prefix = prefixes.get(parent) ?? prefixOf(module, parent);
    prefixes.set(parent, prefix);
    const variable = alias ?? `${prefix}${name}`.toUpperCase();
    return [
      {
        name: variable,
        module,
        line: one.line,
        default: fieldDefault(written),
        style: "typed" as const,
        secret: isSecretName(variable) || /SecretStr/.test(type),
      },
    ];
  });
}

/** `= value` of a field; `Field(...)` and `Field(alias=…)` give none. */
function fieldDefault(written: string): string | undefined {
  const at = written.indexOf("=");
  if (at === -1) return undefined;
  const value = written.slice(at + 1).trim();
  return /^Field\(\s*(?:\.\.\.|\)|(?:env|alias|validation_alias|description)\b)/.test(value)
    ? undefined
    : value.slice(0, 200);
}

/** `env_prefix` of the class: a keyword of its head, or in its configuration. */
function prefixOf({ text }: PythonModule, parent: { start: number; blockEnd: number; line: number }): string {
  const end = Math.min(text.length, parent.start + 20_000);
  const body = text.slice(parent.start, nextClass(text, parent.start + 5, end));
  const [, literal, name] = /env_prefix\s{0,4}=\s{0,4}(?:["'](\w{0,40})["']|(\w{1,60}))/.exec(body) ?? [];
  if (literal !== undefined || name === undefined) return literal ?? "";
  const bound = new RegExp(`(?<![\\w.])${name}\\s{0,4}(?::[^=\\n]{0,60})?=\\s{0,4}["'](\\w{0,40})["']`);
  return (bound.exec(body) ?? bound.exec(text))?.[1] ?? "";
}

function nextClass(text: string, from: number, end: number): number {
  const at = text.slice(from, end).search(/^class /m);
  return at === -1 ? end : from + at;
}

const CLASS = /^[ \t]{0,20}class[ \t]{1,4}(\w{1,80})[ \t]{0,4}\(([^)]{0,300})/gm;

/** Names of classes that derive from BaseSettings, directly or through another class of the project. */
export function settingsClassNames(source: readonly PythonModule[]): Set<string> {
  const names = new Set<string>();
  if (!source.some((module) => module.mentions("BaseSettings"))) return names;
  names.add("BaseSettings");
  const candidates = source.filter(({ text }) => text.includes("Settings") || text.includes("Config"));
  const classes = candidates.flatMap(({ code }) => [...code.matchAll(CLASS)]);
  for (let round = 0; round < 3; round++)
    for (const [, name = "", bases = ""] of classes) if (derives(bases, names)) names.add(name);
  return names;
}

const derives = (bases: string, names: ReadonlySet<string>): boolean =>
  bases.split(",").some((base) => names.has(base.trim().split(/[.[]/).at(-1) ?? ""));

function isSettingsClass(
  code: string,
  { start, end }: { start: number; end: number },
  names: ReadonlySet<string>,
): boolean {
  CLASS.lastIndex = 0;
  return derives(CLASS.exec(code.slice(start, Math.min(end, start + 400)))?.[2] ?? "", names);
}
