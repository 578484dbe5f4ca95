/** Which tasks a command names: `make -C docs html`, `tox -e lint,py312`, `hatch run test:cov`, `npm test`. */
import { folderOf } from "../files.ts";
import { hasOption, type Invocation, optionValue, optionValues, positionals } from "./invocations.ts";
import { expandNames } from "./tox.ts";

export interface TaskCall {
  tool: string;
  /** None for the runner's defaults. */
  names: readonly string[];
  /** The folder that the command names, `undefined` for the current one. */
  folder?: string;
}

type Env = Readonly<Record<string, string>>;

/** The calls that an invocation may be; the first one that names known tasks counts. */
export function calledTasks(invocation: Invocation, env: Env): TaskCall[] {
  const { program, args, wrappers } = invocation;
  if (hasOption(args, "--version", "--help", "--list")) return [];
  const call = byProgram(program, args, { ...env, ...invocation.env });
  if (call) return [call].flat();
  const wrapper = wrappers.at(-1);
  // `hatch run` has taken `env:` off the name; where a task of that name exists in any environment is asked below.
  if (wrapper && Object.hasOwn(BY_WRAPPER, wrapper))
    return BY_WRAPPER[wrapper]!.map((tool) => ({ tool, names: taskNames(invocation) }));
  return [];
}

const BY_WRAPPER: Readonly<Record<string, readonly string[]>> = {
  "hatch run": ["hatch"],
  "pdm run": ["pdm"],
  "rye run": ["rye"],
  "pixi run": ["pixi"],
  "pipenv run": ["pipenv"],
};

const taskNames = ({ task, written }: Invocation): string[] => [task ?? written];

function byProgram(program: string, args: readonly string[], env: Env): TaskCall | TaskCall[] | undefined {
  switch (program) {
    case "make":
    case "gmake":
      return makeCall(args);
    case "just": {
      const folder = optionValue(args, "-d", "--working-directory");
      return {
        tool: "just",
        names: words(args, ["-f", "--justfile", "-d", "--working-directory"]),
        ...(folder === undefined ? {} : { folder }),
      };
    }
    case "task":
    case "go-task":
      return ["taskipy", "task"].map((tool) => ({
        tool,
        names: words(args, ["-d", "--dir", "-t", "--taskfile"]).slice(0, tool === "taskipy" ? 1 : undefined),
      }));
    case "tox":
      return toxCall(args, env);
    case "nox":
      return noxCall(args, env);
    case "poe":
      return { tool: "poe", names: words(args, ["-C", "--directory", "-e"]).slice(0, 1) };
    case "poetry":
      return args[0] === "poe" ? { tool: "poe", names: words(args.slice(1), []).slice(0, 1) } : undefined;
    case "pdm":
      return { tool: "pdm", names: words(args, ["-p", "--project"]).slice(0, 1) };
    case "invoke":
    case "inv":
      return { tool: "invoke", names: words(args, ["-c", "--collection", "-r"]) };
    case "fab":
      return { tool: "fabric", names: words(args, ["-H", "-u", "-i"]) };
    case "npm":
    case "yarn":
    case "pnpm":
    case "bun":
      return npmCall(args);
    default:
      return undefined;
  }
}

/** Positional words, values of the named options left out. */
function words(args: readonly string[], valued: readonly string[]): string[] {
  const end = args.indexOf("--");
  const own = end === -1 ? args : args.slice(0, end);
  return own.filter(
    (arg, at) => !arg.startsWith("-") && !valued.includes(own[at - 1] ?? "") && !/^\w+=/.test(arg),
  );
}

function makeCall(args: readonly string[]): TaskCall {
  const folder = optionValue(args, "-C", "--directory");
  return {
    tool: "make",
    names: words(args, ["-C", "--directory", "-f", "--file", "-j", "-l", "-o"]),
    ...(folder === undefined ? {} : { folder }),
  };
}

function toxCall(args: readonly string[], env: Env): TaskCall | undefined {
  const [first] = positionals(args);
  if (
    /^(?:list|l|config|c|devenv|d|quickstart|exec|e|depends|de)$/.test(first ?? "") ||
    hasOption(args, "--notest", "-l", "--listenvs", "--devenv", "--showconfig")
  ) {
    return undefined;
  }
  const own = args.includes("--") ? args.slice(0, args.indexOf("--")) : args;
  const named = optionValues(own, "-e", "--env");
  // Several names may follow one option.
  const at = own.lastIndexOf("-e");
  const more =
    at === -1
      ? []
      : own
          .slice(at + 2)
          .filter((arg) => /^[a-z][\w.{},-]*$/.test(arg) && !/^(?:run|r|p|run-parallel)$/.test(arg));
  const listed = named.length > 0 ? [...named, ...more] : [env.TOXENV ?? env.TOX_ENV ?? ""];
  const names = listed
    .filter((each) => !each.includes("$"))
    .flatMap(expandNames)
    .filter((name) => name !== "ALL");
  const place = optionValue(own, "-c", "--conf", "--root");
  const folder = place && (/\.(?:ini|toml|cfg)$/.test(place) ? folderOf(place) : place);
  return { tool: "tox", names, ...(folder ? { folder } : {}) };
}

function noxCall(args: readonly string[], env: Env): TaskCall {
  const own = args.includes("--") ? args.slice(0, args.indexOf("--")) : args;
  const at = own.findIndex((arg) => /^(?:-s|-e|--sessions?)$/.test(arg));
  const rest = at === -1 ? [] : own.slice(at + 1);
  const end = rest.findIndex((arg) => arg.startsWith("-"));
  const listed =
    at === -1
      ? optionValues(own, "--session", "--sessions", "-s")
      : rest.slice(0, end === -1 ? undefined : end);
  const names = (listed.length > 0 ? listed : (env.NOXSESSION ?? "").split(",")).filter(
    (name) => name !== "",
  );
  // `tests-3.12` and `tests(django='5')` are one session with parameters.
  return {
    tool: "nox",
    names: names.flatMap((name) => [
      name
        .replace(/\(.*$/, "")
        .replace(/-(?:pypy|py)?\d[\w.]*$/, "")
        .replace(/-\$.*$/, ""),
    ]),
  };
}

function npmCall(args: readonly string[]): TaskCall | undefined {
  const folder = optionValue(args, "--prefix", "--cwd", "-C", "--dir");
  const names = words(args, ["--prefix", "--cwd", "-C", "--dir", "--filter", "-w", "--workspace"]);
  const isRun = names[0] === "run" || names[0] === "run-script" || names[0] === "workspace";
  const name = isRun ? names[1] : names[0];
  if (name === undefined || /^(?:ci|install|i|add|exec|audit|publish|config|set|pack|cache)$/.test(name))
    return undefined;
  return {
    tool: "npm",
    names: [name === "t" && !isRun ? "test" : name],
    ...(folder === undefined ? {} : { folder }),
  };
}
