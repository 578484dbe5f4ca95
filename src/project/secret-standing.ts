/** Where a credential stands: what decides whether it is held against the project. */
import { developmentEnvFiles } from "./compose-env-files.ts";
import { baseName } from "./files.ts";
import type { Project } from "./project.ts";
import type { PythonModule } from "./python/module.ts";
import { roleOf } from "./python/roles.ts";
import type { Statement } from "./python/statements.ts";
import { oncePer } from "./remember.ts";
import type { Assignment } from "./secret-assignments.ts";

export type Standing =
  | "code"
  | "configuration"
  /** Compose files, CI, build steps of images, settings for development. */
  | "development"
  | "test"
  | "documentation"
  | "sample"
  /** Kept out of version control by .gitignore, and in the archive only because a working folder was packed. */
  | "ignored";

/** Tests of other languages, and scripts that run tests with settings of their own. */
const TEST =
  /\.(?:spec|test|stories|cy)\.[cm]?[jt]sx?$|(?:^|\/)__(?:tests|mocks)__\/|(?:^|\/)(?:run_?tests?|tests?_?runner|quicktest|runtests_\w{1,20})\.py$/i;
const PROSE = /\.(?:md|markdown|rst|txt|adoc|asciidoc|rdoc|org|tex|mdx)$/i;
/** Text files that pip reads. */
const REQUIREMENTS =
  /(?:^|\/)(?:[\w.-]{0,40}(?:requirements|constraints)[\w.-]{0,40}|requirements\/[\w.-]{1,60})\.txt$/i;
const SAMPLE =
  /(?:^|[._/-])(?:ex[ae]mples?|samples?|templates?|tmpl|tpl|dist|default|skel(?:eton)?|boilerplate|j2|in)(?:[._-]|$)/i;
const DEVELOPMENT =
  /(?:^|[/._-])(?:dev|dev[-_]?scripts?|dev[-_]?tools?|devel|development|local|localhost|localdev|ci|test|tests|testing|uat|smoke_?tests?|mock|mocks|stub|fixtures?|testdata|e2e|cypress|playwright|molecule|sandbox|devcontainer|vagrant\w{0,10})(?:[/._-]|$)/i;
const CI =
  /(?:^|\/)(?:\.github|\.gitlab|\.circleci|\.azure(?:-pipelines)?|\.buildkite|\.woodpecker|\.devcontainer|\.vscode|\.idea|\.ci)\/|(?:^|\/)(?:\.travis|\.gitlab-ci|appveyor|\.appveyor|\.drone|\.cirrus|bitbucket-pipelines|azure-pipelines|codecov|cloudbuild|tox|pytest|noxfile|Jenkinsfile|Vagrantfile)/i;
const COMPOSE = /(?:^|\/)[\w.-]{0,60}compose[\w.-]{0,60}\.ya?ml$/i;
/** Python modules that are copied before they are filled in: `config-template.py`, `settings.example.py`. */
export const SAMPLE_MODULE =
  /(?:conf|config|settings|secrets?|credentials?|keys?)[._-](?:examples?|samples?|templates?|dist)\.py$|(?:^|[/._-])(?:examples?|samples?|templates?)[._-](?:conf|config|settings|secrets?|credentials?|keys?)\.py$/i;
const PRODUCTION = /(?:^|[/._-])(?:prod|production|live|release)(?:[/._-]|$)/i;

/** The standing of what a file holds; `undefined` for vendored files, which are not the project's. */
export function standingOf(project: Project, path: string, own: ReadonlySet<string>): Standing | undefined {
  if (project.artifact === "worktree" && project.delivery.gitignore?.ignores(path)) return "ignored";
  const module = project.module(path);
  const role = own.has(path) ? "source" : (module?.role ?? roleOf(path, ""));
  if (role === "vendored") return undefined;
  if (role === "test" || TEST.test(path)) return "test";
  if (role === "example" || (module ? SAMPLE_MODULE : SAMPLE).test(baseName(path))) return "sample";
  if (role === "docs" || (PROSE.test(path) && !REQUIREMENTS.test(path))) return "documentation";
  // No program can import a module from a hidden folder: it belongs to a tool.
  if (module && /(?:^|\/)\.[a-z][\w-]{0,60}\//i.test(path)) return "development";
  if (CI.test(path) || (!PRODUCTION.test(path) && (COMPOSE.test(path) || DEVELOPMENT.test(path))))
    return "development";
  if (developmentEnvFiles(project).has(path)) return "development";
  if (REQUIREMENTS.test(path)) return "configuration";
  const settings = /\.(?:ya?ml|toml|ini|cfg|conf|env|properties)$|(?:^|\/)\.env[^/]{0,40}$/i;
  return !module && settings.test(path) ? "configuration" : "code";
}

/** Whether nothing but its beginning, `test_case1.py`, makes a program one for development. */
export const isCalledTest = (path: string): boolean =>
  /(?:^|\/)tests?[_-][^/]{1,80}\.py$/i.test(path) &&
  !/settings|conf|env|secret|credential/i.test(path) &&
  !DEVELOPMENT.test(path.replace(/(^|\/)tests?[_-](?=[^/]{1,80}$)/i, "$1"));

/** Files that CI reads. */
export const isCi = (path: string): boolean => CI.test(path);

/** Inside a class or branch that says it is for development or tests. */
export function developmentAt(module: PythonModule, line: number): Standing | undefined {
  for (let block = module.statementAt(line)?.parent; block; block = block.parent) {
    const head = module.code.slice(block.start, Math.min(block.end, block.start + 200));
    const named =
      /\bclass\s+\w{0,40}(?:Dev|Test|Local|CI|Mock|Fake)(?:elopment|ing)?(?:[A-Z_]\w{0,40})?\b/.test(head);
    const branch =
      /\b(?:el)?if\b[^:]{0,120}\b(?:DEBUG|TESTING|DEVELOPMENT|is_dev\w{0,10})\b/i.test(head) &&
      !/\bnot\b/.test(head);
    if (named || branch) return "development";
  }
  return undefined;
}

/** A field of a settings model, a default of a parameter or option, a mapping that a later file overrides. */
export function isOverridable(module: PythonModule, one: Assignment, line: number): boolean {
  const statement = module.statementAt(line);
  if (!statement) return false;
  if (statement.keyword === "def" || statement.keyword === "lambda") return true;
  if (one.form !== "assignment" && givesDefaults(module)(statement)) return true;
  const block = statement.parent;
  return (
    block?.keyword === "class" &&
    (isOverridden(module, one.name, block) ||
      /\([^)]{0,200}(?:Settings|BaseModel|Schema)\b/.test(headOf(module, block)))
  );
}

const headOf = ({ code }: PythonModule, { start, end }: Statement): string =>
  code.slice(start, Math.min(end, start + 2_000));

/** Whether a statement gives values that something else may replace; one may hold thousands of them. */
const givesDefaults = oncePer((module: PythonModule) =>
  oncePer(({ start, end }: Statement) =>
    /\.(?:setdefault|from_mapping)\(|add_argument\(|\.option\(|Option\(|Argument\(/.test(
      module.code.slice(start, end),
    ),
  ),
);

/** A class for production that builds on this one reads the setting from the environment. */
function isOverridden(module: PythonModule, name: string, block: Statement): boolean {
  const [, base = ""] = /\bclass\s{1,4}(\w{1,80})/.exec(headOf(module, block)) ?? [];
  return overridden(module).get(base)?.has(name) === true;
}

const FOR_PRODUCTION = /\bclass\s{1,4}\w{0,80}(?:Prod|Live|Deploy)\w{0,80}\s{0,4}\(([^)]{0,200})/;

/** What classes for production read from the environment, by the names of the classes they build on. */
const overridden = oncePer((module: PythonModule) => {
  const names = new Map<string, Set<string>>();
  for (const one of module.statements) {
    const bases = one.keyword === "class" ? FOR_PRODUCTION.exec(headOf(module, one))?.[1] : undefined;
    if (bases === undefined) continue;
    const read = module.inside(one).flatMap(({ start, end }) => {
      const written = module.code.slice(start, Math.min(end, start + 300));
      const name = /^\s{0,80}([\w.]{1,80})\s{0,4}=[^=]/.exec(written)?.[1];
      return name !== undefined && /environ|getenv|\benv\(|config\(/.test(written) ? [name] : [];
    });
    for (const base of (bases.match(/\w{1,80}/g) ?? []).slice(0, 10)) {
      const known = names.get(base) ?? new Set();
      names.set(base, known);
      for (const name of read) known.add(name);
    }
  }
  return names;
});

const LOOKS_UP =
  /(?:\.get|getenv)\(\s{0,40}(?=((?:\w{1,80}\.){0,4}\w{1,80}))|\[(?=((?:\w{1,60}\.){0,5}\w{1,80})\])/g;

/** Names under which the code looks something up. */
const lookedUp = oncePer((source: readonly PythonModule[]) => {
  const names = new Set<string>();
  for (const { code } of source)
    for (const [, asked, index = ""] of code.matchAll(LOOKS_UP)) {
      const parts = (asked ?? index).split(".");
      if (asked !== undefined) for (const part of parts) names.add(part);
      else names.add(parts.at(-1) === "value" ? (parts.at(-2) ?? "") : (parts.at(-1) ?? ""));
    }
  return names;
});

/** `VAULT_SECRET_KEY = "FRED_API_KEY"`, `USER_JWT_KEY = "user"`: a name under which the code looks something up: `.get(VAULT_SECRET_KEY)`. */
export function isNameOfKey({ name, value, form }: Assignment, { source }: Pick<Project, "source">): boolean {
  return form === "assignment" && NAME_OF_KEY.test(value) && lookedUp(source).has(name);
}

/** `FRED_API_KEY`, or a plain word such as `user`; one that says what it is for may be the key itself. */
const NAME_OF_KEY =
  /^[A-Z][A-Z\d]{0,40}(?:_[A-Z\d]{1,40}){1,8}$|^(?!\w{0,60}(?:secret|pass|key|change))[a-z]{2,20}(?:_[a-z]{2,20}){0,2}$/;

/** Calls that are given what a framework signs with; elsewhere `secret_key=` is what a service has issued. */
const SIGNS =
  /(?:Middleware|Serializer|Signer|Storage|Strategy|Factory|Policy|Backend|Manager|Settings|Config|update|from_mapping|configure|setup|setdefault|dict|encode|decode|Flask|Quart|Sanic|Starlette|FastAPI|Application|App|(?:JWT|Auth|Session|Cookie)\w{0,80})$/;

/** `Market(secret_key="…")`: given to a client, and not to what signs. */
export function isOfClient({ form, at }: Assignment, module: PythonModule | undefined): boolean {
  if (form !== "argument" || !module) return false;
  const before = module.code.slice(Math.max(0, at - 600), at);
  let depth = 0;
  for (let i = before.length - 1; i >= 0; i--) {
    const mark = before[i];
    if (mark === ")") depth++;
    else if (mark === "(" && depth-- === 0)
      return !SIGNS.test(/[\w.]{1,80}$/.exec(before.slice(0, i))?.[0] ?? "");
  }
  return false;
}
