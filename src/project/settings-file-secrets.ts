/** Credentials that the code takes out of a file of settings which it reads: `config["telegram_token"]` of `config.yml`. */
import { isSecretName } from "./environment-reads.ts";
import type { Project } from "./project.ts";
import type { PythonModule } from "./python/module.ts";

export interface SettingsFileSecret {
  module: PythonModule;
  line: number;
  name: string;
}

/** One of them stands in the code wherever `LOADS` matches. */
const LOADERS = "yaml tomllib tomli toml json ConfigParser RawConfigParser OmegaConf".split(" ");
const LOADS =
  /\b(?:yaml\.(?:safe_|full_)?load|(?:tomllib|tomli|toml|json)\.load|(?:Raw)?ConfigParser|OmegaConf\.load)\(/;
/** A name for settings, keys of parts, and the last key; ConfigParser's `get` takes the part first. */
const TAKEN =
  /(?:conf|cfg|settings|options)(?<=(?<![\w.])\w{3,40})\w{0,20}(?:\[["'][\w.-]{1,60}["']\]){0,3}(?:\[|\.get\((?:["'][\w.-]{1,60}["'],\s{0,4})?)["']([\w.-]{1,60})["']\)?\]?/gi;

/** In the modules that read such a file, in order; what is written there is none. */
export const findSettingsFileSecrets = ({ source }: Project): SettingsFileSecret[] =>
  source.flatMap((module) => {
    if (!module.mentionsAny(LOADERS) || !LOADS.test(module.code)) return [];
    return [...module.text.matchAll(TAKEN)].slice(0, 200).flatMap(({ 0: whole, 1: name = "", index }) => {
      const inCode = module.code.charAt(index) === module.text.charAt(index);
      const written = /^\s{0,4}=(?!=)/.test(
        module.text.slice(index + whole.length, index + whole.length + 8),
      );
      return inCode && !written && isSecretName(name) ? [{ module, line: module.lineAt(index), name }] : [];
    });
  });
