import { describe, expect, it } from "vitest";
import { deliveryOf } from "./delivery-of.ts";

const hooksOf = (texts: Record<string, string>, root = "") =>
  deliveryOf(texts, root).hooks.map(({ path, line, id, repo, entry, args, stages }) => ({
    at: `${path}:${line}`,
    id,
    repo,
    entry,
    args,
    stages,
  }));

describe("hooks", () => {
  it("reads pre-commit", () => {
    const text = `default_stages: [pre-commit]
repos:
  - repo: https://github.com/astral-sh/ruff-pre-commit
    rev: v0.9
    hooks:
      - id: ruff
        args: [--fix, "--exit-non-zero-on-fix"]
      - {id: ruff-format}
  - repo: local
    hooks:
      - name: Tests
        id: tests
        entry: uv run pytest
        stages: [pre-push]
`;
    expect(hooksOf({ ".pre-commit-config.yaml": text })).toEqual([
      {
        at: ".pre-commit-config.yaml:6",
        id: "ruff",
        repo: "https://github.com/astral-sh/ruff-pre-commit",
        entry: undefined,
        args: ["--fix", "--exit-non-zero-on-fix"],
        stages: [],
      },
      {
        at: ".pre-commit-config.yaml:8",
        id: "ruff-format",
        repo: "https://github.com/astral-sh/ruff-pre-commit",
        entry: undefined,
        args: [],
        stages: [],
      },
      {
        at: ".pre-commit-config.yaml:12",
        id: "tests",
        repo: "local",
        entry: "uv run pytest",
        args: [],
        stages: ["pre-push"],
      },
    ]);
  });

  it("reads prek, lefthook and husky", () => {
    expect(
      hooksOf({
        "prek.toml": '[[repos]]\nrepo = "local"\nhooks = [\n  { id = "a", entry = "pytest" },\n]\n',
      }),
    ).toMatchObject([{ at: "prek.toml:4", id: "a", entry: "pytest" }]);
    expect(
      hooksOf({
        "lefthook.yml":
          "pre-commit:\n  commands:\n    lint: {run: ruff check}\n  jobs:\n    - name: types\n      run: mypy .\n",
      }),
    ).toMatchObject([
      { at: "lefthook.yml:3", id: "lint", entry: "ruff check", stages: ["pre-commit"] },
      { at: "lefthook.yml:5", id: "types", entry: "mypy ." },
    ]);
    expect(
      hooksOf({ ".husky/pre-commit": '#!/bin/sh\n. "$(dirname "$0")/_/husky.sh"\nruff check .\n' }),
    ).toMatchObject([{ at: ".husky/pre-commit:3", entry: "ruff check ." }]);
  });

  it("looks at the top and in the judged folder only", () => {
    const files = {
      ".pre-commit-config.yaml": "repos: [{hooks: [{id: a}]}]",
      "x/.pre-commit-config.yaml": "repos: [{hooks: [{id: b}]}]",
      "y/lefthook.yml": "a: {commands: {c: {run: d}}}",
    };
    expect(hooksOf(files, "x").map(({ id }) => id)).toEqual(["a", "b"]);
  });

  it("tolerates broken files and wrong types", () => {
    expect(
      hooksOf({ ".pre-commit-config.yaml": "repos: [", "prek.toml": "x = ", "lefthook.yml": "- 1" }),
    ).toEqual([]);
    expect(
      hooksOf({
        ".pre-commit-config.yaml": "repos: [1, {hooks: 3}, {hooks: [{args: {a: 1}}, 2]}]",
        "prek.toml": "repos = [1, {hooks = [2, {id = 3}]}]",
      }).map(({ id }) => id),
    ).toEqual(["", ""]);
  });

  it("runs by default what belongs to commits", () => {
    const files = {
      ".pre-commit-config.yaml":
        "repos:\n- repo: local\n  hooks:\n  - {id: a, entry: pytest, stages: [manual]}\n  - {id: b, entry: mypy, stages: [commit]}\n",
    };
    const commands = (text: string) =>
      deliveryOf(files)
        .expand(text, { path: "x", line: 1 })
        .map((command) => command.text);
    expect(commands("pre-commit run -a")).toEqual(["mypy"]);
    expect(commands("pre-commit run a --all-files")).toEqual(["pytest"]);
    expect(commands("pre-commit install")).toEqual(["pre-commit install"]);
  });
});
