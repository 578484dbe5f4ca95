import { describe, expect, it } from "vitest";
import {
  nameInUrl,
  namesOneArtifact,
  normaliseName,
  parseRequirement,
} from "../../../src/project/manifests/requirement.ts";
import { parseRequirements } from "../../../src/project/manifests/requirements-text.ts";

const COMMIT = "0123456789abcdef0123456789abcdef01234567";

describe("a requirement of PEP 508", () => {
  it.each([
    ["Flask", { name: "flask", specifier: "", extras: [] }],
    ["zope.interface>=1", { name: "zope-interface", specifier: ">=1" }],
    ["a >= 1.0 , < 2", { specifier: ">= 1.0,< 2" }],
    ["a (>=1.0)", { specifier: ">=1.0" }],
    ["a==1.*", { specifier: "==1.*" }],
    ["A_b[X, y_z]~=2.0", { name: "a-b", extras: ["x", "y-z"], specifier: "~=2.0" }],
    ["a; python_version < '3.8'", { specifier: "", marker: "python_version < '3.8'" }],
    ["a>=1;extra=='x'", { specifier: ">=1", marker: "extra=='x'" }],
    [
      "a @ https://example.org/a;b ; os_name=='nt'",
      { specifier: undefined, url: "https://example.org/a;b", marker: "os_name=='nt'" },
    ],
    ["a[x]@git+https://example.org/a.git@main", { extras: ["x"], url: "git+https://example.org/a.git@main" }],
    ["a===weird", { specifier: "===weird" }],
  ])("reads %j", (text, expected) => {
    expect(parseRequirement(text)).toMatchObject(expected);
  });

  it.each([
    "",
    "-a",
    "a b",
    "a=1",
    "a=>1",
    "a[x",
    "a >= ",
    "_a",
    "a @",
    "a @ u x",
    "./a",
    `a${"b".repeat(5000)}`,
  ])("does not take %j for one", (text) => {
    expect(parseRequirement(text)).toBeUndefined();
  });
});

it("normalises names by PEP 503", () => {
  expect(normaliseName("Zope.-_Interface")).toBe("zope-interface");
});

describe("URLs", () => {
  it.each([
    [`git+https://example.org/o/a.git@${COMMIT}`, true],
    [`git+ssh://git@example.org/o/a@${COMMIT}#egg=a`, true],
    ["git+https://example.org/o/a.git@v1.0", false],
    ["https://example.org/a-1.0-py3-none-any.whl", true],
    ["https://example.org/a-1.0.tar.gz", true],
    ["https://example.org/archive/main.zip", false],
    [`https://example.org/x#sha256=${"a".repeat(64)}`, true],
  ])("%s gives one artefact only: %s", (url, one) => {
    expect(namesOneArtifact(url)).toBe(one);
  });

  it.each([
    ["git+https://example.org/o/My_Repo.git@main", "my-repo"],
    ["git+https://example.org/o/r#egg=Foo.Bar[x]", "foo-bar"],
    ["https://example.org/foo_bar-1.0-cp312-cp312-linux.whl", "foo-bar"],
  ])("%s names %s", (url, name) => {
    expect(nameInUrl(url)?.name).toBe(name);
  });

  it("do not always name a distribution", () => {
    expect(nameInUrl("https://example.org/archive/main.zip")).toBeUndefined();
  });
});

describe("the text of a requirements file", () => {
  const text = [
    "# comment", // 1
    "-r base.txt", // 2
    "--requirement=more.txt", // 3
    "-c constraints.txt  # bounds", // 4
    "--index-url https://example.org/simple", // 5
    "flask==2.0.1 \\", // 6
    "    --hash=sha256:abc \\", // 7
    "    --hash=sha256:def", // 8
    "", // 9
    "requests[socks]>=2 ; python_version >= '3.8'  # why", // 10
    "-e git+https://example.org/o/lib.git@main#egg=lib", // 11
    "-e .", // 12
    "./vendored/thing", // 13
    "wheels/foo-1.2-py3-none-any.whl", // 14
    "https://example.org/bar-2.0.tar.gz", // 15
    "url#fragment>=1", // 16
    "name @ file:///tmp/x", // 17
    "{{ cookiecutter.extra }}", // 18
    "-rother.txt", // 19
  ].join("\n");
  const parsed = parseRequirements(text);

  it("finds what it takes in", () => {
    expect(parsed.includes).toEqual([
      { path: "base.txt", constraint: false },
      { path: "more.txt", constraint: false },
      { path: "constraints.txt", constraint: true },
      { path: "other.txt", constraint: false },
    ]);
  });

  it("finds requirements with lines, pins and hashes", () => {
    expect(
      parsed.requirements.map(({ line, requirement, pinned, hashed }) => [
        line,
        requirement.name,
        requirement.specifier,
        pinned,
        hashed,
      ]),
    ).toEqual([
      [6, "flask", "==2.0.1", true, true],
      [10, "requests", ">=2", false, false],
      [11, "lib", undefined, false, false],
      [14, "foo", "==1.2", true, false],
      [15, "bar", undefined, true, false],
      [17, "name", undefined, false, false],
    ]);
  });

  it("knows that it installs the project, and what is no requirement", () => {
    expect(parsed.installsProject).toBe(true);
    expect(parsed.invalid).toEqual([16]);
  });

  it("reads lines of `conda list --export`", () => {
    const [line] = parseRequirements("numpy=1.21.2=py38_0\n").requirements;
    expect(line).toMatchObject({ conda: true, pinned: true, requirement: { specifier: "==1.21.2" } });
  });

  it.each([
    ["shell commands", "pip install flask"],
    ["merge conflicts", "<<<<<<< HEAD"],
    ["tables", "Package    Version"],
    ["a spaced equals sign", "numpy = 1.2"],
  ])("reports %s", (_name, line) => {
    expect(parseRequirements(`a\n${line}\n`).invalid).toEqual([2]);
  });
});
