/** What a project says about its Python version, sorted by what each statement is worth. */

import { runsTests } from "./delivery/command-kinds.ts";
import { KNOWN_MINORS } from "./manifests/end-of-life.ts";
import { allowsMinor } from "./manifests/python-versions.ts";
import type { PythonVersion } from "./manifests/types.ts";
import type { Project } from "./project.ts";

export interface StatedVersions {
  /** Ranges that are allowed: requires-python, Poetry's and conda's constraints. */
  ranges: readonly PythonVersion[];
  /** What runs: images, platforms, files that installers of Python read. */
  running: readonly PythonVersion[];
  /** CI jobs that test, or all of them where none is known to. */
  tested: readonly PythonVersion[];
  /** Other jobs of CI. */
  otherJobs: readonly PythonVersion[];
  /** Environments of tox and nox. */
  environments: readonly PythonVersion[];
  /** What tools read the code as. */
  targets: readonly PythonVersion[];
  classifiers: readonly PythonVersion[];
}

/** Everything that is stated, by kind. Statements that name no minor version (`3`) are left out. */
export function sortVersions({ pythonVersions, delivery }: Project): StatedVersions {
  const of = (...sources: PythonVersion["source"][]): PythonVersion[] =>
    pythonVersions.filter(
      ({ source, range, minors }) => sources.includes(source) && !range && minors.length > 0,
    );
  const jobs = of("ci");
  const testing = new Set<PythonVersion>();
  for (const file of delivery.ci) {
    const inFile = jobs.filter(({ path }) => path === file.path);
    for (const job of file.jobs) {
      if (!job.commands.some(({ text }) => runsTests(text))) continue;
      const next = Math.min(...file.jobs.map(({ line }) => line).filter((line) => line > job.line));
      for (const one of inFile) if (one.line >= job.line && one.line < next) testing.add(one);
    }
  }
  const tested = testing.size > 0 ? jobs.filter((one) => testing.has(one)) : jobs;
  return {
    ranges: pythonVersions.filter(({ range, source }) => range && source !== "tool-target"),
    running: of(
      "base-image",
      "runtime.txt",
      "platform",
      "python-version-file",
      "tool-versions",
      "pipfile",
      "conda",
      "poetry",
    ),
    tested,
    otherJobs: jobs.filter((one) => !tested.includes(one)),
    environments: of("tox", "nox"),
    targets: of("tool-target"),
    classifiers: of("classifier"),
  };
}

/** Every minor that a range allows, ended ones among them, oldest first. */
export const minorsIn = ({ text }: PythonVersion): string[] =>
  KNOWN_MINORS.filter((minor) => allowsMinor(text, minor));

const NAMES: Readonly<Record<PythonVersion["source"], string>> = {
  "requires-python": "requires-python",
  "python-version-file": ".python-version",
  "runtime.txt": "runtime.txt",
  "tool-versions": ".tool-versions",
  pipfile: "Pipfile",
  conda: "the conda environment",
  "base-image": "the base image",
  ci: "CI",
  tox: "tox",
  nox: "nox",
  "tool-target": "the target",
  classifier: "classifier",
  poetry: "Poetry's python",
  platform: "the platform",
};

/** The place by its usual name: `the base image`, `ruff's target`. */
export function nameOf({ source, tool, path }: PythonVersion): string {
  if (tool !== undefined) return `${tool}'s target`;
  if (source === "tool-versions" && path.endsWith(".toml")) return "mise";
  return NAMES[source];
}

/** What it says, short. */
export const textOf = ({ source, text, minors }: PythonVersion): string =>
  source === "classifier" ? minors.join(", ") : text.replace(/\s+/g, " ").slice(0, 80);

/** Statements as evidence: those of one line, such as a matrix, together. */
export function evidenceOf(
  all: Iterable<PythonVersion>,
): { path: string; startLine: number; note: string }[] {
  const byLine = Map.groupBy(
    all,
    ({ path, line, source, tool }) => `${path}:${line}:${source}:${tool ?? ""}`,
  );
  return [...byLine.values()].flatMap((same) => {
    const [first] = same;
    if (!first) return [];
    const texts = [...new Set(same.map(textOf))].join(", ");
    return [{ path: first.path, startLine: first.line, note: `${nameOf(first)}: ${texts}` }];
  });
}
