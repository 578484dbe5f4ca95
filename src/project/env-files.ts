/** Environment files: `.env` and its kin, what they set and what for. */
import { developmentEnvFiles } from "./compose-env-files.ts";
import { baseName } from "./files.ts";
import type { Project } from "./project.ts";
import { roleOf } from "./python/roles.ts";

export interface EnvFile {
  path: string;
  /** Lines that give a name a value; empty and encrypted ones and mere references to other variables are left out. */
  values: readonly { name: string; line: number }[];
  /**
   * What its name and folder say it is for; `composed` where a compose file for development takes it, `use` where
   * nothing says.
   */
  purpose: "sample" | "test" | "development" | "composed" | "ignored" | "use";
  /** `.env` or `.env.something`, which applications and Compose load by themselves. */
  dotenv: boolean;
}

const ENV_FILE =
  /(?:^|\/)(?:\.env(?:[._-][^/]{1,60})?|[^/]{1,60}\.env|\.flaskenv|\.envrc)$|(?:^|\/)\.envs\//i;
const SAMPLE =
  /(?:^|[._/-])(?:ex(?:[ae]mples?)?|samples?|templates?|tmpl|tpl|dist|defaults?|skel(?:eton)?|schema|vault|enc|encrypted|gpg|j2|in|md)(?:[._-]|$)/i;
const TEST = /(?:^|[._/-])(?:tests?|testing|ci|e2e|fixtures?|mock)(?:[._/-]|$)/i;
const DEVELOPMENT = /(?:^|[._/-])(?:dev|devel|development|local|localdev|devcontainer)(?:[._/-]|$)/i;
const ASSIGNMENT = /^[ \t]{0,20}(?:export[ \t]{1,4})?([A-Za-z_][\w.]{0,100})[ \t]{0,8}=[ \t]{0,8}(.{0,400})/;

/** As SOPS and dotenvx write what only the holder of a key can read. */
const ENCRYPTED = /^(?:ENC\[|encrypted:)/;

/** Environment files of the project, vendored ones left out. */
export function findEnvFiles(project: Project): EnvFile[] {
  return project.files.paths.flatMap((path) => {
    if (!ENV_FILE.test(path) || roleOf(path, "") === "vendored") return [];
    const text = project.files.text(path);
    if (text === undefined) return [];
    const dotenv = /^\.env/.test(baseName(path)) && baseName(path) !== ".envrc";
    return [{ path, values: readValues(text), purpose: purposeOf(project, path), dotenv }];
  });
}

function purposeOf(project: Project, path: string): EnvFile["purpose"] {
  if (project.artifact === "worktree" && project.delivery.gitignore?.ignores(path)) return "ignored";
  const role = roleOf(path, "");
  if (SAMPLE.test(baseName(path)) || role === "example" || role === "docs") return "sample";
  if (TEST.test(path) || role === "test") return "test";
  // By convention `.env.local` is what a developer keeps to themselves.
  if (DEVELOPMENT.test(path) && baseName(path) !== ".env.local") return "development";
  return developmentEnvFiles(project).has(path) ? "composed" : "use";
}

function readValues(text: string): { name: string; line: number }[] {
  return text.split("\n").flatMap((written, index) => {
    const [, name, value = ""] = ASSIGNMENT.exec(written) ?? [];
    const bare = value
      .replace(/[ \t]#.*/, "")
      .trim()
      .replace(/^["']|["']$/g, "");
    return name === undefined ||
      bare === "" ||
      ENCRYPTED.test(bare) ||
      /^(?:sops_|DOTENV_PUBLIC_KEY)/.test(name) ||
      /^\$\{?[\w:-]{1,100}\}?$/.test(bare) ||
      bare.startsWith("#")
      ? []
      : [{ name, line: index + 1 }];
  });
}
