/** Environment variables that the project's own code reads: name, place, default, and whether anything documents them. */

import { declaredInSchemes } from "./env-schemes.ts";
import { fallbackOf } from "./environment-defaults.ts";
import { findWrappers, MOST_NAMES, type Wrapper } from "./environment-wrappers.ts";
import { isLauncherVariable } from "./launcher-variables.ts";
import { readNamedVariables } from "./named-variables.ts";
import type { Project } from "./project.ts";
import { readArguments } from "./python/arguments.ts";
import type { PythonModule } from "./python/module.ts";
import { oncePer, remember } from "./remember.ts";
import { findSettingsClasses, readSettingsClasses } from "./settings-classes.ts";

export interface EnvironmentRead {
  name: string;
  module: PythonModule;
  line: number;
  /** As written; `undefined` where there is none. */
  default: string | undefined;
  /** `os.environ["X"]` raises, `get` gives None, a settings class checks type and presence. */
  style: "required" | "optional" | "typed";
  /** Its name speaks of a secret. */
  secret: boolean;
}

const SECRET_NAME =
  /(?:^|_)(?:SECRET|SECRETS|PASSWORD|PASSWD|PWD|PASS|PASSPHRASE|TOKEN|APIKEY|CREDENTIALS?|DSN|PRIVATE_KEY|ACCESS_KEY|ACCOUNT_KEY|API_KEY|AUTH_KEY|ENCRYPTION_KEY|SIGNING_KEY|SECRET_KEY|SALT|VCAP_SERVICES)(?:_|$|\d)/;
/** Not the secret itself: where it is kept, how long it holds. */
const NO_SECRET =
  /(?:_FILE|_PATH|_URL|_TTL|_EXPIR\w{0,20}|_LIFETIME|_LENGTH|_NAME|_HEADER|_ALGORITHM|_MINUTES|_SECONDS|_DAYS|_TYPE|_ENABLED|_MAX|_MIN|_LIMIT|_COUNT|_AGE|_VAR|_PREFIX|_SUFFIX|_PLACEHOLDER|_FIELD|_FIELDS|_PARAM|_REGEX|_PATTERN|_CLASS|_BACKEND|_ENDPOINT|_VALIDATORS?|_HASHERS?|_TIMEOUT|_LOCATION|_PATTERNS|(?<!KEY|SECRET|TOKEN)_ID)$/;

/** A pass over data: `MIN_BYTES_FOR_DEFRAG_PASS`. */
const PASS_OVER =
  /(?:^|_)(?:MIN|MAX|NUM|BYTES|SIZE|FIRST|SECOND|SINGLE|MULTI|LOW|HIGH|BAND|DRY|PER)_(?:\w{1,60}_)?PASS$/;

/** Whether a setting's name speaks of a secret. */
export const isSecretName = remember((name: string): boolean => {
  const upper = name.replace(/([a-z])([A-Z])/g, "$1_$2").toUpperCase();
  return SECRET_NAME.test(upper) && !NO_SECRET.test(upper) && !PASS_OVER.test(upper);
});

const readsOf = new WeakMap<object, readonly EnvironmentRead[]>();

/** Every read in the project's own code, one entry a place; launcher variables are left out. */
export function findEnvironmentReads(project: Pick<Project, "source">): readonly EnvironmentRead[] {
  const known = readsOf.get(project);
  if (known) return known;
  const settings = findSettingsClasses(project.source);
  const wrappers = findWrappers(project.source);
  const declared = declaredInSchemes(project.source);
  const classes = [...settings.names, ...settings.lenders.keys()].slice(0, MOST_NAMES);
  const words = [...READ_WORDS, ...classes, ...wrappers.keys()];
  const found = project.source
    .filter((module) => module.mentionsAny(words) || module.importsPackage("starlette.config"))
    .flatMap((module) => [
      ...readCalls(module),
      ...readNamedVariables(module, project.source).map(
        ({ required, ...read }): EnvironmentRead => ({
          ...read,
          module,
          style: required ? "required" : "optional",
          secret: isSecretName(read.name),
        }),
      ),
      ...readWrapped(module, wrappers),
      ...readSettingsClasses(module, settings),
    ])
    .filter(({ name }) => !isLauncherVariable(name))
    .map((read) =>
      read.style === "required" && declared.has(read.name) ? { ...read, style: "typed" as const } : read,
    )
    .sort((a, b) => (a.module === b.module ? a.line - b.line : 0));
  readsOf.set(project, found);
  return found;
}

/** Of these, the settings of the project: what CI sets for the scripts that it runs itself is none. */
export const findSettings = (project: Project): readonly EnvironmentRead[] =>
  findEnvironmentReads(project).filter(
    ({ module, name }) =>
      module.role !== "script" || !project.delivery.ci.some(({ text }) => text.includes(name)),
  );

/** One of them stands wherever a variable is read without a wrapper of the project's own. */
const READ_WORDS =
  "environ environb getenv getenvb EnvVar decouple BaseSettings ConfigManager envvar env from_envvar config_from_envvar".split(
    " ",
  );

/**
 * `os.environ["X"]`, `os.environ.get("X", d)`, `getenv`, `env("X")`, `env.bool("X")`, decouple's `config("X")`; and
 * the name of a settings file or module, as Flask's and Celery's `from_envvar("X")` take it.
 */
const READ =
  /(?<!\w)(?:(?:os\.)?environb?\s{0,4}(\[)|(?:os\.)?environb?\.(get)\s{0,4}\(|(?:os\.)?(getenv|EnvVar(?:\.int)?|(?:config_)?from_envvar)b?\s{0,4}\(|(?:self\.)?env(?:iron)?(?:\.(?:str|bool|int|float|json|list|tuple|dict|url|db|db_url|cache|cache_url|email_url|search_url|path|decimal|date|datetime|timedelta|uuid|log_level|enum|bytes|dj_db_url|dj_email_url|dj_cache_url))?(\()|(?:decouple\.)?config(\()|\benvvar\s{0,4}=\s{0,4}(\[?))\s{0,40}(["'])/g;

/** What reads settings, by whatever name: `_config = ConfigManager.basic_config()` of Everett. */
const READER = /^(\w{1,40}) ?= ?(?:ConfigManager(?:\.\w{1,40})?|AutoConfig)\(/gm;

/** Names that are put into the pattern. */
const MOST_RENAMED = 20;

/** `env = os.environ` */
const boundTo = remember(
  (target: string) => new RegExp(`^[ \\t]{0,40}(\\w{1,60})\\s{0,4}=\\s{0,4}${target}\\s{0,4}$`, "gm"),
);

/** READ, with the names that the module gives to `os.environ` and `os.getenv`: `from os import environ as env`. */
function readPattern(module: PythonModule): RegExp {
  const { aliases, code } = module;
  const renamed = (target: string): string[] =>
    [
      ...[...aliases].flatMap(([name, path]) =>
        path === target && !target.endsWith(`.${name}`) ? [name] : [],
      ),
      ...(code.includes(target) ? [...code.matchAll(boundTo(target))] : []).map(([, name = ""]) => name),
    ].slice(0, MOST_RENAMED);
  const [environ, getenv] = [renamed("os.environ"), renamed("os.getenv")];
  const readers = [
    ...renamed("decouple.config"),
    ...(module.mentions("ConfigManager", "AutoConfig") ? [...code.matchAll(READER)] : [])
      .map(([, name = ""]) => name)
      .filter((name) => name !== "config"),
  ].slice(0, MOST_RENAMED);
  if (environ.length + getenv.length + readers.length === 0) return READ;
  const source = READ.source
    .replaceAll("(?:os\\.)?environb?", `${["(?:(?:os\\.)?environb?", ...environ].join("|")})`)
    .replace("(getenv|", `(${["getenv", ...getenv].join("|")}|`)
    .replace("(?:decouple\\.)?config", `(?:${["(?:decouple\\.)?config", ...readers].join("|")})`);
  return new RegExp(source, "g");
}

const bindsEnviron = oncePer(({ code }: PythonModule) =>
  /^[ \t]{0,40}environ\s{0,4}=\s{0,4}os\.environ\s{0,4}$/m.test(code),
);

function readCalls(module: PythonModule): EnvironmentRead[] {
  const { code, text } = module;
  const found: EnvironmentRead[] = [];
  const usesEnv = module.imports.some(({ module: name }) =>
    /^(?:environs|environ|starlette\.config|decouple|everett(?:\.manager)?|prettyconf|goodconf)$/.test(name),
  );
  for (const match of code.matchAll(readPattern(module))) {
    const [whole, index, , , env, config, envvar] = match;
    if ((env ?? config) !== undefined && !usesEnv) continue;
    // A bare `environ` is the process's only where os gave it; a WSGI request has one of its own (PEP 3333).
    if (
      /^(?:environb?|getenv)/.test(whole) &&
      !/^os\./.test(module.aliases.get(/^\w+/.exec(whole)?.[0] ?? "") ?? "") &&
      !bindsEnviron(module)
    )
      continue;
    const quote = match.index + whole.length;
    const close = code.indexOf(match[7] ?? '"', quote);
    const name = text.slice(quote, close);
    if (close === -1 || !/^[A-Za-z][A-Za-z0-9_]{1,80}$/.test(name)) continue;
    if (index !== undefined && isWritten(code, close)) continue;
    const fallback = fallbackOf(code, text, close + 1);
    const raises = index !== undefined || ((env ?? config) !== undefined && fallback === undefined);
    found.push({
      name,
      module,
      line: module.lineAt(match.index),
      default: fallback,
      style: raises
        ? "required"
        : (env ?? config) !== undefined || envvar !== undefined || whole.includes("from_envvar")
          ? "typed"
          : "optional",
      secret: isSecretName(name),
    });
  }
  return found;
}

function readWrapped(module: PythonModule, wrappers: ReadonlyMap<string, Wrapper>): EnvironmentRead[] {
  if (wrappers.size === 0) return [];
  return [...module.code.matchAll(WRAPPED)].flatMap(({ index, 1: called = "" }) => {
    const wrapper = wrappers.get(called);
    if (!wrapper) return [];
    const { position, falls } = wrapper;
    const { args } = readArguments(module, index + called.length, 2_000);
    const name = /^["']([A-Za-z][A-Za-z0-9_]{1,80})["']$/.exec(args[position]?.text ?? "")?.[1];
    if (name === undefined) return [];
    const rest =
      args.find((arg) => arg.name === "default") ??
      (position === 0 && args[1]?.name === undefined ? args[1] : undefined);
    return [
      {
        name,
        module,
        line: module.lineAt(index),
        default: isType(rest?.text) ? undefined : rest?.text.slice(0, 200),
        style: falls || isType(rest?.text) ? ("typed" as const) : ("optional" as const),
        secret: isSecretName(name),
      },
    ];
  });
}

const WRAPPED = /(?<!\w|def )(\w{4,120})\(/g;

/** A wrapper may be told the type of a variable instead of its default. */
const isType = (text = ""): boolean =>
  /^(?:str|int|float|bool|list|dict|(?!None$|True$|False$)[A-Z][a-z]\w{0,40})$/.test(text);

/** `os.environ["X"] = …` and `del` write. */
const isWritten = (code: string, close: number): boolean =>
  /^["']\s{0,4}\]\s{0,4}=(?!=)/.test(code.slice(close, close + 20));

/** A default as a report may show it. */
export function showDefault({ default: value, secret }: EnvironmentRead): string | undefined {
  if (value === undefined) return undefined;
  if (!secret && !/:\/\/[^/\s]{1,200}@/.test(value)) return value.slice(0, 100);
  return /^["']{0,2}$|^None$/.test(value) ? value : "(redacted)";
}
