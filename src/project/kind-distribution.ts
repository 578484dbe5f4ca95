/** Whether a project is made for others to install, and how its README says that it is used. */
import { findLine } from "./files.ts";
import { isApplicationGroup } from "./kind-service.ts";
import type { Metadata } from "./manifests/types.ts";
import { nestedManifests } from "./nested-manifests.ts";
import type { Project } from "./project.ts";

type DistributionFacts = Pick<
  Project,
  "name" | "manifests" | "delivery" | "files" | "firstParty" | "source" | "root"
>;

/** Names that only a run of setup.py would show are those of the folder. */
const nameOf = ({ name, manifests }: DistributionFacts): string | undefined =>
  manifests.metadata.name ?? (manifests.setupPy?.unread.includes("name") ? name : undefined);

/** Where a repository holds its packages in folders: the metadata of the one with most code. */
function metadataOf(project: DistributionFacts): Metadata {
  const { metadata } = project.manifests;
  if (metadata.name !== undefined || metadata.classifiers.length > 0) return metadata;
  const sized = nestedManifests(project)
    .filter(({ metadata: own }) => own.name !== undefined && own.classifiers.length > 0)
    .map(({ folder, metadata: own }) => ({
      own,
      lines: project.source.reduce(
        (sum, { path, lineCount }) => sum + (path.startsWith(`${folder}/`) ? lineCount : 0),
        0,
      ),
    }))
    .sort((a, b) => b.lines - a.lines);
  const total = project.source.reduce((sum, { lineCount }) => sum + lineCount, 0);
  return sized[0] && sized[0].lines >= total / 2 ? sized[0].own : metadata;
}

/** Signs that an importable package is meant for distribution; none where it is an application with metadata. */
export function findDistributionSigns(
  project: DistributionFacts,
): { path: string; line: number; note: string }[] {
  const metadata = metadataOf(project);
  const at = metadata.at;
  const packages = [...project.firstParty].filter((one) => one !== "setup");
  const own = metadata.name ?? nameOf(project);
  if (!at || packages.length === 0 || own === undefined) return [];
  const signs: { path: string; line: number; note: string }[] = [];
  const { classifiers } = metadata;
  const privately = classifiers.some((one) => /^Private\b/i.test(one));
  if (privately) return [];
  if (classifiers.length > 0) signs.push({ ...at, note: "classifiers for the package index" });
  const publish = project.delivery.ciCommands.find(({ text }) =>
    /\btwine upload\b|\b(?:uv|poetry|pdm|hatch|flit)(?: \S{1,40}){0,3} publish\b/.test(text),
  );
  if (publish) signs.push({ path: publish.path, line: publish.line, note: "CI publishes it" });
  for (const file of project.delivery.ci) {
    const line = findLine(file.text, /pypa\/gh-action-pypi-publish|pypi-publish/);
    if (line !== undefined) signs.push({ path: file.path, line, note: "CI publishes it" });
  }
  const { readme } = project.delivery;
  const name = own.toLowerCase().replace(/[-_.]+/g, "-");
  const installs = readme && installLine(readme.text, name);
  if (readme && installs)
    signs.push({ path: readme.path, line: installs, note: "README tells how to install it from the index" });
  const plugged = metadata.entryPoints.find(({ group }) => !isApplicationGroup(group));
  if (plugged)
    signs.push({ path: plugged.path, line: plugged.line, note: `loaded through ${plugged.group}` });
  if (metadata.buildBackend !== undefined && metadata.description && Object.keys(metadata.urls).length > 0) {
    signs.push({ ...at, note: "build system and metadata of a package" });
  }
  return signs;
}

function installLine(text: string, name: string): number | undefined {
  const lines = text.split("\n");
  const at = lines.findIndex(
    (line) =>
      line.length < 500 &&
      /\b(?:pip3?|pipx|uv pip|uv tool|conda|poetry|uv|pdm)(?: -\S+)* (?:install|add)\b/.test(line) &&
      line
        .toLowerCase()
        .replace(/[-_.]+/g, "-")
        .includes(name),
  );
  return at === -1 ? undefined : at + 1;
}

/** Points for a project that is imported and for one that is run from the command line. */
export function findReadmeUse(project: DistributionFacts): { library: number; cli: number } {
  const { metadata } = project.manifests;
  const text = project.delivery.readme?.text ?? "";
  const points = { library: 0, cli: 0 };
  const has = (pattern: RegExp) => metadata.classifiers.some((one) => pattern.test(one));
  if (has(/^Topic :: Software Development :: Libraries/)) points.library += 2;
  // Under a framework's own name stand its plugins and itself.
  const own = (metadata.name ?? "").toLowerCase();
  const frameworks = metadata.classifiers.map((one) => /^Framework :: ([^:]{1,40}?)(?: ::|$)/.exec(one)?.[1]);
  if (frameworks.some((one) => one !== undefined && one.toLowerCase() !== own)) points.library += 2;
  if (metadata.scripts.length > 0 && COMMAND_LINE.test(metadata.description ?? "")) points.cli += 2;
  if (has(/^Environment :: Console/)) points.cli += 2;
  // A reusable Django app: a package that others put into INSTALLED_APPS.
  const django = has(/^Framework :: Django/) || /^django[-_]/i.test(metadata.name ?? "");
  if (django && project.source.some(({ code }) => /\(AppConfig\)/.test(code))) points.library += 3;
  if (project.files.paths.some((path) => /(?:^|\/)py\.typed$/.test(path))) points.library += 1;
  if ([...project.firstParty].some((name) => importsOf(text, name))) points.library += 3;
  const commands = metadata.scripts.map(({ name }) => name);
  if (commands.length > 0) points.cli += 1;
  if (commands.some((name) => runsCommand(text, name))) points.cli += 2;
  if (commands.includes(metadata.name ?? "")) points.cli += 1;
  // An image that is made to run one of its commands.
  if (project.delivery.deployedCommands.some((one) => one.source === "docker" && isOneOf(commands, one.text)))
    points.cli += 2;
  if (/\b(?:pipx|brew|apt(?:-get)?|uv tool) install\b/.test(text)) points.cli += 1;
  if (metadata.scripts.length === 0) points.library += 2;
  return points;
}

/** What a description calls a tool: "a test command line tool", "A command-line utility". */
const COMMAND_LINE =
  /\bcommand[- ]?line (?:\w{1,20} ){0,2}(?:tool|utility|client|application|program|app)s?\b|\bCLI (?:tool|utility|client|application|app)s?\b/i;

const isOneOf = (commands: readonly string[], text: string): boolean =>
  commands.includes(text.split(" ", 1)[0] ?? "");

const importsOf = (text: string, name: string): boolean =>
  linesWith(text, name).some((line) => {
    const words = line.trim().replace(/^>>> /, "").split(/[ .]/);
    return (words[0] === "import" || words[0] === "from") && words[1] === name;
  });

const runsCommand = (text: string, name: string): boolean =>
  linesWith(text, name).some((line) => line.trim().replace(/^\$ /, "").startsWith(`${name} `));

/** The lines of a text in which a name stands. */
function linesWith(text: string, name: string): string[] {
  const lines: string[] = [];
  for (let at = name === "" ? -1 : text.indexOf(name); at !== -1; ) {
    const end = text.indexOf("\n", at);
    lines.push(text.slice(text.lastIndexOf("\n", at) + 1, end === -1 ? undefined : end));
    at = end === -1 ? -1 : text.indexOf(name, end);
  }
  return lines;
}

/** Whether its commands work only where an optional extra is installed: `pip install shop[cli]`. */
export const isCommandExtra = ({ manifests }: Pick<Project, "manifests">): boolean => {
  const { scripts } = manifests.metadata;
  if (scripts.length === 0) return false;
  return (
    scripts.every(({ extra }) => extra !== undefined) ||
    manifests.dependencies.some(
      ({ group, groupName = "" }) =>
        group === "optional" && /^(?:cli|cmd|console|command-?line)$/.test(groupName),
    )
  );
};
