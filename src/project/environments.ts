/** Environments beside production: settings, manifests and CI environments that are named for them. */
import { isForDevelopment } from "./delivery/dockerfile.ts";
import { isIncidental } from "./delivery/script.ts";
import { findLine } from "./files.ts";
import type { Place } from "./manifests/types.ts";
import type { Project } from "./project.ts";

export interface EnvironmentSign extends Place {
  /** `staging`, `production`, `development` or as written. */
  name: string;
  /** `deployed`: manifests, values, CI. `code`: settings modules and classes. */
  where: "deployed" | "code";
  note: string;
}

const STAGING =
  /^(?:staging|stage|stg|preprod|pre-prod|preproduction|pre-production|uat|qa|acceptance|canary|preview)$/;
const PRODUCTION = /^(?:production|prod|prd|live)$/;
const DEVELOPMENT = /^(?:development|develop|dev|local|sandbox)$/;

/** `staging`, `production` or `development` for a name that says so. */
export function environmentOf(name: string): string | undefined {
  const plain = name.toLowerCase();
  if (STAGING.test(plain)) return "staging";
  if (PRODUCTION.test(plain)) return "production";
  return DEVELOPMENT.test(plain) ? "development" : undefined;
}

/** Every sign, in the order of files, CI, code. */
export const findEnvironments = (project: Project): EnvironmentSign[] => [
  ...inPaths(project),
  ...inCi(project),
  ...inCode(project),
];

const WORD =
  "(staging|stage|stg|preprod|pre-prod|preproduction|uat|qa|production|prod|prd|live|development|develop|dev|local|sandbox)";
/** Files of one environment each, by the tools that have them. */
const FILES: readonly (readonly [what: string, where: EnvironmentSign["where"], pattern: RegExp])[] = [
  [
    "values",
    "deployed",
    new RegExp(`(?:^|/)values[-_.]${WORD}\\.ya?ml$|(?:^|/)${WORD}[-_.]values\\.ya?ml$`, "i"),
  ],
  ["overlay", "deployed", new RegExp(`(?:^|/)overlays?/${WORD}/`, "i")],
  [
    "environment",
    "deployed",
    new RegExp(
      `(?:^|/)(?:environments?|envs?|clusters?|stages|inventor(?:y|ies)|deploy(?:ments?)?|k8s|kubernetes|terraform|infra(?:structure)?)/${WORD}(?:\\.(?:ya?ml|tfvars|env|ini|json|toml|tf|rb))?(?:/|$)`,
      "i",
    ),
  ],
  ["variables", "deployed", new RegExp(`(?:^|/)${WORD}(?:\\.auto)?\\.tfvars$`, "i")],
  [
    "compose file",
    "deployed",
    new RegExp(
      `(?:^|/)(?:docker-)?compose[.-]${WORD}\\.ya?ml$|(?:^|/)${WORD}\\.(?:docker-)?compose\\.ya?ml$`,
      "i",
    ),
  ],
  [
    "manifest",
    "deployed",
    new RegExp(
      `(?:^|/)(?:fly|app|render|serverless|zappa_settings|railway|heroku|deploy|wrangler|Pulumi|skaffold|appspec)[-_.]${WORD}\\.(?:toml|ya?ml|json)$`,
      "i",
    ),
  ],
  [
    "variables",
    "deployed",
    new RegExp(
      `(?:^|/)\\.?envs?(?:/\\.?|\\.)${WORD}(?:\\.(?:example|sample|template|dist)|/|$)|(?:^|/)${WORD}\\.env(?:\\.(?:example|sample))?$`,
      "i",
    ),
  ],
  [
    "settings",
    "code",
    new RegExp(
      `(?:^|/)(?:settings|config|configs|conf|configuration)/(?:\\w{1,30}/)?${WORD}\\.(?:py|ya?ml|toml|json|ini|cfg|env)$`,
      "i",
    ),
  ],
  [
    "settings",
    "code",
    new RegExp(
      `(?:^|/)(?:settings|config|application|appsettings)[-_.]${WORD}\\.(?:py|ya?ml|toml|json|ini|cfg)$|(?:^|/)${WORD}[-_.]?(?:settings|config)\\.(?:py|ya?ml|toml|json|ini)$`,
      "i",
    ),
  ],
];

function inPaths({ files, root }: Project): EnvironmentSign[] {
  return files.paths.flatMap((path): EnvironmentSign[] => {
    if (isIncidental(path, root) || /(?:^|\/)(?:node_modules|migrations?)\//.test(path)) return [];
    for (const [what, where, pattern] of FILES) {
      const word = pattern
        .exec(path)
        ?.slice(1)
        .find((each) => each !== undefined);
      const name = word === undefined ? undefined : environmentOf(word);
      if (name !== undefined) return [{ path, line: 1, name, where, note: `${what} for ${word}` }];
    }
    return [];
  });
}

/** Environments to which a job deploys before production, by names that elsewhere mean the tests. */
const TRIAL = /^(?:test|testing|tst|playground|beta|demo|integration)$/;

/** Deployment environments of CI; those of package indexes and pages are none. */
function inCi({ delivery }: Project): EnvironmentSign[] {
  return delivery.ci.flatMap(({ jobs }) =>
    jobs.flatMap(({ path, line, environment, matrix, id }): EnvironmentSign[] => {
      const values = [
        environment ?? "",
        ...Object.entries(matrix ?? {}).flatMap(([key, list]) => (/env|stage/i.test(key) ? list : [])),
      ];
      const words = values.flatMap((value) => value.toLowerCase().split(/[^a-z-]+/));
      // A job that deploys to an environment may carry its name only.
      if (environment === undefined && /deploy/i.test(id)) words.push(...id.toLowerCase().split(/[^a-z]+/));
      const deploys = environment !== undefined && /deploy/i.test(id);
      const nameOf = (word: string) => (deploys && TRIAL.test(word) ? "staging" : environmentOf(word));
      const names = new Map<string, string>();
      for (const word of words) {
        const name = nameOf(word);
        if (name !== undefined && !names.has(name)) names.set(name, TRIAL.test(word) ? word : name);
      }
      return [...names].map(([name, word]) => ({
        ...{ path, line, name, where: "deployed" as const },
        note: `${word} in job ${id}`,
      }));
    }),
  );
}

const SETTINGS_MODULE =
  /(?:^|\/)(?:[\w-]{0,40}(?:settings?|config(?:uration)?|constants?|environments?|env)[\w-]{0,20}|__init__|enums?)\.py$|(?:^|\/)(?:settings|config|core)\/\w{1,40}\.py$/i;
const CLASS =
  /^class (Staging|Stage|PreProd|Uat|Qa|Prod|Production|Dev|Development|Debug|Local)\w{0,12}(?:Config|Settings|Configuration)?\s{0,4}[(:]/gm;
const QUOTED = /["'](staging|stage|stg|preprod|uat|production|prod|development|dev|local)["']/gi;

/** Classes of settings, and the values that a setting of the environment may have. */
function inCode({ source }: Project): EnvironmentSign[] {
  return source
    .filter(({ path, notebook }) => !notebook && SETTINGS_MODULE.test(path))
    .flatMap((module): EnvironmentSign[] => {
      const { path, text } = module;
      if (!/stag|prod|develop/i.test(text)) return [];
      const found: EnvironmentSign[] = [];
      const add = (word: string, at: number, note: string): void => {
        const name = environmentOf(word);
        if (name === undefined || found.some((each) => each.name === name)) return;
        found.push({ path, line: text.slice(0, at).split("\n").length, name, where: "code", note });
      };
      for (const match of text.matchAll(CLASS))
        if (/config|settings/i.test(match[0]))
          add(match[1] === "Debug" ? "dev" : match[1]!, match.index, match[0].replace(/\s{0,4}[(:]$/, ""));
      // Values stand together in a Literal, an enumeration or a mapping: one alone is a mere comparison.
      const line = findLine(text, /\b(?:env|environment|app_env|stage|deployment)\w{0,20}\b/i);
      if (line !== undefined)
        for (const match of text.slice(0, 100_000).matchAll(QUOTED))
          add(match[1]!, match.index, `environment ${match[1]}`);
      return found.length > 1 ? found : [];
    });
}

/** Compose files of production beside those of development. */
export function findComposePairs({ delivery }: Project): Place[] {
  const own = delivery.compose.filter(
    ({ broken, path, services }) => broken === undefined && services.length > 0 && !isIncidental(path),
  );
  const production = own.filter(({ development }) => !development);
  const development = own.filter(
    (file) => file.development && (/override/.test(file.path) || isForDevelopment(file.path)),
  );
  if (production.length === 0 || development.length === 0) return [];
  return [...production, ...development].map(({ path, services }) => ({ path, line: services[0]!.line }));
}
