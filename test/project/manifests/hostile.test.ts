import fc from "fast-check";
import { stringify } from "smol-toml";
import { describe, expect, it } from "vitest";
import { readManifests } from "../../../src/project/manifests/manifests.ts";
import { readPythonVersions } from "../../../src/project/manifests/python-versions.ts";
import { filesOf } from "../../../src/project/read-files.ts";

/** Reads everything that is read lazily, too. */
function readAll(texts: Record<string, string>): void {
  const files = filesOf(texts);
  const manifests = readManifests(files, "");
  readPythonVersions(files, manifests, []);
  manifests.named("a");
  for (const { line } of [...manifests.dependencies, ...manifests.broken]) expect(line).toBeGreaterThan(0);
  for (const manifest of [manifests.pyproject, manifests.pipfile, manifests.setupCfg, ...manifests.conda]) {
    manifest?.line("project", "dependencies", "0");
  }
}

const PATHS = [
  "pyproject.toml",
  "setup.cfg",
  "setup.py",
  "Pipfile",
  "Pipfile.lock",
  "pixi.toml",
  "pixi.lock",
  "environment.yml",
  "requirements.txt",
  "requirements.in",
  "constraints.txt",
  "uv.lock",
  "poetry.lock",
  "conda-lock.yml",
  "conda-linux-64.lock",
  ".python-version",
  ".tool-versions",
  "runtime.txt",
  "mise.toml",
  "tox.ini",
  "tox.toml",
  "noxfile.py",
  "mypy.ini",
  "pyrightconfig.json",
  "ruff.toml",
  "script.py",
  "PKG-INFO",
];

/** Tables that readers know, at which values of any type are put. */
const KEYS = [
  "project",
  "project.dependencies",
  "project.optional-dependencies",
  "project.optional-dependencies.x",
  "project.scripts",
  "project.entry-points.x",
  "project.urls",
  "project.authors",
  "project.license",
  "project.readme",
  "project.dynamic",
  "project.classifiers",
  "project.requires-python",
  "build-system.requires",
  "dependency-groups",
  "dependency-groups.x",
  "tool.poetry",
  "tool.poetry.dependencies",
  "tool.poetry.dependencies.python",
  "tool.poetry.group.x.dependencies",
  "tool.poetry.extras",
  "tool.poetry.scripts",
  "tool.pdm.dev-dependencies",
  "tool.hatch.envs",
  "tool.hatch.metadata.hooks.requirements_txt",
  "tool.flit.metadata",
  "tool.flit.scripts",
  "tool.uv.sources",
  "tool.uv.workspace",
  "tool.uv.workspace.members",
  "tool.pixi",
  "tool.pixi.feature",
  "tool.setuptools.dynamic",
  "tool.setuptools.dynamic.dependencies",
  "tool.tox.env_list",
  "tool.ruff.target-version",
  "tool.mypy.python_version",
];

const tomlValue = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    fc.string({ maxLength: 12 }),
    fc.constantFrom("a>=1", "a", "^1", "include-group", "x", "../x"),
    fc.integer(),
    fc.boolean(),
    fc.double({ noNaN: true }),
    fc.array(tie("value"), { maxLength: 3 }),
    fc.dictionary(
      fc.oneof(
        fc.string({ maxLength: 6 }),
        fc.constantFrom("__proto__", "constructor", "version", "python", "file", "path"),
      ),
      tie("value"),
      { maxKeys: 3 },
    ),
  ),
})).value;

function nest(path: string, value: unknown): Record<string, unknown> {
  return path.split(".").reduceRight<unknown>((inner, key) => ({ [key]: inner }), value) as Record<
    string,
    unknown
  >;
}

describe("any type anywhere", () => {
  it("in pyproject.toml is tolerated", () => {
    fc.assert(
      fc.property(fc.constantFrom(...KEYS), tomlValue, (path, value) => {
        let text: string;
        try {
          text = stringify(nest(path, value));
        } catch {
          return;
        }
        readAll({ "pyproject.toml": text, "a/pyproject.toml": text });
      }),
      { seed: 1, numRuns: 1500 },
    );
  });

  it("in the other TOML, YAML and JSON files is tolerated", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(
          ["environment.yml", "dependencies"],
          ["Pipfile.lock", "default"],
          ["Pipfile.lock", "_meta"],
          ["pyrightconfig.json", "pythonVersion"],
        ),
        fc.jsonValue({ maxDepth: 4 }),
        ([path = "", key = ""], value) => readAll({ [path]: JSON.stringify({ [key]: value }) }),
      ),
      { seed: 1, numRuns: 500 },
    );
  });
});

describe("any text in any manifest", () => {
  const token = fc.constantFrom(
    ..."[ ] [[ ]] { } ( ) = : , . - # ' \" \\ \n \t @ ; < > == >= ~ ^ * | || / // /* */ --hash= -r -e git+ a b1 project dependencies setup install_requires python 3.12 py{3,4} name version package: - <<: &a *a \u0000 \ud800 é".split(
      " ",
    ),
    " ",
    "\n",
    "\n\n",
    "[project]\n",
    "[[package]]\n",
    "setup(",
    "# /// script\n",
    "# ///\n",
  );
  const text = fc.oneof(
    fc.string({ maxLength: 200 }),
    fc.array(token, { maxLength: 60 }).map((parts) => parts.join("")),
  );

  it("is tolerated", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...PATHS), text, { minKeys: 1, maxKeys: 4 }), readAll),
      { seed: 1, numRuns: 2000 },
    );
  });
});

it("prototype names pollute nothing", () => {
  readAll({
    "pyproject.toml":
      '[project]\nname = "p"\nscripts = {"__proto__" = "a:b"}\nurls = {"__proto__" = "x"}\n[project.optional-dependencies]\n__proto__ = ["polluted"]\nconstructor = ["x"]\n[tool.poetry.dependencies]\n__proto__ = "1"\nconstructor = {version = "1"}\ntoString = true\n',
    "setup.py": "setup(name='p', extras_require={'__proto__': ['polluted']}, __proto__={'polluted': 1})",
    "setup.cfg": "[__proto__]\npolluted = 1\n[options.extras_require]\n__proto__ = a\n",
    Pipfile: '[__proto__]\npolluted = "*"\n[packages]\n__proto__ = "*"\nconstructor = "*"\n',
    "environment.yml": "__proto__: {polluted: 1}\ndependencies: [constructor]\n",
  });
  expect({}).not.toHaveProperty("polluted");
  expect(Object.prototype).not.toHaveProperty("a");
});

describe("counts are bounded", () => {
  it.each([
    ["dependencies", { "requirements.txt": Array.from({ length: 60_000 }, (_, i) => `a${i}`).join("\n") }],
    ["includes", { "requirements.txt": "-r requirements.txt\n".repeat(60_000) }],
    [
      "folders",
      Object.fromEntries(Array.from({ length: 3000 }, (_, i) => [`f${i}/requirements.txt`, "a\n"])),
    ],
    ["files", Object.fromEntries(Array.from({ length: 3000 }, (_, i) => [`requirements/f${i}.txt`, "a\n"]))],
    ["scripts", { "setup.py": "setup(name='a')\n".repeat(5000) }],
  ])("of %s", (_name, texts) => {
    const manifests = readManifests(filesOf(texts), "");
    expect(manifests.dependencies.length).toBeLessThanOrEqual(20_000);
    expect(manifests.requirements.length).toBeLessThanOrEqual(500);
    expect(manifests.broken.length).toBeLessThanOrEqual(100);
  });

  it("and text past the bound of all manifests says that it was not read", () => {
    const big = `# ${"x".repeat(1_900_000)}\n[project]\ndependencies = ["a"]\n`;
    const members = Object.fromEntries(Array.from({ length: 8 }, (_, i) => [`m${i}/pyproject.toml`, big]));
    const manifests = readManifests(
      filesOf({ "pyproject.toml": '[tool.uv.workspace]\nmembers = ["m*"]\n', ...members }),
      "",
    );
    expect(manifests.members).toHaveLength(4);
    expect(manifests.broken[0]).toMatchObject({
      path: "m4/pyproject.toml",
      reason: "it could not be read as text",
    });
  });
});
