/** What a project tells Ruff and Flake8 to pass over. */
import { describe, expect, it } from "vitest";
import { buildProject } from "../../src/project/build-project.ts";
import { matchesGlob } from "../../src/project/glob.ts";
import { type LintSettings, lintSettings } from "../../src/project/lint-settings.ts";
import { filesOf } from "../../src/project/read-files.ts";

const settingsOf = (files: Record<string, string>): LintSettings =>
  lintSettings(
    buildProject({ files: filesOf(files), root: "", modules: [], artifact: "repository", skipped: [] }),
  );

describe("Ruff's settings", () => {
  it("ignore codes everywhere or in files, old keys and new ones", () => {
    const settings = settingsOf({
      "pyproject.toml": [
        "[tool.ruff]",
        'ignore = ["E402"]',
        'exclude = ["vendor"]',
        "[tool.ruff.lint]",
        'extend-ignore = ["B0"]',
        "[tool.ruff.lint.per-file-ignores]",
        '"__init__.py" = ["F401"]',
        '"app/settings/*" = ["F4"]',
        '"!app/**" = ["E7"]',
      ].join("\n"),
    });
    expect(settings.silencing("app/a.py", "B006")).toBeDefined();
    expect(settings.silencing("app/a.py", "E402")).toMatchObject({ path: "pyproject.toml", line: 1 });
    expect(settings.silencing("app/a.py", "BLE001")).toBeUndefined();
    expect(settings.silencing("app/a.py", "F401")).toBeUndefined();
    expect(settings.silencing("app/__init__.py", "F401")).toBeDefined();
    expect(settings.silencing("app/settings/deep/x.py", "F405")).toBeDefined();
    expect(settings.silencing("tools/x.py", "E711")).toBeDefined();
    expect(settings.silencing("app/x.py", "E711")).toBeUndefined();
    expect(settings.silencing("app/vendor/x.py", "F821")).toBeDefined();
  });

  it("come from the nearest file and from what it extends", () => {
    const settings = settingsOf({
      "ruff.toml": '[lint]\nignore = ["F841"]\n',
      "a/ruff.toml": 'extend = "../base.toml"\n[lint]\nignore = ["E711"]\n',
      "base.toml": '[lint]\nignore = ["E712"]\n',
      "b/pyproject.toml": '[project]\nname = "b"\n',
    });
    expect(settings.silencing("a/x.py", "E711")).toBeDefined();
    expect(settings.silencing("a/x.py", "E712")).toBeDefined();
    expect(settings.silencing("a/x.py", "F841")).toBeUndefined();
    expect(settings.silencing("b/x.py", "F841")).toBeDefined();
  });

  it("that are broken or of wrong types ignore nothing", () => {
    expect(settingsOf({ "ruff.toml": "ignore = [" }).silencing("a.py", "F401")).toBeUndefined();
    const odd = settingsOf({ "ruff.toml": 'extend = "ruff.toml"\nignore = 3\nper-file-ignores = ["x"]\n' });
    expect(odd.silencing("a.py", "F401")).toBeUndefined();
  });
});

describe("Flake8's settings", () => {
  it("ignore codes everywhere, in files and in excluded folders", () => {
    const settings = settingsOf({
      "setup.cfg": [
        "[flake8]",
        "ignore = E203,  # black",
        "  W503",
        "extend_ignore = E800",
        "exclude = .git,build,*/old/*",
        "per-file-ignores =",
        "    app/__init__.py, app/api.py: F401 F403",
        "    app/models.py:E711,",
        "        E712",
      ].join("\n"),
    });
    expect(settings.silencing("app/x.py", "E203")).toMatchObject({ path: "setup.cfg", line: 1 });
    expect(settings.silencing("app/x.py", "ERA001")).toBeDefined();
    expect(settings.silencing("app/api.py", "F403")).toBeDefined();
    expect(settings.silencing("app/__init__.py", "F401")).toBeDefined();
    expect(settings.silencing("app/models.py", "E712")).toBeDefined();
    expect(settings.silencing("app/models.py", "F401")).toBeUndefined();
    expect(settings.silencing("app/old/x.py", "F401")).toBeDefined();
    expect(settings.silencing("app/x.py", "F401")).toBeUndefined();
  });

  it("are read from the first file that has them", () => {
    const settings = settingsOf({ "tox.ini": "[tox]\n", ".flake8": "[flake8]\nignore = F841\n" });
    expect(settings.silencing("a.py", "F841")).toMatchObject({ path: ".flake8" });
  });
});

describe("globs", () => {
  it.each([
    ["tests/*", "tests/a/b.py", true],
    ["**/tests/*", "tests/a.py", true],
    ["a/**/b.py", "a/b.py", true],
    ["a/**/b.py", "a/x/y/b.py", true],
    ["docs", "docs", true],
    ["test_[!a-c]?.py", "test_dx.py", true],
    ["test_[!a-c]?.py", "test_ax.py", false],
    ["{setup,conf}.py", "conf.py", true],
    ["*.py", "a.pyi", false],
  ])("%s and %s: %s", (glob, path, expected) => {
    expect(matchesGlob(glob, path)).toBe(expected);
  });

  it("with many stars stay quick", () => {
    expect(matchesGlob(`${"*a".repeat(200)}b`, "a".repeat(5_000))).toBe(false);
  });
});
