/** Credentials as settings in the code, by their names; what a value itself gives away is secrets-not-in-code's matter. */
import type { Evidence } from "../engine/rule.ts";
import { isSecretName } from "./environment-reads.ts";
import type { Project } from "./project.ts";
import { developmentAt } from "./secret-standing.ts";
import { isRandomLetters } from "./secret-values.ts";

/** Settings whose names speak of a secret bound to a literal that looks like a secret; placeholders and names of fields are none. */
export function findLiteralSecrets({ source }: Pick<Project, "source">): Evidence[] {
  return source.flatMap((module) => {
    if (/(?:^|[/_.])(?:dev|development|local|test|testing|ci)\w{0,20}\.py$/.test(module.path)) return [];
    if (!module.mentionsAny(SECRET_WORDS)) return [];
    return module.statements.flatMap((one) => {
      if (one.keyword !== "") return [];
      NAMED.lastIndex = one.start;
      const [, named = ""] = NAMED.exec(module.text) ?? [];
      if (named === "" || !isSecretName(named)) return [];
      const written = module.text.slice(one.start, Math.min(one.end, one.start + 400));
      const found =
        /^\s{0,80}(?:self\.|app\.config\[["'])?([A-Za-z_]\w{1,60})(?:["']\])?\s{0,4}(?::\s{0,4}\w{1,20}\s{0,4})?=\s{0,4}[rb]?["']([^"'\n]{6,300})["']\s*(?:#.{0,200})?$/.exec(
          written,
        );
      const [, name = "", value = ""] = found ?? [];
      const isSecret = found && looksSecret(value, name) && developmentAt(module, one.line) === undefined;
      return isSecret ? [module.at(one.line, name)] : [];
    });
  });
}

/** One of them stands in the code wherever a secret is set: a part of its name, or the mapping of settings it is put into. */
const SECRET_WORDS =
  "secret secrets password passwd pwd pass passphrase token apikey credential credentials dsn key salt config".split(
    " ",
  );

/** What a statement may give a value. */
const NAMED = /\s{0,80}(?:self\.|app\.config\[["'])?([A-Za-z_]\w{1,60})/y;

const looksSecret = (value: string, name: string): boolean => isRandomLetters(value) || isMixed(value, name);

/** What a secret is hashed or signed with: `pbkdf2_sha512`, `HS256`. */
const ALGORITHM =
  /^(?:pbkdf2|b?crypt|argon2|scrypt|sha|md5|hmac|[hrep]s\d{3})[a-z\d]{0,6}(?:[_-][a-z\d]{1,8}){0,3}$/i;

const isMixed = (value: string, name: string): boolean =>
  !ALGORITHM.test(value) &&
  !/\s|^https?:|^[/.]|[{}<>%$]|\*{3}/.test(value) &&
  !/^(?:none|null|password|passwd|secret|token|api_?key|authorization|bearer|basic|csrf\w{0,20}|access_token|refresh_token|x-[\w-]{1,40}|[a-z]+(?:[_:./-][a-z]+){0,6})$/i.test(
    value,
  ) &&
  value.toLowerCase() !== name.toLowerCase() &&
  (/\d|\W/.test(value) || (/[A-Z]/.test(value) && /[a-z]/.test(value)));
