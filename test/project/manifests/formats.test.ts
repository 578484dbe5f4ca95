import { describe, expect, it } from "vitest";
import { readManifests } from "../../../src/project/manifests/manifests.ts";
import { readScriptMetadata } from "../../../src/project/manifests/script-metadata.ts";
import { filesOf } from "../../../src/project/read-files.ts";

const read = (texts: Record<string, string>, root = "") => readManifests(filesOf(texts), root);
const declared = (texts: Record<string, string>) =>
  read(texts).dependencies.map(
    ({ name, specifier, group, path, line, pinned }) =>
      `${name} ${specifier ?? "-"} ${group}${pinned ? " pinned" : ""} @${path}:${line}`,
  );

it("Pipfile: packages, development packages and categories", () => {
  expect(
    declared({
      Pipfile:
        '[[source]]\nurl = "x"\n[packages]\nFlask = "*"\na = "==1.2"\nb = {version = ">=1", extras = ["x"]}\nc = {git = "https://example.org/c", ref = "main"}\n[dev-packages]\npytest = "~=8.0"\n[docs]\nsphinx = "*"\n[requires]\npython_version = "3.12"\n',
    }),
  ).toEqual([
    "flask  runtime @Pipfile:4",
    "a ==1.2 runtime pinned @Pipfile:5",
    "b >=1 runtime @Pipfile:6",
    "c - runtime @Pipfile:7",
    "pytest ~=8.0 dev @Pipfile:9",
    "sphinx  dev @Pipfile:11",
  ]);
});

describe("environment.yml", () => {
  it("gives packages by their names on PyPI, those of pip too", () => {
    expect(
      declared({
        "environment.yml":
          "dependencies:\n  - python=3.11\n  - numpy=1.26\n  - conda-forge::pytorch=2.1.0=cuda\n  - scipy>=1,<2\n  - pip\n  - pip:\n    - flask==2.0\n    - -r more.txt\n    - --pre\n",
        "more.txt": "a\n",
      }),
    ).toEqual([
      "numpy ==1.26.* runtime @environment.yml:3",
      "torch ==2.1.0 runtime pinned @environment.yml:4",
      "scipy >=1,<2 runtime @environment.yml:5",
      "pip  runtime @environment.yml:6",
      "flask ==2.0 runtime pinned @environment.yml:8",
      "a  runtime @more.txt:1",
    ]);
  });

  it("is for development beside a manifest that says what the project needs", () => {
    const texts = {
      "pyproject.toml": '[project]\nname = "p"\ndependencies = ["a"]\n',
      "environment.yml": "dependencies: [pytest]\n",
    };
    expect(declared(texts)).toEqual(["a  runtime @pyproject.toml:3", "pytest  dev @environment.yml:1"]);
  });

  it("is none where it lists no dependencies, or has odd types", () => {
    expect(read({ "env.yml": "server: x\n" }).conda).toEqual([]);
    expect(
      declared({ "environment.yml": "dependencies:\n  - 1\n  - {pip: 3}\n  - [a]\n  - '=1'\n" }),
    ).toEqual([]);
  });
});

describe("inline script metadata", () => {
  const script =
    '#!/usr/bin/env python\n# /// script\n# dependencies = [\n#   "rich>=13",\n# ]\n# ///\nimport rich\n';

  it("declares dependencies at the lines of the script", () => {
    expect(declared({ "tool.py": script })).toEqual(["rich >=13 runtime @tool.py:4"]);
  });

  it("is no part of what the project beside it needs", () => {
    expect(declared({ "requirements.txt": "a\n", "tools/tool.py": script })).toEqual([
      "a  runtime @requirements.txt:1",
      "rich >=13 dev @tools/tool.py:4",
    ]);
  });

  it.each([
    ["without an end", "# /// script\n# dependencies = []\nimport x\n"],
    ["of another type", "# /// other\n# x = 1\n# ///\n"],
    ["in a string", 'x = " # /// script"\n'],
  ])("is none in a block %s", (_name, text) => {
    expect(readScriptMetadata("a.py", text)).toBeUndefined();
  });

  it("is reported where it is no TOML", () => {
    expect(read({ "a.py": "\n# /// script\n# = 1\n# ///\n" }).broken).toMatchObject([
      { path: "a.py", line: 3 },
    ]);
  });
});

describe("built artefacts", () => {
  it("a wheel says what it requires and offers", () => {
    const manifests = read({
      "p/__init__.py": "",
      "p-1.0.dist-info/METADATA":
        "Metadata-Version: 2.4\nName: p\nVersion: 1.0\nSummary: A thing\nRequires-Python: >=3.10\nProject-URL: Source, https://example.org\nClassifier: A :: B\nRequires-Dist: a>=1\nRequires-Dist: b; extra == 'x'\n\n# Readme\nRequires-Dist: no\n",
      "p-1.0.dist-info/entry_points.txt": "[console_scripts]\np = p:main\n",
    });
    expect(manifests.dependencies.map(({ name, line, groupName }) => [name, line, groupName])).toEqual([
      ["a", 8, undefined],
      ["b", 9, "x"],
    ]);
    expect(manifests.metadata).toMatchObject({
      name: "p",
      version: "1.0",
      requiresPython: ">=3.10",
      urls: { Source: "https://example.org" },
      classifiers: ["A :: B"],
      scripts: [{ name: "p", target: "p:main", line: 2 }],
    });
  });
});

describe("where manifests stand", () => {
  it("the only folder that has some counts where the judged one has none", () => {
    const manifests = read({
      "README.md": "# x",
      "backend/requirements.txt": "flask==1\n",
      "backend/Pipfile.lock": '{"_meta": {}, "default": {}}',
      "frontend/package.json": "{}",
      "tests/requirements.txt": "pytest\n",
    });
    expect(manifests.folder).toBe("backend");
    expect(manifests.dependencies.map(({ name, path }) => `${name} ${path}`)).toEqual([
      "flask backend/requirements.txt",
    ]);
    expect(manifests.locks.map(({ path }) => path)).toEqual([
      "backend/Pipfile.lock",
      "backend/requirements.txt",
    ]);
  });

  it("several folders count together", () => {
    const manifests = read({
      "api/pyproject.toml": '[project]\nname = "api"\ndependencies = ["flask"]\nscripts = {a = "a:b"}\n',
      "worker/requirements.txt": "celery\n",
      "uv.lock": "version = 1\n",
    });
    expect(manifests.folder).toBe("");
    expect(manifests.pyproject).toBeUndefined();
    expect(manifests.members.map(({ path }) => path)).toEqual(["api/pyproject.toml"]);
    expect(manifests.named("celery")).toHaveLength(1);
    expect(manifests.named("flask")).toHaveLength(1);
    expect(manifests.metadata).toMatchObject({ name: "api", scripts: [{ name: "a" }] });
    expect(manifests.locks.map(({ path }) => path)).toEqual(["uv.lock"]);
  });

  it("nothing below counts where the judged folder has a manifest", () => {
    const manifests = read({ "requirements.txt": "a\n", "sub/requirements.txt": "b\n" });
    expect(manifests.dependencies.map(({ name }) => name)).toEqual(["a"]);
  });

  it("only the judged folder counts", () => {
    const texts = {
      "requirements.txt": "a\n",
      "sub/requirements.txt": "b\n",
      "sub/setup.py": "setup(name='s')",
    };
    expect(read(texts, "sub").dependencies.map(({ path }) => path)).toEqual(["sub/requirements.txt"]);
    expect(read(texts, "sub").metadata.name).toBe("s");
  });
});

it("names are looked up normalised", () => {
  const { named } = read({ "requirements.txt": "Foo_Bar\n" });
  expect(named("foo.bar")).toHaveLength(1);
  expect(named("__proto__")).toEqual([]);
  expect(named("constructor")).toEqual([]);
});
