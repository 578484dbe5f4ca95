import { describe, expect, it } from "vitest";
import { readManifests } from "../../../src/project/manifests/manifests.ts";
import { filesOf } from "../../../src/project/read-files.ts";

const read = (texts: Record<string, string>, root = "") => readManifests(filesOf(texts), root);
/** `name specifier group[:groupName] @line` of everything that pyproject.toml declares. */
const declared = (pyproject: string, others: Record<string, string> = {}) =>
  read({ "pyproject.toml": pyproject, ...others }).dependencies.map(
    ({ name, specifier, group, groupName, path, line }) =>
      `${name} ${specifier ?? "-"} ${group}${groupName === undefined ? "" : `:${groupName}`} @${path === "pyproject.toml" ? "" : path}${line}`,
  );

describe("PEP 621", () => {
  it("gives dependencies and extras with their lines", () => {
    expect(
      declared(
        '[project]\nname = "p"\ndependencies = [\n  "Flask>=2",\n  "b[x]; os_name == \'nt\'",\n]\n[project.optional-dependencies]\nRedis_Extra = ["redis"]\nall = ["p[redis-extra]"]\n[build-system]\nrequires = ["hatchling"]\n',
      ),
    ).toEqual([
      "flask >=2 runtime @4",
      "b  runtime @5",
      "redis  optional:redis-extra @8",
      "hatchling  build @11",
    ]);
  });

  it("gives metadata, scripts and entry points", () => {
    const { metadata } = read({
      "pyproject.toml": [
        "[build-system]",
        'build-backend = "hatchling.build"',
        "[project]",
        'name = "p"',
        'dynamic = ["version"]',
        'readme = {file = "README.md", content-type = "text/markdown"}',
        'license = "MIT"',
        'requires-python = ">=3.11"',
        'authors = [{name = "N"}]',
        'classifiers = ["Typing :: Typed"]',
        "[project.scripts]",
        'p = "p.cli:main [cli]"',
        "[project.gui-scripts]",
        'pg = "p.gui:main"',
        '[project.entry-points."pytest11"]',
        'plug = "p.plugin"',
        "[project.urls]",
        'Source = "https://example.org"',
      ].join("\n"),
    });
    expect(metadata).toMatchObject({
      name: "p",
      dynamic: ["version"],
      readme: "README.md",
      license: "MIT",
      requiresPython: ">=3.11",
      authors: true,
      buildBackend: "hatchling.build",
      urls: { Source: "https://example.org" },
      at: { path: "pyproject.toml", line: 3 },
      scripts: [
        { name: "p", target: "p.cli:main", extra: "cli", line: 12 },
        { name: "pg", target: "p.gui:main", line: 14 },
      ],
      entryPoints: [{ group: "pytest11", name: "plug", target: "p.plugin", line: 16 }],
    });
    expect(metadata.version).toBeUndefined();
  });

  it("reports what is no requirement at its line", () => {
    expect(read({ "pyproject.toml": '[project]\ndependencies = [\n"a",\n"b c"]\n' }).broken).toEqual([
      { path: "pyproject.toml", line: 4, reason: "a dependency is not written as PEP 508 has it" },
    ]);
  });
});

describe("PEP 735", () => {
  it("takes groups for development unless their name or who includes them says otherwise", () => {
    expect(
      declared(
        '[dependency-groups]\ntest = ["pytest", {include-group = "lint"}]\nlint = ["ruff"]\nprod = [{include-group = "Server-Side"}]\nserver_side = ["gunicorn"]\n',
      ),
    ).toEqual(["pytest  dev:test @2", "ruff  dev:lint @3", "gunicorn  runtime:server-side @5"]);
  });

  it("survives groups that include each other", () => {
    const circular =
      '[dependency-groups]\nprod = [{include-group = "a"}]\na = [{include-group = "prod"}, "x"]\n';
    expect(declared(circular)).toEqual(["x  runtime:a @3"]);
  });
});

describe("Poetry", () => {
  const pyproject = [
    "[tool.poetry]",
    'name = "p"',
    "[tool.poetry.dependencies]",
    'python = "^3.11"',
    'Flask = "^2.1"',
    'a = { version = "~1.2", extras = ["X"], markers = "os_name == \'nt\'" }',
    'b = { git = "https://example.org/b.git", rev = "main" }',
    'c = { path = "../c", develop = true }',
    'd = { version = "*", optional = true }',
    'e = [{ version = "<1", python = "<3.8" }, { version = ">=1", python = ">=3.8" }]',
    "[tool.poetry.extras]",
    'extra = ["d"]',
    "[tool.poetry.group.dev.dependencies]",
    'pytest = "8.0"',
    "[tool.poetry.dev-dependencies]",
    'black = "*"',
  ].join("\n");

  it("gives dependencies as PEP 440 has them, optional ones and groups", () => {
    expect(declared(pyproject)).toEqual([
      "flask >=2.1,<3 runtime @5",
      "a >=1.2,<1.3 runtime @6",
      "b - runtime @7",
      "c - runtime @8",
      "d  optional:extra @9",
      "e <1 runtime @10",
      "e >=1 runtime @10",
      "black  dev:dev @16",
      "pytest ==8.0 dev:dev @14",
    ]);
  });

  it("keeps what was written, where it comes from and whether it is pinned", () => {
    const { named } = read({ "pyproject.toml": pyproject });
    expect(named("flask")[0]).toMatchObject({ written: "^2.1", pinned: false });
    expect(named("a")[0]).toMatchObject({ extras: ["x"], marker: "os_name == 'nt'" });
    expect(named("b")[0]).toMatchObject({ url: "git+https://example.org/b.git@main", pinned: false });
    expect(named("c")[0]).toMatchObject({ url: "../c", local: true });
    expect(named("pytest")[0]).toMatchObject({ pinned: true });
  });

  it("does not declare twice what [project] declares", () => {
    const both =
      '[project]\nname = "p"\ndependencies = ["a>=1"]\n[tool.poetry.dependencies]\na = { source = "private" }\nb = "1"\n';
    expect(declared(both)).toEqual(["a >=1 runtime @3", "b ==1 runtime @6"]);
  });

  it("gives metadata", () => {
    const { metadata } = read({
      "pyproject.toml":
        '[tool.poetry]\nname = "p"\nversion = "1"\nauthors = ["N"]\nrepository = "https://example.org"\n[tool.poetry.dependencies]\npython = "^3.11"\n[tool.poetry.scripts]\np = "p:main"\nq = { reference = "q:main", extras = ["x"], type = "console" }\n',
    });
    expect(metadata).toMatchObject({
      requiresPython: "^3.11",
      urls: { Repository: "https://example.org" },
      scripts: [
        { name: "p", line: 9 },
        { name: "q", target: "q:main", extra: "x", line: 10 },
      ],
      at: { line: 1 },
    });
  });
});

describe("other tools", () => {
  it("PDM, uv and Rye: development dependencies", () => {
    expect(
      declared(
        '[tool.pdm.dev-dependencies]\ntest = ["pytest", "-e file:///x#egg=x"]\n[tool.uv]\ndev-dependencies = ["ruff>=0.5"]\n[tool.rye]\ndev-dependencies = ["mypy"]\n',
      ),
    ).toEqual(["pytest  dev:test @2", "ruff >=0.5 dev:dev @4", "mypy  dev:dev @6"]);
  });

  it("Hatch: environments, and the files that its hook reads", () => {
    expect(
      declared(
        '[project]\nname = "p"\ndynamic = ["dependencies"]\n[tool.hatch.envs.default]\ndependencies = ["pytest", "lib @ {root:uri}/lib"]\n[tool.hatch.envs.docs]\nextra-dependencies = ["mkdocs"]\n[tool.hatch.metadata.hooks.requirements_txt]\nfiles = ["deps/all.txt"]\n',
        { "deps/all.txt": "a\n" },
      ),
    ).toEqual(["pytest  dev:default @5", "mkdocs  dev:docs @7", "a  runtime @deps/all.txt1"]);
  });

  it("old Flit", () => {
    const pyproject =
      '[tool.flit.metadata]\nmodule = "p"\nrequires = ["a"]\nrequires-python = ">=3.6"\nauthor = "N"\n[tool.flit.metadata.requires-extra]\ntest = ["pytest"]\n[tool.flit.scripts]\np = "p:main"\n';
    expect(declared(pyproject)).toEqual(["a  runtime @3", "pytest  dev:test @7"]);
    expect(read({ "pyproject.toml": pyproject }).metadata).toMatchObject({
      name: "p",
      requiresPython: ">=3.6",
      authors: true,
      scripts: [{ name: "p", line: 9 }],
    });
  });

  it("Pixi", () => {
    expect(
      declared(
        '[tool.pixi.dependencies]\npython = ">=3.11"\nnumpy = "1.26.*"\n[tool.pixi.pypi-dependencies]\nflask = { version = ">=2", extras = ["x"] }\n[tool.pixi.feature.test.dependencies]\npytest = "*"\n',
      ),
    ).toEqual(["numpy ==1.26.* runtime @3", "flask >=2 runtime @5", "pytest  dev:test @7"]);
  });

  it("setuptools: dependencies out of files", () => {
    expect(
      declared(
        '[project]\nname = "p"\ndynamic = ["dependencies", "optional-dependencies"]\n[tool.setuptools.dynamic]\ndependencies = {file = ["deps.in"]}\noptional-dependencies.fast = {file = "fast.txt"}\n',
        { "deps.in": "a\n", "fast.txt": "b\n" },
      ),
    ).toEqual(["a  runtime @deps.in1", "b  optional:fast @fast.txt1"]);
  });

  it("says so where only the build knows the dependencies", () => {
    const { undetermined } = read({
      "pyproject.toml": '[project]\nname = "p"\ndynamic = ["dependencies"]\n',
    });
    expect(undetermined).toEqual([
      { path: "pyproject.toml", line: 3, reason: "the build backend works out the dependencies" },
    ]);
  });

  it("uv: sources that are no index", () => {
    const { named } = read({
      "pyproject.toml": `[project]\nname = "p"\ndependencies = ["a", "b", "c"]\n[tool.uv.sources]\na = { workspace = true }\nb = { git = "https://example.org/b", rev = "${"a".repeat(40)}" }\n`,
    });
    expect(named("a")[0]).toMatchObject({ local: true });
    expect(named("b")[0]).toMatchObject({ pinned: true, url: `git+https://example.org/b@${"a".repeat(40)}` });
    expect(named("c")[0]).not.toHaveProperty("url");
  });
});

describe("workspaces", () => {
  const texts = {
    "pyproject.toml":
      '[tool.uv.workspace]\nmembers = ["packages/*"]\nexclude = ["packages/old"]\n[dependency-groups]\ndev = ["ruff"]\n',
    "packages/a/pyproject.toml":
      '[project]\nname = "a"\nrequires-python = ">=3.12"\ndependencies = ["flask"]\n[dependency-groups]\ndev = ["pytest"]\n',
    "packages/old/pyproject.toml": '[project]\nname = "old"\ndependencies = ["django"]\n',
    "uv.lock": 'version = 1\n[[package]]\nname = "flask"\nversion = "3.0"\n',
  };

  it("take in what their members declare", () => {
    const manifests = read(texts);
    expect(manifests.members.map(({ path }) => path)).toEqual(["packages/a/pyproject.toml"]);
    expect(manifests.dependencies.map(({ name, path, line }) => `${name} ${path}:${line}`)).toEqual([
      "ruff pyproject.toml:5",
      "flask packages/a/pyproject.toml:4",
      "pytest packages/a/pyproject.toml:6",
    ]);
    expect(manifests.metadata).toMatchObject({ name: "a", requiresPython: ">=3.12" });
  });

  it("give a member their lock and development groups", () => {
    const manifests = read(texts, "packages/a");
    expect(manifests.workspace?.path).toBe("pyproject.toml");
    expect(manifests.dependencies.map(({ name }) => name)).toEqual(["flask", "pytest", "ruff"]);
    expect(manifests.locks[0]).toMatchObject({ path: "uv.lock", shared: true });
  });

  it("give nothing to a folder that they exclude, or beyond the repository's root", () => {
    expect(read(texts, "packages/old").workspace).toBeUndefined();
    const cut = readManifests(filesOf(texts), "packages/a", "packages");
    expect(cut.workspace).toBeUndefined();
    expect(cut.locks).toEqual([]);
  });
});
