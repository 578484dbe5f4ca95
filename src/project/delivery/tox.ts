/**
 * tox: environments and their commands, from tox.ini, setup.cfg, tox.toml and pyproject.toml (native and
 * legacy_tox_ini). Factors, generative names and the common substitutions are understood.
 * https://tox.wiki/en/latest/config.html
 */

import type { Manifest } from "../manifests/types.ts";
import { asTable, isTable } from "../manifests/values.ts";
import { type IniSection, readIni } from "./ini-lines.ts";
import { joinWords } from "./python-commands.ts";
import { splitShell } from "./shell.ts";
import type { Command, Task } from "./types.ts";

export interface ToxConfig {
  tasks: Task[];
  defaults: string[];
  /** The task of an environment, made from the base environment where it has no section of its own. */
  find(name: string): Task | undefined;
  /** Values of a key of the base environment and of those with a section of their own: `basepython`. */
  values(key: string): { text: string; line: number }[];
}

const MAX_NAMES = 300;
/** Lines of one list of commands. */
const MAX_LINES = 200;
const KEYS = ["commands_pre", "commands", "commands_post"];

/** Reads the INI form; `prefix` is `tox:` in setup.cfg, `offset` is added to lines. `undefined` where there is none. */
export function readToxIni(path: string, text: string, prefix = "", offset = 0): ToxConfig | undefined {
  const sections = new Map<string, IniSection>();
  for (const section of readIni(text)) {
    for (const name of sectionNames(section.name, prefix))
      if (!sections.has(name)) sections.set(name, section);
  }
  if (!sections.has("tox") && ![...sections.keys()].some((name) => name.startsWith("testenv")))
    return undefined;
  const tox = sections.get("tox");
  const base = sections.get("testenv");
  const envList = expandNames((tox?.get("envlist") ?? tox?.get("env_list") ?? "").replaceAll("\n", ","));
  const find = (name: string): Task | undefined => {
    const own = sections.get(`testenv:${name}`);
    if (!own && !base && !envList.includes(name)) return undefined;
    if (!own && !isGenerated(name, envList, base)) return undefined;
    const commands = KEYS.flatMap((key) =>
      iniCommands(path, own?.find(key) ?? base?.find(key), name, sections, offset),
    );
    return { tool: "tox", name, path, line: (own ?? base ?? tox!).line + offset, commands, needs: [] };
  };
  const named = [...sections.keys()]
    .filter((name) => name.startsWith("testenv:"))
    .map((name) => name.slice(8));
  const names = [...new Set([...envList, ...named])].slice(0, MAX_NAMES);
  const tasks = names.flatMap((name) => find(name) ?? []);
  if (tasks.length === 0 && base) tasks.push(find("py")!);
  const values = (key: string) =>
    [tox, base, ...named.map((name) => sections.get(`testenv:${name}`))].flatMap((section) => {
      const value = section?.find(key);
      return value ? value.lines.map(({ text, line }) => ({ text, line: line + offset })) : [];
    });
  return {
    tasks,
    defaults: envList.length > 0 ? envList : tasks.map(({ name }) => name).slice(0, 1),
    find,
    values,
  };
}

/** `[testenv:{unit,int}-py]` stands for two environments. */
function sectionNames(name: string, prefix: string): string[] {
  const bare = name.startsWith(prefix) ? name.slice(prefix.length) : "";
  const env = /^testenv:(.*)$/.exec(bare)?.[1];
  return env === undefined ? [bare] : expandNames(env).map((each) => `testenv:${each}`);
}

/** An environment without a section: `py312`, `py`, or a factor of the listed ones or of the base's commands. */
function isGenerated(name: string, envList: readonly string[], base: IniSection | undefined): boolean {
  if (envList.includes(name) || /^(?:py|pypy)[\d.]{0,5}(?:-|$)|^\d\.\d{1,2}$/.test(name)) return true;
  const factors = new Set(envList.flatMap((each) => each.split("-")));
  return base !== undefined && name.split("-").every((factor) => factors.has(factor));
}

/** `py{310,311}-{a,b}, lint` → all names; bounded. */
export function expandNames(text: string): string[] {
  const names: string[] = [];
  for (const part of splitOutsideBraces(text.slice(0, 4000))) {
    let open = [part.trim()];
    for (let turn = 0; turn < 5; turn++) {
      open = open.slice(0, MAX_NAMES).flatMap((name) => {
        const braces = /\{([^{}]*)\}/.exec(name);
        return braces
          ? expandRange(braces[1]!).map((value) => name.replace(braces[0], value.trim()))
          : [name];
      });
    }
    names.push(...open.filter((name) => name !== ""));
  }
  return [...new Set(names)].slice(0, MAX_NAMES);
}

/** `310-312` inside braces is a range of versions. */
function expandRange(text: string): string[] {
  return text.split(",").flatMap((part) => {
    const range = /^(3)(\d{1,2})-(?:3)?(\d{1,2})$/.exec(part.trim());
    if (!range) return [part];
    const [from, to] = [Number(range[2]), Number(range[3])];
    return from < to && to < 30 ? Array.from({ length: to - from + 1 }, (_, i) => `3${from + i}`) : [part];
  });
}

function splitOutsideBraces(text: string): string[] {
  const parts: string[] = [];
  let [depth, start] = [0, 0];
  for (let at = 0; at <= text.length; at++) {
    const c = text[at];
    if (c === "{") depth++;
    else if (c === "}") depth--;
    else if (c === undefined || (c === "," && depth <= 0)) {
      parts.push(text.slice(start, at));
      start = at + 1;
    }
  }
  return parts;
}

function iniCommands(
  path: string,
  value: { lines: readonly { text: string; line: number }[] } | undefined,
  env: string,
  sections: ReadonlyMap<string, IniSection>,
  offset: number,
): Command[] {
  const factors = new Set(env.split("-"));
  const commands: Command[] = [];
  let joined = "";
  let start = 0;
  for (const { text, line } of value?.lines.slice(0, MAX_LINES) ?? []) {
    if (joined === "") start = line;
    joined = joined === "" ? text : `${joined} ${text}`;
    if (joined.endsWith("\\")) {
      joined = joined.slice(0, -1).trim();
      continue;
    }
    const shell = forFactors(joined, factors);
    joined = "";
    if (shell === undefined) continue;
    for (const each of splitShell(fill(shell, env, sections))) {
      const bare = each.text.replace(/^[-!]\s{0,8}/, "");
      if (bare !== "") commands.push({ path, line: start + offset, text: bare, via: [] });
    }
  }
  return commands;
}

/** A line's command where its factor condition (`py311,lint: …`) holds. */
function forFactors(text: string, factors: ReadonlySet<string>): string | undefined {
  const found = /^([\w!.,{}-]{1,200}):\s+(.*)$/s.exec(text);
  if (!found) return text;
  const holds = expandNames(found[1]!).some((all) =>
    all
      .split("-")
      .every((factor) => (factor.startsWith("!") ? !factors.has(factor.slice(1)) : factors.has(factor))),
  );
  return holds ? found[2] : undefined;
}

/** Substitutions, innermost first; what is unknown is left out. */
function fill(text: string, env: string, sections: ReadonlyMap<string, IniSection>): string {
  let result = text;
  for (let depth = 0; depth < 5 && result.includes("{"); depth++) {
    result = result
      .slice(0, 8000)
      .replace(/(\$?)\{([^{}]{0,400})\}/g, (whole, dollar: string, inside: string) => {
        if (dollar !== "") return whole.replace("{", "\u0001").replace("}", "\u0002");
        const reference = /^\[([^\]]{1,100})\](\w{1,60})$/.exec(inside);
        if (reference) return sections.get(reference[1]!)?.get(reference[2]!) ?? "";
        const [name = "", first = "", ...rest] = inside.split(":");
        if (name === "posargs") return [first, ...rest].join(":");
        if (name === "env") return rest.join(":");
        if (name === "envname") return env;
        if (name === "envpython") return "python";
        return /^(?:toxinidir|tox_root|changedir)$/.test(name) ? "." : name === "/" ? "/" : "";
      });
  }
  return result.replaceAll("\u0001", "{").replaceAll("\u0002", "}");
}

/** Reads the TOML form: tox.toml, or `[tool.tox]` with `at = ["tool", "tox"]`. */
export function readToxToml(toml: Manifest, at: readonly string[]): ToxConfig | undefined {
  const config = asTable(toml.get(...at));
  const base = asTable(toml.get(...at, "env_run_base"));
  const envs = asTable(toml.get(...at, "env"));
  if (Object.keys(envs).length === 0 && Object.keys(base).length === 0) return undefined;
  const listed = Array.isArray(config.env_list)
    ? config.env_list.filter((name) => typeof name === "string")
    : [];
  const find = (name: string): Task | undefined => {
    const own = Object.hasOwn(envs, name) && isTable(envs[name]) ? envs[name] : undefined;
    if (!own && !isGenerated(name, listed, undefined)) return undefined;
    const commands = KEYS.flatMap((key) => {
      const where = own && Object.hasOwn(own, key) ? [...at, "env", name] : [...at, "env_run_base"];
      return tomlCommands(toml, [...where, key]);
    });
    const line = toml.line(...at, ...(own ? ["env", name] : ["env_run_base"]));
    return { tool: "tox", name, path: toml.path, line, commands, needs: [] };
  };
  const tasks = [...new Set([...listed, ...Object.keys(envs)])]
    .slice(0, MAX_NAMES)
    .flatMap((name) => find(name) ?? []);
  if (tasks.length === 0) tasks.push(...[find("py") ?? []].flat());
  return { tasks, defaults: listed.length > 0 ? listed : ["py"], find, values: () => [] };
}

/** `commands = [["pytest", { replace = "posargs", default = ["tests"] }]]` */
function tomlCommands(toml: Manifest, keys: readonly string[]): Command[] {
  const value = toml.get(...keys);
  if (!Array.isArray(value)) return [];
  const wordsOf = (item: unknown): string[] => {
    if (typeof item === "string") return [item];
    const inserted = isTable(item) ? item.default : undefined;
    return Array.isArray(inserted) ? inserted.filter((each) => typeof each === "string") : [];
  };
  return value.slice(0, 100).flatMap((command, at) => {
    const words = (Array.isArray(command) ? command : [command]).flatMap(wordsOf);
    const text = joinWords(words).replace(/^[-!]\s{1,8}/, "");
    return text === "" ? [] : [{ path: toml.path, line: toml.line(...keys, String(at)), text, via: [] }];
  });
}
