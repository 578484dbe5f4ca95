import { defineRule, fail, pass } from "../../src/engine/rule.ts";

export default defineRule({
  id: "python-version-declared",
  category: "environment",
  severity: "high",
  kinds: "all",
  alwaysApplies: true,
  title: "The Python version is declared",
  why: "Without it, development, CI and production drift apart and fail where it hurts most.",
  fix: 'State it in pyproject.toml:\n\n```toml\n[project]\nrequires-python = ">=3.12"\n```\n\nor in a `.python-version` file.',
  checklist: ["000-04"],
  unseenIn: ["wheel"],
  examples: {
    pass: [
      {
        files: { "pyproject.toml": '[project]\nname = "a"\nrequires-python = ">=3.12"\n', "a.py": "x = 1\n" },
        says: "requires-python says >=3.12",
        at: "pyproject.toml:3",
      },
      {
        files: { ".python-version": "3.12.4\n", "a.py": "x = 1\n" },
        says: ".python-version says 3.12.4",
        at: ".python-version:1",
      },
      {
        files: {
          Dockerfile: 'FROM python:3.12-slim\nCOPY a.py .\nCMD ["python", "a.py"]\n',
          "a.py": "x = 1\n",
        },
        says: "The base image says",
        at: "Dockerfile:1",
      },
    ],
    fail: [
      { files: { "app.py": "x = 1\n" }, says: "No file states a Python version" },
      {
        files: { "pyproject.toml": '[project]\nname = "a"\n', "a.py": "x = 1\n" },
        says: "No file states a Python version",
        note: "A pyproject.toml alone states none.",
      },
    ],
    notApplicable: [],
  },
  check({ pythonVersions }) {
    const stated = pythonVersions.filter(({ source }) => DECLARING.has(source));
    const [first] = stated;
    if (!first) return fail("No file states a Python version.");
    const evidence = stated.map(({ path, line, source, text }) => ({
      path,
      startLine: line,
      note: `${NAMES[source] ?? source}: ${text}`,
    }));
    return pass(`${NAMES[first.source] ?? first.source} says ${first.text}.`, evidence);
  },
});

/** Places that decide which Python runs; CI and tool settings only follow them. */
const DECLARING = new Set([
  "requires-python",
  "python-version-file",
  "runtime.txt",
  "tool-versions",
  "pipfile",
  "conda",
  "base-image",
  "poetry",
  "platform",
]);

const NAMES: Record<string, string> = {
  "python-version-file": ".python-version",
  "base-image": "The base image",
  "tool-versions": ".tool-versions",
  pipfile: "Pipfile",
  conda: "environment.yml",
  poetry: "Poetry's python",
};
