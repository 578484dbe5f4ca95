import { describe, expect, it } from "vitest";
import { deliveryOf } from "./delivery-of.ts";

/** What a command leads to, as `path:line text < via`. */
function expand(text: string, texts: Record<string, string>, root = ""): string[] {
  const delivery = deliveryOf(texts, root);
  return delivery.expand(text, { path: "ci.sh", line: 10 }).map((command) => {
    const via = command.via.length > 0 ? ` < ${command.via.join(" > ")}` : "";
    return `${command.path}:${command.line} ${command.text}${via}`;
  });
}

/** What CI runs in a project of these files, texts only. */
const ciRuns = (command: string, texts: Record<string, string>): string[] =>
  deliveryOf({
    ...texts,
    ".github/workflows/ci.yml": `on: [push]\njobs: {a: {steps: [{run: "${command}"}]}}\n`,
  }).ciCommands.map(({ text }) => text);

describe("services that CI starts with compose", () => {
  const compose =
    "services:\n  tests:\n    build: .\n    command: pytest tests\n  db:\n    image: postgres\n";

  it.each([
    ["docker compose up --exit-code-from tests tests", { "compose.yaml": compose }],
    ["docker-compose -f ci/test.compose.yml up", { "ci/test.compose.yml": compose }],
    ["docker compose --file docker-compose.test.yml run --rm tests", { "docker-compose.test.yml": compose }],
    ["docker compose -f shop.yml -f db.yml run --rm --entrypoint='pytest tests' web", {}],
    ["docker compose -f shop.yml up", { "shop.yml": compose }],
    ["make it", { Makefile: "it:\n\tdocker compose run tests\n", "docker-compose.yml": compose }],
    [
      "docker compose run --rm tests",
      {
        "docker-compose.yml": "services: {tests: {build: {context: ., dockerfile: test.Dockerfile}}}",
        "test.Dockerfile": 'FROM python:3.12\nCMD ["pytest", "tests"]\n',
      },
    ],
  ] as [string, Record<string, string>][])("%s", (command, files) => {
    expect(ciRuns(command, files)).toContain("pytest tests");
  });

  it.each([
    ["docker compose up db", { "compose.yaml": compose }],
    ["docker compose build", { "compose.yaml": compose }],
    ["docker compose run tests ruff check", { "compose.yaml": compose }],
    ["docker compose -f other.yml up", { "compose.yaml": compose }],
  ] as [string, Record<string, string>][])("not those of %s", (command, files) => {
    expect(ciRuns(command, files)).not.toContain("pytest tests");
  });
});

describe("following commands", () => {
  it("follows make, its prerequisites first, through to the end", () => {
    const files = {
      Makefile: "test: lint\n\ttox -e py\nlint:\n\truff check .\n",
      "tox.ini": "[testenv]\ncommands = pytest\n",
    };
    expect(expand("make test", files)).toEqual([
      "Makefile:4 ruff check . < make test",
      "tox.ini:2 pytest < make test > tox -e py",
    ]);
  });

  it.each([
    ["just", { justfile: "default:\n  pytest\n" }],
    ["make", { Makefile: "all:\n\tpytest\n" }],
    ["make -C sub t", { "sub/Makefile": "t:\n\tpytest\n" }],
    ["cd sub && make t", { "sub/Makefile": "t:\n\tpytest\n" }],
    ["task t", { "Taskfile.yml": "tasks: {t: pytest}" }],
    ["tox", { "tox.ini": "[tox]\nenvlist = a\n[testenv]\ncommands = pytest" }],
    ["tox -e py39,x", { "tox.ini": "[testenv]\ncommands = pytest" }],
    [
      "TOXENV=a tox",
      { "tox.ini": "[tox]\nenvlist = b\n[testenv:a]\ncommands = pytest\n[testenv:b]\ncommands = mypy" },
    ],
    ["python -m tox run -e a", { "tox.ini": "[testenv:a]\ncommands = pytest" }],
    ["nox -s t-3.12", { "noxfile.py": "@nox.session\ndef t(s):\n    s.run('pytest')\n" }],
    ["hatch run t", { "pyproject.toml": '[tool.hatch.envs.default.scripts]\nt = "pytest"' }],
    ["hatch run e:t", { "pyproject.toml": '[tool.hatch.envs.e.scripts]\nt = "pytest"' }],
    ["uv run poe t", { "pyproject.toml": '[tool.poe.tasks]\nt = "pytest"' }],
    ["pdm run t", { "pyproject.toml": '[tool.pdm.scripts]\nt = "pytest"' }],
    ["pdm t", { "pyproject.toml": '[tool.pdm.scripts]\nt = "pytest"' }],
    ["pipenv run t", { Pipfile: '[scripts]\nt = "pytest"' }],
    ["poetry run task t", { "pyproject.toml": '[tool.taskipy.tasks]\nt = "pytest"' }],
    ["inv t", { "tasks.py": "from invoke import task\n@task\ndef t(c):\n    c.run('pytest')\n" }],
    ["npm run t", { "package.json": '{"scripts": {"t": "pytest"}}' }],
    [
      "pre-commit run --all-files",
      { ".pre-commit-config.yaml": "repos: [{repo: local, hooks: [{id: t, entry: pytest}]}]" },
    ],
    ["./scripts/t.sh", { "scripts/t.sh": "pytest" }],
    ["bash -eux scripts/t", { "scripts/t": "#!/bin/sh\npytest" }],
    ["sudo -E ./t.sh a b", { "t.sh": "pytest" }],
    ["docker compose run web shell ./bin/t.sh", { "bin/t.sh": "pytest" }],
    ["CMD=pytest; $CMD", {}],
  ] as [string, Record<string, string>][])("%s", (text, files) => {
    expect(expand(text, files).map((line) => line.replace(/^\S+ | <.*$/g, ""))).toContain("pytest");
    expect(expand(text, files)).not.toContain(`ci.sh:10 ${text}`);
  });

  it("keeps what cannot be opened", () => {
    expect(expand("make test && pytest # x", {})).toEqual(["ci.sh:10 make test", "ci.sh:10 pytest"]);
    expect(expand("make x", { Makefile: "t:\n\tpytest\n" })).toEqual(["ci.sh:10 make x"]);
  });

  it("follows Python scripts by what they run, and keeps them", () => {
    const script =
      'import subprocess, sys\nsubprocess.check_call([sys.executable, "-m", "pytest"])\nos.system("ruff check .")\nrun("x")\n';
    expect(expand("python scripts/t.py", { "scripts/t.py": script })).toEqual([
      "ci.sh:10 python scripts/t.py",
      "scripts/t.py:2 python -m pytest < python scripts/t.py",
      "scripts/t.py:3 ruff check . < python scripts/t.py",
    ]);
  });

  it("looks in the judged folder and at the top", () => {
    const files = { "back/Makefile": "t:\n\tpytest\n", Makefile: "u:\n\tmypy\n" };
    expect(expand("make t", files, "back")).toEqual(["back/Makefile:2 pytest < make t"]);
    expect(expand("make u", files, "back")).toEqual(["Makefile:2 mypy < make u"]);
  });

  it("does not put the values of secrets in", () => {
    expect(expand("API_TOKEN=abc; curl $API_TOKEN", {})).toEqual([
      "ci.sh:10 API_TOKEN=abc",
      "ci.sh:10 curl $API_TOKEN",
    ]);
  });

  it("ends cycles and bounds depth and number", () => {
    expect(
      expand("make a", { Makefile: "a: b\n\tmake a\nb: a\n\t./x.sh\n", "x.sh": "./x.sh\nmake b\n" }).length,
    ).toBeLessThan(10);
    const chain = Object.fromEntries(Array.from({ length: 50 }, (_, i) => [`s${i}.sh`, `./s${i + 1}.sh\n`]));
    expect(expand("./s0.sh", chain)).toHaveLength(1);
    const wide = Array.from(
      { length: 30 },
      (_, i) => `t${i}: ${Array.from({ length: 30 }, (_, j) => `t${j}`).join(" ")}\n\techo ${i}\n`,
    ).join("");
    expect(expand("make t0", { Makefile: wide }).length).toBeLessThanOrEqual(400);
  });
});
