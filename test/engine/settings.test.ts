/** `[tool.pyready]` of a scanned project. */
import { describe, expect, it } from "vitest";
import { matcherOf, readSettings } from "../../src/engine/settings.ts";
import { matchesPath } from "../../src/project/glob.ts";
import { filesOf } from "../../src/project/read-files.ts";

const known = new Set(["timeouts-set", "lint-clean"]);
const read = (files: Record<string, string>) => readSettings(filesOf(files), "", known);

describe("settings", () => {
  it("come from pyproject.toml, each with its reason", () => {
    const settings = read({
      "pyproject.toml": `
[tool.pyready]
kind = "service"
[tool.pyready.ignore]
timeouts-set = "the gateway bounds every call"
[[tool.pyready.exclude]]
paths = ["legacy/**"]
reason = "replaced in spring"
[[tool.pyready.ignore-paths]]
rule = "lint-clean"
paths = ["scripts/"]
reason = "one-off"
`,
    });
    expect(settings).toMatchObject({
      kind: "service",
      exclude: [{ paths: ["legacy/**"], reason: "replaced in spring" }],
      ignorePaths: [{ rule: "lint-clean", paths: ["scripts/"], reason: "one-off" }],
      warnings: [],
    });
    expect(settings.ignore.get("timeouts-set")).toBe("the gateway bounds every call");
  });

  it("come from .pyready.toml first", () => {
    expect(
      read({ ".pyready.toml": 'kind = "library"\n', "pyproject.toml": '[tool.pyready]\nkind = "cli"\n' })
        .kind,
    ).toBe("library");
  });

  it.each([
    ['[tool.pyready.ignore]\ntimeouts-set = ""\n', "needs a reason"],
    ['[tool.pyready.ignore]\nno-such-rule = "x"\n', "no known rule"],
    ["[tool.pyready]\nkind = 3\n", "kind must be one of"],
    ['[tool.pyready]\nexclude = "x"\n', "must be an array"],
    ['[[tool.pyready.exclude]]\npaths = ["{a,b}{c,d}"]\nreason = "x"\n', "without braces"],
    ["[tool]\npyready = 3\n", "must be a table"],
    ["[tool.pyready]\ncolour = 1\n", "unknown setting"],
  ])("that are wrong are warnings: %s", (toml, warning) => {
    expect(read({ "pyproject.toml": toml }).warnings.join("\n")).toContain(warning);
  });

  it("survive keys of prototypes", () => {
    expect(read({ ".pyready.toml": '[ignore]\n__proto__ = "x"\nconstructor = "y"\n' }).ignore.size).toBe(0);
  });
});

describe("globs", () => {
  it("match folders as all that is in them", () => {
    const matches = matcherOf(["legacy/", "a/**/b.py"]);
    expect(["legacy/x/y.py", "a/1/2/b.py", "other.py"].map(matches)).toEqual([true, true, false]);
  });

  it.each([
    ["*.py", ["a.py", ".a.py"], ["a/b.py", "a.pyc"]],
    ["**/*.py", ["a.py", "a/b.py", "a/b/c.py"], ["a.md"]],
    ["a/**", ["a", "a/b", "a/b/c"], ["b", "ab/c"]],
    ["**/x/**/y", ["x/y", "a/x/b/c/y"], ["x", "y", "x/y/z"]],
    ["a?[bc]*", ["a-b", "a-cx"], ["ab", "a-d", "a-b/x"]],
    ["", [], ["a"]],
    ["**", ["a", "a/b"], []],
  ])("%j matches as in a .gitignore", (glob, yes, no) => {
    expect(yes.filter((path) => !matchesPath(glob, path))).toEqual([]);
    expect(no.filter((path) => matchesPath(glob, path))).toEqual([]);
  });

  it("take no time however many stars they have", () => {
    const name = "a".repeat(1_000);
    for (const glob of ["*a".repeat(90), "[a]+".repeat(40), "a*".repeat(90), `${"**/a/".repeat(30)}b`])
      for (const path of [`${name}.py`, `${"a/".repeat(60)}a`])
        for (let times = 0; times < 200; times++) expect(matchesPath(`${glob}b`, path)).toBe(false);
  });

  it("are so many and no more", () => {
    const exclude = `paths = [${'"a/*", '.repeat(150)}]\nreason = "x"\n`;
    const { exclude: taken, warnings } = read({
      ".pyready.toml": `[[exclude]]\n${exclude}[[exclude]]\n${exclude}`,
    });
    expect(taken).toHaveLength(1);
    expect(warnings[0]).toContain("more than 200 paths");
  });
});
