/** How the dependencies get into production: what images, platforms and deployment jobs install, and from what. */
import { actionFor } from "./delivery/action-kinds.ts";
import { deploys } from "./delivery/command-kinds.ts";
import { takesAll } from "./delivery/docker-images.ts";
import { allInstalls, type Installation, isInstaller } from "./delivery/installs.ts";
import { joinPath } from "./delivery/script.ts";
import type { Command, Dockerfile } from "./delivery/types.ts";
import { baseName, folderOf } from "./files.ts";
import { locksFor, ownStages } from "./image-contents.ts";
import { findImages, findPlatforms } from "./images.ts";
import { beforeCopy, findFile, isExported } from "./installed-files.ts";
import type { LockFile, Place } from "./manifests/types.ts";
import { nestedManifests } from "./nested-manifests.ts";
import type { Project } from "./project.ts";

export interface Installing extends Place {
  /**
   * `locked`: exact versions. `mixed`: most of them. `loose`: whatever is newest. `unclear`: what is installed cannot
   * be seen.
   */
  standing: "locked" | "mixed" | "loose" | "unclear";
  /** A sentence without its full stop. */
  said: string;
  /** The command. */
  note: string;
}

/** What installs dependencies for production, images first. Where there is none, deployment jobs, then platforms. */
export function findInstallations(project: Project): Installing[] {
  const { delivery } = project;
  const added = addedAtStart(project);
  const aside = delivery.dockerfiles.filter(({ path }) => !OPTIONAL.test(path) && !ASIDE.test(path));
  for (const files of [findImages(project), aside]) {
    const found = judgeAll(project, [...files.flatMap((file) => commandsOf(project, file)), ...added]);
    if (found.length > 0) return found;
  }
  const jobs = delivery.ci.flatMap(({ jobs }) => jobs);
  const deploying = jobs.filter(
    ({ commands, steps }) =>
      commands.some(({ text }) => deploys(text)) ||
      steps.some(({ uses }) => uses !== undefined && actionFor("deploy", uses) !== undefined),
  );
  const inJobs = judgeAll(
    project,
    deploying.flatMap(({ commands }) => commands),
  );
  if (inJobs.length > 0) return inJobs;
  const byPlatform = judgePlatform(project);
  if (byPlatform.length > 0) return byPlatform;
  // What CI tests is what it installs; tools by name and editable installs are no part of that.
  const tested = jobs.flatMap(({ commands }) => commands);
  return judgeAll(
    project,
    tested.filter(({ text }) =>
      allInstalls(text).some(
        ({ from, files }) =>
          from === "lock" || (from === "file" && !files.every((file) => OPTIONAL.test(baseName(file)))),
      ),
    ),
  ).filter(({ standing }) => standing !== "unclear");
}

/** What Airflow's image installs each time that a container starts, one command a compose file. */
function addedAtStart({ delivery }: Project): Command[] {
  return delivery.compose.flatMap(({ path, services, development }) => {
    if (development) return [];
    const asked = services.map(({ line, environment }) => ({
      line,
      names: environment._PIP_ADDITIONAL_REQUIREMENTS
        ?.replace(/\$\{\w{1,80}(?::?-([^}]{0,2000}))?\}/, "$1")
        .trim(),
    }));
    const first = asked.find(({ names }) => names !== undefined && names !== "");
    return first ? [{ path, line: first.line, text: `pip install ${first.names}`, via: [] }] : [];
  });
}

const ASIDE = /(?:^|\/)(?:examples?|samples?|demos?|docs?|\.devcontainer|\.github|templates?|packaging)\//i;

/** Commands of the stages that go into production, followed into scripts. */
function commandsOf({ delivery }: Project, file: Dockerfile): Command[] {
  const taken = file.stages
    .filter(({ image }) => takesAll(image))
    .map(({ path, line }) => ({ path, line, text: "pip install -r requirements.txt", via: [] }));
  const written = ownStages(file)
    .flatMap(({ instructions }) => instructions.filter(({ keyword }) => keyword === "RUN"))
    .flatMap(({ commands }) => commands.flatMap((command) => delivery.expand(command.text, command)));
  return [...taken, ...written];
}

/** Tools that a production image may hold without their being the project's dependencies. */
const TOOLS =
  /^(?:awscli|supervisor|supervisord-dependent-startup|dumb-init|crcmod|gsutil|s3cmd|boto|honcho|nodeenv|j2cli|yq|envtpl|certbot)(?![\w-])/i;
const OPTIONAL =
  /(?:^|[-_./])(?:dev|devel|development|tests?|testing|docs?|lint|local|ci|ipython|jupyter|debug)(?:[-_./]|$)/i;

function judgeAll(project: Project, commands: readonly Command[]): Installing[] {
  const seen = new Set<string>();
  const found = commands.flatMap((command) => {
    const key = `${command.path}:${command.line}:${command.text}`;
    if (seen.has(key)) return [];
    seen.add(key);
    // Wheels that one stage builds, the next one installs.
    const text = command.text.replace(
      /(?<!\binstall\b[^;&|]{0,80})(?<=\b|-m)pip(3?) wheel\b/g,
      "pip$1 install",
    );
    const known = allInstalls(text);
    return (known.length > 0 ? known : readUnknown(text)).flatMap((each) =>
      judgeInstallation(project, each, command),
    );
  }); // Where the lock has been installed, the project itself finds its requirements met.
  const locked = new Set(found.flatMap(({ standing, path }) => (standing === "locked" ? [path] : [])));
  return found.filter(({ said, path }) => !(said.endsWith(OWN) && locked.has(path)));
}

/** From this share on, a list of requirements counts as pinned. */
const PINNED = 0.9;
const OWN = "installs whatever the project's metadata allows";

/** An installer of the project's own, that takes requirements as pip does. */
function readUnknown(text: string): Installation[] {
  const words = text.slice(0, 5000).split(/\s+/);
  const files = words.filter((_, index) => /^(?:-r|--requirement)$/.test(words[index - 1] ?? ""));
  if (files.length === 0 || !words.some((word) => /install/.test(word))) return [];
  return [{ tool: "pip", from: "file", files, names: [], enforced: words.includes("--require-hashes") }];
}

function judgeInstallation(project: Project, each: Installation, command: Command): Installing[] {
  const { tool, from, files } = each;
  const make = (standing: Installing["standing"], what: string): Installing[] => [
    {
      path: command.path,
      line: command.line,
      standing,
      said: `${command.path} ${what}`,
      note: command.text.slice(0, 150),
    },
  ];
  const names = each.names.filter((name) => !TOOLS.test(name));
  if (from === "lock" && each.files.length === 0 && !hasLock(project, tool))
    return make("loose", `runs ${tool}, and no lock is there to install from`);
  if (from === "lock")
    return make("locked", `installs from the lock: ${tool}${each.enforced ? "" : ", which also updates it"}`);
  if (from === "file")
    return judgeFiles(
      project,
      files.map((file) => beforeCopy(project, command, file)),
      names,
      command,
      make,
    );
  if (from === "project") return judgeOwn(project, command, make);
  const loose = names.filter((name) => !isExact(name));
  if (names.length === 0) return [];
  if (names.some((name) => name.startsWith("$")))
    return make("unclear", `installs ${tool} packages whose names only the build knows`);
  if (loose.length === 0) return make("locked", `installs ${names.slice(0, 3).join(", ")} at exact versions`);
  return make("loose", `installs ${loose.slice(0, 4).map(bare).join(", ")} by name`);
}

const hasLock = (project: Project, tool: string): boolean =>
  [project.manifests, ...nestedManifests(project)].some(({ locks }) =>
    locks.some(({ format }) => locksFor(tool).includes(format)),
  );

type Make = (standing: Installing["standing"], what: string) => Installing[];

/** `pip install -r`: as good as the file is pinned. */
function judgeFiles(
  project: Project,
  files: readonly string[],
  names: readonly string[],
  command: Command,
  make: Make,
): Installing[] {
  const all = [project.manifests, ...nestedManifests(project)].flatMap(({ requirements }) => requirements);
  const wanted = files.filter((file) => !OPTIONAL.test(baseName(file)));
  if (wanted.length === 0)
    return files.length > 0 && isExported(project, command)
      ? make("locked", `installs ${files.join(", ")}, which it writes from the lock`)
      : [];
  const read = wanted.flatMap((file) => {
    const found = all.find(({ path }) => path === beside(project, command, file)) ?? findFile(all, file);
    return found ? [found] : [];
  });
  if (read.length === 0 && isExported(project, command))
    return make("locked", `installs ${files.join(", ")}, which it writes from the lock`);
  if (read.length === 0)
    return make(
      "unclear",
      `installs ${files.join(", ")}, which the archive does not hold as a list of requirements`,
    );
  const chained = read.flatMap((file) => [
    file,
    ...file.includes.flatMap((path) => all.find((one) => one.path === path) ?? []),
  ]);
  const dependencies = chained.flatMap((file) => file.dependencies).filter(({ local }) => !local);
  if (dependencies.length > 0 && dependencies.every(({ name }) => isInstaller(name))) return [];
  const constrained = chained.some(({ role, pinned }) => role === "constraints" && pinned);
  const pinned = dependencies.filter((dependency) => dependency.pinned);
  const path = read[0]?.path ?? "";
  if (constrained || (dependencies.length > 0 && pinned.length >= dependencies.length * PINNED)) {
    const by = names.filter((name) => !isExact(name) && !/^[./$]/.test(name));
    const own = make("locked", `installs ${path}, whose versions are pinned`);
    return by.length === 0 || constrained
      ? own
      : [...own, ...make("loose", `installs ${by.map(bare).join(", ")} by name`)];
  }
  return make(
    pinned.length > 0 && pinned.length * 2 >= dependencies.length ? "mixed" : "loose",
    `installs ${path}, which pins ${pinned.length} of ${dependencies.length} dependencies`,
  );
}

/** A list in the folder of the Dockerfile, which is the context of a part that is built by itself. */
const beside = ({ delivery }: Project, { path }: Command, file: string): string | undefined =>
  delivery.dockerfiles.some((one) => one.path === path) ? joinPath(folderOf(path), file) : undefined;

/** `pip install .` reads no lock; beside `--no-deps`, or without dependencies, nothing is left open. */
function judgeOwn({ manifests }: Project, command: Command, make: Make): Installing[] {
  if (/--no-deps\b|--no-dependencies\b/.test(command.text)) return [];
  const runtime = manifests.dependencies.filter(({ group, local }) => group === "runtime" && !local);
  if (runtime.length === 0 || runtime.every(({ pinned }) => pinned)) return [];
  if (/wheel|--no-index/.test(command.text)) return [];
  return make("loose", OWN);
}

/** Archives at addresses that name a commit or a version are as exact as versions are. */
const isExact = (name: string): boolean =>
  /={2,3}\s{0,9}[^\s*]|@\s{0,9}(?:git|https?)|^(?:git\+|https?:).{0,300}@[0-9a-f]{7}/.test(name) ||
  /^https?:.{0,300}(?:\/archive\/(?:refs\/tags\/)?(?:[0-9a-f]{40}|v?\d[\w.-]{0,30})\.(?:zip|tar\.gz)|-\d[\w.+-]{0,80}\.(?:whl|tar\.gz))/.test(
    name,
  );
const bare = (name: string): string => name.replace(/^["']|["']$/g, "").slice(0, 60);

/** Platforms that install what stands at the top: Heroku and alike, App Engine, serverless functions. */
function judgePlatform(project: Project): Installing[] {
  const { manifests } = project;
  const platform = findPlatforms(project).find(
    // Prefect fetches the code; what the work pool runs installs it.
    ({ category, name }) => category === "platform" && !/docker|kubernetes|prefect/i.test(name),
  );
  if (!platform) return [];
  const locks = manifests.locks.filter(
    ({ role, broken }) => broken === undefined && (role === undefined || role === "runtime"),
  );
  const [lock] = locks.filter(isReadByPlatforms);
  const place = (path: string, line: number) => ({ path, line, note: `${platform.name}: ${platform.path}` });
  if (lock)
    return [{ ...place(lock.path, 1), standing: "locked", said: `The platform installs ${lock.path}` }];
  const file = manifests.requirements.find(
    ({ path, role }) => baseName(path) === "requirements.txt" && role === "runtime",
  );
  if (!file || file.dependencies.length === 0) return [];
  const pinned = file.dependencies.filter((dependency) => dependency.pinned).length;
  const enough = pinned >= file.dependencies.length * PINNED;
  if (enough)
    return [
      {
        ...place(file.path, 1),
        standing: "locked",
        said: `The platform installs ${file.path}, whose versions are pinned`,
      },
    ];
  const said = `The platform installs ${file.path}, which pins ${pinned} of ${file.dependencies.length} dependencies`;
  const standing = pinned > 0 && pinned * 2 >= file.dependencies.length ? "mixed" : "loose";
  return [{ ...place(file.path, 1), standing, said }];
}

const isReadByPlatforms = ({ format, path }: LockFile): boolean =>
  format === "uv" ||
  format === "poetry" ||
  format === "pipenv" ||
  (format === "requirements" && baseName(path) === "requirements.txt");
