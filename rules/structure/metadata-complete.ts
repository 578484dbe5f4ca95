import { defineRule, fail, judgeShare, notApplicable } from "../../src/engine/rule.ts";
import type { Metadata } from "../../src/project/manifests/types.ts";

export default defineRule({
  id: "metadata-complete",
  category: "structure",
  severity: "low",
  kinds: ["library"],
  title: "The package's metadata is complete",
  why: "The index, licence checkers and users choose by metadata; what is missing there is asked in issues, again and again.",
  fix: '```toml\n[project]\nname = "shop"\nversion = "1.4.0"\ndescription = "Orders for small shops"\nreadme = "README.md"\nlicense = "MIT"\nrequires-python = ">=3.12"\n\n[project.urls]\nSource = "https://example.org/shop"\n```',
  checklist: ["004-04", "001-29"],
  examples: {
    pass: [
      {
        files: {
          "pyproject.toml":
            '[project]\nname = "a"\nversion = "1"\ndescription = "A"\nreadme = "README.md"\nlicense = "MIT"\nrequires-python = ">=3.12"\nurls = { Source = "https://example.org" }\n',
          "a/__init__.py": "",
        },
        says: "7 of 7",
        at: "pyproject.toml:1",
        kind: "library",
      },
      {
        files: {
          "setup.py":
            "from setuptools import setup\nsetup(name='a', version='1', description='A', long_description=open('README.md').read(), license='MIT', python_requires='>=3.12', url='https://example.org')\n",
          "README.md": "# A\n",
          "a/__init__.py": "",
        },
        says: "7 of 7",
        at: "setup.py:2",
        kind: "library",
      },
      {
        files: {
          "setup.cfg":
            "[metadata]\nname = a\nversion = attr: a.__version__\ndescription = A\nlong_description = file: README.md\nlicense = MIT\nurl = https://example.org\n\n[options]\npython_requires = >=3.12\n",
          "setup.py": "from setuptools import setup\nsetup()\n",
          "a/__init__.py": "",
        },
        says: "7 of 7",
        kind: "library",
        note: "A version that the build computes is there, too.",
      },
    ],
    partial: [
      {
        files: {
          "pyproject.toml": '[project]\nname = "a"\nversion = "1"\ndescription = "A"\n',
          "a/__init__.py": "",
        },
        says: "readme, licence, requires-python, urls are missing",
        at: "pyproject.toml:1",
        kind: "library",
      },
    ],
    fail: [
      {
        files: { "pyproject.toml": '[project]\nname = "a"\n', "a/__init__.py": "" },
        says: "are missing",
        at: "pyproject.toml:1",
        kind: "library",
      },
      { files: { "a/__init__.py": "" }, says: "no metadata", kind: "library" },
    ],
    notApplicable: [{ files: { "a.py": "print(1)\n" }, says: "speaks to", kind: "cli" }],
  },
  check({ manifests, artifact }) {
    const { metadata } = manifests;
    const { at } = metadata;
    if (!at)
      return artifact === "wheel"
        ? notApplicable("The wheel's own metadata was not read.")
        : fail("There is no metadata: no pyproject.toml, setup.cfg or setup.py describes the package.");
    const missing = FIELDS.filter(([, has]) => !has(metadata)).map(([name]) => name);
    const total = FIELDS.length;
    const message =
      missing.length === 0
        ? `${total} of ${total} fields are given.`
        : `${total - missing.length} of ${total} fields are given; ${missing.join(", ")} ${missing.length === 1 ? "is" : "are"} missing.`;
    return judgeShare(total - missing.length, total, message, [{ path: at.path, startLine: at.line }]);
  },
});

const given = (text: string | undefined): boolean => text !== undefined && text.trim() !== "";
const FIELDS: readonly [string, (metadata: Metadata) => boolean][] = [
  ["name", ({ name, dynamic }) => given(name) || dynamic.includes("name")],
  ["version", ({ version, dynamic }) => given(version) || dynamic.includes("version")],
  ["description", ({ description, dynamic }) => given(description) || dynamic.includes("description")],
  ["readme", ({ readme, dynamic }) => given(readme) || dynamic.includes("readme")],
  [
    "licence",
    ({ license, classifiers, dynamic }) =>
      given(license) ||
      classifiers.some((one) => one.startsWith("License ::")) ||
      dynamic.includes("license"),
  ],
  [
    "requires-python",
    ({ requiresPython, dynamic }) => given(requiresPython) || dynamic.includes("requires-python"),
  ],
  ["urls", ({ urls, dynamic }) => Object.keys(urls).length > 0 || dynamic.includes("urls")],
];
