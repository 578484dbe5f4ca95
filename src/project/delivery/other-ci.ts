/** Every kind of CI file: where it stands and what reads it. */
import type { Files } from "../files.ts";
import { readAzure } from "./azure.ts";
import type { FileDraft } from "./ci-jobs.ts";
import { readCircleci } from "./circleci.ts";
import { readBitbucket, readCirrus, readDrone, readTangled, readWoodpecker } from "./container-ci.ts";
import { readGitlab } from "./gitlab.ts";
import { readAppveyor, readBuildspec, readTravis } from "./phase-ci.ts";
import { readBuildkite, readCloudBuild, readSemaphore, readSourcehut } from "./pipeline-ci.ts";
import { readJenkinsfile, readTeamcity } from "./script-ci.ts";
import { isWorkflow, readWorkflow } from "./workflows.ts";
import type { YamlFile } from "./yaml-lines.ts";
import type { YamlReader } from "./yaml-reader.ts";

/** Paths from the folder that a provider reads, the top or the judged one. */
const YAML_READERS: readonly [
  pattern: RegExp,
  read: (yaml: YamlFile, yamls: YamlReader, files: Files) => FileDraft,
][] = [
  [/^\.gitlab-ci\.ya?ml$/, (yaml, yamls, files) => readGitlab(files, yamls, yaml)],
  [/^\.circleci\/config\.ya?ml$|^circle\.yml$/, readCircleci],
  [
    /^\.?azure-pipelines[^/]{0,60}\.ya?ml$|^\.?(?:azure-pipelines|azure|pipelines|\.azuredevops|\.vsts)\/(?:[^/]{1,60}\/)?[^/]{0,60}pipelines?[^/]{0,60}\.ya?ml$|^\.vsts-ci\.yml$/,
    (yaml, yamls) => readAzure(yamls, yaml),
  ],
  [/^\.travis\.ya?ml$/, readTravis],
  [/^bitbucket-pipelines\.ya?ml$/, readBitbucket],
  [/^\.cirrus\.ya?ml$/, readCirrus],
  [/^\.?appveyor\.ya?ml$|^\.appveyor\/[^/]+\.ya?ml$/, readAppveyor],
  [/^\.drone\.ya?ml$/, readDrone],
  [/^\.woodpecker\.ya?ml$|^\.woodpecker\/[^/]+\.ya?ml$/, readWoodpecker],
  [/^\.tangled\/workflows\/[^/]+\.ya?ml$/, readTangled],
  [/^\.?buildkite(?:\/[^/]{0,60}pipeline[^/]{0,60})?\.ya?ml$/, readBuildkite],
  [/^cloudbuild[^/]{0,60}\.(?:ya?ml|json)$/, readCloudBuild],
  [/^buildspec[^/]{0,60}\.ya?ml$/, readBuildspec],
  [/^\.semaphore\/semaphore\.ya?ml$/, readSemaphore],
  [/^\.build\.ya?ml$|^\.builds\/[^/]+\.ya?ml$/, readSourcehut],
];

const MAX_FILES = 200;

/** All CI files of the top and of the judged folder, in the order of their paths. */
export function readCiFiles(files: Files, yamls: YamlReader, root: string): FileDraft[] {
  const drafts: FileDraft[] = [];
  for (const path of files.paths) {
    if (drafts.length >= MAX_FILES) break;
    const inside = root !== "" && path.startsWith(`${root}/`) ? path.slice(root.length + 1) : path;
    const draft = readCiFile(files, yamls, root, path, inside);
    if (draft) drafts.push(draft);
  }
  return drafts;
}

function readCiFile(
  files: Files,
  yamls: YamlReader,
  root: string,
  path: string,
  inside: string,
): FileDraft | undefined {
  if (
    /^(?:[\w.-]{0,40}\/)?Jenkinsfile(?:[.-][\w.-]{1,40})?$|^(?:[\w.-]{0,40}\/)?[\w-]{1,40}\.Jenkinsfile$/i.test(
      inside,
    )
  ) {
    const text = files.text(path);
    return text === undefined ? undefined : readJenkinsfile(path, text);
  }
  if (/^\.teamcity\/(?:[\w.-]{1,60}\/){0,4}[\w.-]{1,60}\.kts?$/.test(inside)) {
    const draft = readTeamcity(path, files.text(path) ?? "");
    return draft.jobs.length === 0 && !inside.endsWith("settings.kts") ? undefined : draft;
  }
  const isFlow = isWorkflow(path) && /^\.(?:github|forgejo|gitea)\//.test(inside);
  const reader = isFlow ? undefined : YAML_READERS.find(([pattern]) => pattern.test(inside))?.[1];
  if (!isFlow && !reader) return undefined;
  const yaml = yamls.read(path);
  if (!yaml) return undefined;
  return reader ? reader(yaml, yamls, files) : readWorkflow(yamls, root, yaml);
}
