/** Hooks that run before a commit: pre-commit, prek, lefthook, and husky where a Python project uses it. */
import { baseName, type Files, folderOf } from "../files.ts";
import { readToml } from "../manifests/manifest.ts";
import { asList, asString, asStrings, asTable } from "../manifests/values.ts";
import { makeScript, readCommands } from "./script.ts";
import type { Command, Hook } from "./types.ts";
import type { YamlNode } from "./yaml-lines.ts";
import type { YamlReader } from "./yaml-reader.ts";

const FILE = /^(?:\.pre-commit-config\.ya?ml|prek\.toml|\.?lefthook(?:-local)?\.ya?ml)$/;
const MAX_HOOKS = 500;

/** Hooks configured in the given folders. */
export function readHooks(files: Files, yamls: YamlReader, folders: readonly string[]): Hook[] {
  const hooks: Hook[] = [];
  for (const path of files.paths) {
    const inHusky = /(?:^|\/)\.husky\/[a-z-]{1,40}$/.test(path);
    if (
      !folders.includes(inHusky ? folderOf(folderOf(path)) : folderOf(path)) ||
      (!inHusky && !FILE.test(baseName(path)))
    )
      continue;
    const text = files.text(path);
    if (text === undefined) continue;
    if (inHusky) hooks.push(...readHusky(path, text));
    else if (path.endsWith(".toml")) hooks.push(...readPrek(path, text));
    else {
      const document = yamls.first(path);
      hooks.push(
        ...(baseName(path).includes("lefthook")
          ? readLefthook(path, document)
          : readPreCommit(path, document)),
      );
    }
  }
  return hooks.slice(0, MAX_HOOKS);
}

/** https://pre-commit.com/#adding-pre-commit-plugins-to-your-project */
function readPreCommit(path: string, document: YamlNode): Hook[] {
  const repos = document.kind === "list" ? document : document.get("repos");
  return repos.items.flatMap((repo) =>
    repo.get("hooks").items.map((hook) => {
      const [url, revision, entry] = [repo.textAt("repo"), repo.textAt("rev"), hook.textAt("entry")];
      return {
        ...{
          path,
          line: hook.entry("id")?.line ?? hook.line,
          id: hook.textAt("id") ?? "",
          args: hook.get("args").texts,
        },
        ...(url === undefined ? {} : { repo: url }),
        ...(revision === undefined ? {} : { revision }),
        ...(entry === undefined ? {} : { entry }),
        stages: hook.get("stages").texts,
      };
    }),
  );
}

/** prek reads the same model from TOML. */
function readPrek(path: string, text: string): Hook[] {
  const toml = readToml(path, text);
  return asList(toml.get("repos")).flatMap((item, at) => {
    const repo = asTable(item);
    return asList(repo.hooks)
      .slice(0, MAX_HOOKS)
      .flatMap((each, hookAt) => {
        const hook = asTable(each);
        const id = asString(hook.id);
        if (id === undefined) return [];
        const line = toml.line("repos", String(at), "hooks", String(hookAt), "id");
        const optional = {
          repo: asString(repo.repo),
          revision: asString(repo.rev),
          entry: asString(hook.entry),
        };
        return [
          {
            ...{ path, line, id, args: asStrings(hook.args), stages: asStrings(hook.stages) },
            ...Object.fromEntries(Object.entries(optional).filter(([, value]) => value !== undefined)),
          },
        ];
      });
  });
}

/** https://lefthook.dev/configuration */
function readLefthook(path: string, document: YamlNode): Hook[] {
  return document.entries.flatMap(({ key: stage, node }) => {
    const named = [...node.get("commands").entries, ...node.get("scripts").entries].map(
      ({ key, line, node: hook }) => ({ id: key, line, hook }),
    );
    const jobs = node
      .get("jobs")
      .items.map((hook) => ({ id: hook.textAt("name") ?? hook.textAt("run") ?? "", line: hook.line, hook }));
    return [...named, ...jobs].map(({ id, line, hook }) => {
      const entry = hook.textAt("run");
      return { path, line, id, args: [], stages: [stage], ...(entry === undefined ? {} : { entry }) };
    });
  });
}

const readHusky = (path: string, text: string): Hook[] =>
  readCommands(makeScript(path, 1, text))
    .filter((command) => !/husky\.sh/.test(command.text))
    .map(({ line, text: entry }) => ({
      path,
      line,
      id: entry.split(" ", 1)[0]!,
      entry,
      args: [],
      stages: [baseName(path)],
    }));

/** Ids of well-known hooks that are no command by themselves. */
const AS_COMMAND: Readonly<Record<string, string>> = {
  "ruff-format": "ruff format",
  "ruff-check": "ruff check",
  ruff: "ruff check",
  "black-jupyter": "black",
  "pip-audit": "pip-audit",
  "uv-lock": "uv lock",
  "poetry-check": "poetry check",
  "mypy-python": "mypy",
  "pyright-python": "pyright",
};

/** What `pre-commit run` runs, one command a hook: its entry, or its id where another repository defines it. */
export function hookCommands(hooks: readonly Hook[], args: readonly string[]): Command[] {
  const at = args.indexOf("run");
  // Without `run` pre-commit only installs or updates; prek runs.
  if (at === -1 && args.some((arg) => !arg.startsWith("-"))) return [];
  const wanted = args[at + 1];
  const one =
    wanted !== undefined && !wanted.startsWith("-") && hooks.some(({ id }) => id === wanted)
      ? wanted
      : undefined;
  return hooks
    .filter(
      ({ path, id, stages }) =>
        /pre-commit-config|prek/.test(path) &&
        (one === undefined || id === one) &&
        (one !== undefined || isByDefault(stages)),
    )
    .map(({ path, line, id, entry, args: given }) => {
      const text = [
        entry ?? (Object.hasOwn(AS_COMMAND, id) ? AS_COMMAND[id]! : id),
        ...given.map((arg) => (/\s/.test(arg) ? `'${arg}'` : arg)),
      ].join(" ");
      return { path, line, text, via: [] };
    });
}

/** Hooks for messages, pushes or manual runs do not run at `pre-commit run`. */
const isByDefault = (stages: readonly string[]): boolean =>
  stages.length === 0 || stages.some((stage) => /^(?:pre-)?commit$/.test(stage));
