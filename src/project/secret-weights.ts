/** How much a credential counts: by what it is, where it stands, and whether other settings are read over it. */
import type { Project } from "./project.ts";
import type { PythonModule } from "./python/module.ts";
import { oncePer } from "./remember.ts";
import { isCalledTest, isCi } from "./secret-standing.ts";
import { findSecrets, type Secret } from "./secrets.ts";

/** How much a credential counts: a finding, one of low certainty, or one that is only named. */
export type Weight = "held" | "doubtful" | "named";

/** What a credential is seen beside: all the others, and whether other settings are read over the code's own. */
interface Others {
  /** Names of those in configuration files. */
  deployed: ReadonlySet<string | undefined>;
  overrides: boolean;
}

const IN_USE: ReadonlySet<string> = new Set(["code", "configuration"]);

function weigh(secret: Secret, others: Others): Weight {
  const { value, weak, issued, standing } = secret;
  // A token that an issuer made is live wherever it stands, but for test data, samples and ignored files.
  if (issued && !weak && value === "strong") {
    if (standing === "documentation") return isDump(secret.path) ? "held" : "doubtful";
    if (standing === "development") return "held";
  }
  // A service's token in a workflow is no throw-away password of a database that lives for a minute.
  if (standing === "development" && isCi(secret.path) && value === "strong" && isToken(secret))
    return "doubtful";
  // Whoever starts the one compose file that there is without a word signs with what everybody can read.
  if (
    standing === "development" &&
    secret.setting &&
    value === "strong" &&
    !weak &&
    COMPOSE.test(secret.path)
  )
    return "doubtful";
  // What such a program holds may be plain to try things with; what has been chosen as a password is one.
  if (standing === "development" && secret.module?.role === "source" && isCalledTest(secret.path))
    return value === "strong" && !weak ? "held" : "named";
  if (!IN_USE.has(standing)) return "named";
  if (isInUseEnv(secret) || isInUseValue(secret)) return "doubtful";
  if (value === "strong") return weak ? "doubtful" : "held";
  return weak ? "named" : weighPlain(secret, others);
}

/** A text file that is no page for readers: the output of a program, a list, notes. */
const isDump = (path: string): boolean =>
  /\.txt$/i.test(path) &&
  !/(?:^|\/)docs?\/|(?:^|\/)(?:readme|change|history|news|install|usage|contributing|todo)[^/]{0,40}$/i.test(
    path,
  );

/** A compose file whose name says neither development nor tests. */
const COMPOSE = /(?:^|\/)(?:docker-)?compose\.ya?ml$/;

const isToken = ({ name = "", setting, weak }: Secret): boolean =>
  !setting && !weak && /(?:token|(?:api|access)_?key|client_?secret)$/i.test(name.replaceAll("-", "_"));

/** A plain word as the password in an environment file that is no sample. */
const isInUseEnv = ({ path, value, standing }: Secret): boolean =>
  standing === "configuration" && value === "weak" && /(?:^|\/)\.env[^/]{0,40}$/.test(path);

/** Files of one deployment's values, unlike those of a chart's defaults: `grafana-values.yaml`, `group_vars/all.yml`. */
const VALUES =
  /(?:^|\/)(?:[\w.]{1,60}-values|values[-.][\w.-]{1,60})\.ya?ml$|(?:^|\/)(?:group|host)_vars\/|\.tfvars$/;

/** A word that somebody chose as the password of what is deployed. */
const isInUseValue = ({ path, chosen, standing }: Secret): boolean =>
  standing === "configuration" && chosen === true && VALUES.test(path);

/** Plain words and placeholders: live where nothing else sets them. */
function weighPlain(secret: Secret, { deployed, overrides }: Others): Weight {
  const { value, setting, fallback, module, name } = secret;
  if (name === undefined) return "named";
  if (!module) return setting && secret.standing === "configuration" ? "doubtful" : "named";
  if (!setting) return value === "weak" || fallback ? "doubtful" : "named";
  if (!fallback) return isOverridden(module) || (overrides && isDefault(secret)) ? "doubtful" : "held";
  return deployed.has(name) ? "held" : "doubtful";
}

/** The module takes in other settings after its own, so the literal may never be used. */
const isOverridden = oncePer(
  ({ code }: PythonModule) =>
    /\b(?:local_settings|settings_local|local|secrets?|production)\s+import\s+\*/.test(code) ||
    OVERRIDES.test(code),
);

const OVERRIDES = /\.from_(?:pyfile|envvar|prefixed_env|file|object)\(/;

/** A module of defaults, where the application reads other settings over them. */
const isDefault = ({ path }: Secret): boolean => /(?:^|[/_.-])defaults?(?:[/_.-]|$)/i.test(path);

/** Every credential with its weight, in order of paths and lines. */
export function weighSecrets(project: Project): readonly { secret: Secret; weight: Weight }[] {
  const all = findSecrets(project);
  const others = {
    deployed: new Set(
      all.flatMap(({ module, name, standing }) => (!module && standing === "configuration" ? [name] : [])),
    ),
    overrides: project.source.some(({ code, text }) => text.includes(".from_") && OVERRIDES.test(code)),
  };
  return all.map((secret) => ({ secret, weight: weigh(secret, others) }));
}
