import { describe, expect, it } from "vitest";
import {
  END_OF_LIFE,
  isEndOfLife,
  RULE_SET_DATE,
  SUPPORTED_MINORS,
} from "../../../src/project/manifests/end-of-life.ts";
import { readManifests } from "../../../src/project/manifests/manifests.ts";
import { minorsNamed, readPythonVersions } from "../../../src/project/manifests/python-versions.ts";
import type { PythonVersion } from "../../../src/project/manifests/types.ts";
import { expandNames } from "../../../src/project/manifests/version-matrices.ts";
import { filesOf } from "../../../src/project/read-files.ts";

const versions = (texts: Record<string, string>, root = "", extra: PythonVersion[] = []) => {
  const files = filesOf(texts);
  return readPythonVersions(files, readManifests(files, root), extra).map(
    ({ source, path, line, text, minors, range, tool }) =>
      `${tool ?? source} ${path}:${line} ${text}${range ? " allows" : ""} [${minors.join(" ")}]`,
  );
};
const LATEST = "3.11 3.12 3.13 3.14 3.15";

describe("the table of ends", () => {
  it("is reckoned at the rule set's date", () => {
    expect(isEndOfLife("3.10")).toBe(true);
    expect(isEndOfLife("3.11")).toBe(false);
    expect(isEndOfLife("4.0")).toBeUndefined();
    expect(isEndOfLife("constructor")).toBeUndefined();
    expect(SUPPORTED_MINORS.join(" ")).toBe(LATEST);
  });

  it("holds dates in order", () => {
    const dates = [...Object.values(END_OF_LIFE), RULE_SET_DATE];
    expect(dates.every((date) => /^\d{4}-\d\d-\d\d$/.test(date))).toBe(true);
  });
});

it.each([
  ["3.12.1", "3.12"],
  ["py311", "3.11"],
  ["python39", "3.9"],
  ["python-3.11.4", "3.11"],
  ["pypy3.9-7.3.11", "3.9"],
  ["3.8 3.10", "3.8 3.10"],
  ["3.13t", "3.13"],
  ["2.7.18", "2.7"],
  ["3", ""],
  ["system", ""],
  ["miniconda3-4.7.12", ""],
  ["graalpy-22.3.0", ""],
  ["my-env-1.2.3", ""],
])("%j names %j", (text, minors) => {
  expect(minorsNamed(text).join(" ")).toBe(minors);
});

describe("what packages require", () => {
  it.each([
    [
      "pyproject.toml",
      '[project]\nname = "p"\nrequires-python = ">=3.8,<3.13"\n',
      3,
      ">=3.8,<3.13 allows [3.11 3.12]",
    ],
    ["setup.cfg", "[options]\npython_requires = >=3.12\n", 2, ">=3.12 allows [3.12 3.13 3.14 3.15]"],
    ["setup.py", "setup(name='p',\n  python_requires='==3.11.*')\n", 2, "==3.11.* allows [3.11]"],
    [
      "pyproject.toml",
      '[project]\nrequires-python = "<3.9"\n',
      2,
      "<3.9 allows [2.6 2.7 3.0 3.1 3.2 3.3 3.4 3.5 3.6 3.7 3.8]",
    ],
  ])("%s %#", (path, text, line, expected) => {
    expect(versions({ [path]: text })).toEqual([`requires-python ${path}:${line} ${expected}`]);
  });

  it("Poetry's carets", () => {
    expect(versions({ "pyproject.toml": '[tool.poetry.dependencies]\npython = "^3.12"\n' })).toEqual([
      "poetry pyproject.toml:2 ^3.12 allows [3.12 3.13 3.14 3.15]",
    ]);
  });

  it("classifiers, each at its line", () => {
    const classifiers =
      '[project]\nclassifiers = [\n"Programming Language :: Python :: 3",\n"Programming Language :: Python :: 3.1",\n"Programming Language :: Python :: 3.12",\n"Programming Language :: Python :: 3 :: Only"]\n';
    expect(versions({ "pyproject.toml": classifiers })).toEqual([
      "classifier pyproject.toml:4 Programming Language :: Python :: 3.1 [3.1]",
      "classifier pyproject.toml:5 Programming Language :: Python :: 3.12 [3.12]",
    ]);
  });

  it("Pipfile and environment.yml", () => {
    expect(
      versions({
        Pipfile: '[requires]\npython_version = "3.12"\n',
        "environment.yml": "dependencies:\n  - python=3.11\n",
        "env.yml": "dependencies:\n  - numpy\n  - conda-forge::python >=3.12\n",
      }),
    ).toEqual([
      "pipfile Pipfile:2 3.12 [3.12]",
      "conda env.yml:3 >=3.12 allows [3.12 3.13 3.14 3.15]",
      "conda environment.yml:2 3.11 [3.11]",
    ]);
  });
});

describe("version files", () => {
  it("of each kind", () => {
    expect(
      versions({
        ".python-version": "# comment\n3.12.1\n3.11\nmy-env\n",
        "runtime.txt": "python-3.11.4\n",
        ".tool-versions": "nodejs 20\npython 3.12.1 3.11\n",
        "mise.toml": '[tools]\npython = ["3.12", { version = "3.13" }]\n',
      }),
    ).toEqual([
      "python-version-file .python-version:2 3.12.1 [3.12]",
      "python-version-file .python-version:3 3.11 [3.11]",
      "runtime.txt runtime.txt:1 python-3.11.4 [3.11]",
      "tool-versions .tool-versions:2 3.12.1 3.11 [3.11 3.12]",
      "tool-versions mise.toml:2 3.12 3.13 [3.12 3.13]",
    ]);
  });

  it("of the nearest folder", () => {
    const texts = { ".python-version": "3.11", "a/.python-version": "3.12", "a/b/x.py": "" };
    expect(versions(texts, "a/b")).toEqual(["python-version-file a/.python-version:1 3.12 [3.12]"]);
  });
});

describe("test matrices", () => {
  it.each([
    ["py{38,39}-django{32,42}", "py38-django32 py38-django42 py39-django32 py39-django42"],
    ["py3{8,9}, lint", "py38 py39 lint"],
    ["py{310-312}", "py310 py311 py312"],
    ["{a,b", "{a b"],
    ["{}", ""],
  ])("%j expands", (text, names) => {
    expect(expandNames(text).join(" ")).toBe(names);
  });

  it("does not expand without end", () => {
    expect(expandNames("{a,b}".repeat(2000)).length).toBeLessThanOrEqual(2000);
    expect(() => expandNames("{".repeat(5000) + "}".repeat(5000))).not.toThrow();
  });

  it("tox, wherever it is configured", () => {
    expect(versions({ "tox.ini": "[tox]\nenvlist =\n    py{311,312}-django42\n    lint\n" })).toEqual([
      "tox tox.ini:2 py{311,312}-django42 lint [3.11 3.12]",
    ]);
    expect(versions({ "setup.cfg": "[tox:tox]\nenvlist = py312\n" })).toEqual([
      "tox setup.cfg:2 py312 [3.12]",
    ]);
    expect(versions({ "tox.toml": 'env_list = ["3.12", "pypy311"]\n' })).toEqual([
      "tox tox.toml:1 3.12,pypy311 [3.11 3.12]",
    ]);
    expect(
      versions({ "pyproject.toml": '[tool.tox]\nlegacy_tox_ini = """\n[tox]\nenvlist = py39\n"""\n' }),
    ).toEqual(["tox pyproject.toml:2 py39 [3.9]"]);
  });

  it("Hatch", () => {
    const pyproject =
      '[[tool.hatch.envs.test.matrix]]\npython = ["3.11", "3.12"]\n[[tool.hatch.envs.test.matrix]]\nx = ["1"]\n';
    expect(versions({ "pyproject.toml": pyproject })).toEqual([
      "hatch pyproject.toml:2 3.11, 3.12 [3.11 3.12]",
    ]);
  });

  it("nox, through names of the file", () => {
    const noxfile =
      'import nox\nALL = ["3.11", "3.12"]\n@nox.session(python=ALL + ["3.13"])\ndef tests(s): ...\n@nox.session\ndef lint(s): ...\n@nox.session(python="3.12")\ndef docs(s): ...\n';
    expect(versions({ "noxfile.py": noxfile })).toEqual([
      "nox noxfile.py:3 3.11, 3.12, 3.13 [3.11 3.12 3.13]",
      "nox noxfile.py:7 3.12 [3.12]",
    ]);
  });
});

it("tool targets", () => {
  expect(
    versions({
      "pyproject.toml":
        '[tool.ruff]\ntarget-version = "py311"\n[tool.black]\ntarget-version = ["py39", "py310"]\n[tool.mypy]\npython_version = 3.10\n[tool.ty.environment]\npython-version = "3.12"\n[tool.isort]\npy_version = 39\n',
      "mypy.ini": "[mypy]\npython_version = 3.11\n",
      "pyrightconfig.json": '{\n // comment\n "pythonVersion": "3.12",\n}',
    }),
  ).toEqual([
    "ruff pyproject.toml:2 py311 [3.11]",
    "black pyproject.toml:4 py39, py310 [3.9 3.10]",
    "mypy pyproject.toml:6 3.10 [3.10]",
    "ty pyproject.toml:8 3.12 [3.12]",
    "isort pyproject.toml:10 39 [3.9]",
    "mypy mypy.ini:2 3.11 [3.11]",
    "pyright pyrightconfig.json:3 3.12 [3.12]",
  ]);
});

it("takes in what others have found", () => {
  const image: PythonVersion = {
    source: "base-image",
    path: "Dockerfile",
    line: 1,
    text: "python:3.12",
    minors: ["3.12"],
    range: false,
  };
  expect(versions({}, "", [image])).toEqual(["base-image Dockerfile:1 python:3.12 [3.12]"]);
});
