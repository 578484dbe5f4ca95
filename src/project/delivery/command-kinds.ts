/**
 * What a command is for: each predicate takes shell text and names the tool that it recognises, or `undefined`.
 * Mentions in comments and in echoed text are none; `--help` and `--version` do nothing.
 */
import { type CommandKind, DJANGO, SETUP, TABLES, TASK_NAMES } from "./command-tables.ts";
import {
  hasOption,
  type Invocation,
  optionValues,
  positionals,
  readInvocations,
  startsWith,
} from "./invocations.ts";

export type { CommandKind } from "./command-tables.ts";
export { allInstalls, type Installation, installs } from "./installs.ts";
export { type ServerStart, startsServer, startsWorker } from "./servers.ts";

interface Pattern {
  words: readonly string[];
  options: readonly string[];
}

const PATTERNS = new Map(Object.entries(TABLES).map(([kind, table]) => [kind, readTable(table)] as const));

function readTable(table: string): Map<string, Pattern[]> {
  const patterns = new Map<string, Pattern[]>();
  for (const entry of table.split(/[|\n]/)) {
    const [program = "", ...rest] = entry.trim().split(" ");
    const isOption = (word: string) => word.startsWith("-");
    const pattern = { words: rest.filter((word) => !isOption(word)), options: rest.filter(isOption) };
    patterns.set(program, [...(patterns.get(program) ?? []), pattern]);
  }
  return patterns;
}

/** The tool by which a command text is of a kind. */
export function toolFor(kind: CommandKind, text: string): string | undefined {
  for (const invocation of readInvocations(text)) {
    if (hasOption(invocation.args, "--version", "--help", "--collect-only")) continue;
    const tool = byTable(kind, invocation) ?? byScript(kind, invocation) ?? bySpecial(kind, invocation);
    const found = tool ?? byTaskName(kind, invocation);
    if (found) return found;
  }
  return undefined;
}

function byTable(kind: CommandKind, { program, args }: Invocation): string | undefined {
  const patterns = PATTERNS.get(kind)?.get(program);
  const found = patterns?.find(
    ({ words, options }) => startsWith(args, words) && options.every((option) => hasPrefixed(args, option)),
  );
  return found && [program, ...found.words].join(" ");
}

const hasPrefixed = (args: readonly string[], option: string): boolean =>
  args.some((arg) => arg === option || (option.startsWith("--") && arg.startsWith(option)));

/** `python manage.py test`, `python setup.py sdist`, `python runtests.py`. */
function byScript(kind: CommandKind, { program, args, wrappers }: Invocation): string | undefined {
  if (program !== "python") return undefined;
  const [script = "", ...rest] = args.filter((arg) => !/^-[\w]/.test(arg));
  const name = script.slice(script.lastIndexOf("/") + 1);
  if (name === "manage.py")
    return rest.some((arg) => DJANGO[kind]?.has(arg)) ? `manage.py ${rest[0]}` : undefined;
  if (name === "setup.py") {
    const command = rest.find((arg) => SETUP[kind]?.has(arg));
    return command && `setup.py ${command}`;
  }
  if (kind !== "tests" || !name.endsWith(".py")) return undefined;
  if (/^(?:run_?|all_?)?(?:unit_?)?tests?(?:_[\w-]*)?\.py$/i.test(name)) return name;
  // `python tests/run.py`; what coverage measures in the folder of the tests runs them, whatever it is called.
  const inTests = /(?:^|\/)tests?\//.test(script);
  const starts =
    wrappers.includes("coverage run") || /^(?:run|runner|main|__main__|all|settings)\.py$/.test(name);
  return inTests && starts ? script : undefined;
}

/** An address by which a platform is told to deploy: Render, Vercel, Coolify, Portainer. */
const DEPLOY_HOOK =
  /deploy(?:ment)?[-_]?(?:web)?hook|(?:web)?hook[-_]?deploy|api\.render\.com\/deploy|\bDEPLOY\w{0,30}_URL\b|(?:coolify|portainer|easypanel|caprover)\w{0,30}(?:hook|url)/i;

function bySpecial(kind: CommandKind, { program, args, wrappers, module }: Invocation): string | undefined {
  // `ruff .`, as it was before there were subcommands, and the hook of that name.
  const bareRuff =
    program === "ruff" &&
    !/^(?:check|format|rule|config|linter|clean|server|analyze|version|help)$/.test(
      positionals(args)[0] ?? "",
    );
  if (kind === "linter" && bareRuff) return "ruff";
  if (kind === "linter" && program === "pre-commit" && args.includes("run")) return "pre-commit";
  if (kind === "linter" && program === "prek" && (args.length === 0 || args.includes("run"))) return "prek";
  if (kind === "security" && program === "ruff") {
    return optionValues(args, "--select", "--extend-select").some((value) => /(?:^|,)S\d*(?:,|$)/.test(value))
      ? "ruff (S)"
      : undefined;
  }
  if (kind === "coverage" && wrappers.includes("coverage run")) return "coverage";
  if (kind === "coverage" && wrappers.includes("slipcover")) return "slipcover";
  if (kind === "deploy" && (program === "curl" || program === "wget") && DEPLOY_HOOK.test(args.join(" ")))
    return `${program} of a deploy hook`;
  if (kind === "deploy" && program === "git" && startsWith(args, ["push"])) {
    return args.some((arg) => /^(?:heroku|dokku|piku|caprover)/.test(arg))
      ? `git push ${args[1]}`
      : undefined;
  }
  // A test package of the project's own, or a word that the entry point of an image understands.
  if (
    kind === "tests" &&
    /^(?:tests|test_(?:all|unit|nose|pytest|functional|integration|e2e))$/.test(program)
  ) {
    if (module) return program === "tests" ? "python -m tests" : undefined;
    return wrappers.length > 0 ? `${wrappers.at(-1)} ${program}` : undefined;
  }
  return undefined;
}

const RUNNERS = new Set([
  "make",
  "gmake",
  "just",
  "task",
  "go-task",
  "poe",
  "invoke",
  "inv",
  "tox",
  "nox",
  "doit",
  "rake",
  "mage",
  "mise",
  "earthly",
]);
const TASK_WRAPPERS = /^(?:hatch|pdm|pipenv|poetry|rye|pixi|npx) run$/;

/** A task or script that is known by its name only. */
function byTaskName(kind: CommandKind, invocation: Invocation): string | undefined {
  const { program, args, wrappers } = invocation;
  if (program === "tox" || program === "nox") return byEnvironment(kind, invocation);
  const isTest = (name: string): boolean => TASK_NAMES[kind].test(name.toLowerCase());
  if (RUNNERS.has(program)) {
    const name = positionals(args).find(isTest);
    return name && `${program} ${name}`;
  }
  const wrapper = wrappers.at(-1) ?? "";
  if (TASK_WRAPPERS.test(wrapper) && isTest(program) && !/[./\\]/.test(program))
    return `${wrapper} ${program}`;
  const script = /^(?:bash|sh|source|\.)$/.test(program) ? (positionals(args)[0] ?? "") : invocation.written;
  const isPath =
    /\.(?:sh|bash|ps1|bat|cmd)$|^\.\/[\w./-]{1,200}\.py$/.test(script) ||
    /^\.{0,2}\/?[\w.-]*(?:scripts?|ci|bin|tools)\//.test(script);
  return isPath && isTest(script.slice(script.lastIndexOf("/") + 1)) ? script : undefined;
}

/** `tox -e py312`, `nox -s tests`; a bare call runs everything, tests among it. */
function byEnvironment(kind: CommandKind, { program, args }: Invocation): string | undefined {
  if (
    hasOption(args, "-l", "--list", "--listenvs", "--notest", "--devenv") ||
    ["list", "config", "devenv", "l"].includes(args[0] ?? "")
  ) {
    return undefined;
  }
  const names = optionValues(args, "-e", "-s", "--env", "--session", "--sessions").flatMap((value) =>
    value.split(","),
  );
  if (names.length === 0) return kind === "tests" ? program : undefined;
  const found = names.find(
    (name) =>
      TASK_NAMES[kind].test(name) || (kind === "tests" && /^(?:py|pypy)[\d.{]*(?:$|[-,\d}])|\$/.test(name)),
  );
  // An expression names nothing that could be shown.
  if (found === undefined || found.includes("$")) return found && program;
  return `${program} -${program === "tox" ? "e" : "s"} ${found}`;
}

export const runsTests = (text: string): string | undefined => toolFor("tests", text);
export const runsLinter = (text: string): string | undefined => toolFor("linter", text);
export const runsFormatter = (text: string): string | undefined => toolFor("formatter", text);
export const runsTypeChecker = (text: string): string | undefined => toolFor("type-checker", text);
export const buildsArtifact = (text: string): string | undefined => toolFor("build", text);
/** Uploads a package, pushes an image or makes a release. */
export const publishes = (text: string): string | undefined => toolFor("publish", text);
export const deploys = (text: string): string | undefined => toolFor("deploy", text);
export const scansSecurity = (text: string): string | undefined => toolFor("security", text);
export const measuresCoverage = (text: string): string | undefined => toolFor("coverage", text);
export const runsMigrations = (text: string): string | undefined => toolFor("migrations", text);

/** Copies files to a server or works on it by hand: `scp`, `rsync` to a host, `ssh host "git pull …"`. */
export function deploysByHand(text: string): string | undefined {
  // An expression of the forge is one word, whatever spaces are in it.
  const plain = text.replace(/\$\{\{\s{0,4}([\w.-]{1,80})\s{0,4}\}\}/g, "$${$1}");
  for (const { program, args } of readInvocations(plain)) {
    const remote = args.some(
      (arg) => /^[\w.$%{}<>[\]-]{1,100}@?[\w.$%{}<>[\]-]{0,100}:[^:]/.test(arg) && !/^\w+:\/\//.test(arg),
    );
    if ((program === "scp" || program === "rsync" || program === "sftp") && remote) return program;
    const work =
      /\b(?:git (?:pull|fetch|reset|checkout)|docker[ -]compose|docker (?:pull|run|restart)|systemctl|supervisorctl|restart|pm2|deploy|\.\/\S{1,200}\.sh)\b/;
    if (program === "ssh" && (work.test(args.join(" ")) || /<<-?\s{0,4}["']?\w/.test(text))) return "ssh";
  }
  return undefined;
}
