import { describe, expect, it } from "vitest";
import { readManifests } from "../../../src/project/manifests/manifests.ts";
import { filesOf } from "../../../src/project/read-files.ts";

const read = (texts: Record<string, string>) => readManifests(filesOf(texts), "");
const declared = (texts: Record<string, string>) =>
  read(texts).dependencies.map(
    ({ name, specifier, group, groupName, path, line }) =>
      `${name}${specifier} ${group}${groupName === undefined ? "" : `:${groupName}`} @${path}:${line}`,
  );

describe("setup.cfg", () => {
  const text = [
    "[metadata]",
    "name = p",
    "version = attr: p.__version__",
    "long_description = file: README.rst",
    "license = MIT",
    "author = N",
    "url = https://example.org",
    "project_urls =",
    "    Docs = https://example.org/docs",
    "classifiers =",
    "    Programming Language :: Python :: 3.12",
    "[options]",
    "python_requires = >=3.9",
    "install_requires =",
    "    a>=1",
    "    # comment",
    "    b; python_version < '3.8'",
    "scripts = bin/r",
    "[options.extras_require]",
    "test =",
    "    pytest",
    "[options.entry_points]",
    "console_scripts =",
    "    p = p.cli:main",
    "    q = p.cli:other [x]",
    "plugins =",
    "    one = p.one",
  ].join("\n");

  it("gives dependencies at their own lines", () => {
    expect(declared({ "setup.cfg": text })).toEqual([
      "a>=1 runtime @setup.cfg:15",
      "b runtime @setup.cfg:17",
      "pytest optional:test @setup.cfg:21",
    ]);
  });

  it("gives metadata and entry points", () => {
    expect(read({ "setup.cfg": text }).metadata).toMatchObject({
      name: "p",
      dynamic: ["version"],
      readme: "README.rst",
      license: "MIT",
      authors: true,
      requiresPython: ">=3.9",
      urls: { Homepage: "https://example.org", Docs: "https://example.org/docs" },
      classifiers: ["Programming Language :: Python :: 3.12"],
      scripts: [
        { name: "p", target: "p.cli:main", line: 24 },
        { name: "q", target: "p.cli:other", extra: "x", line: 25 },
        { name: "r", target: "bin/r", line: 18 },
      ],
      entryPoints: [{ group: "plugins", name: "one", line: 27 }],
      at: { path: "setup.cfg", line: 1 },
    });
  });

  it("reads requirements out of the file that it names", () => {
    const texts = {
      "setup.cfg": "[options]\ninstall_requires = file: reqs/all.txt\n",
      "reqs/all.txt": "a\n",
    };
    expect(declared(texts)).toEqual(["a runtime @reqs/all.txt:1"]);
  });

  it("is broken where configparser would refuse it", () => {
    expect(read({ "setup.cfg": "[metadata]\nname\n" }).broken).toMatchObject([
      { path: "setup.cfg", line: 2 },
    ]);
  });
});

describe("setup.py", () => {
  it("gives literal arguments with their lines", () => {
    const text = [
      "from setuptools import setup, find_packages",
      "VERSION = '1.0'",
      "REQUIRES = ['a>=1',",
      "            'b' '[x]']",
      "EXTRAS = {'test': ['pytest'], ':os_name==\"nt\"': ['c']}",
      "EXTRAS['dev'] = EXTRAS['test'] + ['ruff']",
      "REQUIRES += ['d']",
      "setup(",
      "    name='p',",
      "    version=VERSION,",
      "    packages=find_packages(),",
      "    install_requires=REQUIRES,",
      "    extras_require=EXTRAS,",
      "    python_requires='>=3.8',",
      "    classifiers='''A",
      "B'''.splitlines(),",
      "    entry_points={'console_scripts': ['p = p:main']},",
      "    scripts=['bin/q'],",
      ")",
    ].join("\n");
    const manifests = read({ "setup.py": text });
    expect(declared({ "setup.py": text })).toEqual([
      "a>=1 runtime @setup.py:3",
      "b runtime @setup.py:4",
      "d runtime @setup.py:7",
      "pytest optional:test @setup.py:5",
      "c runtime @setup.py:5",
      "pytest optional:dev @setup.py:5",
      "ruff optional:dev @setup.py:6",
    ]);
    expect(manifests.metadata).toMatchObject({
      name: "p",
      version: "1.0",
      requiresPython: ">=3.8",
      classifiers: ["A", "B"],
      scripts: [
        { name: "q", target: "bin/q", line: 18 },
        { name: "p", target: "p:main", line: 17 },
      ],
      at: { path: "setup.py", line: 8 },
    });
    expect(manifests.setupPy).toMatchObject({ line: 8, unread: ["packages"] });
  });

  it.each([
    ["opens it in place", "setup(name='p', install_requires=open('requirements.txt').read().splitlines())"],
    [
      "opens it above",
      "with open('requirements.txt') as f:\n    required = [l for l in f if l]\nsetup(name='p', install_requires=required)",
    ],
    [
      "reads it in a function",
      "def read(name):\n    return open(name).readlines()\ndef deps():\n    return read('requirements.txt')\nsetup(name='p', install_requires=deps())",
    ],
    [
      "joins a path",
      "import os\nhere = os.path.dirname(__file__)\nfile = os.path.join(here, 'requirements.txt')\nsetup(name='p', install_requires=[str(r) for r in parse(file)])",
    ],
  ])("knows the file that dependencies are read from when it %s", (_name, text) => {
    const manifests = read({ "setup.py": text, "requirements.txt": "a\npytest\n" });
    expect(manifests.dependencies.map(({ name, path, group }) => `${name} ${path} ${group}`)).toEqual([
      "a requirements.txt runtime",
      "pytest requirements.txt runtime",
    ]);
    expect(manifests.undetermined).toEqual([]);
  });

  it("finds a file in the requirements folder by its name alone", () => {
    const text =
      "def reqs(*f): return parse(join('requirements', *f))\nsetup(name='p', install_requires=reqs('default.txt'))";
    expect(declared({ "setup.py": text, "requirements/default.txt": "a" })).toEqual([
      "a runtime @requirements/default.txt:1",
    ]);
  });

  it("says so where only a run would tell", () => {
    const text = "setup(name='p',\n      install_requires=compute(), version=get())";
    expect(read({ "setup.py": text })).toMatchObject({
      undetermined: [
        { path: "setup.py", line: 2, reason: "setup.py works out the dependencies when it runs" },
      ],
      setupPy: { unread: ["install_requires", "version"] },
      metadata: { dynamic: ["version"] },
    });
  });

  it("follows a table of arguments", () => {
    const text =
      "import setuptools\nconfig = dict(name='p', install_requires=['a'])\nsetuptools.setup(**config)";
    expect(declared({ "setup.py": text })).toEqual(["a runtime @setup.py:2"]);
  });

  it("is none where setup() is not called", () => {
    expect(read({ "setup.py": "def setup_app(): pass\nprint('x')" }).setupPy).toBeUndefined();
  });

  it.each([
    ["names that name themselves", "a = a\nb = c\nc = b\nsetup(install_requires=a, name=b)"],
    [
      "doubling without end",
      `${Array.from({ length: 60 }, (_, i) => `a${i} = a${i + 1} + a${i + 1}`).join("\n")}\na60 = ['x']\nsetup(install_requires=a0)`,
    ],
    ["deep nesting", `setup(install_requires=${"[".repeat(20_000)}${"]".repeat(20_000)})`],
    ["long sums", `setup(install_requires=${"['a'] + ".repeat(20_000)}[])`],
    ["broken code", "setup(install_requires=['a',\nname='p'"],
    [
      "odd types",
      "setup(name=1, install_requires={'a': 1}, extras_require=['x'], entry_points='x', classifiers=None)",
    ],
  ])("survives %s", (_name, text) => {
    expect(() => read({ "setup.py": text })).not.toThrow();
  });

  it("fills in what pyproject.toml and setup.cfg leave open", () => {
    const { metadata } = read({
      "pyproject.toml": '[build-system]\nrequires = ["setuptools"]\n',
      "setup.cfg": "[metadata]\nname = p\n",
      "setup.py": "setup(name='other', license='MIT')",
    });
    expect(metadata).toMatchObject({ name: "p", license: "MIT", at: { path: "setup.cfg", line: 1 } });
  });
});
