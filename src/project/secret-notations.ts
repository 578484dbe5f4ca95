/** How files of each kind write a name and its value. */
import type { PythonModule } from "./python/module.ts";
import { type Assignment, readOtherAssignments, readPythonAssignments } from "./secret-assignments.ts";

/** Lists of hashes and versions; nothing in them is a name with a value. */
const LOCK =
  /(?:^|\/)(?:[\w.-]{0,40}\.lock|package-lock\.json|pnpm-lock\.ya?ml|npm-shrinkwrap\.json|go\.sum|pylock[\w.-]{0,40}\.toml|conda-lock\.ya?ml|\.secrets\.baseline|[\w.-]{0,40}checksums?\.\w{1,8}|SHA\d{1,3}SUMS)$/i;
const CONFIGURATION =
  /\.(?:ya?ml|toml|ini|cfg|conf|config|properties|env|tf|tfvars|hcl|j2)$|(?:^|\/)(?:\.env[^/]{0,40}|\.?netrc|_netrc|\.pgpass|\.npmrc|\.pypirc|environment|\.my\.cnf|credentials)$/i;
/** Files in which a bare value goes on to the end of its line. */
const ENDS_WITH_LINE = /\.(?:env|ini|cfg|conf|properties)$|(?:^|\/)(?:\.env[^/]{0,40}|\.flaskenv)$/i;
const SHELL =
  /\.(?:sh|bash|zsh|ps1|bat|service)$|(?:^|\/)(?:[^/]{0,40}Dockerfile[^/]{0,40}|Containerfile|Makefile|justfile|Procfile|Vagrantfile|Jenkinsfile)$/i;
export const OTHER_CODE =
  /\.(?:jsx?|tsx?|mjs|cjs|vue|svelte|json|json5|php|rb|go|java|kt|cs|swift|rs|scala|groovy|gradle|lua|pl|r|sql|xml|plist|dart)$/i;

/** Nothing in it is a name with a value. */
export const isLock = (path: string): boolean => LOCK.test(path);

/** Scripts, and configuration of CI and images with steps of a shell. */
export const holdsCommands = (path: string): boolean => SHELL.test(path) || CONFIGURATION.test(path);

/** Literals under secret-like names, read as the kind of the file asks. */
export function readAssignments(path: string, module: PythonModule | undefined, text: string): Assignment[] {
  if (module) return readPythonAssignments(text, module.code);
  if (CONFIGURATION.test(path))
    return readOtherAssignments(text, { bare: true, colon: true, line: ENDS_WITH_LINE.test(path) });
  if (SHELL.test(path)) return readOtherAssignments(text, { bare: true, colon: false });
  return OTHER_CODE.test(path) ? readOtherAssignments(text, { bare: false, colon: true }) : [];
}
