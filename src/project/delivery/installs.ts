/** What a command installs, and whether from a lock. */
import { hasOption, type Invocation, optionValues, readInvocations, startsWith } from "./invocations.ts";

export interface Installation {
  /** `pip`, `uv sync`, `poetry install`… */
  tool: string;
  /**
   * `lock`: from a lock file, whose use the tool enforces or implies. `file`: from requirements or constraints files
   * (whether they are pinned, the manifests say). `project`: the project itself or an editable install with
   * whatever its metadata allows. `names`: packages by name.
   */
  from: "lock" | "file" | "project" | "names";
  /** Requirement and constraint files as written. */
  files: readonly string[];
  /** Packages as written, `pip==24.0` and alike. */
  names: readonly string[];
  /** Hashes or an unchanged lock are enforced (`--require-hashes`, `--frozen`, `--locked`, `--deploy`). */
  enforced: boolean;
}

/** Packages that installers and builds are made of; they are no dependencies of the project. */
const INSTALLERS =
  /^(?:pip|setuptools|wheel|uv|poetry|poetry-core|pipenv|pdm|hatch|hatchling|pip-tools|virtualenv|tox(?:-[\w-]{1,30})?|nox|build|twine|pipx|pre-commit|cython|cibuildwheel)(?![\w-])/i;

/** Whether a package is one of those. */
export const isInstaller = (name: string): boolean => INSTALLERS.test(name);

/** What the first installing command of a text installs; installers that install themselves are passed over. */
export function installs(text: string): Installation | undefined {
  return allInstalls(text)[0];
}

export function allInstalls(text: string): Installation[] {
  return readInvocations(text).flatMap((invocation) => readInstallation(invocation) ?? []);
}

function readInstallation(invocation: Invocation): Installation | undefined {
  const { program, args } = invocation;
  const byLock = lockInstallation(program, args);
  if (byLock) return byLock;
  if (program === "pip" && startsWith(args, ["install"]))
    return pipInstallation("pip install", afterWord(args, "install"));
  if (program === "uv" && startsWith(args, ["pip", "install"])) {
    return pipInstallation("uv pip install", afterWord(args, "install"));
  }
  if (
    (program === "pip-sync" || (program === "uv" && startsWith(args, ["pip", "sync"]))) &&
    args.length > 0
  ) {
    const files = args.filter((arg) => /\.(?:txt|lock|toml|in)$/.test(arg));
    return {
      tool: program === "uv" ? "uv pip sync" : "pip-sync",
      from: "lock",
      files,
      names: [],
      enforced: true,
    };
  }
  if (
    program === "python" &&
    args.some((arg) => arg.endsWith("setup.py")) &&
    args.some((arg) => arg === "install" || arg === "develop")
  ) {
    return { tool: "setup.py", from: "project", files: [], names: [], enforced: false };
  }
  return undefined;
}

function lockInstallation(program: string, args: readonly string[]): Installation | undefined {
  const made = (tool: string, enforced: boolean, files: string[] = []): Installation => ({
    tool,
    from: "lock",
    files,
    names: [],
    enforced,
  });
  if (program === "uv" && startsWith(args, ["sync"]))
    return made("uv sync", hasOption(args, "--frozen", "--locked"));
  if (program === "poetry" && (startsWith(args, ["install"]) || startsWith(args, ["sync"])))
    return made("poetry install", true);
  if (program === "pdm" && (startsWith(args, ["install"]) || startsWith(args, ["sync"]))) {
    return made(
      "pdm install",
      args.includes("sync") || hasOption(args, "--frozen-lockfile", "--check", "--no-lock"),
    );
  }
  if (program === "pipenv" && (startsWith(args, ["install"]) || startsWith(args, ["sync"]))) {
    const names = packageNames(afterWord(args, "install"));
    if (names.length > 0 && !args.includes("sync"))
      return { tool: "pipenv install", from: "names", files: [], names, enforced: false };
    return made("pipenv install", args.includes("sync") || hasOption(args, "--deploy", "--ignore-pipfile"));
  }
  if (program === "rye" && startsWith(args, ["sync"])) return made("rye sync", hasOption(args, "--no-lock"));
  if (program === "pixi" && startsWith(args, ["install"]))
    return made("pixi install", hasOption(args, "--frozen", "--locked"));
  if (program === "conda-lock" && startsWith(args, ["install"])) return made("conda-lock install", true);
  if (/^(?:conda|mamba|micromamba)$/.test(program)) return condaInstallation(program, args);
  return undefined;
}

function condaInstallation(program: string, args: readonly string[]): Installation | undefined {
  const verbs = [["install"], ["env", "create"], ["env", "update"], ["create"], ["update"]];
  const verb = verbs.find((words) => startsWith(args, words));
  if (!verb) return undefined;
  const files = optionValues(args, "-f", "--file");
  const from = files.some((file) => /lock/.test(file)) ? "lock" : files.length > 0 ? "file" : "names";
  const names = packageNames(afterWord(args, verb.at(-1)!));
  return files.length === 0 && names.length === 0
    ? undefined
    : { tool: `${program} ${verb.join(" ")}`, from, files, names, enforced: from === "lock" };
}

function pipInstallation(tool: string, args: readonly string[]): Installation | undefined {
  const files = optionValues(
    args,
    "-r",
    "--requirement",
    "--requirements",
    "-c",
    "--constraint",
    "--constraints",
  );
  const enforced = hasOption(args, "--require-hashes");
  const editable = optionValues(args, "-e", "--editable").length > 0;
  const names = packageNames(args);
  const isPath = (name: string): boolean =>
    /^(?:\.|\/|\$|file:)|[/\\]|\.whl$/.test(name) && !/^(?:git\+|https?:)|@/.test(name);
  const packages = names.filter((name) => !isPath(name) && !INSTALLERS.test(name));
  const requirements = optionValues(args, "-r", "--requirement", "--requirements");
  if (packages.length > 0 && files.length === 0)
    return { tool, from: "names", files, names: packages, enforced };
  if (requirements.length > 0 || (files.length > 0 && names.length > 0))
    return { tool, from: "file", files, names: packages, enforced };
  if (editable || names.some(isPath)) return { tool, from: "project", files, names: [], enforced };
  return undefined;
}

/** Options of pip, uv and conda that take the next word as their value. */
const VALUED = new Set(
  "-r --requirement --requirements -c --constraint --constraints -e --editable -i --index-url --extra-index-url -f --find-links -t --target --prefix --root --src --python --platform --python-version --timeout --retries --cache-dir --trusted-host --cert --config-settings --global-option --progress-bar --only-binary --no-binary --proxy --log -p -n --name --file --channel --index --group --extra --build-constraint --exists-action --upgrade-strategy --implementation --abi --categories --report".split(
    " ",
  ),
);

function packageNames(args: readonly string[]): string[] {
  return args.filter((arg, at) => !arg.startsWith("-") && !VALUED.has(args[at - 1] ?? "") && arg !== "");
}

const afterWord = (args: readonly string[], word: string): readonly string[] =>
  args.slice(args.indexOf(word) + 1);
