/** Configuration files and sections of linters, formatters and type checkers. */
import { baseName, findLine, folderOf } from "./files.ts";
import { readIni, readToml } from "./manifests/manifest.ts";
import { isTable } from "./manifests/values.ts";
import type { Project } from "./project.ts";
import type { ToolKind, ToolSign } from "./quality-tool-sign.ts";

type Named = readonly [kind: ToolKind, tool: string];

/** Files that configure a tool by being there. */
const FILES: Record<string, Named> = {
  ".flake8": ["linter", "Flake8"],
  ".pylintrc": ["linter", "Pylint"],
  pylintrc: ["linter", "Pylint"],
  ".pycodestyle": ["linter", "pycodestyle"],
  ".pep8": ["linter", "pycodestyle"],
  ".prospector.yaml": ["linter", "Prospector"],
  ".prospector.yml": ["linter", "Prospector"],
  "prospector.yaml": ["linter", "Prospector"],
  "pylama.ini": ["linter", "Pylama"],
  ".pylama.ini": ["linter", "Pylama"],
  ".style.yapf": ["formatter", "YAPF"],
  "mypy.ini": ["type-checker", "mypy"],
  ".mypy.ini": ["type-checker", "mypy"],
  "pyrightconfig.json": ["type-checker", "Pyright"],
  "ty.toml": ["type-checker", "ty"],
  "pyrefly.toml": ["type-checker", "Pyrefly"],
  ".pyre_configuration": ["type-checker", "Pyre"],
  "pytype.toml": ["type-checker", "pytype"],
  "pytype.cfg": ["type-checker", "pytype"],
};

/** Tables of pyproject.toml below `tool`. */
const TABLES: Record<string, Named> = {
  flake8: ["linter", "Flake8"],
  pflake8: ["linter", "Flake8"],
  pylint: ["linter", "Pylint"],
  pycodestyle: ["linter", "pycodestyle"],
  prospector: ["linter", "Prospector"],
  pylama: ["linter", "Pylama"],
  flakeheaven: ["linter", "Flake8"],
  flakehell: ["linter", "Flake8"],
  black: ["formatter", "Black"],
  autopep8: ["formatter", "autopep8"],
  yapf: ["formatter", "YAPF"],
  blue: ["formatter", "Black"],
  pyink: ["formatter", "Black"],
  darker: ["formatter", "Black"],
  mypy: ["type-checker", "mypy"],
  pyright: ["type-checker", "Pyright"],
  basedpyright: ["type-checker", "Pyright"],
  ty: ["type-checker", "ty"],
  pyrefly: ["type-checker", "Pyrefly"],
  pytype: ["type-checker", "pytype"],
  zuban: ["type-checker", "Zuban"],
};

/** Sections of setup.cfg and tox.ini. */
const SECTIONS: readonly [pattern: RegExp, named: Named][] = [
  [/^flake8$/i, ["linter", "Flake8"]],
  [/^pylint(?:\.|$)|^(?:master|messages control)$/i, ["linter", "Pylint"]],
  [/^(?:pycodestyle|pep8)$/, ["linter", "pycodestyle"]],
  [/^pylama/, ["linter", "Pylama"]],
  [/^yapf$/, ["formatter", "YAPF"]],
  [/^autopep8$/, ["formatter", "autopep8"]],
  [/^mypy(?:-|$)/, ["type-checker", "mypy"]],
  [/^pytype$/, ["type-checker", "pytype"]],
];

/** Folders whose settings are for something else than the project's own code. */
const ELSEWHERE =
  /(?:^|\/)(?:docs?|examples?|samples?|tests?|testdata|fixtures?|node_modules|vendor(?:ed)?|third_party|site-packages|templates?)(?:\/|$)|\{\{/i;

export function findConfigurations(project: Project): ToolSign[] {
  const { files, root } = project;
  const paths = files.paths.filter((path) => {
    const folder = folderOf(path);
    const within =
      root === "" ||
      folder === root ||
      folder.startsWith(`${root}/`) ||
      `${root}/`.startsWith(`${folder}/`) ||
      folder === "";
    return within && !ELSEWHERE.test(root === "" ? folder : folder.slice(root.length));
  });
  return paths.flatMap((path) => readConfiguration(project, path));
}

function readConfiguration({ files }: Project, path: string): ToolSign[] {
  const name = baseName(path);
  const named = Object.hasOwn(FILES, name) ? FILES[name] : undefined;
  if (named) return [sign(named, path, 1)];
  if (name === "ruff.toml" || name === ".ruff.toml") return readRuff(path, files.text(path) ?? "", []);
  if (name === "pyproject.toml") return readPyproject(path, files.text(path) ?? "");
  if (name === "setup.cfg" || name === "tox.ini") return readSections(path, files.text(path) ?? "");
  return [];
}

const sign = ([kind, tool]: Named, path: string, line: number): ToolSign => ({
  ...{ kind, tool, path, line },
  how: "configuration",
});

function readPyproject(path: string, text: string): ToolSign[] {
  if (!text.includes("tool")) return [];
  const file = readToml(path, text);
  const tools = file.get("tool");
  if (!isTable(tools)) return file.broken === undefined ? [] : readBroken(path, text);
  const signs = Object.keys(tools).flatMap((name) => {
    const named = Object.hasOwn(TABLES, name) ? TABLES[name] : undefined;
    return named ? [sign(named, path, file.line("tool", name))] : [];
  });
  return isTable(tools.ruff) ? [...signs, ...readRuff(path, text, ["tool", "ruff"])] : signs;
}

/** A pyproject.toml that some parser would refuse still says which tools there are. */
function readBroken(path: string, text: string): ToolSign[] {
  return Object.entries({ ...TABLES, ruff: ["linter", "Ruff"] as const }).flatMap(([name, named]) => {
    const line = findLine(text, `[tool.${name}`);
    return line === undefined ? [] : [sign(named, path, line)];
  });
}

/** Ruff lints, and formats where something says so. */
function readRuff(path: string, text: string, keys: readonly string[]): ToolSign[] {
  const file = readToml(path, text);
  const formats = isTable(file.get(...keys, "format"));
  const lints = Object.keys((file.get(...keys) ?? file.data) as object).some(
    (key) => !/^(?:format|line-length|target-version|exclude|indent-width)$/.test(key),
  );
  return [
    ...(lints || !formats
      ? [
          {
            ...sign(["linter", "Ruff"], path, file.line(...keys)),
            ...(lints ? {} : { plain: true as const }),
          },
        ]
      : []),
    ...(formats ? [sign(["formatter", "Ruff"], path, file.line(...keys, "format"))] : []),
  ];
}

function readSections(path: string, text: string): ToolSign[] {
  const file = readIni(path, text);
  const seen = new Set<string>();
  return Object.keys(file.data).flatMap((section) => {
    const found = SECTIONS.find(([pattern]) => pattern.test(section));
    if (!found || seen.has(found[1][1])) return [];
    seen.add(found[1][1]);
    return [sign(found[1], path, file.line(section))];
  });
}
