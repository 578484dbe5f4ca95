import { describe, expect, it } from "vitest";
import { deliveryOf } from "./delivery-of.ts";

/** Tasks as `tool name:line needs > line: command; …`. */
function tasksOf(texts: Record<string, string>): string[] {
  return deliveryOf(texts).tasks.map(({ tool, name, line, needs, commands }) => {
    const own = commands.map((command) => `${command.line}: ${command.text}`).join("; ");
    return `${tool} ${name}:${line}${needs.length > 0 ? ` [${needs}]` : ""} > ${own}`;
  });
}

describe("Makefile", () => {
  it("gives targets with variables put in and continuation lines joined", () => {
    const text = `PYTHON ?= python3
SRC := app tests
.PHONY: test
all: lint test  ## everything

test: build
\t@$(PYTHON) -m pytest \\
\t  $(SRC)
\t-$(MAKE) -C docs html

lint build::
ifdef CI
\t ruff check $(SRC) && echo "$$HOME"
endif
`;
    expect(tasksOf({ Makefile: text })).toEqual([
      "make all:4 [lint,test] > ",
      "make test:6 [build] > 7: python3 -m pytest app tests; 9: make -C docs html",
      'make lint:11 > 13: ruff check app tests; 13: echo "$HOME"',
      'make build:11 > 13: ruff check app tests; 13: echo "$HOME"',
    ]);
  });

  it("takes included files in, and survives what is no Makefile", () => {
    expect(tasksOf({ Makefile: "include x.mk\n", "x.mk": "t:\n\tpytest\n" })).toContain(
      "make t:1 > 2: pytest",
    );
    expect(tasksOf({ Makefile: "\t\t:::\n=\n%: x\n\tfoo\nA = $(A)\nb: $(A)\n\t$(A)\n" })).toHaveLength(1);
  });
});

describe("justfile", () => {
  it("gives recipes with dependencies, defaults and aliases", () => {
    const text = `py := "uv run"
alias t := test

# comment
test *args='-q': build (lint "x")
    @{{py}} pytest {{args}}

[private]
build:
  #!/usr/bin/env bash
  uv build
lint path:
  ruff check {{path}}
script:
  #!/usr/bin/env python
  import pytest
`;
    expect(tasksOf({ justfile: text })).toEqual([
      "just test:5 [build,lint] > 6: uv run pytest",
      "just build:9 > 11: uv build",
      "just lint:12 > 13: ruff check",
      "just script:14 > ",
      "just t:2 [test] > ",
    ]);
  });
});

describe("Taskfile", () => {
  it("gives tasks with commands and dependencies", () => {
    const text = `version: "3"
vars: {PY: uv run}
tasks:
  default: {deps: [test]}
  test:
    cmds:
      - "{{.PY}} pytest"
      - task: lint
  lint: ruff check .
`;
    expect(tasksOf({ "Taskfile.yml": text })).toEqual([
      "task default:4 [test] > ",
      "task test:5 [lint] > 7: uv run pytest",
      "task lint:9 > 9: ruff check .",
    ]);
  });
});

describe("tox", () => {
  const ini = `[tox]
envlist = py{310,311}-{unit,int}, lint

[testenv]
commands_pre = python --version
commands =
    unit: pytest {posargs:tests} \\
        --cov
    int: pytest integration
    !lint: coverage report

[testenv:lint]
commands = {[base]lint}
    - mypy {env:SRC:src}

[base]
lint = ruff check .
`;

  it("expands generative names, factors and substitutions", () => {
    expect(tasksOf({ "tox.ini": ini })).toEqual([
      "tox py310-unit:4 > 5: python --version; 7: pytest tests --cov; 10: coverage report",
      "tox py310-int:4 > 5: python --version; 9: pytest integration; 10: coverage report",
      "tox py311-unit:4 > 5: python --version; 7: pytest tests --cov; 10: coverage report",
      "tox py311-int:4 > 5: python --version; 9: pytest integration; 10: coverage report",
      "tox lint:12 > 5: python --version; 13: ruff check .; 14: mypy src",
    ]);
  });

  it("reads setup.cfg, legacy_tox_ini and TOML", () => {
    expect(
      tasksOf({
        "setup.cfg":
          "[metadata]\nname = x\n[tox:tox]\nenvlist = a\n[testenv:a]\ncommands = no\n[tox:testenv:a]\ncommands = pytest",
      }),
    ).toEqual(["tox a:7 > 8: pytest"]);
    expect(
      tasksOf({
        "pyproject.toml":
          '[tool.tox]\nlegacy_tox_ini = """\n[tox]\nenv_list = a\n[testenv]\ncommands = pytest\n"""\n',
      }),
    ).toEqual(["tox a:5 > 6: pytest"]);
    const native = `[tool.tox]
env_list = ["3.12", "type"]
[tool.tox.env_run_base]
commands = [["pytest", { replace = "posargs", default = ["tests"], extend = true }]]
[tool.tox.env.type]
commands = [["mypy"], ["pyright", "a b"]]
`;
    expect(tasksOf({ "pyproject.toml": native })).toEqual([
      "tox 3.12:3 > 4: pytest tests",
      "tox type:5 > 6: mypy; 6: pyright 'a b'",
    ]);
  });

  it("is bounded where names multiply", () => {
    const names = Array(12).fill("{a,b,c,d,e,f,g}").join("-");
    expect(
      deliveryOf({
        "tox.ini": `[tox]\nenvlist = ${names}\n[testenv]\ncommands = pytest {${"{".repeat(10_000)}`,
      }).tasks.length,
    ).toBeLessThanOrEqual(300);
  });
});

describe("nox", () => {
  it("reads what sessions run, through constants and functions of the file", () => {
    const text = `import nox
nox.options.sessions = ["tests"]
ARGS = ["-q", "tests"]

def install(session):
    session.install("-r", "requirements.txt")

@nox.session(python=["3.12"], name="tests")
def run_tests(session: nox.Session) -> None:
    install(session)
    session.run("pytest", *ARGS, f"--cov={x}", *session.posargs, external=True)

@nox.session
def lint(session):
    session.run("pre-commit", "run", "--all-files")
    session.notify("tests")
`;
    expect(tasksOf({ "noxfile.py": text })).toEqual([
      "nox tests:9 > 11: pytest -q tests --cov={x}; 6: pip install -r requirements.txt",
      "nox lint:14 [tests] > 15: pre-commit run --all-files",
    ]);
  });

  it("reads nothing of a file that does not parse", () => {
    expect(tasksOf({ "noxfile.py": "(".repeat(20_000) })).toEqual([]);
  });
});

describe("task tables", () => {
  it("reads hatch, poe, pdm, rye, pixi and taskipy from pyproject.toml", () => {
    const text = `[tool.hatch.envs.test.scripts]
unit = "pytest {args:tests}"
all = ["unit", "coverage report"]
[tool.hatch.envs.default.scripts]
lint = "ruff check"
[tool.poe.tasks]
a = "pytest"
b = { shell = "ruff check && mypy ." }
c = ["a", { cmd = "black ." }]
[tool.pdm.scripts]
d = { composite = ["e", "ruff check ."] }
e.cmd = ["pytest", "-q"]
[tool.rye.scripts]
f = { chain = ["g"] }
[tool.pixi.tasks]
h = { cmd = "pytest", depends-on = ["i"] }
[tool.taskipy.tasks]
j = { cmd = "tox", help = "x" }
`;
    expect(tasksOf({ "pyproject.toml": text })).toEqual([
      "hatch test:unit:2 > 2: pytest tests",
      "hatch test:all:3 [test:unit] > 3: unit; 3: coverage report",
      "hatch lint:5 > 5: ruff check",
      "poe a:7 > 7: pytest",
      "poe b:8 > 8: ruff check; 8: mypy .",
      "poe c:9 [a] > 9: black .",
      "pdm d:11 [e,ruff] > 11: ruff check .",
      "pdm e:12 > 12: pytest -q",
      "rye f:14 [g] > ",
      "taskipy j:18 > 18: tox",
      "pixi h:16 [i] > 16: pytest",
    ]);
  });

  it("reads Pipfile, package.json, invoke and fabric", () => {
    expect(tasksOf({ Pipfile: '[scripts]\ntest = "pytest"\n' })).toEqual(["pipenv test:2 > 2: pytest"]);
    expect(tasksOf({ "package.json": '{\n  "scripts": {\n    "test": "jest",\n    "x": 1\n  }\n}' })).toEqual(
      ["npm test:3 > 3: jest", "npm x:4 > 4: 1"],
    );
    const tasks = `from invoke import task

@task
def clean(c):
    c.run("rm -rf dist")

@task(pre=[clean], name="unit")
def run_unit(c, verbose=False):
    with c.cd("x"):
        c.run("pytest && ruff check .")
`;
    expect(tasksOf({ "tasks.py": tasks })).toEqual([
      "invoke clean:4 > 5: rm -rf dist",
      "invoke unit:8 [clean] > 10: pytest; 10: ruff check .",
    ]);
    expect(tasksOf({ "app/tasks.py": "from celery import task\n@task\ndef x(): pass\n" })).toEqual([]);
  });

  it("tolerates wrong types and broken files", () => {
    expect(
      tasksOf({
        "pyproject.toml":
          "[tool.hatch.envs]\na = 1\n[tool.poe]\ntasks = [1]\n[tool.pdm.scripts]\nx = 1\n[tool.tox]\nenv = 3\n",
      }),
    ).toEqual(["pdm x:6 > "]);
    expect(
      tasksOf({
        "pyproject.toml": "[tool.poe.tasks\nx = ",
        "package.json": "{",
        "Taskfile.yml": "tasks: [1]",
        "tox.ini": "[tox",
      }),
    ).toEqual([]);
  });
});
