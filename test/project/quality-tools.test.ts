/** Signs of linters, formatters and type checkers. */
import { describe, expect, it } from "vitest";
import { buildProject } from "../../src/project/build-project.ts";
import { enforcingSigns, type ToolKind, toolSigns } from "../../src/project/quality-tools.ts";
import { filesOf } from "../../src/project/read-files.ts";

const signsOf = (kind: ToolKind, files: Record<string, string>) => {
  const project = buildProject({
    ...{ files: filesOf(files), root: "", modules: [], artifact: "repository", skipped: [] },
  });
  return toolSigns(project).filter((sign) => sign.kind === kind);
};

const brief = (kind: ToolKind, files: Record<string, string>): string[] =>
  signsOf(kind, files).map(({ tool, how, path, line }) => `${tool} ${how} ${path}:${line}`);

const workflow = (...steps: string[]): string =>
  `on: [push]\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n${steps.map((step) => `      - ${step}\n`).join("")}`;

describe("signs of a tool", () => {
  it("are settings, wherever a tool reads them", () => {
    const files = {
      "pyproject.toml":
        "[tool.ruff]\nline-length = 90\n[tool.ruff.format]\n[tool.pylint.main]\n[tool.constructor]\n",
      "tox.ini": "[tox]\n[flake8]\nignore = E1\n",
      "backend/setup.cfg": "[mypy]\n[mypy-x]\n",
      "docs/pyrightconfig.json": "{}",
    };
    expect(brief("linter", files)).toEqual([
      "Pylint configuration pyproject.toml:4",
      "Flake8 configuration tox.ini:2",
    ]);
    expect(brief("formatter", files)).toEqual(["Ruff configuration pyproject.toml:3"]);
    expect(brief("type-checker", files)).toEqual(["mypy configuration backend/setup.cfg:1"]);
  });

  it("are hooks, and CI that runs them", () => {
    const files = {
      ".pre-commit-config.yaml":
        "repos:\n  - repo: https://github.com/pre-commit/mirrors-mypy\n    rev: v1\n    hooks:\n      - id: mypy\n",
      ".github/workflows/ci.yml": workflow("uses: pre-commit/action@v3.0.1"),
    };
    expect(brief("type-checker", files)).toEqual([
      "mypy hook .pre-commit-config.yaml:5",
      "mypy ci .pre-commit-config.yaml:5",
    ]);
  });

  it("are actions by name", () => {
    const files = {
      ".github/workflows/ci.yml": workflow(
        "uses: psf/black@stable",
        "uses: astral-sh/ruff-action@v3\n        with:\n          args: format --check",
        "uses: jakebailey/pyright-action@v2",
      ),
    };
    expect(new Set(brief("formatter", files))).toEqual(
      new Set(["Black ci .github/workflows/ci.yml:6", "Ruff ci .github/workflows/ci.yml:7"]),
    );
    expect(brief("type-checker", files)).toContain("Pyright ci .github/workflows/ci.yml:10");
  });

  it("are no sorters of imports, stubs or questions for a version", () => {
    const files = {
      "requirements-dev.txt": "types-requests\nmypy-extensions\nisort\n",
      ".github/workflows/ci.yml": workflow("run: isort --check .", "run: mypy --version"),
    };
    expect(brief("formatter", files)).toEqual([]);
    expect(brief("type-checker", files)).toEqual([]);
  });
});

describe("a run in CI", () => {
  const adviceOn = (run: string): (string | undefined)[] => {
    const signs = signsOf("linter", { ".github/workflows/ci.yml": workflow(run) });
    const { blocking, advisory } = enforcingSigns(signs);
    return [...blocking, ...advisory].map((sign) => sign.advisory);
  };

  it.each([
    ["run: flake8 src", undefined],
    ["run: flake8 src || true", "not blocking"],
    ["run: flake8 --exit-zero", "not blocking"],
    ["run: flake8 . --select=E9,F63,F7,F82 --show-source", "syntax errors only"],
    ["run: flake8 . --select=E9,F,W", undefined],
    ["run: ruff check\n        continue-on-error: true", "not blocking"],
  ])("%s: %s", (run, advisory) => {
    expect(adviceOn(run)).toContain(advisory);
  });
});
