/** When the migrations of a database are run: once by a deploy step, or by every replica as it starts. */
import { runsMigrations } from "./delivery/command-kinds.ts";
import { containersOf } from "./delivery/kubernetes.ts";
import { startsServer, startsWorker } from "./delivery/servers.ts";
import type { Command, DockerInstruction } from "./delivery/types.ts";
import { baseName, type Files, findLine } from "./files.ts";
import { findImages } from "./images.ts";
import type { Place } from "./manifests/types.ts";
import type { Project } from "./project.ts";

export interface MigrationRun extends Place {
  /** Every replica runs them as it starts. */
  atStart: boolean;
  note: string;
}

/** Every place outside of development that runs migrations. */
export function findMigrationRuns(project: Project): MigrationRun[] {
  return [
    ...inImages(project),
    ...inProcfiles(project),
    ...inCompose(project),
    ...inKubernetes(project),
    ...inJobs(project),
  ];
}

const migrates = (text: string): string | undefined => runsMigrations(text.slice(0, 2_000));

/** What CMD and ENTRYPOINT run, and the scripts of the archive that they name. */
function inImages(project: Project): MigrationRun[] {
  const started = findImages(project).flatMap(({ final }) => [
    ...[
      final.findLast(({ keyword }) => keyword === "ENTRYPOINT"),
      final.findLast(({ keyword }) => keyword === "CMD"),
    ],
  ]);
  return started.flatMap((instruction) => {
    if (!instruction) return [];
    const direct = ofCommands(instruction.commands, "the image's command");
    return direct.length > 0
      ? direct
      : scriptsOf(project.files, instruction).flatMap((path) => inScript(project, path));
  });
}

const scriptsOf = (files: Files, { args }: DockerInstruction): string[] => {
  const names = args
    .split(/[\s"',[\]]+/)
    .filter((word) => /\.sh$|^\.?\/[\w./-]{1,200}$|entrypoint/.test(word))
    .map(baseName);
  return files.paths.filter((path) => names.includes(baseName(path)) && !/\.py$/.test(path)).slice(0, 5);
};

/** An entry point that branches on its argument runs what it is told to; it runs them at every start where it does not. */
function inScript({ files, delivery }: Project, path: string): MigrationRun[] {
  const text = files.text(path) ?? "";
  if (text.length > 64 * 1024 || /^\s{0,40}case\b/m.test(text)) return [];
  return ofCommands(delivery.expand(text, { path, line: 1 }), `entry point ${path}`);
}

const ofCommands = (commands: readonly Command[], where: string): MigrationRun[] =>
  commands.flatMap(({ path, line, text }) => {
    const tool = migrates(text);
    return tool === undefined ? [] : [{ path, line, atStart: true, note: `${tool} in ${where}` }];
  });

/** Heroku runs `release` once before the others start. */
const inProcfiles = ({ files, delivery }: Project): MigrationRun[] =>
  delivery.platforms
    .filter(({ path }) => baseName(path).startsWith("procfile"))
    .flatMap(({ path }) =>
      (files.text(path) ?? "").split("\n").flatMap((text, index): MigrationRun[] => {
        const [, name = "", command = ""] = /^([\w-]{1,60}):(.{0,2000})$/.exec(text) ?? [];
        const tool = migrates(command);
        const atStart = name !== "release" && startsSomething(command);
        return tool === undefined
          ? []
          : [{ path, line: index + 1, atStart, note: `${tool} in process ${name}` }];
      }),
    );

const startsSomething = (text: string): boolean =>
  startsServer(text) !== undefined || startsWorker(text) !== undefined;

const inCompose = ({ delivery }: Project): MigrationRun[] =>
  delivery.compose
    .filter(({ development }) => !development)
    .flatMap(({ services }) =>
      services.flatMap(({ path, line, name, command = "" }): MigrationRun[] => {
        const tool = migrates(command);
        return tool === undefined
          ? []
          : [{ path, line, atStart: startsSomething(command), note: `${tool} in service ${name}` }];
      }),
    );

const inKubernetes = ({ delivery }: Project): MigrationRun[] =>
  delivery.kubernetes.flatMap((object): MigrationRun[] => {
    const text = containersOf(object)
      .flatMap(({ command, args }) => [command, args].flat().filter((word) => typeof word === "string"))
      .join(" ");
    const init = /"initContainers":/.test(JSON.stringify(object.data).slice(0, 100_000));
    const tool = migrates(text) ?? (init ? migrates(textOfInit(object.data)) : undefined);
    if (tool === undefined) return [];
    return [
      {
        path: object.path,
        line: object.line,
        atStart: !/Job$/.test(object.kind),
        note: `${tool} in Kubernetes ${object.kind}`,
      },
    ];
  });

function textOfInit(data: Readonly<Record<string, unknown>>): string {
  const found = /"initContainers":(\[[\s\S]{0,4000})/.exec(JSON.stringify(data).slice(0, 100_000))?.[1] ?? "";
  return found.replace(/["',[\]{}:]+/g, " ");
}

/** Deploy jobs, and the commands that platforms run before a release. */
function inJobs({ delivery, files }: Project): MigrationRun[] {
  const jobs = delivery.ciCommands
    .filter(({ job }) => /deploy|release|migrat|production|staging/i.test(`${job.id} ${job.stage ?? ""}`))
    .flatMap(({ path, line, text, job }): MigrationRun[] => {
      const tool = migrates(text);
      return tool === undefined ? [] : [{ path, line, atStart: false, note: `${tool} in job ${job.id}` }];
    });
  const platforms = delivery.platforms.flatMap(({ path }): MigrationRun[] => {
    const line = findLine(
      files.text(path) ?? "",
      /release_command\s{0,4}=|preDeployCommand\s{0,4}:|"postdeploy"\s{0,4}:/,
    );
    return line === undefined ? [] : [{ path, line, atStart: false, note: "release command" }];
  });
  return [...jobs, ...platforms];
}
