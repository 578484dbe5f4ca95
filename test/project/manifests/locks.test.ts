import { describe, expect, it } from "vitest";
import { readManifests } from "../../../src/project/manifests/manifests.ts";
import { filesOf } from "../../../src/project/read-files.ts";

const locks = (texts: Record<string, string>, root = "") => readManifests(filesOf(texts), root).locks;
const packages = (path: string, text: string) =>
  [...(locks({ [path]: text })[0]?.packages.values() ?? [])]
    .flat()
    .map(({ name, version, line, local }) => `${name} ${version} @${line}${local ? " local" : ""}`);

describe("lock files", () => {
  it("uv.lock", () => {
    const text = [
      "version = 1",
      'requires-python = ">=3.12"',
      "[manifest]",
      'members = ["p"]',
      "[[package]]",
      'name = "Zope.Interface"',
      'version = "6.0"',
      'source = { registry = "https://example.org/simple" }',
      "dependencies = [",
      '    { name = "other", version = "9" },',
      "]",
      "[package.metadata]",
      'name = "not this"',
      "[[package]]",
      'name = "p"',
      'version = "0.1"',
      'source = { editable = "." }',
      "[[package]]",
      'name = "zope-interface"',
      'version = "5.0"',
    ].join("\n");
    expect(packages("uv.lock", text)).toEqual([
      "zope-interface 6.0 @5",
      "zope-interface 5.0 @18",
      "p 0.1 @14 local",
    ]);
    expect(locks({ "uv.lock": text })[0]).toMatchObject({ format: "uv" });
  });

  it("poetry.lock", () => {
    const text =
      '# generated\n[[package]]\nname = "a"\nversion = "1.0"\n[package.dependencies]\nname = ">=2"\n[[package]]\nname = "b"\nversion = "2"\n[package.source]\ntype = "directory"\nurl = "../b"\n[metadata]\nlock-version = "2.0"\ncontent-hash = "abc"\n';
    expect(packages("poetry.lock", text)).toEqual(["a 1.0 @2", "b 2 @7 local"]);
    expect(locks({ "poetry.lock": text })[0]).toMatchObject({ format: "poetry", contentHash: "abc" });
  });

  it("pdm.lock", () => {
    const text =
      '[metadata]\ncontent_hash = "sha256:abc"\n[[package]]\nname = "a"\nversion = "1.0"\n[[package]]\nname = "b"\nversion = "0"\npath = "./b"\n';
    expect(packages("pdm.lock", text)).toEqual(["a 1.0 @3", "b 0 @6 local"]);
    expect(locks({ "pdm.lock": text })[0]).toMatchObject({ format: "pdm", contentHash: "sha256:abc" });
  });

  it.each(["pylock.toml", "pylock.dev.toml"])("%s", (path) => {
    const text =
      'lock-version = "1.0"\n[[packages]]\nname = "a"\nversion = "1.0"\n[[packages.wheels]]\nname = "a-1.0.whl"\n[[packages]]\nname = "p"\n[packages.directory]\npath = "."\n';
    expect(packages(path, text)).toEqual(["a 1.0 @2", "p undefined @7 local"]);
    expect(locks({ [path]: text })[0]).toMatchObject({ format: "pylock" });
  });

  it("Pipfile.lock", () => {
    const text =
      '{\n "_meta": {"hash": {"sha256": "abc"}},\n "default": {\n  "A_b": {"version": "==1.0"},\n  "c": {"git": "x", "ref": "y"},\n  "d": {"path": "."}\n },\n "develop": {\n  "a-b": {"version": "==1.1"}, "e": 1\n }\n}';
    expect(packages("Pipfile.lock", text)).toEqual([
      "a-b 1.0 @4",
      "a-b 1.1 @9",
      "c undefined @5",
      "d undefined @6 local",
      "e undefined @9",
    ]);
    expect(locks({ "Pipfile.lock": text })[0]).toMatchObject({ format: "pipenv", contentHash: "abc" });
  });

  it("conda-lock.yml", () => {
    const text =
      "version: 1\nmetadata:\n  - name: no\npackage:\n- name: numpy\n  version: 1.26.4\n  manager: conda\n  dependencies:\n    python: '>=3'\n- name: pip-thing\n  version: '2'\n";
    expect(packages("conda-lock.yml", text)).toEqual(["numpy 1.26.4 @5", "pip-thing 2 @10"]);
  });

  it("explicit lists of conda-lock", () => {
    const text =
      "# platform: linux-64\n@EXPLICIT\nhttps://example.org/linux-64/ca-certificates-2024.1-h1_0.conda#aa\n";
    expect(packages("conda-linux-64.lock", text)).toEqual(["ca-certificates 2024.1 @3"]);
  });

  it("pixi.lock", () => {
    const text =
      "version: 6\nenvironments:\n  default:\n    packages:\n      linux-64:\n      - conda: https://example.org/x-1-0.conda\npackages:\n- conda: https://example.org/numpy-1.26.4-py312.conda\n  sha256: aa\n- pypi: https://example.org/f.whl\n  name: flask\n  version: 3.0.0\n";
    expect(packages("pixi.lock", text)).toEqual(["numpy 1.26.4 @8", "flask 3.0.0 @10"]);
  });
});

describe("a lock that cannot be used says why", () => {
  it.each([
    ["uv.lock", "hello\n", "it holds no list of packages"],
    ["poetry.lock", "", "it holds no list of packages"],
    ["uv.lock", "version = 1\n<<<<<<< HEAD\n=======\n", "it holds the marks of an unsolved merge conflict"],
    ["Pipfile.lock", "{", "it is not valid JSON"],
    ["Pipfile.lock", '{"a":'.repeat(20_000), "it is not valid JSON"],
    ["Pipfile.lock", `${'{"a":'.repeat(20_000)}1${"}".repeat(20_000)}`, "it is nested too deeply"],
    ["Pipfile.lock", "{}", "it holds no list of packages"],
    ["conda-lock.yml", "a: 1\n", "it holds no list of packages"],
  ])("%s %#", (path, text, reason) => {
    expect(locks({ [path]: text })[0]?.broken).toContain(reason);
  });

  it("but an empty list is none", () => {
    expect(locks({ "uv.lock": "version = 1\n" })[0]?.broken).toBeUndefined();
    expect(
      locks({ "poetry.lock": 'package = []\n[metadata]\ncontent-hash = "a"\n' })[0]?.broken,
    ).toBeUndefined();
  });
});

describe("which locks hold for a folder", () => {
  const text = 'version = 1\n[[package]]\nname = "a"\nversion = "1"\n';

  it("its own before those above, of each name one", () => {
    const texts = {
      "uv.lock": text,
      "poetry.lock": "[metadata]\n",
      "a/b/uv.lock": text,
      "other/pdm.lock": text,
    };
    expect(locks(texts, "a/b").map(({ path, shared }) => [path, shared])).toEqual([
      ["a/b/uv.lock", undefined],
      ["poetry.lock", true],
    ]);
  });

  it("none below it", () => {
    expect(locks({ "a.py": "", "sub/deep/uv.lock": text })).toEqual([]);
  });
});

it("reads a large lock in one pass", () => {
  const text = Array.from(
    { length: 20_000 },
    (_, i) => `[[package]]\nname = "p${i}"\nversion = "1.${i}"\n`,
  ).join("\n");
  const [lock] = locks({ "uv.lock": text });
  expect(lock?.packages.size).toBe(20_000);
  expect(lock?.packages.get("p19999")?.[0]).toMatchObject({ version: "1.19999", line: 19_999 * 4 + 1 });
});

it("takes prototype names for packages", () => {
  const [lock] = locks({ "uv.lock": '[[package]]\nname = "__proto__"\nversion = "1"\n' });
  expect([...(lock?.packages.keys() ?? [])]).toEqual(["-proto-"]);
  expect(lock?.packages.get("constructor")).toBeUndefined();
});
